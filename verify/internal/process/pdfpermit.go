package process

import (
	"slices"
	"strconv"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
)

// Answers to whether a change is permitted.
const (
	changeYes      = "yes"
	changeDoubtful = "doubtful"
	changeNo       = "no"
)

var answerRank = map[string]int{changeYes: 1, changeDoubtful: 2, changeNo: 3}

const byPolicy = "policy:pdf-changes"

// A permission is what a sealed document says about later changes of itself.
type permission struct {
	c      *Court
	p      int // DocMDP: 0 none, 1 to 3 (Table 257)
	f      *pdf.Signature
	byLock bool // P comes from the field's Lock dictionary (Table 236)
}

// permissionOf asks the signature, its field's Lock and the certification of
// the document; the strictest binds.
func (c *Court) permissionOf(f *pdf.Signature) permission {
	r := permission{c: c, p: stricter(f.DocMDP, c.DocMDP), f: f}
	if f.Lock != nil && stricter(r.p, f.Lock.P) != r.p {
		r.p, r.byLock = f.Lock.P, true
	}
	return r
}

func (r permission) docMDP() string {
	if r.byLock {
		return "Lock P" + strconv.Itoa(r.p)
	}
	return "DocMDP P" + strconv.Itoa(r.p)
}

// stricter is the lower permission, where 0 stands for none: a later
// certification cannot permit what an earlier one forbids (ISO 32000-2 12.8.2.2).
func stricter(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// item asks first the document, then the policy. What may cover sealed
// content is never permitted without doubt, whoever permits its kind.
func (r permission) item(it diff.Item) (answer, by string) {
	switch it.Level {
	case diff.LevelLongTerm:
		answer, by = r.longTerm(it)
	case diff.LevelFormFilling:
		answer, by = r.formFilling(it)
	case diff.LevelAnnotations:
		answer, by = r.level(3, "annotations")
	case diff.LevelNotAnalysed:
		return changeDoubtful, byPolicy
	case diff.LevelNone:
		return changeYes, byPolicy
	default:
		answer, by = r.level(4, "other")
	}
	if it.Shows && answer == changeYes {
		return changeDoubtful, byPolicy
	}
	return answer, by
}

// level compares the lowest P that permits something with what there is.
func (r permission) level(least int, line string) (answer, by string) {
	switch {
	case r.p == 0:
		return r.policy(line), byPolicy
	case r.p < least:
		return changeNo, r.docMDP()
	}
	return changeYes, r.docMDP()
}

func (r permission) policy(line string) string {
	if a := r.c.Policy.PDFChange(line); answerRank[a] > 0 {
		return a
	}
	return changeNo
}

func (r permission) longTerm(it diff.Item) (answer, by string) {
	if isMetadata(it) && r.p == 1 {
		return changeNo, r.docMDP()
	}
	return r.level(1, "long-term-material")
}

// formFilling: locked fields are not to be filled in (12.8.2.4); where the
// document names those that are locked, the others may be.
func (r permission) formFilling(it diff.Item) (answer, by string) {
	later := slices.Contains([]diff.Kind{diff.LaterSignature, diff.SignatureField, diff.DocTimeStamp, diff.Form, diff.AnnotationList}, it.Kind)
	lockedBy, rules := r.locked(it.Field, it.Field != "" || !later)
	switch {
	case lockedBy != "" && later && r.p != 1:
		return changeDoubtful, lockedBy // whether a lock on all fields keeps further signatures away is not said
	case lockedBy != "" && r.p != 1:
		return changeNo, lockedBy
	case later:
		return r.level(2, "later-signature")
	case rules != "" && r.p == 0:
		return changeYes, rules
	}
	return r.level(2, "form-filling")
}

// locked tells who locks a field, and whether anybody has rules for fields. A
// field without a name is one that no list can except.
func (r permission) locked(name string, field bool) (by, rules string) {
	if m := r.f.FieldMDP; m != nil {
		rules = "FieldMDP"
		if field && locks(m.Action, m.Fields, name) {
			return "FieldMDP", rules
		}
	}
	if l := r.f.Lock; l != nil {
		if rules == "" {
			rules = "Lock"
		}
		if field && locks(l.Action, l.Fields, name) {
			return "Lock", rules
		}
	}
	return "", rules
}

// locks tells whether an action locks a field (Tables 236 and 259). A name
// stands for all fields below it. An action that nobody knows locks all.
func locks(action string, fields []string, name string) bool {
	named := slices.ContainsFunc(fields, func(f string) bool {
		return f == name || len(name) > len(f) && name[:len(f)] == f && name[len(f)] == '.'
	})
	switch action {
	case "Include":
		return named
	case "Exclude":
		return !named
	}
	return true
}

// isMetadata: a modification date alone is housekeeping.
func isMetadata(it diff.Item) bool {
	return it.Kind == diff.Metadata || it.Kind == diff.Info && it.Detail != "ModDate"
}
