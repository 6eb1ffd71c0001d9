package pdf

import (
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/purse"
)

// What parsed objects cost in memory, in octets: an interface value, a boxed
// number, a String.
const (
	elementCost = 32
	stringCost  = 80
)

// maxObjectNumber is the largest that any known reader takes (Annex C.2).
const maxObjectNumber = 1<<23 - 1

var (
	errNotObject = errors.New("no object stands here")
	errCutOff    = errors.New("the object is cut off")
)

// A parser builds objects from tokens.
type parser struct {
	lexer
	names  map[string]Object // each name boxed once
	stack  []Object
	floor  int    // where the innermost open container begins on the stack
	stop   string // the keyword that ended the object
	single bool   // ends after one object: in object streams no keyword stands between them
}

// maxNames bounds the table of shared names.
const maxNames = 4096

func (p *parser) name() Object {
	if o, ok := p.names[string(p.word)]; ok {
		return o
	}
	n := Name(p.word)
	if len(p.names) < maxNames {
		p.names[string(n)] = n
	}
	return n
}

// header reads "n g obj" at off.
func (p *parser) header(off int64) (Ref, error) {
	p.seek(off)
	if p.next() != tokInt {
		return Ref{}, errNotObject
	}
	num := p.int
	if p.next() != tokInt {
		return Ref{}, errNotObject
	}
	gen := p.int
	if p.next() != tokWord || string(p.word) != "obj" {
		// "obj<<" cannot run together with a delimiter, but "obj1" of "obj" and a number can
		return Ref{}, errNotObject
	}
	if num < 0 || num > 1<<31-1 || gen < 0 || gen > 1<<31-1 {
		return Ref{}, errNotObject
	}
	return Ref{int(num), int(gen)}, nil
}

// value reads one object and the keyword behind it, which it leaves in p.stop.
func (p *parser) value() (Object, error) {
	p.stack, p.floor, p.odd, p.stop = p.stack[:0], 0, false, ""
	if err := p.items(tokEOF, 0); err != nil {
		return nil, err
	}
	if len(p.stack) != 1 {
		p.odd = true
	}
	if len(p.stack) == 0 {
		return nil, nil
	}
	return p.stack[0], nil
}

// items pushes objects until the closing token, or at depth 0 until a keyword.
func (p *parser) items(end token, depth int) error {
	if depth > p.p.MaxDepth() {
		return p.p.TooDeep()
	}
	for {
		t := p.next()
		if p.err != nil {
			return p.err
		}
		if t == end {
			return nil // tokEOF at depth 0: an object may end with its stream
		}
		if err := p.p.Take(purse.Objects, 1); err != nil {
			return err
		}
		switch t {
		case tokEOF:
			return errCutOff
		case tokArray, tokDict:
			if err := p.container(t, depth+1); err != nil {
				return err
			}
		case tokWord:
			if stop, err := p.keyword(depth); stop || err != nil {
				return err
			}
		case tokArrayEnd, tokDictEnd:
			p.odd = true // a closing bracket without its opening one
		default:
			p.push(t)
		}
		if p.single && depth == 0 && len(p.stack) > 0 {
			return nil
		}
	}
}

func (p *parser) push(t token) {
	var o Object
	switch t {
	case tokInt:
		o = Integer(p.int)
	case tokReal:
		o = Real(p.real)
	case tokName:
		o = p.name()
	case tokString:
		o = p.str
	}
	p.stack = append(p.stack, o)
}

// keyword acts on a word; true when it ends the object.
func (p *parser) keyword(depth int) (bool, error) {
	switch string(p.word) {
	case "R":
		p.reference()
	case "true":
		p.stack = append(p.stack, Bool(true))
	case "false":
		p.stack = append(p.stack, Bool(false))
	case "null":
		p.stack = append(p.stack, nil)
	case "endobj", "stream", "endstream", "obj", "xref", "trailer", "startxref":
		if depth > 0 {
			return true, errCutOff
		}
		p.stop = string(p.word)
		return true, nil
	default:
		if p.odd = true; depth == 0 {
			p.stop = string(p.word)
			return true, nil
		}
	}
	return false, nil
}

