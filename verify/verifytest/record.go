package verifytest

import (
	"bytes"
	"slices"
	"time"
)

// Renewals of an evidence record.
const (
	RenewStamp = "time-stamp" // RFC 4998 5.2: the last time-stamp is hashed and time-stamped
	RenewTree  = "hash-tree"  // RFC 4998 5.2: the objects and all chains are, in a new chain
)

// RecordTemplate is what an evidence record is made from (RFC 4998, RFC 6283).
type RecordTemplate struct {
	XML     bool
	Objects [][]byte // one group; default: the notice
	Others  [][]byte // other objects of the archive, one at each level of the tree
	// Renewals follow the initial Archive Time-Stamp.
	Renewals []Renewal
	// Algorithm of the first chain; default SHA-256.
	Algorithm string
	GenTime   time.Time // of the initial Archive Time-Stamp; default: the world's StampTime
	NoTree    bool      // the initial time-stamp is over the only object itself
	Version   int       // default 1
	TSA       *Cert
	CRLs      [][]byte // in each token; default: those of the unit
}

// Renewal is one more Archive Time-Stamp.
type Renewal struct {
	Kind      string    // RenewStamp, RenewTree
	Algorithm string    // of a new chain; default: that of the chain before
	GenTime   time.Time // default: an hour after the one before
	NoTree    bool      // a time-stamp renewal over the time-stamp alone
	TSA       *Cert
}

// StampDraft is an Archive Time-Stamp before it is time-stamped; mutators change it.
type StampDraft struct {
	Tree      [][][]byte // the list with the objects first; nil for none
	Root      []byte     // what is time-stamped; computed from Tree where nil
	Algorithm string     // written into the record
	Imprint   string     // algorithm of the imprint
	Token     TokenTemplate
}

// A RecordMutator deviates in an evidence record; nil steps are skipped.
type RecordMutator struct {
	Deviation
	Template func(*RecordTemplate)
	Stamp    func(n int, d *StampDraft) // n counts all Archive Time-Stamps from 0
	Token    CMSMutator                 // of every token
	Encoded  func([]byte) []byte
}

// recordChain is an ArchiveTimeStampChain that stands.
type recordChain struct {
	algorithm string
	stamps    []recordStamp
}

type recordStamp struct {
	algorithm string
	tree      [][][]byte
	token     []byte
}

// recordMaker holds what the steps share.
type recordMaker struct {
	w        *World
	t        RecordTemplate
	mutators []RecordMutator
	chains   []recordChain
	n        int
	at       time.Time
}

// Record makes an evidence record.
func (w *World) Record(t RecordTemplate, mutators ...RecordMutator) []byte {
	for _, m := range mutators {
		if m.Template != nil {
			m.Template(&t)
		}
	}
	w.fillRecord(&t)
	r := &recordMaker{w: w, t: t, mutators: mutators, at: t.GenTime}
	r.initial()
	for _, n := range t.Renewals {
		r.renew(n)
	}
	out := r.encode()
	for _, m := range mutators {
		if m.Encoded != nil {
			out = m.Encoded(out)
		}
	}
	return out
}

func (w *World) fillRecord(t *RecordTemplate) {
	if t.Objects == nil {
		t.Objects = [][]byte{[]byte(Notice)}
	}
	t.Algorithm = or(t.Algorithm, "SHA-256")
	t.GenTime = orTime(t.GenTime, w.StampTime)
	if t.Version == 0 {
		t.Version = 1
	}
	if t.TSA == nil {
		t.TSA = w.TSA
	}
}

// hashes are those of the objects of the group.
func (r *recordMaker) hashes(algorithm string) [][]byte {
	var out [][]byte
	for _, o := range r.t.Objects {
		out = append(out, Digest(algorithm, o))
	}
	return out
}

// tree puts a first list under the hash values of the other objects.
func (r *recordMaker) tree(algorithm string, first [][]byte) [][][]byte {
	tree := [][][]byte{first}
	for _, o := range r.t.Others {
		tree = append(tree, [][]byte{Digest(algorithm, o)})
	}
	return tree
}

// rootOf walks up the tree (RFC 4998 4.2, RFC 6283 3.2.2).
func rootOf(algorithm string, tree [][][]byte) []byte {
	var up []byte
	for i, list := range tree {
		values := slices.Clone(list)
		if i > 0 {
			values = append(values, up)
		}
		if up = values[0]; len(values) > 1 {
			slices.SortFunc(values, bytes.Compare)
			up = Digest(algorithm, bytes.Join(values, nil))
		}
	}
	return up
}

