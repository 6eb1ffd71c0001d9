package path

import (
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

// checkNames is 6.1.3 (b) and (c). A self-issued certificate is exempt unless
// it is the last of the path.
func (v *validation) checkNames(n *node, leaf bool) *flaw {
	if n.selfIssued() && !leaf {
		return nil
	}
	for _, ca := range v.constraining {
		if f := v.search.constrained(ca, n.c); f != nil {
			return f
		}
	}
	return nil
}

// constrained holds the names of c against the constraints of ca.
func (s *search) constrained(ca, c *cert.Certificate) *flaw {
	if ca.NameConstraints == nil {
		return nil
	}
	pair := namePair{ca, c}
	if f, ok := s.names[pair]; ok {
		return f
	}
	names := subjectNames(c)
	nc := ca.NameConstraints
	if !s.take(purse.Objects, len(names)*(len(nc.Permitted)+len(nc.Excluded))) {
		return nil
	}
	var f *flaw
	for _, name := range names {
		if verdict := judgeName(nc, name); verdict != allowed {
			f = &flaw{code: CodeNameConstraint, clause: clauseNames, at: c, params: note.Params{
				"name": name.String(), "reason": verdictWords[verdict], "subject": c.Subject.String(), "ca": ca.Subject.String(),
			}}
			break
		}
	}
	s.names[pair] = f
	return f
}

// subjectNames are all names that constraints bind: the subject, the
// alternative names, and addresses in the subject. RFC 5280 4.2.1.10 asks for
// the last only where there is no alternative name; an address is an address,
// so we take them always.
func subjectNames(c *cert.Certificate) []cert.GeneralName {
	var out []cert.GeneralName
	if len(c.Subject.RDNs) > 0 {
		out = append(out, cert.GeneralName{Type: cert.NameDirectory, Directory: c.RawSubject, Clean: true})
	}
	out = append(out, c.SubjectAltNames...)
	for _, rdn := range c.Subject.RDNs {
		for _, a := range rdn {
			if a.Type == emailAddress {
				out = append(out, cert.GeneralName{Type: cert.NameEmail, Text: a.Value, Clean: true})
			}
		}
	}
	return out
}

type nameVerdict uint8

const (
	allowed nameVerdict = iota
	excluded
	notPermitted
	unprocessed
)

var verdictWords = [...]string{"", "excluded", "not permitted", "constraint of a form that is not processed"}

// judgeName holds one name against one CA's subtrees of its form.
func judgeName(nc *cert.NameConstraints, name cert.GeneralName) nameVerdict {
	for _, sub := range nc.Excluded {
		if !sameForm(sub.Base, name) {
			continue
		}
		match, ok := within(sub, name, true)
		if !ok {
			return unprocessed
		}
		if match {
			return excluded
		}
	}
	bound, inside := false, false
	for _, sub := range nc.Permitted {
		if !sameForm(sub.Base, name) {
			continue
		}
		match, ok := within(sub, name, false)
		if !ok {
			return unprocessed
		}
		bound, inside = true, inside || match
	}
	if bound && !inside {
		return notPermitted
	}
	return allowed
}

// sameForm tells whether a subtree speaks of names of this kind. An internationalised
// mailbox is bound by rfc822Name subtrees (RFC 9598 6); other otherNames only
// by subtrees of their own type.
func sameForm(base, name cert.GeneralName) bool {
	if name.Type == cert.NameOther {
		if _, mailbox := name.SmtpUTF8(); mailbox && base.Type == cert.NameEmail {
			return true
		}
		return base.Type == cert.NameOther && base.OID == name.OID
	}
	return base.Type == name.Type
}

// within tells whether a name lies in a subtree. ok is false where this
// package cannot tell, for form or content; RFC 5280 4.2.1.10 then refuses
// the certificate. The same answer for a constraint that is not critical: its
// author wanted it kept.
func within(sub cert.Subtree, name cert.GeneralName, excluding bool) (match, ok bool) {
	if sub.Minimum != 0 || sub.Maximum >= 0 {
		return false, false
	}
	base := sub.Base
	switch base.Type {
	case cert.NameDirectory:
		return withinDirectory(base.Directory, name.Directory)
	case cert.NameDNS:
		return withinDNS(base.Text, name.Text, excluding)
	case cert.NameEmail:
		if mailbox, is := name.SmtpUTF8(); is {
			return withinMail(base.Text, mailbox)
		}
		return withinMail(base.Text, name.Text)
	case cert.NameURI:
		return withinURI(base.Text, name.Text)
	case cert.NameIP:
		return withinIP(base.IP, name.IP)
	}
	return false, false
}

// withinDirectory: the base is an initial sequence of the name's RDNs.
func withinDirectory(base, name []byte) (match, ok bool) {
	want, err1 := splitRDNs(base)
	have, err2 := splitRDNs(name)
	if err1 != nil || err2 != nil {
		return false, false
	}
	if len(want) > len(have) {
		return false, true
	}
	var body []byte
	for _, rdn := range have[:len(want)] {
		body = append(body, rdn...)
	}
	return cert.NamesEqual(ber.Append(nil, 0x30, body), base), true
}

func splitRDNs(name []byte) ([][]byte, error) {
	r := ber.NewReader(name, nil)
	_, in, err := r.ExpectEnter(ber.Sequence, "Name")
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for !in.Empty() {
		e, err := in.Next()
		if err != nil {
			return nil, err
		}
		out = append(out, e.Raw)
	}
	return out, nil
}
