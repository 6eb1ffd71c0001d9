package verify

import (
	"slices"

	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/process"
)

// A stock is the evidence that every document of a Verifier is judged with:
// what the caller supplied and the anchors of the list, read and indexed once.
// A folder of a thousand lists then costs a document next to nothing.
type stock struct {
	set      *evidence.Set
	standing *process.Standing
	broken   []*evidence.Item // could not be read
	secrets  []*certFacts     // subjects that are not to be told
	known    map[string]*certFacts
}

func newStock(list *trustlist.List, supplied []*evidence.Item) *stock {
	s := &stock{set: evidence.NewSet(supplied...), known: map[string]*certFacts{}}
	for _, e := range list.Anchors(trustlist.PurposeAny) {
		s.set.Add(&evidence.Item{Type: evidence.Certificate, Raw: e.Certificate.Raw, SHA256: e.Certificate.SHA256, Origin: evidence.FromList, Certificate: e.Certificate})
	}
	s.standing = process.NewStanding(s.set)
	for _, it := range s.set.Items() {
		if it.Err != nil {
			s.broken = append(s.broken, it)
		}
		if it.Certificate == nil {
			continue
		}
		f := newCertFacts(it.Certificate)
		s.known[process.ID(it.Certificate)] = f
		if f.hidden {
			s.secrets = append(s.secrets, f)
		}
	}
	slices.SortFunc(s.secrets, longest)
	return s
}
