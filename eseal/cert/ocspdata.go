package cert

import (
	"fmt"
	"strconv"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
)

const (
	oidOCSPNonce     ber.OID = "1.3.6.1.5.5.7.48.1.2"
	oidArchiveCutoff ber.OID = "1.3.6.1.5.5.7.48.1.6"
	oidOCSPExtended  ber.OID = "1.3.6.1.5.5.7.48.1.9" // extended revoked definition, RFC 6960 4.4.8
	oidCertHash      ber.OID = "1.3.36.8.3.13"
	oidCRLReferences ber.OID = "1.3.6.1.5.5.7.48.1.3"
)

var (
	ocspFields   map[ber.OID]field[OCSPResponse]
	singleFields map[ber.OID]field[SingleResponse]
)

func init() {
	ocspFields = map[ber.OID]field[OCSPResponse]{
		oidOCSPNonce:    {decode: ocspNonce},
		oidOCSPExtended: {decode: ocspExtended},
	}
	singleFields = map[ber.OID]field[SingleResponse]{
		oidArchiveCutoff: {decode: singleCutoff},
		oidCertHash:      {decode: singleCertHash},
		oidInvalidityDate: {decode: func(_ *scan, r *SingleResponse, _ Extension, in *ber.Reader) error {
			var err error
			r.InvalidityDate, err = generalizedTime(in, "invalidityDate")
			return err
		}},
		oidReasonCode:    {decode: singleReason},
		oidCRLReferences: {decode: func(*scan, *SingleResponse, Extension, *ber.Reader) error { return nil }},
	}
}

func (s *scan) responseData(o *OCSPResponse, in ber.Reader) error {
	if err := s.ocspVersion(o, &in); err != nil {
		return err
	}
	if err := s.responder(o, &in); err != nil {
		return fmt.Errorf("responderID: %w", err)
	}
	var err error
	if o.ProducedAt, err = s.ocspTime(&in, "producedAt"); err != nil {
		return err
	}
	_, list, err := in.ExpectEnter(ber.Sequence, "responses")
	if err != nil {
		return err
	}
	if list.Empty() {
		s.note(CodeNoResponses, "responses", list.Offset(), nil)
	}
	for !list.Empty() {
		_, one, err := list.ExpectEnter(ber.Sequence, "SingleResponse")
		if err != nil {
			return err
		}
		if err := s.hold(costName); err != nil {
			return err
		}
		r, err := s.single(&one)
		if err != nil {
			return fmt.Errorf("responses[%d]: %w", len(o.Responses), err)
		}
		o.Responses = append(o.Responses, r)
	}
	outer, ok, err := in.Optional(ber.Context(1))
	if err != nil {
		return err
	}
	if ok {
		if o.Extensions, err = s.extensions(&in, outer, "responseExtensions"); err != nil {
			return err
		}
		o.MalformedExtensions, o.UnknownCritical = decodeFields(s, ocspFields, o, o.Extensions)
	}
	return end(&in)
}

func (s *scan) ocspVersion(o *OCSPResponse, in *ber.Reader) error {
	o.Version = 1
	outer, ok, err := in.Optional(ber.Context(0))
	if err != nil || !ok {
		return err
	}
	r, err := in.Enter(outer)
	if err != nil {
		return err
	}
	v, err := r.Expect(ber.Integer, "version")
	if err != nil {
		return err
	}
	n, err := v.Int64()
	if err != nil || n < -1000 || n > 1000 {
		return fmt.Errorf("version: octet %d: a number of %d octets is no version", v.Offset, len(v.Body))
	}
	if o.Version = int(n) + 1; n != 0 {
		s.note(CodeVersion, "version", v.Offset, map[string]string{"value": strconv.FormatInt(n, 10)})
	}
	return end(&r)
}

func (s *scan) responder(o *OCSPResponse, in *ber.Reader) error {
	e, err := in.Next()
	if err != nil {
		return err
	}
	r, err := in.Enter(e)
	if err != nil {
		return err
	}
	switch e.Tag {
	case ber.Context(1):
		n, err := s.name(&r, "byName")
		if err != nil {
			return err
		}
		o.ResponderName = n.Raw
	case ber.Context(2):
		k, err := r.Expect(ber.OctetString, "byKey")
		if err != nil {
			return err
		}
		if o.ResponderKeyHash, err = r.Octets(k); err != nil {
			return err
		}
		o.ResponderKeyHash = present(o.ResponderKeyHash)
		if len(o.ResponderKeyHash) != 20 {
			s.note(CodeResponderForm, "byKey", k.Offset, octets(len(o.ResponderKeyHash)))
		}
	default:
		return fmt.Errorf("octet %d: %s is neither byName nor byKey", e.Offset, e.Tag)
	}
	return end(&r)
}

// ocspTime reads a GeneralizedTime as RFC 6960 4.2.2.1 uses it; the rules of
// RFC 5280 for years before 2050 do not hold here.
func (s *scan) ocspTime(r *ber.Reader, what string) (time.Time, error) {
	e, err := r.Next()
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", what, err)
	}
	if e.Tag != ber.GeneralizedTime && e.Tag != ber.UTCTime {
		return time.Time{}, fmt.Errorf("%s: octet %d: %s is no time", what, e.Offset, e.Tag)
	}
	t, der, err := e.Time()
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", what, err)
	}
	if !der || e.Tag != ber.GeneralizedTime || len(e.Body) != len("20060102150405Z") {
		s.note(CodeTimeForm, what, e.Offset, map[string]string{"value": string(e.Body)})
	}
	return t, nil
}