func (r *recordMaker) initial() {
	d := StampDraft{Algorithm: r.t.Algorithm, Tree: r.tree(r.t.Algorithm, r.hashes(r.t.Algorithm))}
	if r.t.NoTree {
		d.Tree, d.Root = nil, r.hashes(r.t.Algorithm)[0]
	}
	r.chains = []recordChain{{algorithm: r.t.Algorithm}}
	r.stamp(d, r.t.TSA)
}

func (r *recordMaker) renew(n Renewal) {
	last := &r.chains[len(r.chains)-1]
	r.at = orTime(n.GenTime, r.at.Add(time.Hour))
	tsa := r.t.TSA
	if n.TSA != nil {
		tsa = n.TSA
	}
	d := StampDraft{Algorithm: or(n.Algorithm, last.algorithm)}
	switch {
	case n.Kind == RenewStamp && n.NoTree:
		d.Root = Digest(d.Algorithm, r.lastStamp())
	case n.Kind == RenewStamp:
		d.Tree = r.tree(d.Algorithm, [][]byte{Digest(d.Algorithm, r.lastStamp())})
	default:
		d.Tree = r.tree(d.Algorithm, r.bound(d.Algorithm))
		r.chains = append(r.chains, recordChain{algorithm: d.Algorithm})
	}
	r.stamp(d, tsa)
}

// bound is the first list of a hash-tree renewal: in RFC 4998 5.2 each object
// is hashed together with the older chains, in RFC 6283 4.2.2 they stand side
// by side.
func (r *recordMaker) bound(algorithm string) [][]byte {
	older := Digest(algorithm, r.olderChains())
	hashes := r.hashes(algorithm)
	if r.t.XML {
		return append(hashes, older)
	}
	for i, h := range hashes {
		hashes[i] = Digest(algorithm, append(slices.Clone(h), older...))
	}
	return hashes
}

// stamp lets the mutators at a draft, has it time-stamped and adds it to the last chain.
func (r *recordMaker) stamp(d StampDraft, tsa *Cert) {
	d.Imprint = d.Algorithm
	crls := r.t.CRLs
	if crls == nil {
		crls = r.w.CRLs(tsa)
	}
	d.Token = TokenTemplate{GenTime: r.at, TSA: tsa, CRLs: crls}
	var token []TokenMutator
	for _, m := range r.mutators {
		if m.Stamp != nil {
			m.Stamp(r.n, &d)
		}
		token = append(token, TokenMutator{CMS: m.Token})
	}
	if d.Root == nil {
		d.Root = rootOf(d.Algorithm, d.Tree)
	}
	d.Token.Imprint, d.Token.Algorithm = d.Root, d.Imprint
	c := &r.chains[len(r.chains)-1]
	c.stamps = append(c.stamps, recordStamp{d.Algorithm, d.Tree, r.w.Token(d.Token, token...)})
	r.n++
}

func (r *recordMaker) lastStamp() []byte {
	c := r.chains[len(r.chains)-1]
	s := c.stamps[len(c.stamps)-1]
	if r.t.XML {
		return []byte(canonicalXML(s.timeStamp()))
	}
	return s.token
}

func (r *recordMaker) olderChains() []byte {
	if r.t.XML {
		return []byte(canonicalXML(r.sequenceXML()))
	}
	return r.sequence()
}

func (r *recordMaker) encode() []byte {
	if r.t.XML {
		return []byte(r.recordXML())
	}
	var algorithms [][]byte
	for _, c := range r.chains {
		if id := digestID(c.algorithm); !slices.ContainsFunc(algorithms, func(o []byte) bool { return bytes.Equal(o, id) }) {
			algorithms = append(algorithms, id)
		}
	}
	return seq(integer64(int64(r.t.Version)), seq(algorithms...), r.sequence())
}

// sequence is ArchiveTimeStampSequence (RFC 4998 5.1).
func (r *recordMaker) sequence() []byte {
	var chains [][]byte
	for _, c := range r.chains {
		var stamps [][]byte
		for _, s := range c.stamps {
			stamps = append(stamps, s.encode())
		}
		chains = append(chains, seq(stamps...))
	}
	return seq(chains...)
}

// encode is ArchiveTimeStamp (RFC 4998 4.1).
func (s recordStamp) encode() []byte {
	parts := [][]byte{retag(0xa0, digestID(s.algorithm))}
	if s.tree != nil {
		var lists [][]byte
		for _, list := range s.tree {
			var values [][]byte
			for _, v := range list {
				values = append(values, octets(v))
			}
			lists = append(lists, seq(values...))
		}
		parts = append(parts, explicit(2, lists...))
	}
	return seq(append(parts, s.token)...)
}
