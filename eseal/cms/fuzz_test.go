package cms

import (
	"bytes"
	"io"
	"os"
	"path"
	"reflect"
	"testing"

	"github.com/kakuin/kakuin/internal/corpora"
)

// FuzzParse holds that no input crashes the reader, that two readings agree,
// that what was kept are octets of the input, and that a streamed reading says
// the same.
func FuzzParse(f *testing.F) {
	f.Add(sample(f))
	f.Add(goodMessage().bytes())
	f.Add(messageWith(func(p *parts) { p.wrap, p.content = indef, indef(0xa0, chunks([]byte("content"), 3)) }))
	f.Add(messageWith(func(p *parts) { p.bare, p.trailing = true, []byte{0, 1} }))
	f.Add(messageWith(func(p *parts) {
		p.certs, p.crls = tlv(0xa0, tlv(0xa2), seq()), tlv(0xa1, tlv(0xa1, oid(oidRIOCSP), null))
	}))
	f.Add(withSigner(func(s *signerParts) {
		s.attrs = indef(0xa0, attrESS, attrTime, attrType, attrDigest, attr(oidPolicyID, seq(oid(oidMystery))))
		s.unsigned = unsignedOf(attr(oidCounterSignature, goodSigner().bytes()), attr(oidRevocationValues, seq(tlv(0xa0, seq(seq())))))
	}))
	if os.Getenv(corpora.Variable) != "" {
		corpora.Walk(f, corpora.Open(f, "pki/cms.zip"), func(name string, data []byte) {
			if ext := path.Ext(name); (ext == ".cms" || ext == ".p7" || ext == ".p7m") && len(data) < 8<<10 {
				f.Add(unwrap(data))
			}
		})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		one, err := Parse(data, nil)
		two, err2 := Parse(data, nil)
		if (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() {
			t.Fatalf("two readings: %v, %v", err, err2)
		}
		if err != nil {
			return
		}
		same(t, two, one)
		reslices(t, data, one)
		one.RevocationElements()
		for i, s := range one.Signers {
			ask(s, 2)
			if !reflect.DeepEqual(s.Notes, two.Signers[i].Notes) {
				t.Errorf("signer %d: notes %v and %v", i, s.Notes, two.Signers[i].Notes)
			}
		}
		if !bytes.Equal(before, data) {
			t.Error("the input was changed")
		}
		three, err := streamed(data)
		if err != nil {
			t.Skip("the scanner of files is stricter about headers") // its length octets end at eight
		}
		if one.Content != nil {
			a, _ := io.ReadAll(one.Content.Reader())
			b, _ := io.ReadAll(three.Content.Reader())
			if !bytes.Equal(a, b) {
				t.Errorf("content %x, streamed %x", a, b)
			}
		}
		same(t, three, one)
	})
}
