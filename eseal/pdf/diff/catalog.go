package diff

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// catalogKeys may change in the catalogue (Table 29); the first three have
// rules of their own for what they lead to.
var catalogKeys = []pdf.Name{"DSS", "AcroForm", "Metadata", "Extensions", "Version"}

// catalog explains a catalogue that changed in these keys, as long-term
// material, also where the update brings a new object for it. Any other key
// (actions, names, optional content, pages ...) is other.
func (u *update) catalog() {
	was, is := u.f.Catalog(u.rev-1), u.f.Catalog(u.rev)
	keys := was.Differs(is)
	for _, key := range keys {
		if !slices.Contains(catalogKeys, key) || is == nil || len(is.Duplicate) > 0 {
			kind := Catalog
			if key == "OpenAction" || key == "AA" {
				kind = Action
			}
			u.tell("catalog", kind, string(key), LevelOther)
			return
		}
	}
	if c := u.changes[u.root(u.rev)]; c != nil {
		u.explain(c, Item{Kind: Catalog, Detail: joined(keys), Level: LevelLongTerm})
	}
	if u.root(u.rev-1) != u.root(u.rev) && u.changes[u.root(u.rev)] == nil {
		u.tell("trailer", Trailer, "Root", LevelOther) // an older object became the catalogue
	}
	u.explainAdded(is.Get("Extensions"), Item{Kind: Catalog, Detail: "Extensions", Level: LevelLongTerm})
}
