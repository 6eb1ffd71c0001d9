package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/kakuin/kakuin/eseal/note"
)

// A standard is the standard security handler (7.6.4): the key from a password.
type standard struct {
	r        int64
	sizes    []int  // lengths of the key to try, in octets; the check of /U tells the right one
	o, u     []byte // 32 octets up to revision 4, 48 from revision 5
	oe, ue   []byte
	p        uint32
	id       []byte
	metadata bool
}

// openStandard tries the given password, then the empty one.
func (f *File) openStandard(s *security) error {
	h := f.readStandard(s)
	want := 32
	switch {
	case s.r >= 5 && s.r <= 6 && s.v == 5:
		want = 48
	case s.r < 2 || s.r > 4 || s.v > 4:
		return fmt.Errorf("revision %d of the standard handler with /V %d is not read here", s.r, s.v)
	case s.v < 5 && (s.strings == aesV3 || s.streams == aesV3):
		return errors.New("AES-256 needs /V 5")
	}
	if len(h.o) < want || len(h.u) < want {
		return errors.New("/O or /U of the encryption dictionary is absent or too short")
	}
	h.o, h.u = h.o[:want], h.u[:want]
	for _, password := range h.passwords(f.password) {
		if s.key = h.key(password); s.key == nil {
			continue
		}
		if len(s.key) == 32 {
			s.aes, _ = aes.NewCipher(s.key)
			f.checkPermissions(s, h)
		}
		return nil
	}
	if len(f.password) > 0 {
		return errors.New("the password does not open it")
	}
	return errors.New("it opens with a password only")
}

// readStandard takes the entries of Table 21.
func (f *File) readStandard(s *security) *standard {
	text := func(key Name) []byte {
		if t, ok := f.value(s.from, s.dict, key).(*String); ok {
			return t.Value
		}
		return nil
	}
	number := func(key Name) Integer {
		n, _ := f.value(s.from, s.dict, key).(Integer)
		return n
	}
	h := &standard{r: s.r, o: text("O"), u: text("U"), oe: text("OE"), ue: text("UE"), p: uint32(number("P")), metadata: s.metadata}
	if ids := f.array(s.from, f.trailer(s.from), "ID"); len(ids) > 0 {
		if t, ok := f.resolve(s.from, ids[0]).(*String); ok {
			h.id = t.Value
		}
	}
	h.sizes = []int{5}
	if s.r >= 3 {
		size := int(max(0, min(number("Length"), 128)))
		if size > 16 {
			size /= 8 // some write the octets of the key, not its bits
		}
		h.sizes = append([]int{16, 5}, max(5, size))
		if s.v < 4 {
			slices.Reverse(h.sizes)
		}
	}
	return h
}

// passwords are the octets that a given password may stand for.
func (h *standard) passwords(given []byte) [][]byte {
	var out [][]byte
	if h.r >= 5 {
		out = append(out, given[:min(len(given), 127)]) // 7.6.4.3.3; its SASLprep is left to the caller
	} else if out = append(out, given); !isASCII(given) {
		if b, ok := docEncoded(given); ok {
			out = append(out, b)
		}
	}
	if len(given) > 0 {
		out = append(out, nil)
	}
	return out
}

func isASCII(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
}

// docEncoded is UTF-8 text in PDFDocEncoding (Annex D.3).
func docEncoded(text []byte) ([]byte, bool) {
	back := map[rune]byte{}
	for b, r := range pdfDoc {
		back[r] = b
	}
	var out []byte
	for _, r := range string(text) {
		b, ok := back[r]
		if !ok {
			b = byte(r)
		}
		if r == utf8.RuneError || !ok && (r > 0xff || pdfDoc[b] != 0) {
			return nil, false
		}
		out = append(out, b)
	}
	return out, true
}

// key is the file's key if the password is the user's or the owner's.
func (h *standard) key(password []byte) []byte {
	if h.r >= 5 {
		return h.key256(password)
	}
	for _, n := range h.sizes {
		if k := h.userKey(password, n); k != nil {
			return k
		}
		for _, hashed := range []int{n, md5.Size} {
			if k := h.userKey(h.ownerSays(password, n, hashed), n); k != nil {
				return k
			}
		}
	}
	return nil
}

// padding fills passwords up to 32 octets (algorithm 2 a).
var padding = []byte("\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a")

func padded(password []byte) []byte {
	return append(slices.Clone(password[:min(len(password), 32)]), padding...)[:32]
}

