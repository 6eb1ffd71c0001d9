package revocation_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestDeck: with the keys that verifytest signs with, a deck gives back the
// octets that it was made of; with others, the same answer; and the same
// chances give the same mutant.
func TestDeck(t *testing.T) {
	questions, known := bridgeQuestions()
	q := questions[1] // office from its own side, with lists
	d := newDeck(t, q, known)
	if d == nil || !d.good {
		t.Fatalf("%s: not accepted", q.ID)
	}
	again := d.question()
	if !bytes.Equal(again.leaf, q.leaf) || !reflect.DeepEqual([][][]byte{again.anchors, again.intermediates, again.crls}, [][][]byte{q.anchors, q.intermediates, q.crls}) {
		t.Error("signing again changed something")
	}
	other := newDeck(t, q, nil)
	if other == nil || !other.good || bytes.Equal(other.question().leaf, q.leaf) {
		t.Error("other keys: not accepted, or the same octets")
	}
	for _, c := range fieldChanges {
		mutate := func() (question, bool) {
			s := &shaker{Rand: rand.New(rand.NewPCG(1, 2)), decks: []*deck{d}}
			m := d.clone()
			done := c.apply(s, m)
			return m.question(), done
		}
		one, done := mutate()
		if two, _ := mutate(); done && !reflect.DeepEqual(one, two) {
			t.Errorf("%s: two mutants of the same chances", c.kind)
		}
		if whole := d.question(); !reflect.DeepEqual(whole, again) {
			t.Fatalf("%s: the deck itself was changed", c.kind)
		}
	}
}
