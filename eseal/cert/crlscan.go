package cert

import (
	"bytes"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A CRL of a large CA has 100 000 entries and more, and one question is asked
// of it. So entries are walked over as octets: two headers an entry, nothing
// allocated. [ber.Reader] would cost ten times as much.

// walk steps over elements with short tags and definite lengths.
type walk struct {
	data []byte
	pos  int
	long bool // some length was not minimal
}

// next returns the identifier octet and the contents of the next element;
// false where it does not fit.
func (w *walk) next() (id byte, body []byte, ok bool) {
	d, p := w.data, w.pos
	if p+2 > len(d) {
		return 0, nil, false
	}
	id, l := d[p], int(d[p+1])
	p += 2
	if l >= 0x80 {
		if l, p = w.longLength(l, p); l < 0 {
			return 0, nil, false
		}
	}
	if id&0x1f == 0x1f || l > len(d)-p {
		return 0, nil, false
	}
	w.pos = p + l
	return id, d[p:w.pos:w.pos], true
}

func (w *walk) longLength(first, p int) (int, int) {
	n, l := first&0x7f, 0
	if n == 0 || n > 4 || n > len(w.data)-p {
		return -1, p
	}
	for _, b := range w.data[p : p+n] {
		l = l<<8 | int(b)
	}
	if l < 0x80 || w.data[p] == 0 {
		w.long = true
	}
	return l, p + n
}

// Identifier octets in an entry.
const (
	idBoolean  = 0x01
	idInteger  = 0x02
	idOctets   = 0x04
	idOID      = 0x06
	idUTC      = 0x17
	idGeneral  = 0x18
	idSequence = 0x30
)

// entry is one entry as octets.
type entry struct {
	raw, serial, extensions []byte
}

// entry steps over one entry: serial number, date, extensions (RFC 5280
// 5.1.2.6). The extensions are only looked for when shape is true.
func (w *walk) entry(shape bool) (entry, bool) {
	start := w.pos
	id, body, ok := w.next()
	if !ok || id != idSequence {
		return entry{}, false
	}
	in := walk{data: body}
	id, serial, ok := in.next()
	if !ok || id != idInteger || len(serial) == 0 {
		return entry{}, false
	}
	e := entry{raw: w.data[start:w.pos:w.pos], serial: serial}
	if !shape {
		return e, true
	}
	if id, _, ok = in.next(); !ok || id != idUTC && id != idGeneral {
		return entry{}, false
	}
	if in.pos < len(body) {
		if id, e.extensions, ok = in.next(); !ok || id != idSequence || in.pos != len(body) {
			return entry{}, false
		}
	}
	w.long = w.long || in.long
	return e, true
}

// Contents octets of the identifiers of entry extensions (RFC 5280 5.3).
var (
	bodyReason     = ber.EncodeOID(oidReasonCode)
	bodyInvalidity = ber.EncodeOID(oidInvalidityDate)
	bodyIssuer     = ber.EncodeOID(oidCertIssuer)
)

// checkEntries walks all entries once, so that a later "not found" can be
// trusted, and finds what bears on the whole CRL: a certificateIssuer, and
// critical extensions that this reader does not know.
func (s *scan) checkEntries(c *CRL, base int) error {
	w := walk{data: c.RawEntries}
	var unknown oidSet
	for w.pos < len(w.data) {
		at := w.pos
		e, ok := w.entry(true)
		if !ok {
			return fmt.Errorf("revokedCertificates[%d]: octet %d: not an entry of serial number, date and extensions", c.Count, base+at)
		}
		if err := s.purse.Take(purse.Objects, 1); err != nil {
			return err
		}
		c.Count++
		if e.extensions != nil && !s.checkEntryExtensions(c, e.extensions, &unknown) {
			return fmt.Errorf("revokedCertificates[%d]: octet %d: the extensions are malformed", c.Count-1, base+at)
		}
	}
	if w.long {
		s.note(CodeNotDER, "revokedCertificates", base, map[string]string{"what": "length or tag is not minimal"})
	}
	c.EntryUnknownCritical = unknown.list
	return nil
}

func (s *scan) checkEntryExtensions(c *CRL, list []byte, unknown *oidSet) bool {
	w := walk{data: list}
	for w.pos < len(list) {
		id, body, ok := w.next()
		if !ok || id != idSequence {
			return false
		}
		in := walk{data: body}
		id, oid, ok := in.next()
		if !ok || id != idOID {
			return false
		}
		id, v, ok := in.next()
		critical := ok && id == idBoolean
		if critical {
			critical = len(v) == 1 && v[0] != 0
			id, _, ok = in.next()
		}
		if !ok || id != idOctets || in.pos != len(body) {
			return false
		}
		switch {
		case bytes.Equal(oid, bodyIssuer):
			c.issuers = true
		case !critical, bytes.Equal(oid, bodyReason), bytes.Equal(oid, bodyInvalidity):
		default:
			o, err := ber.Element{Tag: ber.ObjectID, Body: oid}.OID()
			if err != nil {
				return false
			}
			if unknown.add(o) {
				s.note(CodeUnknownCritical, "crlEntryExtensions", -1, map[string]string{"extension": o.Name()})
			}
		}
	}
	return true
}

// minimal strips the octets of an INTEGER that DER leaves out.
func minimal(b []byte) []byte {
	for !minimalInteger(b) && len(b) > 1 {
		b = b[1:]
	}
	return b
}
