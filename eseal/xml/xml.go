// Package xml reads XML documents from anybody: no external entity, no
// external DTD, no network, bounded octets, nodes and depth. It shows just what
// evidence records and canonical forms ask for.
package xml

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/lestrrat-go/helium"
	"github.com/lestrrat-go/helium/enum"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/xml/c14n"
)

// A Document is one parsed document.
type Document struct{ d *helium.Document }

// An Element is one element of it. The zero Element stands for none.
type Element struct{ e *helium.Element }

// A Method is a canonical form; see package c14n.
type Method = c14n.Method

// MethodByURI finds a canonical form by its algorithm identifier.
func MethodByURI(uri string) (Method, bool) { return c14n.ByURI(uri) }

// nodeOctets is what a node of the tree takes in memory, with its share of
// names and slices: 1.35 MB of trust list with 34 000 nodes takes 8 MB.
const nodeOctets = 240

// expanded is how much the parser lets entities grow before it looks at the ratio.
const expanded = 1 << 20

// Parse reads a document. An internal subset is read, so that default
// attributes and entities come out as Canonical XML 1.0 section 2.1 wants;
// nothing outside the document ever is. A nil purse means the default limits.
func Parse(raw []byte, p *purse.Purse) (*Document, error) {
	if p == nil {
		p = purse.New(purse.Limits{})
	}
	nodes := int64(2*bytes.Count(raw, []byte("<")) + bytes.Count(raw, []byte("=")) + 1)
	if err := p.Take(purse.Objects, nodes); err != nil {
		return nil, err
	}
	if err := p.Take(purse.Bytes, 2*int64(len(raw))+nodes*nodeOctets); err != nil {
		return nil, err
	}
	if bytes.Contains(raw, []byte("<!ENTITY")) {
		if err := p.Take(purse.Bytes, expanded+helium.DefaultMaxEntityAmplification*int64(len(raw))); err != nil {
			return nil, err
		}
	}
	d, err := helium.NewParser().
		BlockXXE(true).AllowNetwork(false).LoadExternalDTD(false).
		SubstituteEntities(true).DefaultDTDAttributes(true).
		MaxDepth(p.MaxDepth()).MaxNodeContentSize(len(raw)+1).
		SuppressErrors(true).SuppressWarnings(true).
		Parse(context.Background(), oneLineEnd(raw))
	if err != nil {
		return nil, fmt.Errorf("XML: %w", err)
	}
	if d == nil || d.DocumentElement() == nil {
		return nil, errors.New("XML: no root element")
	}
	if err := outside(d, raw); err != nil {
		return nil, err
	}
	return &Document{d}, nil
}

// oneLineEnd is XML 1.0 2.11, which comes before parsing: CR LF and CR become
// LF everywhere. Helium leaves them in processing instructions and comments. A
// character reference stays what it is.
func oneLineEnd(raw []byte) []byte {
	if !bytes.ContainsRune(raw, '\r') || bytes.IndexByte(raw, 0) >= 0 { // octets of UTF-16 are no characters
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i, ch := range raw {
		switch {
		case ch != '\r':
			out = append(out, ch)
		case i+1 == len(raw) || raw[i+1] != '\n':
			out = append(out, '\n')
		}
	}
	return out
}

// ErrOutside: the text of the document stands partly outside it, and that part
// is never fetched. Leaving it out in silence would make it another text.
var ErrOutside = errors.New("XML: a part of the text is an external entity, which is not loaded")

func outside(d *helium.Document, raw []byte) (err error) {
	dtd := d.IntSubset()
	if dtd == nil {
		return nil
	}
	dtd.ForEachEntity(func(name string, e *helium.Entity) {
		if e.EntityType() == enum.ExternalGeneralParsedEntity && bytes.Contains(raw, []byte("&"+name+";")) {
			err = ErrOutside
		}
	})
	return err
}

// Tree is the document as the parser's own tree, for packages that walk it.
func (d *Document) Tree() *helium.Document { return d.d }

// HasDoctype tells whether the document has a document type declaration.
func (d *Document) HasDoctype() bool { return d.d.IntSubset() != nil }

// Root is the document element.
func (d *Document) Root() Element { return Element{d.d.DocumentElement()} }

// Canonical is the canonical form of the whole document.
func (d *Document) Canonical(m Method) ([]byte, error) { return c14n.Bytes(d.d, nil, m) }

// Name is the namespace name and the local name of an element.
func (e Element) Name() (space, local string) { return e.e.URI(), e.e.LocalName() }

// Line is where the element stands.
func (e Element) Line() int { return e.e.Line() }

// Attribute is the value of an attribute without a namespace.
func (e Element) Attribute(name string) (string, bool) {
	for _, a := range e.e.Attributes() {
		if a.LocalName() == name && a.URI() == "" && a.Prefix() == "" {
			return a.Value(), true
		}
	}
	return "", false
}

// Children are the elements directly below, in document order.
func (e Element) Children() []Element {
	var out []Element
	for n := e.e.FirstChild(); n != nil; n = n.NextSibling() {
		if c, ok := n.(*helium.Element); ok {
			out = append(out, Element{c})
		}
	}
	return out
}

// Text is the character data directly below; false where anything but
// character data, comments and processing instructions stands there.
func (e Element) Text() (string, bool) {
	var b bytes.Buffer
	for n := e.e.FirstChild(); n != nil; n = n.NextSibling() {
		switch n.Type() {
		case helium.TextNode, helium.CDATASectionNode:
			b.Write(n.Content())
		case helium.CommentNode, helium.ProcessingInstructionNode:
		default:
			return "", false
		}
	}
	return b.String(), true
}

// Canonical is the canonical form of the element with all that it contains.
func (e Element) Canonical(m Method) ([]byte, error) {
	return c14n.Bytes(nil, e.e, m)
}

// CanonicalUpTo is the canonical form of the element with its child elements
// up to and with last. What stood behind last when there were no others is not
// known: the first reading keeps all blanks, the second those behind the last
// child only.
func (e Element) CanonicalUpTo(m Method, last Element) ([][]byte, error) {
	var out [][]byte
	for _, blanks := range []bool{true, false} {
		gone := e.after(last, blanks)
		var b bytes.Buffer
		if err := c14n.Without(&b, e.e, m, func(n helium.Node) bool { return gone[n] }); err != nil {
			return nil, err
		}
		if len(out) == 0 || !bytes.Equal(out[0], b.Bytes()) {
			out = append(out, b.Bytes())
		}
	}
	return out, nil
}

// after are the children behind last: the elements and, unless blanks are
// kept, all other nodes up to the last element.
func (e Element) after(last Element, blanks bool) map[helium.Node]bool {
	gone := map[helium.Node]bool{}
	var between []helium.Node
	for n := last.e.NextSibling(); n != nil; n = n.NextSibling() {
		between = append(between, n)
		if n.Type() != helium.ElementNode {
			continue
		}
		for _, o := range between {
			if !blanks || o == n {
				gone[o] = true
			}
		}
		between = between[:0]
	}
	return gone
}
