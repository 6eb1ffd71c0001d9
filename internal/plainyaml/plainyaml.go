// Package plainyaml holds the YAML of the files that users write (trust
// lists, policies) to what they need, before the YAML library builds anything:
// no anchors and aliases (bombs), tags, directives, merge keys, deep nesting.
package plainyaml

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// Bounds. The schema of a trust list nests 6 deep and its largest mapping has
// 12 keys; the YAML library takes time quadratic in both.
const (
	maxDepth  = 16
	maxColumn = 64 // of the keys and dashes that make structure
	maxKeys   = 32 // of one mapping
	// MaxMarks bounds the octets that can begin a token; the library allocates 4 KB
	// for each. A list of 500 anchors with inline PEM has 30 000.
	MaxMarks = 50_000
)

// A Refusal is why a file is not plain YAML.
type Refusal struct {
	Line, Column int // from 1; 0 when it is about the file as a whole
	What, Fix    string
}

func (e *Refusal) Error() string { return e.What }

// Tokens gives the tokens of plain YAML, or why it is none. The caller bounds
// the size of data.
func Tokens(data []byte) (token.Tokens, *Refusal) {
	switch {
	case Marks(data) > MaxMarks:
		return nil, &Refusal{What: fmt.Sprintf("too many marks (lines, dashes, commas): more than %d", MaxMarks), Fix: "split the file"}
	case !utf8.Valid(data):
		return nil, &Refusal{What: "not UTF-8 text", Fix: "write it as YAML in UTF-8"}
	}
	tokens := lexer.Tokenize(string(bytes.TrimPrefix(data, []byte("\ufeff"))))
	if e := guard(tokens); e != nil {
		return nil, e
	}
	return tokens, nil
}

// Marks counts the octets of data that can begin a token.
func Marks(data []byte) (n int) {
	for _, b := range data {
		switch b {
		case '\n', '-', ',', ':', '[', '{', '#', '&', '*', '!':
			n++
		}
	}
	return n
}

// notPlain are kinds of token that no file of ours uses.
var notPlain = map[token.Type]string{
	token.AnchorType:     "YAML anchors",
	token.AliasType:      "YAML aliases",
	token.TagType:        "YAML tags",
	token.DirectiveType:  "YAML directives",
	token.MergeKeyType:   "merge keys",
	token.MappingKeyType: "keys written with `?`",
}

// guard bounds depth and width by the tokens, in one pass.
func guard(tokens token.Tokens) *Refusal {
	var s shape
	for i, t := range tokens {
		what, bad := notPlain[t.Type]
		if bad {
			what += " are not allowed"
		} else {
			what = s.take(tokens, i)
		}
		if what != "" {
			return &Refusal{Line: t.Position.Line, Column: t.Position.Column, What: what, Fix: "write plain block YAML as in the documentation"}
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