func (s *scan) single(in *ber.Reader) (SingleResponse, error) {
	var r SingleResponse
	var err error
	if r.ID, err = certID(in); err != nil {
		return r, fmt.Errorf("certID: %w", err)
	}
	if err := s.certStatus(&r, in); err != nil {
		return r, fmt.Errorf("certStatus: %w", err)
	}
	if r.ThisUpdate, err = s.ocspTime(in, "thisUpdate"); err != nil {
		return r, err
	}
	next, ok, err := in.Optional(ber.Context(0))
	if err != nil {
		return r, err
	}
	if ok {
		n, err := in.Enter(next)
		if err != nil {
			return r, err
		}
		if r.NextUpdate, err = s.ocspTime(&n, "nextUpdate"); err != nil {
			return r, err
		}
		if r.NextUpdate.Before(r.ThisUpdate) {
			s.note(CodeValidityOrder, "nextUpdate", next.Offset, nil)
		}
	}
	outer, ok, err := in.Optional(ber.Context(1))
	if err != nil {
		return r, err
	}
	if ok {
		if r.Extensions, err = s.extensions(in, outer, "singleExtensions"); err != nil {
			return r, err
		}
		r.MalformedExtensions, r.UnknownCritical = decodeFields(s, singleFields, &r, r.Extensions)
	}
	return r, end(in)
}

func (s *scan) certStatus(r *SingleResponse, in *ber.Reader) error {
	e, err := in.Next()
	if err != nil {
		return err
	}
	switch e.Tag {
	case ber.Context(0):
		r.Status = CertGood
	case ber.Context(2):
		r.Status = CertUnknown
	case ber.Context(1):
		r.Status = CertRevoked
		return s.revokedInfo(r, in, e)
	default:
		return fmt.Errorf("octet %d: %s is no status", e.Offset, e.Tag)
	}
	if e.Constructed || len(e.Body) != 0 {
		return fmt.Errorf("octet %d: NULL with contents", e.Offset)
	}
	return nil
}

func (s *scan) revokedInfo(r *SingleResponse, in *ber.Reader, e ber.Element) error {
	info, err := in.Enter(e)
	if err != nil {
		return err
	}
	if r.RevokedAt, err = s.ocspTime(&info, "revocationTime"); err != nil {
		return err
	}
	outer, ok, err := info.Optional(ber.Context(0))
	if err != nil {
		return err
	}
	if ok {
		reason, err := info.Enter(outer)
		if err != nil {
			return err
		}
		v, err := reason.Next()
		if err != nil {
			return err
		}
		if r.Reason, err = s.reason(v, "revocationReason"); err != nil {
			return err
		}
	}
	return end(&info)
}

func ocspNonce(_ *scan, o *OCSPResponse, x Extension, r *ber.Reader) error {
	// RFC 8954 2.1 wraps the nonce in an OCTET STRING; older responders did not.
	if e, err := r.Next(); err == nil && e.Tag == ber.OctetString && !e.Constructed && r.Empty() {
		o.Nonce = present(e.Body)
		return nil
	}
	o.Nonce = present(x.Value)
	return nil
}

func ocspExtended(_ *scan, o *OCSPResponse, _ Extension, r *ber.Reader) error {
	err := null(r, "extended revoked definition")
	o.ExtendedRevoked = err == nil
	return err
}

func generalizedTime(r *ber.Reader, what string) (time.Time, error) {
	e, err := r.Expect(ber.GeneralizedTime, what)
	if err != nil {
		return time.Time{}, err
	}
	t, _, err := e.Time()
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", what, err)
	}
	return t, end(r)
}

func singleCutoff(_ *scan, r *SingleResponse, _ Extension, in *ber.Reader) error {
	t, err := generalizedTime(in, "archiveCutoff")
	if err != nil {
		return err
	}
	r.ArchiveCutoff = &t
	return nil
}

// singleReason reads the CRL entry extension (RFC 6960 4.4.5); the reason in
// RevokedInfo goes before it.
func singleReason(s *scan, r *SingleResponse, _ Extension, in *ber.Reader) error {
	v, err := in.Next()
	if err != nil {
		return err
	}
	reason, err := s.reason(v, "cRLReason")
	if err != nil {
		return err
	}
	if r.Reason == ReasonAbsent {
		r.Reason = reason
	}
	return end(in)
}

func singleCertHash(_ *scan, r *SingleResponse, _ Extension, in *ber.Reader) error {
	body, err := sequence(in, "CertHash")
	if err != nil {
		return err
	}
	h := &CertHash{}
	if h.Algorithm, err = algorithm(&body, "hashAlgorithm"); err != nil {
		return err
	}
	v, err := body.Expect(ber.OctetString, "certificateHash")
	if err != nil {
		return err
	}
	if h.Hash, err = body.Octets(v); err != nil {
		return err
	}
	r.CertHash = h
	return end(&body)
}
