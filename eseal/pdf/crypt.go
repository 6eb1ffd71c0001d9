package pdf

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"errors"
	"slices"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A method is what a crypt filter does with octets (Table 25).
type method uint8

const (
	identity method = iota
	rc4Method
	aesV2 // AES-128 with a key for each object
	aesV3 // AES-256 with the file's key
	unknown
)

var methods = map[Name]method{"V2": rc4Method, "AESV2": aesV2, "AESV3": aesV3}

var (
	errBlocks  = errors.New("it is not made of whole AES blocks")
	errPadding = errors.New("its AES padding is wrong")
)

// readMethods reads /V and the crypt filters (7.6.6).
func (f *File) readMethods(s *security) error {
	switch s.v {
	case 1, 2:
		s.strings, s.streams, s.embedded = rc4Method, rc4Method, rc4Method
		return nil
	case 4, 5:
	default:
		return errors.New("/V of the encryption dictionary names no algorithm that is read here")
	}
	if b, ok := f.value(s.from, s.dict, "EncryptMetadata").(Bool); ok {
		s.metadata = bool(b)
	}
	s.named = map[Name]method{"Identity": identity}
	filters := f.dict(s.from, s.dict, "CF")
	if filters == nil {
		filters = &Dict{}
	}
	for _, e := range filters.Entries {
		m, ok := methods[dictOf(f.resolve(s.from, e.Value)).Name("CFM")]
		if !ok {
			m = unknown
		}
		if e.Key != "Identity" { // a standard name cannot be given another meaning
			s.named[e.Key] = m
		}
	}
	use := func(key Name, absent method) method {
		if n, ok := f.value(s.from, s.dict, key).(Name); ok {
			return s.filter(n)
		}
		return absent
	}
	s.strings, s.streams = use("StrF", identity), use("StmF", identity)
	s.embedded = use("EFF", s.streams)
	if s.strings == unknown || s.streams == unknown {
		return errors.New("/StrF or /StmF names no crypt filter that is read here")
	}
	return nil
}

// filter is the method of a crypt filter.
func (s *security) filter(name Name) method {
	if m, ok := s.named[name]; ok {
		return m
	}
	return unknown
}

// methodOf is what a stream is encrypted with, and the filters that remain
// when that is undone. A /Crypt filter that is not the first (7.4.10 wants it
// there) stays, for the decoder to refuse.
func (f *File) methodOf(st *Stream, steps []filterStep) (method, []filterStep) {
	s := f.sec
	if s == nil || st.rev < s.from || st.Name("Type") == "XRef" {
		return identity, steps // cross-reference streams are never encrypted (7.5.8.2)
	}
	if i := slices.IndexFunc(steps, func(x filterStep) bool { return x.name == "Crypt" }); i >= 0 {
		if i > 0 {
			return identity, steps
		}
		name, ok := f.value(st.rev, steps[0].parms, "Name").(Name)
		if !ok {
			name = "Identity" // Table 14
		}
		return s.filter(name), steps[1:]
	}
	switch st.Name("Type") {
	case "Metadata":
		if !s.metadata {
			return identity, steps
		}
	case "EmbeddedFile":
		return s.embedded, steps
	}
	return s.streams, steps
}

// objectKey is the key for one object (algorithm 1 of 7.6.3.1).
func (s *security) objectKey(m method, ref Ref) []byte {
	h := md5.New()
	h.Write(s.key)
	n, g := ref.Number, ref.Generation
	h.Write([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(g), byte(g >> 8)})
	if m == aesV2 {
		h.Write([]byte("sAlT"))
	}
	return h.Sum(nil)[:min(len(s.key)+5, md5.Size)]
}

// An opener decrypts what belongs to one object.
type opener struct {
	block cipher.Block // nil for RC4
	key   []byte       // of RC4
}

func (s *security) opener(m method, ref Ref) (*opener, error) {
	var err error
	o := &opener{}
	switch {
	case s.key == nil || m == unknown:
		return nil, errEncrypted
	case m == aesV3:
		if o.block = s.aes; o.block == nil {
			return nil, errors.New("AES-256 with a key of another length")
		}
	case m == aesV2:
		o.block, err = aes.NewCipher(s.objectKey(m, ref))
	default:
		o.key = s.objectKey(m, ref)
	}
	return o, err
}

