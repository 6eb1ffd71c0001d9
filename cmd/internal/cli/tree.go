package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/kakuin/kakuin/verify/report"
)

// writeTree writes for people what writeJSON writes for programs: one "key:
// value" a line, nested values indented, each element of a list behind a "-".
// Texts of documents are made safe for a terminal.
func writeTree(w io.Writer, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	t := tree{d: json.NewDecoder(bytes.NewReader(data))}
	t.d.UseNumber()
	if err := t.value("", 0); err != nil {
		return err
	}
	_, err = w.Write(t.b.Bytes())
	return err
}

type tree struct {
	d *json.Decoder
	b bytes.Buffer
}

// value writes the next value; the text before it on its line is lead.
func (t *tree) value(lead string, in int) error {
	tok, err := t.d.Token()
	if err != nil {
		return err
	}
	switch tok {
	case json.Delim('{'):
		return t.object(lead, in)
	case json.Delim('['):
		return t.list(lead, in)
	}
	t.line(in, lead, report.Safe(fmt.Sprint(tok)))
	return nil
}

// object writes members; those of a list's element stand beside its dash.
func (t *tree) object(lead string, in int) error {
	if name, ok := strings.CutSuffix(lead, ": "); ok {
		t.line(in, name+":", "")
		lead, in = "", below(lead, in)
	}
	for t.d.More() {
		key, err := t.d.Token()
		if err != nil {
			return err
		}
		if err := t.value(lead+fmt.Sprint(key)+": ", in); err != nil {
			return err
		}
		if lead != "" {
			lead, in = "", in+1
		}
	}
	_, err := t.d.Token()
	return err
}

func (t *tree) list(lead string, in int) error {
	t.line(in, strings.TrimSuffix(lead, " "), "")
	for t.d.More() {
		if err := t.value("- ", below(lead, in)); err != nil {
			return err
		}
	}
	_, err := t.d.Token()
	return err
}

// below is the indent under a line; a dash before the key is a step of its own.
func below(lead string, in int) int {
	if strings.HasPrefix(lead, "- ") {
		return in + 2
	}
	return in + 1
}

func (t *tree) line(in int, lead, value string) {
	fmt.Fprintf(&t.b, "%*s%s%s\n", 2*in, "", lead, value)
}
