package cert

import (
	"bytes"
	"crypto/x509"
	"testing"

	"github.com/kakuin/kakuin/eseal/purse"
)

// tight is a purse that a fuzzed object of a few kilobytes must live with.
func tight() *purse.Purse {
	return purse.New(purse.Limits{Objects: 200_000, Bytes: 8 << 20})
}

func FuzzParse(f *testing.F) {
	f.Add(sound().der())
	f.Add(benchCertificate())
	v1 := sound()
	v1.version, v1.serial = nil, num(0x80)
	f.Add(v1.der())
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := Parse(der, tight())
		if err != nil {
			return
		}
		// What is read is in the input, and reading it again gives the same.
		if !bytes.HasPrefix(der, c.Raw) || !bytes.Contains(c.Raw, c.RawTBS) || !bytes.Contains(c.RawTBS, c.RawSubject) || !bytes.Contains(c.RawTBS, c.RawSPKI) {
			t.Fatal("parts are not those of the input")
		}
		again, err := Parse(c.Raw, tight())
		if err != nil || again.SHA256 != c.SHA256 || len(again.Extensions) != len(c.Extensions) || again.Subject.String() != c.Subject.String() {
			t.Fatalf("second reading differs: %v", err)
		}
		if c.Serial.Cmp(integer(c.RawSerial)) != 0 {
			t.Fatal("serial number")
		}
		_ = c.Identity()
		_ = c.KeyName()
		for _, g := range c.SubjectAltNames {
			_ = g.String()
		}
		if std, err := x509.ParseCertificate(c.Raw); err == nil && len(c.Notes) == 0 {
			for _, d := range differences(c, std) {
				t.Error(d)
			}
		}
	})
}

func FuzzParseCRL(f *testing.F) {
	f.Add(soundCRL(revokedAt(num(5), reasonExt(1)), revokedAt(num(6), issuerExt("A"))).der())
	f.Add(largeCRL(300))
	idp := soundCRL()
	idp.extensions = append(idp.extensions, criticalExt(oidIDP, seq(prim(4, []byte{0xff}))))
	f.Add(idp.der())
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := ParseCRL(der, tight())
		if err != nil {
			return
		}
		n := 0
		err = c.Entries(func(e Entry) bool {
			n++
			if n > 200 {
				return false
			}
			// What is listed is found, whether by scan or by table.
			got, ok, err := c.Lookup(integer(e.Serial), e.Issuer)
			if err != nil || !ok || !bytes.Equal(minimal(got.Serial), minimal(e.Serial)) {
				t.Fatalf("entry %x is listed but not found: %v", e.Serial, err)
			}
			return true
		})
		if err == nil && n <= 200 && n != c.Count {
			t.Fatalf("%d entries, counted %d", n, c.Count)
		}
	})
}

func FuzzParseOCSP(f *testing.F) {
	a := soundOCSP()
	f.Add(a.der())
	f.Add(a.basic())
	a.extensions = ctx(1, seq(ext(oidOCSPNonce, octs([]byte{1}))))
	a.certs = ctx(0, seq(sound().der()))
	f.Add(a.der())
	f.Fuzz(func(t *testing.T, der []byte) {
		o, err := ParseOCSP(der, tight())
		if err != nil {
			return
		}
		if o.Status == 0 || (o.Basic == nil) == (o.Status == ResponseSuccessful) {
			t.Fatalf("status %v with %d octets of response", o.Status, len(o.Basic))
		}
		for _, r := range o.Responses {
			if r.Status < CertGood || r.Status > CertUnknown {
				t.Fatalf("status %d", r.Status)
			}
			if _, err := r.ID.Matches(nil, nil, r.ID.Serial); err == nil && r.ID.HashAlgorithm.OID == "" {
				t.Fatal("a hash without a name was computed")
			}
		}
		if o.Basic != nil {
			bare, err := ParseOCSP(o.Basic, tight())
			if err != nil || !bytes.Equal(bare.RawTBS, o.RawTBS) || len(bare.Responses) != len(o.Responses) {
				t.Fatalf("the bare response reads otherwise: %v", err)
			}
		}
	})
}

func FuzzNames(f *testing.F) {
	f.Add(dn("C=JP", "O=日本国政府"), dn("C=jp", "O=日本国政府 "))
	f.Add(seq(set(seq(oid(OIDCommonName), utf8s("a")), seq(oid(OIDOrganization), utf8s("b")))), seq())
	f.Add(dn("CN=ＡＢ\u200b"), dn("CN=ab"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		equal := NamesEqual(a, b)
		if equal != NamesEqual(b, a) || equal != (NameKey(a) == NameKey(b)) {
			t.Fatal("not symmetric, or the keys say otherwise")
		}
		if !NamesEqual(a, bytes.Clone(a)) {
			t.Fatal("a name is not itself")
		}
		if n, err := ParseName(a, tight()); err == nil {
			_ = n.String()
			for _, rdn := range n.RDNs {
				for _, at := range rdn {
					// Preparing twice changes nothing (RFC 4518 is a normal form).
					if s, ok := prepare([]byte(at.Value)); ok {
						if again, ok := prepare([]byte(s)); !ok || again != s {
							t.Fatalf("%q prepares to %q and then %q", at.Value, s, again)
						}
					}
				}
			}
		}
	})
}
