package path_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// TestSearchOneDeviation: a chain of leaf, CA and root that is right but for
// one thing.
func TestSearchOneDeviation(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	other := newKey("CA", "another key of CA")
	type parts struct {
		root, ca, ee *cert.Certificate
		in           path.Input
	}
	for _, tc := range []struct {
		name  string
		make  func(p *parts)
		want  string // the path
		codes string // of the rejections where there is none
	}{
		{name: "right", want: "EE CA | Root"},
		{name: "bare anchor", make: func(p *parts) { p.in.Anchors = []path.Anchor{bare(p.root)} }, want: "EE CA | Root"},
		{name: "anchor in the middle", make: func(p *parts) { p.in.Anchors = anchors(p.ca) }, want: "EE | CA"},
		{name: "anchor is the leaf", make: func(p *parts) { p.in.Anchors = anchors(p.ee) }, want: "EE | EE"},
		{name: "no anchor", make: func(p *parts) { p.in.Anchors = nil }, codes: "017"},
		{name: "root at hand, not trusted", make: func(p *parts) {
			p.in.Anchors, p.in.Pool = nil, path.NewPool([]*cert.Certificate{p.ca, p.root})
		}, codes: "001"},
		{name: "issuer missing", make: func(p *parts) { p.in.Pool = nil }, codes: "017"},
		{name: "no key identifiers", make: func(p *parts) {
			p.ca, p.ee = issue(t, root, ca, noKeyIDs), issue(t, ca, ee, leaf, noKeyIDs)
		}, want: "EE CA | Root"},
		{name: "leaf expired", make: func(p *parts) { p.ee = issue(t, ca, ee, leaf, expired) }, codes: "003"},
		{name: "leaf expired, skipped", make: func(p *parts) { p.ee, p.in.SkipLeafValidity = issue(t, ca, ee, leaf, expired), true }, want: "EE CA | Root"},
		{name: "leaf too early", make: func(p *parts) { p.ee = issue(t, ca, ee, leaf, early) }, codes: "004"},
		{name: "CA expired", make: func(p *parts) { p.ca = issue(t, root, ca, expired) }, codes: "002"},
		{name: "CA expired, no validity asked", make: func(p *parts) { p.ca, p.in.SkipValidity = issue(t, root, ca, expired), true }, want: "EE CA | Root"},
		{name: "CA expired, lenient", make: func(p *parts) { p.ca, p.in.CAValidity = issue(t, root, ca, expired), path.Recorded }, want: "EE CA | Root"},
		{name: "CA too early", make: func(p *parts) { p.ca = issue(t, root, ca, early) }, codes: "004"},
		{name: "CA too early, lenient", make: func(p *parts) { p.ca, p.in.CAValidity = issue(t, root, ca, early), path.Recorded }, codes: "004"},
		{name: "CA expired, chain model", make: func(p *parts) { p.ca, p.in.CAValidity = issue(t, root, ca, expired), path.AtIssue }, want: "EE CA | Root"},
		{name: "CA ends as it issues, chain model", make: func(p *parts) { p.ca, p.in.CAValidity = issue(t, root, ca, until(start)), path.AtIssue }, want: "EE CA | Root"},
		{name: "CA ended before it issued, chain model", make: func(p *parts) {
			p.ca, p.in.CAValidity = issue(t, root, ca, until(start.Add(time.Hour))), path.AtIssue
			p.ee = issue(t, ca, ee, leaf, since(start.Add(time.Hour+time.Second)))
		}, codes: "030"},
		{name: "CA began after it issued, chain model", make: func(p *parts) {
			p.ca, p.in.CAValidity = issue(t, root, ca, since(start.Add(time.Second))), path.AtIssue
		}, codes: "030"},
		{name: "CA ended before it issued, chain model, no validity asked", make: func(p *parts) {
			p.ca, p.in.CAValidity, p.in.SkipValidity = issue(t, root, ca, since(start.Add(time.Second))), path.AtIssue, true
		}, want: "EE CA | Root"},
		{name: "CA certified anew after it issued", make: func(p *parts) { p.ca = issue(t, root, ca, since(start.Add(time.Second))) }, want: "EE CA | Root"},
		{name: "CA certified anew after it issued, lenient", make: func(p *parts) {
			p.ca, p.in.CAValidity = issue(t, root, ca, since(start.Add(time.Second))), path.Recorded
		}, want: "EE CA | Root"},
		{name: "leaf expired, chain model", make: func(p *parts) { p.ee, p.in.CAValidity = issue(t, ca, ee, leaf, expired), path.AtIssue }, codes: "003"},
		{name: "anchor expired, asked, chain model", make: func(p *parts) {
			p.root = issue(t, root, root, expired)
			p.in.Anchors, p.in.AnchorValidity, p.in.CAValidity = anchors(p.root), true, path.AtIssue
		}, want: "EE CA | Root"},
		{name: "anchor ended before it issued, asked, chain model", make: func(p *parts) {
			p.root, p.ca = issue(t, root, root, until(start.Add(time.Hour))), issue(t, root, ca, since(start.Add(2*time.Hour)))
			p.ee = issue(t, ca, ee, leaf, since(start.Add(3*time.Hour)))
			p.in.Anchors, p.in.AnchorValidity, p.in.CAValidity = anchors(p.root), true, path.AtIssue
		}, codes: "030"},
		{name: "CA is none", make: func(p *parts) { p.ca = issue(t, root, ca, notCA) }, codes: "013"},
		{name: "CA without keyCertSign", make: func(p *parts) { p.ca = issue(t, root, ca, noCertSign) }, codes: "008"},
		{name: "wrong key", make: func(p *parts) { p.ee = issue(t, other, ee, leaf) }, codes: "017 014"},
		{name: "unknown critical extension of the leaf", make: func(p *parts) { p.ee = issue(t, ca, ee, leaf, ext(true, []byte{5, 0}, 1, 3, 6, 1, 4, 1, 32473, 1)) }, codes: "010"},
		{name: "unknown critical extension of the CA", make: func(p *parts) { p.ca = issue(t, root, ca, ext(true, []byte{5, 0}, 1, 3, 6, 1, 4, 1, 32473, 1)) }, codes: "010"},
		{name: "unknown extension", make: func(p *parts) { p.ca = issue(t, root, ca, ext(false, []byte{5, 0}, 1, 3, 6, 1, 4, 1, 32473, 1)) }, want: "EE CA | Root"},
		{name: "malformed nameConstraints", make: func(p *parts) { p.ca = issue(t, root, ca, ext(false, []byte{5, 0}, 2, 5, 29, 30)) }, codes: "022"},
		{name: "anchor expired", make: func(p *parts) { p.root = issue(t, root, root, expired); p.in.Anchors = anchors(p.root) }, want: "EE CA | Root"},
		{name: "anchor expired, asked", make: func(p *parts) {
			p.root = issue(t, root, root, expired)
			p.in.Anchors, p.in.AnchorValidity = anchors(p.root), true
		}, codes: "002"},
		{name: "anchor's path length, asked", make: func(p *parts) {
			p.root = issue(t, root, root, pathLen(0))
			p.in.Anchors, p.in.AnchorConstraints = anchors(p.root), true
		}, codes: "012"},
		{name: "anchor's path length, not asked", make: func(p *parts) { p.root = issue(t, root, root, pathLen(0)); p.in.Anchors = anchors(p.root) }, want: "EE CA | Root"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := &parts{root: issue(t, root, root), ca: issue(t, root, ca), ee: issue(t, ca, ee, leaf)}
			p.in = path.Input{Anchors: anchors(p.root), Pool: path.NewPool([]*cert.Certificate{p.ca})}
			before := p.ca
			if tc.make != nil {
				tc.make(p)
			}
			if p.ca != before {
				p.in.Pool = path.NewPool([]*cert.Certificate{p.ca})
			}
			p.in.Leaf = p.ee
			got, res := search(t, p.in)
			if got != tc.want || (tc.want == "" && codes(res) != tc.codes) {
				t.Errorf("path %q, codes %q; want %q, %q", got, codes(res), tc.want, tc.codes)
			}
		})
	}
}

