package cert

import (
	"bytes"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

// list is a CRL in parts.
type list struct {
	version, issuer, this, next, revoked, outer, tail []byte
	extensions                                        [][]byte
}

func soundCRL(entries ...[]byte) list {
	l := list{version: num(1), issuer: dn("C=JP", "O=Test CA"), this: utc("260101000000Z"), next: utc("260108000000Z"), outer: sha256RSA,
		extensions: [][]byte{ext(oidCRLNumber, num(7))}}
	if entries != nil {
		l.revoked = seq(entries...)
	}
	return l
}

func (l list) der() []byte {
	var exts []byte
	if l.extensions != nil {
		exts = ctx(0, seq(l.extensions...))
	}
	tbs := seq(l.version, sha256RSA, l.issuer, l.this, l.next, l.revoked, exts)
	return append(seq(tbs, l.outer, bitstr(1, 2, 3)), l.tail...)
}

func revokedAt(serial []byte, extensions ...[]byte) []byte {
	if extensions == nil {
		return seq(serial, utc("250601120000Z"))
	}
	return seq(serial, utc("250601120000Z"), seq(extensions...))
}

func reasonExt(code byte) []byte { return ext(oidReasonCode, tlv(10, []byte{code})) }

func issuerExt(cn string) []byte {
	return criticalExt(oidCertIssuer, seq(ctx(4, dn("CN="+cn))))
}

func mustCRL(t testing.TB, l list) *CRL {
	t.Helper()
	c, err := ParseCRL(l.der(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCRLFacts(t *testing.T) {
	l := soundCRL(revokedAt(num(5), reasonExt(1), ext(oidInvalidityDate, general("20250101000000Z"))), revokedAt(num(0, 0x80)))
	l.extensions = append(l.extensions,
		ext(oidAuthorityKeyID, seq(prim(0, []byte{9, 9}), prim(2, []byte{3}))),
		criticalExt(oidDeltaIndicator, num(3)),
		criticalExt(oidIDP, seq(ctx(0, ctx(0, str(0x86, "http://crl.example/a"))), prim(2, []byte{0xff}), prim(3, []byte{5, 0x60}), prim(4, []byte{0xff}))),
		ext(oidFreshestCRL, seq(seq(ctx(0, ctx(1, seq(oid(OIDCommonName), utf8s("d"))))))),
		ext(oidExpiredCertsOn, general("20200101000000Z")),
		ext(oidAuthorityInfo, seq(seq(oid(oidADCAIssuers), str(0x86, "http://ca.example")))),
		ext(oidIssuerAltName, seq(str(0x82, "ca.example"))))
	c := mustCRL(t, l)
	if len(c.Notes) != 0 || len(c.Refusals()) != 0 {
		t.Errorf("notes %v, refusals %v", c.Notes, c.Refusals())
	}
	if c.Version != 2 || c.Number.Int64() != 7 || c.DeltaIndicator.Int64() != 3 || c.AuthoritySerial.Int64() != 3 || c.Count != 2 || c.ExpiredCertsFrom.Year() != 2020 {
		t.Errorf("%+v", c)
	}
	if !c.Indirect() || !c.IDP.OnlyCACerts || c.IDP.OnlyUserCerts || c.IDP.OnlyAttributeCerts || !c.IDP.HasPoint || !c.IDP.Critical ||
		*c.IDP.OnlySomeReasons != ReasonFlagKeyCompromise|ReasonFlagCACompromise || c.IDP.Point.FullNames[0].Text != "http://crl.example/a" {
		t.Errorf("%+v", c.IDP)
	}
	full, err := AppendRDN(c.RawIssuer, c.FreshestCRL[0].RelativeName)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := ParseName(full, nil); err != nil || n.String() != "CN=d,O=Test CA,C=JP" {
		t.Errorf("relative name %s, %v", n, err)
	}
	e, ok, err := c.Lookup(big.NewInt(5), nil)
	if err != nil || !ok || e.Reason != ReasonKeyCompromise || e.InvalidityDate.Year() != 2025 || e.RevocationDate.Month() != 6 || e.Reason.String() != "keyCompromise" {
		t.Errorf("%+v %v %v", e, ok, err)
	}
	if e, ok, _ := c.Lookup(big.NewInt(128), c.RawIssuer); !ok || e.Reason != ReasonAbsent {
		t.Errorf("serial 128: %+v %v", e, ok)
	}
	if _, ok, _ := c.Lookup(big.NewInt(-128), nil); ok {
		t.Error("-128 was found where 128 stands")
	}
	if _, ok, _ := c.Lookup(big.NewInt(5), dn("CN=other")); ok {
		t.Error("the entry was found for another issuer")
	}
}

func TestCRLIssuerSticks(t *testing.T) {
	c := mustCRL(t, soundCRL(
		revokedAt(num(1)),
		revokedAt(num(2), issuerExt("A")),
		revokedAt(num(3), reasonExt(4)),
		revokedAt(num(1), issuerExt("B")),
		revokedAt(num(4))))
	for _, tc := range []struct {
		serial int64
		issuer []byte
		found  bool
	}{
		{1, nil, true}, {1, dn("CN=B"), true}, {1, dn("CN=A"), false},
		{2, dn("CN=a"), true}, {3, dn("CN=A"), true}, {3, nil, false}, {4, dn("CN=B"), true}, {4, nil, false},
	} {
		e, ok, err := c.Lookup(big.NewInt(tc.serial), tc.issuer)
		if err != nil || ok != tc.found {
			t.Errorf("serial %d: found %v, %v", tc.serial, ok, err)
		}
		if ok && tc.issuer != nil && !NamesEqual(e.Issuer, tc.issuer) {
			t.Errorf("serial %d: issuer %x", tc.serial, e.Issuer)
		}
	}
	n := 0
	if err := c.Entries(func(Entry) bool { n++; return n < 3 }); err != nil || n != 3 {
		t.Errorf("stopped after %d, %v", n, err)
	}
}

func TestCRLOddities(t *testing.T) {
	for _, tc := range []struct {
		name     string
		change   func(*list)
		want     string
		refusals string
	}{
		{"version 1", func(l *list) { l.version, l.extensions = nil, nil }, "", "[]"},
		{"version 1 with extensions", func(l *list) { l.version = nil }, "010", "[]"},
		{"version 3", func(l *list) { l.version = num(2) }, "020", "[]"},
		{"no nextUpdate", func(l *list) { l.next = nil }, "050", "[]"},
		{"nextUpdate before thisUpdate", func(l *list) { l.next = utc("250101000000Z") }, "021", "[]"},
		{"empty list", func(l *list) { l.revoked = seq() }, "051", "[]"},
		{"algorithms differ", func(l *list) { l.outer = seq(oid("1.2.840.113549.1.1.12"), null0()) }, "006", "[]"},
		{"trailing", func(l *list) { l.tail = []byte{0} }, "001", "[]"},
		{"empty issuer", func(l *list) { l.issuer = seq() }, "012", "[]"},
		{"unknown critical extension", func(l *list) { l.extensions = [][]byte{criticalExt("1.2.3", null0())} }, "015", "[1.2.3]"},
		{"unknown extension", func(l *list) { l.extensions = [][]byte{ext("1.2.3", null0())} }, "", "[]"},
		{"malformed IDP", func(l *list) { l.extensions = [][]byte{criticalExt(oidIDP, num(1))} }, "016", "[2.5.29.28]"},
		{"trailing in CRL number", func(l *list) { l.extensions = [][]byte{ext(oidCRLNumber, append(num(1), 0))} }, "014", "[2.5.29.20]"},
		{"empty IDP", func(l *list) { l.extensions = [][]byte{criticalExt(oidIDP, seq())} }, "028", "[]"},
		{"IDP not critical", func(l *list) {
			l.extensions = [][]byte{ext(oidIDP, seq(prim(4, []byte{0xff})))}
		}, "017", "[]"},
		{"malformed issuerAltName", func(l *list) { l.extensions = [][]byte{ext(oidIssuerAltName, num(1))} }, "016", "[]"},
		{"unknown critical in an entry", func(l *list) { l.revoked = seq(revokedAt(num(1), criticalExt("1.2.3", null0()))) }, "015", "[1.2.3]"},
		{"entry with a long length", func(l *list) {
			l.revoked = seq(append([]byte{0x30, 0x81, 18, 2, 1, 1}, utc("250601120000Z")...))
		}, "002", "[]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := soundCRL()
			tc.change(&l)
			c := mustCRL(t, l)
			if got := codes(c.Notes); got != tc.want {
				t.Errorf("notes %v, want %s", c.Notes, tc.want)
			}
			if got := fmt.Sprint(c.Refusals()); got != tc.refusals {
				t.Errorf("refusals %s, want %s", got, tc.refusals)
			}
		})
	}
}

func TestBrokenCRLs(t *testing.T) {
	for name, entries := range map[string][]byte{
		"entry is an integer":       seq(num(1)),
		"entry without date":        seq(seq(num(1))),
		"serial without octets":     seq(seq(num(), utc("250601120000Z"))),
		"extensions not a sequence": seq(seq(num(1), utc("250601120000Z"), null0())),
		"four elements":             seq(seq(num(1), utc("250601120000Z"), seq(), seq())),
		"extension without value":   seq(revokedAt(num(1), seq(oid("1.2.3"), yes()))),
		"cut off":                   seq([]byte{0x30, 5, 2, 1}),
		"indefinite entry":          seq([]byte{0x30, 0x80, 2, 1, 1, 0, 0}),
	} {
		l := soundCRL()
		l.revoked = entries
		if c, err := ParseCRL(l.der(), nil); err == nil {
			t.Errorf("%s: read with %d entries", name, c.Count)
		} else if !strings.Contains(err.Error(), "revokedCertificates[0]") {
			t.Errorf("%s: %v does not say where", name, err)
		}
	}
	l := soundCRL(revokedAt(num(1), criticalExt(oidCertIssuer, seq(str(0x82, "a")))))
	c := mustCRL(t, l)
	if _, _, err := c.Lookup(big.NewInt(2), nil); err == nil {
		t.Error("not found, although an issuer before could not be read")
	}
	l = soundCRL(seq(num(1), utc("rubbish")))
	if _, ok, err := mustCRL(t, l).Lookup(big.NewInt(1), nil); ok || err == nil {
		t.Error("an entry whose date cannot be read is an error")
	}
}

func TestUnknownReason(t *testing.T) {
	c := mustCRL(t, soundCRL(revokedAt(num(1), reasonExt(7)), revokedAt(num(2), reasonExt(0)), revokedAt(num(3), ext(oidReasonCode, num(1)))))
	for serial, want := range map[int64]Reason{1: ReasonUnknown, 2: ReasonUnspecified, 3: ReasonAbsent} {
		e, ok, err := c.Lookup(big.NewInt(serial), nil)
		if err != nil || !ok || e.Reason != want {
			t.Errorf("serial %d: %v %v %v, want %v", serial, e.Reason, ok, err, want)
		}
		if (len(e.Notes) == 0) != (want == ReasonUnspecified) {
			t.Errorf("serial %d: notes %v", serial, e.Notes)
		}
	}
}

// largeCRL has n entries of the usual size, every third with a reason.
func largeCRL(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		serial := []byte{2, 9, 0x40, 0, 0, 0, 0, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
		if i%3 == 0 {
			b.Write(revokedAt(serial, reasonExt(4)))
		} else {
			b.Write(revokedAt(serial))
		}
	}
	return soundCRL(b.Bytes()).der()
}

// serialOf is the serial number of entry i in largeCRL.
func serialOf(i int) *big.Int {
	return new(big.Int).Add(new(big.Int).Lsh(big.NewInt(0x40), 64), big.NewInt(int64(i)))
}

func TestLookupAgainstIndex(t *testing.T) {
	const n = 5000
	c, err := ParseCRL(largeCRL(n), nil)
	if err != nil || c.Count != n {
		t.Fatalf("%d entries, %v", c.Count, err)
	}
	for round := range 2 { // the first question scans, later ones use the table
		for i := 0; i < n+50; i += 37 {
			e, ok, err := c.Lookup(serialOf(i), nil)
			if err != nil || ok != (i < n) {
				t.Fatalf("round %d, entry %d: found %v, %v", round, i, ok, err)
			}
			if ok && (i%3 == 0) != (e.Reason == ReasonSuperseded) {
				t.Errorf("entry %d: reason %v", i, e.Reason)
			}
		}
	}
	same := make([][]byte, 3000)
	for i := range same {
		same[i] = revokedAt(num(1), reasonExt(byte(1+i%2)))
	}
	c = mustCRL(t, soundCRL(same...))
	for range 3 {
		if e, ok, _ := c.Lookup(big.NewInt(1), nil); !ok || e.Reason != ReasonKeyCompromise {
			t.Errorf("of equal serial numbers the first counts: %v", e.Reason)
		}
	}
}

func TestEncodeInt(t *testing.T) {
	for _, v := range []int64{0, 1, 127, 128, 255, 256, 32767, 32768, -1, -128, -129, -32768, -32769} {
		b := encodeInt(big.NewInt(v))
		if !minimalInteger(b) || integer(b).Int64() != v {
			t.Errorf("%d: %x", v, b)
		}
	}
	for in, want := range map[string]string{"\x00\x01": "\x01", "\xff\xff": "\xff", "\x00\x80": "\x00\x80", "\x00\x00\x00": "\x00", "": ""} {
		if got := string(minimal([]byte(in))); got != want {
			t.Errorf("%x: %x", in, got)
		}
	}
}
