package eseal_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/verifytest"
)

func open(t testing.TB, data []byte, o eseal.Options) *eseal.Document {
	t.Helper()
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	if doc.SHA256 != sha256.Sum256(data) || doc.Size != int64(len(data)) {
		t.Error("size or digest of the document")
	}
	return doc
}

func file(name, content string) eseal.Detached {
	return eseal.Detached{Name: name, R: strings.NewReader(content), Size: int64(len(content))}
}

func beside(files ...eseal.Detached) eseal.Options { return eseal.Options{Detached: files} }

// TestContent: what was signed, wherever it lies.
func TestContent(t *testing.T) {
	w := verifytest.New()
	const text = "notice"
	sum := sha256.Sum256([]byte(text))
	attached := w.CMS(verifytest.CMSTemplate{Content: []byte(text)})
	detached := w.CMS(verifytest.CMSTemplate{Content: []byte(text), Detached: true})
	plain := w.CMS(verifytest.CMSTemplate{Content: []byte(text), Detached: true, Signers: []verifytest.Signer{{Cert: w.Seal, NoAttributes: true}}})
	byDigest := eseal.Options{Digests: []eseal.KnownDigest{{Algorithm: sigalg.SHA256, Value: sum[:]}}}
	for _, c := range []struct {
		name    string
		der     []byte
		o       eseal.Options
		matches bool
		missing bool
		content eseal.Content
	}{
		{"attached", attached, eseal.Options{}, true, false, eseal.Content{Attached: true, Known: true, Size: 6, SHA256: sum[:]}},
		{"attached, a file beside it", attached, beside(file("x", "other")), true, false, eseal.Content{Attached: true, Known: true, Size: 6, SHA256: sum[:]}},
		{"detached, one", detached, beside(file("a", text)), true, false, eseal.Content{Known: true, Name: "a", Size: 6, SHA256: sum[:]}},
		{"detached, the second of three", detached, beside(file("a", "no"), file("b", text), file("c", "")), true, false, eseal.Content{Known: true, Name: "b", Size: 6, SHA256: sum[:]}},
		{"detached, none of two", detached, beside(file("a", "no"), file("b", "")), false, false, eseal.Content{Known: true}},
		{"detached, another", detached, beside(file("a", "no")), false, false, eseal.Content{Known: true, Name: "a", Size: 2}},
		{"detached, by digest", detached, byDigest, true, false, eseal.Content{Known: true, ByDigest: true, SHA256: sum[:]}},
		{"detached, a file and a digest", detached, eseal.Options{Detached: []eseal.Detached{file("a", "no")}, Digests: byDigest.Digests}, true, false, eseal.Content{Known: true, ByDigest: true, SHA256: sum[:]}},
		{"detached, missing", detached, eseal.Options{}, false, true, eseal.Content{}},
		{"no attributes, missing", plain, eseal.Options{}, false, true, eseal.Content{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, c.der, c.o).Signatures[0]
			if len(s.References) != 1 || s.References[0].Matches() != c.matches || s.References[0].Missing != c.missing {
				t.Errorf("references %+v", s.References)
			}
			got := s.Content
			if got.Attached != c.content.Attached || got.Known != c.content.Known || got.ByDigest != c.content.ByDigest || got.Name != c.content.Name || got.Size != c.content.Size {
				t.Errorf("content %+v, want %+v", got, c.content)
			}
			if c.content.SHA256 != nil && !bytes.Equal(got.SHA256, c.content.SHA256) {
				t.Errorf("digest %x", got.SHA256)
			}
		})
	}
	// Without attributes the value is over the content itself: a form for each file.
	s := open(t, plain, beside(file("a", "no"), file("b", text))).Signatures[0]
	if len(s.Forms) != 2 || len(s.References) != 0 || bytes.Equal(s.Forms[0].Message.Digests(sigalg.SHA256), sum[:]) || !bytes.Equal(s.Forms[1].Message.Digests(sigalg.SHA256), sum[:]) {
		t.Errorf("forms %+v", s.Forms)
	}
}

