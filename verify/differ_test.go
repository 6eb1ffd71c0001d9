package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A seal is what we say of one signature or document time-stamp, in the terms
// that other tools have words for.
type seal struct {
	*pdf.Signature
	intact    string // the status of that question
	coverage  string // in pyHanko's words, those below a revision as one
	level     string // of what came later
	permitted string
}

// A sealed is one PDF as we see it.
type sealed struct {
	rep   *verify.Report
	notes int
	seals []seal
}

func (s *sealed) named(field string) *seal {
	for i := range s.seals {
		if s.seals[i].Reached && slices.Contains(s.seals[i].Field.Names, field) {
			return &s.seals[i]
		}
	}
	return nil
}

// fields are the signed fields of the newest revision, in order of name.
func (s *sealed) fields() []string {
	var out []string
	for i := range s.seals {
		if s.seals[i].Reached {
			out = append(out, s.seals[i].Field.Names...)
		}
	}
	slices.Sort(out)
	return out
}

// sound: nothing but trust stands against any seal of the file.
func (s *sealed) sound() bool {
	for i := range s.seals {
		x := &s.seals[i]
		if x.intact != string(verdict.Confirmed) || x.coverage == "UNCLEAR" || x.permitted == verify.PermittedNo || !x.Reached {
			return false
		}
	}
	return true
}

func (s *sealed) word() string {
	switch {
	case s.rep.Document.Format != verify.FormatPDF:
		return "no PDF"
	case s.rep.Verdict == verdict.NotSigned:
		return "not signed"
	case s.sound() && s.notes == 0:
		return "sound"
	case s.sound():
		return "sound, with findings"
	}
	return "not sound"
}

// ours reads and judges one PDF without trust.
func ours(t *testing.T, p corpora.PDF) *sealed {
	t.Helper()
	o := eseal.Options{Name: p.Name, Password: []byte(p.Password)}
	doc, err := eseal.Open(context.Background(), bytes.NewReader(p.Data), int64(len(p.Data)), o)
	if err != nil {
		t.Errorf("%s: %v", p.Name, err)
		return &sealed{rep: &verify.Report{}}
	}
	rep := judged(t, p.Data, o, verify.NoTrust(), verify.WithPolicy(policyNamed(t, "rfc5280", policy.None)), verify.WithTime(when(t, "2026-11-22T00:00:00Z")))
	out := &sealed{rep: rep, notes: len(rep.Findings)}
	if doc.PDF == nil {
		return out
	}
	if len(rep.Signatures) != len(doc.Signatures) || len(rep.Timestamps) != len(doc.Timestamps) {
		t.Fatalf("%s: %d of %d signatures and %d of %d time-stamps are in the report", p.Name, len(rep.Signatures), len(doc.Signatures), len(rep.Timestamps), len(doc.Timestamps))
	}
	for i, s := range doc.Signatures {
		x := seal{Signature: s.Field, intact: string(integrity(&rep.Signatures[i]))}
		if ch := rep.Signatures[i].Changes; ch != nil {
			x.permitted = ch.Permitted
		}
		out.add(doc, x)
	}
	for i, s := range doc.Timestamps {
		out.add(doc, seal{Signature: s.Field, intact: string(stampIntegrity(&rep.Timestamps[i]))})
	}
	return out
}

func (s *sealed) add(doc *eseal.Document, x seal) {
	x.coverage, x.level = "UNCLEAR", diff.LevelOther
	if x.Coverage.Valid && x.Reached {
		x.coverage, x.level = "ENTIRE_REVISION", doc.Changes.Level(x.Revision)
		if x.Coverage.WholeFile {
			x.coverage = "ENTIRE_FILE"
		}
	}
	s.seals = append(s.seals, x)
}

// A comparer holds what a tool says of one PDF against what we say.
type comparer struct {
	ledger *corpora.Ledger
	pdf    corpora.PDF
	ours   *sealed
}

func (c *comparer) differ(what, field, theirs, ours string, milder bool, detail string) {
	if theirs == ours {
		return
	}
	c.ledger.Differ(corpora.Difference{File: c.pdf.Name, What: what, Theirs: theirs, Ours: ours, Milder: milder, Detail: field + " " + detail})
}

// names compares which fields are signed.
func (c *comparer) names(theirs []string) {
	ours := c.ours.fields()
	slices.Sort(theirs)
	if slices.Equal(theirs, ours) {
		return
	}
	missed := slices.ContainsFunc(theirs, func(n string) bool { return !slices.Contains(ours, n) })
	c.differ("signed fields", "", fmt.Sprint(len(theirs)), fmt.Sprint(len(ours)), missed, fmt.Sprintf("%q %q", theirs, ours))
}
