package path

import (
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// RFC 5280 intersects the permitted subtrees of all CAs and unites the
// excluded ones. Here each CA's constraints are kept apart and every name is
// held against each of them: a name lies in the intersection exactly when it
// lies in every set, and the outcome for one CA and one certificate can be
// remembered, whatever path they meet on.

const clauseNames = "RFC 5280 6.1.3 (b), (c)"

type namePair struct{ ca, c *cert.Certificate }

// emailAddress is the attribute of RFC 2985 that old names carry an address in.
const emailAddress ber.OID = "1.2.840.113549.1.9.1"

// checkNames is 6.1.3 (b) and (c) for what the anchor constrains; what the CAs
// of the path do was asked edge by edge. A self-issued certificate is exempt
// unless it is the last of the path.
func (v *validation) checkNames(n *node, leaf bool) *flaw {
	if v.constraining == nil || n.selfIssued() && !leaf {
		return nil
	}
	return v.search.constrained(v.constraining, n.c)
}

// constrained holds the names of c against the constraints of ca, if it has any.
func (s *search) constrained(ca, c *cert.Certificate) *flaw {
	if ca.NameConstraints == nil {
		return nil
	}
	pair := namePair{ca, c}
	if f, ok := s.names[pair]; ok {
		return f
	}
	b, names := s.boundsOf(ca), s.namesOf(c)
	if !s.take(purse.Objects, len(names)*(len(b.permitted)+len(b.excluded))) {
		return nil
	}
	var f *flaw
	for _, name := range names {
		if verdict := b.judge(name); verdict != allowed {
			f = &flaw{code: CodeNameConstraint, clause: clauseNames, at: c, params: note.Params{
				"name": name.String(), "reason": verdictWords[verdict], "subject": c.Subject.String(), "ca": ca.Subject.String(),
			}}
			break
		}
	}
	s.names[pair] = f
	return f
}

// boundName is a name ready for comparison: a directoryName as the keys of
// its RDNs, an internationalised mailbox as its text.
type boundName struct {
	cert.GeneralName
	rdns    []string
	broken  bool // a directoryName that cannot be taken apart
	mailbox bool // an otherName of RFC 9598; Text holds it
}

func prepareName(g cert.GeneralName) boundName {
	n := boundName{GeneralName: g}
	switch g.Type {
	case cert.NameDirectory:
		var err error
		n.rdns, err = splitRDNs(g.Directory)
		n.broken = err != nil
	case cert.NameOther:
		if text, ok := g.SmtpUTF8(); ok {
			n.mailbox, n.Text = true, text
		}
	}
	return n
}

// namesOf are all names that constraints bind: the subject, the alternative
// names, and addresses in the subject. RFC 5280 4.2.1.10 asks for the last
// only where there is no alternative name; an address is an address, so we
// take them always.
func (s *search) namesOf(c *cert.Certificate) []boundName {
	if out, ok := s.subjects[c]; ok {
		return out
	}
	var out []boundName
	if len(c.Subject.RDNs) > 0 {
		out = append(out, prepareName(cert.GeneralName{Type: cert.NameDirectory, Directory: c.RawSubject, Clean: true}))
	}
	for _, g := range c.SubjectAltNames {
		out = append(out, prepareName(g))
	}
	for _, rdn := range c.Subject.RDNs {
		for _, a := range rdn {
			if a.Type == emailAddress {
				out = append(out, boundName{GeneralName: cert.GeneralName{Type: cert.NameEmail, Text: a.Value, Clean: true}})
			}
		}
	}
	s.subjects[c] = out
	return out
}

// bounds are one CA's subtrees, ready for comparison.
type bounds struct{ permitted, excluded []subtree }

type subtree struct {
	boundName
	processed bool // RFC 5280 4.2.1.10: minimum is 0, maximum is absent
}

func (s *search) boundsOf(ca *cert.Certificate) *bounds {
	if b := s.bounds[ca]; b != nil {
		return b
	}
	prepare := func(list []cert.Subtree) []subtree {
		out := make([]subtree, len(list))
		for i, t := range list {
			out[i] = subtree{boundName: prepareName(t.Base), processed: t.Minimum == 0 && t.Maximum < 0}
		}
		return out
	}
	b := &bounds{permitted: prepare(ca.NameConstraints.Permitted), excluded: prepare(ca.NameConstraints.Excluded)}
	s.bounds[ca] = b
	return b
}

type nameVerdict uint8

const (
	allowed nameVerdict = iota
	excluded
	notPermitted
	unprocessed
)

var verdictWords = [...]string{"", "excluded", "not permitted", "constraint of a form that is not processed"}

// judge holds one name against one CA's subtrees of its form.
func (b *bounds) judge(name boundName) nameVerdict {
	for i := range b.excluded {
		t := &b.excluded[i]
		if !t.sameForm(&name) {
			continue
		}
		switch t.holds(&name, true) {
		case unclear:
			return unprocessed
		case inside:
			return excluded
		}
	}
	bound, permitted := false, false
	for i := range b.permitted {
		t := &b.permitted[i]
		if !t.sameForm(&name) {
			continue
		}
		where := t.holds(&name, false)
		if where == unclear {
			return unprocessed
		}
		bound, permitted = true, permitted || where == inside
	}
	if bound && !permitted {
		return notPermitted
	}
	return allowed
}

// sameForm tells whether a subtree speaks of names of this kind. An
// internationalised mailbox is bound by rfc822Name subtrees (RFC 9598 6);
// other otherNames only by subtrees of their own type.
func (t *subtree) sameForm(name *boundName) bool {
	if name.Type != cert.NameOther {
		return t.Type == name.Type
	}
	return (name.mailbox && t.Type == cert.NameEmail) || (t.Type == cert.NameOther && t.OID == name.OID)
}

// holds tells where a name lies. Unclear, where this package cannot tell, for
// form or content, refuses the certificate (RFC 5280 4.2.1.10). The same
// answer for a constraint that is not critical: its author wanted it kept.
func (t *subtree) holds(name *boundName, excluding bool) relation {
	if !t.processed || t.broken || name.broken {
		return unclear
	}
	switch t.Type {
	case cert.NameDirectory: // the base is an initial sequence of the name
		return within(len(t.rdns) <= len(name.rdns) && slices.Equal(t.rdns, name.rdns[:len(t.rdns)]))
	case cert.NameDNS:
		return withinDNS(t.Text, name.Text, excluding)
	case cert.NameEmail:
		return withinMail(t.Text, name.Text)
	case cert.NameURI:
		return withinURI(t.Text, name.Text)
	case cert.NameIP:
		return withinIP(t.IP, name.IP)
	}
	return unclear
}

// splitRDNs gives the key of each RDN: two names begin alike exactly when
// their keys do.
func splitRDNs(name []byte) ([]string, error) {
	r := ber.NewReader(name, nil)
	_, in, err := r.ExpectEnter(ber.Sequence, "Name")
	if err != nil {
		return nil, err
	}
	var out []string
	for !in.Empty() {
		e, err := in.Next()
		if err != nil {
			return nil, err
		}
		out = append(out, cert.NameKey(ber.Append(nil, 0x30, e.Raw)))
	}
	return out, nil
}
