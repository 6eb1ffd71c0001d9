package verifytest

import (
	"encoding/hex"
	"time"
)

// World is a public-key infrastructure in the shape of the Japanese one, all of it sample names: a government root
// with key roll-over, a bridge, CAs for seals, posts and persons, a time-stamp service, an OCSP responder.
// A world is not safe for concurrent use; New is cheap, so take one for each test.
type World struct {
	Now        time.Time // at which everything is to be judged
	SealTime   time.Time // claimed signing time
	StampTime  time.Time // of signature time-stamps
	ThisUpdate time.Time // of CRLs and OCSP responses
	NextUpdate time.Time
	FinalTime  time.Time // of document and archive time-stamps

	Root, RootNext             *Cert // one name, two keys
	RootNextByRoot, RootByNext *Cert // link certificates of the roll-over
	Bridge                     *Cert // bridge CA, self-signed
	RootByBridge, BridgeByRoot *Cert // cross-certificates
	SealCA, OfficeCA           *Cert // under Root
	PersonCA                   *Cert // one tier, its own root
	Seal, Office, Person       *Cert
	TSARoot, TSACA, TSA        *Cert
	Responder                  *Cert // OCSP, by SealCA

	issued  []*Cert
	revoked map[string][]Revocation // by subject key of the issuer
}

// Policies of the world, under the private enterprise number for examples (RFC 5612).
const (
	SealPolicy   = "1.3.6.1.4.1.32473.1.10.1"
	OfficePolicy = "1.3.6.1.4.1.32473.1.20.1"
	TSAPolicy    = "1.3.6.1.4.1.32473.1.30.1"  // in the unit's certificate
	TokenPolicy  = "1.3.6.1.4.1.32473.1.30.10" // in TSTInfo
	BridgePolicy = "1.3.6.1.4.1.32473.1.40.1"
	PersonPolicy = "1.2.392.200149.8.5.1.0.20" // the JPKI signature policy for test certificates
)

// An Option changes a world before it is built.
type Option func(*World)

// At sets the time of judgement. The other times stay.
func At(t time.Time) Option { return func(w *World) { w.Now = t } }

// Updates sets the period of CRLs and OCSP responses.
func Updates(this, next time.Time) Option {
	return func(w *World) { w.ThisUpdate, w.NextUpdate = this, next }
}

// New builds a world. Sealed on Friday 2026-10-30 10:00 in Japan, stamped a minute later, CRLs two hours later, final
// time-stamp an hour after that; judged at 2026-11-01.
func New(opts ...Option) *World {
	day := time.Date(2026, 10, 30, 1, 0, 0, 0, time.UTC)
	w := &World{
		Now: date(2026, 11, 1), SealTime: day, StampTime: day.Add(time.Minute), ThisUpdate: day.Add(2 * time.Hour),
		NextUpdate: day.Add(7*24*time.Hour + 2*time.Hour), FinalTime: day.Add(3 * time.Hour),
		revoked: map[string][]Revocation{},
	}
	for _, o := range opts {
		o(w)
	}
	w.buildRoots()
	w.buildServices()
	return w
}

// The sample legal persons. The numbers are well formed and not assigned.
var (
	govNumber  = CorporateNumber("000012990001")
	townNumber = CorporateNumber("000020999999")
	ctrNumber  = CorporateNumber("010401999901")
	rootName   = Name{{"C", "JP", true}, {"O", "Mihon Government", false},
		{"organizationIdentifier", "NTRJP-" + govNumber, false}, {"CN", "Mihon Government Root CA", false}}
)

// SealNumber is the corporate number of the holder of World.Seal.
func SealNumber() string { return townNumber }

func (w *World) buildRoots() {
	w.Root = w.Issue(CertTemplate{Profile: Root, Subject: rootName})
	w.RootNext = w.Issue(CertTemplate{Profile: Root, Subject: rootName, Key: "p384-02",
		NotBefore: date(2026, 4, 1), NotAfter: date(2046, 3, 31)})
	link := CertTemplate{Profile: CA, Subject: rootName, NotBefore: date(2026, 4, 1), Policies: []string{anyPolicy}}
	link.Issuer, link.Key = w.Root, "p384-02"
	w.RootNextByRoot = w.Issue(link)
	link.Issuer, link.Key = w.RootNext, "p384-01"
	w.RootByNext = w.Issue(link)

	bridge := NewName("C", "JP", "O", "Mihon Government", "OU", "Mihon Bridge CA")
	w.Bridge = w.Issue(CertTemplate{Profile: Root, Subject: bridge, Key: "rsa2048-04"})
	w.RootByBridge = w.Issue(CertTemplate{Profile: CA, Subject: rootName, Key: "p384-01", Issuer: w.Bridge,
		Policies: []string{BridgePolicy},
		Extensions: []Extension{policyMappings(BridgePolicy, SealPolicy, BridgePolicy, OfficePolicy),
			{extPolicyConstraint, true, seq(primitive(0, []byte{0}))}}})
	w.BridgeByRoot = w.Issue(CertTemplate{Profile: CA, Subject: bridge, Key: "rsa2048-04", Issuer: w.Root,
		Policies: []string{SealPolicy}, Extensions: []Extension{policyMappings(SealPolicy, BridgePolicy)}})
}

const anyPolicy = "2.5.29.32.0"

