package view

import (
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// at is where an object stands.
type at struct {
	page  int
	field string
	where string
	ref   pdf.Ref
	auto  bool // acts without a click
}

// A visit is an indirect object that is still to be looked at.
type visit struct {
	ref pdf.Ref
	at  at
}

// apart are entries that lead nowhere new or to nothing that acts: upwards, to
// the logical structure, to the data of fonts and to private data (14.5).
var apart = []pdf.Name{"Parent", "P", "StructTreeRoot", "StructParent", "FontDescriptor", "ToUnicode", "Encoding", "Widths", "W", "PieceInfo", "DSS", "Pages"}

// walk looks at a dictionary and all that it leads to. Direct objects nest no
// deeper than the parser lets them; indirect ones wait in a list, so that no
// chain of references is too long.
func (l *look) walk(d *pdf.Dict, p at) {
	l.entries(d, p)
	for len(l.todo) > 0 {
		v := l.todo[len(l.todo)-1]
		l.todo = l.todo[:len(l.todo)-1]
		v.at.ref = v.ref
		l.object(l.read(v.ref), v.at)
	}
}

func (l *look) object(o pdf.Object, p at) {
	switch v := o.(type) {
	case pdf.Ref:
		if !l.seen[v.Number] {
			l.seen[v.Number] = true
			l.todo = append(l.todo, visit{v, p})
		}
	case pdf.Array:
		for _, x := range v {
			if leads(x) {
				l.object(x, p)
			}
		}
	case *pdf.Dict:
		l.dict(v, p)
	case *pdf.Stream:
		l.stream(v.Dict, p)
		l.dict(v.Dict, p)
	}
}

func leads(o pdf.Object) bool {
	switch o.(type) {
	case pdf.Ref, pdf.Array, *pdf.Dict:
		return true
	}
	return false
}

func (l *look) dict(d *pdf.Dict, p at) {
	if d.Has("FT") || d.Has("T") && d.Has("Kids") || d.Name("Subtype") == "Widget" {
		p = l.inField(d, p)
	}
	if d.Has("Rect") {
		l.annotation(d, p)
	}
	if _, ok := l.f.Value(l.rev, d, "S").(pdf.Name); ok {
		l.action(d, p)
	}
	if d.Name("Type") == "OCMD" {
		l.membership(d, p)
	}
	l.entries(d, p)
}

// entries follows the entries of a dictionary, of doubled keys each.
func (l *look) entries(d *pdf.Dict, p at) {
	for _, e := range d.Entries {
		if !leads(e.Value) || slices.Contains(apart, e.Key) {
			continue
		}
		next := p
		switch {
		case p.where == "AA":
			next.where = "AA/" + string(e.Key)
			next.auto = e.Key != "D" && e.Key != "U" && e.Key != "K" // a click or a key press (Tables 197, 199)
		case slices.Contains(triggers, e.Key):
			next.where = string(e.Key)
			next.auto = e.Key == "OpenAction"
		}
		l.object(e.Value, next)
	}
}

// triggers are the entries that actions and what they act on stand in (Tables
// 29, 31, 166, 226).
var triggers = []pdf.Name{"OpenAction", "AA", "A", "PA", "JavaScript", "EmbeddedFiles", "Outlines", "AF", "XFA"}

// inField names the field that a dictionary belongs to (12.7.4.2).
func (l *look) inField(d *pdf.Dict, p at) at {
	var names []string
	kind := pdf.Name("")
	for n, depth := d, 0; n != nil && depth < 32; n, depth = pdf.DictOf(l.read(n.Get("Parent"))), depth+1 {
		if t, ok := l.f.Value(l.rev, n, "T").(*pdf.String); ok {
			names = append(names, t.Text())
		}
		if ft, ok := l.f.Value(l.rev, n, "FT").(pdf.Name); ok && kind == "" {
			kind = ft
		}
		if n.Get("Parent") == nil {
			break
		}
	}
	slices.Reverse(names)
	p.field = strings.Join(names, ".")
	l.fields = l.fields || kind != "" && kind != "Sig"
	return p
}

func (l *look) item(kind Kind, p at, detail string) {
	l.tell(Item{Kind: kind, Page: p.page, Field: p.field, Where: p.where, Detail: detail, Object: p.ref.String()})
}

// switches are the actions that change what is shown (Table 201).
var switches = []pdf.Name{"Hide", "SetOCGState", "ResetForm", "ImportData", "GoTo3DView"}

// leaving are the actions that show something else than this document.
var leaving = []pdf.Name{"GoToR", "GoToE", "URI", "SubmitForm", "Thread", "GoToDp"}

// action tells what an action does (12.6.4). A structure element has an entry S
// too, but no script.
func (l *look) action(d *pdf.Dict, p at) {
	kind, _ := l.f.Value(l.rev, d, "S").(pdf.Name)
	switch {
	case kind != "JavaScript" && d.Name("Type") == "StructElem":
	case kind == "JavaScript" || kind == "Rendition" && d.Has("JS"):
		l.item(Script, p, string(kind))
	case kind == "Launch":
		l.item(Launch, p, string(kind))
	case slices.Contains(leaving, kind) && p.auto:
		l.item(Launch, p, string(kind))
	case slices.Contains(switches, kind):
		l.item(Switch, p, string(kind))
	case kind == "Movie" || kind == "Sound" && d.Has("Sound") || kind == "Rendition" || kind == "RichMediaExecute":
		l.item(Media, p, string(kind))
	}
}

// media are the annotations that play or turn something (13, Table 171).
var media = []pdf.Name{"Movie", "Sound", "Screen", "3D", "RichMedia"}

// Annotation flags (Table 167).
const (
	flagHidden = 1 << 1
	flagPrint  = 1 << 2
	flagNoView = 1 << 5
)

func (l *look) annotation(d *pdf.Dict, p at) {
	kind, _ := l.f.Value(l.rev, d, "Subtype").(pdf.Name)
	flags, _ := l.f.Value(l.rev, d, "F").(pdf.Integer)
	switch {
	case slices.Contains(media, kind):
		l.item(Media, p, string(kind))
	case kind == "FileAttachment":
		l.item(Attachment, p, string(kind))
	case kind != "" && kind != "Popup" && flags&flagNoView != 0 && flags&flagPrint != 0 && flags&flagHidden == 0 && d.Has("AP"):
		if _, visible := l.f.Widget(l.rev, widest(d)); visible {
			l.item(Print, p, string(kind))
		}
	}
}

// widest is the annotation without its flags, to ask for its area alone.
func widest(d *pdf.Dict) *pdf.Dict {
	return &pdf.Dict{Entries: []pdf.Entry{{Key: "Rect", Value: d.Get("Rect")}}}
}

// stream tells content that lies elsewhere, or is another one when printed.
func (l *look) stream(d *pdf.Dict, p at) {
	switch l.f.Value(l.rev, d, "F").(type) {
	case *pdf.String, *pdf.Dict:
		l.item(Outside, p, "F") // Table 5: the octets of the stream are in that file
	}
	if d.Name("Type") == "EmbeddedFile" {
		l.item(Attachment, p, "EmbeddedFile")
	}
	kind, _ := l.f.Value(l.rev, d, "Subtype").(pdf.Name)
	switch {
	case kind == "Form" && d.Has("Ref"):
		l.item(Outside, p, "Ref") // Table 96: a page of another document
	case (kind == "Form" || kind == "Image") && d.Has("OPI"):
		l.item(Outside, p, "OPI")
	case kind == "Image" && d.Has("Alternates"):
		l.item(Print, p, "Alternates")
	case kind == "PS" || kind == "Form" && d.Name("Subtype2") == "PS":
		l.item(Print, p, "PS")
	}
}
