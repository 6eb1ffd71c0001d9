package verify

import (
	"errors"
	"slices"

	"github.com/kakuin/kakuin/registry"
	"github.com/kakuin/kakuin/verify/evidence"
)

// A Register answers what a base registry says of a corporate number (法人番号),
// see [registry.Open]. It must be safe for concurrent use.
type Register interface {
	Snapshot() registry.Snapshot
	Find(number string) (registry.Record, bool, error)
}

// WithRegister asks a register for the bodies that certificates name by their
// corporate number. What it says answers the question "registry" of the layers;
// it never makes a document pass or fail.
func WithRegister(r Register) Option {
	return func(v *Verifier) error {
		if r == nil {
			return errors.New("verify: nil register")
		}
		v.register = r
		return nil
	}
}

// Consulted is what a register said of the numbers of one document.
type Consulted struct {
	Snapshot registry.Snapshot
	Answers  []RegisterAnswer
}

// A RegisterAnswer is what it said of one number.
type RegisterAnswer struct {
	Number string
	Found  bool
	Record registry.Record
	Failed string // why it could not be asked
}

func (c *Consulted) answer(number string) *RegisterAnswer {
	if c == nil {
		return nil
	}
	for i := range c.Answers {
		if c.Answers[i].Number == number {
			return &c.Answers[i]
		}
	}
	return nil
}

// manyNumbers bounds what one document makes the register be asked.
const manyNumbers = 256

// consult asks the register for every number that a certificate at hand names,
// each once, so that judging needs no register.
func (v *Verifier) consult(ev *Evidence) {
	if v.register == nil {
		return
	}
	if ev.Register == nil {
		ev.Register = &Consulted{Snapshot: v.register.Snapshot()}
	}
	for _, n := range slices.Concat(v.stock.numbers, numbersOf(ev.Items.Own())) {
		if ev.Register.answer(n) != nil || len(ev.Register.Answers) >= manyNumbers {
			continue
		}
		a := RegisterAnswer{Number: n}
		rec, found, err := v.register.Find(n)
		if err != nil {
			a.Failed = err.Error()
		} else if a.Found = found; found {
			a.Record = rec
		}
		ev.Register.Answers = append(ev.Register.Answers, a)
	}
}

// numbersOf are the corporate numbers that certificates name, in order.
func numbersOf(items []*evidence.Item) (out []string) {
	for _, it := range items {
		if it.Certificate == nil {
			continue
		}
		if n := it.Certificate.Identity().CorporateNumber; n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
