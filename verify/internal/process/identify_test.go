package process

import (
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

const (
	attrESSv1 = "1.2.840.113549.1.9.16.2.12"
	attrESSv2 = "1.2.840.113549.1.9.16.2.47"
)

func seq(parts ...[]byte) []byte { return tlv(0x30, parts...) }

func tlv(tag byte, parts ...[]byte) []byte {
	var body []byte
	for _, p := range parts {
		body = append(body, p...)
	}
	switch n := len(body); {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, body...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, body...)
	default:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body...)
	}
}

// refs is signing-certificate-v2 with SHA-256 references to certificates.
func refs(certs ...*verifytest.Cert) verifytest.Attribute {
	var list [][]byte
	for _, c := range certs {
		list = append(list, seq(tlv(0x04, verifytest.Digest("SHA-256", c.DER))))
	}
	return verifytest.Attribute{ID: attrESSv2, Values: [][]byte{seq(seq(list...))}}
}

// refsV1 is signing-certificate, which is bound to SHA-1.
func refsV1(c *verifytest.Cert) verifytest.Attribute {
	return verifytest.Attribute{ID: attrESSv1, Values: [][]byte{seq(seq(seq(tlv(0x04, verifytest.Digest("SHA-1", c.DER)))))}}
}

// own replaces the references of the message.
func (s *scene) own(list ...verifytest.Attribute) {
	s.signer.ESS, s.signer.ExtraSigned = "none", list
}

// TestIdentify is 5.2.3.4.
func TestIdentify(t *testing.T) {
	issuerSerial := func(issuer []byte, serial *verifytest.Cert) []byte {
		return seq(seq(tlv(0xa4, issuer)), tlv(0x02, serial.Serial.Bytes()))
	}
	withIssuer := func(s *scene, issuer []byte, serial *verifytest.Cert) {
		s.own(verifytest.Attribute{ID: attrESSv2, Values: [][]byte{seq(seq(seq(tlv(0x04, verifytest.Digest("SHA-256", s.Seal.DER)), issuerSerial(issuer, serial))))}})
	}
	judgeTable(t, []judged{
		{"reference v2", func(*scene) {}, "PASSED", "PASSED", ""},
		{"reference v2 with SHA-512", func(s *scene) { s.signer.ESSDigest = "SHA-512" }, "PASSED", "PASSED", ""},
		{"reference v1", func(s *scene) { s.signer.ESS = "v1" }, "PASSED", "PASSED", ""},
		{"references of both versions", func(s *scene) { s.signer.ExtraSigned = []verifytest.Attribute{refsV1(s.Seal)} }, "PASSED", "PASSED", ""},
		{"versions name different certificates", func(s *scene) { s.signer.ExtraSigned = []verifytest.Attribute{refsV1(s.Office)} },
			"NO_SIGNING_CERTIFICATE_FOUND", "NO_SIGNING_CERTIFICATE_FOUND", verdict.CodeReferenceMismatch},
		{"step 2: mismatch", func(s *scene) { s.own(refs(s.Office)) }, "NO_SIGNING_CERTIFICATE_FOUND", "NO_SIGNING_CERTIFICATE_FOUND", verdict.CodeReferenceMismatch},
		{"step 2: the first names another", func(s *scene) { s.own(refs(s.SealCA, s.Seal)) },
			"NO_SIGNING_CERTIFICATE_FOUND", "NO_SIGNING_CERTIFICATE_FOUND", verdict.CodeReferenceMismatch},
		{"step 3: issuer and serial agree", func(s *scene) { withIssuer(s, parsed(t, s.Seal).RawIssuer, s.Seal) }, "PASSED", "PASSED", ""},
		{"step 3: the serial number differs", func(s *scene) { withIssuer(s, parsed(t, s.Seal).RawIssuer, s.Office) }, "PASSED", "PASSED", verdict.CodeReferenceIssuerSerial},
		{"step 3: the issuer differs", func(s *scene) { withIssuer(s, parsed(t, s.Office).RawIssuer, s.Seal) }, "PASSED", "PASSED", verdict.CodeReferenceIssuerSerial},
		{"step 5: no reference", func(s *scene) { s.signer.ESS = "none" }, "NO_SIGNING_CERTIFICATE_FOUND", "NO_SIGNING_CERTIFICATE_FOUND", verdict.CodeNoSignerReference},
		{"step 5: no reference, none needed", func(s *scene) { s.signer.ESS = "none"; s.policy.Reference.Need = "optional" }, "PASSED", "PASSED", verdict.CodeNoSignerReference},
		{"step 5: no reference, CMS by format", func(s *scene) { s.signer.ESS = "none"; s.policy.Reference.Need = "by-format" },
			"NO_SIGNING_CERTIFICATE_FOUND", "NO_SIGNING_CERTIFICATE_FOUND", verdict.CodeNoSignerReference},
		{"step 1: the certificate is nowhere", func(s *scene) { s.certs = []*verifytest.Cert{s.SealCA} },
			"NO_SIGNING_CERTIFICATE_FOUND", "NO_SIGNING_CERTIFICATE_FOUND", verdict.CodeReferenceMismatch},
		{"step 1: the certificate is supplied", func(s *scene) {
			s.certs, s.supplied = []*verifytest.Cert{s.SealCA}, [][]byte{s.Seal.DER}
		}, "PASSED", "PASSED", ""},
		{"signer named by key", func(s *scene) { s.signer.SubjectKeyID = true }, "PASSED", "PASSED", ""},
		{"signer id names nobody, the reference does", func(s *scene) {
			s.mutate.Signing = func(d *verifytest.SignerDraft) {
				d.Identifier = seq(parsed(t, s.Root).RawSubject, tlv(0x02, []byte{0x55}))
			}
		}, "PASSED", "PASSED", verdict.CodeReferenceIssuerSerial},
		{"the path holds the further reference", func(s *scene) { s.own(refs(s.Seal, s.SealCA)) }, "PASSED", "PASSED", ""},
		{"a further reference is not in the path", func(s *scene) { s.own(refs(s.Seal, s.OfficeCA)) },
			"SIG_CONSTRAINTS_FAILURE", "SIG_CONSTRAINTS_FAILURE", verdict.CodeAttributeConstraint},
		{"reference that cannot be read", func(s *scene) {
			s.own(verifytest.Attribute{ID: attrESSv2, Values: [][]byte{seq(seq(seq(tlv(0x02, []byte{1}))))}})
		}, "FORMAT_FAILURE", "FORMAT_FAILURE", "K-CMS-039"},
	})
}

