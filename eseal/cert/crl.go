package cert

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Reason is a CRLReason (RFC 5280 5.3.1). The code 0 of the encoding,
// unspecified, is a value of its own here, so that the zero value says nothing.
type Reason int8

// The reasons; ReasonAbsent is a revocation without a stated reason.
const (
	ReasonAbsent               Reason = 0
	ReasonKeyCompromise        Reason = 1
	ReasonCACompromise         Reason = 2
	ReasonAffiliationChanged   Reason = 3
	ReasonSuperseded           Reason = 4
	ReasonCessationOfOperation Reason = 5
	ReasonCertificateHold      Reason = 6
	ReasonRemoveFromCRL        Reason = 8
	ReasonPrivilegeWithdrawn   Reason = 9
	ReasonAACompromise         Reason = 10
	ReasonUnspecified          Reason = -1 // code 0, written out
	ReasonUnknown              Reason = -2 // a code that no standard knows
)

// CRL holds what one certificate revocation list says. Entries stay encoded;
// [CRL.Lookup] scans them. Slices alias the input.
type CRL struct {
	Raw, RawTBS, RawIssuer []byte
	SHA256                 [32]byte
	Version                int // 1 or 2
	Issuer                 Name
	ThisUpdate             time.Time
	NextUpdate             time.Time // zero when absent
	SignatureAlgorithm     Algorithm
	TBSSignatureAlgorithm  Algorithm
	Signature              []byte
	RawEntries             []byte // contents of revokedCertificates
	Count                  int    // entries

	Extensions       []Extension
	Number           *big.Int
	AuthorityKeyID   []byte
	AuthorityIssuer  []GeneralName
	AuthoritySerial  *big.Int
	IDP              *IssuingDistributionPoint
	DeltaIndicator   *big.Int // BaseCRLNumber; nil = a complete CRL
	FreshestCRL      []DistributionPoint
	ExpiredCertsFrom *time.Time // expiredCertsOnCRL, X.509 9.5.2.8 (2.5.29.60)
	IssuerAltNames   []GeneralName
	InfoAccess       []AccessDescription

	// UnknownCritical are critical extensions that this reader does not
	// decode, EntryUnknownCritical the same of all entries: a CRL with either
	// must not be used at all (RFC 5280 5.2, 5.3).
	UnknownCritical      []ber.OID
	EntryUnknownCritical []ber.OID
	MalformedExtensions  []ber.OID // as in Certificate: the CRL must not be used
	Notes                []note.Note

	issuers bool // some entry has a certificateIssuer

	index crlIndex

	issuerKey nameKey
}

// IssuerKey is [NameKey] of the issuer, computed once.
func (c *CRL) IssuerKey() string { return c.issuerKey.of(c.RawIssuer) }

// IssuingDistributionPoint is RFC 5280 5.2.5.
type IssuingDistributionPoint struct {
	Point              DistributionPoint // FullNames or RelativeName
	HasPoint           bool
	OnlyUserCerts      bool
	OnlyCACerts        bool
	OnlyAttributeCerts bool
	OnlySomeReasons    *ReasonFlags
	IndirectCRL        bool
	Critical           bool
}

// Indirect tells whether the CRL may hold certificates of other issuers.
func (c *CRL) Indirect() bool { return c.IDP != nil && c.IDP.IndirectCRL }

// ForOthers tells whether an entry names the issuer of its certificate, as
// those of indirect CRLs do (RFC 5280 5.3.3).
func (c *CRL) ForOthers() bool { return c.issuers }

// Extension returns the first extension with the identifier.
func (c *CRL) Extension(oid ber.OID) (Extension, bool) { return findExtension(c.Extensions, oid) }

// ParseCRL reads a CRL (RFC 5280 5.1). The shape of every entry is checked
// once, none is built; what cannot be told apart into entries is an error.
func ParseCRL(der []byte, p *purse.Purse) (*CRL, error) {
	s := newScan(p)
	c := &CRL{}
	if err := s.crl(c, der); err != nil {
		return nil, fmt.Errorf("CRL: %w", err)
	}
	c.Notes = s.notes
	return c, nil
}