// TestSearchBackTracks: RFC 4158 2.3. Every road but one ends in a wall.
func TestSearchBackTracks(t *testing.T) {
	root, bridge, lost := newEntity("Root"), newEntity("Bridge"), newEntity("Lost Root")
	ca, caNew, ee := newEntity("CA"), newKey("CA", "new key of CA"), newEntity("EE")
	all := []*cert.Certificate{
		issue(t, lost, ca),                                 // to a root that is not trusted
		issue(t, root, ca, expired),                        // expired
		issue(t, bridge, ca),                               // the way
		issue(t, ca, bridge),                               // back down: a loop
		issue(t, root, bridge, noCertSign),                 // not allowed to
		issue(t, root, bridge),                             // the way
		issue(t, root, caNew),                              // the name, another key
		issue(t, caNew, ca), issue(t, ca, caNew, noKeyIDs), // roll-over both ways
		issue(t, root, root),
	}
	in := path.Input{Leaf: issue(t, ca, ee, leaf, noKeyIDs), Anchors: anchors(issue(t, root, root))}
	var first string
	for seed := range uint64(40) {
		shuffled := append([]*cert.Certificate(nil), all...)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		in.Pool = path.NewPool(shuffled)
		got, res := search(t, in)
		trail := got + " " + tell(res)
		if seed == 0 {
			first = trail
		}
		if !res.Accepted || trail != first {
			t.Fatalf("order %d: %s\nfirst: %s", seed, trail, first)
		}
	}
	// A caller that refuses each path is offered every other.
	in.Pool = path.NewPool(all)
	in.Time = noon
	seen := map[string]bool{}
	res := path.Search(in, func(p *path.Path) bool {
		var sb strings.Builder
		for _, c := range p.Certificates {
			fmt.Fprintf(&sb, "%x ", c.SHA256[:4])
		}
		if seen[sb.String()] {
			t.Errorf("offered twice: %s", sb.String())
		}
		seen[sb.String()] = true
		return false
	})
	if res.Accepted || res.Offered != len(seen) || len(seen) < 2 {
		t.Errorf("%d paths offered, %d different", res.Offered, len(seen))
	}
}

