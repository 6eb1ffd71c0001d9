package cert

import (
	"bytes"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

// Entry is one revoked certificate.
type Entry struct {
	Serial          []byte // contents octets of the INTEGER
	Issuer          []byte // encoded name of the certificate's issuer, sticky in indirect CRLs (RFC 5280 5.3.3)
	RevocationDate  time.Time
	Reason          Reason
	InvalidityDate  time.Time // zero when absent
	UnknownCritical []ber.OID
	Notes           []note.Note
	Raw             []byte
}

var reasonNames = map[Reason]string{
	ReasonAbsent: "absent", ReasonUnspecified: "unspecified", ReasonUnknown: "unknown",
	ReasonKeyCompromise: "keyCompromise", ReasonCACompromise: "cACompromise",
	ReasonAffiliationChanged: "affiliationChanged", ReasonSuperseded: "superseded",
	ReasonCessationOfOperation: "cessationOfOperation", ReasonCertificateHold: "certificateHold",
	ReasonRemoveFromCRL: "removeFromCRL", ReasonPrivilegeWithdrawn: "privilegeWithdrawn",
	ReasonAACompromise: "aACompromise",
}

// String is the name in RFC 5280 5.3.1.
func (r Reason) String() string { return reasonNames[r] }

// Reason reads a CRLReason, here and in OCSP.
func (s *scan) reason(e ber.Element, where string) (Reason, error) {
	if e.Tag != ber.Enumerated {
		return ReasonAbsent, fmt.Errorf("%s: octet %d: %s is no CRLReason", where, e.Offset, e.Tag)
	}
	n, err := e.Int64()
	if err != nil {
		return ReasonAbsent, fmt.Errorf("%s: %w", where, err)
	}
	switch {
	case n == 0:
		return ReasonUnspecified, nil
	case n < 0 || n > 10 || n == 7:
		s.note(CodeUnknownReason, where, e.Offset, map[string]string{"code": strconv.FormatInt(n, 10)})
		return ReasonUnknown, nil
	}
	return Reason(n), nil
}

// Lookup finds the entry of a certificate by its serial number and its
// issuer's encoded name; a nil issuer is the issuer of the CRL. Of several
// entries for one certificate it is the first; [CRL.Find] tells all.
func (c *CRL) Lookup(serial *big.Int, issuer []byte) (Entry, bool, error) {
	var out Entry
	found := false
	err := c.Find(serial, issuer, func(e Entry) bool {
		out, found = e, true
		return false
	})
	return out, found && err == nil, err
}

// Find calls f with each entry of a certificate until it returns false.
func (c *CRL) Find(serial *big.Int, issuer []byte, f func(Entry) bool) error {
	if issuer == nil {
		issuer = c.RawIssuer
	}
	want := encodeInt(serial)
	if c.issuers {
		return c.findIndirect(want, issuer, f)
	}
	if !NamesEqual(c.RawIssuer, issuer) {
		return nil
	}
	at, ok := c.find(want)
	w := walk{data: c.RawEntries, pos: at}
	for ok && w.pos < len(w.data) {
		var e entry
		if e, ok = w.entry(false); !ok || !bytes.Equal(minimal(e.serial), want) {
			continue
		}
		if out, err := decodeEntry(e, c.RawIssuer); err != nil || !f(out) {
			return err
		}
	}
	return nil
}

// findIndirect follows the certificateIssuer from entry to entry.
func (c *CRL) findIndirect(want, issuer []byte, f func(Entry) bool) error {
	w := walk{data: c.RawEntries}
	current, same := c.RawIssuer, NamesEqual(c.RawIssuer, issuer)
	for w.pos < len(w.data) {
		e, ok := w.entry(true)
		if !ok {
			break // cannot be: ParseCRL walked here
		}
		if e.extensions != nil && bytes.Contains(e.extensions, bodyIssuer) {
			next, err := entryIssuer(e, current)
			if err != nil {
				return err
			}
			current, same = next, NamesEqual(next, issuer)
		}
		if same && bytes.Equal(minimal(e.serial), want) {
			if out, err := decodeEntry(e, current); err != nil || !f(out) {
				return err
			}
		}
	}
	return nil
}

// Entries calls f with each entry until it returns false.
func (c *CRL) Entries(f func(Entry) bool) error {
	w := walk{data: c.RawEntries}
	current := c.RawIssuer
	for w.pos < len(w.data) {
		e, ok := w.entry(true)
		if !ok {
			break
		}
		out, err := decodeEntry(e, current)
		if err != nil {
			return err
		}
		current = out.Issuer
		if !f(out) {
			return nil
		}
	}
	return nil
}

// entryIssuer is the issuer from this entry on.
func entryIssuer(e entry, current []byte) ([]byte, error) {
	out, err := decodeEntry(e, current)
	return out.Issuer, err
}

// decodeEntry reads one entry whole. An entry whose date or certificateIssuer
// cannot be read is an error, since it could concern any certificate; other
// broken extensions are notes.
func decodeEntry(e entry, current []byte) (Entry, error) {
	s := newScan(nil)
	out := Entry{Serial: e.serial, Issuer: current, Raw: e.raw}
	r := s.reader(e.raw)
	_, in, err := r.ExpectEnter(ber.Sequence, "entry")
	if err != nil {
		return Entry{}, err
	}
	if _, err := in.Expect(ber.Integer, "userCertificate"); err != nil {
		return Entry{}, err
	}
	if out.RevocationDate, err = s.time(&in, "revocationDate"); err != nil {
		return Entry{}, fmt.Errorf("entry %x: %w", e.serial, err)
	}
	if !in.Empty() {
		_, list, err := in.ExpectEnter(ber.Sequence, "crlEntryExtensions")
		if err != nil {
			return Entry{}, err
		}
		exts, err := s.extensionList(&list, "crlEntryExtensions")
		if err != nil {
			return Entry{}, fmt.Errorf("entry %x: %w", e.serial, err)
		}
		malformed, unknown := decodeFields(s, entryFields, &out, exts)
		for _, o := range malformed {
			if o == oidCertIssuer {
				return Entry{}, fmt.Errorf("entry %x: certificateIssuer is malformed", e.serial)
			}
		}
		out.UnknownCritical = unknown
	}
	out.Notes = s.notes
	return out, nil
}

var entryFields map[ber.OID]field[Entry]

func init() {
	entryFields = map[ber.OID]field[Entry]{
		oidReasonCode:     {decode: entryReason, critical: never},
		oidInvalidityDate: {decode: entryInvalidity, critical: never},
		oidCertIssuer:     {decode: entryCertIssuer, critical: always},
	}
}

func entryReason(s *scan, e *Entry, _ Extension, r *ber.Reader) error {
	v, err := r.Next()
	if err != nil {
		return err
	}
	if e.Reason, err = s.reason(v, "cRLReason"); err != nil {
		return err
	}
	return end(r)
}

func entryInvalidity(_ *scan, e *Entry, _ Extension, r *ber.Reader) error {
	v, err := r.Expect(ber.GeneralizedTime, "invalidityDate")
	if err != nil {
		return err
	}
	if e.InvalidityDate, _, err = v.Time(); err != nil {
		return err
	}
	return end(r)
}

func entryCertIssuer(s *scan, e *Entry, _ Extension, r *ber.Reader) error {
	v, err := r.Expect(ber.Sequence, "certificateIssuer")
	if err != nil {
		return err
	}
	names, err := s.generalNames(r, v, address)
	if err != nil {
		return err
	}
	for _, g := range names {
		if g.Type == NameDirectory {
			e.Issuer = g.Directory
			return end(r)
		}
	}
	return fmt.Errorf("octet %d: no directoryName", v.Offset)
}

// encodeInt is the contents octets of an INTEGER in DER.
func encodeInt(v *big.Int) []byte {
	if v.Sign() >= 0 {
		b := v.Bytes()
		if len(b) == 0 || b[0]&0x80 != 0 {
			b = append([]byte{0}, b...)
		}
		return b
	}
	// -v-1 inverted, with a sign bit in front.
	b := new(big.Int).Not(v).Bytes()
	if len(b) == 0 || b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	for i := range b {
		b[i] = ^b[i]
	}
	return b
}
