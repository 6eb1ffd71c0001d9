package cms

import (
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
)

// ContentTimestamps are the tokens over the content, made before it was
// signed (EN 319 122-1 5.2.8), of all attributes and values in order.
func (s *SignerInfo) ContentTimestamps() [][]byte {
	return allValues(s.SignedAttrs, oidContentTimestamp)
}

// SignatureTimestamps are the tokens over the signature value (EN 319 122-1
// 5.3), of all attributes and values in order.
func (s *SignerInfo) SignatureTimestamps() [][]byte {
	return allValues(s.UnsignedAttrs, oidSigTimestamp)
}

// ReferenceTimestamp is a token over references to validation data (CAdES-X).
type ReferenceTimestamp struct {
	Token     []byte
	RefsOnly  bool // time-stamped-certs-crls-references; else CAdES-C-time-stamp, which covers the signature too
	Attribute int  // index in UnsignedAttrs: the token covers attributes before it
}

// ReferenceTimestamps are the tokens of CAdES-X in order (EN 319 122-1 A.1.5).
func (s *SignerInfo) ReferenceTimestamps() []ReferenceTimestamp {
	var out []ReferenceTimestamp
	for i, a := range s.UnsignedAttrs {
		if a.Type != oidCTimestamp && a.Type != oidRefsTimestamp {
			continue
		}
		for _, v := range a.Values {
			out = append(out, ReferenceTimestamp{Token: v, RefsOnly: a.Type == oidRefsTimestamp, Attribute: i})
		}
	}
	return out
}

// ArchiveTimestamp is one archive time-stamp, located. What it covers is for
// the court to compute.
type ArchiveTimestamp struct {
	Version   int // 1, 2 (TS 101 733), 3 (EN 319 122-1 5.5.3)
	Token     []byte
	Attribute int // index in UnsignedAttrs
}

// ArchiveTimestamps are the archive time-stamps in order.
func (s *SignerInfo) ArchiveTimestamps() []ArchiveTimestamp {
	var out []ArchiveTimestamp
	for i, a := range s.UnsignedAttrs {
		version := 0
		switch a.Type {
		case oidArchiveV1:
			version = 1
		case oidArchiveV2:
			version = 2
		case oidArchiveV3:
			version = 3
		default:
			continue
		}
		for _, v := range a.Values {
			out = append(out, ArchiveTimestamp{Version: version, Token: v, Attribute: i})
		}
	}
	return out
}

// ATSHashIndex is the hash index that an archive time-stamp v3 carries among
// the unsigned attributes of its own signer (EN 319 122-1 5.5.2), raw. The
// version is 0 without one, and -1 where there are several.
func (s *SignerInfo) ATSHashIndex() (version int, raw []byte) {
	for _, a := range s.UnsignedAttrs {
		v := 0
		switch a.Type {
		case oidHashIndexV1:
			v = 1
		case oidHashIndexV2:
			v = 2
		case oidHashIndexV3:
			v = 3
		default:
			continue
		}
		if version != 0 || len(a.Values) != 1 {
			return -1, nil
		}
		version, raw = v, a.Values[0]
	}
	return version, raw
}

// CounterSignatures are the signers over this signature value (RFC 5652
// 11.4), in order. One that cannot be read has Err set.
func (s *SignerInfo) CounterSignatures() []*SignerInfo {
	var out []*SignerInfo
	for _, v := range allValues(s.UnsignedAttrs, oidCounterSignature) {
		c := &SignerInfo{Raw: v, Counter: true, index: len(out), depth: s.depth + 1, base: -1, purse: s.purse}
		if err := c.readCounter(v); err != nil {
			c.Err = fmt.Errorf("counter-signature %d: %w", len(out), err)
		}
		c.checkSigner(nil)
		out = append(out, c)
	}
	return out
}

func (s *SignerInfo) readCounter(value []byte) error {
	if s.depth > s.purse.MaxDepth() {
		return s.purse.TooDeep()
	}
	r := ber.NewReader(value, s.purse)
	e, err := r.Next()
	if err != nil {
		return err
	}
	if !r.Empty() {
		return errors.New("octets follow the value")
	}
	return s.read(&r, e)
}
