package cms

import (
	"fmt"
	"strings"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// MessageDigest is the value of the message-digest attribute (RFC 5652 11.2);
// false when it is absent, malformed or has not exactly one value.
func (s *SignerInfo) MessageDigest() ([]byte, bool) {
	b, err := s.messageDigest()
	return b, b != nil && err == nil
}

func (s *SignerInfo) messageDigest() ([]byte, error) {
	v, ok, err := s.value(oidMessageDigest)
	if err != nil || !ok {
		return nil, err
	}
	r := ber.NewReader(v, s.purse)
	return octets(&r, "message-digest")
}

// ContentTypeAttr is the value of the content-type attribute (RFC 5652 11.1);
// false when it is absent, malformed or has not exactly one value.
func (s *SignerInfo) ContentTypeAttr() (ber.OID, bool) {
	t, err := s.contentType()
	return t, t != "" && err == nil
}

func (s *SignerInfo) contentType() (ber.OID, error) {
	v, ok, err := s.value(oidContentType)
	if err != nil || !ok {
		return "", err
	}
	r := ber.NewReader(v, s.purse)
	return objectID(&r, "content-type")
}

// SigningTime is the claimed time (RFC 5652 11.3). It proves nothing. Without
// the attribute it is nil, and so is the error.
func (s *SignerInfo) SigningTime() (*time.Time, error) {
	v, ok, err := s.value(oidSigningTime)
	if err != nil || !ok {
		return nil, err
	}
	t, _, err := signingTime(v, s.purse)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// signingTime reads Time. proper: DER, without fraction, and UTCTime exactly
// from 1950 to 2049 (RFC 5652 11.3).
func signingTime(value []byte, p *purse.Purse) (t time.Time, proper bool, err error) {
	r := ber.NewReader(value, p)
	e, err := r.Next()
	if err == nil && e.Tag != ber.UTCTime && e.Tag != ber.GeneralizedTime {
		err = fmt.Errorf("%s is not a time", e.Tag)
	}
	der := false
	if err == nil {
		t, der, err = e.Time()
	}
	if err != nil {
		return t, false, fmt.Errorf("signing-time: %w", err)
	}
	utc := t.Year() >= 1950 && t.Year() <= 2049
	return t, der && utc == (e.Tag == ber.UTCTime) && t.Nanosecond() == 0, nil
}

func (s *SignerInfo) checkContentType() error {
	_, err := s.contentType()
	return err
}

func (s *SignerInfo) checkMessageDigest() error {
	_, err := s.messageDigest()
	return err
}

func (s *SignerInfo) checkSigningTime() error {
	v, _, err := s.value(oidSigningTime)
	if err != nil || plainTime(v) {
		return err
	}
	_, proper, err := signingTime(v, s.purse)
	if err == nil && !proper {
		s.note(CodeTimeForm, "signedAttrs", -1, note.Params{"value": strings.Trim(fmt.Sprintf("%+q", v[2:]), `"`)})
	}
	return err
}

// plainTime tells whether a value is a UTCTime of DER beyond doubt, without
// the price of a calendar: days up to the 28th exist in every month.
func plainTime(v []byte) bool {
	if len(v) != 15 || v[0] != 0x17 || v[1] != 13 || v[14] != 'Z' {
		return false
	}
	var pair [6]int
	for i, c := range v[2:14] {
		if c < '0' || c > '9' {
			return false
		}
		pair[i/2] = pair[i/2]*10 + int(c-'0')
	}
	month, day, hour, minute, second := pair[1], pair[2], pair[3], pair[4], pair[5]
	return month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60
}
