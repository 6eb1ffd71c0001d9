package path_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// Tests of this file each hold one check that others would hide: a mutation
// run over this room has to find every one of them.

// subtree is a GeneralSubtree with whatever follows its base.
func subtree(base []byte, rest ...byte) []byte { return append(bytes.Clone(base), rest...) }

// TestNamesOneByOne goes on where TestNameConstraints ends.
func TestNamesOneByOne(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	rootCert := issue(t, root, root)
	list := func(b ...[]byte) [][]byte { return b }
	kelvin := "\u212a" // folds to k beyond ASCII
	mailAttr := func(v string) option {
		return subject(pkix.Name{CommonName: "EE", ExtraNames: []pkix.AttributeTypeAndValue{{Type: []int{1, 2, 840, 113549, 1, 9, 1}, Value: v}}})
	}
	for _, tc := range []struct {
		name                string
		permitted, excluded [][]byte
		leaf                option
		want                bool
	}{
		{"inside the first of two", list(dns("example.jp"), dns("example.com")), nil, alt(dns("example.jp")), true},
		{"inside the second of two", list(dns("example.com"), dns("example.jp")), nil, alt(dns("example.jp")), true},
		{"excluded by the second of two", nil, list(dns("example.com"), dns("example.jp")), alt(dns("example.jp")), false},
		{"inside one, another cannot be told", list(dns("example.jp"), subtree(dns("example.com"), 0x80, 1, 1)), nil, alt(dns("example.jp")), false},
		{"a minimum", list(subtree(dns("example.jp"), 0x80, 1, 1)), nil, alt(dns("example.jp")), false},
		{"a maximum of nothing", list(subtree(dns("example.jp"), 0x81, 1, 0)), nil, alt(dns("example.jp")), false},
		{"a maximum", nil, list(subtree(dns("example.com"), 0x81, 1, 9)), alt(dns("example.jp")), false},
		{"dns excluded with a dot, itself", nil, list(dns(".example.jp")), alt(dns("example.jp")), true},
		{"dns excluded with a dot, below", nil, list(dns(".example.jp")), alt(dns("a.example.jp")), false},
		{"dns excluded everything", nil, list(dns("")), alt(dns("example.jp")), false},
		{"dns wildcard below an excluded name", nil, list(dns("example.jp")), alt(dns("*.a.example.jp")), false},
		{"dns wildcard beside an excluded name", nil, list(dns("bad.example.jp")), alt(dns("*.good.example.jp")), true},
		{"dns wildcard over an excluded name with a dot", nil, list(dns(".bad.example.jp")), alt(dns("*.example.jp")), false},
		{"dns wildcard over a permitted name", list(dns("bad.example.jp")), nil, alt(dns("*.bad.example.jp")), true},
		{"dns name that is no wildcard's parent", nil, list(dns("bad.example.jp")), alt(dns("example.jp")), true},
		{"dns of the excluded name's length and end", nil, list(dns("bad.example.jp")), alt(dns("xyexample.jp")), true},
		{"dns from A to Z", list(dns("AZ.example.jp")), nil, alt(dns("az.example.jp")), true},
		{"dns of one letter", nil, list(dns("a")), alt(dns("b")), true},
		{"dns other case", list(dns("EXAMPLE.jp")), nil, alt(dns("example.jp")), true},
		{"dns excluded cannot be told", nil, list(dns("example.com")), alt(dns("example.jp.")), false},
		{"dns begins with a dot", list(dns("example.jp")), nil, alt(dns(".example.jp")), false},
		{"dns with a blank", list(dns("jp")), nil, alt(dns("a b.jp")), false},
		{"dns with a delete", list(dns("jp")), nil, alt(dns("a\x7f.jp")), false},
		{"dns with a tilde", list(dns("jp")), nil, alt(dns("a~.jp")), true},
		{"dns with an at", list(dns("jp")), nil, alt(dns("a@b.jp")), false},
		{"dns empty", list(dns("")), nil, alt(dns("")), false},
		{"dns a star alone", list(dns("")), nil, alt(dns("*.")), false},
		{"mail everywhere", list(mail("")), nil, alt(mail("a@example.jp")), true},
		{"mail excluded everywhere", nil, list(mail("")), alt(mail("a@example.jp")), false},
		{"mail without a mailbox", list(mail("example.jp")), nil, alt(mail("@example.jp")), false},
		{"mail at a wildcard", list(mail("")), nil, alt(mail("a@*.example.jp")), true},
		{"mail with two ats", list(mail("example.jp")), nil, alt(mail("a@b@example.jp")), true},
		{"mailbox of another host", list(mail("a@example.com")), nil, alt(mail("a@example.jp")), false},
		{"a constraint that begins with an at", list(mail("@example.jp")), nil, alt(mail("a@example.jp")), false},
		{"mail host beyond ASCII", list(mail("k.example")), nil, mailAttr("a@" + kelvin + ".example"), false},
		{"uri everywhere", list(uri("")), nil, alt(uri("https://example.jp/")), true},
		{"uri domain, itself", list(uri(".example.jp")), nil, alt(uri("https://example.jp")), false},
		{"uri domain excluded", nil, list(uri(".example.jp")), alt(uri("https://a.example.jp")), false},
		{"uri host with a path of its own", list(uri("example.jp")), nil, alt(uri("https://evil.com/@example.jp")), false},
		{"uri host with a query", list(uri("example.jp")), nil, alt(uri("https://evil.com?@example.jp")), false},
		{"uri host with a fragment", list(uri("example.jp")), nil, alt(uri("https://evil.com#@example.jp")), false},
		{"uri user without a name", list(uri("example.jp")), nil, alt(uri("https://@example.jp/")), true},
		{"uri two users", list(uri("example.jp")), nil, alt(uri("https://a@b@example.jp/")), true},
		{"uri port alone", list(uri("")), nil, alt(uri("https://:80/")), false},
		{"uri path alone", list(uri("")), nil, alt(uri("file:///example.jp")), false},
		{"uri wildcard", list(uri("")), nil, alt(uri("https://*.example.jp/")), true},
		{"uri v6 address without a port", nil, list(uri("example.jp")), alt(uri("https://[2001:db8::1]/")), false},
		{"uri address with a port", nil, list(uri("example.jp")), alt(uri("https://192.0.2.1:443/")), false},
		{"v4 excluded", nil, list(ip("192.0.2.0/24")), alt(ber.Append(nil, 0x87, []byte{192, 0, 2, 0})), false},
		{"v4 excluded, beside", nil, list(ip("192.0.2.0/25")), alt(ber.Append(nil, 0x87, []byte{192, 0, 2, 128})), true},
		{"v6 inside", list(ip("2001:db8::/32")), nil, alt(ber.Append(nil, 0x87, []byte{0x20, 1, 0xd, 0xb8, 15: 1})), true},
		{"directory exactly", list(dn("Mihon Town", "EE")), nil, subject(pkix.Name{Organization: []string{"Mihon Town"}, CommonName: "EE"}), true},
		{"directory excluded, longer than the name", nil, list(dn("Mihon Town", "EE", "Post")), subject(pkix.Name{Organization: []string{"Mihon Town"}, CommonName: "EE"}), true},
		{"no subject, bound by its alternatives alone", list(dn("Mihon Town")), nil, func(c *x509.Certificate) {
			c.Subject = pkix.Name{}
			alt(dn("Mihon Town", "EE"))(c)
		}, true},
		{"otherName under a constraint on mail", list(mail("example.jp")), nil, alt(other("1.3.6.1.4.1.32473.9", "x")), true},
		{"international mailbox under a constraint on hosts", list(dns("example.jp")), nil, alt(other(smtpUTF8, "印@example.com")), true},
		{"international mailbox under a constraint on its own type", list(other(smtpUTF8, "a@example.jp")), nil, alt(other(smtpUTF8, "印@example.com")), false},
		{"otherName under a registered identifier alike", list(rid("1.3.6.1.4.1.32473.9")), nil, alt(other("1.3.6.1.4.1.32473.9", "x")), true},
		{"a mailbox that is no UTF-8", nil, nil, alt(ber.Append(nil, 0xa0, append(oid(smtpUTF8), ber.Append(nil, 0xa0, ber.Append(nil, 22, []byte("a@example.jp")))...))), false},
		{"an identifier like the mailbox's", nil, nil, alt(rid(smtpUTF8)), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var opts []option
			if tc.permitted != nil || tc.excluded != nil {
				opts = append(opts, subtrees(tc.permitted, tc.excluded))
			}
			in := path.Input{
				Leaf: issue(t, ca, ee, leaf, tc.leaf), Pool: path.NewPool([]*cert.Certificate{issue(t, root, ca, opts...)}), Anchors: anchors(rootCert),
			}
			if got, res := search(t, in); res.Accepted != tc.want {
				t.Errorf("path %q, %s", got, tell(res))
			}
			// The same constraints in the anchor's own certificate.
			in.Leaf, in.Pool = issue(t, root, ee, leaf, tc.leaf), nil
			in.Anchors, in.AnchorConstraints = anchors(issue(t, root, root, opts...)), true
			if got, res := search(t, in); res.Accepted != tc.want {
				t.Errorf("anchor: path %q, %s", got, tell(res))
			}
		})
	}
}

