// Package diff says what later revisions of a PDF changed, object by object
// on the resolved document. Rules explain updates, one file a rule; each names
// what it explains and at which level. What no rule explains is other. Facts
// only: whether a change is permitted is for the court to say.
package diff

import (
	"strconv"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Rules is the version of the rules; it goes up when an update may be
// explained otherwise than before.
const Rules = 2

// Levels of change, from harmless to unknown.
const (
	LevelNone        = "none"
	LevelLongTerm    = "long-term-material"
	LevelFormFilling = "form-filling"
	LevelAnnotations = "annotations"
	LevelOther       = "other"
	LevelNotAnalysed = "not-analysed"
)

var rank = map[string]int{LevelNone: 0, LevelLongTerm: 1, LevelFormFilling: 2, LevelAnnotations: 3, LevelNotAnalysed: 4, LevelOther: 5}

// Worse is the worse of two levels. What could not be read is worse than
// what is known and may be permitted, and better than what is known to be other.
func Worse(a, b string) string {
	if rank[b] > rank[a] {
		return b
	}
	return a
}

// A Kind says what happened; the words for people stand in verify/report/msg.
type Kind string

// Kinds of change.
const (
	XRefStream        Kind = "cross-reference-stream"
	ObjectStream      Kind = "object-stream"
	SecurityStore     Kind = "security-store"
	DocTimeStamp      Kind = "document-timestamp"
	LaterSignature    Kind = "later-signature"
	SignatureField    Kind = "signature-field" // an empty one
	Form              Kind = "form"
	Catalog           Kind = "catalog"
	Info              Kind = "info"
	Metadata          Kind = "metadata"
	Trailer           Kind = "trailer"
	Unreferenced      Kind = "unreferenced" // added, and nothing leads to it
	FieldFilled       Kind = "field-filled"
	FieldChanged      Kind = "field-changed"
	FieldCleared      Kind = "field-cleared"
	FieldAppearance   Kind = "field-appearance" // it shows something else than its value
	AnnotationList    Kind = "annotation-list"
	AnnotationAdded   Kind = "annotation-added"
	AnnotationChanged Kind = "annotation-changed"
	AnnotationRemoved Kind = "annotation-removed"
	PageAdded         Kind = "page-added"
	PageRemoved       Kind = "page-removed"
	PageReplaced      Kind = "page-replaced"
	PageContent       Kind = "page-content"
	PageChanged       Kind = "page-changed"
	Font              Kind = "font"
	Drawing           Kind = "drawing" // a form or image that pages draw
	Action            Kind = "action"
	Added             Kind = "added"
	Changed           Kind = "changed"
	Freed             Kind = "freed"
	Retargeted        Kind = "retargeted"      // an entry leads into older octets
	FillsDangling     Kind = "fills-reference" // gives a meaning to a reference that led nowhere
	Unreadable        Kind = "unreadable"
	TwoReadings       Kind = "two-readings" // readers do not agree where it ends
	Hybrid            Kind = "hybrid"
	Rebuilt           Kind = "rebuilt"
	NoSection         Kind = "no-section" // an update without a cross-reference section
)

// An Item is one object that a revision added, changed or freed, or a place
// outside the objects.
type Item struct {
	Object     string // "12 0", or "trailer" and the like
	Kind       Kind
	Level      string
	Page       int    // 1-based, 0 when on no page or not known
	Field      string // fully qualified name of the form field
	Annotation string // its kind: Text, FreeText, Link ...
	Detail     string // keys that changed, or what is odd
	Shows      bool   // it may cover or alter what the sealed pages show
}

// A Revision is what one revision changed against the one before it.
type Revision struct {
	Number int
	Level  string // the worst of its items
	Items  []Item
}

// Changes are the later revisions of a file, each compared once.
type Changes struct {
	Rules     int // version of the rules that explained them
	First     int // the oldest sealed revision
	Revisions []Revision
}

// Compare compares each revision after the oldest sealed one with the one
// before it. What waits in that one to be revealed is noted in the file.
func Compare(f *pdf.File) *Changes {
	out, sealed := &Changes{Rules: Rules}, 0
	for _, s := range f.Signatures {
		if s.Revision > 0 && (sealed == 0 || s.Revision < sealed) {
			sealed = s.Revision
		}
	}
	if sealed == 0 {
		return out
	}
	if sealed == len(f.Revisions) {
		preparedOnly(f, sealed)
		return out
	}
	refs := f.References(sealed)
	refs.TellPrepared()
	out.First = sealed
	kept := &tables{f: f}
	for rev := out.First + 1; rev <= len(f.Revisions); rev++ {
		u := &update{f: f, rev: rev, refs: refs, tables: kept, changes: map[int]*change{}}
		out.Revisions = append(out.Revisions, u.analyse())
		refs.Advance()
	}
	return out
}

// preparedOnly looks at a file to which nothing was added, and gives back what
// that took.
func preparedOnly(f *pdf.File, sealed int) {
	p := f.Purse()
	octets, objects := p.Left(purse.Bytes), p.Left(purse.Objects)
	f.References(sealed).TellPrepared()
	p.Give(purse.Bytes, octets-p.Left(purse.Bytes))
	p.Give(purse.Objects, objects-p.Left(purse.Objects))
}

// After lists what came after a revision, in order.
func (c *Changes) After(revision int) []Revision {
	if c == nil || revision < c.First || revision-c.First >= len(c.Revisions) {
		return nil
	}
	return c.Revisions[revision-c.First:]
}

// Level is the worst level after a revision.
func (c *Changes) Level(revision int) string {
	worst := LevelNone
	for _, r := range c.After(revision) {
		worst = Worse(worst, r.Level)
	}
	return worst
}

func (u *update) analyse() Revision {
	u.structure()
	u.collect()
	if u.refs.Complete() && u.f.Exhausted == nil {
		u.trailer()
		u.catalog()
		u.securityStore()
		u.form()
		u.annotations()
		u.pages()
		u.metadata()
		u.unreferenced()
	}
	return u.result()
}

func (u *update) result() Revision {
	out := Revision{Number: u.rev, Level: LevelNone, Items: u.items}
	for _, n := range u.order {
		c := u.changes[n]
		if c.item.Kind == "" {
			u.name(c)
		}
		if !c.freed && rank[c.item.Level] < rank[LevelNotAnalysed] && !u.f.Plain(u.rev, n) {
			c.item = Item{Kind: TwoReadings, Level: LevelNotAnalysed}
		}
		c.item.Object = c.ref.String()
		out.Items = append(out.Items, c.item)
	}
	out.Items = append(out.Items, u.pageList(out.Items)...)
	spent := !u.refs.Complete() || u.f.Exhausted != nil
	for i := range out.Items {
		// What cannot be read, was put together by guessing or was not held
		// against the rules cannot be said to be forbidden.
		if out.Items[i].Level == LevelOther && (u.f.Encrypted && !u.f.Decrypted || u.f.Rebuilt || spent) {
			out.Items[i].Level = LevelNotAnalysed
		}
		out.Level = Worse(out.Level, out.Items[i].Level)
	}
	if spent {
		out.Level = LevelNotAnalysed
		u.f.Tell(pdf.CodeExhausted, "revision "+strconv.Itoa(u.rev), note.Params{"limit": "changes not compared"})
	}
	return out
}
