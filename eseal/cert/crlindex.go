package cert

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"sync"
	"sync/atomic"
)

// crlIndex answers the later questions to one CRL: a batch asks the same CRL
// for thousands of certificates, and scanning megabytes for each would cost
// more than the signatures. One table of positions, built on the second
// question, eight octets an entry.
type crlIndex struct {
	asked atomic.Bool
	build sync.Once
	seed  maphash.Seed
	slots []uint32 // position in RawEntries plus one; zero = free
}

// smallCRL is the number of entries up to which no table is built: a scan
// takes some 10 ns an entry, a signature check 23 us.
const smallCRL = 256

// find is the position of the first entry with a serial number in DER.
func (c *CRL) find(want []byte) (int, bool) {
	if c.Count <= smallCRL || !c.index.asked.Swap(true) {
		return scanSerial(c.RawEntries, want)
	}
	c.index.build.Do(c.buildIndex)
	mask := uint64(len(c.index.slots) - 1)
	for i := maphash.Bytes(c.index.seed, want) & mask; ; i = (i + 1) & mask {
		at := c.index.slots[i]
		if at == 0 {
			return 0, false
		}
		if c.sameSerial(at, want) {
			return int(at - 1), true
		}
	}
}

func (c *CRL) sameSerial(slot uint32, serial []byte) bool {
	w := walk{data: c.RawEntries, pos: int(slot - 1)}
	e, ok := w.entry(false)
	return ok && bytes.Equal(minimal(e.serial), serial)
}

func scanSerial(entries, want []byte) (int, bool) {
	w := walk{data: entries}
	for w.pos < len(entries) {
		at := w.pos
		e, ok := w.entry(false)
		if !ok {
			return 0, false // cannot be: ParseCRL walked here
		}
		if len(e.serial) >= len(want) && bytes.Equal(minimal(e.serial), want) {
			return at, true
		}
	}
	return 0, false
}

func (c *CRL) buildIndex() {
	c.index.seed = maphash.MakeSeed()
	slots := make([]uint32, 1<<bits.Len(uint(c.Count)*2-1))
	mask := uint64(len(slots) - 1)
	w := walk{data: c.RawEntries}
	for w.pos < len(w.data) {
		at := w.pos
		e, ok := w.entry(false)
		if !ok {
			break
		}
		serial := minimal(e.serial)
		i := maphash.Bytes(c.index.seed, serial) & mask
		for slots[i] != 0 && !c.sameSerial(slots[i], serial) {
			i = (i + 1) & mask
		}
		if slots[i] == 0 { // the first of equal serial numbers counts
			slots[i] = uint32(at) + 1
		}
	}
	c.index.slots = slots
}
