package cert

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
)

func ints(list ...*int) string {
	var out []string
	for _, p := range list {
		if p == nil {
			out = append(out, "-")
		} else {
			out = append(out, fmt.Sprint(*p))
		}
	}
	return strings.Join(out, " ")
}

func TestUsageExtensions(t *testing.T) {
	c := withExtensions(t,
		ext(oidSubjectKeyID, octs([]byte{1, 2})),
		ext(oidAuthorityKeyID, seq(prim(0, []byte{3}), ctx(1, ctx(4, dn("CN=CA"))), prim(2, []byte{0x80}))),
		criticalExt(oidKeyUsage, []byte{3, 2, 6, 0xc0}),
		criticalExt(oidExtKeyUsage, seq(oid("1.3.6.1.5.5.7.3.8"))),
		criticalExt(oidBasicConstraints, seq(yes(), num(3))),
		ext(oidOCSPNoCheck, null0()), ext(oidNoRevAvail, null0()), ext(oidShortTermAssured, null0()),
		ext(oidPrivateKeyPeriod, num(1))) // ignored, whatever it says
	if len(c.Notes) != 0 || len(c.Refusals()) != 0 {
		t.Errorf("notes %v, refusals %v", c.Notes, c.Refusals())
	}
	if string(c.SubjectKeyID) != "\x01\x02" || string(c.AuthorityKeyID) != "\x03" || c.AuthoritySerial.Int64() != -128 || c.AuthorityIssuer[0].Type != NameDirectory {
		t.Errorf("%x %x %v %v", c.SubjectKeyID, c.AuthorityKeyID, c.AuthoritySerial, c.AuthorityIssuer)
	}
	if !c.KeyUsage.Has(KeyUsageDigitalSignature|KeyUsageNonRepudiation) || c.KeyUsage.Has(KeyUsageCertSign) || fmt.Sprint(c.KeyUsage.Names()) != "[digitalSignature nonRepudiation]" {
		t.Errorf("usage %v", c.KeyUsage.Names())
	}
	if fmt.Sprint(c.ExtKeyUsage) != "[1.3.6.1.5.5.7.3.8]" || !c.ExtKeyUsageCritical {
		t.Errorf("%v", c.ExtKeyUsage)
	}
	if b := c.BasicConstraints; !b.CA || b.PathLen != 3 || !b.Critical {
		t.Errorf("%+v", b)
	}
	if !c.OCSPNoCheck || !c.NoRevAvail || !c.ShortTermAssured {
		t.Error("a flag is missing")
	}
	x, ok := c.Extension(oidPrivateKeyPeriod)
	if !ok || x.Critical || string(x.Value) != "\x02\x01\x01" {
		t.Errorf("%+v", x)
	}
}

func TestPolicyExtensions(t *testing.T) {
	notice := seq(seq(utf8s("法務省"), seq(num(1), num(2))), utf8s("text"))
	c := withExtensions(t,
		criticalExt(oidPolicies, seq(
			seq(oid("1.2.3"), seq(seq(oid(oidCPS), str(22, "http://cps")), seq(oid(oidNotice), notice), seq(oid("1.9"), num(1)))),
			seq(oid("1.2.4")), seq(oid("1.2.3")))),
		criticalExt(oidPolicyMappings, seq(seq(oid("1.1.1"), oid("1.1.2")))),
		criticalExt(oidPolicyConstraints, seq(prim(0, []byte{0}), prim(1, []byte{2}))),
		criticalExt(oidInhibitAny, num(0x7f, 0xff, 0xff, 0xff, 0xff)))
	if codes(c.Notes) != "024" {
		t.Errorf("notes %v", c.Notes)
	}
	q := c.Policies[0].Qualifiers
	if len(c.Policies) != 3 || q[0].CPS != "http://cps" || q[1].Notice.Organization != "法務省" || q[1].Notice.Text != "text" ||
		!slices.Equal(q[1].Notice.Numbers, []int{1, 2}) || q[2].OID != "1.9" || string(q[2].Raw) != "\x02\x01\x01" {
		t.Errorf("%+v", c.Policies)
	}
	if c.PolicyMappings[0] != (PolicyMapping{"1.1.1", "1.1.2"}) || *c.PolicyConstraints != (PolicyConstraints{0, 2}) || ints(c.InhibitAnyPolicy) != fmt.Sprint(math.MaxInt32) {
		t.Errorf("%v %v %v", c.PolicyMappings, c.PolicyConstraints, ints(c.InhibitAnyPolicy))
	}
}

