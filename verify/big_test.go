package verify_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"fmt"
	"math/big"
	mrand "math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
)

// notShort: a run under the race detector measures nothing here.
func notShort(t *testing.T) {
	if testing.Short() {
		t.Skip("a large case, in a short run")
	}
}

// bigTime is when the large cases are judged.
var bigTime = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// An authority of the large cases signs with a key made of its name.
type authority struct {
	name string
	key  ed25519.PrivateKey
}

func newAuthority(name, key string) authority {
	seed := sha256.Sum256([]byte(name + key))
	return authority{name, ed25519.NewKeyFromSeed(seed[:])}
}

func (a authority) issue(t testing.TB, to authority, change func(*x509.Certificate)) []byte {
	t.Helper()
	serial := sha256.Sum256([]byte(a.name + "/" + to.name + string(to.key[32:])))
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:8]), Subject: pkix.Name{CommonName: to.name},
		NotBefore: bigTime.AddDate(-1, 0, 0), NotAfter: bigTime.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLen: -1, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{Subject: pkix.Name{CommonName: a.name}}, to.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func (a authority) revokes(t testing.TB, entries []x509.RevocationListEntry) []byte {
	t.Helper()
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: bigTime.Add(-time.Hour), NextUpdate: bigTime.AddDate(0, 0, 7), RevokedCertificateEntries: entries},
		&x509.Certificate{Subject: pkix.Name{CommonName: a.name}, KeyUsage: x509.KeyUsageCRLSign, SubjectKeyId: []byte(a.name)}, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func endEntity(c *x509.Certificate) {
	c.IsCA, c.KeyUsage, c.SubjectKeyId, c.AuthorityKeyId = false, x509.KeyUsageDigitalSignature, nil, []byte{}
}

func supplied(items map[evidence.Type][][]byte) []*evidence.Item {
	var out []*evidence.Item
	for t, all := range items {
		for _, der := range all {
			out = append(out, evidence.NewItem(t, der, evidence.Supplied, "", purse.New(purse.Limits{Objects: 1 << 30, Bytes: 1 << 40})))
		}
	}
	return out
}

