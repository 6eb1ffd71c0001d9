package ers

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/eseal/xml"
)

// namespace of XMLERS (RFC 6283 2.1).
const namespace = "urn:ietf:params:xml:ns:ers"

// An xmlReader reads the form of RFC 6283.
type xmlReader struct {
	rec      *Record
	purse    *purse.Purse
	sequence xml.Element
	chains   []xml.Element // in the order of their Order
}

var errDoctype = errors.New("a document type declaration stands before the record: what is hashed would depend on it")

// parseXML reads EvidenceRecord (RFC 6283 2.1).
func (r *Record) parseXML(raw []byte, p *purse.Purse) error {
	r.Format = RFC6283
	doc, err := xml.Parse(raw, p)
	if err != nil {
		return err
	}
	if doc.HasDoctype() {
		return errDoctype
	}
	x := &xmlReader{rec: r, purse: p}
	root := doc.Root()
	if !is(root, "EvidenceRecord") {
		space, local := root.Name()
		return fmt.Errorf("the root element is {%s}%s", space, local)
	}
	if v, _ := root.Attribute("Version"); v != "1.0" {
		r.note(CodeVersion, "Version", note.Params{"version": v})
	}
	return x.record(root)
}

func (x *xmlReader) record(root xml.Element) error {
	found := false
	for _, c := range root.Children() {
		switch {
		case is(c, "EncryptionInformation"):
			x.rec.Encrypted = true
			x.rec.note(CodeEncrypted, "EncryptionInformation", nil)
		case is(c, "SupportingInformationList"):
			x.rec.note(CodeAttribute, "SupportingInformationList", note.Params{"what": "supporting information"})
		case is(c, "ArchiveTimeStampSequence") && !found:
			found = true
			x.sequence = c
			if err := x.chainsOf(c); err != nil {
				return err
			}
		default:
			return unexpected(c)
		}
	}
	if !found {
		return errors.New("no ArchiveTimeStampSequence (RFC 6283 2.1)")
	}
	return nil
}

func is(e xml.Element, local string) bool {
	space, name := e.Name()
	return space == namespace && name == local
}

func unexpected(e xml.Element) error {
	space, local := e.Name()
	return fmt.Errorf("line %d: {%s}%s is not expected here", e.Line(), space, local)
}

// ordered are the children of one name, by their Order attribute, which has to
// be there and to count (RFC 6283 3.1.1, 4.1.1).
func ordered(e xml.Element, local string, all []xml.Element) ([]xml.Element, error) {
	type numbered struct {
		order int
		e     xml.Element
	}
	var out []numbered
	for _, c := range all {
		if !is(c, local) {
			return nil, unexpected(c)
		}
		text, _ := c.Attribute("Order")
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("line %d: %s with Order %q", c.Line(), local, text)
		}
		out = append(out, numbered{n, c})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("line %d: no %s", e.Line(), local)
	}
	slices.SortStableFunc(out, func(a, b numbered) int { return a.order - b.order })
	sorted := make([]xml.Element, len(out))
	for i, o := range out {
		if i > 0 && out[i-1].order == o.order {
			return nil, fmt.Errorf("line %d: two of %s with Order %d", o.e.Line(), local, o.order)
		}
		sorted[i] = o.e
	}
	return sorted, nil
}

func (x *xmlReader) chainsOf(sequence xml.Element) (err error) {
	if x.chains, err = ordered(sequence, "ArchiveTimeStampChain", sequence.Children()); err != nil {
		return err
	}
	for i, e := range x.chains {
		c := &Chain{encoded: func() ([][]byte, error) { return x.older(i) }}
		x.rec.Chains = append(x.rec.Chains, c)
		if err := x.chain(c, e); err != nil {
			return err
		}
	}
	return nil
}

// chain reads DigestMethod, CanonicalizationMethod and the Archive Time-Stamps
// (RFC 6283 4.1.1).
func (x *xmlReader) chain(c *Chain, e xml.Element) error {
	children := e.Children()
	if len(children) < 3 || !is(children[0], "DigestMethod") || !is(children[1], "CanonicalizationMethod") {
		return fmt.Errorf("line %d: ArchiveTimeStampChain without DigestMethod, CanonicalizationMethod and ArchiveTimeStamp", e.Line())
	}
	uri, _ := children[0].Attribute("Algorithm")
	form, _ := children[1].Attribute("Algorithm")
	method, ok := xml.MethodByURI(form)
	if !ok {
		return fmt.Errorf("line %d: %w", children[1].Line(), &sigalg.Unsupported{Name: form, OID: form})
	}
	c.canonical = &method
	stamps, err := ordered(e, "ArchiveTimeStamp", children[2:])
	if err != nil {
		return err
	}
	for _, ats := range stamps {
		s := &Stamp{Chain: len(x.rec.Chains) - 1, Place: len(c.Stamps), Digest: sigalg.DigestByURI(uri)}
		if s.DigestName = s.Digest.Name(); s.Digest == 0 {
			s.DigestName = uri
		}
		if err := x.stamp(s, ats, method); err != nil {
			return fmt.Errorf("%s: %w", s.where(), err)
		}
		c.Stamps = append(c.Stamps, s)
	}
	return nil
}

