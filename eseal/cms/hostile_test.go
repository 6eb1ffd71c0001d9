package cms

import (
	"bytes"
	"errors"
	"io"
	"path"
	"runtime"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
)

// bounded runs f under the bar for hostile input: 256 MB in all, and two
// seconds, doubled because tests share the machine.
func bounded(t *testing.T, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	f()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; took > corpora.TimeBar() || mb > 256 {
		t.Errorf("took %v and %d MB", took, mb)
	}
}

// exhaust reads everything that can be asked of a message.
func exhaust(data []byte) error {
	sd, err := Parse(data, nil)
	if err != nil {
		return err
	}
	if sd.Content != nil {
		_, _ = io.Copy(io.Discard, sd.Content.Reader())
		sd.Content.Bytes()
	}
	for _, s := range sd.Signers {
		ask(s, 3)
	}
	return nil
}

func ask(s *SignerInfo, depth int) {
	s.SignedForms()
	s.MessageDigest()
	s.ContentTypeAttr()
	_, _ = s.SigningTime()
	s.CertRefs()
	_, _ = s.SignaturePolicy()
	_, _ = s.CommitmentTypes()
	_, _ = s.SignerLocation()
	_, _ = s.ContentHints()
	_, _ = s.MimeType()
	_, _ = s.AlgorithmProtection()
	_, _ = s.CertificateValues()
	_, _, _ = s.RevocationValues()
	_, _, _ = s.AdobeRevocation()
	_, _ = s.CertificateRefs()
	_, _ = s.RevocationRefs()
	s.SignerAttributes()
	s.ContentTimestamps()
	s.SignatureTimestamps()
	s.ReferenceTimestamps()
	s.ArchiveTimestamps()
	s.ATSHashIndex()
	_, _ = s.HashIndex()
	s.SignedFields()
	s.UnsignedSet(func(i int) bool { return i%2 == 0 })
	s.ReferenceFields()
	s.SignatureTimestampFields()
	for _, c := range s.CounterSignatures() {
		if depth > 0 {
			ask(c, depth-1)
		}
	}
}

func TestHostileShapes(t *testing.T) {
	nested := func(id byte, n int) []byte { return bytes.Repeat([]byte{id, 0x80}, n) }
	for name, in := range map[string][]byte{
		"4 MB of nested 30 80":       nested(0x30, 2<<20),
		"4 MB of nested a0 80":       append(bytes.Clone(goodMessage().bytes()[:20]), nested(0xa0, 2<<20)...),
		"nested content strings":     messageWith(func(p *parts) { p.content = append([]byte{0xa0, 0x80}, nested(0x24, 1<<20)...) }),
		"chunks of three octets":     messageWith(func(p *parts) { p.wrap, p.content = indef, indef(0xa0, chunks(make([]byte, 300_000), 1)) }),
		"a million empty chunks":     messageWith(func(p *parts) { p.content = tlv(0xa0, tlv(0x24, bytes.Repeat([]byte{4, 0}, 1<<20))) }),
		"a million certificates":     messageWith(func(p *parts) { p.certs = tlv(0xa0, bytes.Repeat([]byte{0x30, 0}, 1<<20)) }),
		"a million odd certificates": messageWith(func(p *parts) { p.certs = tlv(0xa0, bytes.Repeat([]byte{0xa1, 0}, 1<<20)) }),
		"a million CRLs":             messageWith(func(p *parts) { p.crls = tlv(0xa1, bytes.Repeat([]byte{0x30, 0}, 1<<20)) }),
		"a million signers":          messageWith(func(p *parts) { p.signers = [][]byte{bytes.Repeat([]byte{0x30, 0}, 1<<20)} }),
		"a million digests":          messageWith(func(p *parts) { p.digests = set(bytes.Repeat([]byte{0x30, 3, 6, 1, 0x2a}, 1<<20)) }),
		"a million attributes": withSigner(func(s *signerParts) {
			s.attrs = tlv(0xa0, bytes.Repeat(seq(tlv(6, []byte{0x2a}), set()), 1<<18))
		}),
		"a million unsigned attributes": withSigner(func(s *signerParts) {
			s.unsigned = tlv(0xa1, bytes.Repeat(seq(tlv(6, []byte{0x2a}), set()), 1<<18))
		}),
		"a million values": withSigner(func(s *signerParts) {
			s.unsigned = tlv(0xa1, attr(oidSigTimestamp, bytes.Repeat(null, 1<<20)))
		}),
		"a million references": withSigner(func(s *signerParts) {
			s.attrs = tlv(0xa0, attr(oidSigningCertV2, seq(seq(bytes.Repeat(seq(octetString(nil)), 1<<19)))))
		}),
		"a million broken references": withSigner(func(s *signerParts) {
			s.attrs = tlv(0xa0, attr(oidSigningCertV2, bytes.Repeat(seq(), 1<<19)))
		}),
		"counter-signatures in counter-signatures": withSigner(func(s *signerParts) {
			inner := goodSigner()
			for range 100 {
				inner.unsigned = unsignedOf(attr(oidCounterSignature, inner.bytes(), inner.sig))
			}
			s.unsigned = inner.unsigned
		}),
	} {
		t.Run(name, func(t *testing.T) {
			bounded(t, func() {
				if err := exhaust(in); err != nil {
					t.Log(err)
				}
			})
			bounded(t, func() { _, _ = streamed(in) })
		})
	}
}

// Malformed DER and BER of others: an error or a message, in time.
func TestOthersHostileFiles(t *testing.T) {
	files := 0
	corpora.Walk(t, corpora.Open(t, "pki/hostile.zip"), func(name string, data []byte) {
		switch path.Ext(name) {
		case ".pem", ".txt", ".md", ".json":
			return
		}
		files++
		bounded(t, func() {
			if err := exhaust(data); err != nil {
				var syntax *ber.SyntaxError
				var empty *purse.Empty
				var wrong *NotSignedData
				if !errors.As(err, &syntax) && !errors.As(err, &empty) && !errors.As(err, &wrong) {
					t.Logf("%s: %v", name, err)
				}
			}
			_, _ = streamed(data)
		})
	})
	if files < 50 {
		t.Errorf("%d files", files)
	}
}