// TestEdgesAreRefusedEarly: what need not know the anchor is asked before a
// path is complete, so that a mesh beyond it is not climbed.
func TestEdgesAreRefusedEarly(t *testing.T) {
	root, ca, sub, ee := newEntity("Root"), newEntity("CA"), newEntity("Sub"), newEntity("EE")
	other := newKey("CA", "another key of CA")
	for name, c := range map[string]*cert.Certificate{
		"no CA":               issue(t, root, ca, notCA),
		"no certificate sign": issue(t, root, ca, noCertSign),
		"expired":             issue(t, root, ca, expired),
		"path length":         issue(t, root, ca, pathLen(0)),
		"excluded leaf":       issue(t, root, ca, subtrees(nil, [][]byte{dns("example.jp")})),
		"excluded CA":         issue(t, root, ca, subtrees(nil, [][]byte{mail("example.jp")})),
		"another key":         issue(t, root, other),
	} {
		in := path.Input{
			Leaf: issue(t, sub, ee, leaf, alt(dns("example.jp"))), Anchors: anchors(issue(t, root, root)),
			Pool: path.NewPool([]*cert.Certificate{c, issue(t, ca, sub, alt(mail("a@example.jp")))}),
		}
		if got, res := search(t, in); res.Accepted || res.Complete != 0 {
			t.Errorf("%s: path %q, %d complete, %s", name, got, res.Complete, tell(res))
		}
	}
}