func TestNameExtensions(t *testing.T) {
	c := withExtensions(t,
		criticalExt(oidNameConstraints, seq(
			ctx(0, seq(ctx(4, dn("C=JP"))), seq(str(0x82, "example.jp"), prim(0, []byte{1}), prim(1, []byte{2}))),
			ctx(1, seq(prim(7, []byte{192, 0, 2, 0, 255, 255, 255, 0})), seq(prim(7, make([]byte, 32)))))),
		ext(oidSubjectAltName, seq(ctx(4, dn("O=日本国政府")), str(0x81, "a@b"))),
		ext(oidIssuerAltName, seq(str(0x86, "http://ca"))))
	n := c.NameConstraints
	if len(c.Notes) != 0 || len(n.Permitted) != 2 || len(n.Excluded) != 2 || !n.Critical {
		t.Fatalf("%v %+v", c.Notes, n)
	}
	if n.Permitted[0].Maximum != -1 || n.Permitted[1].Minimum != 1 || n.Permitted[1].Maximum != 2 || n.Excluded[0].Base.String() != "iPAddress:192.0.2.0/255.255.255.0" {
		t.Errorf("%+v", n)
	}
	if len(c.SubjectAltNames) != 2 || len(c.IssuerAltNames) != 1 {
		t.Errorf("%v %v", c.SubjectAltNames, c.IssuerAltNames)
	}
	c = withExtensions(t, ext(oidSubjectAltName, seq()))
	if codes(c.Notes) != "028" || c.SubjectAltNames == nil || len(c.Refusals()) != 0 {
		t.Errorf("empty subjectAltName: %v %v", c.Notes, c.Refusals())
	}
}

func TestAddressExtensions(t *testing.T) {
	rdn := seq(oid(OIDCommonName), utf8s("CRL1"))
	c := withExtensions(t,
		ext(oidCRLPoints, seq(
			seq(ctx(0, ctx(0, ctx(4, dn("O=LGPKI")), str(0x86, "http://www.lgpki.jp/a.crl"), str(0x86, "http://www-asp.lgwan.jp/a.crl")))),
			seq(ctx(0, ctx(1, rdn)), prim(1, []byte{0, 0x40}), ctx(2, ctx(4, dn("CN=Issuer")))))),
		ext(oidFreshestCRL, seq(seq(ctx(0, ctx(0, str(0x86, "http://delta")))))),
		ext(oidAuthorityInfo, seq(
			seq(oid(oidADOCSP), str(0x86, "http://ocsp")), seq(oid(oidADCAIssuers), ctx(4, dn("CN=x"))),
			seq(oid(oidADCAIssuers), str(0x86, "http://ca")), seq(oid("1.2.3"), str(0x86, "http://other")))),
		ext(oidSubjectInfo, seq(seq(oid("1.3.6.1.5.5.7.48.3"), str(0x86, "http://tsa")))))
	if len(c.Notes) != 0 {
		t.Fatal(c.Notes)
	}
	p := c.CRLDistributionPoints
	if len(p) != 2 || len(p[0].FullNames) != 3 || string(p[1].RelativeName) != string(rdn) || *p[1].Reasons != ReasonFlagKeyCompromise || len(p[1].CRLIssuer) != 1 {
		t.Errorf("%+v", p)
	}
	if fmt.Sprint(c.OCSPServers, c.CAIssuers, len(c.InfoAccess), len(c.SubjectInfoAccess), len(c.FreshestCRL)) != "[http://ocsp] [http://ca] 4 1 1" {
		t.Errorf("%v %v %v", c.OCSPServers, c.CAIssuers, c.InfoAccess)
	}
	if _, err := AppendRDN([]byte{1}, rdn); err == nil {
		t.Error("a name was appended to rubbish")
	}
}