// TestWholeMessage: algorithms that sign the octets themselves get them, and
// where they were not kept the form says so instead of an empty message.
func TestWholeMessage(t *testing.T) {
	w := verifytest.New()
	notice := strings.Repeat("notice ", 30_000)
	signer := verifytest.Signer{Cert: w.SealWith("ed25519-01"), NoAttributes: true}
	der := w.CMS(verifytest.CMSTemplate{Content: []byte(notice), Detached: true, Signers: []verifytest.Signer{signer}})
	key, err := sigalg.ParsePublicKey(spki(t, signer.Cert.DER))
	if err != nil {
		t.Fatal(err)
	}
	check := func(o eseal.Options) error {
		s := open(t, der, o).Signatures[0]
		_, err := sigalg.Check(key, s.Forms[0].Algorithm.For(key), s.Forms[0].Message, s.Value)
		return err
	}
	if err := check(beside(file("a", notice))); err != nil {
		t.Error(err)
	}
	o := beside(file("a", notice))
	o.Limits.Bytes = 100_000
	if err := check(o); err == nil {
		t.Error("a limit below the content, and it verifies")
	}
	if err := check(eseal.Options{}); err == nil || strings.Contains(err.Error(), sigalg.ErrMismatch.Error()) {
		t.Error("missing content is a mismatch:", err)
	}
}

// sparse is a message around content that is zero and stands nowhere.
type sparse struct {
	head, tail []byte
	content    int64
}

func (s sparse) size() int64 { return int64(len(s.head)+len(s.tail)) + s.content }

func (s sparse) ReadAt(p []byte, off int64) (n int, err error) {
	for i := range p {
		switch at := off + int64(i); {
		case at < int64(len(s.head)):
			p[i] = s.head[at]
		case at < int64(len(s.head))+s.content:
			end := min(int64(len(p)), int64(i)+int64(len(s.head))+s.content-at)
			clear(p[i:end])
			if end > int64(i)+1 {
				m, err := s.ReadAt(p[end:], off+end)
				return int(end) + m, err
			}
		case at < s.size():
			p[i] = s.tail[at-int64(len(s.head))-s.content]
		default:
			return i, io.EOF
		}
	}
	return len(p), nil
}

// TestLargeContent: 300 MB of attached content are streamed in bounded memory.
func TestLargeContent(t *testing.T) {
	if testing.Short() {
		t.Skip("hashes 300 MB")
	}
	const size = 300 << 20
	w := verifytest.New()
	h := sha256.New()
	zero := make([]byte, 1<<20)
	for range size >> 20 {
		h.Write(zero)
	}
	// The template for small content, its lengths widened and its digest exchanged.
	der := w.CMS(verifytest.CMSTemplate{Content: []byte("0123456789"), Indefinite: true})
	head, rest, ok := bytes.Cut(der, []byte("\x04\x0a0123456789"))
	if !ok {
		t.Fatal("no content in the template")
	}
	head = append(bytes.Clone(head), 0x04, 0x84, byte(size>>24), byte(size>>16&0xff), byte(size>>8&0xff), byte(size&0xff))
	tail := bytes.Replace(rest, verifytest.Digest("SHA-256", []byte("0123456789")), h.Sum(nil), 1)
	s := sparse{head, tail, size}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	doc, err := eseal.Open(context.Background(), s, s.size(), eseal.Options{})
	runtime.ReadMemStats(&after)
	if err != nil || doc.Unreadable != nil {
		t.Fatal(err, doc.Unreadable)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d KB allocated", used>>10)
	}
	sig := doc.Signatures[0]
	if !sig.References[0].Matches() || sig.Content.Size != size || !bytes.Equal(sig.Content.SHA256, h.Sum(nil)) {
		t.Errorf("reference %+v, content of %d", sig.References[0].Matches(), sig.Content.Size)
	}
}