// reference folds "n g" on the stack into a Ref.
func (p *parser) reference() {
	if n := len(p.stack); n >= p.floor+2 {
		num, ok1 := p.stack[n-2].(Integer)
		gen, ok2 := p.stack[n-1].(Integer)
		if ok1 && ok2 {
			p.stack = p.stack[:n-1]
			p.stack[n-2] = Ref{clampInt(num), clampInt(gen)}
			return
		}
	}
	p.odd = true
}

func clampInt(n Integer) int { return int(max(-1, min(n, 1<<31-1))) }

// container reads an array or dictionary behind its opening bracket.
func (p *parser) container(t token, depth int) error {
	mark, floor := len(p.stack), p.floor
	p.floor = mark
	start, end := p.fileOffset(p.offset()-2), tokDictEnd
	if t == tokArray {
		end = tokArrayEnd
	}
	if err := p.items(end, depth); err != nil {
		return err
	}
	p.floor = floor
	if err := p.p.Take(purse.Bytes, int64(len(p.stack)-mark+2)*elementCost); err != nil {
		return err
	}
	items := p.stack[mark:]
	var o Object
	if t == tokArray {
		o = append(make(Array, 0, len(items)), items...)
	} else {
		d := &Dict{Start: start, End: p.fileOffset(p.offset())}
		p.odd = !d.fill(items) || p.odd
		o = d
	}
	p.stack = append(p.stack[:mark], o)
	return nil
}

// fill pairs keys and values; false when something is no pair.
func (d *Dict) fill(items []Object) bool {
	d.Entries = make([]Entry, 0, len(items)/2)
	ok := true
	var nulls []Name
	for i := 0; i < len(items); i++ {
		key, isName := items[i].(Name)
		if !isName || i+1 == len(items) {
			ok = false
			continue
		}
		i++
		if items[i] != nil { // null is the same as absent (7.3.7)
			d.Entries = append(d.Entries, Entry{key, items[i]})
		} else {
			nulls = append(nulls, key)
		}
	}
	d.findDuplicates()
	if len(nulls) > 0 {
		d.nullDuplicates(nulls)
	}
	return ok
}

// nullDuplicates finds the keys that have a value and null: readers differ in
// which of the two counts.
func (d *Dict) nullDuplicates(nulls []Name) {
	has := make(map[Name]bool, len(d.Entries))
	for _, e := range d.Entries {
		has[e.Key] = true
	}
	for _, key := range nulls {
		if has[key] {
			d.Duplicate = append(d.Duplicate, key)
			has[key] = false
		}
	}
}

func (d *Dict) findDuplicates() {
	if len(d.Entries) > 24 {
		seen := make(map[Name]bool, len(d.Entries))
		for _, e := range d.Entries {
			if seen[e.Key] {
				d.Duplicate = append(d.Duplicate, e.Key)
			}
			seen[e.Key] = true
		}
		return
	}
	for i := range d.Entries {
		for j := range i {
			if d.Entries[i].Key == d.Entries[j].Key {
				d.Duplicate = append(d.Duplicate, d.Entries[i].Key)
				break
			}
		}
	}
}

// indirect reads the object at off: its number, its value, and for a stream
// the place of its octets.
func (p *parser) indirect(off int64) (Ref, Object, error) {
	ref, err := p.header(off)
	if err != nil {
		return ref, nil, err
	}
	o, err := p.value()
	if err != nil {
		return ref, nil, fmt.Errorf("object %s at octet %d: %w", ref, off, err)
	}
	if d, ok := o.(*Dict); ok && p.stop == "stream" {
		bare := !p.lineEnd()
		return ref, &Stream{Dict: d, DataStart: p.offset(), DataLen: -1, ref: ref, bare: bare}, nil
	}
	return ref, o, nil
}

// lineEnd steps over the end of line behind "stream" (7.3.8.1). A lone CR is
// against the rule but written. False when there is none: where the data begin
// is then anybody's guess.
func (p *parser) lineEnd() bool {
	for p.peek() == ' ' || p.peek() == '\t' {
		p.pos++
	}
	start := p.offset()
	if p.peek() == '\r' {
		p.pos++
	}
	if p.peek() == '\n' {
		p.pos++
	}
	return p.offset() > start
}
