package ers

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/eseal/xml"
)

// An Object is something that a record may be over.
type Object struct {
	Name string
	// Digests are those of the octets, one for each encoding in which they may
	// have been hashed; none where they are not known.
	Digests func(sigalg.Digest) [][]byte
	// Canonical is the digest of a canonical form (RFC 6283 4.1.1), nil where
	// the object is no XML. The function may be nil.
	Canonical func(xml.Method, sigalg.Digest) []byte
}

// digests are the hash values under which an object may stand in a tree.
func (o Object) digests(c *Chain, d sigalg.Digest) [][]byte {
	out := o.Digests(d)
	if c.canonical != nil && o.Canonical != nil {
		if h := o.Canonical(*c.canonical, d); h != nil {
			out = append(out, h)
		}
	}
	return out
}

// A Coverage is what the trees of a record lead to, for some objects.
type Coverage struct {
	Stamps []*Covered // oldest first, one for each Archive Time-Stamp
	// Objects are the indexes of the objects that every chain is over; Others
	// are the rest of those given, of which Unknown lack a digest.
	Objects, Others, Unknown []int
}

// Covered is what one Archive Time-Stamp is over.
type Covered struct {
	*Stamp
	Root     []byte // what should have been time-stamped; nil where it cannot be said
	Leads    bool   // the imprint is that, by the algorithm of the tree
	Missing  bool   // what it should be over is not at hand
	Objects  []int  // that its first list holds
	Previous bool   // it is over all that it renews; true of the first
	Err      error  // the algorithm cannot be computed, or the octets cannot be built
	Notes    []note.Note
}

func (c *Covered) note(code note.Code, params note.Params) {
	c.Notes = append(c.Notes, note.New(code, c.where(), params))
}

// Holds tells whether the tree leads to the imprint and to all that it renews.
func (c *Covered) Holds() bool { return c.Err == nil && c.Leads && c.Previous && !c.Missing }

// Broken tells whether something that is at hand does not fit.
func (c *Covered) Broken() bool {
	if c.TokenErr != nil || c.Err != nil {
		return false
	}
	return !c.Leads && (c.Tree != nil || !c.Missing) || !c.Previous && !c.Missing
}

// Broken tells whether any Archive Time-Stamp is.
func (cov *Coverage) Broken() bool { return slices.ContainsFunc(cov.Stamps, (*Covered).Broken) }

// Cover computes what each Archive Time-Stamp is over (RFC 4998 4.3, 5.3; RFC
// 6283 3.3, 4.3).
func (r *Record) Cover(objects []Object) *Coverage {
	cov := &Coverage{}
	for _, chain := range r.Chains {
		for i, s := range chain.Stamps {
			c := &Covered{Stamp: s}
			cov.Stamps = append(cov.Stamps, c)
			switch {
			case s.TokenErr != nil:
			case !s.Digest.Available():
				c.Err = &sigalg.Unsupported{Name: s.DigestName, OID: string(s.Digest.OID())}
			case i > 0:
				c.renewal(r, chain.Stamps[i-1])
			default:
				c.initial(r, chain, objects, len(cov.Stamps[0].Objects) > 0)
			}
			c.noteNotes()
		}
	}
	cov.order()
	cov.sum(objects, len(r.Chains))
	return cov
}

// initial is the first Archive Time-Stamp of a chain: over the objects and, in
// a hash-tree renewal, over all older chains. member: one of the objects is in
// the very first tree; by others a renewal cannot be told right or wrong.
func (c *Covered) initial(r *Record, chain *Chain, objects []Object, member bool) {
	older, err := c.older(chain)
	if err != nil {
		c.fail(err)
		return
	}
	c.Previous = c.Chain == 0
	var fits [][]byte // hash values that stand for an object here
	known := false
	for i, o := range objects {
		hashes := o.digests(chain, c.Digest)
		known = known || len(hashes) > 0
		members, binding := c.members(r.Format, hashes, older)
		if !c.holds(members) {
			continue
		}
		c.Objects = append(c.Objects, i)
		fits = append(fits, members...)
		c.Previous = c.Previous || binding
		if chain.canonical != nil && !c.holds(o.Digests(c.Digest)) {
			c.note(CodeCanonical, note.Params{"object": o.Name, "method": chain.canonical.URI()})
		}
	}
	if r.Format == RFC6283 && c.Chain > 0 {
		c.Previous = c.holds(older) // RFC 6283 4.3: the sequence stands in the first list itself
		fits = append(fits, older...)
	} else {
		fits = append(fits, c.separate(objects, chain, older)...)
	}
	c.Missing = c.Chain > 0 && !c.Previous && (!known || !member) || c.Tree == nil && !known
	c.lead(r.Format, fits)
	c.others(fits, len(objects))
}

// older are the hash values of all older chains, none for the first.
func (c *Covered) older(chain *Chain) ([][]byte, error) {
	if c.Chain == 0 {
		return nil, nil
	}
	encodings, err := chain.encoded()
	return c.hashed(encodings), err
}