// TestTimestamps: of content, of the value, of the whole.
func TestTimestamps(t *testing.T) {
	w := verifytest.New()
	der := w.CMS(verifytest.CMSTemplate{Content: []byte("notice"), Signers: []verifytest.Signer{{Cert: w.Seal,
		ContentTimestamp: &verifytest.TokenTemplate{}, Timestamp: &verifytest.TokenTemplate{Algorithm: "SHA-512"},
		ArchiveTimestamp: &verifytest.TokenTemplate{}, CounterSigners: []verifytest.Signer{{Cert: w.Office, Timestamp: &verifytest.TokenTemplate{}}}}}})
	doc := open(t, der, eseal.Options{})
	s := doc.Signatures[0]
	var got []string
	for _, ts := range s.Timestamps {
		got = append(got, fmt.Sprintf("%s %s over %q: %v %v", ts.ID, ts.Kind, ts.Imprint.Over, ts.Imprint.Matches, ts.Imprint.Missing))
	}
	want := []string{`T1 content over "content": true false`, `T2 signature over "signature value": true false`, `T3 archive over "archived data": true false`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q", got)
	}
	for _, ts := range s.Timestamps {
		if ts.Err != nil || ts.Signature == nil || ts.Signature.ID != ts.ID || len(ts.Signature.References) != 1 || !ts.Signature.References[0].Matches() {
			t.Errorf("%s: %v %+v", ts.ID, ts.Err, ts.Signature)
		}
	}
	c := s.CounterSignatures[0]
	if c.ID != "S2" || c.Parent != s || c.References[0].Name != "signature value" || !c.References[0].Matches() || len(c.Timestamps) != 1 || !c.Timestamps[0].Imprint.Matches {
		t.Errorf("counter-signature %+v", c)
	}
}

// TestBrokenTimestamps stay entries.
func TestBrokenTimestamps(t *testing.T) {
	w := verifytest.New()
	der := w.CMS(verifytest.CMSTemplate{Content: []byte("notice"), Signers: []verifytest.Signer{{Cert: w.Seal, ExtraUnsigned: []verifytest.Attribute{
		{ID: "1.2.840.113549.1.9.16.2.14", Values: [][]byte{{0x30, 0x03, 0x02, 0x01, 0x05}}}}}}})
	s := open(t, der, eseal.Options{}).Signatures[0]
	if len(s.Timestamps) != 1 || s.Timestamps[0].Err == nil || s.Timestamps[0].ID != "T1" {
		t.Errorf("%+v", s.Timestamps)
	}
}

// TestTokens: bare, in a response, refused; the data under the imprint given, wrong, or not.
func TestTokens(t *testing.T) {
	w := verifytest.New()
	x := verifytest.TokenTemplate{Data: []byte("data"), Nonce: w.Seal.Serial}
	token, request := w.Token(x), w.Request(x)
	sum := sha256.Sum256(x.Data)
	for _, c := range []struct {
		name             string
		der              []byte
		o                eseal.Options
		matches, missing bool
	}{
		{"bare", token, beside(file("a", "data")), true, false},
		{"bare, other data", token, beside(file("a", "Data")), false, false},
		{"bare, the second of two", token, beside(file("a", "Data"), file("b", "data")), true, false},
		{"bare, by digest", token, eseal.Options{Digests: []eseal.KnownDigest{{Algorithm: sigalg.SHA256, Value: sum[:]}}}, true, false},
		{"bare, no data", token, eseal.Options{}, false, true},
		{"response", w.Response(token), beside(file("a", "data")), true, false},
	} {
		c.o.Request = request
		doc := open(t, c.der, c.o)
		if doc.Format != eseal.FormatTimestamp || len(doc.Timestamps) != 1 {
			t.Fatalf("%s: %s %d", c.name, doc.Format, len(doc.Timestamps))
		}
		ts := doc.Timestamps[0]
		if ts.Imprint.Matches != c.matches || ts.Imprint.Missing != c.missing || ts.ID != "T1" || ts.Request == nil || len(ts.Token.Answers(ts.Request)) != 0 {
			t.Errorf("%s: %+v", c.name, ts)
		}
	}
	doc := open(t, w.Refusal("no", 2), eseal.Options{Request: request})
	if doc.Response == nil || doc.Response.Granted() || len(doc.Timestamps) != 0 || doc.Unreadable != nil {
		t.Errorf("refusal: %+v", doc)
	}
}