// TestStrictIDOfTokens: a signer id that names nobody is tolerated for a
// signature, not for a time-stamp.
func TestStrictIDOfTokens(t *testing.T) {
	s := newScene(t)
	nobody := verifytest.TokenMutator{CMS: verifytest.CMSMutator{Signing: func(d *verifytest.SignerDraft) {
		d.Identifier = seq(parsed(t, s.Root).RawSubject, tlv(0x02, []byte{0x55}))
	}}}
	for _, m := range [][]verifytest.TokenMutator{nil, {nobody}} {
		st := s.stamp(t, s.Token(verifytest.TokenTemplate{Data: []byte("x"), CRLs: s.CRLs(s.TSA)}, m...), []byte("x"))
		want := "PASSED"
		if m != nil {
			want = "NO_SIGNING_CERTIFICATE_FOUND"
		}
		if got := sub(st.Outcome); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestEmptyKeyIdentifier: an empty identifier names nobody, not everybody whose certificate lacks the extension.
func TestEmptyKeyIdentifier(t *testing.T) {
	s := newScene(t)
	x := *parsed(t, s.Seal)
	x.SubjectKeyID = nil
	if names(eseal.SignerID{SubjectKeyID: []byte{}}, &x) {
		t.Error("an empty key identifier names a certificate without one")
	}
}

func TestDigestOf(t *testing.T) {
	x := parsed(t, newScene(t).Seal)
	for _, d := range []sigalg.Digest{sigalg.SHA1, sigalg.SHA256, sigalg.SHA384} {
		want, err := d.Sum(x.Raw)
		if err != nil || string(digestOf(d, x)) != string(want) {
			t.Errorf("%s: %v", d.Name(), err)
		}
	}
	if digestOf(0, x) != nil || refers(eseal.CertificateRef{}, x) {
		t.Error("an unknown digest refers to something")
	}
}