// asked judges a certificate under one root, within the bars for what is hostile.
func asked(t *testing.T, leaf, root []byte, mode policy.Mode, items ...*evidence.Item) *verify.PathReport {
	t.Helper()
	parse := func(der []byte) *cert.Certificate {
		c, err := cert.Parse(der, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	anchor := parse(root)
	list := &trustlist.List{ID: "big", Services: []trustlist.Service{{
		List: "big", Purposes: []string{trustlist.PurposeSeal}, Anchors: []trustlist.Anchor{{SHA256: anchor.SHA256, Certificate: anchor}},
	}}}
	v, err := verify.New(list, verify.WithTime(bigTime), verify.WithPolicy(policyNamed(t, "rfc5280", mode)), verify.WithEvidence(items...))
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	rep, err := v.Path(context.Background(), parse(leaf), verify.PathOptions{Name: "leaf"})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	t.Logf("%s %s in %v, %d MB allocated: %s", rep.Indication, rep.SubIndication, took, (after.TotalAlloc-before.TotalAlloc)>>20, bigCodes(rep))
	if took > corpora.TimeBar() {
		t.Errorf("took %v", took)
	}
	if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 256 {
		t.Errorf("%d MB allocated", mb)
	}
	return rep
}

func bigCodes(rep *verify.PathReport) (out []string) {
	for _, f := range rep.Findings {
		out = append(out, string(f.Code))
	}
	return out
}

func names(rep *verify.PathReport, limit string) bool {
	return slices.ContainsFunc(rep.Findings, func(f verify.Finding) bool {
		return f.Params["limit"] == limit && f.Text.JA != "" && f.Text.EN != ""
	})
}

// TestBigMesh: forty CAs that certify each other, 1560 certificates. With a
// way out the path is found; where each way is refused, the search ends and
// says by which limit.
func TestBigMesh(t *testing.T) {
	notShort(t)
	var cas []authority
	var mesh [][]byte
	for i := range 40 {
		cas = append(cas, newAuthority(fmt.Sprintf("Mesh CA %02d", i), ""))
	}
	for _, a := range cas {
		for _, b := range cas {
			if a.name != b.name {
				mesh = append(mesh, a.issue(t, b, nil))
			}
		}
	}
	root, holder := newAuthority("Root", ""), newAuthority("Holder", "")
	leaf := cas[0].issue(t, holder, endEntity)
	rootDER := root.issue(t, root, nil)
	link := root.issue(t, cas[39], nil)
	folder := supplied(map[evidence.Type][][]byte{evidence.Certificate: append(mesh, link)})

	rep := asked(t, leaf, rootDER, policy.None, folder...)
	if !rep.Passed() || len(rep.Path) < 3 {
		t.Errorf("%s %s: %v", rep.Indication, rep.SubIndication, bigCodes(rep))
	}
	first := rep
	r := mrand.New(mrand.NewPCG(1, 2))
	for range shuffles() {
		r.Shuffle(len(folder), func(i, j int) { folder[i], folder[j] = folder[j], folder[i] })
		if rep := asked(t, leaf, rootDER, policy.None, folder...); string(pathJSON(t, nil, rep)) != string(pathJSON(t, nil, first)) {
			t.Fatalf("another order, another answer:\n%s\n%s", string(pathJSON(t, nil, rep)), string(pathJSON(t, nil, first)))
		}
	}
	if rep := asked(t, leaf, rootDER, policy.None, supplied(map[evidence.Type][][]byte{evidence.Certificate: mesh})...); rep.SubIndication != "NO_CERTIFICATE_CHAIN_FOUND" {
		t.Errorf("without a way out: %s %v", rep.SubIndication, bigCodes(rep))
	}
	// The link may not have CAs below it: thousands of millions of ways, all refused.
	short := root.issue(t, cas[39], func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = 0, true })
	if rep := asked(t, leaf, rootDER, policy.None, supplied(map[evidence.Type][][]byte{evidence.Certificate: append(mesh, short)})...); rep.Passed() || !names(rep, "limit of 50000 paths reached") {
		t.Errorf("every way refused: %s %v", rep.SubIndication, bigCodes(rep))
	}
}

// TestBigConstraints: a CA with 100 000 name constraints, and a leaf with one
// name and with a thousand.
func TestBigConstraints(t *testing.T) {
	notShort(t)
	root, ca, holder := newAuthority("Root", ""), newAuthority("CA", ""), newAuthority("Holder", "")
	var trees []string
	for i := range 100_000 {
		trees = append(trees, fmt.Sprintf("h%06d.example.jp", i))
	}
	rootDER := root.issue(t, root, nil)
	folder := supplied(map[evidence.Type][][]byte{evidence.Certificate: {root.issue(t, ca, func(c *x509.Certificate) {
		c.PermittedDNSDomainsCritical, c.ExcludedDNSDomains = true, trees
	})}})
	if folder[0].Err != nil {
		t.Fatal(folder[0].Err)
	}
	leaf := func(names ...string) []byte {
		return ca.issue(t, holder, func(c *x509.Certificate) { endEntity(c); c.DNSNames = names })
	}
	if rep := asked(t, leaf("free.example.jp"), rootDER, policy.None, folder...); !rep.Passed() {
		t.Errorf("a name outside of all: %s %v", rep.SubIndication, bigCodes(rep))
	}
	if rep := asked(t, leaf("free.example.jp", trees[99_999]), rootDER, policy.None, folder...); !slices.Contains(bigCodes(rep), "K-PTH-011") {
		t.Errorf("an excluded name: %s %v", rep.SubIndication, bigCodes(rep))
	}
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprintf("free%d.example.jp", i))
	}
	if rep := asked(t, leaf(many...), rootDER, policy.None, folder...); rep.Passed() || !names(rep, "limit of 4000000 objects reached") {
		t.Errorf("a thousand names: %s %v", rep.SubIndication, bigCodes(rep))
	}
}

// TestBigName: ten thousand issuers of one name with keys of their own, one of
// which signed. Key identifiers lead there at once; without them each is tried
// until the purse is empty, and a dear algorithm empties it earlier.
func TestBigName(t *testing.T) {
	notShort(t)
	root, holder := newAuthority("Root", ""), newAuthority("Holder", "")
	rootDER := root.issue(t, root, nil)
	var certs [][]byte
	right := newAuthority("CA", "the one")
	certs = append(certs, root.issue(t, right, func(c *x509.Certificate) { c.SubjectKeyId = []byte("the one") }))
	for i := range 10_000 {
		certs = append(certs, root.issue(t, newAuthority("CA", fmt.Sprint(i)), func(c *x509.Certificate) { c.SubjectKeyId = fmt.Appendf(nil, "key %d", i) }))
	}
	folder := supplied(map[evidence.Type][][]byte{evidence.Certificate: certs})
	named := right.issue(t, holder, func(c *x509.Certificate) {
		endEntity(c)
		c.AuthorityKeyId = nil
		c.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 35}, Value: append([]byte{0x30, 9, 0x80, 7}, "the one"...)}}
	})
	first := asked(t, named, rootDER, policy.None, folder...)
	if !first.Passed() {
		t.Errorf("named: %s %v", first.SubIndication, bigCodes(first))
	}
	r := mrand.New(mrand.NewPCG(3, 4))
	for range shuffles() {
		r.Shuffle(len(folder), func(i, j int) { folder[i], folder[j] = folder[j], folder[i] })
		if rep := asked(t, named, rootDER, policy.None, folder...); string(pathJSON(t, nil, rep)) != string(pathJSON(t, nil, first)) {
			t.Fatal("another order, another answer")
		}
	}
	unnamed := right.issue(t, holder, endEntity)
	if rep := asked(t, unnamed, rootDER, policy.None, folder...); !rep.Passed() && !names(rep, "limit of 50000 paths reached") && !names(rep, "limit of 60000 signatures reached") {
		t.Errorf("unnamed: %s %v", rep.SubIndication, bigCodes(rep))
	}
	stranger := newAuthority("CA", "nobody's").issue(t, holder, endEntity)
	if rep := asked(t, stranger, rootDER, policy.None, folder...); rep.Passed() {
		t.Error("signed by none of them, and passed")
	}
}

