package pdf

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Which deviations make readers repair a file, that is, look for its objects
// by scanning. Nothing else of a file is compared with a scan.
var repaired = []note.Code{CodeHeaderOffset, CodeTrailingOctets, CodeRebuilt, CodeStartXRef, CodeXRefBroken, CodeXRefEntry, CodePrevLoop, CodeHybridDiffers, CodeNoEOF,
	CodeDoubleEntry, CodeMalformedObject, CodeStreamLength, CodeObjectStream, CodeNoCatalog, CodeFieldTree, CodePageTree, CodeRevisionOrder, CodeOffsetBeyond}

// repairs tells whether anything makes readers scan the file.
func (c *comparison) repairs() bool {
	return c.f.irregular || c.survey.irregular || !c.f.strict() || slices.ContainsFunc(c.f.Notes, func(n note.Note) bool { return slices.Contains(repaired, n.Code) })
}

// scanned compares the objects in use with those that a scan finds: by any
// "n g obj" behind the one in use, and where an object stream holds that or
// nothing does, by any at all. The trailers must name one /Root.
func (c *comparison) scanned(seen []uint32) error {
	if !c.repairs() {
		return nil
	}
	var err error
	if c.scan == nil {
		if c.scan, err = c.f.scanFile(); err != nil {
			return err
		}
	}
	if c.f.Rebuilt && !c.chained(seen) {
		c.tell(CodeTwoObjects, "xref") // as written it cannot be read: each reader repairs it in its own way
	}
	for _, n := range seen {
		if c.scannedObject(n) {
			c.tell(CodeTwoObjects, c.name(n))
		}
		if c.f.Exhausted != nil {
			return c.f.Exhausted
		}
	}
	c.roots()
	return nil
}

// chained compares a file that was put together by scanning with what the
// last section that stands in it leads to, wherever startxref points: some
// readers look for that. A sealed revision has its own startxref. False when
// there is no section that can be followed.
func (c *comparison) chained(seen []uint32) bool {
	f := c.f
	size, section := f.Size, c.scan.section
	if c.rev < len(f.revs) {
		size = f.Revisions[c.rev-1].End
	}
	other := newFile(f.win.r, size, f.purse, f.password)
	other.near = true
	other.HeaderOffset, other.Linearized = f.HeaderOffset, f.Linearized
	if t := other.lastTail(); size < f.Size && t.pos >= 0 {
		section = t.value
	}
	if section < 0 || section >= size {
		return false
	}
	chain, err := other.readChain(section)
	if f.failed(err) || err != nil {
		return false
	}
	other.cutRevisions(chain, tail{pos: -1})
	other.buildIndex()
	other.readEncryption()
	defer other.forget()
	last := len(other.revs)
	for _, n := range seen {
		if a, b := f.placeOf(c.rev, int(n)), other.placeOf(last, int(n)); a.off == b.off && a.num == b.num {
			continue
		}
		o, err := other.Current(last, int(n))
		if st, ok := o.(*Stream); ok && err == nil {
			err = other.measure(st)
		}
		unread := tooDeep(err) || err != nil && !f.failed(err) // such a reader repairs it too, if there is one thing
		if unread && (f.placeOf(c.rev, int(n)) == nowhere || len(c.scan.of(n)) > 1) || err == nil && !c.alike(n, o) {
			c.tell(CodeTwoObjects, c.name(n))
		}
	}
	return true
}

// scannedObject tells whether a scan finds another object under the number.
func (c *comparison) scannedObject(n uint32) bool {
	f := c.f
	is := f.placeOf(c.rev, int(n))
	e, _ := f.lookup(c.rev, int(n))
	end := f.Revisions[c.rev-1].End
	if c.rev == len(f.revs) {
		end = f.Size
	}
	hits := c.scan.of(n)
	if c.survey.flaws[n]&flawBroken != 0 {
		if is.num < 0 {
			c.mend(e, hits)
		}
		return true // what readers make of it differs
	}
	for _, h := range hits {
		switch {
		case h.at() >= end || h.stream < 0 && h.off == is.off && is.num < 0 || h.stream >= 0 && h.stream == is.off && is.num >= 0:
		case is == nowhere:
			return true
		case is.num < 0 && h.at() < is.off && h.gen == e.gen:
			// an older one of the same generation: what stands later counts
		case is.num >= 0 && h.stream >= 0 && h.stream < is.off:
		default:
			if c.differs(n, h) {
				return true
			}
		}
	}
	return false
}

// differs tells whether a hit is another object than the one in use. What this
// reader cannot read another may.
func (c *comparison) differs(n uint32, h hit) bool {
	o, err := c.scan.object(c.rev, h)
	if st, ok := o.(*Stream); ok && err == nil {
		if err = c.f.measure(st); err == nil {
			err = c.f.purse.Take(purse.Objects, st.DataLen/1024)
		}
	}
	return tooDeep(err) || !c.f.failed(err) && (err != nil || !c.alike(n, o))
}

// mend sets an entry right that leads nowhere: to the last object of that
// number in the octets of its revision. Objects elsewhere are taken by readers
// that repair, but are not what the revision brought; and what came after a
// seal stays as it was written.
func (c *comparison) mend(e entry, hits []hit) {
	r, best := &c.f.Revisions[e.rev-1], int64(-1)
	for _, h := range hits {
		if h.stream < 0 && h.gen == e.gen && h.off >= r.Start && h.off < r.End {
			best = h.off
		}
	}
	sealed := c.f.sealedRevisions()
	if best < 0 || c.rev != len(c.f.revs) || len(sealed) > 0 && int(e.rev) > sealed[0] {
		return
	}
	for i := range c.f.index {
		if x := &c.f.index[i]; x.num == e.num && x.rev == e.rev {
			x.off = best
		}
	}
	c.mended = true
}

// roots compares the catalogues that the trailers of the file name: readers
// that scan take the first, or the last.
func (c *comparison) roots() {
	root, _ := c.f.trailer(c.rev).Get("Root").(Ref)
	for i, d := range c.scan.trailers {
		other, ok := d.Get("Root").(Ref)
		if !ok || other == root || c.scan.places[i] >= c.f.Revisions[c.rev-1].End && c.rev < len(c.f.revs) {
			continue
		}
		o, err := c.f.Current(c.rev, other.Number)
		c.f.failed(err)
		if dictOf(o) != nil && !c.alike(uint32(root.Number), o) {
			c.tell(CodeTwoObjects, "/Root "+other.String())
		}
	}
}