// TestCAOfOldVersions: only version 3 can say that a certificate is a CA's
// (RFC 5280 6.1.4 (k)), whatever extensions an older one carries.
func TestCAOfOldVersions(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	good := issue(t, root, ca)
	for version, want := range map[byte]bool{0: false, 1: false, 2: true} {
		c := resign(t, good, []byte{0xa0, 3, 2, 1, 2}, []byte{0xa0, 3, 2, 1, version}, root)
		_, res := search(t, path.Input{Leaf: issue(t, ca, ee, leaf), Pool: path.NewPool([]*cert.Certificate{c}), Anchors: anchors(issue(t, root, root))})
		if res.Accepted != want || !want && res.Rejections[0].Code != path.CodeNotCA {
			t.Errorf("version %d: %s", version+1, tell(res))
		}
	}
	plain := issue(t, root, ca, usage(0)) // no keyUsage: not restricted
	if _, res := search(t, path.Input{Leaf: issue(t, ca, ee, leaf), Pool: path.NewPool([]*cert.Certificate{plain}), Anchors: anchors(issue(t, root, root))}); !res.Accepted {
		t.Errorf("without keyUsage: %s", tell(res))
	}
}

// TestAnchorBinds: each thing that an anchor's own certificate says counts
// where it is asked for, and only there (RFC 5937 3.2).
func TestAnchorBinds(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	caNew := newKey("CA", "new key of CA")
	mixed := func(c *x509.Certificate) { c.NotBefore, c.NotAfter = end, start }
	versionless := func(c *cert.Certificate) *cert.Certificate { // version 1: name and key, no extension
		tbs := c.RawTBS
		r := ber.NewReader(tbs, nil)
		e, _ := r.Next()
		body := bytes.TrimPrefix(e.Body, []byte{0xa0, 3, 2, 1, 2})
		in := ber.NewReader(body, nil)
		var kept []byte
		for !in.Empty() {
			e, err := in.Next()
			if err != nil {
				t.Fatal(err)
			}
			if e.Tag != ber.Context(3) {
				kept = append(kept, e.Raw...)
			}
		}
		signed := seq(kept)
		sig, err := root.key.Sign(nil, signed, crypto.Hash(0))
		if err != nil {
			t.Fatal(err)
		}
		return parse(t, seq(signed, c.SignatureAlgorithm.Raw, ber.Append(nil, 3, append([]byte{0}, sig...))))
	}
	for _, tc := range []struct {
		name     string
		anchor   *cert.Certificate
		ca, leaf []option
		rollover bool
		eku      []ber.OID
		free     bool // accepted without AnchorConstraints
		bound    bool // and with
		validity bool // and with AnchorValidity alone
		code     note.Code
	}{
		{name: "right", anchor: issue(t, root, root), free: true, bound: true, validity: true},
		{name: "expired", anchor: issue(t, root, root, expired), free: true, code: path.CodeCAExpired},
		{name: "never in force", anchor: issue(t, root, root, mixed), code: path.CodeAnchor},
		{name: "no CA", anchor: issue(t, root, root, notCA), free: true, validity: true, code: path.CodeNotCA},
		{name: "no certificate sign", anchor: issue(t, root, root, noCertSign), free: true, validity: true, code: path.CodeKeyUsage},
		{name: "unknown critical extension", anchor: issue(t, root, root, ext(true, []byte{5, 0}, 1, 3, 6, 1, 4, 1, 32473, 1)), free: true, validity: true, code: path.CodeUnknownCritical},
		{name: "version 1", anchor: versionless(issue(t, root, root)), free: true, bound: true, validity: true},
		{name: "another extended key usage", anchor: issue(t, root, root, eku(false, serverAuth)), eku: []ber.OID{ocspSigning}, free: true, validity: true, code: path.CodeExtKeyUsage},
		{name: "name of the CA excluded", anchor: issue(t, root, root, subtrees(nil, [][]byte{dns("example.jp")})), ca: []option{alt(dns("example.jp"))}, free: true, validity: true, code: path.CodeNameConstraint},
		{name: "name of a self-issued CA excluded", anchor: issue(t, root, root, subtrees(nil, [][]byte{dns("example.jp")})), rollover: true, ca: []option{alt(dns("example.jp"))}, free: true, bound: true, validity: true},
		{name: "no basicConstraints", anchor: issue(t, root, root, func(c *x509.Certificate) { c.IsCA, c.BasicConstraintsValid = false, false }), free: true, validity: true, code: path.CodeNotCA},
		{name: "version 1 with basicConstraints", anchor: resign(t, issue(t, root, root), []byte{0xa0, 3, 2, 1, 2}, []byte{0xa0, 3, 2, 1, 0}, root), free: true, validity: true, code: path.CodeNotCA},
		{name: "path length 1", anchor: issue(t, root, root, pathLen(1)), free: true, bound: true, validity: true},
		{name: "path length 0", anchor: issue(t, root, root, pathLen(0)), free: true, validity: true, code: path.CodePathLength},
		{name: "path length 1, a self-issued CA besides", anchor: issue(t, root, root, pathLen(1)), rollover: true, free: true, bound: true, validity: true},
		{name: "anyPolicy is mapped", anchor: issue(t, root, root, policies(polA), mapping(polAny, polA)), free: true, validity: true, code: path.CodePolicy},
		{name: "explicit policy", anchor: issue(t, root, root, policies(polA), constraints(0, -1)), free: true, validity: true, code: path.CodePolicy},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pool := []*cert.Certificate{issue(t, root, ca, tc.ca...)}
			in := path.Input{Leaf: issue(t, ca, ee, append([]option{leaf}, tc.leaf...)...), Anchors: anchors(tc.anchor), RequiredEKU: tc.eku}
			if tc.rollover { // root - CA - CA with a new key - leaf; the names are the new one's
				pool = []*cert.Certificate{issue(t, root, ca), issue(t, ca, caNew, tc.ca...)}
				in.Leaf = issue(t, caNew, ee, leaf)
			}
			in.Pool = path.NewPool(pool)
			for _, ask := range []struct {
				constraints, validity, want bool
			}{{want: tc.free}, {constraints: true, want: tc.bound}, {validity: true, want: tc.validity}} {
				in.AnchorConstraints, in.AnchorValidity = ask.constraints, ask.validity
				got, res := search(t, in)
				if res.Accepted != ask.want {
					t.Errorf("constraints %v, validity %v: path %q, %s", ask.constraints, ask.validity, got, tell(res))
				}
				if !res.Accepted && (len(res.Rejections) == 0 || res.Rejections[0].Code != tc.code) {
					t.Errorf("constraints %v, validity %v: want %s: %s", ask.constraints, ask.validity, tc.code, tell(res))
				}
			}
			in.AnchorConstraints, in.AnchorValidity, in.SkipValidity = true, true, true
			if _, res := search(t, in); res.Accepted != (tc.bound || tc.code == path.CodeCAExpired) {
				t.Errorf("no validity asked: %s", tell(res))
			}
		})
	}
}

