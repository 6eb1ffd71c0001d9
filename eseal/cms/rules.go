package cms

import (
	"strconv"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// rule is what the standards say about where one attribute stands and how often.
type rule struct {
	place   place
	repeats bool                    // several attributes or values of the type are allowed
	informs bool                    // the signature can be judged without it
	check   func(*SignerInfo) error // is the value readable? nil: any value is
}

type place uint8

const (
	anywhere place = iota
	signed
	unsigned
)

// rules has a line for each attribute that this reader knows.
var rules map[ber.OID]rule

func init() { // the checks refer back to the attributes
	rules = map[ber.OID]rule{
		oidContentType:        {place: signed, check: (*SignerInfo).checkContentType},
		oidMessageDigest:      {place: signed, check: (*SignerInfo).checkMessageDigest},
		oidSigningTime:        {place: signed, check: (*SignerInfo).checkSigningTime},
		oidSigningCert:        {place: signed, check: (*SignerInfo).checkRefs},
		oidSigningCertV2:      {place: signed, check: (*SignerInfo).checkRefs},
		oidAlgorithmProtect:   {place: signed, check: (*SignerInfo).checkProtection},
		oidPolicyID:           {place: signed, check: func(s *SignerInfo) error { _, err := s.SignaturePolicy(); return err }},
		oidCommitment:         {place: signed, informs: true, repeats: true, check: func(s *SignerInfo) error { _, err := s.CommitmentTypes(); return err }},
		oidSignerLocation:     {place: signed, informs: true, check: func(s *SignerInfo) error { _, err := s.SignerLocation(); return err }},
		oidContentHint:        {informs: true, check: func(s *SignerInfo) error { _, err := s.ContentHints(); return err }},
		oidMimeType:           {place: signed, informs: true, check: func(s *SignerInfo) error { _, err := s.MimeType(); return err }},
		oidAdobeRevocation:    {informs: true, check: func(s *SignerInfo) error { _, _, err := s.AdobeRevocation(); return err }},
		oidSignerAttr:         {place: signed},
		oidSignerAttrV2:       {place: signed},
		oidContentTimestamp:   {place: signed, repeats: true},
		oidCounterSignature:   {place: unsigned, repeats: true},
		oidSigTimestamp:       {place: unsigned, repeats: true},
		oidCertRefs:           {place: unsigned},
		oidRevocationRefs:     {place: unsigned},
		oidCertValues:         {place: unsigned},
		oidRevocationValues:   {place: unsigned},
		oidCTimestamp:         {place: unsigned, repeats: true},
		oidRefsTimestamp:      {place: unsigned, repeats: true},
		oidArchiveV1:          {place: unsigned, repeats: true},
		oidArchiveV2:          {place: unsigned, repeats: true},
		oidArchiveV3:          {place: unsigned, repeats: true},
		oidLongTermValidation: {place: unsigned, repeats: true},
		oidHashIndexV1:        {place: unsigned},
		oidHashIndexV2:        {place: unsigned},
		oidHashIndexV3:        {place: unsigned},
	}
}

// checkMessage notes what RFC 5652 5.1 says of the whole.
func (sd *SignedData) checkMessage() {
	if want := sd.wantVersion(); sd.Version != want {
		sd.note(CodeDataVersion, "SignedData", -1, note.Params{"version": strconv.Itoa(sd.Version), "expected": strconv.Itoa(want)})
	}
	if len(sd.Signers) == 0 {
		sd.note(CodeNoSigners, "signerInfos", -1, nil)
	} else if len(sd.DigestAlgorithms) == 0 {
		sd.note(CodeNoDigestAlgorithms, "digestAlgorithms", -1, nil)
	}
}

// wantVersion is the rule of RFC 5652 5.1.
func (sd *SignedData) wantVersion() int {
	var v1, v2, other bool
	for i := range sd.Certificates {
		switch sd.Certificates[i].Kind {
		case AttributeV1:
			v1 = true
		case AttributeV2:
			v2 = true
		case OtherCertificate:
			other = true
		}
	}
	switch {
	case other || len(sd.OCSPs) > 0 || len(sd.OtherRevocation) > 0:
		return 5
	case v2:
		return 4
	case v1 || sd.ContentType != oidData:
		return 3
	}
	for _, s := range sd.Signers {
		if s.Version == 3 {
			return 3
		}
	}
	return 1
}

// checkSigner notes what RFC 5652 5.3 and 11 say of one signer.
func (s *SignerInfo) checkSigner(sd *SignedData) {
	if s.Err != nil {
		return
	}
	s.checkVersion()
	if !s.Counter && !sd.lists(s.DigestAlgorithm.OID) {
		s.note(CodeDigestUnlisted, "digestAlgorithm", -1, note.Params{"algorithm": s.DigestAlgorithm.OID.Name()})
	}
	if s.RawSignedAttrs == nil {
		s.checkBare(sd)
	} else {
		s.checkSignedAttrs(sd)
	}
	s.checkUnsignedAttrs()
}

func (s *SignerInfo) checkVersion() {
	want := 1
	if s.SubjectKeyID != nil {
		want = 3
	}
	code := CodeSignerVersion
	if s.Version != 1 && s.Version != 3 {
		code = CodeSignerVersionUnknown
	}
	if s.Version != want {
		s.note(code, "version", -1, note.Params{"version": strconv.Itoa(s.Version), "expected": strconv.Itoa(want)})
	}
}

// lists tells whether digestAlgorithms has an algorithm. More than a handful
// is hostile: a map keeps many signers from reading a long list each.
func (sd *SignedData) lists(o ber.OID) bool {
	if len(sd.DigestAlgorithms) > 16 && sd.listed == nil {
		sd.listed = make(map[ber.OID]bool)
		for i := range sd.DigestAlgorithms {
			sd.listed[sd.DigestAlgorithms[i].OID] = true
		}
	}
	if sd.listed != nil {
		return sd.listed[o]
	}
	for i := range sd.DigestAlgorithms {
		if sd.DigestAlgorithms[i].OID == o {
			return true
		}
	}
	return false
}

// checkBare notes what is wrong with a signature over the content itself.
func (s *SignerInfo) checkBare(sd *SignedData) {
	if s.Counter {
		return
	}
	if sd.ContentType != oidData {
		s.note(CodeAttrsNeeded, "signedAttrs", -1, note.Params{"type": sd.ContentType.Name()})
	}
	if sd.contentIsAttributes() {
		s.note(CodeAmbiguous, "signedAttrs", -1, nil)
	}
}

// contentIsAttributes asks LooksLikeSignedAttributes, once for all signers.
func (sd *SignedData) contentIsAttributes() bool {
	if !sd.asked && sd.Content != nil {
		if b, ok := sd.Content.Bytes(); ok {
			sd.attributes = looksLikeSignedAttributes(b, sd.purse)
		}
	}
	sd.asked = true
	return sd.attributes
}

// LooksLikeSignedAttributes tells whether content is a set of signed
// attributes. Then a signature over it without attributes may be one that was
// made, with these attributes, for another content: SignedData does not say
// which (RFC 5652 5.4). For detached content the caller has to ask.
func LooksLikeSignedAttributes(content []byte) bool {
	return looksLikeSignedAttributes(content, purse.New(purse.Limits{}))
}

func looksLikeSignedAttributes(content []byte, p *purse.Purse) bool {
	if len(content) == 0 || content[0] != 0x31 {
		return false
	}
	r := ber.NewReader(content, p)
	var in ber.Reader
	if _, err := enter(&r, ber.Set, "attributes", &in); err != nil || !r.Empty() {
		return false
	}
	list, _, err := readAttributes(&in, nil, nil, p)
	_, ok := find(list, oidMessageDigest)
	return err == nil && ok
}

func (s *SignerInfo) checkSignedAttrs(sd *SignedData) {
	if cause := s.notDER(); cause != "" {
		s.note(CodeNotDER, "signedAttrs", -1, note.Params{"cause": cause})
	}
	once := firsts(s.SignedAttrs)
	for i := range s.SignedAttrs {
		s.checkSignedAttr(i, once)
	}
	s.checkIssuerSerials()
	if _, ok := find(s.SignedAttrs, oidMessageDigest); !ok {
		s.note(CodeNoMessageDigest, "signedAttrs", -1, nil)
	}
	typ, ok := find(s.SignedAttrs, oidContentType)
	switch {
	case s.Counter && ok:
		s.note(CodeCounterContentType, "signedAttrs", -1, nil)
	case s.Counter:
	case !ok:
		s.note(CodeNoContentType, "signedAttrs", -1, nil)
	case len(typ.Values) > 0:
		if t, ok := s.ContentTypeAttr(); ok && t != sd.ContentType {
			s.note(CodeContentTypeDiffers, "signedAttrs", -1, note.Params{"attribute": t.Name(), "content": sd.ContentType.Name()})
		}
	}
}

// checkSignedAttr notes what is wrong with one signed attribute; first finds
// the first of its type.
func (s *SignerInfo) checkSignedAttr(i int, first func(int) int) {
	a := &s.SignedAttrs[i]
	rule, known := rules[a.Type]
	params := func() note.Params { return note.Params{"attribute": a.Type.Name()} }
	if rule.place == unsigned {
		s.note(CodeNeedlesslySigned, "signedAttrs", -1, params())
	}
	if len(a.Values) == 0 {
		s.note(CodeNoValues, "signedAttrs", -1, params())
	}
	if known && !rule.repeats && len(a.Values) > 1 {
		s.note(CodeManyValues, "signedAttrs", -1, params())
	}
	if first(i) != i {
		switch {
		case !known:
			s.note(CodeDuplicateUnknown, "signedAttrs", -1, params())
		case !rule.repeats:
			s.note(CodeDuplicate, "signedAttrs", -1, params())
		}
		return
	}
	if rule.check == nil || len(a.Values) == 0 {
		return
	}
	if err := rule.check(s); err != nil {
		code := CodeMalformed
		if rule.informs {
			code = CodeMalformedInfo
		}
		p := params()
		p["cause"] = err.Error()
		s.note(code, "signedAttrs", -1, p)
	}
}

// firsts gives for the index of an attribute that of the first one of its type.
func firsts(list []Attribute) func(int) int {
	if len(list) <= 16 {
		return func(i int) int {
			for j := range i {
				if list[j].Type == list[i].Type {
					return j
				}
			}
			return i
		}
	}
	at := make(map[ber.OID]int, len(list))
	for i := range list {
		if _, ok := at[list[i].Type]; !ok {
			at[list[i].Type] = i
		}
	}
	return func(i int) int { return at[list[i].Type] }
}

func (s *SignerInfo) checkUnsignedAttrs() {
	for i := range s.UnsignedAttrs {
		a := &s.UnsignedAttrs[i]
		switch {
		case a.Type == oidContentType || a.Type == oidMessageDigest || a.Type == oidSigningTime:
			s.note(CodeNotProtected, "unsignedAttrs", -1, note.Params{"attribute": a.Type.Name()})
		case rules[a.Type].place == signed:
			s.note(CodeIgnored, "unsignedAttrs", -1, note.Params{"attribute": a.Type.Name()})
		}
		if len(a.Values) == 0 {
			s.note(CodeNoValues, "unsignedAttrs", -1, note.Params{"attribute": a.Type.Name()})
		}
	}
}

// checkRefs looks at the references of both attributes at once.
func (s *SignerInfo) checkRefs() error {
	for i := range s.refs {
		if s.refs[i].Err != nil && s.refs[i].Hash == nil {
			return s.refs[i].Err
		}
	}
	return nil
}

// checkIssuerSerials notes references of which only the digest can be used.
func (s *SignerInfo) checkIssuerSerials() {
	for i := range s.refs {
		if err := s.refs[i].Err; err != nil && s.refs[i].Hash != nil {
			s.note(CodeIssuerSerial, "signedAttrs", -1, note.Params{"reference": strconv.Itoa(i), "cause": err.Error()})
		}
	}
}
