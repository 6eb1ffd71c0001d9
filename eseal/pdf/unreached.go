package pdf

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/kakuin/kakuin/eseal/purse"
)

// backSpan is how far before a /ByteRange the "obj" of an object that no
// cross-reference knows is looked for: /Contents may stand between, up to
// 30 kB of digits twice over.
const backSpan = 64 << 10

// unreached finds signature dictionaries that the newest revision does not
// reach: it reads the file's octets for /ByteRange, so that neither a changed
// field nor a changed cross-reference can hide one.
func (c *collector) unreached() {
	var hits []int64
	c.f.win.sweep(len("/ByteRange")-1, func(base int64, b []byte) bool {
		for i := 0; ; {
			k := bytes.Index(b[i:], []byte("/ByteRange"))
			if k < 0 {
				return true
			}
			hits = append(hits, base+int64(i+k))
			if err := c.f.purse.Take(purse.Objects, 16); err != nil {
				c.f.failed(err)
				return false
			}
			i += k + 1
		}
	})
	var offsets []int64
	known := c.dictionaries()
	for _, hit := range hits {
		if i, _ := slices.BinarySearchFunc(known, hit, func(r Range, at int64) int { return cmp.Compare(r.End, at+1) }); i < len(known) && known[i].Start <= hit {
			continue
		}
		if offsets == nil {
			offsets = c.f.offsets()
		}
		if err := c.f.purse.Take(purse.Objects, 256); err != nil {
			c.f.failed(err)
			return
		}
		c.examine(hit, offsets)
	}
}

// dictionaries are the places of the signature dictionaries that are reached,
// ascending. None lies within another: each is an object of its own, or the
// direct value of a field.
func (c *collector) dictionaries() []Range {
	var out []Range
	for _, s := range c.f.Signatures {
		if s.dict != nil && s.dict.Start >= 0 {
			out = append(out, Range{s.dict.Start, s.dict.End})
		}
	}
	slices.SortFunc(out, func(a, b Range) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// offsets are the places of all objects of all revisions, ascending.
func (f *File) offsets() []int64 {
	out := make([]int64, 0, len(f.index))
	for _, e := range f.index {
		if e.kind == entryUsed {
			out = append(out, e.off)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// examine looks for the signature dictionary around a /ByteRange.
func (c *collector) examine(hit int64, offsets []int64) {
	if i := sort.Search(len(offsets), func(i int) bool { return offsets[i] > hit }); i > 0 {
		if done := c.tryObject(offsets[i-1], hit); done {
			return
		}
	}
	from := max(0, hit-backSpan)
	b, err := c.f.win.span(from, hit, c.f.purse)
	if err != nil {
		c.f.failed(err)
		return
	}
	defer c.f.purse.Give(purse.Bytes, hit-from)
	r := rebuilder{f: c.f}
	for i := len(b); ; {
		if i = bytes.LastIndex(b[:i], []byte("obj")); i < 0 {
			return
		}
		if at := r.numbersBefore(from + int64(i)); at >= 0 {
			if !c.tryObject(at, hit) {
				c.cutOff(at, hit)
			}
			return
		}
	}
}

// cutOff adds the signature dictionary with which the file breaks off. Its
// revision was never closed, but somebody sealed it.
func (c *collector) cutOff(at, hit int64) {
	p := c.f.parser()
	ref, o, err := p.indirect(at)
	if o != nil || !errors.Is(err, errCutOff) || p.offset() < c.f.Size {
		c.f.failed(err)
		return
	}
	s := c.add(ref, nil, fmt.Errorf("signature dictionary %s: the file ends within it", ref))
	s.note(CodeSigCutOff, nil)
	p.seek(hit + int64(len("/ByteRange")))
	for t := p.next(); t == tokArray || t == tokInt && len(s.ByteRange) < 4; t = p.next() {
		if t == tokInt {
			s.ByteRange = append(s.ByteRange, p.int)
		}
	}
	c.f.checkNumbers(s)
}

// tryObject adds the signature dictionary that holds the octet hit within the
// object at off. True when the object holds that octet at all.
func (c *collector) tryObject(off, hit int64) bool {
	before := c.f.purse.Left(purse.Bytes)
	ref, o, err := c.f.parser().indirect(off)
	end := c.f.prs.offset()
	if err != nil {
		c.f.failed(err)
		return false
	}
	c.f.decryptStrings(ref, c.f.revisionAt(off), o)
	if st, ok := o.(*Stream); ok && hit >= st.DataStart {
		c.f.purse.Give(purse.Bytes, before-c.f.purse.Left(purse.Bytes))
		return c.f.measure(st) == nil && hit < st.DataStart+st.DataLen
	}
	if hit >= end {
		return false
	}
	d := enclosing(o, hit)
	if d == nil || !d.Has("Contents") || !d.Has("ByteRange") || c.byDic[placeOfDict(d, ref)] != nil {
		return true
	}
	s := c.add(ref, d, nil)
	c.explainUnreached(s)
	return true
}

// enclosing is the innermost dictionary around an octet.
func enclosing(o Object, off int64) *Dict {
	switch v := o.(type) {
	case Array:
		for _, x := range v {
			if d := enclosing(x, off); d != nil {
				return d
			}
		}
	case *Stream:
		return enclosing(v.Dict, off)
	case *Dict:
		if off < v.Start || off >= v.End {
			return nil
		}
		for _, e := range v.Entries {
			if d := enclosing(e.Value, off); d != nil {
				return d
			}
		}
		return v
	}
	return nil
}

// maxLookBack bounds the revisions in which a field for an unreached dictionary is looked for.
const maxLookBack = 16

// explainUnreached says whether a field reached the dictionary in an earlier
// revision (and what that field was), or never did.
func (c *collector) explainUnreached(s *Signature) {
	here := placeOfDict(s.dict, Ref{s.ObjectNumber, s.Generation})
	for rev := s.Introduced; rev > 0 && rev < c.rev && rev < s.Introduced+maxLookBack; rev++ {
		for _, ff := range c.f.signatureFields(rev) {
			d := dictOf(c.f.resolve(rev, ff.value))
			if d == nil || placeOfDict(d, holder(ff.value, ff.ref)) != here {
				continue
			}
			s.Field = c.f.fieldFacts(rev, ff, c.f.newPageFinder(rev))
			c.f.fieldRules(s, rev, ff.dict)
			if s.DocMDP > 0 {
				s.Field.Type = "certification"
			}
			s.note(CodeSigShadowed, map[string]string{"field": ff.name})
			return
		}
	}
	s.note(CodeSigNotReached, nil)
}
