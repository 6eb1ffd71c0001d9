package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
)

// A cryptor writes encrypted files: the way back of what standard.go does,
// with the same octets every time.
type cryptor struct {
	name     string
	v, r, n  int
	cf       string // /CFM of the one crypt filter
	extra    string // entries of the encryption dictionary
	plainXML bool   // /EncryptMetadata false
	letter   bool   // the owner's entry by the letter of algorithm 3, as few write it
	key      []byte
	dict     string
}

const fileID = "kakuin-sample-id"

// cryptors are the handlers of the standard, each for its passwords.
func cryptors(user, owner string) []*cryptor {
	out := []*cryptor{
		{name: "R2 RC4 40", v: 1, r: 2, n: 5},
		{name: "R3 RC4 40", v: 2, r: 3, n: 5},
		{name: "R3 RC4 40, by the letter", v: 2, r: 3, n: 5, letter: true},
		{name: "R3 RC4 128", v: 2, r: 3, n: 16},
		{name: "R3 RC4 80", v: 2, r: 3, n: 10},
		{name: "R4 RC4", v: 4, r: 4, n: 16, cf: "V2"},
		{name: "R4 AES-128", v: 4, r: 4, n: 16, cf: "AESV2"},
		{name: "R4 AES-128, metadata plain", v: 4, r: 4, n: 16, cf: "AESV2", plainXML: true},
		{name: "R5 AES-256", v: 5, r: 5, n: 32, cf: "AESV3"},
		{name: "R6 AES-256", v: 5, r: 6, n: 32, cf: "AESV3"},
		{name: "R6 AES-256, metadata plain", v: 5, r: 6, n: 32, cf: "AESV3", plainXML: true},
	}
	for _, c := range out {
		c.make(user, owner)
	}
	return out
}

func (c *cryptor) make(user, owner string) {
	var o, u []byte
	more := ""
	if c.r < 5 {
		o = c.ownerEntry(user, owner)
		u = c.userEntry(user, o)
	} else {
		c.key = pseudo("file key", 32)
		var oe, ue []byte
		u, ue = c.side(user, "u", nil)
		o, oe = c.side(owner, "o", u)
		more = fmt.Sprintf("/OE<%x>/UE<%x>/Perms<%x>", oe, ue, c.perms())
	}
	if c.v >= 4 {
		more += fmt.Sprintf("/CF<</StdCF<</CFM/%s/AuthEvent/DocOpen/Length %d>>>>/StmF/StdCF/StrF/StdCF", c.cf, c.n)
		if c.plainXML {
			more += "/EncryptMetadata false"
		}
	}
	c.dict = fmt.Sprintf("<</Filter/Standard/V %d/R %d/Length %d/P -4/O<%x>/U<%x>%s%s>>", c.v, c.r, 8*c.n, o, u, more, c.extra)
}

func pseudo(label string, n int) []byte {
	var out []byte
	for i := 0; len(out) < n; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", label, i))
		out = append(out, sum[:]...)
	}
	return out[:n]
}

// ownerEntry is algorithm 3.
func (c *cryptor) ownerEntry(user, owner string) []byte {
	key := md5.Sum(padded([]byte(owner)))
	hashed := c.n
	if c.letter {
		hashed = md5.Size
	}
	if c.r >= 3 {
		for range 50 {
			key = md5.Sum(key[:hashed])
		}
	}
	out := padded([]byte(user))
	for i := range 20 {
		scramble(out, key[:c.n], byte(i))
		if c.r == 2 {
			break
		}
	}
	return out
}

// userEntry is algorithms 2, 4 and 5; it sets the key.
func (c *cryptor) userEntry(user string, o []byte) []byte {
	in := slices.Concat(padded([]byte(user)), o, []byte{0xfc, 0xff, 0xff, 0xff}, []byte(fileID))
	if c.plainXML {
		in = append(in, 0xff, 0xff, 0xff, 0xff)
	}
	sum := md5.Sum(in)
	if c.r >= 3 {
		for range 50 {
			sum = md5.Sum(sum[:c.n])
		}
	}
	c.key = slices.Clone(sum[:c.n])
	if c.r == 2 {
		u := slices.Clone(padding)
		scramble(u, c.key, 0)
		return u
	}
	u := md5.Sum(append(slices.Clone(padding), fileID...))
	for i := range 20 {
		scramble(u[:], c.key, byte(i))
	}
	return append(u[:], "any sixteen here"...)
}

