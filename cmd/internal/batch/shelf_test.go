package batch

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
)

// Both sides of a shelf agree at every moment, whatever goes over it.
func TestShelf(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	pool := make([][]byte, 40)
	for i := range pool {
		pool[i] = bytes.Repeat([]byte{byte(i)}, 1+r.IntN(maxShelf/8))
	}
	pool[7] = bytes.Repeat([]byte{7}, maxShelf/2+1)
	var run, worker shelf
	sent := 0
	for range 400 {
		thing := pool[r.IntN(len(pool))]
		digest := sha256.Sum256(thing[:1])
		if n := run.find(digest); n > 0 {
			if !bytes.Equal(worker.at(n), thing) {
				t.Fatalf("number %d is something else", n)
			}
			continue
		}
		sent++
		run.put(thing, digest)
		worker.put(thing, digest)
		if run.octets > maxShelf || run.octets != worker.octets || len(run.place) != len(run.things) {
			t.Fatalf("%d octets, %d in the worker; %d things, %d places", run.octets, worker.octets, len(run.things), len(run.place))
		}
	}
	if sent > 390 || worker.at(0) != nil || worker.at(-1) != nil || worker.at(1<<30) != nil || run.find(sha256.Sum256(pool[7][:1])) != 0 {
		t.Errorf("sent %d times of 400", sent)
	}
}
