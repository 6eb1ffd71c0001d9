package cert

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"github.com/kakuin/kakuin/internal/corpora"
)

// Each file of the hostile suite ends within 2 s in every reader.
func TestHostileSuite(t *testing.T) {
	corpora.Walk(t, corpora.Open(t, "pki/hostile.zip"), func(name string, data []byte) {
		for _, piece := range pieces(name, data) {
			ends(t, name, piece)
		}
	})
}

func ends(t *testing.T, name string, piece []byte) {
	t.Helper()
	start := time.Now()
	if c, err := Parse(piece, nil); err == nil {
		_, _ = c.Identity(), c.Refusals()
	}
	if c, err := ParseCRL(piece, nil); err == nil {
		_ = c.Entries(func(Entry) bool { return true })
	}
	_, _ = ParseOCSP(piece, nil)
	_, _ = ParseAttribute(piece, nil)
	_ = NameKey(piece)
	if d := time.Since(start); d > corpora.TimeBar() {
		t.Errorf("%s: %v", name, d)
	}
}

// Structures that are cheap to write and dear to build must end in the purse,
// or at least within the 256 MB of a process.
func TestBombs(t *testing.T) {
	big := func(one []byte) []byte { return bytes.Repeat(one, (8<<20)/len(one)) }
	san, points, names, policies := sound(), sound(), sound(), sound()
	san.extensions = [][]byte{ext(oidSubjectAltName, seq(big(str(0x82, ""))))}
	points.extensions = [][]byte{ext(oidCRLPoints, seq(big(seq())))}
	names.subject = seq(big(atv(OIDCommonName, utf8s(""))))
	policies.extensions = [][]byte{ext(oidPolicies, seq(big(seq(oid("1.2")))))}
	attributes, qc, eku := sound(), sound(), sound()
	attributes.extensions = [][]byte{ext(oidDirectoryAttributes, seq(seq(oid("1.2"), set(big(null0())))))}
	qc.extensions = [][]byte{ext(oidQCStatements, seq(seq(oid(OIDQcType), seq(big(oid("1.2"))))))}
	eku.extensions = [][]byte{ext(oidExtKeyUsage, seq(big(oid("1.2"))))}
	numbers := sound()
	numbers.extensions = [][]byte{ext(oidPolicies, seq(seq(oid("1.2"), seq(seq(oid(oidNotice), seq(seq(utf8s(""), seq(big(num(1))))))))))}
	nested := sound()
	nested.subject = seq(atv(OIDCommonName, bytes.Repeat([]byte{0x30, 0x80}, 1<<20)))
	a := soundOCSP()
	a.certs = ctx(0, seq(big(null0())))
	entries := soundCRL(big(revokedAt(num(1), issuerExt("A"))))
	for name, der := range map[string][]byte{
		"subjectAltName": san.der(), "distribution points": points.der(), "subject": names.der(), "policies": policies.der(),
		"directory attributes": attributes.der(), "QcType": qc.der(), "key purposes": eku.der(), "notice numbers": numbers.der(),
		"nesting": nested.der(), "responder certificates": a.der(), "indirect entries": entries.der(),
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			ends(t, name, der)
			runtime.ReadMemStats(&after)
			if mb := (after.HeapSys - min(before.HeapSys, after.HeapSys)) >> 20; mb > 256 {
				t.Errorf("the heap grew by %d MB", mb)
			}
		})
	}
}
