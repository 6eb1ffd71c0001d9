package process

import (
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/verify/verdict"
)

// Changes is what came after a sealed revision and who permits it.
type Changes struct {
	Level     string // word of the report; empty where the format has no revisions
	Permitted string // yes, doubtful, no
	DecidedBy string
	Items     []ChangedItem
}

// ChangedItem is one changed object.
type ChangedItem struct {
	pdf.ChangedObject
	Revision int
	Code     verdict.Code
}

// coverage holds the byte ranges of a PDF signature to ISO 32000-2 12.8.1: a
// range that is not exactly everything but /Contents lets other octets be
// shown than are sealed (format checking, EN 319 102-1 5.2.2).
func coverage(s *eseal.Signature) []Cause {
	f := s.Field
	if f == nil || f.Coverage.Valid {
		return nil
	}
	var out []Cause
	var reasons []string
	for _, n := range f.Coverage.Problems {
		reasons = append(reasons, string(n.Code))
		out = append(out, Cause{Sub: verdict.FormatFailure, Finding: verdict.Finding{Code: verdict.Code(n.Code), Severity: verdict.Error,
			Clause: "ISO 32000-2 12.8.1", Object: s.ID, Params: noteParams(n)}})
	}
	return append(out, Cause{Sub: verdict.FormatFailure, Finding: verdict.Finding{Code: verdict.CodeByteRange, Severity: verdict.Error,
		Clause: "ISO 32000-2 12.8.1", Object: s.ID, Params: params("reason", strings.Join(reasons, ", "))}})
}

// changes weighs the later revisions (DESIGN: changes are judged by
// whitelist). What is not plainly known is not analysed and never passes.
func (j *Judgement) changes(c *Court) {
	f := j.Facts.Field
	if f == nil || !f.Coverage.Valid {
		return
	}
	ch := Changes{Level: pdf.LevelNone, Permitted: "yes"}
	metadata := false
	for _, rev := range f.Later {
		if levelRank[rev.Level] > levelRank[ch.Level] {
			ch.Level = rev.Level
		}
		for _, it := range rev.Items {
			metadata = metadata || it.What == pdf.WhatMetadata || it.What == pdf.WhatInfo
			ch.Items = append(ch.Items, ChangedItem{ChangedObject: it, Revision: rev.Number})
		}
	}
	if c.Trailing && levelRank[ch.Level] < levelRank[pdf.LevelNotAnalysed] {
		ch.Level = pdf.LevelNotAnalysed // octets after the last %%EOF that no revision accounts for
	}
	if ch.Level != pdf.LevelNone {
		ch.Permitted, ch.DecidedBy = c.permitted(j.Facts, ch.Level, metadata)
	}
	j.Changes = ch
	j.changeCause(c, ch, metadata)
}

var levelRank = map[string]int{pdf.LevelNone: 0, pdf.LevelLongTerm: 1, pdf.LevelFormFilling: 2, pdf.LevelNotAnalysed: 9}

// permitted asks first the document, then the policy.
func (c *Court) permitted(s *eseal.Signature, level string, metadata bool) (answer, by string) {
	p, locked := s.Field.DocMDP, s.Field.FieldMDP != nil || s.Field.Lock != nil
	if level == pdf.LevelNotAnalysed {
		return "doubtful", "policy:pdf-changes"
	}
	if level == pdf.LevelFormFilling && locked {
		return "doubtful", "FieldMDP" // which fields are locked is for the analysis of changes to say
	}
	if p > 0 {
		by = "DocMDP P" + strconv.Itoa(p)
		switch {
		case p == 1 && (level == pdf.LevelFormFilling || metadata):
			return "no", by
		default:
			return "yes", by
		}
	}
	line := "long-term-material"
	if level == pdf.LevelFormFilling {
		line = "later-signature" // the only form filling that the reader knows yet
	}
	return c.Policy.PDFChange(line), "policy:pdf-changes"
}

func (j *Judgement) changeCause(c *Court, ch Changes, metadata bool) {
	f := verdict.Finding{Severity: verdict.Error, Clause: "ISO 32000-2 12.8.2.2", Object: j.Facts.ID}
	switch {
	case ch.Level == pdf.LevelNone:
		return
	case ch.Level == pdf.LevelNotAnalysed:
		f.Code, f.Params = verdict.CodeNotAnalysed, params("revisions", j.revisions(c))
		j.Causes = append(j.Causes, Cause{Sub: verdict.Custom, About: AboutChange, Finding: f})
	case ch.Permitted == "no":
		f.Code, f.Params = verdict.CodeChangeForbidden, params("what", what(ch))
		j.Causes = append(j.Causes, Cause{Sub: verdict.FormatFailure, About: AboutChange, Finding: f})
	case ch.Permitted == "doubtful":
		f.Code, f.Params = verdict.CodeChangeDoubtful, params("what", what(ch))
		j.Causes = append(j.Causes, Cause{Sub: verdict.Custom, About: AboutChange, Finding: f})
	default:
		f.Code, f.Severity, f.Params = verdict.CodeChangePermitted, verdict.Info, params("what", what(ch))
		j.finding(f)
	}
	if metadata && ch.Permitted == "yes" {
		f.Code, f.Severity, f.Params = verdict.CodeMetadataChanged, verdict.Warning, params("what", what(ch))
		j.finding(f)
	}
}

func (j *Judgement) revisions(c *Court) string {
	var out []string
	for _, r := range j.Facts.Field.Later {
		if r.Level == pdf.LevelNotAnalysed {
			out = append(out, strconv.Itoa(r.Number))
		}
	}
	if c.Trailing {
		out = append(out, "%%EOF+")
	}
	return strings.Join(out, ", ")
}

func what(ch Changes) string {
	var out []string
	seen := map[string]bool{}
	for _, it := range ch.Items {
		if it.Level == ch.Level && !seen[it.What] {
			seen[it.What] = true
			out = append(out, it.What)
		}
	}
	return strings.Join(out, ", ")
}