// longList is a CRL with entries of 26 octets, the last of them as given: a
// small one of the standard library, its entries replaced and signed anew.
func (a authority) longList(t testing.TB, n int, last *big.Int) []byte {
	t.Helper()
	small, err := cert.ParseCRL(a.revokes(t, []x509.RevocationListEntry{{SerialNumber: big.NewInt(1), RevocationTime: bigTime.Add(-2 * time.Hour)}}), nil)
	if err != nil {
		t.Fatal(err)
	}
	entry := func(serial uint64) []byte {
		body := ber.Append(nil, 0x02, binary.BigEndian.AppendUint64(nil, serial))
		return ber.Append(nil, 0x30, ber.Append(body, 0x17, []byte("261031000000Z")))
	}
	entries := make([]byte, 0, 28*n)
	for i := range n - 1 {
		entries = append(entries, entry(1<<56+uint64(i)<<8)...)
	}
	entries = append(entries, entry(last.Uint64())...)
	before, after, ok := bytes.Cut(body(t, small.RawTBS), ber.Append(nil, 0x30, small.RawEntries))
	if !ok {
		t.Fatal("no entries")
	}
	whole := ber.Append(nil, 0x30, slices.Concat(before, ber.Append(nil, 0x30, entries), after))
	signature := append([]byte{0}, ed25519.Sign(a.key, whole)...)
	return ber.Append(nil, 0x30, slices.Concat(whole, small.SignatureAlgorithm.Raw, ber.Append(nil, 0x03, signature)))
}

// body is what stands within an element.
func body(t testing.TB, raw []byte) []byte {
	t.Helper()
	r := ber.NewReader(raw, purse.New(purse.Limits{}))
	e, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	return e.Body
}

// TestBigList: a CRL of 50 MB, whose two million entries are walked, not built.
func TestBigList(t *testing.T) {
	notShort(t)
	root, holder := newAuthority("Root", ""), newAuthority("Holder", "")
	rootDER := root.issue(t, root, nil)
	leaf := root.issue(t, holder, func(c *x509.Certificate) { endEntity(c); c.SerialNumber = big.NewInt(1<<57 + 1) })
	const n = 1_950_000
	read := func(last *big.Int, objects int64) []*evidence.Item {
		der := root.longList(t, n, last)
		if len(der) < 50_000_000 {
			t.Fatalf("%d octets", len(der))
		}
		start := time.Now()
		it := evidence.NewItem(evidence.CRL, der, evidence.Supplied, "", purse.New(purse.Limits{Objects: objects}))
		took := time.Since(start)
		if t.Logf("%d octets read in %v: %v", len(der), took, it.Err); took > corpora.TimeBar() {
			t.Errorf("reading took %v", took)
		}
		return []*evidence.Item{it}
	}
	if rep := asked(t, leaf, rootDER, policy.Require, read(big.NewInt(1<<57+2), 0)...); !rep.Passed() {
		t.Errorf("not listed: %s %v", rep.SubIndication, bigCodes(rep))
	}
	if rep := asked(t, leaf, rootDER, policy.Require, read(big.NewInt(1<<57+1), 0)...); rep.SubIndication != "REVOKED" {
		t.Errorf("listed last: %s %v", rep.SubIndication, bigCodes(rep))
	}
	// A purse that is too small for the list: nobody knows, and the answer says by which limit.
	if rep := asked(t, leaf, rootDER, policy.Require, read(big.NewInt(1<<57+1), n/2)...); rep.Passed() || !names(rep, "limit of 975000 objects reached") {
		t.Errorf("a purse too small for the list: %s %v", rep.SubIndication, bigCodes(rep))
	}
}
