package poe

import (
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

func on(month time.Month) time.Time { return time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC) }

var now = on(12)

func octets(s string) Object { return Digest(sha256.Sum256([]byte(s))) }

// holds gives an OCSP response "o" a certificate "in o", which holds itself.
func holds(sum [32]byte) [][]byte {
	switch Digest(sum) {
	case octets("o"):
		return [][]byte{[]byte("in o")}
	case octets("in o"):
		return [][]byte{[]byte("in o")}
	}
	return nil
}

func always(sigalg.Digest, time.Time) bool { return true }

// TestEarliest: without a proof an object exists at the validation time
// (5.6.3.4 step 2), with several from the earliest on.
func TestEarliest(t *testing.T) {
	s := New(now, holds)
	a := octets("a")
	if got := s.Earliest(a); got != (Proof{At: now}) {
		t.Errorf("without a proof: %+v", got)
	}
	if s.By(a, now.Add(-1)) || !s.By(a, now) {
		t.Error("without a proof it exists at the validation time, not before")
	}
	for _, p := range []Proof{{on(6), "T1"}, {on(8), "T2"}, {on(6), "T3"}, {on(4), "T4"}} {
		s.Add(a, p)
	}
	if got := s.Earliest(a); got != (Proof{on(4), "T4"}) {
		t.Errorf("the earliest: %+v", got)
	}
	if !s.By(a, on(4)) || s.By(a, on(4).Add(-1)) || !s.By(a, on(5)) {
		t.Error("proven at a time is proven at that time and later")
	}
	s.Add(octets("b"), Proof{now.AddDate(0, 1, 0), "T5"})
	if got := s.Earliest(octets("b")); got != (Proof{At: now}) {
		t.Errorf("a proof after the validation time is none: %+v", got)
	}
}

// TestFirstOfTwoProofs: of two proofs of one time the first is told.
func TestFirstOfTwoProofs(t *testing.T) {
	s := New(now, holds)
	s.Add(octets("a"), Proof{on(6), "T1"})
	s.Add(octets("a"), Proof{on(6), "T2"})
	if got := s.Earliest(octets("a")).By; got != "T1" {
		t.Error(got)
	}
}

