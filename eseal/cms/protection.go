package cms

import (
	"bytes"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// AlgorithmProtection is the CMSAlgorithmProtection attribute (RFC 6211 2).
//
//	CMSAlgorithmProtection ::= SEQUENCE { digestAlgorithm DigestAlgorithmIdentifier,
//	  signatureAlgorithm [1] SignatureAlgorithmIdentifier OPTIONAL,
//	  macAlgorithm [2] MessageAuthenticationCodeAlgorithm OPTIONAL }
type AlgorithmProtection struct {
	Digest    AlgorithmIdentifier
	Signature AlgorithmIdentifier
	Matches   bool // by value, not by octets: the algorithms of the SignerInfo are these
}

// AlgorithmProtection reads the attribute; nil without it.
func (s *SignerInfo) AlgorithmProtection() (*AlgorithmProtection, error) {
	var in ber.Reader
	ok, err := s.enterValue(oidAlgorithmProtect, &in)
	if err != nil || !ok {
		return nil, err
	}
	p := &AlgorithmProtection{}
	if err := p.read(&in); err != nil {
		return nil, fmt.Errorf("CMSAlgorithmProtection: %w", err)
	}
	p.Matches = sameAlgorithm(p.Digest, s.DigestAlgorithm, 0) && sameAlgorithm(p.Signature, s.SignatureAlgorithm, s.Digest())
	return p, nil
}

func (p *AlgorithmProtection) read(in *ber.Reader) (err error) {
	if p.Digest, err = readAlgorithm(in, "digestAlgorithm"); err != nil {
		return err
	}
	var sig ber.Reader
	if p.Signature.Raw, err = enter(in, ber.Context(1), "signatureAlgorithm", &sig); err != nil {
		return err
	}
	if p.Signature.OID, p.Signature.Params, err = algorithm(&sig, "signatureAlgorithm"); err != nil {
		return err
	}
	if !in.Empty() {
		return fmt.Errorf("octet %d: an element follows signatureAlgorithm", in.Offset())
	}
	return nil
}

var null = []byte{5, 0}

// sameAlgorithm compares by value: absent and NULL parameters are the same
// (RFC 5754 2), RSASSA-PSS parameters may spell their defaults out (RFC 4055 3.1).
func sameAlgorithm(a, b AlgorithmIdentifier, digest sigalg.Digest) bool {
	if a.OID != b.OID {
		return false
	}
	if bytes.Equal(a.Params, b.Params) {
		return true
	}
	absent := func(p []byte) bool { return p == nil || bytes.Equal(p, null) }
	if absent(a.Params) && absent(b.Params) {
		return true
	}
	if a.OID != oidPSS {
		return false
	}
	x, _, errX := sigalg.ByIdentifier(a.OID, a.Params, digest)
	y, _, errY := sigalg.ByIdentifier(b.OID, b.Params, digest)
	return errX == nil && errY == nil && x == y
}

func (s *SignerInfo) checkProtection() error {
	p, err := s.AlgorithmProtection()
	switch {
	case err != nil:
	case !p.Matches:
		s.note(CodeProtectionDiffers, "signedAttrs", -1, note.Params{
			"digest": p.Digest.OID.Name(), "signature": p.Signature.OID.Name()})
	case p.Signature.OID == oidPSS && !bytes.Equal(p.Signature.Params, s.SignatureAlgorithm.Params):
		s.note(CodeProtectionEncoding, "signedAttrs", -1, note.Params{"signature": p.Signature.OID.Name()})
	}
	return err
}
