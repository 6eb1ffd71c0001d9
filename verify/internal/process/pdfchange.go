package process

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
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
	diff.Item
	Revision  int
	Permitted string
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
// whitelist). What is not plainly known never passes.
func (c *Court) later(f *pdf.Signature, object string) (Changes, []Cause, []verdict.Finding) {
	if f == nil || !f.Coverage.Valid {
		return Changes{}, nil, nil
	}
	ch := Changes{Level: diff.LevelNone, Permitted: changeYes}
	rules := c.permissionOf(f)
	decided := -1
	for _, rev := range c.Changes.After(f.Revision) {
		ch.Level = diff.Worse(ch.Level, rev.Level)
		for _, it := range rev.Items {
			answer, by := rules.item(it)
			if n := answerRank[answer]*10 + levelOrder[it.Level]; n > decided {
				ch.Permitted, ch.DecidedBy, decided = answer, by, n
			}
			ch.Items = append(ch.Items, ChangedItem{Item: it, Revision: rev.Number, Permitted: answer})
		}
		if rev.Level == diff.LevelNotAnalysed && ch.Permitted == changeYes { // the purse ran out before all was compared
			ch.Permitted, ch.DecidedBy = changeDoubtful, byPolicy
		}
	}
	if c.Trailing && diff.Worse(ch.Level, diff.LevelNotAnalysed) == diff.LevelNotAnalysed {
		ch.Level = diff.LevelNotAnalysed // octets after the last %%EOF that no revision accounts for
		if ch.Permitted == changeYes {
			ch.Permitted, ch.DecidedBy = changeDoubtful, byPolicy
		}
	}
	read := c.readings(f, object, true)
	if len(read) > 0 {
		ch.Level = diff.Worse(ch.Level, diff.LevelNotAnalysed) // compared in one of the readings only
		if ch.Permitted == changeYes {
			ch.Permitted, ch.DecidedBy = changeDoubtful, byPolicy
		}
	}
	if ch.Level == diff.LevelNone {
		return ch, nil, nil
	}
	causes, findings := c.changeFindings(f, object, ch)
	return ch, append(read, causes...), findings
}

// levelOrder lets the highest level name who decides.
var levelOrder = map[string]int{diff.LevelLongTerm: 1, diff.LevelFormFilling: 2, diff.LevelAnnotations: 3, diff.LevelNotAnalysed: 4, diff.LevelOther: 5}

func (c *Court) changeFindings(pf *pdf.Signature, object string, ch Changes) (causes []Cause, findings []verdict.Finding) {
	f := verdict.Finding{Severity: verdict.Error, Clause: "ISO 32000-2 12.8.2.2", Object: object}
	if ch.DecidedBy == "FieldMDP" || ch.DecidedBy == "Lock" {
		f.Clause = "ISO 32000-2 12.8.2.4"
	}
	against := func(sub verdict.SubIndication, code verdict.Code, ps map[string]string) {
		f.Code, f.Params = code, ps
		causes = append(causes, Cause{Sub: sub, About: AboutChange, Finding: f})
	}
	switch {
	case ch.Permitted == changeNo:
		against(verdict.FormatFailure, verdict.CodeChangeForbidden, c.what(ch))
	case ch.Level == diff.LevelNotAnalysed:
		against(verdict.Custom, verdict.CodeNotAnalysed, params("revisions", c.unanalysed(pf)))
	case ch.Permitted == changeDoubtful:
		against(verdict.Custom, verdict.CodeChangeDoubtful, c.what(ch))
	default:
		f.Code, f.Severity, f.Params = verdict.CodeChangePermitted, verdict.Info, c.what(ch)
		findings = append(findings, f)
	}
	metadata := slices.DeleteFunc(slices.Clone(ch.Items), func(it ChangedItem) bool { return !isMetadata(it.Item) })
	if len(metadata) > 0 && ch.Permitted == changeYes {
		f.Code, f.Severity = verdict.CodeMetadataChanged, verdict.Warning
		f.Params = c.what(Changes{Items: metadata, Permitted: changeYes})
		findings = append(findings, f)
	}
	return causes, findings
}

// unanalysed names the revisions that could not be read.
func (c *Court) unanalysed(pf *pdf.Signature) string {
	var out []string
	for _, r := range c.Changes.After(pf.Revision) {
		if r.Level == diff.LevelNotAnalysed {
			out = append(out, strconv.Itoa(r.Number))
		}
	}
	if c.Trailing {
		out = append(out, "%%EOF+")
	}
	if len(out) == 0 { // what programs do not read alike concerns them all
		for _, r := range c.Changes.After(pf.Revision) {
			out = append(out, strconv.Itoa(r.Number))
		}
	}
	return strings.Join(out, ", ")
}

// maxTold bounds the changes that one finding names; the items have all.
const maxTold = 6

// what names the changes that decide, those that are a consequence of others
// only where there is nothing else.
func (c *Court) what(ch Changes) map[string]string {
	var ja, en []string
	for _, own := range []bool{true, false} {
		for _, it := range ch.Items {
			if it.Permitted != ch.Permitted || own == slices.Contains(followers, it.Kind) {
				continue
			}
			j, e := string(it.Kind), string(it.Kind)
			if c.Describe != nil {
				j, e = c.Describe(it.Item)
			}
			if !slices.Contains(en, e) {
				ja, en = append(ja, j), append(en, e)
			}
		}
		if len(en) > 0 {
			break
		}
	}
	if len(en) > maxTold {
		ja, en = append(ja[:maxTold], "…"), append(en[:maxTold], "…")
	}
	return params("what", strings.Join(en, ", "), "what.ja", strings.Join(ja, "、"))
}

// followers are changes that come with others.
var followers = []diff.Kind{diff.AnnotationList, diff.Form, diff.Added, diff.Catalog, diff.XRefStream, diff.ObjectStream, diff.Unreferenced, diff.Trailer, diff.Info}
