package tsa

import (
	"bytes"
	"errors"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// ErrImprint says that the token is over other data.
var ErrImprint = errors.New("the message imprint of the time-stamp is not the digest of this data")

// CheckImprint compares the imprint with the digest of the data, which digest
// gives or nil. The error is ErrImprint, *sigalg.Unsupported where the hash is
// not computed here, or *sigalg.Malformed where the digest was not given.
func (t *Token) CheckImprint(digest func(sigalg.Digest) []byte) error {
	d := t.Info.ImprintDigest
	if d == 0 {
		return &sigalg.Unsupported{Name: t.Info.ImprintAlgorithm.OID.Name(), OID: string(t.Info.ImprintAlgorithm.OID)}
	}
	got := digest(d)
	switch {
	case got == nil && !d.Available():
		return &sigalg.Unsupported{Name: d.Name(), OID: string(d.OID())}
	case got == nil:
		return &sigalg.Malformed{What: "the " + d.Name() + " digest of the time-stamped data was not computed"}
	case len(got) != d.Size() || !bytes.Equal(got, t.Info.Imprint):
		return ErrImprint
	}
	return nil
}

// A Binding tells how the signing-certificate attributes stand to one
// certificate (RFC 5035 5.4).
type Binding uint8

// The bindings, the best last. The zero Binding binds nothing.
const (
	Unbound     Binding = iota // no attribute, or none that can be read
	Unsupported                // a digest of the reference that should name the signer is not computed here
	BoundOther                 // other certificates are named
	BoundLater                 // named, but not first: the signer's is the first (RFC 5035 5.4.1)
	BoundAside                 // the first of one attribute, but not of the other, which must name the same (RFC 5035 5.4)
	Bound                      // the first of each attribute
)

var bindingNames = []string{"unbound", "unsupported", "other", "later", "aside", "bound"}

// String is a word for logs.
func (b Binding) String() string {
	if int(b) < len(bindingNames) {
		return bindingNames[b]
	}
	return "binding(" + itoa(int(b)) + ")"
}

// MatchesCertificate compares an encoded certificate with the references, by
// digest. issuerSerial is not compared: the digest covers both (EN 319 102-1
// 5.2.3.4 makes a difference a warning; see NamesIssuer).
func (t *Token) MatchesCertificate(der []byte) Binding {
	v1, v2 := t.references()
	if len(v1) == 0 && len(v2) == 0 {
		return Unbound
	}
	a, b := binding(v1, der), binding(v2, der)
	switch {
	case a == Unbound:
		return b
	case b == Unbound || a == b:
		return a
	case a == Bound || b == Bound:
		return BoundAside
	}
	return max(a, b)
}

// references are those of signing-certificate and of signing-certificate-v2.
func (t *Token) references() (v1, v2 []cms.CertRef) {
	if t.Signer == nil {
		return nil, nil
	}
	for _, r := range t.Signer.CertRefs() {
		if r.V1 {
			v1 = append(v1, r)
		} else {
			v2 = append(v2, r)
		}
	}
	return v1, v2
}

func binding(refs []cms.CertRef, der []byte) Binding {
	best := Unbound
	for i, r := range refs {
		here := BoundOther
		switch sum, err := r.Digest().Sum(der); {
		case r.Hash == nil:
			here = Unbound
		case err != nil:
			here = Unsupported
		case bytes.Equal(sum, r.Hash):
			here = BoundLater
			if i == 0 {
				return Bound
			}
		}
		best = max(best, here)
	}
	return best
}

// PathReferences are the references after the first of each attribute. Where
// there are any, the certificates of the path must be among them (RFC 5035
// 5.4.1).
func (t *Token) PathReferences() []cms.CertRef {
	v1, v2 := t.references()
	return append(rest(v1), rest(v2)...)
}

func rest(refs []cms.CertRef) []cms.CertRef {
	if len(refs) < 2 {
		return nil
	}
	return refs[1:len(refs):len(refs)]
}

// SignerUsage tells how a certificate departs from what RFC 3161 2.3 asks of
// that of a time-stamping unit.
func SignerUsage(c *cert.Certificate) []note.Note {
	var notes []note.Note
	odd := func(code note.Code, where string, params note.Params) {
		notes = append(notes, note.New(code, where, params))
	}
	stamps, others := 0, ""
	for _, usage := range c.ExtKeyUsage {
		if usage == "1.3.6.1.5.5.7.3.8" {
			stamps++
		} else if others == "" {
			others = usage.Name()
		}
	}
	if stamps == 0 { // anyExtendedKeyUsage is not id-kp-timeStamping
		odd(CodeNoUsage, "extKeyUsage", nil)
	} else {
		if !c.ExtKeyUsageCritical {
			odd(CodeUsageNotCritical, "extKeyUsage", nil)
		}
		if others != "" {
			odd(CodeUsageNotSole, "extKeyUsage", note.Params{"other": others})
		}
	}
	signing := cert.KeyUsageDigitalSignature | cert.KeyUsageNonRepudiation
	if u := c.KeyUsage; u != nil && (*u&^signing != 0 || *u&signing == 0) {
		odd(CodeKeyUsage, "keyUsage", note.Params{"usage": names(u.Names())})
	}
	return notes
}

func names(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	out := list[0]
	for _, s := range list[1:] {
		out += ", " + s
	}
	return out
}

// Answers tells how the token is not the answer to a request: imprint, nonce,
// policy, and the certificate that was or was not asked for (RFC 3161 2.4.1,
// 2.4.2). Nothing is returned where it is.
func (t *Token) Answers(req *Request) []note.Note {
	var notes []note.Note
	odd := func(code note.Code, where string, params note.Params) {
		notes = append(notes, note.New(code, where, params))
	}
	if t.Info.ImprintAlgorithm.OID != req.ImprintAlgorithm.OID || !bytes.Equal(t.Info.Imprint, req.Imprint) {
		odd(CodeOtherImprint, "TSTInfo.messageImprint", nil)
	}
	if req.Nonce != nil && !sameInt(t.Info.Nonce, req.Nonce) {
		got := "none"
		if t.Info.Nonce != nil {
			got = t.Info.Nonce.String()
		}
		odd(CodeOtherNonce, "TSTInfo.nonce", note.Params{"asked": req.Nonce.String(), "got": got})
	}
	if req.Policy != "" && req.Policy != t.Info.Policy {
		odd(CodeOtherPolicy, "TSTInfo.policy", note.Params{"asked": string(req.Policy), "got": string(t.Info.Policy)})
	}
	switch {
	case req.CertReq && !t.carriesSigner():
		odd(CodeNoCertificate, "certificates", nil)
	case !req.CertReq && len(t.CMS.Certificates) > 0:
		odd(CodeUnaskedCertificate, "certificates", note.Params{"certificates": itoa(len(t.CMS.Certificates))})
	}
	return notes
}

// carriesSigner tells whether a certificate that the references name is in the bag.
func (t *Token) carriesSigner() bool {
	for i := range t.CMS.Certificates {
		c := &t.CMS.Certificates[i]
		if c.Kind == cms.X509 && t.MatchesCertificate(c.Raw) >= BoundLater {
			return true
		}
	}
	return false
}

// An Order is which of two tokens is older.
type Order int8

// The orders. The zero Order is none that can be told.
const (
	Undetermined Order = 0
	Before       Order = -1
	After        Order = 1
)

// Compare tells whether t is older than other, as far as the tokens say so.
// Two tokens of one authority, both with ordering, go by genTime alone; others
// only where the intervals of their accuracies do not meet (RFC 3161 2.4.2).
// A token that states no accuracy has an interval of unknown width.
func (t *Token) Compare(other *Token) Order {
	a, b := t.Info, other.Info
	if a.Ordering && b.Ordering && t.sameAuthority(other) {
		return Order(a.GenTime.Compare(b.GenTime))
	}
	switch {
	case !a.HasAccuracy || !b.HasAccuracy:
		return Undetermined
	case t.Latest().Before(other.Earliest()):
		return Before
	case t.Earliest().After(other.Latest()):
		return After
	}
	return Undetermined
}

// sameAuthority: both signers are named by the same identifier.
func (t *Token) sameAuthority(other *Token) bool {
	a, b := t.Signer, other.Signer
	if a == nil || b == nil {
		return false
	}
	if a.Issuer == nil || b.Issuer == nil {
		return len(a.SubjectKeyID) > 0 && bytes.Equal(a.SubjectKeyID, b.SubjectKeyID)
	}
	return cert.NamesEqual(a.Issuer, b.Issuer) && sameInt(a.Serial, b.Serial)
}