func tell(res path.Result) string {
	var sb strings.Builder
	for _, r := range res.Rejections {
		fmt.Fprintf(&sb, "%s %s %d", r.Code, r.Clause, r.Rank)
		for _, c := range r.Path {
			fmt.Fprintf(&sb, " %x", c.SHA256[:3])
		}
		sb.WriteString("; ")
	}
	return sb.String()
}

// mesh is n CAs that certify each other.
func mesh(t testing.TB, n int) ([]*entity, []*cert.Certificate) {
	var cas []*entity
	var certs []*cert.Certificate
	for i := range n {
		cas = append(cas, newEntity(fmt.Sprintf("Mesh %d", i)))
	}
	for _, a := range cas {
		for _, b := range cas {
			if a != b {
				certs = append(certs, issue(t, a, b))
			}
		}
	}
	return cas, certs
}

func TestMeshEnds(t *testing.T) {
	cas, certs := mesh(t, 8)
	root, ee := newEntity("Root"), newEntity("EE")
	rootCert := issue(t, root, root)
	link := issue(t, root, cas[7])
	leafCert := issue(t, cas[0], ee, leaf)
	for _, tc := range []struct {
		name    string
		pool    []*cert.Certificate
		limits  purse.Limits
		refuse  bool
		want    bool
		stopped bool
	}{
		{name: "a path exists", pool: append(certs[:len(certs):len(certs)], link), want: true},
		{name: "a path exists within hundred edges", pool: append(certs[:len(certs):len(certs)], link), limits: purse.Limits{Paths: 100, Signatures: 100}, want: true},
		{name: "no anchor can be reached", pool: certs, limits: purse.Limits{Paths: 1}},
		{name: "every path refused", pool: append(certs[:len(certs):len(certs)], link), refuse: true, stopped: true}, // 109 601 of them
		{name: "every path refused, small purse", pool: append(certs[:len(certs):len(certs)], link), limits: purse.Limits{Paths: 200}, refuse: true, stopped: true},
		{name: "signatures run out", pool: append(certs[:len(certs):len(certs)], link), limits: purse.Limits{Signatures: 1}, stopped: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			begin := time.Now()
			res := path.Search(path.Input{
				Leaf: leafCert, Pool: path.NewPool(tc.pool), Anchors: anchors(rootCert), Time: noon, Purse: purse.New(tc.limits),
			}, func(*path.Path) bool { return !tc.refuse })
			var empty *purse.Empty
			if res.Accepted != tc.want || errors.As(res.Stopped, &empty) != tc.stopped {
				t.Errorf("accepted %v, stopped %v, %s", res.Accepted, res.Stopped, codes(res))
			}
			if tc.stopped && !strings.Contains(codes(res), "016") {
				t.Errorf("a search that stopped does not say so: %s", codes(res))
			}
			if d := time.Since(begin); d > corpora.TimeBar() {
				t.Errorf("took %v", d)
			}
		})
	}
}

// TestFlawOfTheLeafEndsTheMesh: what no other path can change is told once.
func TestFlawOfTheLeafEndsTheMesh(t *testing.T) {
	cas, certs := mesh(t, 8)
	root, ee := newEntity("Root"), newEntity("EE")
	p := purse.New(purse.Limits{})
	_, res := search(t, path.Input{
		Leaf: issue(t, cas[0], ee, leaf, expired), Pool: path.NewPool(append(certs, issue(t, root, cas[3]))),
		Anchors: anchors(issue(t, root, root)), Purse: p,
	})
	if codes(res) != "003" || res.Rejections[0].Anchor == nil {
		t.Errorf("rejections %s", tell(res))
	}
	if spent := purse.DefaultPaths - p.Left(purse.Paths); spent > 20 {
		t.Errorf("%d edges tried", spent)
	}
}