// TestPDF: byte ranges, formats, document time-stamps, security store.
func TestPDF(t *testing.T) {
	w := verifytest.New()
	doc := open(t, w.PDF(verifytest.PDFTemplate{}).Sign(verifytest.SignOptions{}).AddLongTerm(w.Seal).Bytes(), eseal.Options{})
	if doc.Format != eseal.FormatPDF || len(doc.Signatures) != 1 || len(doc.Timestamps) == 0 || len(doc.Material) < 4 {
		t.Fatalf("%s, %d signatures, %d time-stamps, %d pieces of material", doc.Format, len(doc.Signatures), len(doc.Timestamps), len(doc.Material))
	}
	if r := doc.Signatures[0].References[0]; !r.Matches() || r.Name != "byte ranges" {
		t.Errorf("%+v", r)
	}
	for _, ts := range doc.Timestamps {
		if !ts.Imprint.Matches || ts.Field == nil || ts.Kind != eseal.DocumentTimestamp {
			t.Errorf("%+v", ts)
		}
	}
	two := w.PDF(verifytest.PDFTemplate{}).Sign(verifytest.SignOptions{Digest: "SHA-512"}).Sign(verifytest.SignOptions{Cert: w.Office, Digest: "SHA-384"})
	for _, s := range open(t, two.Bytes(), eseal.Options{}).Signatures {
		if !s.References[0].Matches() {
			t.Errorf("%s: %+v", s.ID, s.References)
		}
	}
	shifted := append([]byte("junk before\n"), two.Bytes()...)
	for _, s := range open(t, shifted, eseal.Options{}).Signatures {
		if !s.References[0].Matches() {
			t.Errorf("octets before the header: %s: %+v %v", s.ID, s.References, s.Notes)
		}
	}
}

func TestPKCS7SHA1(t *testing.T) {
	w := verifytest.New()
	data := w.PDF(verifytest.PDFTemplate{}).Sign(verifytest.SignOptions{SubFilter: verifytest.PKCS7SHA1, NoTimestamp: true}).Bytes()
	s := open(t, data, eseal.Options{}).Signatures[0]
	if s.Err != nil || s.Format != eseal.PKCS7PDF || s.Level != eseal.LevelNone || len(s.References) != 2 || !s.References[0].Matches() || !s.References[1].Matches() {
		t.Fatalf("%v %s %+v", s.Err, s.Format, s.References)
	}
	if s.References[1].Digest != sigalg.SHA1 {
		t.Error(s.References[1].DigestName)
	}
	data[20] ^= 1 // inside the first range
	s = open(t, data, eseal.Options{}).Signatures[0]
	if !s.References[0].Matches() || s.References[1].Matches() {
		t.Error("a changed file matches")
	}
}

// TestRawRSA is adbe.x509.rsa_sha1, built here: an OCTET STRING with a PKCS#1
// value over the byte ranges.
func TestRawRSA(t *testing.T) {
	w := verifytest.New()
	key := verifytest.Key("rsa2048-05").(*rsa.PrivateKey)
	for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
		var signed []byte
		build := func(contents []byte) []byte {
			return w.PDF(verifytest.PDFTemplate{}).Sign(verifytest.SignOptions{NoTimestamp: true,
				Dictionary: func(e string) string {
					return strings.Replace(e, "/"+verifytest.PAdES, "/adbe.x509.rsa_sha1 /Cert <"+hex.EncodeToString(w.Seal.DER)+">", 1)
				},
				Contents: func(digits string) string {
					return fmt.Sprintf("%-*s", len(digits), hex.EncodeToString(contents)+strings.Repeat("0", len(digits)-2*len(contents)))
				}}).Bytes()
		}
		draft := open(t, build(nil), eseal.Options{})
		br := draft.Signatures[0].Field.ByteRange
		data := build(nil)
		signed = append(append(signed, data[:br[1]]...), data[br[2]:br[2]+br[3]]...)
		sum := h.New()
		sum.Write(signed)
		value, err := rsa.SignPKCS1v15(nil, key, h, sum.Sum(nil))
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, build(append([]byte{0x04, 0x82, 0x01, 0x00}, value...)), eseal.Options{}).Signatures[0]
		if s.Err != nil || !bytes.Equal(s.Value, value) || len(s.Embedded) != 1 {
			t.Fatalf("%v, %d octets, %d certificates", s.Err, len(s.Value), len(s.Embedded))
		}
		pub, _ := sigalg.ParsePublicKey(spki(t, s.Embedded[0]))
		fits := 0
		for _, f := range s.Forms {
			if _, err := sigalg.Check(pub, f.Algorithm, f.Message, s.Value); err == nil {
				fits++
			}
		}
		if fits != 1 {
			t.Errorf("%v: %d forms fit", h, fits)
		}
	}
}

