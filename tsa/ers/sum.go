package ers

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/kakuin/kakuin/eseal/note"
)

// noteNotes says in words what the fields say.
func (c *Covered) noteNotes() {
	if c.TokenErr != nil || c.Err != nil {
		return
	}
	if !c.Leads && (c.Tree != nil || !c.Missing) {
		c.note(CodeRoot, note.Params{"digest": c.DigestName})
	}
	if !c.Previous && !c.Missing {
		c.note(CodePrevious, nil)
	}
}

// others notes hash values in the first list that belong to none of the
// objects: "it can be verified additionally, that only the hash values of the
// given data objects are in the first hash-value list" (RFC 4998 4.3).
func (c *Covered) others(fits [][]byte, given int) {
	if c.Tree == nil || given == 0 || len(c.Objects) == 0 {
		return
	}
	n := 0
	for _, v := range c.Tree[0] {
		if !slices.ContainsFunc(fits, func(f []byte) bool { return bytes.Equal(f, v) }) {
			n++
		}
	}
	if n > 0 && len(c.Tree[0]) > 1 {
		c.note(CodeOthers, note.Params{"values": strconv.Itoa(n)})
	}
}

// order: chains and the Archive Time-Stamps in them stand in ascending order
// of time (RFC 4998 5.1, RFC 6283 4.1).
func (cov *Coverage) order() {
	var last time.Time
	for _, c := range cov.Stamps {
		if c.Token == nil {
			continue
		}
		at := c.Token.Info.GenTime
		if at.Before(last) {
			c.note(CodeOrder, note.Params{"time": at.UTC().Format(time.RFC3339), "before": last.UTC().Format(time.RFC3339)})
		}
		last = at
	}
}

// sum finds the objects that every chain is over: a later chain that leaves an
// object out proves nothing for it once the older chains are void (RFC 4998
// 5.3 step 3).
func (cov *Coverage) sum(objects []Object, chains int) {
	for i, o := range objects {
		over, unknown := 0, false
		for _, c := range cov.Stamps {
			if c.Place > 0 {
				continue
			}
			switch {
			case slices.Contains(c.Objects, i):
				over++
			case c.Digest.Available() && len(o.Digests(c.Digest)) == 0:
				unknown = true
			case over > 0 && c.Chain > 0 && c.Token != nil:
				c.drop(o)
			}
		}
		switch {
		case over == chains:
			cov.Objects = append(cov.Objects, i)
			continue
		case unknown:
			cov.Unknown = append(cov.Unknown, i)
		}
		cov.Others = append(cov.Others, i)
	}
}

// drop notes an object that an older chain is over. A renewal that is over none
// of them renews nothing.
func (c *Covered) drop(o Object) {
	c.note(CodeDropped, note.Params{"object": o.Name})
	if len(c.Objects) == 0 && c.Previous {
		c.Previous = false
		c.note(CodePrevious, nil)
	}
}

// noteFacts notes what is odd about the trees themselves.
func (r *Record) noteFacts() {
	for _, s := range r.Stamps() {
		for _, list := range s.Tree {
			sorted := slices.Clone(list)
			slices.SortFunc(sorted, bytes.Compare)
			for i := 1; i < len(sorted); i++ {
				if bytes.Equal(sorted[i], sorted[i-1]) {
					r.note(CodeDuplicate, s.where(), nil)
					break
				}
			}
		}
	}
}
