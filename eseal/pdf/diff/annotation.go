package diff

import (
	"math"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// keys of annotations (Tables 166 and 172); what acts by itself, hides by
// optional content or embeds files is not among them.
func keysOf(more string) []pdf.Name {
	const all = "Type Subtype Rect Contents P NM M F AP AS Border C CA ca BM T Popup RC CreationDate IRT Subj RT IT Lang StructParent "
	var keys []pdf.Name
	for _, k := range strings.Fields(all + more) {
		keys = append(keys, pdf.Name(k))
	}
	return keys
}

// annotationKinds are the annotations that the rules know, each with its own
// keys (12.5.6). Widgets belong to fields; Redact, file attachments, media,
// watermarks and the rest are other.
var annotationKinds = map[pdf.Name][]pdf.Name{
	"Text":      keysOf("Open Name State StateModel"),
	"FreeText":  keysOf("DA Q DS CL BE RD BS LE"),
	"Highlight": keysOf("QuadPoints"),
	"Underline": keysOf("QuadPoints"),
	"StrikeOut": keysOf("QuadPoints"),
	"Squiggly":  keysOf("QuadPoints"),
	"Link":      keysOf("A Dest H QuadPoints BS"),
	"Popup":     keysOf("Parent Open"),
	"Stamp":     keysOf("Name Rotate"),
	"Line":      keysOf("L BS LE IC LL LLE Cap LLO CP CO"),
	"Square":    keysOf("BS IC BE RD"),
	"Circle":    keysOf("BS IC BE RD"),
	"Polygon":   keysOf("Vertices LE BS IC BE"),
	"PolyLine":  keysOf("Vertices LE BS IC BE"),
	"Ink":       keysOf("InkList BS"),
	"Caret":     keysOf("RD Sy"),
}

// annotations explains, as annotations, those that the update changed where
// they were. Those added and removed are seen by the pages' lists.
func (u *update) annotations() {
	for _, n := range u.order {
		c := u.changes[n]
		was, _ := c.old.(*pdf.Dict)
		is, _ := c.new.(*pdf.Dict)
		kind := was.Name("Subtype")
		keys, known := annotationKinds[kind]
		if !c.open() || !known || is.Name("Subtype") != kind || !only(was, is, keys...) || !u.listed(n) || !u.harmless(is) {
			continue
		}
		if !pdf.Equal(was.Get("Parent"), is.Get("Parent")) {
			continue // what is a page or field too would get other things from there
		}
		it := u.annotationItem(AnnotationChanged, is, node{c.ref, is})
		before := u.annotationItem(AnnotationChanged, was, node{c.ref, was})
		it.Shows = it.Shows || before.Shows || kind == "Link" || kind == "Text" && !pdf.Equal(was.Get("Rect"), is.Get("Rect")) || !pdf.Equal(was.Get("F"), is.Get("F"))
		it.Detail = joined(was.Differs(is))
		if u.explain(c, it) {
			u.leadsTo(node{c.ref, is}, it)
		}
	}
}

// listed tells whether an object of the older revision is an annotation of a
// page and nothing else: pages, their lists and other annotations refer to it.
func (u *update) listed(num int) bool {
	if pages := u.tables.pagesOf(u.rev - 1); pages.number[num] > 0 || pages.inner[num] {
		return false
	}
	found := false
	for _, from := range u.refs.Referrers(num) {
		o, err := u.f.Current(u.rev-1, from)
		u.f.Spent(err)
		switch v := o.(type) {
		case pdf.Array:
			found = true
		case *pdf.Dict:
			_, annotation := annotationKinds[v.Name("Subtype")]
			page := u.tables.pagesOf(u.rev - 1).number[from] > 0
			structure := v.Name("Type") == "StructElem" || v.Name("Type") == "OBJR" // names it for assistive technology
			if !annotation && !page && !structure {
				return false
			}
			found = found || page
		default:
			return false
		}
	}
	return found
}

// annotationAdded explains an annotation that a page's list got.
func (u *update) annotationAdded(ref pdf.Ref, page int) (Item, bool) {
	c := u.changes[ref.Number]
	if c == nil {
		return Item{}, false // an older object: what else it is, is not known
	}
	switch c.item.Kind {
	case LaterSignature, SignatureField, DocTimeStamp:
		if !c.added { // a field that was on no page when it was sealed
			_, visible := u.f.Widget(u.rev, pdf.DictOf(c.new))
			c.item.Shows = c.item.Shows || visible
		}
		return c.item, true
	case AnnotationAdded:
		return c.item, true
	}
	if c.item.Kind != "" || !c.added {
		return Item{}, false
	}
	d, _ := c.new.(*pdf.Dict)
	keys, known := annotationKinds[d.Name("Subtype")]
	if !known || !only(nil, d, keys...) || !u.harmless(d) {
		return Item{}, false
	}
	if t := d.Get("Type"); t != nil && t != pdf.Name("Annot") {
		return Item{}, false
	}
	it := u.annotationItem(AnnotationAdded, d, node{ref, d})
	if it.Page == 0 {
		it.Page = page
	}
	if !u.explain(c, it) {
		return Item{}, false
	}
	u.leadsTo(node{ref, d}, it)
	return it, true
}

// leadsTo explains the appearance and the parts of an annotation.
func (u *update) leadsTo(n node, it Item) {
	for _, e := range n.dict.Entries {
		switch e.Key {
		case "P", "IRT", "Popup", "Parent":
		default:
			u.explainAdded(e.Value, it)
		}
	}
	u.appearance(n, it)
}

// annotationRemoved explains an annotation that a page's list lost. One that
// showed something changes what is seen.
func (u *update) annotationRemoved(ref pdf.Ref, page int) (Item, bool) {
	o, err := u.f.Current(u.rev-1, ref.Number)
	u.f.Spent(err)
	d, _ := o.(*pdf.Dict)
	if _, known := annotationKinds[d.Name("Subtype")]; !known || !u.listed(ref.Number) {
		return Item{}, false
	}
	it := u.annotationItem(AnnotationRemoved, d, node{ref, d})
	it.Page = page
	if c := u.changes[ref.Number]; c.open() && !(c.freed && u.explain(c, it)) {
		return Item{}, false
	}
	return it, true
}

func (u *update) annotationItem(kind Kind, d *pdf.Dict, n node) Item {
	return Item{Kind: kind, Level: LevelAnnotations, Annotation: string(d.Name("Subtype")), Page: u.pageOf(n), Shows: u.showsMore(d)}
}

// iconRoom is how large the icon of a note may be.
const iconRoom = 32

// showsMore tells whether an annotation draws something over the page that
// can be taken for its content or hide it: everything but the icon and the
// window of a note, an area to click on, and a light highlight, as far as the
// viewer draws them itself.
func (u *update) showsMore(d *pdf.Dict) bool {
	rect, visible := u.f.Widget(u.rev, d)
	own := d.Has("AP")
	switch d.Name("Subtype") {
	case "Popup":
		return own || u.f.Value(u.rev, d, "Open") == pdf.Bool(true)
	case "Text":
		open := u.f.Value(u.rev, d, "Open") // Table 175: its window is shown open
		return open != nil && open != pdf.Bool(false) || visible && (own || math.Abs(rect[2]-rect[0]) > iconRoom || math.Abs(rect[3]-rect[1]) > iconRoom)
	case "Link":
		return own || d.Has("BS") || u.bordered(d)
	case "Highlight":
		return own || d.Has("BM") || u.dark(d)
	}
	return true // lines and quadrilaterals need no rectangle
}

// dark tells whether text under a highlight of this colour could not be read.
// A light one has two parts that are full, which stay so however many lie over
// each other. Without a colour readers take black.
func (u *update) dark(d *pdf.Dict) bool {
	parts := numbersOf(u, d, "C")
	if len(parts) != 3 || slices.Min(parts) < 0 || slices.Max(parts) > 1 || brightness(parts) < 0.7 {
		return true
	}
	full := 0
	for _, n := range parts {
		if n >= 0.99 {
			full++
		}
	}
	return full < 2
}

// bordered tells whether a link draws a border: that of a flat one is a line.
// Without a whole /Border some readers take the default, which is one.
func (u *update) bordered(d *pdf.Dict) bool {
	b := u.f.Array(u.rev, d, "Border")
	if len(b) < 3 {
		return true
	}
	switch n := u.f.Resolve(u.rev, b[2]).(type) {
	case pdf.Integer:
		return n != 0
	case pdf.Real:
		return n != 0
	}
	return true
}

// harmless tells whether what an annotation does on a click is no more than
// leading somewhere (12.6.4).
func (u *update) harmless(d *pdf.Dict) bool {
	v := u.f.Value(u.rev, d, "A")
	if v == nil {
		return true
	}
	a, _ := v.(*pdf.Dict)
	kind, _ := u.f.Value(u.rev, a, "S").(pdf.Name)
	return slices.Contains([]pdf.Name{"URI", "GoTo"}, kind) && !a.Has("Next") && len(a.Duplicate) == 0 && !u.acts(a)
}

// acts tells whether an address runs a script or opens a local file.
func (u *update) acts(a *pdf.Dict) bool {
	uri, _ := u.f.Value(u.rev, a, "URI").(*pdf.String)
	if uri == nil {
		return false
	}
	text := strings.ToLower(letters(uri.Text()))
	return slices.ContainsFunc([]string{"javascript:", "vbscript:", "data:", "file:"}, func(scheme string) bool { return strings.HasPrefix(text, scheme) })
}
