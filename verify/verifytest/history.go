package verifytest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// History is a sealed document with its years behind it: what was planned, the infrastructure, the document as it
// stands at the end, and what the authorities publish at any time.
type History struct {
	Plan      Plan
	World     *World // holds the certificates; Now is the time of judgement
	File      string // name of the document
	Document  []byte
	TrustList []byte
	At        time.Time // Plan.Judge
	Events    []Event   // in order of time
	Roots     []*Cert   // by authority
	CAs       []*Cert
	Units     []*Cert

	responders map[string]*Cert
}

// Published is status information as its issuer publishes it.
type Published struct {
	Time  time.Time // thisUpdate
	Kind  string    // CRL or OCSP
	About string    // ca-0: the list of that CA; unit-0, seal: the response about that certificate
	DER   []byte
}

// History makes the document of a plan.
func (p Plan) History() *History {
	p.fill()
	h := &History{Plan: p, At: p.Judge, Events: p.events(), responders: map[string]*Cert{}}
	h.build()
	if p.Format == "CAdES" {
		h.cades()
	} else {
		h.pades()
	}
	h.TrustList = h.World.TrustList(TrustListTemplate{Services: h.services(), Issued: p.Sign.AddDate(0, 0, -30), NextUpdate: date(2199, 1, 1)})
	return h
}

func (p *Plan) fill() {
	if p.Fresh == 0 {
		p.Fresh = 7 * 24 * time.Hour
	}
	if p.Judge.IsZero() {
		p.Judge = p.Sign.AddDate(0, 0, 30)
	}
	p.Format = or(p.Format, "PAdES")
}

// build issues the certificates.
func (h *History) build() {
	p := &h.Plan
	w := &World{Now: p.Judge, SealTime: p.Sign, StampTime: p.Sign.Add(time.Minute), ThisUpdate: p.Judge.Truncate(time.Hour),
		NextUpdate: p.Judge.Truncate(time.Hour).Add(p.Fresh), FinalTime: p.Judge, revoked: map[string][]Revocation{}}
	h.World = w
	for i, a := range p.Authorities {
		root := w.Issue(CertTemplate{Profile: Root, Subject: h.name("Root %d", i), Key: a.Root.Key, NotBefore: a.Root.From, NotAfter: a.Root.Until})
		h.Roots = append(h.Roots, root)
		h.CAs = append(h.CAs, w.Issue(CertTemplate{Profile: CA, Issuer: root, Subject: h.name("CA %d", i), Key: a.CA.Key, NotBefore: a.CA.From,
			NotAfter: a.CA.Until, PathLen: 1, Policies: []string{SealPolicy, TSAPolicy}}))
	}
	for i, u := range p.Units {
		h.Units = append(h.Units, w.Issue(CertTemplate{Profile: Timestamp, Issuer: h.CAs[u.Authority], Subject: h.name("Unit %d", i), Key: u.Key,
			NotBefore: u.From, NotAfter: u.Until, Policies: []string{TSAPolicy}}))
	}
	w.Root, w.SealCA = h.Roots[0], h.CAs[0]
	if h.Units != nil {
		w.TSA, w.TSACA, w.TSARoot = h.Units[0], h.Units[0].Issuer, h.Units[0].Anchor()
	}
	t := w.SealTemplate()
	t.Key, t.NotBefore, t.NotAfter, t.OCSP = p.Seal.Key, p.Seal.From, p.Seal.Until, ""
	w.Seal = w.Issue(t)
}

func (h *History) name(format string, n int) Name {
	return NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon "+fmt.Sprintf(format, n))
}

// services are the seal service and one time-stamp service for each authority that certified units.
func (h *History) services() []Service {
	granted := func(a int) []ServiceStatus { return []ServiceStatus{{h.Plan.Authorities[a].Root.From, "granted"}} }
	out := []Service{{Ja: "見本eシール認証局", En: "Mihon Electronic Seal CA", Type: "seal-ca", Framework: "accredited-seal", Anchors: h.Roots[:1],
		Identity: h.CAs[:1], Purposes: []string{"seal"}, Status: granted(0)}}
	for a := range h.CAs {
		s := Service{Ja: fmt.Sprintf("見本時刻認証 %d", a), En: fmt.Sprintf("Mihon Timestamp Service %d", a), Type: "tsa", Framework: "accredited-tsa",
			Anchors: h.Roots[a : a+1], TokenPolicies: []string{TokenPolicy}, Purposes: []string{"timestamping"}, Status: granted(a)}
		for i, u := range h.Plan.Units {
			if u.Authority == a {
				s.Identity = append(s.Identity, h.Units[i])
			}
		}
		if s.Identity != nil {
			out = append(out, s)
		}
	}
	return out
}

