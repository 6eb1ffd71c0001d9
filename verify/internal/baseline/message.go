package baseline

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// Attributes that the rules name (RFC 5652 11, RFC 5035, EN 319 122-1 5.2).
const (
	oidData            ber.OID = "1.2.840.113549.1.7.1"
	oidContentType     ber.OID = "1.2.840.113549.1.9.3"
	oidMessageDigest   ber.OID = "1.2.840.113549.1.9.4"
	oidSigningTime     ber.OID = "1.2.840.113549.1.9.5"
	oidSigningCert     ber.OID = "1.2.840.113549.1.9.16.2.12"
	oidSigningCertV2   ber.OID = "1.2.840.113549.1.9.16.2.47"
	oidPolicy          ber.OID = "1.2.840.113549.1.9.16.2.15"
	oidPolicyStore     ber.OID = "0.4.0.19122.1.3"
	oidAdobeRevocation ber.OID = "1.2.840.113583.1.1.8"
)

// message answers for rules that need a CMS message that can be read.
func message(check func(in *input, s *eseal.Signature) (Status, string)) func(*input) (Status, string) {
	return func(in *input) (Status, string) {
		s := in.signature
		if s.SignedData == nil || s.SignerInfo == nil || s.SignerInfo.Err != nil {
			return NotCheckable, "CMS"
		}
		return check(in, s)
	}
}

// derMessage: /Contents is one SignedData in DER, but for the zeros that fill
// its room (ISO 32000-2 12.8.3.3.1, EN 319 142-1 4.1).
func derMessage(in *input) (Status, string) {
	s := in.signature
	if s.SignedData == nil {
		return NotMet, "SignedData"
	}
	raw := s.Field.Contents
	raw = raw[:max(0, len(raw)-int(s.SignedData.Trailing))]
	if slices.ContainsFunc(s.Field.Contents[len(raw):], func(b byte) bool { return b != 0 }) {
		return NotMet, "/Contents"
	}
	r := ber.NewReader(raw, in.purse)
	return answer(plainLengths(&r, in.purse.MaxDepth()), "BER")
}

// plainLengths tells whether all lengths are those of DER (X.690 10.1) and all
// strings in one piece (10.2). The order of sets, which producers get wrong
// and nothing here depends on, is left to the rules for signed attributes.
func plainLengths(r *ber.Reader, depth int) bool {
	for !r.Empty() {
		e, err := r.Next()
		if err != nil || depth == 0 || e.Indefinite || !minimal(e) {
			return false
		}
		if !e.Constructed {
			continue
		}
		if e.Tag.Class() == 0 && e.Tag != ber.Sequence && e.Tag != ber.Set {
			return false
		}
		in, err := r.Enter(e)
		if err != nil || !plainLengths(&in, depth-1) {
			return false
		}
	}
	return true
}

func minimal(e ber.Element) bool {
	head := len(e.Raw) - len(e.Body)
	n := len(e.Body)
	want := 2
	if n > 127 {
		for x := n; x > 0; x >>= 8 {
			want++
		}
	}
	if e.Tag.Number() >= 31 {
		return head >= want // the tag takes octets of its own
	}
	return head == want
}

// oneSigner: a single SignerInfo (EN 319 142-1 4.1, ISO 32000-2 12.8.3.3.1).
var oneSigner = message(func(_ *input, s *eseal.Signature) (Status, string) {
	n := len(s.SignedData.Signers)
	return answer(n == 1, fmt.Sprintf("%d SignerInfo", n))
})

// detached: no content in the message (ISO 32000-2 12.8.3.3.1).
var detached = message(func(_ *input, s *eseal.Signature) (Status, string) {
	return answer(s.SignedData.Content == nil, "eContent")
})

// signerEmbedded: the signing certificate is in SignedData.certificates.
var signerEmbedded = message(func(in *input, s *eseal.Signature) (Status, string) {
	switch {
	case in.signer != nil:
		return answer(slices.ContainsFunc(s.Embedded, func(raw []byte) bool { return bytes.Equal(raw, in.signer.Raw) }), "")
	case len(s.Embedded) == 0:
		return NotMet, ""
	}
	return NotCheckable, ""
})