func (w *World) buildServices() {
	center := func(cn string) Name {
		return NewName("C", "JP", "O", "Mihon Trust Center", "organizationIdentifier", "NTRJP-"+ctrNumber, "CN", cn)
	}
	w.SealCA = w.Issue(CertTemplate{Profile: CA, Subject: center("Mihon Electronic Seal CA G1"), Key: "rsa2048-01",
		Issuer: w.Root, PathLen: 1, Policies: []string{SealPolicy}})
	w.OfficeCA = w.Issue(CertTemplate{Profile: CA, Subject: NewName("C", "JP", "O", "Mihon Government", "OU", "OfficialStatusCA"),
		JapaneseName: NewName("C", "JP", "O", "見本国政府", "OU", "官職認証局"), Key: "rsa2048-02", Issuer: w.Root,
		PathLen: 1, Policies: []string{OfficePolicy}})
	w.PersonCA = w.Issue(CertTemplate{Profile: Root, Key: "rsa2048-03",
		Subject:      NewName("C", "JP", "O", "Mihon JPKI", "OU", "Mihon JPKI for digital signature"),
		JapaneseName: NewName("C", "JP", "O", "見本個人認証サービス")})
	w.TSARoot = w.Issue(CertTemplate{Profile: Root, Subject: center("Mihon Timestamping Root"), Key: "rsa2048-11"})
	w.TSACA = w.Issue(CertTemplate{Profile: CA, Subject: center("Mihon Timestamping CA G1"), Key: "rsa2048-12",
		Issuer: w.TSARoot, PathLen: 1, Policies: []string{TSAPolicy}})
	w.TSA = w.Issue(CertTemplate{Profile: Timestamp, Subject: center("Mihon Timestamp Service Unit 001"), Issuer: w.TSACA,
		NotBefore: date(2025, 6, 1), NotAfter: date(2036, 8, 31), Policies: []string{TSAPolicy}})
	w.Responder = w.Issue(CertTemplate{Profile: OCSP, Subject: center("Mihon OCSP Responder 001"), Issuer: w.SealCA})
	w.Seal = w.Issue(w.SealTemplate())
	w.Office = w.Issue(w.OfficeTemplate())
	w.Person = w.Issue(w.PersonTemplate())
}

// SealTemplate is that of the seal certificate: the town as a legal person.
func (w *World) SealTemplate() CertTemplate {
	return CertTemplate{Profile: Seal, Issuer: w.SealCA, Policies: []string{SealPolicy}, OCSP: ocspAddress,
		Subject: NewName("C", "JP", "O", "Mihon Town", "organizationIdentifier", "NTRJP-"+townNumber,
			"CN", "Mihon Town Electronic Seal"),
		JapaneseName: NewName("C", "JP", "O", "見本町", "CN", "見本町電子印")}
}

// OfficeTemplate is that of the certificate of a post.
func (w *World) OfficeTemplate() CertTemplate {
	return CertTemplate{Profile: Office, Issuer: w.OfficeCA, Policies: []string{OfficePolicy},
		Subject: NewName("C", "JP", "O", "Mihon Government", "OU", "Ministry of Samples", "OU", "Samples Bureau",
			"CN", "Director-General"),
		JapaneseName: NewName("C", "JP", "O", "見本国政府", "OU", "見本省", "CN", "見本局長")}
}

// PersonTemplate is that of a natural person's certificate, in the shape of JPKI: an identifier as common name, the
// personal data as otherName, the distribution point a directory name only.
func (w *World) PersonTemplate() CertTemplate {
	const arc = "1.2.392.200149.8.5.5."
	other := func(kind, value string) []byte {
		return explicit(0, objectID(arc+kind), explicit(0, utf8String(value)))
	}
	return CertTemplate{Profile: Person, Issuer: w.PersonCA, CRL: "-", Policies: []string{PersonPolicy},
		Subject: NewName("C", "JP", "CN", "20261030000001999999999901"),
		Extensions: []Extension{
			{extSubjectAltName, false, seq(other("1", "見本太郎"), other("4", "420000101"), other("3", "1"),
				other("5", "見本県見本町見本一丁目１番１号"), other("2", "0000"), other("6", "000000000000000"))},
			{extCRLPoints, false, seq(seq(explicit(0, explicit(0, directoryName(w.PersonCA.Subject)))))},
		}}
}

const (
	site        = "http://repository.mihon.example/"
	ocspAddress = "http://ocsp.mihon.example/seal"
)

func crlAddress(issuer *Cert) string  { return site + "crl/" + issuer.slug() + ".crl" }
func certAddress(issuer *Cert) string { return site + "ca/" + issuer.slug() + ".cer" }

// slug names a CA by its key, so that two keys of one name have two addresses.
func (c *Cert) slug() string { return hex.EncodeToString(keyID(c.spki)[:6]) }

// Addresses are what a web server of this world would serve: CRLs and CA certificates by address.
func (w *World) Addresses() map[string][]byte {
	served := map[string][]byte{}
	for _, c := range w.issued {
		if c.Profile == Root || c.Profile == CA {
			served[crlAddress(c)] = w.CRL(c, CRLTemplate{})
			if _, ok := served[certAddress(c)]; !ok {
				served[certAddress(c)] = c.DER
			}
		}
	}
	return served
}

// CRLs are the CRLs of every issuer on the paths of the certificates, each once.
func (w *World) CRLs(certs ...*Cert) [][]byte {
	var out [][]byte
	seen := map[string]bool{}
	for _, c := range certs {
		for ; c.Issuer != nil; c = c.Issuer {
			if at := crlAddress(c.Issuer); !seen[at] {
				seen[at] = true
				out = append(out, w.CRL(c.Issuer, CRLTemplate{}))
			}
		}
	}
	return out
}

// SealWith is a seal certificate like World.Seal with another test key.
func (w *World) SealWith(key string) *Cert {
	t := w.SealTemplate()
	t.Key = key
	return w.Issue(t)
}
