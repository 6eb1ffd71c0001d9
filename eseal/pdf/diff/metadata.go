package diff

import (
	"bytes"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// metadata explains the document information and the metadata stream of the
// catalogue (14.3) as long-term material, each only when nothing else uses it.
func (u *update) metadata() {
	if ref, ok := u.f.Trailer(u.rev).Get("Info").(pdf.Ref); ok {
		u.described(ref, Info, "")
	}
	if ref, _ := u.f.Catalog(u.rev).Get("Metadata").(pdf.Ref); u.changes[ref.Number] != nil {
		if st, ok := u.f.Resolve(u.rev, ref).(*pdf.Stream); ok && u.harmlessXML(st) {
			u.described(ref, Metadata, "Metadata")
		}
	}
}

func (u *update) described(ref pdf.Ref, kind Kind, key pdf.Name) {
	c := u.changes[ref.Number]
	if !c.open() || !c.added && !u.usedOnlyBy(ref.Number, key) {
		return
	}
	it := Item{Kind: kind, Detail: changedKeys(c.old, c.new), Level: LevelLongTerm}
	if u.explain(c, it) {
		it.Detail = ""
		u.explainAdded(pdf.DictOf(c.new), it)
	}
}

// harmlessXML tells whether a metadata stream can be decoded, is RDF (14.3.2)
// and has no document type: entities could make it show what it does not hold.
func (u *update) harmlessXML(st *pdf.Stream) bool {
	data, err := u.f.Decode(st)
	if err != nil {
		u.f.Spent(err)
		return false
	}
	defer u.f.Purse().Give(purse.Bytes, int64(cap(data)))
	text := bytes.ReplaceAll(data, []byte{0}, nil) // UTF-16 is XMP too
	return bytes.Contains(text, []byte("RDF")) && !bytes.Contains(text, []byte("<!DOCTYPE"))
}
