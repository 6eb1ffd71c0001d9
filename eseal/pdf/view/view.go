// Package view says what in a revision of a PDF can make it look different
// from what stands in it: scripts, values that a viewer computes, layers,
// content that lies outside of the file. Facts only: whether that matters is
// for the court to say. Clauses are of ISO 32000-2.
package view

import (
	"cmp"
	"slices"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A Kind is one way in which a document can come to look different.
type Kind string

// The kinds, in the order in which they are told.
const (
	Contradiction Kind = "contradiction" // a field draws other text than its value (12.7.4.3)
	Undrawn       Kind = "undrawn"       // a field has a value and draws nothing
	Script        Kind = "script"        // an action in JavaScript (12.6.4.17)
	Computed      Kind = "computed"      // the viewer draws the fields anew (12.7.3, NeedAppearances)
	XFA           Kind = "xfa"           // a second form, in XML (Annex K)
	Layer         Kind = "layer"         // content that is hidden or shown by state (8.11)
	Switch        Kind = "switch"        // an action that hides, shows, resets or imports (12.6.4.11, .13, 12.7.6)
	Outside       Kind = "outside"       // content that lies in another file (7.3.8.2, 8.10.4, 14.11.7)
	Print         Kind = "print"         // printed otherwise than shown (8.9.5.4, 12.5.3)
	Media         Kind = "media"         // sound, video, 3D (13)
	Launch        Kind = "launch"        // starts a program or goes elsewhere by itself (12.6.4)
	Collection    Kind = "collection"    // attached files are shown in place of the pages (12.3.5)
	Attachment    Kind = "attachment"    // attached files, beside the pages (7.11.4)
)

// An Item is one such part and where it stands.
type Item struct {
	Kind   Kind
	Page   int    // 1-based, 0 when on no page
	Field  string // fully qualified name of the form field
	Where  string // the keys that lead to it: "OpenAction", "AA/WP", "annotation A"
	Detail string // the action or annotation by its name in the standard
	Object string // "12 0"
}

// Facts are what one revision has.
type Facts struct {
	Revision int
	Items    []Item
	More     int    // items that are not listed
	Missed   string // why not all could be looked at, empty when all was
}

// Limit is in Missed where there was more to look at than the limits allow;
// what else stands there names the part of the file that cannot be read.
const Limit = "limit"

// maxItems bounds what is listed of one kind; a form of a thousand fields says
// the same thing a thousand times. No kind can crowd out another.
const maxItems = 20

// share is the part of what is left in the purse that looking may take: the
// file must still be judged when there is more to look at.
const share = 2

// maxObjects bounds what one look takes, in elements: about what a document
// of twenty thousand objects has.
const maxObjects = 1_000_000

// Look goes through everything that the catalogue of a revision leads to.
func Look(f *pdf.File, rev int) *Facts {
	l := &look{f: f, rev: rev, out: &Facts{Revision: rev}, seen: map[int]bool{}, told: map[Kind]int{}}
	left := f.Purse().Left(purse.Objects)
	l.objects = max(left/share, left-maxObjects)
	l.bytes = f.Purse().Left(purse.Bytes) / share
	switch {
	case f.Encrypted && !f.Decrypted:
		l.miss("encrypted")
	case f.Rebuilt:
		l.miss("rebuilt")
	case f.Catalog(rev) == nil:
		l.miss("catalogue")
	default:
		l.document()
	}
	slices.SortStableFunc(l.out.Items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(order(a.Kind), order(b.Kind)), cmp.Compare(a.Page, b.Page))
	})
	return l.out
}

func order(k Kind) int {
	return slices.Index([]Kind{Contradiction, Undrawn, Script, Computed, XFA, Layer, Switch, Outside, Print, Media, Launch, Collection, Attachment}, k)
}

// A look is one walk over a revision.
type look struct {
	f              *pdf.File
	rev            int
	out            *Facts
	seen           map[int]bool
	todo           []visit
	nodes          []*pdf.Dict // of the page tree, which give resources to pages
	objects, bytes int64       // what the purse must keep
	told           map[Kind]int
	fields         bool // a field other than a signature was met
}

func (l *look) miss(why string) {
	if l.out.Missed == "" {
		l.out.Missed = why
	}
}

func (l *look) tell(it Item) {
	if slices.Contains(l.out.Items, it) {
		return
	}
	if l.told[it.Kind]++; l.told[it.Kind] > maxItems {
		l.out.More++
		return
	}
	l.out.Items = append(l.out.Items, it)
}

// document looks at the pages first, so that what they share with the rest is
// told with its page.
func (l *look) document() {
	cat := l.f.Catalog(l.rev)
	if root, ok := l.f.Trailer(l.rev).Get("Root").(pdf.Ref); ok {
		l.seen[root.Number] = true
	}
	for i, p := range l.pages(cat) {
		l.walk(p.dict, at{page: i + 1, ref: p.ref})
	}
	for _, d := range l.nodes {
		l.walk(d, at{})
	}
	l.walk(cat, at{})
	l.layers(cat)
	l.form(cat)
}

type page struct {
	ref  pdf.Ref
	dict *pdf.Dict
}

// maxPageDepth bounds the page tree; balanced trees of a million pages have
// five levels.
const maxPageDepth = 64

// pages are the pages in order (7.7.3). Nodes are marked as seen: whatever
// refers to a page leads away from where it stands.
func (l *look) pages(cat *pdf.Dict) []page {
	type node struct {
		o     pdf.Object
		depth int
	}
	var out []page
	todo := []node{{cat.Get("Pages"), 0}}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		ref, isRef := v.o.(pdf.Ref)
		if isRef && l.seen[ref.Number] || v.depth > maxPageDepth {
			l.miss("page tree")
			continue
		}
		d := pdf.DictOf(l.read(v.o))
		if d == nil {
			l.miss("page tree")
			continue
		}
		l.seen[ref.Number] = isRef
		kids, ok := l.f.Value(l.rev, d, "Kids").(pdf.Array)
		if !ok {
			out = append(out, page{ref, d})
			continue
		}
		for i := len(kids) - 1; i >= 0; i-- {
			todo = append(todo, node{kids[i], v.depth + 1})
		}
		if r := d.Get("Resources"); r != nil { // 7.7.3.4
			l.nodes = append(l.nodes, &pdf.Dict{Entries: []pdf.Entry{{Key: "Resources", Value: r}}})
		}
	}
	return out
}

// read resolves an object as long as the purse holds enough for the rest.
func (l *look) read(o pdf.Object) pdf.Object {
	ref, ok := o.(pdf.Ref)
	if !ok {
		return o
	}
	if !l.more() {
		return nil
	}
	for range 8 {
		out, err := l.f.Object(l.rev, ref.Number, ref.Generation)
		if err != nil {
			l.f.Spent(err)
			l.miss("object " + ref.String())
			return nil
		}
		if ref, ok = out.(pdf.Ref); !ok {
			return out
		}
	}
	return nil
}

// more tells whether the purse holds more than what must be left.
func (l *look) more() bool {
	if p := l.f.Purse(); p.Left(purse.Objects) > l.objects && p.Left(purse.Bytes) > l.bytes {
		return true
	}
	l.miss(Limit)
	return false
}
