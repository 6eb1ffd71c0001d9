package path_test

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// TestHints: what orders candidates. Everything but the name only orders, so
// all are offered, the most plausible first.
func TestHints(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	far := newEntity("Far")
	rootCert := issue(t, root, root)
	noKeyID := func(c *x509.Certificate) { // crypto/x509 gives every CA one
		c.IsCA, c.BasicConstraintsValid, c.SubjectKeyId, c.AuthorityKeyId = false, false, nil, []byte{}
		ext(true, seq([]byte{1, 1, 0xff}), 2, 5, 29, 19)(c)
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
		{"no identifier is better than another", []*cert.Certificate{
			issue(t, root, ca, serial(1), keyIDs("one")), issue(t, root, ca, serial(2), noKeyID, expired), issue(t, root, ca, serial(3), keyIDs("two")),
		}, authority("one", 0)},
		{"nothing is asked, so nothing fits", []*cert.Certificate{
			issue(t, root, ca, serial(1), keyIDs("one")), issue(t, root, ca, serial(2), noKeyID, expired),
		}, noKeyIDs},
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
			path.Search(path.Input{Leaf: leafCert, Pool: path.NewPool(cas), Anchors: anchors(rootCert), Time: noon, SkipValidity: true}, func(p *path.Path) bool {
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
		{"a key under another name is another entity", []*cert.Certificate{issue(t, root, newKey("B", "A")), issue(t, newKey("B", "A"), a)}, "[3]"},
		{"the anchor's key under another name", []*cert.Certificate{issue(t, root, newKey("B", "Root")), issue(t, newKey("B", "Root"), a)}, "[3]"},
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
	// What is refused on a way that only leads back is told last, as far as it
	// is looked into.
	detours := func(sides int) (n int) {
		pool := []*cert.Certificate{issue(t, root, ca, notCA)}
		for i := range 140 {
			pool = append(pool, issue(t, side, ca, notCA, func(c *x509.Certificate) { c.SerialNumber = big.NewInt(int64(i + 1)) }))
		}
		for i := range sides {
			pool = append(pool, issue(t, ca, side, func(c *x509.Certificate) { c.SerialNumber = big.NewInt(int64(i + 1)) }))
		}
		_, res := search(t, path.Input{Leaf: issue(t, ca, ee, leaf), Pool: path.NewPool(pool), Anchors: anchors(rootCert)})
		for i, r := range res.Rejections {
			if r.Detour {
				n++
			}
			if i > 0 && r.Detour != (r.Rank < 0) {
				t.Errorf("rank %d, detour %v", r.Rank, r.Detour)
			}
		}
		return n
	}
	if n := detours(1); n != 127 && n != 128 {
		t.Errorf("%d detours", n)
	}
	if n := detours(12); n == 0 || n > 110 {
		t.Errorf("%d detours", n)
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
