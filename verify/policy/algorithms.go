package policy

import (
	"fmt"
	"time"

	"github.com/kakuin/kakuin/eseal/sigalg"
)

// Algorithms is the constraint CryptographicSuitesConstraints: each digest,
// signature scheme and key strength with the time until which it is reliable.
// What has no line is not accepted.
type Algorithms struct {
	Lifetimes  string     `yaml:"lifetimes"` // enforced | none
	Source     string     `yaml:"source"`
	Digests    []Lifetime `yaml:"digests"`
	Signatures []Lifetime `yaml:"signatures"`
	Strengths  []Lifetime `yaml:"strengths"`
}

// A Lifetime is one line of the catalogue.
type Lifetime struct {
	Name string `yaml:"name"` // "SHA-256", "RSA-PSS"; for strengths the bits: "112"
	Use  Use    `yaml:"use"`  // empty: every use without a line of its own
	// GenerateUntil is the last day on which a signature or digest may have been made: "2030-12-31" or "open".
	GenerateUntil string `yaml:"generate-until"`
	// VerifyUntil is the last day on which one made in time may still be relied on. Absent: GenerateUntil.
	VerifyUntil string `yaml:"verify-until"`
	Source      string `yaml:"source"`
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
	Source    string
}

// Suite is what one signature was made with. Empty fields are not looked at.
type Suite struct {
	Digest    sigalg.Digest
	Signature string // sigalg.Algorithm.Name
	Key       *sigalg.PublicKey
}

// Check returns what of a suite is not reliable at a time (EN 319 102-1
// 5.2.8.4.1); empty means all is.
func (p *Policy) Check(s Suite, use Use, epoch Epoch, at time.Time) []Weak {
	if p.Algorithms.Lifetimes == "none" {
		return nil
	}
	var out []Weak
	if s.Digest != 0 {
		out = p.Algorithms.appendWeak(out, p.Algorithms.Digests, s.Digest.Name(), s.Digest.Name(), use, epoch, at)
	}
	if s.Signature != "" {
		out = p.Algorithms.appendWeak(out, p.Algorithms.Signatures, s.Signature, s.Signature, use, epoch, at)
	}
	if s.Key != nil {
		out = p.Algorithms.appendWeak(out, p.Algorithms.Strengths, strengthClass(s.Key.Strength()), s.Key.Name(), use, epoch, at)
	}
	return out
}

func (a *Algorithms) appendWeak(out []Weak, lines []Lifetime, name, shown string, use Use, epoch Epoch, at time.Time) []Weak {
	l, ok := find(lines, name, use)
	if !ok {
		return append(out, Weak{Algorithm: shown, Unknown: true})
	}
	day := l.GenerateUntil
	if epoch == Relied && l.VerifyUntil != "" {
		day = l.VerifyUntil
	}
	end, err := until(day)
	if err != nil || (!end.IsZero() && !at.Before(end)) {
		return append(out, Weak{Algorithm: shown, Until: end, Source: l.Source})
	}
	return out
}

// find prefers the line for the use over the general one.
func find(lines []Lifetime, name string, use Use) (Lifetime, bool) {
	var general Lifetime
	found := false
	for _, l := range lines {
		if l.Name != name {
			continue
		}
		if l.Use == use {
			return l, true
		}
		if l.Use == "" {
			general, found = l, true
		}
	}
	return general, found
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

// Retired lists when each algorithm of a suite stops being reliable, earliest
// first, for the forecast.
func (p *Policy) Retired(s Suite, use Use) (time.Time, string) {
	var first time.Time
	var which string
	consider := func(lines []Lifetime, name, shown string) {
		l, ok := find(lines, name, use)
		if !ok {
			return
		}
		if end, err := until(l.GenerateUntil); err == nil && !end.IsZero() && (first.IsZero() || end.Before(first)) {
			first, which = end, shown
		}
	}
	if s.Digest != 0 {
		consider(p.Algorithms.Digests, s.Digest.Name(), s.Digest.Name())
	}
	if s.Signature != "" {
		consider(p.Algorithms.Signatures, s.Signature, s.Signature)
	}
	if s.Key != nil {
		consider(p.Algorithms.Strengths, strengthClass(s.Key.Strength()), s.Key.Name())
	}
	return first, which
}
