package pdf

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A collector gathers the signature dictionaries of a file, each once.
type collector struct {
	f     *File
	byDic map[place]*Signature
	pages *pageFinder
	rev   int // the newest revision
}

// readSignatures finds the signature dictionaries that the newest revision
// reaches, then those that stand in the file and are reached from nowhere, and
// those that only an older revision reached.
func (f *File) readSignatures() {
	c := &collector{f: f, byDic: map[place]*Signature{}, rev: len(f.revs)}
	c.pages = f.newPageFinder(c.rev)
	for _, ff := range f.signatureFields(c.rev) {
		if ff.value != nil && c.f.Exhausted == nil {
			c.reached(ff)
		}
	}
	c.perms()
	c.unreached()
	c.former()
	for _, s := range f.Signatures {
		f.cover(s)
	}
	slices.SortStableFunc(f.Signatures, func(a, b *Signature) int { return cmp.Compare(a.ContentsStart, b.ContentsStart) })
}

// holder is the object that an entry's value stands in: the one it refers to,
// or the one that holds the entry.
func holder(value Object, owner Ref) Ref {
	if ref, ok := value.(Ref); ok {
		return ref
	}
	return owner
}

// reached adds what a field's /V leads to.
func (c *collector) reached(ff formField) {
	h := holder(ff.value, ff.ref)
	o, err := c.read(ff.value)
	if err == nil && o == nil {
		return // the value is null: the field is not signed
	}
	facts := c.f.fieldFacts(c.rev, ff, c.pages)
	if s := c.known(h, o); s != nil {
		if s.Field.Names == nil {
			s.Field = facts
			return
		}
		if s.Field.Names = append(s.Field.Names, ff.name); len(s.Field.Names) == 2 {
			s.note(CodeTwoFields, note.Params{"field": ff.name})
		}
		return
	}
	s := c.add(h, o, err)
	s.Reached, s.Field = true, facts
	c.f.fieldRules(s, c.rev, ff.dict)
	if s.DocMDP > 0 {
		s.Field.Type = "certification"
	}
}

// read resolves a value and keeps the error.
func (c *collector) read(v Object) (Object, error) {
	ref, ok := v.(Ref)
	if !ok {
		return v, nil
	}
	o, err := c.f.Object(c.rev, ref.Number, ref.Generation)
	if err != nil {
		c.f.failed(err)
		return nil, err
	}
	return c.f.resolve(c.rev, o), nil
}

func placeOfDict(d *Dict, h Ref) place {
	if d == nil || d.Start < 0 {
		return place{off: -2, num: int32(h.Number)}
	}
	return place{off: d.Start, num: -1}
}

func (c *collector) known(h Ref, o Object) *Signature {
	return c.byDic[placeOfDict(dictOf(o), h)]
}

// entryCost is the memory of a Signature with its field and some notes.
const entryCost = 4096

// add makes the entry of a signature dictionary. Whatever is wrong with it,
// there is an entry.
func (c *collector) add(h Ref, o Object, err error) *Signature {
	d := dictOf(o)
	c.f.failed(c.f.purse.Take(purse.Bytes, entryCost))
	s := &Signature{ObjectNumber: h.Number, Generation: h.Generation, dict: d, size: c.f.Size, ContentsStart: -1, ContentsEnd: -1, Problem: err}
	c.byDic[placeOfDict(d, h)] = s
	c.f.Signatures = append(c.f.Signatures, s)
	if err == nil && d == nil {
		s.Problem = errors.New("the value of the signature field is no dictionary")
		s.note(CodeSigNotDict, nil)
	}
	if d == nil {
		return s
	}
	s.Introduced = c.f.revisionAt(d.Start)
	rev := c.rev
	if s.Introduced > 0 {
		rev = s.Introduced
	}
	c.f.readDictionary(s, rev)
	return s
}

// revisionAt is the number of the revision whose octets hold off.
func (f *File) revisionAt(off int64) int {
	for i := range f.Revisions {
		if off >= f.Revisions[i].Start && off < f.Revisions[i].End {
			return i + 1
		}
	}
	return 0
}