// attribute: a signed attribute occurs once (RFC 5652 11).
func attribute(t ber.OID) func(*input) (Status, string) {
	return message(func(_ *input, s *eseal.Signature) (Status, string) {
		n := count(s, t)
		return answer(n == 1, fmt.Sprintf("%s: %d", t.Name(), n))
	})
}

func count(s *eseal.Signature, t ber.OID) int {
	n := 0
	for _, a := range s.SignedAttributes {
		if a == t {
			n++
		}
	}
	return n
}

func absent(t ber.OID) func(*input) (Status, string) {
	return message(func(_ *input, s *eseal.Signature) (Status, string) {
		return answer(count(s, t) == 0, t.Name())
	})
}

// contentType: once, with the value id-data (EN 319 122-1 5.1.1).
var contentType = message(func(_ *input, s *eseal.Signature) (Status, string) {
	if n := count(s, oidContentType); n != 1 {
		return NotMet, fmt.Sprintf("%s: %d", oidContentType.Name(), n)
	}
	t, ok := s.SignerInfo.ContentTypeAttr()
	return answer(ok && t == oidData, t.Name())
})

// bound: one of the two signing-certificate attributes, the first form with
// SHA-1 only, which is all that it can say, the second with another digest
// (EN 319 122-1 5.2.2).
var bound = message(func(_ *input, s *eseal.Signature) (Status, string) {
	v1, v2 := count(s, oidSigningCert), count(s, oidSigningCertV2)
	switch {
	case v1+v2 != 1:
		return NotMet, fmt.Sprintf("%s: %d, %s: %d", oidSigningCert.Name(), v1, oidSigningCertV2.Name(), v2)
	case s.CertificateRefsErr != nil:
		return NotMet, s.CertificateRefsErr.Error()
	case len(s.CertificateRefs) == 0:
		return NotMet, "ESSCertID"
	}
	first := s.CertificateRefs[0]
	return answer(first.V1 || first.Digest != sigalg.SHA1, "SHA-1 in "+oidSigningCertV2.Name())
})

// policyStore: only beside a policy identifier (EN 319 122-1 6.3).
var policyStore = message(func(_ *input, s *eseal.Signature) (Status, string) {
	_, stored := s.SignerInfo.UnsignedAttribute(oidPolicyStore)
	return answer(!stored || count(s, oidPolicy) > 0, "signature-policy-store")
})

// reason: /Reason stands neither beside a commitment type nor beside a policy.
var reason = message(func(in *input, s *eseal.Signature) (Status, string) {
	switch {
	case !in.has("Reason"):
		return Met, ""
	case len(s.CommitmentTypes) > 0:
		return NotMet, "commitment-type-indication"
	}
	return answer(count(s, oidPolicy) == 0, "signature-policy-identifier")
})

func (in *input) has(key pdf.Name) bool { return in.signature.Field.Has(key) }

// entry: the signature dictionary has a key (Table 255).
func entry(key pdf.Name) func(*input) (Status, string) {
	return func(in *input) (Status, string) { return answer(in.has(key), "/"+string(key)) }
}

func noEntry(key pdf.Name) func(*input) (Status, string) {
	return func(in *input) (Status, string) { return answer(!in.has(key), "/"+string(key)) }
}

// claimedTime: /M is there and is a date (ISO 32000-2 7.9.4).
func claimedTime(in *input) (Status, string) {
	switch f := in.signature.Field; {
	case f.M != nil:
		return Met, ""
	case !in.has("M"):
		return NotMet, "/M"
	case in.document.Encrypted && !in.document.PDF.Decrypted:
		return NotCheckable, "encrypted"
	}
	return NotMet, "/M"
}

// wholeFile: the byte range is the whole revision but /Contents (EN 319 142-1
// 4.1, ISO 32000-2 12.8.1).
func wholeFile(in *input) (Status, string) {
	f := in.signature.Field
	return answer(in.has("ByteRange") && f.Coverage.Valid && f.Coverage.WholeRevision, "/ByteRange")
}

func subFilter(in *input) (Status, string) { return Met, "" } // it is how these rules were chosen