// userKey is algorithm 2, the key held against /U by algorithms 4 to 6 of
// 7.6.4; nil when it does not fit.
func (h *standard) userKey(password []byte, n int) []byte {
	d := md5.New()
	d.Write(padded(password))
	d.Write(h.o)
	d.Write(binary.LittleEndian.AppendUint32(nil, h.p))
	d.Write(h.id)
	if h.r >= 4 && !h.metadata {
		d.Write([]byte{0xff, 0xff, 0xff, 0xff})
	}
	key := d.Sum(nil)
	for range rounds(h.r, 50) {
		sum := md5.Sum(key[:n])
		key = sum[:]
	}
	key = key[:n]
	want, got := h.u, slices.Clone(padding)
	if h.r >= 3 {
		sum := md5.Sum(append(got, h.id...))
		want, got = h.u[:16], sum[:] // what follows is arbitrary
	}
	for i := range 1 + rounds(h.r, 19) {
		scramble(got, key, byte(i))
	}
	if !bytes.Equal(want, got) {
		return nil
	}
	return key
}

// rounds is how often revisions 3 and 4 repeat what revision 2 does once.
func rounds(r int64, n int) int {
	if r >= 3 {
		return n
	}
	return 0
}

// scramble is RC4 in place with a key whose every octet is XORed with x.
func scramble(data, key []byte, x byte) {
	k := slices.Clone(key)
	for i := range k {
		k[i] ^= x
	}
	if c, err := rc4.NewCipher(k); err == nil {
		c.XORKeyStream(data, data)
	}
}

// ownerSays is the user's password by the owner's (algorithm 7). Where the key
// is shorter than a hash, algorithm 3 hashes the whole hash again and again,
// and the readers people use only the key's length of it: hashed says which.
func (h *standard) ownerSays(password []byte, n, hashed int) []byte {
	key := md5.Sum(padded(password))
	for range rounds(h.r, 50) {
		key = md5.Sum(key[:hashed])
	}
	out := slices.Clone(h.o)
	for i := rounds(h.r, 19); i >= 0; i-- {
		scramble(out, key[:n], byte(i))
	}
	return out
}

// key256 is algorithm 2.A: revisions 5 and 6 hold the key under the
// password. /O and /U are a hash, a salt for it and a salt for the key.
func (h *standard) key256(password []byte) []byte {
	hash := hash5
	if h.r == 6 {
		hash = hash6
	}
	for _, side := range []struct{ check, held, user []byte }{{h.o, h.oe, h.u}, {h.u, h.ue, nil}} {
		if len(side.held) < 32 || !bytes.Equal(hash(password, side.check[32:40], side.user), side.check[:32]) {
			continue
		}
		block, err := aes.NewCipher(hash(password, side.check[40:48], side.user))
		if err != nil {
			return nil
		}
		key := make([]byte, 32)
		cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(key, side.held[:32])
		return key
	}
	return nil
}

// hash5 is the hash of revision 5 (Adobe Supplement to ISO 32000, extension level 3).
func hash5(password, salt, user []byte) []byte {
	sum := sha256.Sum256(slices.Concat(password, salt, user))
	return sum[:]
}

// hash6 is algorithm 2.B. From round 64 on it ends as soon as the last octet
// is small enough for the count, so that round 287 is the last in any case.
func hash6(password, salt, user []byte) []byte {
	first := sha256.Sum256(slices.Concat(password, salt, user))
	k := first[:]
	for i := 1; ; i++ {
		e := bytes.Repeat(slices.Concat(password, k, user), 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		sum := 0 // of the first sixteen octets: their number modulo 3, since 256 leaves 1
		for _, c := range e[:16] {
			sum += int(c)
		}
		switch sum % 3 {
		case 0:
			x := sha256.Sum256(e)
			k = x[:]
		case 1:
			x := sha512.Sum384(e)
			k = x[:]
		default:
			x := sha512.Sum512(e)
			k = x[:]
		}
		if i >= 64 && int(e[len(e)-1]) <= i-32 {
			return k[:32]
		}
	}
}

// checkPermissions holds /Perms, which only holders of the key can write,
// against /P and /EncryptMetadata, which anybody can (algorithm 13).
func (f *File) checkPermissions(s *security, h *standard) {
	perms, ok := f.value(s.from, s.dict, "Perms").(*String)
	what := ""
	switch {
	case !ok || len(perms.Value) < aes.BlockSize:
		what = "/Perms is absent or too short"
	case len(h.oe) != 32 || len(h.ue) != 32:
		what = "/OE or /UE is absent or has not 32 octets" // one of them is not needed for the other's password
	default:
		b := make([]byte, aes.BlockSize)
		s.aes.Decrypt(b, perms.Value)
		switch {
		case string(b[9:12]) != "adb":
			what = "/Perms was not written with the key"
		case binary.LittleEndian.Uint32(b) != h.p:
			what = "/P is not what /Perms says"
		case b[8] == 'T' && !s.metadata || b[8] == 'F' && s.metadata:
			what = "/EncryptMetadata is not what /Perms says"
		}
	}
	if what != "" {
		f.note(CodeEncryptOdd, "encryption dictionary", -1, note.Params{"what": what})
	}
}
