package process

import (
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
)

// Then is the court at another time: the same rules over the same evidence,
// read and indexed once. It keeps no answer of this one, and the list is as
// fresh as it is now: that it goes stale is said of the verifier, not of the
// document.
func (c *Court) Then(at time.Time, p *purse.Purse) *Court {
	c.prepare()
	n := *c
	n.At, n.Purse = at, p
	n.answers = noAnswers()
	return &n
}