// TestPoliciesTighten goes on where TestPolicies ends: a CA never loosens, and
// self-issued certificates count apart (RFC 5280 6.1.3 (d)(2), 6.1.4 (h) to (j)).
func TestPoliciesTighten(t *testing.T) {
	root, ca, sub, ee := newEntity("Root"), newEntity("CA"), newEntity("Sub"), newEntity("EE")
	caNew := newKey("CA", "new key of CA")
	rootCert := issue(t, root, root)
	a, anyP := policies(polA), policies(polAny)
	for _, tc := range []struct {
		name     string
		pool     []*cert.Certificate
		leaf     *cert.Certificate
		explicit bool
		want     bool
	}{
		{"explicit stays", []*cert.Certificate{issue(t, root, ca, a, constraints(0, -1)), issue(t, ca, sub, a, constraints(9, -1))}, issue(t, sub, ee, leaf), false, false},
		{"mapping stays inhibited", []*cert.Certificate{issue(t, root, ca, a, constraints(-1, 0)), issue(t, ca, sub, a, constraints(-1, 9), mapping(polA, polB))}, issue(t, sub, ee, leaf, policies(polB)), true, false},
		{"any stays inhibited", []*cert.Certificate{issue(t, root, ca, a, inhibitAny(0)), issue(t, ca, sub, a, inhibitAny(9))}, issue(t, sub, ee, leaf, anyP), true, false},
		{"any inhibited, self-issued in the middle", []*cert.Certificate{issue(t, root, ca, a, inhibitAny(0)), issue(t, ca, caNew, anyP)}, issue(t, caNew, ee, leaf, a), true, true},
		{"any inhibited, not self-issued", []*cert.Certificate{issue(t, root, ca, a, inhibitAny(0)), issue(t, ca, sub, anyP)}, issue(t, sub, ee, leaf, a), true, false},
		{"any inhibited, self-issued at the end", []*cert.Certificate{issue(t, root, ca, a, inhibitAny(0))}, issue(t, ca, caNew, leaf, anyP), true, false},
		{"any inhibited after a self-issued one", []*cert.Certificate{issue(t, root, ca, a, inhibitAny(1)), issue(t, ca, caNew, a), issue(t, caNew, sub, anyP)}, issue(t, sub, ee, leaf, a), true, true},
		{"explicit after three, self-issued not counted", []*cert.Certificate{issue(t, root, ca, a, constraints(3, -1)), issue(t, ca, caNew, a), issue(t, caNew, sub, a)}, issue(t, sub, ee, leaf), false, true},
		{"explicit after one", []*cert.Certificate{issue(t, root, ca, a, constraints(1, -1)), issue(t, ca, sub, a)}, issue(t, sub, ee, leaf), false, false},
		{"a leaf that asks for an explicit policy later", []*cert.Certificate{issue(t, root, ca, a)}, issue(t, ca, ee, leaf, constraints(1, -1)), false, true},
	} {
		in := path.Input{Leaf: tc.leaf, Pool: path.NewPool(tc.pool), Anchors: anchors(rootCert), ExplicitPolicy: tc.explicit}
		if got, res := search(t, in); res.Accepted != tc.want {
			t.Errorf("%s: path %q, %s", tc.name, got, tell(res))
		}
	}
	// A self-issued leaf has no exemption from the anchor's names.
	own := newKey("Root", "leaf of Root")
	names := path.Input{Leaf: issue(t, root, own, leaf, alt(dns("example.jp"))), Anchors: anchors(issue(t, root, root, subtrees(nil, [][]byte{dns("example.jp")}))), AnchorConstraints: true}
	if _, res := search(t, names); res.Accepted || res.Rejections[0].Code != path.CodeNameConstraint {
		t.Errorf("self-issued leaf: %s", tell(res))
	}
	// What was wanted is told.
	in := path.Input{Leaf: issue(t, root, ee, leaf), Anchors: anchors(rootCert), ExplicitPolicy: true}
	for want, set := range map[string][]ber.OID{"anyPolicy": nil, polA + " " + polB: {polB, polA}} {
		in.InitialPolicies = set
		if _, res := search(t, in); len(res.Rejections) == 0 || res.Rejections[0].Params["wanted"] != want {
			t.Errorf("%v: %v", set, res.Rejections)
		}
	}
}

