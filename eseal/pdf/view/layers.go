package view

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// layers looks at the optional content of the document (8.11). Layers that
// all are on and that nothing switches by itself show what is there; those
// that are off, or that the occasion turns off, do not.
func (l *look) layers(cat *pdf.Dict) {
	props := l.f.Dict(l.rev, cat, "OCProperties")
	if props == nil {
		return
	}
	groups := l.f.Array(l.rev, props, "OCGs")
	p := at{where: "OCProperties"}
	if ref, ok := cat.Get("OCProperties").(pdf.Ref); ok {
		p.ref = ref
	}
	if d := l.f.Dict(l.rev, props, "D"); d != nil {
		l.configuration(d, groups, p)
	}
	for _, o := range l.f.Array(l.rev, props, "Configs") {
		if d := pdf.DictOf(l.read(o)); d != nil && l.hides(d) {
			l.item(Layer, p, "Configs")
		}
	}
}

// hides tells whether a configuration leaves a layer out (Table 99).
func (l *look) hides(d *pdf.Dict) bool {
	base, _ := l.f.Value(l.rev, d, "BaseState").(pdf.Name)
	return base == "OFF" || base == "Unchanged" || len(l.f.Array(l.rev, d, "OFF")) > 0
}

func (l *look) configuration(d *pdf.Dict, groups pdf.Array, p at) {
	if l.hides(d) && len(groups)+len(l.f.Array(l.rev, d, "OFF")) > 0 {
		l.item(Layer, p, "OFF")
	}
	for _, o := range l.f.Array(l.rev, d, "AS") {
		u := pdf.DictOf(l.read(o))
		if u == nil {
			continue
		}
		for _, g := range l.f.Array(l.rev, u, "OCGs") {
			if l.turned(pdf.DictOf(l.read(g)), l.f.Array(l.rev, u, "Category")) {
				event, _ := l.f.Value(l.rev, u, "Event").(pdf.Name)
				l.item(Layer, p, "AS "+string(event))
				break
			}
		}
	}
}

// turned tells whether a usage application can turn a layer off (8.11.4.5).
func (l *look) turned(group *pdf.Dict, categories pdf.Array) bool {
	usage := l.f.Dict(l.rev, group, "Usage")
	for _, o := range categories {
		name, _ := l.read(o).(pdf.Name)
		u := l.f.Dict(l.rev, usage, name)
		if u == nil {
			continue
		}
		state, _ := l.f.Value(l.rev, u, name+"State").(pdf.Name)
		if state == "OFF" || slices.Contains([]pdf.Name{"Zoom", "Language", "User"}, name) {
			return true
		}
	}
	return false
}

// membership tells content that is shown when layers are off, or by an
// expression (8.11.2.2).
func (l *look) membership(d *pdf.Dict, p at) {
	policy, _ := l.f.Value(l.rev, d, "P").(pdf.Name)
	if policy == "AllOff" || policy == "AnyOff" || d.Has("VE") {
		l.item(Layer, p, "OCMD")
	}
}
