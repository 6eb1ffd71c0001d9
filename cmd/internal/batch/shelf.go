package batch

// A shelf is what a worker was sent, kept by both sides alike: a list of
// megabytes that a thousand documents need goes over once. Both put the same
// things in the same order and take the same ones off, so that a number names
// the same thing.
type shelf struct {
	first  int // number of the oldest that is still there, less one
	things []thing
	octets int
	place  map[[32]byte]int
}

type thing struct {
	raw    []byte
	digest [32]byte
}

// maxShelf bounds what each worker keeps: some lists of the largest CAs.
const maxShelf = 64 << 20

// put adds a thing. What is too large to keep is sent each time.
func (s *shelf) put(raw []byte, digest [32]byte) {
	if len(raw) > maxShelf/2 {
		return
	}
	if s.place == nil {
		s.place = map[[32]byte]int{}
	}
	s.things = append(s.things, thing{raw, digest})
	s.octets += len(raw)
	s.place[digest] = s.first + len(s.things)
	for s.octets > maxShelf {
		old := s.things[0]
		delete(s.place, old.digest)
		s.things[0] = thing{}
		s.things, s.first, s.octets = s.things[1:], s.first+1, s.octets-len(old.raw)
	}
}

// find gives the number of a thing, 0 if it is not there.
func (s *shelf) find(digest [32]byte) int { return s.place[digest] }

// at gives the thing of a number, nil if it is not there any more.
func (s *shelf) at(n int) []byte {
	if n <= s.first || n > s.first+len(s.things) {
		return nil
	}
	return s.things[n-s.first-1].raw
}