// TestHints: what orders candidates. Everything but the name only orders, so
// all are offered, the most plausible first.
func TestHints(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	far := newEntity("Far")
	rootCert := issue(t, root, root)
	serial := func(n int64) option { return func(c *x509.Certificate) { c.SerialNumber = big.NewInt(n) } }
	noKeyID := func(c *x509.Certificate) { // crypto/x509 gives every CA one
		c.IsCA, c.BasicConstraintsValid, c.SubjectKeyId, c.AuthorityKeyId = false, false, nil, []byte{}
		ext(true, seq([]byte{1, 1, 0xff}), 2, 5, 29, 19)(c)
	}
	keyIDs := func(own string) option {
		return func(c *x509.Certificate) { c.SubjectKeyId, c.AuthorityKeyId = []byte(own), []byte{} }
	}
	authority := func(key string, n int64) option {
		var body []byte
		if key != "" {
			body = ber.Append(body, 0x80, []byte(key))
		}
		if n > 0 {
			body = ber.Append(body, 0xa1, dn("Root"))
			body = ber.Append(body, 0x82, []byte{byte(n)})
		}
		return func(c *x509.Certificate) {
			c.AuthorityKeyId = []byte{}
			ext(false, ber.Append(nil, 0x30, body), 2, 5, 29, 35)(c)
		}
	}
	for _, tc := range []struct {
		name string
		cas  []*cert.Certificate // in the order in which they are to be offered
		ee   option
	}{
		{"the key identifier fits, is absent, differs", []*cert.Certificate{
			issue(t, root, ca, serial(1), keyIDs("one")), issue(t, root, ca, serial(2), noKeyID), issue(t, root, ca, serial(3), keyIDs("two")),
		}, authority("one", 0)},
		{"the serial number fits", []*cert.Certificate{
			issue(t, root, ca, serial(7), noKeyID), issue(t, root, ca, serial(8), noKeyID),
		}, authority("", 7)},
		{"the serial number fits, the key identifier differs", []*cert.Certificate{
			issue(t, root, ca, serial(8), keyIDs("one")), issue(t, root, ca, serial(7), keyIDs("two")),
		}, authority("one", 7)},
		{"the other's serial number fits", []*cert.Certificate{
			issue(t, root, ca, serial(7), keyIDs("one")), issue(t, root, ca, serial(8), keyIDs("one")),
		}, authority("one", 7)},
		{"in force, run out", []*cert.Certificate{issue(t, root, ca, serial(1)), issue(t, root, ca, serial(2), expired)}, noKeyIDs},
		{"in force, not yet", []*cert.Certificate{issue(t, root, ca, serial(1)), issue(t, root, ca, serial(2), early)}, noKeyIDs},
		{"at its last second", []*cert.Certificate{
			issue(t, root, ca, serial(1), func(c *x509.Certificate) { c.NotAfter = noon }), issue(t, root, ca, serial(2), expired),
		}, noKeyIDs},
		{"at its first second", []*cert.Certificate{
			issue(t, root, ca, serial(1), func(c *x509.Certificate) { c.NotBefore = noon }), issue(t, root, ca, serial(2), early),
		}, noKeyIDs},
	} {
		for salt := range 6 { // whatever the order of their digests
			var cas []*cert.Certificate
			for _, c := range tc.cas {
				cas = append(cas, resign(t, c, []byte("CA"), []byte("CA"), root))
			}
			leafCert := issue(t, ca, ee, leaf, tc.ee, serial(int64(100+salt)))
			var order []string
			path.Search(path.Input{Leaf: leafCert, Pool: path.NewPool(cas), Anchors: anchors(rootCert), Time: noon, LenientCAValidity: true}, func(p *path.Path) bool {
				order = append(order, p.Certificates[1].Serial.String())
				return false
			})
			var want []string
			for _, c := range cas {
				want = append(want, c.Serial.String())
			}
			if fmt.Sprint(order) != fmt.Sprint(want) {
				t.Errorf("%s: offered %v, want %v", tc.name, order, want)
			}
		}
	}
	// Nearer to an anchor first; bare anchors of one name side by side.
	near, away := issue(t, root, ca), issue(t, far, ca)
	var lengths []int
	res := path.Search(path.Input{
		Leaf: issue(t, ca, ee, leaf, noKeyIDs), Pool: path.NewPool([]*cert.Certificate{near, away, issue(t, root, far)}), Time: noon,
		Anchors: []path.Anchor{bare(rootCert), {Name: rootCert.RawSubject, SPKI: issue(t, far, far).RawSPKI}},
	}, func(p *path.Path) bool { lengths = append(lengths, len(p.Certificates)); return false })
	if fmt.Sprint(lengths) != "[2 3]" {
		t.Errorf("lengths %v, %s", lengths, tell(res))
	}
}

// TestAnchorHints: among anchors of one name those in use come first, then
// those that the authority key identifier names.
func TestAnchorHints(t *testing.T) {
	root, ee := newEntity("Root"), newEntity("EE")
	c := issue(t, root, root)
	id := func(s string) []byte { return []byte(s) }
	list := []path.Anchor{
		{Certificate: c, ID: "z", SubjectKeyID: keyID(root)}, {Certificate: c, ID: "a", SubjectKeyID: id("other")},
		{Certificate: c, ID: "later", Until: noon.Add(time.Hour), SubjectKeyID: id("other")}, {Certificate: c, ID: "b"}, {Certificate: c, ID: "0 over", Until: noon, SubjectKeyID: id("other")},
	}
	var ids []string
	path.Search(path.Input{Leaf: issue(t, root, ee, leaf), Anchors: list, Time: noon}, func(p *path.Path) bool { ids = append(ids, p.Anchor.ID); return false })
	if fmt.Sprint(ids) != "[b z a later 0 over]" {
		t.Errorf("order %v", ids)
	}
}

