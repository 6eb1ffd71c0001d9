package revocation_test

import (
	"archive/zip"
	"bytes"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
)

// TestHostileChains: chains that cost others minutes end here within two
// seconds, and none of them comes out good by exhaustion.
func TestHostileChains(t *testing.T) {
	fsys := corpora.Open(t, "pki/hostile.zip")
	w := &world{t: t, fsys: fsys}
	for _, name := range []string{"dos/many-names1.pem", "dos/many-names2.pem", "dos/many-names3.pem"} {
		ends(t, name, w.certs(name)[0], nil, w.certs("dos/many-constraints.pem")[0])
	}
	data := corpora.Read(t, fsys, "dos/bc-name-constraints.zip")
	inner, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*cert.Certificate{}
	in := &world{t: t, fsys: inner}
	for _, f := range inner.File {
		if strings.HasSuffix(f.Name, ".crt") {
			if list := in.certs(f.Name); len(list) > 0 {
				found[f.Name[strings.LastIndexByte(f.Name, '/')+1:]] = list[0]
			}
		}
	}
	leaf, root := found["mal-leaf.crt"], found["mal-root.crt"]
	if leaf == nil || root == nil {
		t.Fatalf("the chain is not there: %d certificates", len(found))
	}
	var pool []*cert.Certificate
	for _, c := range found {
		pool = append(pool, c)
	}
	if ends(t, "bc-name-constraints", leaf, pool, root) {
		t.Error("bc-name-constraints: accepted")
	}
}

func ends(t *testing.T, name string, leaf *cert.Certificate, pool []*cert.Certificate, root *cert.Certificate) bool {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := time.Now()
	res := path.Search(path.Input{
		Leaf: leaf, Pool: path.NewPool(pool), Anchors: []path.Anchor{{Certificate: root}}, Time: leaf.NotBefore.Add(time.Hour), SkipValidity: true, AnchorConstraints: true,
	}, func(*path.Path) bool { return true })
	took := time.Since(begin)
	runtime.ReadMemStats(&after)
	if took > corpora.TimeBar() {
		t.Errorf("%s took %v", name, took)
	}
	t.Logf("%s: accepted %v, %.200s, stopped %v, %v, %d MB allocated", name, res.Accepted, describe(res), res.Stopped, took, (after.TotalAlloc-before.TotalAlloc)>>20)
	return res.Accepted
}

// TestHostileMaterial: every odd certificate and list of the corpus as leaf,
// as issuer and as revocation data of another: no crash, and no acceptance
// under an anchor that has nothing to do with it.
func TestHostileMaterial(t *testing.T) {
	fsys := corpora.Open(t, "pki/hostile.zip")
	w := &world{t: t, fsys: fsys}
	var certs []*cert.Certificate
	var items []revocation.Item
	corpora.Walk(t, fsys, func(name string, data []byte) {
		if len(data) > 1<<20 {
			return
		}
		for _, der := range w.blocks(name) {
			if c, err := cert.Parse(der, nil); err == nil {
				certs = append(certs, c)
			} else if l, err := cert.ParseCRL(der, nil); err == nil {
				items = append(items, revocation.Item{CRL: l})
			} else if o, err := cert.ParseOCSP(der, nil); err == nil {
				items = append(items, revocation.Item{OCSP: o})
			}
		}
	})
	pool, index, verifier := path.NewPool(certs), revocation.NewIndex(items), path.NewVerifier(0)
	stranger := path.Anchor{Name: []byte{0x30, 0}, SPKI: certs[0].RawSPKI}
	paths := 0
	for _, c := range certs {
		at := c.NotBefore.Add(time.Second)
		if path.Search(path.Input{Leaf: c, Pool: pool, Anchors: []path.Anchor{stranger}, Time: at, Verifier: verifier}, func(*path.Path) bool { return true }).Accepted {
			t.Errorf("%s: accepted under a stranger", c.Subject)
		}
		path.Search(path.Input{Leaf: c, Pool: pool, Anchors: certAnchors(certs), Time: at, Verifier: verifier}, func(p *path.Path) bool {
			paths++
			for i, x := range p.Certificates {
				revocation.Check(revocation.Input{Target: x, Issuer: p.Issuer(i), Index: index, At: at, Pool: pool, Verifier: verifier})
			}
			return true
		})
	}
	t.Logf("%d certificates, %d lists and responses, %d paths", len(certs), len(items), paths)
}

func certAnchors(certs []*cert.Certificate) []path.Anchor {
	var out []path.Anchor
	for _, c := range certs {
		out = append(out, path.Anchor{Certificate: c})
	}
	return out
}