// side is algorithms 8 and 9: the entry and the key under it.
func (c *cryptor) side(password, label string, user []byte) (entry, held []byte) {
	hash := hash5
	if c.r == 6 {
		hash = hash6
	}
	salts := pseudo(label, 16)
	entry = slices.Concat(hash([]byte(password), salts[:8], user), salts)
	block, _ := aes.NewCipher(hash([]byte(password), salts[8:], user))
	held = make([]byte, 32)
	cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(held, c.key)
	return entry, held
}

// perms is algorithm 10.
func (c *cryptor) perms() []byte {
	b := binary.LittleEndian.AppendUint64(nil, 0xfffffffffffffffc)
	flag := "T"
	if c.plainXML {
		flag = "F"
	}
	b = append(b, flag+"adbnote"[:7]...)
	block, _ := aes.NewCipher(c.key)
	block.Encrypt(b, b[:16])
	return b
}

// data encrypts what belongs to an object of generation 0.
func (c *cryptor) data(num int, plain string) string { return c.with(num, plain, "") }

// again is data under another initialisation vector, where the method has one.
func (c *cryptor) again(num int, plain string) string { return c.with(num, plain, "again") }

func (c *cryptor) with(num int, plain, salt string) string {
	s := &security{key: c.key}
	m := methods[Name(c.cf)]
	if c.cf == "" {
		m = rc4Method
	}
	if m == rc4Method {
		out := []byte(plain)
		scramble(out, s.objectKey(m, Ref{num, 0}), 0)
		return string(out)
	}
	key := c.key
	if m == aesV2 {
		key = s.objectKey(m, Ref{num, 0})
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	pad := 16 - len(plain)%16
	body := append([]byte(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	iv := pseudo(fmt.Sprint(num, plain, salt), 16)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(body, body)
	return string(iv) + string(body)
}

// text is an encrypted string of an object.
func (c *cryptor) text(num int, plain string) string { return fmt.Sprintf("<%x>", c.data(num, plain)) }

// What the sample holds.
const (
	sampleReason  = "これは官職印です"
	sampleCert    = "not a certificate, but a stream"
	sampleInner   = "inside an object stream"
	sampleXML     = "<x:xmpmeta><rdf:RDF/></x:xmpmeta>"
	samplePage    = "BT /F1 12 Tf (Hello) Tj ET"
	sampleEncrypt = 9
)

// sealed is an encrypted file with one signature: a field (4), a signature
// dictionary (5), a page's content (6), an object stream (7) with object 12,
// metadata (14), a stream under /Crypt /Identity (16), and in a second
// revision a security store with stream 11.
func (c *cryptor) sealed() *writer {
	w := newWriter()
	w.root += fmt.Sprintf("/Encrypt %d 0 R/ID[<%x><%x>]", sampleEncrypt, fileID, fileID)
	catalog := "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>/Metadata 14 0 R%s>>"
	w.obj(1, fmt.Sprintf(catalog, ""))
	w.obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
	w.obj(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Annots[4 0 R]/Inner 12 0 R/Plain 16 0 R>>")
	w.obj(4, "<</Type/Annot/Subtype/Widget/FT/Sig/T"+c.text(4, "Seal")+"/Rect[0 0 0 0]/F 132/P 3 0 R/V 5 0 R>>")
	w.signature(5, sigEntries+"/M"+c.text(5, "D:20260401090000+09'00'")+"/Reason"+c.text(5, "\xef\xbb\xbf"+sampleReason))
	w.stream(6, "", c.data(6, samplePage))
	w.stream(7, "/Type/ObjStm/N 1/First 5", c.data(7, "12 0 ("+sampleInner+")"))
	w.obj(sampleEncrypt, c.dict)
	xml := sampleXML
	if !c.plainXML {
		xml = c.data(14, xml)
	}
	w.stream(14, "/Type/Metadata/Subtype/XML", xml)
	if c.v >= 4 {
		w.stream(16, "/Filter/Crypt", samplePage)
	} else {
		w.stream(16, "", c.data(16, samplePage))
	}
	w.endStream(8, "", map[int][2]int{12: {7, 0}}).seal()
	w.obj(1, fmt.Sprintf(catalog, "/DSS 10 0 R")).obj(10, "<</Certs[11 0 R]>>").stream(11, "", c.data(11, sampleCert))
	return w.endStream(18, "", nil)
}
