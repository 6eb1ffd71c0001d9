package batch

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
)

// A Plan is what many documents lack, each thing once.
type Plan struct {
	Documents  int // that were looked at
	Unreadable int // of these: nothing is known of what they lack
	things     map[string]*planned
}

type planned struct {
	Type      evidence.Type `json:"type"`
	For       string        `json:"for"` // SHA-256 of the certificate that lacks it
	Subject   string        `json:"subject"`
	Reason    string        `json:"reason"`
	URLs      []string      `json:"urls,omitempty"`
	Documents int           `json:"documents"` // that lack it
}

// add takes the wants of one document.
func (p *Plan) add(r *result) {
	p.Documents++
	if r.Unread {
		p.Unreadable++
	}
	if p.things == nil {
		p.things = map[string]*planned{}
	}
	for _, w := range r.Plan {
		k := string(w.Type) + string(w.For) + w.Reason + strings.Join(w.URLs, "\x00")
		if p.things[k] == nil {
			p.things[k] = &planned{Type: w.Type, For: hex.EncodeToString(w.For), Subject: w.Subject, Reason: w.Reason, URLs: w.URLs}
		}
		p.things[k].Documents++
	}
}

// sorted has what most documents lack first.
func (p *Plan) sorted() (all []*planned) {
	for _, t := range p.things {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *planned) int {
		return cmp.Or(cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Type, b.Type), cmp.Compare(a.For, b.For), cmp.Compare(a.Reason, b.Reason), slices.Compare(a.URLs, b.URLs))
	})
	return all
}

// WriteJSON writes one object a line.
func (p *Plan) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, t := range p.sorted() {
		if err := enc.Encode(t); err != nil {
			return err
		}
	}
	return nil
}

// WriteText writes it for people.
func (p *Plan) WriteText(w io.Writer, lang string, o ...report.Option) error {
	fill := func(key string, n int) string {
		return msg.Word(key).Text.Fill(map[string]string{"count": strconv.Itoa(n)}).In(lang)
	}
	var wants []verify.Want
	for _, t := range p.sorted() {
		x := verify.Want{Type: t.Type, Subject: t.Subject + " " + fill("batch.plan.documents", t.Documents), Reason: t.Reason, URLs: t.URLs}
		if _, err := hex.Decode(x.For[:], []byte(t.For)); err != nil {
			return err
		}
		wants = append(wants, x)
	}
	if p.Unreadable > 0 {
		if _, err := fmt.Fprintln(w, fill("batch.plan.unreadable", p.Unreadable)); err != nil {
			return err
		}
	}
	return report.WritePlan(w, fill("batch.plan.all", p.Documents), wants, o...)
}
