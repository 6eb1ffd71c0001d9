package policy

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/sigalg"
)

func TestBuiltIn(t *testing.T) {
	for _, name := range Names() {
		p, err := ByName(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if p.ID != "kakuin:"+name || p.Title.JA == "" || p.Title.EN == "" || p.SHA256 == [32]byte{} {
			t.Errorf("%s: %+v", name, p.ID)
		}
		if p.Revocation.Mode != Require {
			t.Errorf("%s: revocation is %s, built-in policies require it", name, p.Revocation.Mode)
		}
	}
	if _, err := ByName("lax"); err == nil || !strings.Contains(err.Error(), "strict") {
		t.Errorf("unknown name: %v", err)
	}
}

// Each digest and signature scheme that can be computed and is not weak has a
// line, or is refused by name: no silent hole.
func TestCatalogueKnowsAlgorithms(t *testing.T) {
	p, err := ByName("strict")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for d := sigalg.SHA1; d <= sigalg.RIPEMD160; d++ {
		weak := p.Check(Suite{Digest: d}, UseSignature, Made, now)
		want := d == sigalg.SHA1 || d == sigalg.MD5 || d == sigalg.RIPEMD160
		if (len(weak) > 0) != want {
			t.Errorf("%s: weak=%v", d.Name(), weak)
		}
	}
}

func TestLifetimes(t *testing.T) {
	strict, _ := ByName("strict")
	japan, _ := ByName("japan")
	rfc, _ := ByName("rfc5280")
	at := func(day string) time.Time {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tc := range []struct {
		name  string
		p     *Policy
		suite Suite
		use   Use
		epoch Epoch
		day   string
		weak  bool
	}{
		{"SHA-1 made in its last year", strict, Suite{Digest: sigalg.SHA1}, UseSignature, Made, "2014-12-31", false},
		{"SHA-1 made the day after", strict, Suite{Digest: sigalg.SHA1}, UseSignature, Made, "2015-01-01", true},
		{"SHA-1 names a certificate", strict, Suite{Digest: sigalg.SHA1}, UseReference, Made, "2026-01-01", false},
		{"SHA-224 relied on after 2030, Japan", japan, Suite{Digest: sigalg.SHA224}, UseSignature, Relied, "2031-01-01", false},
		{"SHA-224 relied on after 2030, strict", strict, Suite{Digest: sigalg.SHA224}, UseSignature, Relied, "2031-01-01", true},
		{"SHA-224 made after 2030", japan, Suite{Digest: sigalg.SHA224}, UseSignature, Made, "2031-01-01", true},
		{"MD5 has no line", japan, Suite{Digest: sigalg.MD5}, UseSignature, Made, "1999-01-01", true},
		{"unknown scheme", japan, Suite{Signature: "GOST"}, UseSignature, Made, "2026-01-01", true},
		{"no lifetimes", rfc, Suite{Digest: sigalg.MD5, Signature: "GOST"}, UseSignature, Made, "2026-01-01", false},
	} {
		if weak := tc.p.Check(tc.suite, tc.use, tc.epoch, at(tc.day)); (len(weak) > 0) != tc.weak {
			t.Errorf("%s: %v", tc.name, weak)
		}
	}
}

func TestAbsentLineIsStrict(t *testing.T) {
	p, err := Parse([]byte("schema: kakuin/policy/v1\nid: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Revocation.Mode != Require || p.Reference.Need != "required" || p.AnchorSigns.Answer != "refuse" || p.CAExpiry.Answer != "reject" || p.Model.Answer != Shell {
		t.Errorf("absent lines: %+v", p)
	}
	if p.PDFChange("long-term-material") != "no" {
		t.Error("a change level without a line is permitted")
	}
	if _, ok := p.Purpose("seal"); ok {
		t.Error("a purpose without a line is known")
	}
	if weak := p.Check(Suite{Digest: sigalg.SHA256}, UseSignature, Made, time.Unix(0, 0)); len(weak) == 0 {
		t.Error("an algorithm without a line is accepted")
	}
}

func TestRefused(t *testing.T) {
	const head = "schema: kakuin/policy/v1\nid: x\n"
	for name, text := range map[string]string{
		"other schema":      "schema: kakuin/policy/v2\nid: x\n",
		"no id":             "schema: kakuin/policy/v1\n",
		"unknown key":       head + "revokation: {mode: none, source: s}\n",
		"duplicate key":     head + "id: y\n",
		"unknown word":      head + "revocation: {mode: maybe, source: s}\n",
		"no source":         head + "revocation: {mode: none}\n",
		"unknown model":     head + "validity-model: {answer: onion, source: s}\n",
		"model, no source":  head + "validity-model: {answer: chain}\n",
		"chain and expiry":  head + "validity-model: {answer: chain, source: s}\nca-validity: {answer: record, source: s}\n",
		"bad day":           head + "algorithms: {digests: [{name: SHA-256, generate-until: soon, source: s}]}\n",
		"no day":            head + "algorithms: {digests: [{name: SHA-256, source: s}]}\n",
		"purpose twice":     head + "purposes: [{name: seal, source: s}, {name: seal, source: s}]\n",
		"unknown key usage": head + "purposes: [{name: seal, key-usage-any: [sign], source: s}]\n",
		"change twice":      head + "pdf-changes: [{level: other, permitted: \"no\", source: s}, {level: other, permitted: \"yes\", source: s}]\n",
		"negative age":      head + "revocation: {mode: require, source: s, max-age: [{position: ca, hours: -1, source: s}]}\n",
		"age twice":         head + "revocation: {mode: require, source: s, max-age: [{position: ca, hours: 1, source: s}, {position: ca, hours: 9, source: s}]}\n",
		"age of nobody":     head + "revocation: {mode: require, source: s, max-age: [{position: all, hours: 1, source: s}]}\n",
		"age, no source":    head + "revocation: {mode: require, source: s, max-age: [{position: ca, hours: 1}]}\n",
		"needs what":        head + "revocation: {mode: require, source: s, sources: [{position: ca, need: all, source: s}]}\n",
		"needs nothing":     head + "revocation: {mode: require, source: s, sources: [{position: ca, source: s}]}\n",
		"need of nobody":    head + "revocation: {mode: require, source: s, sources: [{need: both, source: s}]}\n",
		"need, no source":   head + "revocation: {mode: require, source: s, sources: [{position: ca, need: both}]}\n",
		"need twice":        head + "revocation: {mode: require, source: s, sources: [{position: ca, need: both, source: s}, {position: ca, need: either, source: s}]}\n",
		"too large":         head + "# " + strings.Repeat("x", maxFile),
	} {
		_, err := Parse([]byte(text))
		var se *SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "unknown key" && (se.Line != 3 || se.Column == 0) {
			t.Errorf("unknown key: %v names no place", err)
		}
	}
}

// TestByPosition: lines of one position say nothing of another; the same
// position may have a line of each sort.
func TestByPosition(t *testing.T) {
	p, err := Parse([]byte("schema: kakuin/policy/v1\nid: x\nrevocation:\n  max-age: [{position: signer, hours: 24, source: s}]\n" +
		"  sources: [{position: signer, need: both, source: s}, {position: ca, need: crl, source: s}, {position: tsa, need: ocsp, source: s}, {position: responder, need: either, source: s}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	for position, need := range map[string]Need{"signer": NeedBoth, "ca": NeedCRL, "tsa": NeedOCSP, "responder": NeedEither, "": NeedEither} {
		if got := p.Need(position); got != need {
			t.Errorf("%s needs %s, want %s", position, got, need)
		}
	}
	if age := p.MaxAge("signer"); age == nil || *age != 24*time.Hour || p.MaxAge("ca") != nil {
		t.Errorf("ages %v %v", age, p.MaxAge("ca"))
	}
}

func TestWithRevocationIsEchoed(t *testing.T) {
	p, _ := ByName("strict")
	q := p.WithRevocation(Prefer)
	if len(p.OptOuts) != 0 || len(q.OptOuts) != 1 || q.OptOuts[0] != "revocation=prefer" {
		t.Errorf("opt-outs %v, %v", p.OptOuts, q.OptOuts)
	}
}

func FuzzParse(f *testing.F) {
	for _, n := range Names() {
		data, _ := Source(n)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(data)
		if err == nil && (p.ID == "" || p.Revocation.Mode == "") {
			t.Errorf("accepted without id or mode: %+v", p)
		}
	})
}
