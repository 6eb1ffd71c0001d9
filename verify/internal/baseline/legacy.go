package baseline

import (
	"fmt"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// pkcs7Rules are those of adbe.pkcs7.detached and adbe.pkcs7.sha1.
var pkcs7Rules = []rule{
	{"12.8.3.3.1-contents", "ISO 32000-2 12.8.3.3.1", "", false, derMessage},
	{"12.8.3.3.1-one-signer", "ISO 32000-2 12.8.3.3.1", "", false, oneSigner},
	{"12.8.3.3.1-content", "ISO 32000-2 12.8.3.3.1", "", false, digestOrNothing},
	{"12.8.3.3.1-certificate", "ISO 32000-2 12.8.3.3.1", "", false, signerEmbedded},
	{"12.8.3.3.1-message-digest", "ISO 32000-2 12.8.3.3.1", "", false, digestSigned},
	{"12.8.3.3.2-revocation-signed", "ISO 32000-2 12.8.3.3.2", "", false, archivalSigned},
	{"12.8.1-byte-range", "ISO 32000-2 12.8.1", "", false, wholeFile},
	{"12.8.1-filter", "ISO 32000-2 12.8.1", "", false, entry("Filter")},
	{"12.8.1-no-cert", "ISO 32000-2 12.8.1", "", false, noEntry("Cert")},
	{"12.8.3-current", "ISO 32000-2 12.8.3.1", "", true, current},
}

// rawRules are those of adbe.x509.rsa_sha1.
var rawRules = []rule{
	{"12.8.3.2-contents", "ISO 32000-2 12.8.3.2", "", false, rawValue},
	{"12.8.3.2-cert", "ISO 32000-2 12.8.3.2", "", false, entry("Cert")},
	{"12.8.1-byte-range", "ISO 32000-2 12.8.1", "", false, wholeFile},
	{"12.8.1-filter", "ISO 32000-2 12.8.1", "", false, entry("Filter")},
	{"12.8.3-current", "ISO 32000-2 12.8.3.1", "", true, current},
}

// digestOrNothing: adbe.pkcs7.sha1 carries the SHA-1 of the byte ranges as its
// content, adbe.pkcs7.detached nothing.
func digestOrNothing(in *input) (Status, string) {
	if in.signature.Field.SubFilter != "adbe.pkcs7.sha1" {
		return detached(in)
	}
	return message(func(_ *input, s *eseal.Signature) (Status, string) {
		if s.SignedData.Content == nil {
			return NotMet, "eContent"
		}
		n := s.SignedData.Content.Size()
		return answer(n == int64(sigalg.SHA1.Size()), fmt.Sprintf("eContent: %d", n))
	})(in)
}

// digestSigned: message-digest is there once where attributes are signed at
// all; else the value is over the byte ranges themselves (RFC 5652 5.4).
var digestSigned = message(func(in *input, s *eseal.Signature) (Status, string) {
	if len(s.SignedAttributes) == 0 {
		return Met, ""
	}
	return attribute(oidMessageDigest)(in)
})

// archivalSigned: adbe-revocationInfoArchival is a signed attribute.
var archivalSigned = message(func(_ *input, s *eseal.Signature) (Status, string) {
	_, loose := s.SignerInfo.UnsignedAttribute(oidAdobeRevocation)
	return answer(!loose, oidAdobeRevocation.Name())
})

// rawValue: /Contents is an OCTET STRING with a PKCS #1 value.
func rawValue(in *input) (Status, string) {
	return answer(in.signature.Err == nil && len(in.signature.Value) > 0, "OCTET STRING")
}

// current: PDF 2.0 deprecates the forms that are bound to SHA-1.
func current(in *input) (Status, string) {
	return answer(in.signature.Field.SubFilter == "adbe.pkcs7.detached", in.signature.Field.SubFilter)
}
