package cert

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

func codes(list []note.Note) string {
	var out []string
	for _, n := range list {
		out = append(out, strings.TrimPrefix(string(n.Code), "K-CRT-"))
	}
	return strings.Join(out, " ")
}

func TestSoundCertificate(t *testing.T) {
	der := sound().der()
	c, err := Parse(der, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Notes) != 0 || c.Version != 3 || c.Serial.Int64() != 42 || c.KeyName() != "RSA-2048" {
		t.Errorf("notes %v, version %d, serial %v, key %s", c.Notes, c.Version, c.Serial, c.KeyName())
	}
	if got := c.Subject.String(); got != "CN=Seal,O=Office,C=JP" {
		t.Errorf("subject %s", got)
	}
	if c.SelfIssued() || len(c.Refusals()) != 0 || c.KeyUsage != nil || c.Malformed(oidKeyUsage) {
		t.Error("facts that are not there")
	}
	if c.Reader() != ReaderStrict || len(c.Oddities()) != 0 {
		t.Errorf("%s: %v", c.Reader(), c.Oddities())
	}
}

// Each case changes one thing and names the notes that must follow.
func TestOddities(t *testing.T) {
	ca := criticalExt(oidBasicConstraints, seq(yes()))
	for _, tc := range []struct {
		name   string
		change func(*shape)
		want   string // codes without their prefix
		strict bool   // crypto/x509 accepts it all the same
	}{
		{"trailing octets", func(s *shape) { s.tail = []byte{0x0a} }, "001", true},
		{"negative serial", func(s *shape) { s.serial = num(0x80) }, "003", false},
		{"serial zero", func(s *shape) { s.serial = num(0) }, "004", true},
		{"serial of 21 octets", func(s *shape) { s.serial = num(slices.Repeat([]byte{1}, 21)...) }, "005", true},
		{"serial not minimal", func(s *shape) { s.serial = num(0, 1) }, "002", false},
		{"inner and outer algorithm differ", func(s *shape) { s.outer = seq(oid("1.2.840.113549.1.1.12"), null0()) }, "006", false},
		{"signature parameters absent", func(s *shape) { s.inner = seq(oid("1.2.840.113549.1.1.11")); s.outer = s.inner }, "007", true},
		{"key parameters absent", func(s *shape) { s.key = seq(seq(oid(oidRSA)), bitstr(seq(num(0x71), num(3))...)) }, "007", false},
		{"modulus negative", func(s *shape) {
			s.key = seq(seq(oid(oidRSA), null0()), bitstr(seq(num(append([]byte{0xc1}, make([]byte, 255)...)...), num(3))...))
		}, "008", false},
		{"key of another shape", func(s *shape) { s.key = seq(seq(oid(oidRSA), null0()), bitstr(1, 2, 3)) }, "027", false},
		{"explicit curve", func(s *shape) { s.key = seq(seq(oid(oidEC), seq(num(1))), bitstr(4, 1, 2)) }, "029", false},
		{"time without seconds", func(s *shape) { s.validity = seq(utc("2401010000Z"), utc("290101000000Z")) }, "009", true},
		{"GeneralizedTime before 2050", func(s *shape) { s.validity = seq(general("20240101000000Z"), utc("290101000000Z")) }, "009", true},
		{"time with an offset", func(s *shape) { s.validity = seq(utc("240101000000+0900"), utc("290101000000Z")) }, "009", true},
		{"validity ends before it begins", func(s *shape) { s.validity = seq(utc("290101000000Z"), utc("240101000000Z")) }, "021", true},
		{"version 1 with extensions", func(s *shape) { s.version = nil; s.extensions = [][]byte{ca} }, "010", true},
		{"version 1 with unique identifier", func(s *shape) { s.version = nil; s.more = prim(1, []byte{0, 9}) }, "010", true},
		{"version 1 written out", func(s *shape) { s.version = ctx(0, num(0)) }, "002", true},
		{"version 4", func(s *shape) { s.version = ctx(0, num(3)) }, "020", false},
		{"doubled extension", func(s *shape) { s.extensions = [][]byte{ca, ca} }, "011", false},
		{"empty issuer", func(s *shape) { s.issuer = seq() }, "012", true},
		{"empty subject", func(s *shape) { s.subject = seq() }, "022", true},
		{"underscore in PrintableString", func(s *shape) { s.subject = seq(atv(OIDCommonName, prints("a_b"))) }, "013", false},
		{"odd BMPString", func(s *shape) { s.subject = seq(atv(OIDCommonName, str(30, "abc"))) }, "013", false},
		{"attribute value is a sequence", func(s *shape) { s.subject = seq(atv(OIDCommonName, seq())) }, "013", false},
		{"empty RDN", func(s *shape) { s.subject = seq(set(), atv(OIDCommonName, utf8s("x"))) }, "026", true},
		{"unused bits in the signature", func(s *shape) { s.signature = tlv(3, []byte{4, 0xf0}) }, "023", true},
		{"indefinite length", func(s *shape) {
			s.issuer = append(append([]byte{0x30, 0x80}, atv(OIDCommonName, utf8s("x"))...), 0, 0)
		}, "002", false},
		{"critical spelled out as false", func(s *shape) {
			s.extensions = [][]byte{seq(oid(oidSubjectKeyID), []byte{1, 1, 0}, octs(octs([]byte{1})))}
		}, "002", true},
		{"true as 01", func(s *shape) {
			s.extensions = [][]byte{seq(oid(oidBasicConstraints), []byte{1, 1, 1}, octs(seq()))}
		}, "002", false},
		{"no extension in the list", func(s *shape) { s.extensions = [][]byte{} }, "016", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := sound()
			tc.change(&s)
			c, err := Parse(s.der(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := codes(c.Notes); got != tc.want {
				t.Errorf("notes %v, want %s", c.Notes, tc.want)
			}
			if (c.Strict() == nil) != tc.strict {
				t.Errorf("crypto/x509: %v, accepted %v expected", c.Strict(), tc.strict)
			}
			if refused := c.Strict() != nil; refused != (c.Reader() == ReaderLenient) || refused != hasNote(c.Oddities(), CodeStrictRefuses) {
				t.Errorf("reader %s, oddities %v", c.Reader(), c.Oddities())
			}
		})
	}
}

func TestBrokenCertificates(t *testing.T) {
	for name, change := range map[string]func(*shape){
		"no validity":              func(s *shape) { s.validity = nil },
		"one time":                 func(s *shape) { s.validity = seq(utc("240101000000Z")) },
		"three times":              func(s *shape) { v := utc("240101000000Z"); s.validity = seq(v, v, v) },
		"time of letters":          func(s *shape) { s.validity = seq(utc("yesterday"), utc("240101000000Z")) },
		"integer for a time":       func(s *shape) { s.validity = seq(num(1), num(2)) },
		"serial without octets":    func(s *shape) { s.serial = num() },
		"version of nine octets":   func(s *shape) { s.version = ctx(0, num(1, 2, 3, 4, 5, 6, 7, 8, 9)) },
		"two versions":             func(s *shape) { s.version = ctx(0, num(2), num(0)) },
		"name of integers":         func(s *shape) { s.subject = seq(num(1)) },
		"attribute with a third":   func(s *shape) { s.subject = seq(set(seq(oid(OIDCommonName), utf8s("a"), utf8s("b")))) },
		"algorithm with a third":   func(s *shape) { s.inner = seq(oid(oidRSA), null0(), null0()) },
		"key with a third":         func(s *shape) { s.key = seq(seq(oid(oidRSA), null0()), bitstr(1), null0()) },
		"signature as octets":      func(s *shape) { s.signature = octs([]byte{1}) },
		"element after extensions": func(s *shape) { s.more = append(ctx(3, seq(ext("1.2.3", null0()))), null0()...) },
		"extension with a fourth":  func(s *shape) { s.extensions = [][]byte{seq(oid("1.2.3"), yes(), octs(), null0())} },
		"extension value missing":  func(s *shape) { s.extensions = [][]byte{seq(oid("1.2.3"))} },
		"two lists of extensions":  func(s *shape) { s.more = ctx(3, seq(ext("1.2.3", null0())), seq()) },
	} {
		s := sound()
		change(&s)
		if c, err := Parse(s.der(), nil); err == nil {
			t.Errorf("%s: read as %v", name, c.Subject)
		} else if !strings.HasPrefix(err.Error(), "certificate: ") || !strings.Contains(err.Error(), "octet") {
			t.Errorf("%s: %v does not say where", name, err)
		}
	}
	if _, err := Parse(nil, nil); err == nil {
		t.Error("nothing was read as a certificate")
	}
}

func TestPurseRunsOut(t *testing.T) {
	s := sound()
	for range 50_000 {
		s.extensions = append(s.extensions, ext("1.2.3", null0()))
	}
	var empty *purse.Empty
	if _, err := Parse(s.der(), purse.New(purse.Limits{Objects: 10_000})); !errors.As(err, &empty) || empty.Kind != purse.Objects {
		t.Errorf("objects: %v", err)
	}
	if _, err := Parse(s.der(), purse.New(purse.Limits{Bytes: 1_000_000})); !errors.As(err, &empty) || empty.Kind != purse.Bytes {
		t.Errorf("bytes: %v", err)
	}
	c, err := Parse(s.der(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Notes) != maxNotes+1 || c.Notes[maxNotes].Code != CodeMore {
		t.Errorf("%d notes, want %d and one that says there are more", len(c.Notes), maxNotes)
	}
	if fmt.Sprint(c.MalformedExtensions) != "[1.2.3]" {
		t.Errorf("malformed %v", c.MalformedExtensions)
	}
}

func TestManyExtensionKinds(t *testing.T) {
	s := sound()
	for i := range 3000 {
		s.extensions = append(s.extensions, criticalExt(ber.OID(fmt.Sprintf("1.2.3.%d", i)), null0()))
	}
	c, err := Parse(s.der(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.UnknownCritical) != 3000 || len(c.Refusals()) != 3000 {
		t.Errorf("%d unknown critical, %d refusals", len(c.UnknownCritical), len(c.Refusals()))
	}
}

func TestKeyNames(t *testing.T) {
	ec := func(curve ber.OID) []byte { return seq(seq(oid(oidEC), oid(curve)), bitstr(4, 1, 2)) }
	plain := func(o ber.OID) []byte { return seq(seq(oid(o)), bitstr(1, 2, 3)) }
	for want, key := range map[string][]byte{
		"RSA-2048":          testKey,
		"P-384":             ec("1.3.132.0.34"),
		"brainpoolP256r1":   ec("1.3.36.3.3.2.8.1.1.7"),
		"EC-1.2.3":          ec("1.2.3"),
		"EC-explicit":       seq(seq(oid(oidEC), seq()), bitstr(4)),
		"Ed25519":           plain("1.3.101.112"),
		"ML-DSA-65":         plain("2.16.840.1.101.3.4.3.18"),
		"SLH-DSA-SHA2-128s": plain("2.16.840.1.101.3.4.3.20"),
		"DSA":               plain(oidDSA),
		"DSA-1024":          seq(seq(oid(oidDSA), seq(num(append([]byte{0, 0x80}, make([]byte, 127)...)...), num(1), num(1))), bitstr(1)),
		"RSA":               plain(oidRSAPSS),
		"1.2.3.4":           plain("1.2.3.4"),
	} {
		s := sound()
		s.key = key
		c, err := Parse(s.der(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.KeyName(); got != want {
			t.Errorf("key %s, want %s", got, want)
		}
	}
}

func TestAttributeCertificate(t *testing.T) {
	names := func(cn string) []byte { return seq(ctx(4, dn("CN="+cn))) }
	times := seq(general("20240101000000Z"), general("20250101000000Z"))
	v2 := seq(seq(num(1), seq(ctx(0, names("CA"), num(7)), ctx(1, ctx(4, dn("CN=holder")))), ctx(0, names("TAA")), sha256RSA, num(5), times, seq()), sha256RSA, bitstr(1))
	v1 := seq(seq(ctx(1, ctx(4, dn("CN=holder"))), names("TAA"), sha256RSA, num(5), times, seq()), sha256RSA, bitstr(1))
	for i, der := range [][]byte{v1, v2} {
		if _, err := Parse(der, nil); !errors.Is(err, ErrAttribute) {
			t.Errorf("version %d as a certificate: %v", i+1, err)
		}
		a, err := ParseAttribute(der, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a.Version != i+1 || a.Serial.Int64() != 5 || a.NotAfter.Year() != 2025 || len(a.Notes) != 0 ||
			a.Issuer[0].String() != "directoryName:CN=TAA" || a.Holder[0].String() != "directoryName:CN=holder" {
			t.Errorf("%+v", a)
		}
		if i == 1 && a.HolderSerial.Int64() != 7 {
			t.Errorf("holder's serial %v", a.HolderSerial)
		}
	}
	if _, err := ParseAttribute(sound().der(), nil); err == nil {
		t.Error("a certificate was read as an attribute certificate")
	}
}
