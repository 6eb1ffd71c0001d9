package cms

import (
	"fmt"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// MessageDigest is the value of the message-digest attribute (RFC 5652 11.2);
// false when it is absent, malformed or has not exactly one value.
func (s *SignerInfo) MessageDigest() ([]byte, bool) {
	e, r, ok, err := s.value(oidMessageDigest)
	if !ok || err != nil || e.Tag != ber.OctetString {
		return nil, false
	}
	b, err := r.Octets(e)
	return b, err == nil
}

func (s *SignerInfo) checkMessageDigest() error {
	e, r, _, err := s.value(oidMessageDigest)
	if err == nil && e.Tag != ber.OctetString {
		err = fmt.Errorf("%s found where an OCTET STRING is needed", e.Tag)
	}
	if err == nil {
		_, err = r.Octets(e)
	}
	return err
}

// ContentTypeAttr is the value of the content-type attribute (RFC 5652 11.1);
// false when it is absent, malformed or has not exactly one value.
func (s *SignerInfo) ContentTypeAttr() (ber.OID, bool) {
	e, _, ok, err := s.value(oidContentType)
	if !ok || err != nil || e.Tag != ber.ObjectID {
		return "", false
	}
	t, err := e.OID()
	return t, err == nil
}

func (s *SignerInfo) checkContentType() error {
	e, _, _, err := s.value(oidContentType)
	if err == nil {
		_, err = e.OID()
	}
	return err
}

// SigningTime is the claimed time (RFC 5652 11.3). It proves nothing. Without
// the attribute it is nil, and so is the error.
func (s *SignerInfo) SigningTime() (*time.Time, error) {
	e, _, ok, err := s.value(oidSigningTime)
	if err != nil || !ok {
		return nil, err
	}
	t, _, err := signingTime(e)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// signingTime reads Time. proper: DER, without fraction, and UTCTime exactly
// from 1950 to 2049 (RFC 5652 11.3).
func signingTime(e ber.Element) (t time.Time, proper bool, err error) {
	if e.Tag != ber.UTCTime && e.Tag != ber.GeneralizedTime {
		return t, false, fmt.Errorf("signing-time: %s is not a time", e.Tag)
	}
	t, der, err := e.Time()
	if err != nil {
		return t, false, fmt.Errorf("signing-time: %w", err)
	}
	year := t.Year()
	utc := year >= 1950 && year <= 2049
	return t, der && utc == (e.Tag == ber.UTCTime) && t.Nanosecond() == 0, nil
}

func (s *SignerInfo) checkSigningTime() error {
	e, _, _, err := s.value(oidSigningTime)
	if err != nil {
		return err
	}
	_, proper, err := signingTime(e)
	if err == nil && !proper {
		s.note(CodeTimeForm, "signedAttrs", -1, note.Params{"value": string(e.Body)})
	}
	return err
}
