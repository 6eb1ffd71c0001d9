package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/internal/corpora"
)

// An exception is a file of the corpora of which something that holds for all
// others does not, and why. One that no file needs fails.
type exception struct {
	file, why string
	used      bool
}

func except(list []*exception, name string) bool {
	for _, e := range list {
		if strings.HasSuffix(name, e.file) {
			e.used = true
			return true
		}
	}
	return false
}

var notPDF = []*exception{
	{file: "/validation/malformed-pades.pdf", why: "text with no header at all, so labelled by its source"},
}

// Under the key of a recipient's certificate (7.6.5), which no manifest holds.
var locked = []*exception{
	{file: "/sign_encrypted/sign_crypt_pubkey_rc4.pdf", why: "Adobe.PubSec"},
	{file: "/pdfmac/sign_crypt_aes256_with_mac--EncryptionType.PUBKEY.pdf", why: "Adobe.PubSec"},
	{file: "/static/pubkey-ecc-test.pdf", why: "Adobe.PubSec"},
	{file: "/static/pubkey-3des-test.pdf", why: "Adobe.PubSec"},
	{file: "/static/minimal-pubkey-rc4.pdf", why: "Adobe.PubSec"},
	{file: "/static/minimal-pubkey-aes256.pdf", why: "Adobe.PubSec"},
	{file: "/static/minimal-two-fields-pubkey-aes256.pdf", why: "Adobe.PubSec"},
}

// A /ByteRange in the octets that is of no signature of the file.
var noSignature = []*exception{
	{file: "/evidence-record/PAdES_with_er.pdf", why: "within the data of a stream: a sealed PDF is attached without compression (7.3.8, 7.11.4)"},
	{file: "/sign_encrypted/sign_crypt_empty_user_pass.pdf", why: "of the PDF MAC in the trailer of revision 1 (ISO/TS 32004)"},
}

// Every PDF of the corpora is opened within the limits; what stands in the
// octets as a /ByteRange is reported as a signature, and so is every value
// that a signature field has or had in any revision.
func TestEveryPDFOfTheCorpora(t *testing.T) {
	files, signatures, hits, encrypted := 0, 0, 0, 0
	corpora.PDFs(t, func(p corpora.PDF) {
		files++
		begin := time.Now()
		f, err := OpenWith(bytes.NewReader(p.Data), int64(len(p.Data)), nil, Options{Password: []byte(p.Password)})
		if d := time.Since(begin); d > corpora.TimeBar() {
			t.Errorf("%s: %v", p.Name, d)
		}
		if err != nil {
			if !errors.Is(err, ErrNotPDF) || !except(notPDF, p.Name) {
				t.Errorf("%s: not opened: %v", p.Name, err)
			}
			return
		}
		if f.Exhausted != nil {
			t.Errorf("%s: %v", p.Name, f.Exhausted)
		}
		if f.Encrypted {
			encrypted++
		}
		if f.Encrypted && !f.Decrypted && !except(locked, p.Name) {
			t.Errorf("%s: stays encrypted: %v", p.Name, f.Notes)
		}
		hits += everyByteRange(t, p, f)
		everyValue(t, p.Name, f)
		signatures += len(f.Signatures)
	})
	for _, list := range [][]*exception{notPDF, locked, noSignature} {
		for _, e := range list {
			if !e.used {
				t.Errorf("%s needs no exception: %s", e.file, e.why)
			}
		}
	}
	if files < 400 || signatures < 450 || encrypted < 20 {
		t.Errorf("only %d files, %d signatures, %d encrypted", files, signatures, encrypted)
	}
	t.Logf("%d PDFs, %d encrypted, %d signatures, %d times /ByteRange", files, encrypted, signatures, hits)
}

// everyByteRange holds a scan of the octets, and of every stream that
// inflates, against the signatures; it returns how often it finds the name.
func everyByteRange(t *testing.T, p corpora.PDF, f *File) int {
	direct, inflated := byteRangesIn(p.Data), 0
	told := map[*Signature]bool{}
	for _, at := range direct {
		var of *Signature
		for _, s := range f.Signatures {
			if s.dict != nil && s.dict.Start <= at && at < s.dict.End {
				of = s
			}
		}
		if told[of] = true; of == nil && !except(noSignature, p.Name) {
			t.Errorf("%s: /ByteRange at octet %d is of no signature", p.Name, at)
		}
	}
	for _, data := range inflate(p.Data) {
		inflated += len(byteRangesIn(data))
	}
	if compressed := 0; inflated > 0 {
		for _, s := range f.Signatures {
			if s.dict != nil && s.dict.Start < 0 {
				compressed++
			}
		}
		if inflated != compressed {
			t.Errorf("%s: %d times /ByteRange in streams, %d signatures in object streams", p.Name, inflated, compressed)
		}
	}
	for _, s := range f.Signatures {
		if s.dict != nil && s.dict.Start >= 0 && !told[s] {
			t.Errorf("%s: signature %d of field %q has no /ByteRange in the octets", p.Name, s.ObjectNumber, s.Field.Name)
		}
	}
	return len(direct) + inflated
}

// everyValue walks the signature fields of every revision.
func everyValue(t *testing.T, name string, f *File) {
	for rev := 1; rev <= len(f.revs); rev++ {
		c := &collector{f: f, rev: rev}
		for _, field := range f.signatureFields(rev) {
			o, err := c.read(field.value)
			if o == nil && err == nil {
				continue // not signed
			}
			want := placeOfDict(dictOf(o), holder(field.value, field.ref))
			found := false
			for _, s := range f.Signatures {
				found = found || placeOfDict(s.dict, Ref{s.ObjectNumber, s.Generation}) == want
			}
			if !found {
				t.Errorf("%s: the value of field %q in revision %d is not reported", name, field.name, rev)
			}
		}
	}
}

// byteRangesIn are the places of the name ByteRange, #-escaped letters
// included (7.3.5).
func byteRangesIn(data []byte) []int64 {
	const name = "ByteRange"
	var out []int64
	for i := range data {
		if data[i] != '/' {
			continue
		}
		rest, n := data[i+1:], 0
		for n < len(name) && len(rest) > 0 {
			c, width := rest[0], 1
			if c == '#' && len(rest) > 2 {
				hi, lo := strings.IndexByte("0123456789abcdef", rest[1]|0x20), strings.IndexByte("0123456789abcdef", rest[2]|0x20)
				c, width = byte(hi<<4|lo), 3
			}
			if c != name[n] {
				break
			}
			rest, n = rest[width:], n+1
		}
		if n == len(name) {
			out = append(out, int64(i))
		}
	}
	return out
}

// inflate returns what follows each "stream" that begins as zlib's format.
func inflate(data []byte) [][]byte {
	var out [][]byte
	word := []byte("stream")
	for rest := data; ; {
		i := bytes.Index(rest, word)
		if i < 0 {
			return out
		}
		rest = rest[i+len(word):]
		z, err := zlib.NewReader(bytes.NewReader(bytes.TrimLeft(rest[:min(len(rest), 8<<20)], "\r\n")))
		if err != nil {
			continue
		}
		plain, _ := io.ReadAll(io.LimitReader(z, 32<<20)) // what a broken stream gives before it breaks counts too
		out = append(out, plain)
	}
}