func TestQCStatements(t *testing.T) {
	c := withExtensions(t, ext(oidQCStatements, seq(
		seq(oid(OIDQcCompliance)),
		seq(oid(OIDQcType), seq(oid(OIDQcTypeESeal), oid(OIDQcTypeWeb))),
		seq(oid(OIDQcSSCD)),
		seq(oid(OIDQcRetention), num(15)),
		seq(oid(OIDQcLegislation), seq(prints("JP"))),
		seq(oid(OIDQcPDS), seq(seq(str(22, "https://pds"), prints("ja")))),
		seq(oid(OIDQcLimit), seq(prints("JPY"), num(5), num(6))),
		seq(oid(OIDQcLimit), seq(num(1, 0x88), num(5), num(0xff))),
		seq(oid(OIDQcSyntaxV2), seq(oid("0.4.0.194121.1.2"))),
		seq(oid(OIDQcSyntaxV1), seq(seq(str(0x82, "ra")))),
		seq(oid("1.2.3"), num(1)),
		seq(oid(OIDQcPDS), seq(str(22, "https://pds"), prints("ja"))))))
	q := c.QCStatements
	if codes(c.Notes) != "016" || len(q) != 12 || len(c.Refusals()) != 0 {
		t.Fatalf("%v, %d statements, refusals %v", c.Notes, len(q), c.Refusals())
	}
	if fmt.Sprintf("%v %d %v %v %s %v", q[1].Types, *q[3].Retention, q[4].Countries, q[5].PDS, q[8].Semantics, q[11].PDS) !=
		"[0.4.0.1862.1.6.2 0.4.0.1862.1.6.3] 15 [JP] [{https://pds ja}] 0.4.0.194121.1.2 []" {
		t.Errorf("%+v", q)
	}
	if l := q[6].Limit; l.Currency != "JPY" || l.Amount.Int64() != 5 || l.Exponent != 6 {
		t.Errorf("%+v", l)
	}
	if l := q[7].Limit; l.Currency != "392" || l.Exponent != -1 {
		t.Errorf("%+v", l)
	}
}

