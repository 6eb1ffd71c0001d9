package trustlist

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// A SignatureError says why a list does not count as signed by its operator.
type SignatureError struct {
	What string
	Err  error
}

func (e *SignatureError) Error() string {
	if e.Err == nil {
		return "signature of the trust list: " + e.What
	}
	return "signature of the trust list: " + e.What + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *SignatureError) Unwrap() error { return e.Err }

// minStrength is what a digest must withstand in bits; CRYPTREC LS-0003 ends
// 112 bits for new signatures in 2030, and a list is always new.
const minStrength = 112

// VerifySignature tells whether the signer signed this list and with it every
// anchor: an anchor in a file of its own must have its fingerprint in the
// list, since the signature does not reach that file. See the function
// VerifySignature for what a signature is held to.
func (l *List) VerifySignature(sig []byte, signer *cert.Certificate) error {
	if l == nil || l.raw == nil {
		return &SignatureError{What: "only a list in " + Schema + " can be signed; merged lists and plain certificates are not"}
	}
	for i := range l.Services {
		for _, a := range l.Services[i].Anchors {
			if a.loose {
				return &SignatureError{What: fmt.Sprintf("it does not cover the certificate %s of %s; add `sha256: %x` to that entry and sign again", a.Certificate.Subject, l.Services[i].Name, a.SHA256)}
			}
		}
	}
	return VerifySignature(l.raw, sig, signer)
}

// VerifySignature holds a list, as it lies in its file, against a detached
// CMS signature (RFC 5652 5.4, 5.6) by the certificate that the user named.
// Nothing else is believed: certificates inside the message are not looked
// at, no path is built, and the validity of the signer is the user's word.
// A nil error means that this signer signed these octets.
func VerifySignature(list, sig []byte, signer *cert.Certificate) error {
	if signer == nil {
		return &SignatureError{What: "no signer was named"}
	}
	sd, err := cms.Parse(sig, purse.New(purse.Limits{}))
	switch {
	case err != nil:
		return &SignatureError{What: "not a CMS message", Err: err}
	case sd.Content != nil:
		// Attached content could be another list than the one that is used.
		return &SignatureError{What: "the message carries its own content; a detached signature is needed"}
	}
	key, err := sigalg.ParsePublicKey(signer.RawSPKI)
	if err != nil {
		return &SignatureError{What: "key of the signer", Err: err}
	}
	var failed []error
	for _, si := range sd.Signers {
		if !names(si, signer) {
			continue
		}
		if err = signed(sd, si, list, signer, key); err == nil {
			return nil
		}
		failed = append(failed, err)
	}
	if failed == nil {
		return &SignatureError{What: fmt.Sprintf("none of its %d signers is %s", len(sd.Signers), signer.Subject)}
	}
	return &SignatureError{What: "it does not hold", Err: errors.Join(failed...)}
}

// names tells whether a SignerIdentifier (RFC 5652 5.3) points at c.
func names(si *cms.SignerInfo, c *cert.Certificate) bool {
	switch {
	case si.Err != nil:
		return false
	case si.Issuer != nil:
		return si.Serial != nil && c.Serial != nil && si.Serial.Cmp(c.Serial) == 0 && cert.NamesEqual(si.Issuer, c.RawIssuer)
	}
	return len(si.SubjectKeyID) > 0 && bytes.Equal(si.SubjectKeyID, c.SubjectKeyID)
}

// signed checks one SignerInfo: reference to the certificate, digest of the
// content, signature over the attributes.
func signed(sd *cms.SignedData, si *cms.SignerInfo, list []byte, signer *cert.Certificate, key *sigalg.PublicKey) error {
	digest, _, err := sigalg.DigestByIdentifier(si.DigestAlgorithm.OID, si.DigestAlgorithm.Params)
	if err != nil {
		return err
	}
	if digest.Strength() < minStrength {
		return fmt.Errorf("digest %s is too weak for a trust list", digest)
	}
	alg, _, err := sigalg.ByIdentifier(si.SignatureAlgorithm.OID, si.SignatureAlgorithm.Params, digest)
	if err != nil {
		return err
	}
	if alg = alg.For(key); alg.Prehashed() && alg.Digest.Strength() < minStrength {
		return fmt.Errorf("digest %s is too weak for a trust list", alg.Digest)
	}
	if si.RawSignedAttrs == nil {
		_, err = sigalg.Check(key, alg, sigalg.Message{Bytes: list}, si.Signature)
		return err
	}
	if err = attributesHold(sd, si, digest, list, signer); err != nil {
		return err
	}
	err = errors.New("the signed attributes cannot be read")
	for _, form := range si.SignedForms() {
		if _, err = sigalg.Check(key, alg, sigalg.Message{Bytes: form.Bytes}, si.Signature); err == nil {
			return nil
		}
	}
	return err
}

// attributesHold checks content-type, message-digest (RFC 5652 11.1, 11.2)
// and, where the signer stated them, references to its certificate (RFC 5035 5).
func attributesHold(sd *cms.SignedData, si *cms.SignerInfo, digest sigalg.Digest, list []byte, signer *cert.Certificate) error {
	if ct, ok := si.ContentTypeAttr(); !ok || ct != sd.ContentType {
		return errors.New("the content-type attribute is missing or names another type")
	}
	want, ok := si.MessageDigest()
	sum, err := digest.Sum(list)
	if err != nil {
		return err
	}
	if !ok || subtle.ConstantTimeCompare(want, sum) != 1 {
		return errors.New("it is over other octets than this list")
	}
	refs := si.CertRefs()
	for _, ref := range refs {
		if refersTo(ref, signer) {
			return nil
		}
	}
	if len(refs) > 0 {
		return errors.New("its signing-certificate attribute names another certificate")
	}
	return nil
}

func refersTo(ref cms.CertRef, c *cert.Certificate) bool {
	if ref.V1 {
		return bytes.Equal(ref.Hash, c.SHA1[:])
	}
	d, _, err := sigalg.DigestByIdentifier(ref.DigestAlgorithm.OID, ref.DigestAlgorithm.Params)
	if err != nil {
		return false
	}
	sum, err := d.Sum(c.Raw)
	return err == nil && len(ref.Hash) > 0 && bytes.Equal(ref.Hash, sum)
}
