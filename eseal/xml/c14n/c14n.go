// Package c14n writes the canonical forms of XML: Canonical XML 1.0 and 1.1
// and Exclusive Canonicalization 1.0, each with and without comments, of a
// whole document or of one element with all that it contains.
package c14n

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lestrrat-go/helium"
)

// A Method is one canonical form.
type Method struct {
	Exclusive bool // Exclusive XML Canonicalization 1.0
	V11       bool // Canonical XML 1.1
	Comments  bool
	// Prefixes is the InclusiveNamespaces PrefixList of the exclusive form;
	// "#default" stands for the default namespace (Exclusive XML
	// Canonicalization 1.0 section 2, 4).
	Prefixes []string
}

const (
	uri10 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	uri11 = "http://www.w3.org/2006/12/xml-c14n11"
	uriEx = "http://www.w3.org/2001/10/xml-exc-c14n#"
)

// ByURI finds a method by its algorithm identifier (Canonical XML 1.0 section
// 1.2, 1.1 section 1.2, Exclusive section 4).
func ByURI(uri string) (Method, bool) {
	m := Method{}
	switch base, with := strings.CutSuffix(uri, "WithComments"); {
	case with && (base == uri10+"#" || base == uri11+"#" || base == uriEx):
		m.Comments = true
		uri = strings.TrimSuffix(base, "#")
	default:
		uri = strings.TrimSuffix(uri, "#")
	}
	switch uri {
	case uri10:
	case uri11:
		m.V11 = true
	case strings.TrimSuffix(uriEx, "#"):
		m.Exclusive = true
	default:
		return Method{}, false
	}
	return m, true
}

// URI is the algorithm identifier.
func (m Method) URI() string {
	base, with := uri10, "#WithComments"
	switch {
	case m.Exclusive:
		base, with = uriEx, "WithComments"
	case m.V11:
		base = uri11
	}
	if m.Comments {
		return base + with
	}
	return base
}

// ErrRelativeNamespace: Canonical XML 1.0 section 1.3 wants a failure for
// documents with relative namespace URIs.
var ErrRelativeNamespace = errors.New("a namespace name is a relative URI (Canonical XML 1.0 section 1.3)")

const xmlNamespace = "http://www.w3.org/XML/1998/namespace"

// Document writes the canonical form of a whole document.
func Document(w io.Writer, d *helium.Document, m Method) error {
	c := newWriter(m)
	root := false
	for n := d.FirstChild(); n != nil; n = n.NextSibling() {
		if err := c.outer(w, n, &root); err != nil {
			return err
		}
	}
	return c.flush(w)
}

// outer writes one child of the document: comments and processing
// instructions stand on lines of their own (Canonical XML 1.0 section 2.3).
func (c *writer) outer(w io.Writer, n helium.Node, root *bool) error {
	switch n.Type() {
	case helium.ElementNode:
		*root = true
		return c.tree(w, n)
	case helium.CommentNode, helium.ProcessingInstructionNode:
		if n.Type() == helium.CommentNode && !c.method.Comments {
			return nil
		}
		if *root {
			c.out.WriteByte('\n')
		}
		if err := c.leaf(n); err != nil {
			return err
		}
		if !*root {
			c.out.WriteByte('\n')
		}
	}
	return nil // a document type declaration and blanks have no canonical form
}

// Element writes the canonical form of an element with all that it contains,
// as the node-set of a same-document reference has it.
func Element(w io.Writer, e *helium.Element, m Method) error { return Without(w, e, m, nil) }

// Without is Element, less the nodes below it that omit names.
func Without(w io.Writer, e *helium.Element, m Method, omit func(helium.Node) bool) error {
	c := newWriter(m)
	c.omit = omit
	c.inherit(e)
	if err := c.tree(w, e); err != nil {
		return err
	}
	return c.flush(w)
}

// Bytes is the canonical form of an element, or of the document where e is nil.
func Bytes(d *helium.Document, e *helium.Element, m Method) ([]byte, error) {
	var b bytes.Buffer
	var err error
	if e == nil {
		err = Document(&b, d, m)
	} else {
		err = Element(&b, e, m)
	}
	return b.Bytes(), err
}

// A binding is one namespace node: a prefix and its name.
type binding struct{ prefix, uri string }

