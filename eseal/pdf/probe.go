package pdf

import "github.com/kakuin/kakuin/eseal/purse"

// A probe reads an object without building it and sees whether it is plain:
// well formed, no key twice, no node of the page tree. Nearly all objects are,
// and nothing but their references is wanted. Others are read in full.
type probe struct {
	l      *lexer
	frames []frame
	keys   []uint64 // of the open dictionaries, hashed
	refs   []Ref
	run    int // integers in a row
	a, b   int64
	half   bool  // a dictionary has an integer too many, unless R follows
	length int64 // a direct /Length of the outermost dictionary; -1 without
	named  bool  // it is the value of /Length that comes next
}

// A frame is an open array or dictionary.
type frame struct {
	dict bool
	key  bool // a key comes next
	from int  // of its keys
}

// An ending says how a plain object ended.
type ending uint8

const (
	notPlain ending = iota
	atEndobj
	atStream
	atValue // in object streams no keyword stands between objects
)

// object probes what stands at the lexer's place.
func (p *probe) object(single bool) (ending, error) {
	l := p.l
	p.frames, p.keys, p.refs = p.frames[:0], p.keys[:0], p.refs[:0]
	p.run, p.half, p.length, p.named = 0, false, -1, false
	l.skip, l.odd = true, false
	defer func() { l.skip = false }()
	values := 0
	for tokens := int64(1); ; tokens++ {
		t := l.next()
		if l.err != nil || l.odd {
			return notPlain, l.err
		}
		if t == tokWord && len(p.frames) == 0 && !p.half {
			switch word := string(l.word); {
			case word == "endobj" && values == 1:
				return atEndobj, l.p.Take(purse.Objects, tokens)
			case word == "stream" && values == 1:
				return atStream, l.p.Take(purse.Objects, tokens)
			}
			return notPlain, nil
		}
		top := len(p.frames) == 0
		if !p.token(t) {
			return notPlain, nil
		}
		if top {
			values++
		}
		if single && len(p.frames) == 0 && values == 1 {
			return atValue, l.p.Take(purse.Objects, tokens)
		}
	}
}

// token takes one token; false when the object is not plain.
func (p *probe) token(t token) bool {
	switch t {
	case tokArray, tokDict:
		return p.open(t == tokDict)
	case tokArrayEnd, tokDictEnd:
		return p.close(t == tokDictEnd)
	case tokInt:
		return p.integer()
	case tokWord:
		return p.word()
	case tokName:
		return p.name()
	case tokReal, tokString:
		return p.value()
	}
	return false
}

// value takes the place of a value in the innermost container.
func (p *probe) value() bool {
	p.run = 0
	if p.half {
		return false
	}
	if n := len(p.frames); n > 0 && p.frames[n-1].dict {
		if p.frames[n-1].key {
			return false
		}
		p.frames[n-1].key = true
		p.named = false
	}
	return true
}

func (p *probe) open(dict bool) bool {
	if !p.value() || len(p.frames) >= p.l.p.MaxDepth() {
		return false
	}
	p.frames = append(p.frames, frame{dict: dict, key: dict, from: len(p.keys)})
	return true
}

func (p *probe) close(dict bool) bool {
	n := len(p.frames) - 1
	if n < 0 || p.frames[n].dict != dict || p.half || dict && !p.frames[n].key {
		return false
	}
	keys := p.keys[p.frames[n].from:]
	p.keys, p.frames, p.run = p.keys[:p.frames[n].from], p.frames[:n], 0
	if len(keys) > 64 {
		return false
	}
	for i := range keys {
		for j := range i {
			if keys[i] == keys[j] {
				return false
			}
		}
	}
	return true
}

// name is a key or a value. Nodes of the page tree are wanted in full.
func (p *probe) name() bool {
	n := len(p.frames)
	if n == 0 || !p.frames[n-1].dict || !p.frames[n-1].key {
		w := p.l.word
		return p.value() && string(w) != "Page" && string(w) != "Pages"
	}
	if p.half || string(p.l.word) == "Kids" {
		return false
	}
	p.keys = append(p.keys, hashOf(p.l.word))
	p.frames[n-1].key, p.run = false, 0
	p.named = n == 1 && string(p.l.word) == "Length"
	return true
}

// hashOf is FNV-1a. Two keys of one hash are read in full: no harm.
func hashOf(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

func (p *probe) integer() bool {
	n := len(p.frames)
	if n == 0 {
		return false
	}
	p.a, p.b = p.b, p.l.int
	if !p.frames[n-1].dict {
		p.run++
		return true
	}
	if p.frames[n-1].key { // the generation of a reference
		p.half = !p.half && p.run == 1
		p.run = 2
		return p.half
	}
	if p.named {
		p.length = p.l.int
	}
	p.frames[n-1].key, p.named, p.run = true, false, 1
	return true
}

func (p *probe) word() bool {
	switch string(p.l.word) {
	case "R":
		if p.run < 2 {
			return false
		}
		if p.length == p.a && p.half { // a reference to it, perhaps
			p.length = -1
		}
		p.refs = append(p.refs, Ref{clampInt(Integer(p.a)), clampInt(Integer(p.b))})
		p.run, p.half = 0, false
		return true
	case "true", "false", "null":
		return p.value()
	}
	return false
}

// plain probes an object. One that is not plain, or breaks off, or lies about
// its length, is left for read.
func (s *survey) plain(e entry) (bool, error) {
	f := s.f
	switch {
	case e.kind == entryCompressed && f.locked() || e.kind == entryUsed && f.offBeyond(e):
		return false, nil
	case e.kind == entryCompressed:
		data, bad, err := s.within(e)
		if err != nil || bad != 0 || data == nil {
			return false, nil // read tells why
		}
		s.probe.l = &lexer{buf: data, p: f.purse}
		how, err := s.probe.object(true)
		if !f.failed(err) {
			err = nil
		}
		return how == atValue, err
	}
	p := &s.skimmer
	if ref, err := p.header(e.off); err != nil || ref != (Ref{int(e.num), int(e.gen)}) {
		return false, nil
	}
	s.probe.l = &p.lexer
	how, err := s.probe.object(false)
	if how == notPlain {
		if !f.failed(err) {
			err = nil
		}
		return false, err
	}
	end := p.offset()
	if how == atStream {
		lined := p.lineEnd()
		n := s.probe.length
		if end = p.offset() + n; !lined || n < 0 || n > f.Size-p.offset() || !s.win.endsBy(end, "endstream") {
			return false, nil
		}
		p.seek(end)
		p.next()
		s.irregular = s.irregular || p.next() != tokWord || string(p.word) != "endobj"
	}
	i := f.revisionAt(e.off)
	return i == 0 || end <= f.Revisions[i-1].End, nil
}
