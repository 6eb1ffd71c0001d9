package eseal

import (
	"bytes"
	"io"
	"slices"

	"github.com/kakuin/kakuin/eseal/cms"
)

// version2 makes the imprint of TS 101 733 6.4.1: encapContentInfo, detached
// content, certificates, crls, and the signer with the unsigned attributes
// that were there. Which those were nothing says, so the readings of the
// producers are tried: all but the archive time-stamps that are not older, or
// those that stand before it; as a field, or without its tag and length.
func (a *archived) version2(t *Timestamp, at cms.ArchiveTimestamp, all []cms.ArchiveTimestamp, stamps []*Timestamp) {
	later := map[int]bool{}
	for i, o := range all {
		if stamps[i].Token == nil || !stamps[i].Token.Info.GenTime.Before(t.Token.Info.GenTime) {
			later[o.Attribute] = true
		}
	}
	readings := []func(int) bool{
		func(i int) bool { return !later[i] },
		func(i int) bool { return i < at.Attribute },
	}
	head := [][]byte{a.sd.RawCertificates, a.sd.RawCRLs, a.si.SignedFields()}
	for _, include := range distinct(readings, len(a.si.UnsignedAttrs)) {
		for _, withHeader := range []bool{true, false} {
			// Made anew at each reading of it: held for every time-stamp the parts
			// of a message with hundreds would be held hundreds of times.
			a.try(t, func() [][]byte {
				header, contents := a.si.UnsignedSet(include)
				if !withHeader {
					header = nil
				}
				return slices.Concat(head, [][]byte{header}, contents)
			}, include)
		}
	}
}

// distinct are the choices out of n things that are not the same as an earlier one.
func distinct(choices []func(int) bool, n int) (out []func(int) bool) {
	for _, c := range choices {
		same := func(o func(int) bool) bool {
			for i := range n {
				if o(i) != c(i) {
					return false
				}
			}
			return true
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, c)
		}
	}
	return out
}

// try adds one reading of what an archive time-stamp v2 is over.
func (a *archived) try(t *Timestamp, tail func() [][]byte, include func(int) bool) {
	d := t.Token.Info.ImprintDigest
	for _, content := range a.src.all() {
		src := a.whole(content, tail)
		if src == nil {
			continue // the content is not at hand
		}
		src.want(d)
		a.b.later = append(a.b.later, func() {
			got := src.known[d]
			if got == nil || t.Imprint.Matches {
				return
			}
			if t.compare(got); t.Imprint.Matches {
				t.covers = a.before(include)
			}
		})
	}
}

// whole is encapContentInfo, the content where that is detached, and what
// follows, as one source; nil where the content's octets are not at hand.
func (a *archived) whole(content *source, tail func() [][]byte) *source {
	open := content.open
	switch {
	case a.sd.Content != nil:
		open = func() io.Reader { return bytes.NewReader(nil) } // in encapContentInfo
	case content.bytes != nil:
		open = func() io.Reader { return bytes.NewReader(content.bytes) }
	case open == nil:
		return nil
	}
	src := newSource("archived data")
	src.metered, src.size = true, content.size
	for _, part := range tail() {
		src.size += int64(len(part))
	}
	src.open = func() io.Reader {
		all := []io.Reader{a.sd.EncapsulatedContentInfo(), open()}
		for _, part := range tail() {
			all = append(all, bytes.NewReader(part))
		}
		return io.MultiReader(all...)
	}
	return a.b.add(src)
}

// before is what an archive time-stamp v2 covers under one reading.
func (a *archived) before(include func(int) bool) []Covered {
	out := []Covered{{Signature: a.s}}
	for _, c := range a.sd.Certificates {
		out = append(out, Covered{Octets: c.Raw})
	}
	for _, r := range a.sd.RevocationElements() {
		if r.Value != nil {
			out = append(out, Covered{Octets: r.Value})
		}
	}
	for i, attr := range a.si.UnsignedAttrs {
		if !include(i) {
			continue
		}
		for _, v := range attr.Values {
			out = append(out, a.inside(v, 0)...)
		}
	}
	return out
}
