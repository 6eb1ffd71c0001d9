package path_test

import (
	"bytes"
	"crypto/x509"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/internal/path"
)

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
	// Nothing is spent after a path was taken.
	spent := purse.New(purse.Limits{})
	search(t, path.Input{Leaf: caCert, Anchors: []path.Anchor{{Certificate: rootCert, ID: "1"}, {Certificate: rootCert, ID: "2"}}, Purse: spent})
	if left := purse.New(purse.Limits{}).Left(purse.Paths) - spent.Left(purse.Paths); left != 1 {
		t.Errorf("%d paths spent", left)
	}
	spent = purse.New(purse.Limits{})
	search(t, path.Input{Leaf: eeCert, Anchors: anchors(rootCert), Purse: spent, Pool: path.NewPool([]*cert.Certificate{caCert, issue(t, root, ca, pathLen(1)), issue(t, root, ca, pathLen(2))})})
	if left := purse.New(purse.Limits{}).Left(purse.Paths) - spent.Left(purse.Paths); left != 2 {
		t.Errorf("%d paths spent of three", left)
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

// TestDeadEnds: what is missing is told where it is missing, once.
func TestDeadEnds(t *testing.T) {
	root, ca, sub, ee := newEntity("Root"), newEntity("CA"), newEntity("Sub"), newEntity("EE")
	rootCert := issue(t, root, root)
	urls := func(c *x509.Certificate) {
		c.IssuingCertificateURL = []string{"http://a.example/ca.cer", "http://b.example/ca.cer"}
	}
	liar := newKey("CA", "liar")
	otherRoot := issue(t, newKey("Root", "other"), newKey("Root", "other"))
	unknown := func(c *cert.Certificate, issuer *entity) *cert.Certificate { // a key of an algorithm that nobody knows
		return resign(t, c, c.RawSPKI, bytes.Replace(c.RawSPKI, oid("1.3.101.112"), oid("1.3.101.99"), 1), issuer)
	}
	strange, strangeRoot := unknown(issue(t, root, ca), root), unknown(issue(t, ca, ca), ca)
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
		{"an anchor's key certified by somebody unknown", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, root, ca, notCA), issue(t, sub, root)}, anchors(rootCert), "013 EE CA"},
		{"two keys of the anchor's name, the first", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, root, ca, notCA)}, anchors(rootCert, otherRoot), "013 EE CA"},
		{"two keys of the anchor's name, the second", issue(t, ca, ee, leaf), []*cert.Certificate{issue(t, newKey("Root", "other"), ca, notCA)}, anchors(rootCert, otherRoot), "013 EE CA"},
		{"a link to a key that is not at hand", issue(t, newKey("CA", "new"), ee, leaf), []*cert.Certificate{issue(t, ca, newKey("CA", "new"))}, nil, "017 EE CA"},
		{"a CA whose key cannot be computed", issue(t, ca, ee, leaf), []*cert.Certificate{strange}, anchors(rootCert), "021 EE CA"},
		{"a root whose key cannot be computed", issue(t, ca, ee, leaf), []*cert.Certificate{strangeRoot}, nil, "021 EE CA"},
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
	// A leaf that is the anchor and is not taken has nothing missing.
	res := path.Search(path.Input{Leaf: rootCert, Anchors: anchors(rootCert), Time: noon}, func(*path.Path) bool { return false })
	if res.Accepted || len(res.Rejections) != 0 {
		t.Errorf("an anchor that is not taken: %s", tell(res))
	}
	// What was not looked at is not called missing.
	_, res = search(t, path.Input{Leaf: issue(t, ca, ee, leaf), Pool: path.NewPool([]*cert.Certificate{issue(t, root, ca), issue(t, sub, ca)}), Anchors: anchors(rootCert), Purse: purse.New(purse.Limits{Signatures: 1})})
	if codes(res) != "016" {
		t.Errorf("stopped: %s", tell(res))
	}
	_, res = search(t, path.Input{Leaf: issue(t, ca, ee, leaf, urls)})
	if p := res.Rejections[0].Params; p["issuer"] != "CN=CA" || p["urls"] != "http://a.example/ca.cer http://b.example/ca.cer" {
		t.Errorf("params %v", p)
	}
}