func (c *Covered) hashed(encodings [][]byte) [][]byte {
	out := make([][]byte, len(encodings))
	for i, e := range encodings {
		out[i], _ = c.Digest.Sum(e) // Cover asked whether it is available
	}
	return out
}

// members are the hash values that stand for an object in the first list, and
// whether they bind the older chains too: "h(i)' = H(h(i) + ha(i))" (RFC 4998
// 5.2). In XML the two stand side by side (RFC 6283 4.2.2).
func (c *Covered) members(format string, hashes, older [][]byte) (out [][]byte, binding bool) {
	if c.Chain == 0 || format == RFC6283 {
		return hashes, false
	}
	for _, h := range hashes {
		for _, ha := range older {
			sum, _ := c.Digest.Sum(slices.Concat(h, ha))
			out = append(out, sum)
		}
	}
	return out, true
}

// separate accepts a first list that holds the hash values of an object and of
// the older chains side by side, as the XML form has it: it binds both as
// firmly as their concatenation, and archives in service write it.
func (c *Covered) separate(objects []Object, chain *Chain, older [][]byte) (fits [][]byte) {
	if c.Chain == 0 || c.Previous || c.Tree == nil || !c.holds(older) {
		return nil
	}
	for i, o := range objects {
		if h := o.digests(chain, c.Digest); c.holds(h) {
			c.Objects = append(c.Objects, i)
			fits = append(fits, h...)
		}
	}
	c.Previous = true
	c.note(CodeSeparate, nil)
	return append(fits, older...)
}

// renewal is a time-stamp renewal: the first list, or the imprint itself,
// holds the hash of the time-stamp before (RFC 4998 5.2, 5.3; RFC 6283 4.2.1, 4.3).
func (c *Covered) renewal(r *Record, before *Stamp) {
	if before.encoded == nil {
		c.fail(before.TokenErr)
		return
	}
	encodings, err := before.encoded()
	if err != nil {
		c.fail(err)
		return
	}
	fits := c.hashed(encodings)
	c.Previous = c.holds(fits)
	c.lead(r.Format, fits)
	if before.Digest != c.Digest {
		c.note(CodeOneAlgorithm, note.Params{"digest": c.DigestName, "before": before.DigestName})
	}
}

func (c *Covered) fail(err error) {
	c.Err = err
	c.note(CodeUncomputable, note.Params{"reason": err.Error()})
}

// holds tells whether one of the hash values stands in the first list; without
// a tree, whether it is what was time-stamped.
func (c *Covered) holds(hashes [][]byte) bool {
	list := [][]byte{c.Token.Info.Imprint}
	if c.Tree != nil {
		list = c.Tree[0]
	}
	return slices.ContainsFunc(hashes, func(h []byte) bool {
		return slices.ContainsFunc(list, func(v []byte) bool { return bytes.Equal(h, v) })
	})
}

// lead compares what the tree leads to with what was time-stamped (RFC 4998
// 4.3 step 4): hash value and algorithm.
func (c *Covered) lead(format string, fits [][]byte) {
	roots := c.roots(format, fits)
	info := c.Token.Info
	for _, root := range roots {
		if c.Root == nil {
			c.Root = root
		}
		if bytes.Equal(root, info.Imprint) {
			c.Root, c.Leads = root, true
			break
		}
	}
	if info.ImprintDigest != c.Digest {
		c.Leads = false
		c.note(CodeImprintAlgorithm, note.Params{"digest": c.DigestName, "imprint": info.ImprintAlgorithm.OID.Name()})
	}
}

// roots are the values that the tree may lead to. Without a tree it is the
// hash value of the one thing that was time-stamped.
func (c *Covered) roots(format string, fits [][]byte) [][]byte {
	if c.Tree == nil {
		return fits
	}
	if !c.rightLengths() {
		return nil
	}
	roots := [][]byte{c.fold(c.Tree, false)}
	if format == RFC4998 && len(c.Tree[0]) == 1 {
		// RFC 4998 4.3 step 3 by the letter hashes a list of one value too;
		// 4.2 and RFC 6283 3.2.2 do not.
		roots = append(roots, c.fold(c.Tree, true))
	}
	return roots
}

func (c *Covered) rightLengths() bool {
	for _, list := range c.Tree {
		for _, v := range list {
			if len(v) != c.Digest.Size() {
				c.note(CodeDigestLength, note.Params{"digest": c.DigestName, "octets": strconv.Itoa(len(v))})
				return false
			}
		}
	}
	return true
}

// fold walks up the tree: the values of a list in binary ascending order,
// concatenated and hashed, join the next list (RFC 4998 4.3 step 3, RFC 6283 3.2.2).
func (c *Covered) fold(tree [][][]byte, single bool) []byte {
	var carry []byte
	for i, list := range tree {
		values := slices.Clone(list)
		if i > 0 {
			values = append(values, carry)
		}
		if len(values) == 1 && !single {
			carry = values[0]
			continue
		}
		slices.SortFunc(values, bytes.Compare)
		carry, _ = c.Digest.Sum(slices.Concat(values...))
	}
	return carry
}