type writer struct {
	method Method
	out    bytes.Buffer
	omit   func(helium.Node) bool // nil for none
	scope  []binding              // in scope in the document, innermost last
	shown  []binding              // rendered by output ancestors, innermost last
	marks  []mark                 // of the elements that are open
	imported
}

// A mark is how long the stacks were before an element.
type mark struct {
	name         string
	scope, shown int
}

// imported is what the apex takes over from ancestors that are not written.
type imported struct {
	apex  bool
	attrs []attribute
}

type attribute struct{ prefix, local, uri, value string }

func newWriter(m Method) *writer { return &writer{method: m} }

// flushed is how much is gathered before it is handed on.
const flushed = 32 << 10

func (c *writer) flush(w io.Writer) error {
	_, err := w.Write(c.out.Bytes())
	c.out.Reset()
	return err
}

// tree walks without recursion: the depth is the document's.
func (c *writer) tree(w io.Writer, top helium.Node) error {
	n := top
	for {
		if c.out.Len() >= flushed {
			if err := c.flush(w); err != nil {
				return err
			}
		}
		if n != top && c.omit != nil && c.omit(n) {
			// nothing of it is written
		} else if e, ok := n.(*helium.Element); ok {
			if err := c.open(e); err != nil {
				return err
			}
			if first := n.FirstChild(); first != nil {
				n = first
				continue
			}
			c.close()
		} else if err := c.leaf(n); err != nil {
			return err
		}
		for n != top && n.NextSibling() == nil {
			n = n.Parent()
			c.close()
		}
		if n == top {
			return nil
		}
		n = n.NextSibling()
	}
}

func (c *writer) leaf(n helium.Node) error {
	switch n.Type() {
	case helium.TextNode, helium.CDATASectionNode:
		escapeText(&c.out, n.Content())
	case helium.CommentNode:
		if c.method.Comments {
			c.out.WriteString("<!--")
			c.out.Write(n.Content())
			c.out.WriteString("-->")
		}
	case helium.ProcessingInstructionNode:
		c.out.WriteString("<?" + n.Name())
		if data := n.Content(); len(data) > 0 {
			c.out.WriteByte(' ')
			c.out.Write(data)
		}
		c.out.WriteString("?>")
	default:
		return fmt.Errorf("a node of type %s has no canonical form", n.Type())
	}
	return nil
}

func (c *writer) close() {
	m := c.marks[len(c.marks)-1]
	c.marks = c.marks[:len(c.marks)-1]
	c.scope, c.shown = c.scope[:m.scope], c.shown[:m.shown]
	c.out.WriteString("</" + m.name + ">")
}

func (c *writer) open(e *helium.Element) error {
	name := qualified(e.Prefix(), e.LocalName())
	c.marks = append(c.marks, mark{name, len(c.scope), len(c.shown)})
	own, err := c.declare(e)
	if err != nil {
		return err
	}
	c.out.WriteString("<" + name)
	attrs := c.attributes(e)
	for _, b := range c.namespaces(e, attrs, own) {
		c.shown = append(c.shown, b)
		c.out.WriteString(" xmlns")
		if b.prefix != "" {
			c.out.WriteString(":" + b.prefix)
		}
		c.value(b.uri)
	}
	for _, a := range attrs {
		c.out.WriteString(" " + qualified(a.prefix, a.local))
		c.value(a.value)
	}
	c.out.WriteByte('>')
	c.apex = false
	return nil
}

func (c *writer) value(v string) {
	c.out.WriteString(`="`)
	escapeAttribute(&c.out, v)
	c.out.WriteByte('"')
}

func qualified(prefix, local string) string {
	if prefix == "" {
		return local
	}
	return prefix + ":" + local
}

// attributes are those of the element and, of the apex, those that it
// inherits, by namespace name and then local name (Canonical XML 1.0 section 2.2).
func (c *writer) attributes(e *helium.Element) []attribute {
	var out []attribute
	for _, a := range e.Attributes() {
		at := attribute{a.Prefix(), a.LocalName(), a.URI(), a.Value()}
		if at.prefix == "xml" {
			at.uri = xmlNamespace
		}
		out = append(out, at)
	}
	if c.apex {
		out = c.merge(out)
	}
	slices.SortFunc(out, func(a, b attribute) int {
		if n := strings.Compare(a.uri, b.uri); n != 0 {
			return n
		}
		return strings.Compare(a.local, b.local)
	})
	return out
}