// stamp reads HashTree, TimeStamp and Attributes (RFC 6283 3.1.1).
func (x *xmlReader) stamp(s *Stamp, e xml.Element, method xml.Method) error {
	found := false
	for _, c := range e.Children() {
		switch {
		case is(c, "HashTree") && s.Tree == nil && !found:
			if err := x.tree(s, c); err != nil {
				return err
			}
		case is(c, "TimeStamp") && !found:
			found = true
			if err := x.timeStamp(s, c); err != nil {
				return err
			}
			// A renewal hashes the canonical form of <TimeStamp> (RFC 6283 4.2.1).
			s.encoded = func() ([][]byte, error) { return x.canonical(c, method) }
		case is(c, "Attributes") && found:
			x.rec.note(CodeAttribute, s.where(), note.Params{"what": "Attributes"})
		default:
			return unexpected(c)
		}
	}
	if !found {
		return fmt.Errorf("line %d: no TimeStamp", e.Line())
	}
	return nil
}

func (x *xmlReader) canonical(e xml.Element, m xml.Method) ([][]byte, error) {
	b, err := e.Canonical(m)
	if err == nil {
		err = x.purse.Take(purse.Bytes, int64(len(b)))
	}
	return [][]byte{b}, err
}

func (x *xmlReader) tree(s *Stamp, e xml.Element) error {
	lists, err := ordered(e, "Sequence", e.Children())
	if err != nil {
		return err
	}
	s.Tree = [][][]byte{}
	for _, l := range lists {
		var values [][]byte
		for _, c := range l.Children() {
			if !is(c, "DigestValue") {
				return unexpected(c)
			}
			v, err := octets(c)
			if err != nil {
				return err
			}
			values = append(values, v)
		}
		s.Tree = append(s.Tree, values)
	}
	return s.checkTree()
}

// octets reads base64 with the blanks that XML Schema allows in it.
func octets(e xml.Element) ([]byte, error) {
	text, ok := e.Text()
	if !ok {
		return nil, fmt.Errorf("line %d: an element stands where base64 should", e.Line())
	}
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", e.Line(), err)
	}
	return b, nil
}

// timeStamp reads TimeStampToken and CryptographicInformationList (RFC 6283 3.1.2, 3.1.3).
func (x *xmlReader) timeStamp(s *Stamp, e xml.Element) error {
	for i, c := range e.Children() {
		switch {
		case i == 0 && is(c, "TimeStampToken"):
			if kind, _ := c.Attribute("Type"); kind != "RFC3161" {
				s.TokenErr = &sigalg.Unsupported{Name: "TimeStampToken Type " + strconv.Quote(kind)}
				continue
			}
			der, err := octets(c)
			if err != nil {
				return err
			}
			s.readToken(der, x.purse)
		case i == 1 && is(c, "CryptographicInformationList"):
			if err := x.information(c); err != nil {
				return err
			}
		default:
			return unexpected(c)
		}
	}
	if s.Raw == nil && s.TokenErr == nil {
		return fmt.Errorf("line %d: no TimeStampToken", e.Line())
	}
	return nil
}

// informationTypes: RFC 6283 3.1.3.
var informationTypes = map[string]string{"CERT": "certificate", "CRL": "crl", "OCSP": "ocsp"}

func (x *xmlReader) information(e xml.Element) error {
	for _, c := range e.Children() {
		if !is(c, "CryptographicInformation") {
			return unexpected(c)
		}
		name, _ := c.Attribute("Type")
		kind := informationTypes[strings.ToUpper(name)]
		raw, err := octets(c)
		if err != nil || kind == "" {
			x.rec.note(CodeAttribute, "CryptographicInformation", note.Params{"what": "type " + name})
			continue
		}
		x.rec.Material = append(x.rec.Material, Material{Type: kind, Raw: raw})
	}
	return nil
}

var errChainOrder = errors.New("the chains do not stand in the order of their Order attributes: what was hashed when is not known")

// older is the canonical form of the ordered ArchiveTimeStampSequence with all
// chains before the one at n (RFC 6283 4.2.2), by the method of that chain.
func (x *xmlReader) older(n int) ([][]byte, error) {
	if !slices.Equal(x.chains, x.sequence.Children()) {
		return nil, errChainOrder
	}
	all, err := x.sequence.CanonicalUpTo(*x.rec.Chains[n].canonical, x.chains[n-1])
	for _, b := range all {
		if err == nil {
			err = x.purse.Take(purse.Bytes, int64(len(b)))
		}
	}
	return all, err
}