// TestLevels reads B-B to B-LTA from what is there.
func TestLevels(t *testing.T) {
	w := verifytest.New()
	cms := func(s verifytest.Signer, crls ...[]byte) []byte {
		s.Cert = w.Seal
		return w.CMS(verifytest.CMSTemplate{Content: []byte("x"), CRLs: crls, Signers: []verifytest.Signer{s}})
	}
	stamp := &verifytest.TokenTemplate{}
	crls := w.CRLs(w.Seal, w.TSA)
	pdf := func(o verifytest.SignOptions) *verifytest.PDF { return w.PDF(verifytest.PDFTemplate{}).Sign(o) }
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"CMS without reference", cms(verifytest.Signer{ESS: "none"}), eseal.LevelNone},
		{"CMS without signing time", cms(verifytest.Signer{NoSigningTime: true}), eseal.LevelNone},
		{"CMS without attributes", cms(verifytest.Signer{NoAttributes: true}), eseal.LevelNone},
		{"CAdES B", cms(verifytest.Signer{}), eseal.LevelB},
		{"CAdES B with CRLs", cms(verifytest.Signer{}, crls...), eseal.LevelB},
		{"CAdES T", cms(verifytest.Signer{Timestamp: stamp}), eseal.LevelT},
		{"CAdES LT", cms(verifytest.Signer{Timestamp: stamp}, crls...), eseal.LevelLT},
		{"CAdES LTA", cms(verifytest.Signer{Timestamp: stamp, ArchiveTimestamp: stamp}, crls...), eseal.LevelLTA},
		{"PDF, adbe", pdf(verifytest.SignOptions{SubFilter: verifytest.PKCS7}).Bytes(), eseal.LevelNone},
		{"PAdES B", pdf(verifytest.SignOptions{NoTimestamp: true}).Bytes(), eseal.LevelB},
		{"PAdES T", pdf(verifytest.SignOptions{}).Bytes(), eseal.LevelT},
		{"PAdES T by document time-stamp", pdf(verifytest.SignOptions{NoTimestamp: true}).AddDocTimestamp(*stamp).Bytes(), eseal.LevelT},
		{"PAdES LT", pdf(verifytest.SignOptions{}).AddEvidence(w.Seal).Bytes(), eseal.LevelLT},
		{"PAdES LTA", pdf(verifytest.SignOptions{}).AddLongTerm(w.Seal).Bytes(), eseal.LevelLTA},
	} {
		if got := open(t, c.data, eseal.Options{}).Signatures[0].Level; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestAttributes are the facts that a judgement asks for.
func TestAttributes(t *testing.T) {
	w := verifytest.New()
	der := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Signers: []verifytest.Signer{{Cert: w.Seal}, {Cert: w.Office, SubjectKeyID: true, ESS: "v1"}}})
	doc := open(t, der, eseal.Options{})
	a, b := doc.Signatures[0], doc.Signatures[1]
	if a.SignerID.Serial == nil { // the set is sorted
		a, b = b, a
	}
	if a.ID == b.ID || a.Format != eseal.CAdES || a.DigestName != "SHA-256" || a.SignatureName == "" {
		t.Errorf("%+v", a)
	}
	if a.ClaimedSigningTime == nil || !a.ClaimedSigningTime.Equal(w.SealTime.Truncate(time.Second)) {
		t.Error(a.ClaimedSigningTime)
	}
	if a.SignerID.Serial.Cmp(w.Seal.Serial) != 0 || a.SignerID.SubjectKeyID != nil || len(b.SignerID.SubjectKeyID) == 0 {
		t.Errorf("%+v %+v", a.SignerID, b.SignerID)
	}
	if r := a.CertificateRefs; len(r) != 1 || !r[0].First || r[0].V1 || r[0].Digest != sigalg.SHA256 {
		t.Errorf("%+v", r)
	}
	if r := b.CertificateRefs; len(r) != 1 || !r[0].First || !r[0].V1 || r[0].Digest != sigalg.SHA1 {
		t.Errorf("%+v", r)
	}
	if &a.Embedded[0] != &b.Embedded[0] {
		t.Error("signers of one message do not share its certificates")
	}
}

