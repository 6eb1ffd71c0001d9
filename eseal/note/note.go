// Package note is the word for what a reader saw and did not expect: the one
// type in which every reading room reports a deviation, with its place.
// A note is a fact. What follows from it is for the court to say.
package note

import (
	"fmt"
	"sort"
	"strings"
)

// A Code is a stable finding code such as "K-CMS-003". Its words stand in
// verify/report/msg, its consequence in the court.
type Code string

// Params are the values that the words of a code name.
type Params map[string]string

// A Note is one deviation.
type Note struct {
	Code   Code
	Where  string // element in the words of the format: "SignerInfo[0].signedAttrs", "object 12 0"
	Offset int64  // octet in the document or structure, -1 when not known
	Params Params
}

// New makes a note without a known offset.
func New(code Code, where string, params Params) Note {
	return Note{Code: code, Where: where, Offset: -1, Params: params}
}

// String is for logs and tests, not for people.
func (n Note) String() string {
	var b strings.Builder
	b.WriteString(string(n.Code))
	if n.Where != "" {
		fmt.Fprintf(&b, " %s", n.Where)
	}
	if n.Offset >= 0 {
		fmt.Fprintf(&b, " @%d", n.Offset)
	}
	keys := make([]string, 0, len(n.Params))
	for k := range n.Params {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%q", k, n.Params[k])
	}
	return b.String()
}
