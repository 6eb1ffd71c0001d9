package path_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/verify/internal/path"
)

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
