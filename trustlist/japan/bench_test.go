package japan

import (
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
)

func BenchmarkList(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := List(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkResolve is what each document of a batch costs: the catalogue
// against the certificates that the document carries.
func BenchmarkResolve(b *testing.B) {
	l := list(b)
	carried := map[[32]byte]*cert.Certificate{}
	for _, p := range l.Pins() {
		carried[p.SHA256] = &cert.Certificate{SHA256: p.SHA256}
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(l.Resolve(func(sha [32]byte) *cert.Certificate { return carried[sha] })) == 0 {
			b.Fatal("nothing resolved")
		}
	}
}