// Cert is a certificate by the name that events give it: seal, root-0, ca-0, unit-0.
func (h *History) Cert(name string) *Cert {
	kind, number, _ := strings.Cut(name, "-")
	n, err := strconv.Atoi(number)
	list := map[string][]*Cert{"root": h.Roots, "ca": h.CAs, "unit": h.Units}[kind]
	switch {
	case name == "seal":
		return h.World.Seal
	case err == nil && n < len(list):
		return list[n]
	}
	panic("verifytest: nobody is called " + name)
}

// stamp is the template of a token.
func (h *History) stamp(s Stamping) TokenTemplate {
	return TokenTemplate{GenTime: s.At, TSA: h.Units[s.Unit], Algorithm: s.Digest, Digest: s.Digest}
}

// material is what a renewal adds about a certificate: path, root and the status of each step at a time.
func (h *History) material(at time.Time, about ...*Cert) (certs []*Cert, crls, ocsps [][]byte) {
	for _, c := range about {
		for ; c != nil; c = c.Issuer {
			if !slices.Contains(certs, c) {
				certs = append(certs, c)
			}
		}
	}
	for _, s := range h.published(at, certs) {
		if s.Kind == "CRL" {
			crls = append(crls, s.DER)
		} else {
			ocsps = append(ocsps, s.DER)
		}
	}
	return certs, crls, ocsps
}

// steps walks through the times at which something is added after the signature: material first, then the time-stamp.
func (h *History) steps(evidence func([]*Cert, [][]byte, [][]byte), renew func(Stamping)) {
	p := &h.Plan
	var before []*Cert // what the next material is about
	if p.Stamp != nil {
		before = append(before, h.Units[p.Stamp.Unit])
	}
	if !p.Evidence.IsZero() {
		evidence(h.material(p.Evidence, append([]*Cert{h.World.Seal}, before...)...))
		before = nil
	}
	for _, r := range p.Renewals {
		if !r.NoMaterial && before != nil {
			evidence(h.material(r.At.Add(-prepare), before...))
		}
		renew(r)
		before = []*Cert{h.Units[r.Unit]}
	}
}

func (h *History) cades() {
	w, p := h.World, &h.Plan
	h.File = "notice.p7m"
	c := w.CAdES(CMSTemplate{Content: []byte(Notice), Indefinite: p.Indefinite, Signers: []Signer{{Digest: p.Digest}}})
	if p.Stamp != nil {
		c.AddSignatureTimestamp(0, h.stamp(*p.Stamp))
	}
	frozen := false
	h.steps(func(certs []*Cert, crls, ocsps [][]byte) {
		if frozen {
			c.AddToLastArchive(certs, crls, ocsps)
			return
		}
		c.AddEvidence(certs, crls, ocsps)
	}, func(s Stamping) {
		c.AddArchiveTimestamp(0, ArchiveTimestamp{Token: h.stamp(s), V2: s.V2, HashIndex: s.HashIndex})
		frozen = frozen || s.V2
	})
	h.Document = c.Bytes()
}

func (h *History) pades() {
	w, p := h.World, &h.Plan
	h.File = "document.pdf"
	var signature []byte
	f := w.PDF(PDFTemplate{}).Sign(SignOptions{NoTimestamp: true, Digest: p.Digest}, CMSMutator{
		Template: func(t *CMSTemplate) {
			if p.Stamp != nil {
				s := h.stamp(*p.Stamp)
				t.Signers[0].Timestamp = &s
			}
		}, Encoded: func(der []byte) []byte { signature = der; return der }})
	h.steps(func(certs []*Cert, crls, ocsps [][]byte) {
		if p.VRI && signature != nil {
			contents := make([]byte, defaultSpace) // EN 319 142-1 5.4.2.2: the digest is over the string with its padding
			copy(contents, signature)
			f.AddRelated(contents, certs, crls)
			signature = nil
		}
		f.AddSecurityStore(certs, crls, ocsps)
	}, func(s Stamping) { f.AddDocTimestamp(h.stamp(s)) })
	h.Document = f.Bytes()
}
