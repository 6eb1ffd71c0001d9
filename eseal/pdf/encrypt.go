package pdf

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A security is what the encryption dictionary says (7.6): which method each
// kind of data is under, and the key once a password has opened it.
type security struct {
	from     int // the first revision whose trailer has /Encrypt; older objects were written plain
	own      int // object number of the dictionary, 0 when it stands in the trailer
	dict     *Dict
	v, r     int64
	strings  method
	streams  method
	embedded method // /EFF: embedded file streams
	named    map[Name]method
	metadata bool // /EncryptMetadata
	key      []byte
	aes      cipher.Block // of an AES-256 key, which serves every object
}

// locked tells whether what is encrypted cannot be read.
func (f *File) locked() bool { return f.Encrypted && !f.Decrypted }

// readEncryption looks for /Encrypt in the trailers and opens its security
// handler. All revisions share the first dictionary: the trailer of an update
// repeats the entries of the one before (7.5.6).
func (f *File) readEncryption() {
	f.Encrypted, f.Decrypted, f.Opaque, f.Encryption, f.sec = false, false, false, "", nil
	first := 1
	for first <= len(f.revs) && !f.trailer(first).Has("Encrypt") {
		first++
	}
	if first > len(f.revs) {
		return
	}
	f.Encrypted = true
	s := &security{from: first, metadata: true, strings: unknown, streams: unknown, embedded: unknown}
	if ref, ok := f.trailer(first).Get("Encrypt").(Ref); ok {
		s.own = ref.Number
	}
	s.dict = f.dict(first, f.trailer(first), "Encrypt")
	n, _ := f.value(first, s.dict, "Filter").(Name)
	f.Encryption = string(n)
	err := f.openSecurity(s)
	f.compareEncryption(s)
	f.readMAC()
	f.sec, f.Decrypted = s, err == nil
	f.Opaque = err != nil && (f.Rebuilt || slices.ContainsFunc(f.index, func(e entry) bool { return e.kind == entryCompressed }))
	if err != nil && !f.failed(err) {
		f.note(CodeEncrypted, "file", -1, note.Params{"what": err.Error()})
	}
	f.forget() // what was read so far was read as it stands
}

// forget drops what is kept of the file.
func (f *File) forget() {
	f.purse.Give(purse.Bytes, f.held)
	for _, s := range f.stms {
		f.purse.Give(purse.Bytes, s.cost())
	}
	clear(f.cache)
	clear(f.stms)
	f.held = 0
}

// maxEncryptNodes bounds the encryption dictionary: a standard handler's has
// some thirty objects, a public-key handler's one more for each recipient.
const maxEncryptNodes = 1024

// openSecurity reads the methods and finds the key; the error says what is
// in the way.
func (f *File) openSecurity(s *security) error {
	if n := nodes(s.dict); s.dict == nil || n > maxEncryptNodes {
		return errors.New("the encryption dictionary cannot be read")
	}
	v, _ := f.value(s.from, s.dict, "V").(Integer)
	r, _ := f.value(s.from, s.dict, "R").(Integer)
	s.v, s.r = int64(v), int64(r)
	err := f.readMethods(s)
	switch {
	case f.Encryption != "Standard":
		return fmt.Errorf("the handler /%s opens with the key of a recipient's certificate, not with a password", f.Encryption)
	case err != nil:
		return err
	}
	return f.openStandard(s)
}

// nodes counts the objects within an object.
func nodes(o Object) int {
	n := 1
	switch v := o.(type) {
	case Array:
		for _, x := range v {
			n += nodes(x)
		}
	case *Dict:
		if v == nil {
			return n
		}
		for _, e := range v.Entries {
			n += nodes(e.Value)
		}
	}
	return n
}

// compareEncryption notes revisions whose encryption dictionary is not the
// first one.
func (f *File) compareEncryption(s *security) {
	was := f.encryptPlace(s.from)
	for rev := s.from + 1; rev <= len(f.revs); rev++ {
		if at := f.encryptPlace(rev); at == was && at != nowhere {
			continue
		}
		is := f.dict(rev, f.trailer(rev), "Encrypt")
		n := nodes(is)
		if f.failed(f.purse.Take(purse.Objects, int64(n)*int64(n)/64+1)) {
			return
		}
		if n > maxEncryptNodes || nodes(s.dict) > maxEncryptNodes || !equal(s.dict, is) {
			f.note(CodeEncryptChanged, "revision "+strconv.Itoa(rev), -1, nil)
			return
		}
	}
}

func (f *File) encryptPlace(rev int) place {
	if ref, ok := f.trailer(rev).Get("Encrypt").(Ref); ok {
		return f.placeOf(rev, ref.Number)
	}
	return nowhere
}

// readMAC sees a PDF MAC (ISO/TS 32004): /AuthCode of the trailer says where
// it is. It protects against changes by people who lack the key, and is not
// computed here.
func (f *File) readMAC() {
	d := f.dict(len(f.revs), f.trailer(len(f.revs)), "AuthCode")
	if d == nil {
		return
	}
	where, _ := f.value(len(f.revs), d, "MACLocation").(Name)
	f.note(CodePDFMAC, "trailer", -1, note.Params{"location": string(where)})
}