// perms looks at /Perms of the catalogue (12.8.6).
func (c *collector) perms() {
	p := c.f.dict(c.rev, c.f.catalog(c.rev), "Perms")
	root, _ := c.f.trailer(c.rev).Get("Root").(Ref)
	for _, key := range []Name{"DocMDP", "UR3", "UR"} {
		v := p.Get(key)
		if v == nil {
			continue
		}
		h := holder(v, root)
		o, err := c.read(v)
		if err == nil && o == nil {
			continue
		}
		s := c.known(h, o)
		if s == nil {
			s = c.add(h, o, err)
			s.Reached = true
		}
		if key != "DocMDP" {
			s.UsageRights = true
			continue
		}
		s.Field.Type = "certification"
		c.f.DocMDP = &Certification{Signature: s, P: s.DocMDP}
	}
}

func (s *Signature) note(code note.Code, params note.Params) {
	s.Notes = append(s.Notes, s.at(code, params))
}

func (s *Signature) at(code note.Code, params note.Params) note.Note {
	n := note.New(code, "object "+strconv.Itoa(s.ObjectNumber)+" "+strconv.Itoa(s.Generation), params)
	if s.dict != nil {
		n.Offset = s.dict.Start
	}
	return n
}

// subFilters are the encodings of 12.8.3 and ISO/TS 32002.
var subFilters = map[string]bool{
	"adbe.pkcs7.detached": true, "adbe.pkcs7.sha1": true, "adbe.x509.rsa_sha1": true,
	"ETSI.CAdES.detached": true, "ETSI.RFC3161": true,
}

// readDictionary takes the entries of Table 255.
func (f *File) readDictionary(s *Signature, rev int) {
	d := s.dict
	s.Entries = d.keys()
	name := func(key Name) string { n, _ := f.value(rev, d, key).(Name); return string(n) }
	text := func(key Name) string {
		if t, ok := f.value(rev, d, key).(*String); ok {
			return t.Text()
		}
		return ""
	}
	s.Type, s.Filter, s.SubFilter = name("Type"), name("Filter"), name("SubFilter")
	s.Name, s.Reason, s.Location, s.ContactInfo, s.MRaw = text("Name"), text("Reason"), text("Location"), text("ContactInfo"), text("M")
	if t, ok := parseDate(s.MRaw); ok {
		s.M = &t
	} else if s.MRaw != "" && !f.locked() {
		s.note(CodeSigDate, note.Params{"value": s.MRaw})
	}
	s.DocTimeStamp = s.SubFilter == "ETSI.RFC3161"
	if (s.Type == "DocTimeStamp") != s.DocTimeStamp || s.Type != "" && s.Type != "Sig" && s.Type != "DocTimeStamp" {
		s.note(CodeSigType, note.Params{"type": s.Type, "subFilter": s.SubFilter})
	}
	if !subFilters[s.SubFilter] {
		s.note(CodeSubFilter, note.Params{"subFilter": s.SubFilter})
	}
	if len(d.Duplicate) > 0 {
		s.note(CodeDuplicateKey, note.Params{"key": string(d.Duplicate[0])})
	}
	if d.Start < 0 {
		s.note(CodeSigCompressed, nil)
	}
	f.readContents(s, rev)
	f.readCert(s, rev)
	f.readReferences(s, rev)
}

func (f *File) readContents(s *Signature, rev int) {
	v := s.dict.Get("Contents")
	if _, indirect := v.(Ref); indirect {
		s.note(CodeSigIndirectEntry, note.Params{"key": "Contents"})
	}
	c, ok := f.resolve(rev, v).(*String)
	if !ok {
		s.note(CodeContentsAbsent, nil)
		s.Problem = fmt.Errorf("signature dictionary %d %d has no /Contents string", s.ObjectNumber, s.Generation)
		return
	}
	c = f.asWritten(c) // never encrypted (7.6.2)
	s.Contents, s.ContentsStart, s.ContentsEnd = c.Value, c.Start, c.End
	for _, x := range []struct {
		is   bool
		code note.Code
	}{{!c.Hex, CodeContentsNotHex}, {c.Odd, CodeContentsOddDigits}, {c.Blank, CodeContentsBlank}, {c.Foreign, CodeContentsForeign}} {
		if x.is {
			s.note(x.code, nil)
		}
	}
}

func (f *File) readCert(s *Signature, rev int) {
	switch v := f.value(rev, s.dict, "Cert").(type) {
	case *String:
		s.Cert = [][]byte{v.Value}
	case Array:
		for _, o := range v {
			if t, ok := f.resolve(rev, o).(*String); ok {
				s.Cert = append(s.Cert, t.Value)
			}
		}
	}
}
