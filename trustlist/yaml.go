package trustlist

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of the YAML of a list. The schema nests 6 deep and its largest
// mapping has 12 keys; the YAML library takes time quadratic in both.
const (
	maxDepth  = 16
	maxColumn = 64 // of the keys and dashes that make structure
	maxKeys   = 32 // of one mapping
	// Marks are octets that can begin a token; the library allocates 4 KB
	// for each. A list of 500 anchors with inline PEM has 30 000.
	maxMarks = 50_000
)

// readYAML gives the one mapping of a list file. What the format has no use
// for is refused before the library builds anything: anchors and aliases
// (bombs), tags, directives, merge keys, deep nesting.
func readYAML(data []byte) (*ast.MappingNode, error) {
	fail := func(line, column int, what, fix string) error {
		return Errors{{Line: line, Column: column, What: what, Fix: fix}}
	}
	switch {
	case len(data) > MaxSize:
		return nil, fail(0, 0, fmt.Sprintf("the list is larger than %d bytes", MaxSize), "split it")
	case marks(data) > maxMarks:
		return nil, fail(0, 0, fmt.Sprintf("the list has too many marks (lines, dashes, commas): more than %d", maxMarks), "split it")
	case !utf8.Valid(data):
		return nil, fail(0, 0, "the list is not UTF-8 text", "write it as YAML in UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 1 && trimmed[0] == '<' && trimmed[1] != '<' {
		return nil, fail(1, 1, "this is XML, not a list in "+Schema, "import it with `kakuin trust import`")
	}
	tokens := lexer.Tokenize(string(data))
	if e := guard(tokens); e != nil {
		return nil, Errors{e}
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, Errors{fromLibrary(err)}
	}
	var docs []ast.Node
	for _, d := range file.Docs {
		if d.Body != nil {
			docs = append(docs, d.Body)
		}
	}
	if len(docs) != 1 {
		return nil, fail(0, 0, fmt.Sprintf("the file holds %d YAML documents", len(docs)), "write one list a file")
	}
	switch n := docs[0].(type) {
	case *ast.MappingNode:
		return n, nil
	case *ast.MappingValueNode:
		return ast.Mapping(n.Start, false, n), nil
	}
	t := docs[0].GetToken()
	return nil, fail(t.Position.Line, t.Position.Column, "a list is a mapping", "begin it with `schema: "+Schema+"`")
}

func marks(data []byte) (n int) {
	for _, b := range data {
		switch b {
		case '\n', '-', ',', ':', '[', '{', '#', '&', '*', '!':
			n++
		}
	}
	return n
}

func fromLibrary(err error) *Error {
	var ye yaml.Error
	if !errors.As(err, &ye) || ye.GetToken() == nil || ye.GetToken().Position == nil {
		return &Error{What: "not YAML", Err: err}
	}
	pos := ye.GetToken().Position
	return &Error{Line: pos.Line, Column: pos.Column, What: ye.GetMessage()}
}

// notForLists are kinds of token that the format does not use.
var notForLists = map[token.Type]string{
	token.AnchorType:     "YAML anchors",
	token.AliasType:      "YAML aliases",
	token.TagType:        "YAML tags",
	token.DirectiveType:  "YAML directives",
	token.MergeKeyType:   "merge keys",
	token.MappingKeyType: "keys written with `?`",
}

// guard bounds depth and width by the tokens, in one pass.
func guard(tokens token.Tokens) *Error {
	var s shape
	for i, t := range tokens {
		what, bad := notForLists[t.Type]
		if bad {
			what += " are not allowed in a trust list"
		} else {
			what = s.take(tokens, i)
		}
		if what != "" {
			return &Error{Line: t.Position.Line, Column: t.Position.Column, What: what, Fix: "write plain block YAML as in the documentation"}
		}
	}
	return nil
}

// A shape is the open collections at one token.
type shape struct {
	block [maxColumn + 1]int // keys seen at a column since it was left
	flow  []int              // keys seen in each open flow collection
}

// take follows one token and tells what is too much, or nothing.
func (s *shape) take(tokens token.Tokens, i int) string {
	const deep, wide = "nested too deeply", "a mapping has too many keys"
	t := tokens[i]
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		if s.flow = append(s.flow, 0); len(s.flow) > maxDepth {
			return deep
		}
	case token.SequenceEndType, token.MappingEndType:
		if len(s.flow) > 0 {
			s.flow = s.flow[:len(s.flow)-1]
		}
	case token.SequenceEntryType:
		if len(s.flow) == 0 && !s.enter(t.Position.Column) {
			return deep
		}
	case token.MappingValueType:
		if len(s.flow) > 0 {
			if s.flow[len(s.flow)-1]++; s.flow[len(s.flow)-1] > maxKeys {
				return wide
			}
			return ""
		}
		column := t.Position.Column
		if i > 0 {
			column = tokens[i-1].Position.Column // of the key
		}
		if !s.enter(column) {
			return deep
		}
		if s.block[column]++; s.block[column] > maxKeys {
			return wide
		}
	}
	return ""
}

// enter leaves the blocks that stand further right than a column; false where
// the column is too far right itself.
func (s *shape) enter(column int) bool {
	if column < 1 || column > maxColumn {
		return false
	}
	clear(s.block[column+1:])
	return true
}

// text is a scalar as it is written, whatever type YAML gives it: 1e5 is a
// fingerprint's beginning, 1.2 an identifier, null a missing value.
func text(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return strings.TrimSpace(n.GetToken().Value), true
	}
	return "", false
}

// place is the line and column of a node.
func place(n ast.Node) (int, int) {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0, 0
	}
	pos := n.GetToken().Position
	return pos.Line, pos.Column
}