func TestRejectionsAreRankedAndCapped(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	var pool []*cert.Certificate
	for i := range 300 {
		pool = append(pool, issue(t, newEntity(fmt.Sprint("Nobody ", i)), newKey("CA", fmt.Sprint(i))))
	}
	pool = append(pool, issue(t, root, ca, pathLen(0), expired))
	_, res := search(t, path.Input{Leaf: issue(t, ca, ee, leaf), Pool: path.NewPool(pool), Anchors: anchors(issue(t, root, root))})
	if n := len(res.Rejections); n == 0 || n > 128 || res.Rejections[0].Code != path.CodeCAExpired {
		t.Errorf("%d rejections, first %s", n, codes(res)[:20])
	}
}

// TestSharedVerifierAndPool: many searches at once over one memory.
func TestSharedVerifierAndPool(t *testing.T) {
	cas, certs := mesh(t, 4)
	root, ee := newEntity("Root"), newEntity("EE")
	pool, v := path.NewPool(append(certs, issue(t, root, cas[2]))), path.NewVerifier(4)
	in := path.Input{Leaf: issue(t, cas[0], ee, leaf), Pool: pool, Anchors: anchors(issue(t, root, root)), Time: noon, Verifier: v}
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			if got, _ := search(t, in); got != "EE Mesh 0 Mesh 2 | Root" {
				t.Errorf("path %q", got)
			}
		}()
	}
	group.Wait()
}

// TestPathIsWhole: a path carries issuer, key and policies for each certificate.
func TestPathIsWhole(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	rootCert, caCert, eeCert := issue(t, root, root), issue(t, root, ca, expired), issue(t, ca, ee, leaf)
	res := path.Search(path.Input{
		Leaf: eeCert, Pool: path.NewPool([]*cert.Certificate{caCert, rootCert}), Anchors: anchors(rootCert), Time: noon, CAValidity: path.Recorded,
	}, func(p *path.Path) bool {
		if s := p.Issuer(0); s.Certificate != caCert || s.Key != p.Keys[1] || string(s.SPKI) != string(caCert.RawSPKI) {
			t.Errorf("issuer of the leaf: %v", s)
		}
		if s := p.Issuer(1); s.Certificate != rootCert || s.Key != p.AnchorKey || s.Key == nil {
			t.Errorf("issuer of the CA: %v", s)
		}
		if len(p.Expired) != 1 || p.Expired[0] != caCert || len(p.Notes) != 1 || p.Notes[0].Code != path.CodeCAExpired {
			t.Errorf("expired %v, notes %v", p.Expired, p.Notes)
		}
		return true
	})
	if !res.Accepted || res.Offered != 1 || res.Complete != 1 {
		t.Errorf("result %+v", res)
	}
	// Under the chain model a CA may have run out: nothing to tell.
	path.Search(path.Input{
		Leaf: eeCert, Pool: path.NewPool([]*cert.Certificate{caCert}), Anchors: anchors(rootCert), Time: noon, CAValidity: path.AtIssue,
	}, func(p *path.Path) bool {
		if len(p.Expired)+len(p.Notes) != 0 {
			t.Errorf("chain model: expired %v, notes %v", p.Expired, p.Notes)
		}
		return true
	})
}

func FuzzSearch(f *testing.F) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	for _, c := range []*cert.Certificate{issue(f, root, root), issue(f, root, ca), issue(f, ca, ee, leaf)} {
		f.Add(c.Raw)
	}
	rootCert, caCert := issue(f, root, root), issue(f, root, ca)
	// No certificate that was not signed by a key of the chain gets a path.
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := cert.Parse(der, nil)
		if err != nil {
			return
		}
		in := path.Input{Leaf: c, Pool: path.NewPool([]*cert.Certificate{caCert, c}), Anchors: anchors(rootCert), Time: noon, AnchorConstraints: true}
		res := path.Search(in, func(p *path.Path) bool {
			for i, x := range p.Certificates {
				if o := path.NewVerifier(0).Certificate(x, p.Issuer(i).Key); o.Err != nil && !p.LeafIsAnchor {
					t.Errorf("certificate %d of a path: %v", i, o.Err)
				}
			}
			return true
		})
		if !res.Accepted && len(res.Rejections) == 0 {
			t.Error("no path and no reason")
		}
	})
}
