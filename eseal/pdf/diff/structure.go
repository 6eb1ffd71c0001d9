package diff

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// structure sees what makes the revision itself doubtful: such a revision is
// not analysed, since readers do not agree on what it holds.
func (u *update) structure() {
	r := &u.f.Revisions[u.rev-1]
	switch {
	case u.f.Rebuilt:
		u.tell("revision", Rebuilt, "", LevelNotAnalysed)
	case r.Kind == "hybrid":
		u.tell("revision", Hybrid, "", LevelNotAnalysed)
	case r.XRefOffset < r.Start:
		u.tell("revision", NoSection, "", LevelNotAnalysed)
	}
}

// housekeeping explains the streams that carry the file's structure (7.5.7,
// 7.5.8) as long-term material. Under an old number one is harmless only when
// the old object was of that kind. None may carry an object of which an older
// revision has the entry: that would be another one, or none, before.
func (u *update) housekeeping(c *change) {
	was, is := pdf.DictOf(c.old).Name("Type"), pdf.DictOf(c.new).Name("Type")
	_, isStream := c.new.(*pdf.Stream)
	if (was == "ObjStm" && !c.added || is == "ObjStm") && u.f.Carries(u.rev, c.num) {
		c.forbidden = true
		return
	}
	if was == "XRef" || was == "ObjStm" {
		if c.freed {
			u.explain(c, Item{Kind: XRefStream, Level: LevelLongTerm})
			return
		}
		c.added = true // what the number meant before was never seen by anyone
	}
	switch {
	case !isStream || !c.added:
	case is == "XRef":
		u.explain(c, Item{Kind: XRefStream, Level: LevelLongTerm})
	case is == "ObjStm":
		u.explain(c, Item{Kind: ObjectStream, Level: LevelLongTerm})
	}
}

// trailerKeys describe the file's structure or the update itself (Table 15);
// /Root and /Info are looked at by what they lead to.
var trailerKeys = []pdf.Name{"Size", "Prev", "XRefStm", "ID", "Root", "Info", "Type", "W", "Index", "Length", "Filter", "DecodeParms", "DocChecksum"}

// trailer looks at the other keys: only /Encrypt has a meaning for readers,
// private ones lead to nothing that is shown.
func (u *update) trailer() {
	for _, key := range u.f.Trailer(u.rev).Doubled() {
		u.tell("trailer", Trailer, string(key), LevelOther) // readers take the one or the other
	}
	for _, key := range u.f.Trailer(u.rev - 1).Differs(u.f.Trailer(u.rev)) {
		switch {
		case key == "Size": // 7.5.5: readers ignore objects beyond it
			if u.f.Hides(u.rev-1) || u.f.Hides(u.rev) {
				u.tell("trailer", Trailer, "Size", LevelOther)
			}
		case slices.Contains(trailerKeys, key):
		case key == "Encrypt":
			u.tell("trailer", Trailer, string(key), LevelOther)
		default:
			u.tell("trailer", Trailer, string(key), LevelLongTerm)
		}
	}
}

// root is the object number of a revision's catalogue.
func (u *update) root(rev int) int {
	ref, _ := u.f.Trailer(rev).Get("Root").(pdf.Ref)
	return ref.Number
}

// unreferenced explains added objects that nothing leads to after the update:
// nobody sees them. What refers to them later is a change of its own.
func (u *update) unreferenced() {
	used := map[int]bool{}
	var mark func(o pdf.Object)
	mark = func(o pdf.Object) {
		eachRef(o, func(ref pdf.Ref) {
			if c := u.changes[ref.Number]; c != nil && !used[ref.Number] {
				used[ref.Number] = true
				mark(c.new)
			}
		})
	}
	for _, n := range u.order {
		if c := u.changes[n]; !c.added {
			mark(c.new)
		}
	}
	for _, key := range []pdf.Name{"Root", "Info", "Encrypt"} {
		mark(u.f.Trailer(u.rev).Get(key))
	}
	for _, n := range u.order {
		if c := u.changes[n]; c.added && c.open() && !used[n] {
			u.explain(c, Item{Kind: Unreferenced, Level: LevelLongTerm})
		}
	}
}
