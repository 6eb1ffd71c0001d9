package path_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// dsaSigned is a certificate with another key, signed by DSA with SHA-256.
func dsaSigned(t *testing.T, c *cert.Certificate, spki []byte, k *verifytest.DSA) *cert.Certificate {
	t.Helper()
	r := ber.NewReader(c.RawTBS, nil)
	e, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	algorithm := k.Algorithm()
	tbs := ber.Append(nil, 0x30, bytes.Replace(bytes.Replace(e.Body, c.SignatureAlgorithm.Raw, algorithm, 1), c.RawSPKI, spki, 1))
	return parse(t, seq(tbs, algorithm, ber.Append(nil, 3, append([]byte{0}, k.Sign(tbs)...))))
}

// TestInheritedParameters: RFC 5280 6.1.4 (d) to (f). A DSA key without its
// parameters takes those of the key that certified it, and is then held to
// every signature as any other.
func TestInheritedParameters(t *testing.T) {
	k := verifytest.DSAKey()
	root, ca, sub, ee := newEntity("Root"), newEntity("CA"), newEntity("Sub"), newEntity("EE")
	full, bareKey := k.SPKI(true), k.SPKI(false)
	leafCert := issue(t, sub, ee, leaf)
	leafCert = dsaSigned(t, leafCert, leafCert.RawSPKI, k)
	links := []*cert.Certificate{dsaSigned(t, issue(t, root, ca), bareKey, k), dsaSigned(t, issue(t, ca, sub), bareKey, k)}
	anchor := path.Anchor{Name: links[0].RawIssuer, SPKI: full}
	in := path.Input{Leaf: leafCert, Pool: path.NewPool(links), Anchors: []path.Anchor{anchor}, Time: noon}
	res := path.Search(in, func(p *path.Path) bool {
		for i := 1; i < len(p.Keys); i++ {
			if p.Keys[i].NeedsParameters() {
				t.Errorf("key %d has no parameters", i)
			}
		}
		return true
	})
	if !res.Accepted {
		t.Fatal(tell(res))
	}
	// Two anchors of one key give the same completed key.
	var keys []any
	in.Anchors = []path.Anchor{anchor, {Name: anchor.Name, SPKI: full, ID: "again"}}
	path.Search(in, func(p *path.Path) bool { keys = append(keys, p.Keys[1]); return false })
	if len(keys) != 2 || keys[0] != keys[1] {
		t.Errorf("%d keys", len(keys))
	}
	in.Anchors = []path.Anchor{anchor}
	changed := bytes.Replace(leafCert.Raw, []byte("EE"), []byte("FF"), 1)
	in.Leaf = parse(t, changed)
	if res := path.Search(in, func(*path.Path) bool { return true }); res.Accepted || res.Rejections[0].Code != path.CodeSignature {
		t.Errorf("a changed leaf: %s", tell(res))
	}
	in.Leaf = leafCert
	in.Anchors = []path.Anchor{{Name: anchor.Name, SPKI: issue(t, root, root).RawSPKI}}
	if res := path.Search(in, func(*path.Path) bool { return true }); res.Accepted {
		t.Error("parameters from a key of another kind")
	}
}

// TestPoliciesOfALeafAnchor: a leaf that is the anchor is restricted by nobody;
// its policies are told as they are wanted.
func TestPoliciesOfALeafAnchor(t *testing.T) {
	root := newEntity("Root")
	for _, tc := range []struct {
		own, want []string
		set       []ber.OID
		any       bool
	}{
		{own: []string{polB, polA}, set: []ber.OID{polA, polB}},
		{own: []string{polA, polAny}, set: []ber.OID{polA}, any: true},
		{own: []string{polA, polB}, want: []string{polB}, set: []ber.OID{polB}},
		{own: []string{polA}, want: []string{polB}},
		{own: []string{polA}, want: []string{polC, polAny}, set: []ber.OID{polA}},
	} {
		c := issue(t, root, root, policies(tc.own...))
		in := path.Input{Leaf: c, Anchors: anchors(c), Time: noon}
		for _, p := range tc.want {
			in.InitialPolicies = append(in.InitialPolicies, ber.OID(p))
		}
		res := path.Search(in, func(p *path.Path) bool {
			if !p.LeafIsAnchor || !slices.Equal(p.Policies, tc.set) || p.AnyPolicy != tc.any {
				t.Errorf("%v, wanted %v: %v, any %v", tc.own, tc.want, p.Policies, p.AnyPolicy)
			}
			return true
		})
		if !res.Accepted {
			t.Errorf("%v, wanted %v: %s", tc.own, tc.want, tell(res))
		}
	}
	// No validity asked: a CA that ran out is not told as expired.
	ca, ee := newEntity("CA"), newEntity("EE")
	in := path.Input{Leaf: issue(t, ca, ee, leaf), Pool: path.NewPool([]*cert.Certificate{issue(t, root, ca, expired)}), Anchors: anchors(issue(t, root, root)), Time: noon, CAValidity: path.Recorded, SkipValidity: true}
	if res := path.Search(in, func(p *path.Path) bool { return len(p.Expired) == 0 && len(p.Notes) == 0 }); !res.Accepted {
		t.Errorf("%s", tell(res))
	}
}
