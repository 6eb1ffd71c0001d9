package verify

import (
	"slices"

	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/internal/recent"
)

// Caches tells what the memories of a Verifier served so far, by name.
func (v *Verifier) Caches() []CacheUse {
	keys, signatures := v.memory.Use()
	var out []CacheUse
	for _, c := range []struct {
		name string
		use  recent.Use
	}{{"keys", keys}, {"signatures", signatures}, {"evidence", v.reading.Use()}} {
		out = append(out, CacheUse{Name: c.name, Hits: c.use.Hits, Misses: c.use.Misses, Entries: c.use.Entries, Size: c.use.Cost})
	}
	return out
}

// A CacheUse is how a memory served: "keys" are public keys of certificates,
// "signatures" the outcome of signatures of certificates, CRLs and OCSP
// responses, "evidence" what octets of certificates, CRLs and OCSP responses
// say.
type CacheUse struct {
	Name         string
	Hits, Misses uint64
	Entries      int
	Size         int64 // entries, of evidence octets
}

// HitRate is the share of questions that were answered, 0 where none was asked.
func (u CacheUse) HitRate() float64 {
	if u.Hits+u.Misses == 0 {
		return 0
	}
	return float64(u.Hits) / float64(u.Hits+u.Misses)
}

// A stock is the evidence that every document of a Verifier is judged with:
// what the caller supplied and the anchors of the list, read and indexed once.
// A folder of a thousand lists then costs a document next to nothing.
type stock struct {
	set      *evidence.Set
	standing *process.Standing
	broken   []*evidence.Item // could not be read
	secrets  []*certFacts     // subjects that are not to be told
	known    map[string]*certFacts
	numbers  []string // corporate numbers that its certificates name
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
	s.numbers = numbersOf(s.set.Items())
	slices.SortFunc(s.secrets, longest)
	return s
}
