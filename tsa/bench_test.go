package tsa

import "testing"

func BenchmarkParseToken(b *testing.B) {
	der := newDraft().der()
	b.ReportAllocs()
	b.SetBytes(int64(len(der)))
	for b.Loop() {
		if _, err := ParseToken(der, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatchesCertificate(b *testing.B) {
	tok := newDraft().token(b)
	b.ReportAllocs()
	for b.Loop() {
		if tok.MatchesCertificate(ownCertificate) != Bound {
			b.Fatal("not bound")
		}
	}
}
