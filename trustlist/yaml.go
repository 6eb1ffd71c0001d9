package trustlist

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/kakuin/kakuin/internal/plainyaml"
)

// readYAML gives the one mapping of a list file. What the format has no use
// for is refused before the library builds anything: anchors and aliases
// (bombs), tags, directives, merge keys, deep nesting.
func readYAML(data []byte) (*ast.MappingNode, error) {
	fail := func(line, column int, what, fix string) error {
		return Errors{{Line: line, Column: column, What: what, Fix: fix}}
	}
	if len(data) > MaxSize {
		return nil, fail(0, 0, fmt.Sprintf("the list is larger than %d bytes", MaxSize), "split it")
	}
	if trimmed := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))); len(trimmed) > 1 && trimmed[0] == '<' && trimmed[1] != '<' {
		return nil, fail(1, 1, "this is XML, not a list in "+Schema, "import it with `kakuin trust import`")
	}
	tokens, refused := plainyaml.Tokens(data)
	if refused != nil {
		return nil, fail(refused.Line, refused.Column, refused.What, refused.Fix)
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

func fromLibrary(err error) *Error {
	var ye yaml.Error
	if !errors.As(err, &ye) || ye.GetToken() == nil || ye.GetToken().Position == nil {
		return &Error{What: "not YAML", Err: err}
	}
	pos := ye.GetToken().Position
	return &Error{Line: pos.Line, Column: pos.Column, What: ye.GetMessage()}
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
