package process

import (
	"strconv"
	"strings"

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
func coverage(f *pdf.Signature, object string) []Cause {
	if f == nil || f.Coverage.Valid {
		return nil
	}
	var out []Cause
	var reasons []string
	for _, n := range f.Coverage.Problems {
		reasons = append(reasons, string(n.Code))
		out = append(out, Cause{Sub: verdict.FormatFailure, Finding: verdict.Finding{Code: verdict.Code(n.Code), Severity: verdict.Error,
			Clause: "ISO 32000-2 12.8.1", Object: object, Params: noteParams(n)}})
	}
	return append(out, Cause{Sub: verdict.FormatFailure, Finding: verdict.Finding{Code: verdict.CodeByteRange, Severity: verdict.Error,
		Clause: "ISO 32000-2 12.8.1", Object: object, Params: params("reason", strings.Join(reasons, ", "))}})
}

// later weighs the revisions after a sealed one (changes are judged by
// whitelist). What is not plainly known is not analysed and never passes.
func (c *Court) later(f *pdf.Signature, object string) (Changes, []Cause, []verdict.Finding) {
	if f == nil || !f.Coverage.Valid {
		return Changes{}, nil, nil
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
	if ch.Level == pdf.LevelNone {
		return ch, nil, nil
	}
	ch.Permitted, ch.DecidedBy = c.permitted(f, ch.Level, metadata)
	causes, findings := c.changeFindings(f, object, ch, metadata)
	return ch, causes, findings
}

var levelRank = map[string]int{pdf.LevelNone: 0, pdf.LevelLongTerm: 1, pdf.LevelFormFilling: 2, pdf.LevelNotAnalysed: 9}

// permitted asks first the document, then the policy.
func (c *Court) permitted(f *pdf.Signature, level string, metadata bool) (answer, by string) {
	p, locked := stricter(f.DocMDP, c.DocMDP), f.FieldMDP != nil || f.Lock != nil
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

// stricter is the lower permission, where 0 stands for none: a later
// certification cannot permit what an earlier one forbids (ISO 32000-2 12.8.2.2).
func stricter(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

func (c *Court) changeFindings(pf *pdf.Signature, object string, ch Changes, metadata bool) (causes []Cause, findings []verdict.Finding) {
	f := verdict.Finding{Severity: verdict.Error, Clause: "ISO 32000-2 12.8.2.2", Object: object}
	against := func(sub verdict.SubIndication, code verdict.Code, ps map[string]string) {
		f.Code, f.Params = code, ps
		causes = append(causes, Cause{Sub: sub, About: AboutChange, Finding: f})
	}
	switch {
	case ch.Level == pdf.LevelNotAnalysed:
		against(verdict.Custom, verdict.CodeNotAnalysed, params("revisions", c.unanalysed(pf)))
	case ch.Permitted == "no":
		against(verdict.FormatFailure, verdict.CodeChangeForbidden, params("what", what(ch)))
	case ch.Permitted == "doubtful":
		against(verdict.Custom, verdict.CodeChangeDoubtful, params("what", what(ch)))
	default:
		f.Code, f.Severity, f.Params = verdict.CodeChangePermitted, verdict.Info, params("what", what(ch))
		findings = append(findings, f)
	}
	if metadata && ch.Permitted == "yes" {
		f.Code, f.Severity, f.Params = verdict.CodeMetadataChanged, verdict.Warning, params("what", what(ch))
		findings = append(findings, f)
	}
	return causes, findings
}

// unanalysed names the revisions that no rule explains.
func (c *Court) unanalysed(pf *pdf.Signature) string {
	var out []string
	for _, r := range pf.Later {
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