func (s *scan) crl(c *CRL, der []byte) error {
	r := s.reader(der)
	whole, in, err := r.ExpectEnter(ber.Sequence, "CertificateList")
	if err != nil {
		return err
	}
	if !r.Empty() {
		s.note(CodeTrailing, "CertificateList", r.Offset(), octets(len(r.Rest())))
	}
	tbs, body, err := in.ExpectEnter(ber.Sequence, "tbsCertList")
	if err != nil {
		return err
	}
	c.Raw, c.RawTBS = whole.Raw, tbs.Raw
	for _, e := range []ber.Element{whole, tbs} {
		if what := elementFault(e); what != "" {
			s.note(CodeNotDER, "CertificateList", e.Offset, map[string]string{"what": what})
		}
	}
	if err := s.tbsCRL(c, body); err != nil {
		return err
	}
	s.checkDER("CertificateList", in.Rest(), in.Offset())
	if c.SignatureAlgorithm, err = algorithm(&in, "signatureAlgorithm"); err != nil {
		return err
	}
	s.checkAlgorithms("CertificateList", c.SignatureAlgorithm, c.TBSSignatureAlgorithm)
	if c.Signature, err = s.bits(&in, ber.BitString, "signatureValue"); err != nil {
		return err
	}
	if !in.Empty() {
		s.note(CodeTrailing, "CertificateList", in.Offset(), octets(len(in.Rest())))
	}
	c.SHA256 = sha256.Sum256(c.Raw)
	return nil
}

func (s *scan) tbsCRL(c *CRL, in ber.Reader) error {
	c.Version = 1
	head, base := in.Rest(), in.Offset()
	v, ok, err := in.Optional(ber.Integer)
	if err != nil {
		return err
	}
	if ok {
		n, err := v.Int64()
		if err != nil || n < -1000 || n > 1000 {
			return fmt.Errorf("version: octet %d: a number of %d octets is no version", v.Offset, len(v.Body))
		}
		if c.Version = int(n) + 1; n != 1 { // RFC 5280 5.1.2.1: v2 where present
			s.note(CodeVersion, "version", v.Offset, map[string]string{"value": strconv.FormatInt(n, 10)})
		}
	}
	if c.TBSSignatureAlgorithm, err = algorithm(&in, "signature"); err != nil {
		return err
	}
	if c.Issuer, err = s.name(&in, "issuer"); err != nil {
		return err
	}
	if c.RawIssuer = c.Issuer.Raw; len(c.Issuer.RDNs) == 0 {
		s.note(CodeEmptyIssuer, "issuer", -1, nil)
	}
	if err := s.updates(c, &in); err != nil {
		return err
	}
	// What stands before the entries; those are checked by their own walk.
	s.checkDER("tbsCertList", head[:len(head)-len(in.Rest())], base)
	if t, ok := in.Peek(); ok && t == ber.Sequence {
		if err := s.revoked(c, &in); err != nil {
			return err
		}
	}
	return s.crlExtensions(c, &in)
}

func (s *scan) updates(c *CRL, in *ber.Reader) error {
	var err error
	if c.ThisUpdate, err = s.time(in, "thisUpdate"); err != nil {
		return err
	}
	if t, ok := in.Peek(); ok && (t == ber.UTCTime || t == ber.GeneralizedTime) {
		if c.NextUpdate, err = s.time(in, "nextUpdate"); err != nil {
			return err
		}
		if c.NextUpdate.Before(c.ThisUpdate) {
			s.note(CodeValidityOrder, "nextUpdate", -1, nil)
		}
		return nil
	}
	s.note(CodeNoNextUpdate, "tbsCertList", in.Offset(), nil)
	return nil
}

func (s *scan) revoked(c *CRL, in *ber.Reader) error {
	e, err := in.Next()
	if err != nil {
		return err
	}
	if !e.Constructed {
		return fmt.Errorf("revokedCertificates: octet %d: SEQUENCE is primitive", e.Offset)
	}
	if e.Indefinite || len(e.Raw)-len(e.Body) != headerSize(e) {
		s.note(CodeNotDER, "revokedCertificates", e.Offset, map[string]string{"what": "length or tag is not minimal"})
	}
	c.RawEntries = e.Body
	if len(e.Body) == 0 {
		s.note(CodeEmptyRevoked, "revokedCertificates", e.Offset, nil)
		return nil
	}
	return s.checkEntries(c, e.BodyOffset())
}

func (s *scan) crlExtensions(c *CRL, in *ber.Reader) error {
	outer, ok, err := in.Optional(ber.Context(0))
	if err != nil {
		return err
	}
	if ok {
		if c.Version < 2 {
			s.note(CodeVersionFields, "tbsCertList", outer.Offset, map[string]string{"field": "crlExtensions", "version": strconv.Itoa(c.Version)})
		}
		if c.Extensions, err = s.extensions(in, outer, "crlExtensions"); err != nil {
			return err
		}
		s.checkDER("crlExtensions", outer.Raw, outer.Offset)
		c.MalformedExtensions, c.UnknownCritical = decodeFields(s, crlFields, c, c.Extensions)
	}
	if !in.Empty() {
		return fmt.Errorf("tbsCertList: octet %d: an element that the structure does not have", in.Offset())
	}
	return nil
}
