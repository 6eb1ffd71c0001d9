package verifytest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// securityStore is the document security store (DSS) as it stands: object numbers by kind.
type securityStore struct {
	object             int
	certs, crls, ocsps []int
	vri                []string
	known              map[string]int // stream by its octets
}

// AddSecurityStore adds certificates, CRLs and OCSP responses in a revision of its own (EN 319 142-1 5.4.2). A later
// call extends the store.
func (p *PDF) AddSecurityStore(certs []*Cert, crls, ocsps [][]byte) *PDF {
	s := &p.store
	if s.object == 0 {
		s.object, s.known = p.number(), map[string]int{}
	}
	for _, c := range certs {
		s.certs = p.addUnique(s.certs, c.DER)
	}
	for _, der := range crls {
		s.crls = p.addUnique(s.crls, der)
	}
	for _, der := range ocsps {
		s.ocsps = p.addUnique(s.ocsps, der)
	}
	p.put(s.object, s.encode())
	p.commit()
	return p
}

// AddRelated adds a VRI entry for the signature whose Contents octets these are; baseline signatures have none
// (EN 319 142-1 6.3), older ones do.
func (p *PDF) AddRelated(contents []byte, certs []*Cert, crls [][]byte) *PDF {
	var cs, ls []int
	for _, c := range certs {
		cs = p.addUnique(cs, c.DER)
	}
	for _, der := range crls {
		ls = p.addUnique(ls, der)
	}
	key := strings.ToUpper(hex.EncodeToString(Digest("SHA-1", contents)))
	p.store.vri = append(p.store.vri, fmt.Sprintf("/%s <<%s%s >>", key, list(" /Cert", cs), list(" /CRL", ls)))
	return p.AddSecurityStore(nil, nil, nil)
}

func (p *PDF) addUnique(refs []int, der []byte) []int {
	if p.store.known == nil {
		p.store.known = map[string]int{}
	}
	n, ok := p.store.known[string(der)]
	if !ok {
		n = p.number()
		p.store.known[string(der)] = n
		p.put(n, p.stream("", der))
	}
	if slices.Contains(refs, n) {
		return refs
	}
	return append(refs, n)
}

func (s *securityStore) encode() string {
	out := "<< /Type /DSS" + list(" /Certs", s.certs) + list(" /CRLs", s.crls) + list(" /OCSPs", s.ocsps)
	if s.vri != nil {
		out += " /VRI << " + strings.Join(s.vri, " ") + " >>"
	}
	return out + " >>"
}

// AddLongTerm adds all that the baseline level B-LTA wants: the full paths and CRLs of the signer and of the
// time-stamp unit, then a document time-stamp.
func (p *PDF) AddLongTerm(signers ...*Cert) *PDF {
	if signers == nil {
		signers = []*Cert{p.w.Seal}
	}
	return p.AddEvidence(signers...).AddDocTimestamp(TokenTemplate{})
}

// AddEvidence adds the security store alone (B-LT).
func (p *PDF) AddEvidence(signers ...*Cert) *PDF {
	var certs []*Cert
	for _, c := range append(slices.Clone(signers), p.w.TSA) {
		certs = append(append(certs, c.Chain()...), c.Anchor())
	}
	return p.AddSecurityStore(certs, p.w.CRLs(append(slices.Clone(signers), p.w.TSA)...), nil)
}

// PromiseCRL adds a CRL to the store that is not there yet: its entry in the cross-reference points room octets behind
// the file as it stands, where KeepPromise puts it when later revisions have been written.
func (p *PDF) PromiseCRL(room int) *PDF {
	p.AddSecurityStore(nil, nil, nil)
	n := p.number()
	p.store.crls = append(p.store.crls, n)
	p.promised.number, p.promised.offset = n, len(p.data)+room
	p.rows = map[int][3]int{n: {1, p.promised.offset, 0}}
	return p.AddSecurityStore(nil, nil, nil)
}

// KeepPromise puts the promised CRL to its place, in the octets of the next revision, whose store does not name it any more.
func (p *PDF) KeepPromise(der []byte) *PDF {
	p.data = append(p.data, bytes.Repeat([]byte(" "), p.promised.offset-len(p.data))...)
	p.data = fmt.Appendf(p.data, "%d 0 obj\n%s\nendobj\n", p.promised.number, p.stream("", der))
	p.store.crls = slices.DeleteFunc(p.store.crls, func(n int) bool { return n == p.promised.number })
	return p
}