// TestSearchEnds: every way in which a search may end, told as such.
func TestSearchEnds(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	rootCert, caCert, eeCert := issue(t, root, root), issue(t, root, ca), issue(t, ca, ee, leaf)
	in := path.Input{Leaf: eeCert, Pool: path.NewPool([]*cert.Certificate{caCert}), Anchors: anchors(rootCert), Time: noon}
	whole := purse.New(purse.Limits{})
	in.Purse = whole
	if _, res := search(t, in); !res.Accepted {
		t.Fatal(tell(res))
	}
	// Each resource one short of what the search needs.
	for kind, limits := range map[purse.Kind]func(int64) purse.Limits{
		purse.Paths:      func(n int64) purse.Limits { return purse.Limits{Paths: n} },
		purse.Signatures: func(n int64) purse.Limits { return purse.Limits{Signatures: n} },
		purse.Objects:    func(n int64) purse.Limits { return purse.Limits{Objects: n} },
	} {
		used := purse.New(purse.Limits{}).Left(kind) - whole.Left(kind)
		for n := int64(1); n <= used; n++ {
			in.Purse = purse.New(limits(n))
			accepted := 0
			res := path.Search(in, func(*path.Path) bool { accepted++; return true })
			if res.Accepted != (n == used) || (res.Stopped != nil) != (n < used) || accepted != res.Offered || n < used && accepted > 0 {
				t.Errorf("%d of %d %v: accepted %v, stopped %v, offered %d, %s", n, used, kind, res.Accepted, res.Stopped, res.Offered, tell(res))
			}
			if n < used && !strings.Contains(codes(res), "016") {
				t.Errorf("%d of %d %v: does not say so: %s", n, used, kind, codes(res))
			}
		}
	}
	// Depth: a path of exactly that many certificates is found, one more is not,
	// and the deep road does not end the search of the others.
	in.Purse = purse.New(purse.Limits{Depth: 2})
	if _, res := search(t, in); !res.Accepted {
		t.Errorf("depth 2: %s", tell(res))
	}
	in.Purse = purse.New(purse.Limits{Depth: 1})
	if _, res := search(t, in); res.Accepted || !strings.Contains(codes(res), "025") {
		t.Errorf("depth 1: %s", tell(res))
	}
	deep := newEntity("Deep")
	in.Purse = purse.New(purse.Limits{Depth: 2})
	in.Leaf = issue(t, ca, ee, leaf, noKeyIDs)
	in.Pool = path.NewPool([]*cert.Certificate{caCert, issue(t, deep, ca, noKeyIDs), issue(t, root, deep)})
	offered := 0
	res := path.Search(in, func(*path.Path) bool { offered++; return false })
	if offered != 1 || !strings.Contains(codes(res), "025") {
		t.Errorf("deep road: %d offered, %s", offered, tell(res))
	}
	// Whoever takes a path is asked no more, not for the leaf as its own anchor either.
	asked := 0
	res = path.Search(path.Input{Leaf: eeCert, Pool: path.NewPool([]*cert.Certificate{caCert}), Time: noon,
		Anchors: []path.Anchor{{Certificate: eeCert, ID: "1"}, {Certificate: eeCert, ID: "2"}, {Certificate: rootCert}}}, func(p *path.Path) bool { asked++; return true })
	if asked != 1 || !res.Accepted || res.Offered != 1 || len(res.Rejections) != 0 {
		t.Errorf("asked %d times, %+v", asked, res)
	}
	asked = 0
	res = path.Search(path.Input{Leaf: eeCert, Pool: path.NewPool([]*cert.Certificate{caCert}), Time: noon,
		Anchors: []path.Anchor{{Certificate: eeCert}, {Certificate: rootCert}}}, func(p *path.Path) bool { asked++; return false })
	if asked != 2 || res.Complete != 2 {
		t.Errorf("asked %d times, %+v", asked, res)
	}
	// A leaf that is an anchor and does not do is refused as such.
	_, res = search(t, path.Input{Leaf: issue(t, ca, ee, leaf, expired), Anchors: anchors(issue(t, ca, ee, leaf, expired))})
	if res.Accepted || res.Complete != 1 || res.Rejections[0].Code != path.CodeLeafExpired || res.Rejections[0].Anchor == nil {
		t.Errorf("%+v", res)
	}
	// The anchor's certificate, not one of its name.
	if _, res = search(t, path.Input{Leaf: issue(t, root, root, pathLen(3)), Anchors: []path.Anchor{bare(rootCert)}}); res.Accepted && res.Offered != 1 {
		t.Errorf("%+v", res)
	}
	in = path.Input{Leaf: issue(t, ca, ee, leaf, expired), Pool: path.NewPool([]*cert.Certificate{caCert}), Anchors: anchors(rootCert), SkipValidity: true}
	if _, res = search(t, in); !res.Accepted {
		t.Errorf("no validity asked: %s", tell(res))
	}
}