// open decrypts data in place and gives the part of it that is the result.
// With errPadding the result is what stands there, padding and all.
func (op *opener) open(data []byte) ([]byte, error) {
	if op.block == nil {
		c, err := rc4.NewCipher(op.key)
		if err == nil {
			c.XORKeyStream(data, data)
		}
		return data, err
	}
	if len(data) == 0 {
		return data, nil // an empty string that the writer left alone
	}
	body := len(data) - aes.BlockSize // the initialisation vector stands first (7.6.3.1)
	if body < 0 || body%aes.BlockSize != 0 {
		return data, errBlocks
	}
	cipher.NewCBCDecrypter(op.block, data[:aes.BlockSize]).CryptBlocks(data[aes.BlockSize:], data[aes.BlockSize:])
	data = data[:copy(data, data[aes.BlockSize:])]
	if body == 0 {
		return data, errPadding
	}
	pad := int(data[body-1])
	if pad == 0 || pad > aes.BlockSize {
		return data, errPadding
	}
	return data[:body-pad], nil
}

// decryptStrings opens the strings of an object that stands in the file by
// itself. Those of object streams are plain once the stream is (7.5.7), and
// the encryption dictionary's own are never encrypted.
func (f *File) decryptStrings(ref Ref, rev int, o Object) {
	s := f.sec
	if s == nil || s.key == nil || s.strings == identity || rev < s.from || s.own > 0 && ref.Number == s.own {
		return
	}
	if st, ok := o.(*Stream); ok && st.Name("Type") == "XRef" {
		return
	}
	op, err := s.opener(s.strings, ref)
	if err == nil {
		err = op.walk(o)
	}
	if err != nil {
		f.note(CodeEncrypted, "object "+ref.String(), -1, note.Params{"what": "a string: " + err.Error()})
	}
}

// walk opens each string within o, but for the /Contents of a signature
// dictionary (7.6.2). The first error is told, the others are read all the same.
func (op *opener) walk(o Object) (err error) {
	keep := func(e error) {
		if err == nil {
			err = e
		}
	}
	switch v := o.(type) {
	case *String:
		v.Value, err = op.open(v.Value)
	case Array:
		for _, x := range v {
			keep(op.walk(x))
		}
	case *Stream:
		return op.walk(v.Dict)
	case *Dict:
		sealed := v.Has("ByteRange")
		for _, e := range v.Entries {
			if _, isString := e.Value.(*String); isString && sealed && e.Key == "Contents" {
				continue
			}
			keep(op.walk(e.Value))
		}
	}
	return err
}

// asWritten is a string as it stands in the file, for a /Contents that its
// writer made an object of its own.
func (f *File) asWritten(s *String) *String {
	if f.sec == nil || f.sec.key == nil || s.Start < 0 {
		return s
	}
	p := f.parser()
	if p.seek(s.Start); p.next() == tokString {
		return p.str
	}
	return s
}

// decryptStream opens the octets of a stream, which the caller owns. What is
// odd is told, and what can be read is read, as by the readers people use.
func (f *File) decryptStream(m method, st *Stream, data []byte) ([]byte, error) {
	op, err := f.sec.opener(m, st.ref)
	if err != nil {
		return nil, err
	}
	if extra := (len(data)) % aes.BlockSize; op.block != nil && extra > 0 {
		data, err = data[:len(data)-extra], errBlocks
	}
	out, err2 := op.open(data)
	if err = errors.Join(err, err2); err != nil {
		f.note(CodeEncrypted, "object "+st.ref.String(), st.DataStart, note.Params{"what": "a stream: " + err.Error()})
	}
	return out, nil
}

// samePlain compares what two streams of an encrypted file decrypt to.
func (f *File) samePlain(x, y *Stream) bool {
	a, okA := f.plain(x)
	b, okB := f.plain(y)
	defer func() {
		f.purse.Give(purse.Bytes, int64(cap(a)+cap(b)))
	}()
	return okA && okB && slices.Equal(a, b)
}

func (f *File) plain(st *Stream) ([]byte, bool) {
	steps, err := f.filters(st)
	if err != nil || f.failed(f.purse.Take(purse.Objects, st.DataLen/64+1)) {
		return nil, false
	}
	m, _ := f.methodOf(st, steps)
	b, err := f.owned(st, m)
	f.failed(err)
	return b, err == nil
}