// TestNotesOfTheMessage are notes of each signature in it; a message without
// signers has them itself.
func TestNotesOfTheMessage(t *testing.T) {
	w := verifytest.New()
	odd := verifytest.CMSMutator{Assembled: func(sd *verifytest.SignedData) { sd.Version = 9 }}
	has := func(notes []note.Note, code note.Code) int {
		n := 0
		for _, x := range notes {
			if x.Code == code {
				n++
			}
		}
		return n
	}
	doc := open(t, w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Signers: []verifytest.Signer{{Cert: w.Seal}, {Cert: w.Office}}}, odd), eseal.Options{})
	if has(doc.Notes, "K-CMS-003") != 0 || has(doc.Signatures[0].Notes, "K-CMS-003") != 1 || has(doc.Signatures[1].Notes, "K-CMS-003") != 1 {
		t.Errorf("%v %v", doc.Notes, doc.Signatures[0].Notes)
	}
	bag := []byte{0x30, 0x26, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2, 0xa0, 0x19, 0x30, 0x17, 2, 1, 1, 0x31, 0, 0x30, 0x0b, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1, 0xa0, 0, 0x31, 0}
	bag[1] = byte(len(bag) - 2)
	bag[14], bag[16] = byte(len(bag)-15), byte(len(bag)-17)
	if doc := open(t, bag, eseal.Options{}); doc.Unreadable != nil || has(doc.Notes, "K-CMS-005") != 1 || len(doc.Signatures) != 0 {
		t.Errorf("%v %v", doc.Unreadable, doc.Notes)
	}
}

func TestUnreadable(t *testing.T) {
	w := verifytest.New()
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":       {nil, "empty"},
		"text":        {[]byte("hello"), "none of the formats"},
		"certificate": {w.Seal.DER, ""},
		"cut off":     {w.CMS(verifytest.CMSTemplate{Content: []byte("x")})[:500], ""},
		"long text":   {bytes.Repeat([]byte("x"), 48<<20+1), "too much"},
		"enveloped":   {[]byte{0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3, 0xa0, 0}, "not signed data"},
	} {
		doc := open(t, c.data, eseal.Options{})
		if doc.Unreadable == nil || doc.Format != eseal.FormatUnknown || !strings.Contains(doc.Unreadable.Error(), c.want) {
			t.Errorf("%s: %s %v", name, doc.Format, doc.Unreadable)
		}
	}
	for want, data := range map[string]string{"xml": "<a/>", "jws": "{}", "zip": "PK\x05\x06"} {
		if doc := open(t, []byte(data), eseal.Options{}); doc.NotBuilt != want || doc.Unreadable != nil {
			t.Errorf("%s: %q %v", want, doc.NotBuilt, doc.Unreadable)
		}
	}
	if doc := open(t, []byte("\x30\x14\x02\x01\x01\x30\x0d\x30\x0b\x06\x09"), eseal.Options{}); doc.Format != eseal.FormatEvidenceRecord || len(doc.EvidenceRecords) != 1 || doc.EvidenceRecords[0].Err == nil {
		t.Errorf("a broken record: %s %v", doc.Format, doc.EvidenceRecords)
	}
}