// TestNoEntityTwice: RFC 5280 6.1 and RFC 4158 5.2. The same name, key and
// alternative names make an entity; a path through the anchor is no path.
func TestNoEntityTwice(t *testing.T) {
	root, a, b, ee := newEntity("Root"), newEntity("A"), newEntity("B"), newEntity("EE")
	rootCert := issue(t, root, root)
	for _, tc := range []struct {
		name string
		pool []*cert.Certificate
		want string // lengths of the paths offered
	}{
		{"a loop", []*cert.Certificate{issue(t, root, a), issue(t, b, a), issue(t, a, b)}, "[2]"},
		{"a loop through another certificate of the entity", []*cert.Certificate{issue(t, root, a), issue(t, b, a), issue(t, a, b), issue(t, root, b)}, "[2 3]"},
		{"another alternative name is another entity", []*cert.Certificate{issue(t, root, a, alt(dns("a.example"))), issue(t, b, a), issue(t, a, b)}, "[2 4]"},
		{"the same number of other names too", []*cert.Certificate{issue(t, root, a, alt(dns("a.example"))), issue(t, b, a, alt(dns("b.example"))), issue(t, a, b)}, "[2 4]"},
		{"another key is another entity", []*cert.Certificate{issue(t, root, newKey("A", "old key of A")), issue(t, newKey("A", "old key of A"), a)}, "[3]"},
		{"through the anchor", []*cert.Certificate{issue(t, root, a), issue(t, b, root), issue(t, root, b)}, "[2]"},
		{"through another certificate of the anchor's key", []*cert.Certificate{issue(t, root, a), issue(t, root, root, pathLen(7))}, "[2]"},
		{"through another key of the anchor's name", []*cert.Certificate{issue(t, root, newKey("Root", "new")), issue(t, newKey("Root", "new"), a)}, "[3]"},
	} {
		var lengths []int
		res := path.Search(path.Input{Leaf: issue(t, a, ee, leaf, noKeyIDs), Pool: path.NewPool(tc.pool), Anchors: anchors(rootCert), Time: noon}, func(p *path.Path) bool {
			lengths = append(lengths, len(p.Certificates))
			return false
		})
		if fmt.Sprint(lengths) != tc.want {
			t.Errorf("%s: paths of %v, want %s; %s", tc.name, lengths, tc.want, tell(res))
		}
	}
	// A leaf that bears the anchor's name and key is not the anchor.
	in := path.Input{Leaf: issue(t, root, root, pathLen(3)), Anchors: anchors(rootCert)}
	if got, res := search(t, in); got != "Root | Root" || res.Complete != 1 {
		t.Errorf("path %q, %s", got, tell(res))
	}
}

// TestRanks: the reason that tells most comes first.
func TestRanks(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	liar := newKey("CA", "liar")
	rootCert := issue(t, root, root)
	first := func(leafCert *cert.Certificate, pool ...*cert.Certificate) path.Rejection {
		_, res := search(t, path.Input{Leaf: leafCert, Pool: path.NewPool(pool), Anchors: anchors(rootCert)})
		if res.Accepted || len(res.Rejections) == 0 {
			t.Fatalf("%+v", res)
		}
		return res.Rejections[0]
	}
	changed := issue(t, ca, ee, leaf)
	forged := parse(t, bytes.Replace(changed.Raw, []byte("EE"), []byte("FF"), 1))
	if r := first(forged, issue(t, root, ca)); r.Code != path.CodeSignature || r.Rank != 20+45 {
		t.Errorf("identifiers name the issuer: %s %d", r.Code, r.Rank)
	}
	if r := first(issue(t, liar, ee, leaf, noKeyIDs), issue(t, root, ca, noKeyIDs)); r.Code != path.CodeMissingIssuer {
		t.Errorf("nothing names the issuer: %s %d", r.Code, r.Rank)
	}
	if r := first(issue(t, liar, ee, leaf), issue(t, root, ca)); r.Code != path.CodeMissingIssuer {
		t.Errorf("another is named: %s %d", r.Code, r.Rank)
	}
	_, res := search(t, path.Input{Leaf: issue(t, liar, ee, leaf, noKeyIDs), Anchors: []path.Anchor{bare(issue(t, ca, ca))}})
	if len(res.Rejections) != 2 || res.Rejections[0].Code != path.CodeMissingIssuer || res.Rejections[1].Rank != 20 {
		t.Errorf("neither has an identifier: %s", tell(res))
	}
	// Complete paths before edges, whatever their code.
	side := newEntity("Side")
	if r := first(issue(t, ca, ee, leaf, alt(dns("example.jp"))), issue(t, root, ca, notCA), issue(t, side, ca, expired), issue(t, root, side)); r.Code != path.CodeCAExpired {
		t.Errorf("%s", r.Code)
	}
	// The list is bounded and says how many more there were.
	var pool []*cert.Certificate
	for i := range 200 {
		pool = append(pool, issue(t, root, ca, notCA, func(c *x509.Certificate) { c.SerialNumber = big.NewInt(int64(i + 1)) }))
	}
	_, res = search(t, path.Input{Leaf: issue(t, ca, ee, leaf), Pool: path.NewPool(pool), Anchors: anchors(rootCert)})
	if len(res.Rejections) != 128 || res.Untold != 72 {
		t.Errorf("%d rejections, %d untold", len(res.Rejections), res.Untold)
	}
}

