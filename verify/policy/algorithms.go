package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/sigalg"
)

// Algorithms is the constraint CryptographicSuitesConstraints: each digest,
// signature scheme and key strength with the time until which it is reliable.
// What has no line is not accepted.
type Algorithms struct {
	Lifetimes string `yaml:"lifetimes"` // enforced | none
	// Catalogue names a built-in catalogue whose lines follow those of the
	// policy; of two lines for the same thing the policy's own counts.
	Catalogue  string     `yaml:"catalogue"`
	Source     string     `yaml:"source"`
	Digests    []Lifetime `yaml:"digests"`
	Signatures []Lifetime `yaml:"signatures"`
	Strengths  []Lifetime `yaml:"strengths"`
}

// A Lifetime is one line of the catalogue.
type Lifetime struct {
	Name string `yaml:"name"` // "SHA-256", "RSA-PSS"; for strengths the bits: "112"
	Use  Use    `yaml:"use"`  // empty: every use without a line of its own
	// MinBits is the least size of the key that a line of signatures is about
	// (modulus, field of the curve); of several lines the largest that fits counts.
	MinBits int `yaml:"min-bits"`
	// Digest narrows a line of signatures to one digest.
	Digest string `yaml:"digest"`
	// GenerateUntil is the last day on which a signature or digest may have been made: "2030-12-31" or "open".
	GenerateUntil string `yaml:"generate-until"`
	// VerifyUntil is the last day on which one made in time may still be relied on. Absent: GenerateUntil.
	VerifyUntil string `yaml:"verify-until"`
	Source      string `yaml:"source"`
}

// LastRelied is the last day on which something made in time may be relied on.
func (l Lifetime) LastRelied() string {
	if l.VerifyUntil == "" {
		return l.GenerateUntil
	}
	return l.VerifyUntil
}

// Lines are all lines of the catalogue.
func (a *Algorithms) Lines() []Lifetime {
	var out []Lifetime
	out = append(out, a.Digests...)
	out = append(out, a.Signatures...)
	return append(out, a.Strengths...)
}

// A Use is what an algorithm was used for.
type Use string

// The uses. A reference names a certificate by digest inside signed data, so
// that only a second preimage could deceive, not a collision.
const (
	UseSignature   Use = "signature"
	UseCertificate Use = "certificate"
	UseRevocation  Use = "revocation"
	UseImprint     Use = "imprint"
	UseReference   Use = "reference"
)

// An Epoch says which of the two dates of a line counts.
type Epoch bool

// Made asks whether the algorithm could be relied on when something was made;
// Relied asks whether what was made may be relied on now.
const (
	Made   Epoch = false
	Relied Epoch = true
)

// Weak is an algorithm that may not be relied on at the time asked about.
type Weak struct {
	Algorithm string    // name for people: "SHA-1", "RSA-1024"
	Until     time.Time // zero: the policy has no line for it, or bans it outright
	Unknown   bool      // no line
	Minimum   int       // the policy knows the scheme, with keys of at least these bits
	Source    string
}

// Suite is what one signature was made with. Empty fields are not looked at.
type Suite struct {
	Digest    sigalg.Digest
	Signature string // sigalg.Algorithm.Name
	Key       *sigalg.PublicKey
}

// A question is one look into the catalogue.
type question struct {
	lines  []Lifetime
	name   string
	shown  string
	digest string
	bits   int
}

// questions are what a suite asks the catalogue.
func (a *Algorithms) questions(s Suite, use Use) []question {
	var out []question
	digest, bits, sized := "", 0, false
	if s.Digest != 0 {
		digest = s.Digest.Name()
		out = append(out, question{lines: a.Digests, name: digest, shown: digest})
	}
	if s.Key != nil {
		bits = s.Key.Bits
	}
	if s.Signature != "" {
		q := question{lines: a.Signatures, name: s.Signature, shown: s.Signature, digest: digest, bits: bits}
		if a.sized(s.Signature) && s.Key != nil && s.Key.Name() != s.Signature {
			q.shown += " (" + s.Key.Name() + ")"
		}
		l, found := q.find(use)
		sized = !found || l.MinBits > 0
		out = append(out, q)
	}
	// A line that gives the size with the scheme needs no class of strength.
	if s.Key != nil && !(len(a.Strengths) == 0 && sized) {
		out = append(out, question{lines: a.Strengths, name: strengthClass(s.Key.Strength()), shown: s.Key.Name()})
	}
	return out
}

// sized: some line of a scheme says for which size of the key it is.
func (a *Algorithms) sized(scheme string) bool {
	return slices.ContainsFunc(a.Signatures, func(l Lifetime) bool { return l.Name == scheme && l.MinBits > 0 })
}

// Check returns what of a suite is not reliable at a time (EN 319 102-1
// 5.2.8.4.1); empty means all is.
func (p *Policy) Check(s Suite, use Use, epoch Epoch, at time.Time) []Weak {
	if p.Algorithms.Lifetimes == "none" {
		return nil
	}
	var out []Weak
	for _, q := range p.Algorithms.questions(s, use) {
		if w, weak := q.weak(use, epoch, at); weak {
			out = append(out, w)
		}
	}
	return out
}

func (q *question) weak(use Use, epoch Epoch, at time.Time) (Weak, bool) {
	l, ok := q.find(use)
	if !ok {
		return Weak{Algorithm: q.shown, Unknown: true, Minimum: q.minimum()}, true
	}
	day := l.GenerateUntil
	if epoch == Relied && l.VerifyUntil != "" {
		day = l.VerifyUntil
	}
	end, err := until(day)
	if err != nil || (!end.IsZero() && !at.Before(end)) {
		return Weak{Algorithm: q.shown, Until: end, Source: l.Source}, true
	}
	return Weak{}, false
}

// find prefers the line for the use over the general one, then the one for
// the digest, then the larger key; of equal ones the first.
func (q *question) find(use Use) (Lifetime, bool) {
	var best Lifetime
	rank := -1
	for _, l := range q.lines {
		if l.Name != q.name || l.MinBits > q.bits || (l.Use != "" && l.Use != use) || (l.Digest != "" && l.Digest != q.digest) {
			continue
		}
		r := min(l.MinBits, 1<<20)
		if l.Use != "" {
			r += 1 << 22
		}
		if l.Digest != "" {
			r += 1 << 21
		}
		if r > rank {
			best, rank = l, r
		}
	}
	return best, rank >= 0
}

// minimum is the least size that the catalogue has a line for, 0 where the
// size is not what is wrong.
func (q *question) minimum() int {
	least := 0
	for _, l := range q.lines {
		if l.Name == q.name && l.MinBits > q.bits && (least == 0 || l.MinBits < least) {
			least = l.MinBits
		}
	}
	return least
}

// strengthClass rounds bits of security down to the classes of NIST SP 800-57
// part 1 table 2, which CRYPTREC LS-0003 uses too.
func strengthClass(bits int) string {
	for _, c := range []int{256, 192, 128, 112, 80} {
		if bits >= c {
			return fmt.Sprint(c)
		}
	}
	return "0"
}

// until turns a last day into the first moment after it, UTC; zero for "open".
func until(day string) (time.Time, error) {
	if day == "" || day == "open" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a day (2030-12-31) or open", day)
	}
	return t.AddDate(0, 0, 1), nil
}
