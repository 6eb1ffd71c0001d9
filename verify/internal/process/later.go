package process

import (
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
)

// Then is the court at another time: the same rules over the same evidence,
// read and indexed once. It keeps no answer of this one, and the list counts
// as renewed by then: that a list goes stale is said of the verifier, not of
// the document.
func (c *Court) Then(at time.Time, p *purse.Purse) *Court {
	c.prepare()
	n := *c
	n.At, n.Purse, n.Stale = at, p, nil
	n.answers = noAnswers()
	return &n
}