// TestByDigest is 5.6.2.3.4 step 4: by its digest an object is proven only if
// that was reliable from then until the object is proven otherwise.
func TestByDigest(t *testing.T) {
	until := func(end time.Time) func(sigalg.Digest, time.Time) bool {
		return func(d sigalg.Digest, at time.Time) bool { return d == sigalg.SHA1 && at.Before(end) }
	}
	for name, c := range map[string]struct {
		via   sigalg.Digest
		other time.Time // the object's proof by its own octets
		end   time.Time // of the digest
		want  time.Time
	}{
		"reliable until now": {sigalg.SHA1, time.Time{}, now.Add(1), on(3)},
		"ended in between":   {sigalg.SHA1, time.Time{}, on(8), now},
		"ended now":          {sigalg.SHA1, time.Time{}, now, now},
		"ended after the object was proven again":    {sigalg.SHA1, on(6), on(8), on(3)},
		"ended before the object was proven again":   {sigalg.SHA1, on(9), on(8), on(9)},
		"ended before the time-stamp":                {sigalg.SHA1, on(6), on(2), on(6)},
		"ended before, and the object was older yet": {sigalg.SHA1, on(1), on(2), on(1)},
		"by its own octets":                          {0, time.Time{}, on(2), on(3)},
	} {
		s := New(now, holds)
		if !c.other.IsZero() {
			s.Add(octets("a"), Proof{c.other, "T2"})
		}
		s.Extract([]eseal.Covered{{Octets: []byte("a"), Via: c.via}}, Proof{on(3), "T1"}, until(c.end))
		if got := s.Earliest(octets("a")).At; !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	// It must be so at the time-stamp as well, whatever is thought of it later.
	s := New(now, holds)
	late := func(_ sigalg.Digest, at time.Time) bool { return at.After(on(5)) }
	s.Extract([]eseal.Covered{{Octets: []byte("a"), Via: sigalg.SHA1}}, Proof{on(3), "T1"}, late)
	if got := s.Earliest(octets("a")).At; !got.Equal(now) {
		t.Errorf("by a digest that was not reliable at the time-stamp: %s", got)
	}
}

// message is a signature in a message with a certificate, a CRL and an OCSP
// response, a time-stamp and a counter-signature that have messages themselves.
func message() *eseal.Signature {
	carrying := func(name string) *eseal.Signature {
		return &eseal.Signature{ID: name, SignedData: &cms.SignedData{Certificates: []cms.EmbeddedCertificate{{Raw: []byte(name + " cert")}}, CRLs: [][]byte{[]byte(name + " crl")}, OCSPs: [][]byte{[]byte(name + " ocsp")}}}
	}
	s, counter := carrying("S"), carrying("C")
	counter.Timestamps = []*eseal.Timestamp{{ID: "T of C"}}
	s.Timestamps = []*eseal.Timestamp{{ID: "T of S", Signature: carrying("T")}}
	s.CounterSignatures = []*eseal.Signature{counter}
	return s
}

// TestContainment is 5.6.2.3.4 step 2: with a message go its certificates, its
// revocation data, its time-stamps and counter-signatures and what those hold.
func TestContainment(t *testing.T) {
	m := message()
	stamp, counter := m.Timestamps[0], m.CounterSignatures[0]
	objects := map[string]Object{"signature": Signature(m), "time-stamp": Timestamp(stamp), "counter-signature": Signature(counter),
		"its time-stamp": Timestamp(counter.Timestamps[0]), "OCSP": octets("o"), "certificate in it": octets("in o"), "empty": octets("")}
	for _, name := range []string{"S", "T", "C"} {
		for _, kind := range []string{"cert", "crl", "ocsp"} {
			objects[name+" "+kind] = octets(name + " " + kind)
		}
	}
	inT := []string{"T cert", "T crl", "T ocsp", "time-stamp"}
	inC := []string{"C cert", "C crl", "C ocsp", "counter-signature", "its time-stamp"}
	all := slices.Concat([]string{"signature", "S cert", "S crl", "S ocsp"}, inT, inC)
	for name, c := range map[string]struct {
		covered []eseal.Covered
		want    []string
	}{
		"nothing":                 {nil, nil},
		"the value alone":         {[]eseal.Covered{{Signature: m}}, []string{"signature"}},
		"the whole message":       {[]eseal.Covered{{Signature: m, Whole: true}}, all},
		"the value, then all":     {[]eseal.Covered{{Signature: m}, {Signature: m, Whole: true}}, all},
		"all, then the value":     {[]eseal.Covered{{Signature: m, Whole: true}, {Signature: m}}, all},
		"a token":                 {[]eseal.Covered{{Timestamp: stamp}}, inT},
		"a token, twice":          {[]eseal.Covered{{Timestamp: stamp}, {Timestamp: stamp}}, inT},
		"an unreadable token":     {[]eseal.Covered{{Timestamp: counter.Timestamps[0]}}, []string{"its time-stamp"}},
		"a token, whole as such":  {[]eseal.Covered{{Timestamp: stamp, Whole: true}}, inT},
		"a counter-signature":     {[]eseal.Covered{{Signature: counter, Whole: true}}, inC},
		"an OCSP response":        {[]eseal.Covered{{Octets: []byte("o")}}, []string{"OCSP", "certificate in it"}},
		"a certificate, reliably": {[]eseal.Covered{{Octets: []byte("S cert"), Via: sigalg.SHA256}}, []string{"S cert"}},
		"no octets":               {[]eseal.Covered{{Octets: []byte{}}}, []string{"empty"}},
	} {
		s := New(now, holds)
		s.Extract(c.covered, Proof{on(3), "T1"}, always)
		for what, o := range objects {
			if got := s.Earliest(o); (got == Proof{on(3), "T1"}) != slices.Contains(c.want, what) {
				t.Errorf("%s: %s is proven by %+v", name, what, got)
			}
		}
	}
}

// TestSumsByPlace: octets are known by what they are, not by where they lie.
func TestSumsByPlace(t *testing.T) {
	s := New(now, holds)
	buffer := []byte("abc")
	for range 2 {
		for _, part := range [][]byte{buffer, buffer[:2], buffer[1:], buffer[:0]} {
			if s.sum(part) != sha256.Sum256(part) {
				t.Errorf("%q: another sum", part)
			}
		}
	}
	if len(s.sums) != 3 {
		t.Errorf("%d sums are kept, of three pieces", len(s.sums))
	}
}