// TestDeadEnds: what is missing is told where it is missing, once.
func TestDeadEnds(t *testing.T) {
	root, ca, sub, ee := newEntity("Root"), newEntity("CA"), newEntity("Sub"), newEntity("EE")
	rootCert := issue(t, root, root)
	urls := func(c *x509.Certificate) {
		c.IssuingCertificateURL = []string{"http://a.example/ca.cer", "http://b.example/ca.cer"}
	}
	liar := newKey("CA", "liar")
	for _, tc := range []struct {
		name    string
		leaf    *cert.Certificate
		pool    []*cert.Certificate
		anchors []path.Anchor
		want    string // codes with the certificates of their paths
	}{
		{"nothing at hand", issue(t, ca, ee, leaf), nil, nil, "017 EE"},
		{"the CA's issuer", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, root, ca)}, nil, "017 EE CA"},
		{"a root that is no anchor", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, root, ca), rootCert}, nil, "001 EE CA Root"},
		{"a self-signed leaf", issue(t, ee, ee, leaf), nil, nil, "001 EE"},
		{"two ends", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, root, ca), issue(t, sub, ca)}, nil, "017 EE CA, 017 EE CA"},
		{"one end by two ways", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, sub, ca), issue(t, root, ca), issue(t, root, sub), rootCert}, nil, "001 EE CA Root"},
		{"only a namesake", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, root, liar)}, anchors(rootCert), "017 EE, 014 EE CA"},
		{"only a namesake that cannot be reached", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, root, liar)}, nil, "017 EE"},
		{"an anchor's own certificate at hand", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, root, ca, notCA), rootCert}, anchors(rootCert), "013 EE CA"},
	} {
		_, res := search(t, path.Input{Leaf: tc.leaf, Pool: path.NewPool(tc.pool), Anchors: tc.anchors})
		var got []string
		for _, r := range res.Rejections {
			line := string(r.Code)[len("K-PTH-"):]
			for _, c := range r.Path {
				line += " " + c.Subject.CommonName()
			}
			got = append(got, line)
		}
		if strings.Join(got, ", ") != tc.want {
			t.Errorf("%s: %v, want %s", tc.name, got, tc.want)
		}
	}
	_, res := search(t, path.Input{Leaf: issue(t, ca, ee, leaf, urls)})
	if p := res.Rejections[0].Params; p["issuer"] != "CN=CA" || p["urls"] != "http://a.example/ca.cer http://b.example/ca.cer" {
		t.Errorf("params %v", p)
	}
}

// TestUsageOneByOne goes on where TestUsage ends.
func TestUsageOneByOne(t *testing.T) {
	root, ee := newEntity("Root"), newEntity("EE")
	rootCert := issue(t, root, root)
	const sign = x509.KeyUsageDigitalSignature
	for _, tc := range []struct {
		name  string
		leaf  []option
		usage path.Usage
		eku   []ber.OID
		want  bool
	}{
		{name: "a CA that only issues, for a purpose", leaf: []option{usage(x509.KeyUsageCertSign | x509.KeyUsageCRLSign), func(c *x509.Certificate) { c.IsCA = true }}, eku: []ber.OID{serverAuth}, want: true},
		{name: "no basicConstraints, only issues", leaf: []option{usage(x509.KeyUsageCRLSign), func(c *x509.Certificate) { c.BasicConstraintsValid = false }}, eku: []ber.OID{serverAuth}},
		{name: "only issues, no purpose asked", leaf: []option{usage(x509.KeyUsageCRLSign)}, want: true},
		{name: "responder without signature bits", leaf: []option{usage(x509.KeyUsageKeyAgreement), eku(false, ocspSigning)}, usage: path.Usage{Purpose: path.OCSPSigning}},
		{name: "responder without keyUsage", leaf: []option{usage(0), eku(false, ocspSigning)}, usage: path.Usage{Purpose: path.OCSPSigning}, want: true},
		{name: "time-stamping without eku", leaf: []option{usage(sign)}, usage: path.Usage{Purpose: path.Timestamping}},
		{name: "one of the policy's", leaf: []option{eku(false, serverAuth)}, usage: path.Usage{ExtAnyOf: []ber.OID{ocspSigning, serverAuth}}, want: true},
		{name: "none of the policy's", leaf: []option{eku(false, timeStamping)}, usage: path.Usage{ExtAnyOf: []ber.OID{ocspSigning, serverAuth}}},
		{name: "the policy's by any", leaf: []option{eku(false, anyEKU)}, usage: path.Usage{ExtAnyOf: []ber.OID{ocspSigning}, ExtNot: []ber.OID{anyEKU}}, want: true},
		{name: "the policy's where there is none", usage: path.Usage{ExtAnyOf: []ber.OID{ocspSigning}, ExtNot: []ber.OID{serverAuth}}, want: true},
		{name: "nothing but what the policy refuses", leaf: []option{eku(false, serverAuth, timeStamping)}, usage: path.Usage{ExtNot: []ber.OID{timeStamping, serverAuth}}},
		{name: "something besides", leaf: []option{eku(false, serverAuth, ocspSigning)}, usage: path.Usage{ExtNot: []ber.OID{timeStamping, serverAuth}}, want: true},
	} {
		in := path.Input{Leaf: issue(t, root, ee, append([]option{leaf}, tc.leaf...)...), Anchors: anchors(rootCert), Usage: tc.usage, RequiredEKU: tc.eku}
		if got, res := search(t, in); res.Accepted != tc.want {
			t.Errorf("%s: path %q, %s", tc.name, got, tell(res))
		}
	}
	if got := path.Purpose(5).String(); got != "unknown" {
		t.Errorf("purpose 5 is %s", got)
	}
	without := issue(t, root, ee, leaf)
	if p := path.NewPool([]*cert.Certificate{without}); len(without.SubjectKeyID) != 0 || p.ByKeyID(nil) != nil || p.ByKeyID([]byte{}) != nil {
		t.Error("a certificate without key identifier is found by none")
	}
}