// Every extension that cannot be decoded leaves its field empty, stands in
// MalformedExtensions, and is refused unless it only informs.
func TestMalformedExtensions(t *testing.T) {
	uri := str(0x86, "http://a")
	for _, tc := range []struct {
		o       ber.OID
		what    string
		value   []byte
		informs bool
	}{
		{oidSubjectKeyID, "integer", num(1), false},
		{oidAuthorityKeyID, "unknown tag", seq(prim(3, []byte{1})), false},
		{oidAuthorityKeyID, "empty names", seq(ctx(1)), false},
		{oidKeyUsage, "no unused-bits octet", []byte{3, 0}, false},
		{oidKeyUsage, "trailing", []byte{3, 2, 7, 0x80, 0}, false},
		{oidExtKeyUsage, "empty", seq(), false},
		{oidExtKeyUsage, "integer", seq(num(1)), false},
		{oidBasicConstraints, "negative", seq(yes(), num(0x80)), false},
		{oidBasicConstraints, "third element", seq(yes(), num(1), num(1)), false},
		{oidBasicConstraints, "boolean of two octets", seq([]byte{1, 2, 0xff, 0xff}), false},
		{oidNameConstraints, "empty", seq(), false},
		{oidNameConstraints, "empty subtrees", seq(ctx(0)), false},
		{oidNameConstraints, "range without mask", seq(ctx(0, seq(prim(7, []byte{1, 2, 3, 4})))), false},
		{oidNameConstraints, "mask with holes", seq(ctx(0, seq(prim(7, []byte{1, 2, 3, 4, 255, 0, 255, 0})))), false},
		{oidNameConstraints, "negative minimum", seq(ctx(0, seq(str(0x82, "a"), prim(0, []byte{0xff})))), false},
		{oidPolicies, "empty", seq(), false},
		{oidPolicies, "empty qualifiers", seq(seq(oid("1.2"), seq())), false},
		{oidPolicies, "notice of four", seq(seq(oid("1.2"), seq(seq(oid(oidNotice), seq(utf8s("a"), utf8s("b")))))), false},
		{oidPolicyMappings, "one side", seq(seq(oid("1.2"))), false},
		{oidPolicyConstraints, "empty", seq(), false},
		{oidPolicyConstraints, "wrong order", seq(prim(1, []byte{0}), prim(0, []byte{0})), false},
		{oidInhibitAny, "negative", num(0xff), false},
		{oidSubjectAltName, "address of 5 octets", seq(prim(7, []byte{1, 2, 3, 4, 5})), false},
		{oidSubjectAltName, "mail outside ASCII", seq(str(0x81, "ä@b")), false},
		{oidSubjectAltName, "primitive", tlv(0x10, []byte{1}), false},
		{oidIssuerAltName, "empty", seq(), true},
		{oidCRLPoints, "empty", seq(), false},
		{oidCRLPoints, "name in a third form", seq(seq(ctx(0, ctx(2, uri)))), false},
		{oidFreshestCRL, "integer", num(1), false},
		{oidAuthorityInfo, "empty", seq(), false},
		{oidSubjectInfo, "no location", seq(seq(oid("1.2.3"))), true},
		{oidQCStatements, "no identifier", seq(seq(num(1))), true},
		{oidDirectoryAttributes, "no set", seq(seq(oid("1.2"))), true},
		{oidOCSPNoCheck, "integer", num(1), false},
		{oidNoRevAvail, "NULL with contents", []byte{5, 1, 0}, false},
		{oidShortTermAssured, "trailing", []byte{5, 0, 0}, false},
	} {
		t.Run(tc.o.Name()+" "+tc.what, func(t *testing.T) {
			c := withExtensions(t, criticalExt(tc.o, tc.value))
			if !c.Malformed(tc.o) || len(c.Refusals()) != 1 || len(c.UnknownCritical) != 0 {
				t.Errorf("malformed %v, refusals %v, notes %v", c.MalformedExtensions, c.Refusals(), c.Notes)
			}
			if !hasNote(c.Notes, CodeMalformedExtension) && !hasNote(c.Notes, CodeExtensionTrailing) {
				t.Errorf("notes %v", c.Notes)
			}
			if c = withExtensions(t, ext(tc.o, tc.value)); (len(c.Refusals()) == 0) != tc.informs {
				t.Errorf("not critical: refusals %v", c.Refusals())
			}
			if c.KeyUsage != nil || c.BasicConstraints != nil || c.NameConstraints != nil || c.Policies != nil || c.SubjectAltNames != nil || c.OCSPNoCheck || c.NoRevAvail {
				t.Error("a field was filled from a malformed extension")
			}
		})
	}
}

func TestCriticality(t *testing.T) {
	for o, value := range map[ber.OID][]byte{oidSubjectKeyID: octs([]byte{1}), oidAuthorityInfo: seq(seq(oid(oidADOCSP), str(0x86, "http://a")))} {
		if c := withExtensions(t, criticalExt(o, value)); codes(c.Notes) != "017" || len(c.Refusals()) != 0 {
			t.Errorf("%s: %v", o, c.Notes)
		}
	}
	c := withExtensions(t, ext(oidNameConstraints, seq(ctx(0, seq(ctx(4, dn("C=JP")))))))
	if codes(c.Notes) != "017" || c.NameConstraints.Critical || len(c.NameConstraints.Permitted) != 1 {
		t.Errorf("%v", c.Notes)
	}
	c = withExtensions(t, criticalExt(oidPrivateKeyPeriod, seq()))
	if fmt.Sprint(c.UnknownCritical) != "[2.5.29.16]" {
		t.Errorf("a critical extension without effect here must be refused: %v", c.UnknownCritical)
	}
}
