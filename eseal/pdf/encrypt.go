package pdf

import "github.com/kakuin/kakuin/eseal/note"

// readEncryption sees whether any revision's trailer has /Encrypt (7.6). A
// signature's /Contents is never encrypted; other strings and all streams are,
// so that what stands in object streams is not readable here.
func (f *File) readEncryption() {
	for rev := len(f.revs); rev > 0; rev-- {
		o := f.trailer(rev).Get("Encrypt")
		if o == nil {
			continue
		}
		f.Encrypted = true
		if d := dictOf(f.resolve(rev, o)); d != nil {
			if n, ok := f.value(rev, d, "Filter").(Name); ok {
				f.Encryption = string(n)
			}
		}
		f.note(CodeEncrypted, "file", -1, note.Params{"what": "not readable: " + f.Encryption})
		return
	}
}
