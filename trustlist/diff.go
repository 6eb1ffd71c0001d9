package trustlist

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Change is one fact that two lists do not share.
type Change struct {
	Service string // its name, type and framework; empty for the list itself
	Anchor  string // SHA-256, hexadecimal, if the fact is about an anchor
	What    string // the fact: a key of the list file, with a date for a status
	From    string // empty: it was not there
	To      string // empty: it is there no more
}

// Diff tells what makes two lists different, whatever the order of what stands
// in them. Changes are sorted; none means that both say the same.
func Diff(a, b *List) (all []Change) {
	was, is := factsOf(a), factsOf(b)
	for k, v := range was {
		if is[k] != v {
			all = append(all, Change{k.service, k.anchor, k.what, v, is[k]})
		}
	}
	for k, v := range is {
		if _, known := was[k]; !known {
			all = append(all, Change{k.service, k.anchor, k.what, "", v})
		}
	}
	slices.SortFunc(all, func(x, y Change) int {
		for _, c := range []int{strings.Compare(x.Service, y.Service), strings.Compare(x.Anchor, y.Anchor)} {
			if c != 0 {
				return c
			}
		}
		return strings.Compare(x.What, y.What)
	})
	return all
}

type factKey struct{ service, anchor, what string }

// factsOf writes a list down as single facts.
func factsOf(l *List) map[factKey]string {
	out := map[factKey]string{}
	put := func(service, anchor, what, value string) {
		if value != "" {
			out[factKey{service, anchor, what}] = value
		}
	}
	put("", "", "id", l.ID)
	put("", "", "sequence", fmt.Sprint(l.Sequence))
	put("", "", "issued", moment(l.Issued))
	put("", "", "nextUpdate", moment(l.NextUpdate))
	put("", "", "operator", l.Operator)
	put("", "", "url", l.URL)
	seen := map[string]int{}
	for i := range l.Services {
		s := &l.Services[i]
		key := fmt.Sprintf("%s (%s, %s)", s.Name, s.Framework, s.Type)
		if seen[key]++; seen[key] > 1 { // two of one name are told apart by their order
			key += fmt.Sprintf(" #%d", seen[key])
		}
		s.facts(func(anchor, what, value string) { put(key, anchor, what, value) })
	}
	return out
}

func (s *Service) facts(put func(anchor, what, value string)) {
	put("", "name.ja", s.Name.JA)
	put("", "name.en", s.Name.EN)
	put("", "type", s.Type)
	put("", "framework", s.Framework)
	put("", "purposes", sortedWords(s.Purposes))
	accept := make([]string, len(s.Policies.Accept))
	for i, oid := range s.Policies.Accept {
		accept[i] = string(oid)
	}
	put("", "policies.accept", sortedWords(accept))
	if s.Policies.Explicit {
		put("", "policies.explicit", "true")
	}
	put("", "revocation.checkable", s.Revocation.Checkable)
	put("", "revocation.note.ja", s.Revocation.Note.JA)
	put("", "revocation.note.en", s.Revocation.Note.EN)
	put("", "assurance.level", s.Assurance.Level)
	put("", "assurance.ial", s.Assurance.IAL)
	put("", "assurance.aal", s.Assurance.AAL)
	put("", "assurance.basis", s.Assurance.Basis)
	put("", "source", s.Source)
	put("", "url", s.URL)
	for _, st := range s.Status {
		put("", "status "+moment(st.From), st.Status)
	}
	for _, id := range s.Identity {
		put("", "identity "+id.words(), "yes")
	}
	for i := range s.Anchors {
		a := &s.Anchors[i]
		sha := fmt.Sprintf("%x", a.SHA256)
		put(sha, "subject", a.name())
		put(sha, "keyId", fmt.Sprintf("%x", a.KeyID))
		put(sha, "confidence", a.Confidence)
		put(sha, "url", a.URL)
		put(sha, "until", moment(a.Until))
		put(sha, "source", a.Source)
		from, until, kind := a.NotBefore, a.NotAfter, "pin"
		if c := a.Certificate; c != nil {
			from, until, kind = c.NotBefore, c.NotAfter, "certificate"
		}
		put(sha, "anchor", kind)
		put(sha, "notBefore", moment(from))
		put(sha, "notAfter", moment(until))
	}
}

// words is an identity in one line, the same whatever its order.
func (id *Identity) words() string {
	var out []string
	if id.SHA256 != nil {
		out = append(out, fmt.Sprintf("sha256=%x", *id.SHA256))
	}
	for _, a := range id.Subject {
		out = append(out, string(a.Type)+"="+a.Value)
	}
	for _, p := range id.CertificatePolicies {
		out = append(out, "certificatePolicy="+string(p))
	}
	for _, p := range id.TokenPolicies {
		out = append(out, "tokenPolicy="+string(p))
	}
	return sortedWords(out)
}

func sortedWords(words []string) string {
	words = slices.Clone(words)
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
