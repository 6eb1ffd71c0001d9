package cert

import (
	"bytes"
	"crypto/x509"
	"strings"
	"testing"

	"golang.org/x/crypto/ocsp"
)

// mutants calls f with der where one octet is another; the neighbours of the
// octet, its sign and its extremes break tags, lengths and values alike.
func mutants(der []byte, f func(pos int, mutant []byte)) {
	m := bytes.Clone(der)
	for i, b := range der {
		for _, v := range []byte{b + 1, b - 1, b ^ 0x80, b ^ 0x20, 0, 0xff} {
			if v != b {
				m[i] = v
				f(i, m)
			}
		}
		m[i] = b
	}
}

// TestMutatedCertificates: whatever octet changes, a certificate that both
// readers take without a note says the same to both. What crypto/x509 alone
// accepts (elements that the structure does not have, in names, keys and after
// the extensions) is an error here that says where.
func TestMutatedCertificates(t *testing.T) {
	leaf, ca := sound(), sound()
	leaf.extensions = benchExtensions()
	ca.extensions = [][]byte{
		criticalExt(oidBasicConstraints, seq(yes(), num(3))),
		criticalExt(oidNameConstraints, seq(ctx(0, seq(str(0x82, "a.jp"))), ctx(1, seq(prim(7, []byte{10, 0, 0, 0, 255, 0, 0, 0}))))),
		criticalExt(oidPolicyConstraints, seq(prim(0, []byte{0}), prim(1, []byte{2}))),
		criticalExt(oidInhibitAny, num(1)),
		ext(oidPolicyMappings, seq(seq(oid("1.2.3"), oid("1.2.4")))),
		ext(oidExtKeyUsage, seq(oid("1.3.6.1.5.5.7.3.8"))),
	}
	both := 0
	for _, seed := range [][]byte{leaf.der(), ca.der()} {
		mutants(seed, func(pos int, m []byte) {
			std, err := x509.ParseCertificate(m)
			if err != nil {
				if c, err := Parse(m, nil); err == nil {
					_ = c.Identity()
				}
				return
			}
			c, err := Parse(m, nil)
			if err != nil {
				if !strings.Contains(err.Error(), "octet ") {
					t.Errorf("octet %d = %02x: %v does not say where", pos, m[pos], err)
				}
				return
			}
			if len(c.Notes) > 0 {
				return
			}
			both++
			for _, d := range differences(c, std) {
				t.Errorf("octet %d = %02x: %s (notes %v)", pos, m[pos], d, c.Notes)
			}
		})
	}
	if both < 1000 {
		t.Errorf("only %d mutants were compared", both)
	}
}

func TestMutatedCRLs(t *testing.T) {
	l := soundCRL(revokedAt(num(5), reasonExt(1)), revokedAt(num(6)))
	l.extensions = append(l.extensions, criticalExt(oidIDP, seq(prim(2, []byte{0xff}))))
	mutants(l.der(), func(pos int, m []byte) {
		std, err := x509.ParseRevocationList(m)
		c, mine := ParseCRL(m, nil)
		if mine == nil {
			_ = c.Entries(func(Entry) bool { return true })
		}
		switch {
		case err != nil:
		case mine != nil:
			if !strings.Contains(mine.Error(), "octet ") {
				t.Errorf("octet %d = %02x: %v does not say where", pos, m[pos], mine)
			}
		case len(c.Notes) == 0:
			var entries []Entry
			if err := c.Entries(func(e Entry) bool { entries = append(entries, e); return len(e.Notes) == 0 }); err != nil || len(entries) < c.Count {
				return // an entry extension that crypto/x509 does not decode
			}
			for _, d := range crlDifferences(c, entries, std) {
				t.Errorf("octet %d = %02x: %s", pos, m[pos], d)
			}
		}
	})
}

func TestMutatedOCSP(t *testing.T) {
	a := soundOCSP()
	a.extensions = ctx(1, seq(ext(oidOCSPNonce, octs([]byte{1, 2}))))
	mutants(a.der(), func(pos int, m []byte) {
		std, err := ocsp.ParseResponse(m, nil)
		o, mine := ParseOCSP(m, nil)
		switch {
		case err != nil:
		case mine != nil:
			if !strings.Contains(mine.Error(), "octet ") {
				t.Errorf("octet %d = %02x: %v does not say where", pos, m[pos], mine)
			}
		case len(o.Notes) == 0:
			for _, d := range ocspDifferences(o, std) {
				t.Errorf("octet %d = %02x: %s", pos, m[pos], d)
			}
		}
	})
}
