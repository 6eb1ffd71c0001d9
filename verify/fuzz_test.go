package verify_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A vault is what was sealed: only these contents may ever pass under the
// sample list, since nobody else has its keys.
type vault struct {
	v       *verify.Verifier
	notice  []byte
	pages   map[[32]byte]bool // octets under the byte ranges of a PDF signature or document time-stamp
	content map[string]bool   // SHA-256 of the content of a CMS message
	signers map[string]bool   // certificates of the seeds' signers and units
}

func newVault(t testing.TB) *vault {
	return &vault{v: sampleVerifier(t), notice: sample(t, "notice.txt"), pages: map[[32]byte]bool{}, content: map[string]bool{}, signers: map[string]bool{}}
}

func (v *vault) options() eseal.Options {
	return eseal.Options{Name: "x", Detached: detached("notice.txt", v.notice)}
}

// judge opens and judges; memory and a verdict are always there.
func (v *vault) judge(t testing.TB, data []byte) (*verify.Report, *eseal.Document) {
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), v.options())
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	rep, err := v.v.Verify(context.Background(), doc)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return rep, doc
}

// keep puts the sealed contents of a seed that passes into the vault.
func (v *vault) keep(t testing.TB, data []byte) {
	rep, doc := v.judge(t, data)
	if !rep.Passed() {
		return
	}
	for _, page := range sealedOctets(data, doc) {
		v.pages[page] = true
	}
	for _, s := range rep.Signatures {
		if s.Content != nil {
			v.content[s.Content.SHA256] = true
		}
		v.signers[s.Signer.Certificate] = true
	}
	for _, ts := range rep.Timestamps {
		v.signers[ts.TSA.Certificate] = true
	}
}

// sealedOctets are the digests of what the byte ranges take in.
func sealedOctets(data []byte, doc *eseal.Document) [][32]byte {
	var out [][32]byte
	add := func(r []int64) {
		if len(r) == 4 && r[0] >= 0 && r[1] >= 0 && r[2] >= r[0]+r[1] && r[3] >= 0 && r[2]+r[3] <= int64(len(data)) {
			out = append(out, sha256.Sum256(slices.Concat(data[r[0]:r[0]+r[1]], data[r[2]:r[2]+r[3]])))
		} else {
			out = append(out, [32]byte{})
		}
	}
	for _, s := range doc.Signatures {
		if s.Field != nil {
			add(s.Field.ByteRange[:])
		}
	}
	for _, ts := range doc.Timestamps {
		if ts.Field != nil {
			add(ts.Field.ByteRange[:])
		}
	}
	return out
}

// forged says what passes and was never sealed, "" for nothing.
func (v *vault) forged(data []byte, rep *verify.Report, doc *eseal.Document) string {
	if !rep.Passed() {
		return ""
	}
	if len(rep.Signatures)+len(rep.Timestamps) == 0 {
		return "nothing is signed, and it passes"
	}
	for i, s := range rep.Signatures {
		switch f := doc.Signatures[i].Field; {
		case !v.signers[s.Signer.Certificate]:
			return s.ID + " is by a stranger"
		case f != nil && !v.pages[sealedOctets(data, &eseal.Document{Signatures: doc.Signatures[i : i+1]})[0]]:
			return s.ID + " is over a page that was never sealed"
		case f == nil && (s.Content == nil || !v.content[s.Content.SHA256]):
			return s.ID + " is over content that was never sealed"
		}
	}
	if len(rep.Signatures) > 0 {
		return ""
	}
	for i, ts := range rep.Timestamps {
		switch f := doc.Timestamps[i].Field; {
		case !v.signers[ts.TSA.Certificate]:
			return ts.ID + " is by a stranger"
		case f != nil && !v.pages[sealedOctets(data, &eseal.Document{Timestamps: doc.Timestamps[i : i+1]})[0]]:
			return ts.ID + " is over a page that was never stamped"
		case ts.Imprint == nil || ts.Imprint.Matches == nil || !*ts.Imprint.Matches:
			return ts.ID + " passes without its imprint"
		}
	}
	return ""
}

