package revocation_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const (
	mutantCount = 10_000
	mutantSeed  = 20261123
)

// A change makes one thing different; false: there is no such thing in this deck.
type change struct {
	kind   string
	weight int
	apply  func(*shaker, *deck) bool
}

// A shaker is where one mutant takes its chances from.
type shaker struct {
	*rand.Rand
	decks []*deck // to borrow from
	plain bool    // leave it unsigned
}

func pick[T any](s *shaker, list []T) T { return list[s.IntN(len(list))] }

func (s *shaker) chance(percent int) bool { return s.IntN(100) < percent }

// mutants are the same for the same corpora: every one has chances of its own.
func mutants(t *testing.T, scored []question) []question {
	decks, left := shuffledDecks(t, scored)
	var all []change
	for _, list := range [][]change{encodingChanges, listChanges, fieldChanges, extensionChanges, inputChanges, crlChanges} {
		for _, c := range list {
			for range c.weight {
				all = append(all, c)
			}
		}
	}
	kinds := map[string]int{}
	signed, accepted := 0, 0
	var out []question
	for i := range mutantCount {
		s := &shaker{Rand: rand.New(rand.NewPCG(mutantSeed, uint64(i))), decks: decks}
		d, kind := s.mutant(all)
		q := d.question()
		q.origin = d.origin
		q.ID = fmt.Sprintf("mutant/%s/%s/%d", kind, strings.TrimPrefix(q.ID, "scored/"), i)
		kinds[kind]++
		if !s.plain {
			signed++
		}
		if q.judge(t).good {
			accepted++
		}
		out = append(out, q)
	}
	t.Logf("mutants %d of %d decks (left out: %v): signed again %d, accepted by us %d", len(out), len(decks), left, signed, accepted)
	for _, k := range sortedKeys(kinds) {
		t.Logf("  %-24s %d", k, kinds[k])
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// shuffledDecks are the questions whose answer stays with other keys.
func shuffledDecks(t *testing.T, scored []question) (decks []*deck, left map[string]int) {
	left = map[string]int{}
	_, known := bridgeQuestions()
	for _, q := range scored {
		if d := newDeck(t, q, known); d != nil {
			decks = append(decks, d)
		} else {
			left[strings.Split(q.ID, "/")[1]]++
		}
	}
	return decks, left
}

// shares are how many of a hundred mutants come from where; the rest is PKITS.
var shares = []struct {
	prefix string
	share  int
}{
	{"scored/bridge", 20}, {"scored/x509-limbo", 10}, {"scored/chains-bettertls", 9}, {"scored/chains-boringssl", 9}, {"scored/chains-go-policies", 8},
	{"scored/chains-openssl", 4}, {"scored/chains-x509test", 2}, {"scored/chains-botan", 1}, {"scored/pkits", 37},
}

// mutant takes a deck, four times out of five one that we accept, and makes
// one change that it allows.
func (s *shaker) mutant(all []change) (*deck, string) {
	n, prefix := s.IntN(100), ""
	for _, x := range shares {
		if n -= x.share; n < 0 {
			prefix = x.prefix
			break
		}
	}
	want := s.chance(80)
	var fit []*deck
	for _, d := range s.decks {
		if strings.HasPrefix(d.q.ID, prefix) && (d.good || !want) {
			fit = append(fit, d)
		}
	}
	d := pick(s, fit)
	before := d.question()
	for {
		c := pick(s, all)
		m := d.clone()
		if c.apply(s, m) && !reflect.DeepEqual(before, m.question()) {
			return m, c.kind
		}
		s.plain = false
	}
}

// certificate is one that can be signed again: for a change its own copy.
func (s *shaker) certificate(d *deck) *draft {
	lists := [][]*draft{{d.leaf}, d.intermediates, d.anchors}
	which := 0
	if n := s.IntN(100); n >= 40 && len(d.intermediates) > 0 {
		which = 1
	} else if n >= 88 && len(d.anchors) > 0 {
		which = 2
	}
	at := s.place(d, lists[which])
	c := lists[which][at].clone()
	if which == 0 {
		d.leaf = c
	} else {
		lists[which][at] = c
	}
	if c.key == nil {
		return nil
	}
	return c
}

// place chooses from a list, mostly what is needed.
func (s *shaker) place(d *deck, list []*draft) int {
	at := s.IntN(len(list))
	for range 12 {
		if d.needed[list[at]] {
			break
		}
		at = s.IntN(len(list))
	}
	return at
}

// on is a change of one certificate that is signed again afterwards.
func on(apply func(*shaker, *deck, *draft) bool) func(*shaker, *deck) bool {
	return func(s *shaker, d *deck) bool {
		c := s.certificate(d)
		return c != nil && apply(s, d, c)
	}
}

// onCRL is the same for a list.
func onCRL(apply func(*shaker, *deck, *draft) bool) func(*shaker, *deck) bool {
	return func(s *shaker, d *deck) bool {
		if len(d.crls) == 0 {
			return false
		}
		at := s.place(d, d.crls)
		c := d.crls[at].clone()
		d.crls[at] = c
		return c.key != nil && apply(s, d, c)
	}
}

// others are all certificates of a deck that can be read into.
func (d *deck) all() (out []*draft) {
	for _, c := range slices.Concat([]*draft{d.leaf}, d.intermediates, d.anchors) {
		if c.key != nil {
			out = append(out, c)
		}
	}
	return out
}