// fuzzSeeds are the samples and specimens of each kind, small ones: a fuzzer
// learns more from many small runs.
func fuzzSeeds(t testing.TB) [][]byte {
	var out [][]byte
	for _, name := range []string{"certificate.pdf", "certificate-altered.pdf", "disposition-notice.pdf", "unsigned.pdf", "notice.txt", "notice.txt.p7m", "notice.txt.p7s", "notice.txt.tst", "notice.txt.tsr"} {
		out = append(out, sample(t, name))
	}
	for _, name := range []string{"good-pdf", "good-pdf-lta", "good-cms", "good-detached", "good-archive", "good-two", "good-token", "good-ocsp", "good-ed25519",
		"cms-counter-signature", "cms-indefinite", "cms-no-attributes", "cms-pss", "token-response", "token-refused", "pdf-streams", "pdf-pkcs7", "pdf-pkcs7-sha1",
		"pdf-only-timestamp", "pdf-document-timestamp-wrong", "pdf-later-signature", "pdf-docmdp1", "pdf-byterange-gap", "time-content-stamp", "path-bridge", "crl-none"} {
		out = append(out, verifytest.MakeSpecimen(name).Document)
	}
	return out
}

// FuzzVerify: whatever the octets, there is one report, it does not contradict
// itself, it can be written, it comes out the same the second time, and nothing
// passes that the seeds' owners did not seal.
func FuzzVerify(f *testing.F) {
	v := newVault(f)
	for _, seed := range fuzzSeeds(f) {
		v.keep(f, seed)
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rep, doc := v.judge(t, data)
		if bad := rep.Contradictions(); len(bad) > 0 {
			t.Errorf("the report contradicts itself: %q", bad)
		}
		if what := v.forged(data, rep, doc); what != "" {
			t.Error(what)
		}
		first := written(t, rep, report.NDJSON)
		again, _ := v.judge(t, data)
		if second := written(t, again, report.NDJSON); !bytes.Equal(first, second) {
			t.Errorf("opened twice, two reports\n%s", firstDifference(first, second))
		}
		if rep.Document.SHA256 != hex.EncodeToString(doc.SHA256[:]) {
			t.Error("the report is about another document")
		}
	})
}

// TestMutatedSeeds changes some octets of every seed, removes or doubles a
// stretch of it: a smaller and repeatable part of what FuzzVerify looks for.
func TestMutatedSeeds(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	seeds := fuzzSeeds(t)
	for _, s := range seeds {
		v.keep(t, s)
	}
	n := 200
	if testing.Short() {
		n = 10
	}
	r := rand.New(rand.NewPCG(2, 20261101))
	passed := 0
	for i, seed := range seeds {
		for range n {
			data := mutated(r, seed)
			rep, doc := v.judge(t, data)
			if bad := rep.Contradictions(); len(bad) > 0 {
				t.Errorf("seed %d: the report contradicts itself: %q\n%s", i, bad, written(t, rep, report.NDJSON))
			}
			if what := v.forged(data, rep, doc); what != "" {
				t.Errorf("seed %d: %s", i, what)
			}
			if rep.Passed() {
				passed++
			}
		}
	}
	t.Logf("%d mutated documents, %d of them still pass by what was sealed", n*len(seeds), passed)
}

func mutated(r *rand.Rand, seed []byte) []byte {
	data := bytes.Clone(seed)
	at := r.IntN(len(data))
	size := 1 + r.IntN(min(40, len(data)-at))
	switch r.IntN(6) {
	case 0:
		return slices.Delete(data, at, at+size)
	case 1:
		return slices.Insert(data, at, seed[at:at+size]...)
	case 2:
		copy(data[at:at+size], seed[r.IntN(len(seed)-size+1):])
	default:
		for range 1 + r.IntN(3) {
			data[r.IntN(len(data))] ^= byte(1 + r.IntN(255))
		}
	}
	return data
}
