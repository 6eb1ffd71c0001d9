package path_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestPathLength: RFC 5280 4.2.1.9 counts certificates that are not
// self-issued between the CA and the leaf.
func TestPathLength(t *testing.T) {
	root, a, b, c, ee := newEntity("Root"), newEntity("A"), newEntity("B"), newEntity("C"), newEntity("EE")
	aNew := newKey("A", "new key of A")
	rootCert := issue(t, root, root)
	for _, tc := range []struct {
		name string
		pool []*cert.Certificate
		leaf *cert.Certificate
		want bool
	}{
		{"0, leaf below", []*cert.Certificate{issue(t, root, a, pathLen(0))}, issue(t, a, ee, leaf), true},
		{"0, CA below", []*cert.Certificate{issue(t, root, a, pathLen(0)), issue(t, a, b)}, issue(t, b, ee, leaf), false},
		{"0, self-issued below", []*cert.Certificate{issue(t, root, a, pathLen(0)), issue(t, a, aNew)}, issue(t, aNew, ee, leaf), true},
		{"1, two CAs below", []*cert.Certificate{issue(t, root, a, pathLen(1)), issue(t, a, b), issue(t, b, c)}, issue(t, c, ee, leaf), false},
		{"2, then wider", []*cert.Certificate{issue(t, root, a, pathLen(2)), issue(t, a, b, pathLen(9)), issue(t, b, c)}, issue(t, c, ee, leaf), true},
		{"2, then narrower", []*cert.Certificate{issue(t, root, a, pathLen(2)), issue(t, a, b, pathLen(0)), issue(t, b, c)}, issue(t, c, ee, leaf), false},
		{"0, the leaf is a CA", []*cert.Certificate{issue(t, root, a, pathLen(0))}, issue(t, a, b), true},
	} {
		in := path.Input{Leaf: tc.leaf, Pool: path.NewPool(tc.pool), Anchors: anchors(rootCert)}
		got, res := search(t, in)
		if res.Accepted != tc.want || (!tc.want && res.Rejections[0].Code != path.CodePathLength) {
			t.Errorf("%s: path %q, %s", tc.name, got, tell(res))
		}
	}
}

// TestAnchorOrder: many anchors of one name, given in any order; one past its
// sunset comes last, and the identifiers of keys choose among the rest.
func TestAnchorOrder(t *testing.T) {
	ee := newEntity("EE")
	var list []path.Anchor
	var leafCert *cert.Certificate
	for i := range 5 {
		root := newKey("Root", fmt.Sprint("generation ", i))
		c := issue(t, root, root)
		list = append(list, path.Anchor{Certificate: c, ID: fmt.Sprint(i)})
		if i == 3 {
			leafCert = issue(t, root, ee, leaf)
			list = append(list, path.Anchor{Certificate: c, ID: "sunset", Until: noon}, path.Anchor{Certificate: c, ID: "later", Until: noon.AddDate(1, 0, 0)})
		}
	}
	for turn := range list {
		in := path.Input{Leaf: leafCert, Anchors: slices.Concat(list[turn:], list[:turn]), Time: noon}
		var ids []string
		res := path.Search(in, func(p *path.Path) bool { ids = append(ids, p.Anchor.ID); return false })
		if fmt.Sprint(ids) != "[3 later sunset]" || res.Offered != 3 {
			t.Fatalf("turn %d: anchors %v", turn, ids)
		}
		if len(res.Rejections) != 1 || // four keys that do not fit say one thing
			res.Rejections[0].Code != path.CodeSignature {
			t.Fatalf("turn %d: %s", turn, tell(res))
		}
	}
}

// TestForeignCertificateOverAnchorKey: a bare anchor vouches for a key, not
// for whatever certificate somebody wraps around it.
func TestForeignCertificateOverAnchorKey(t *testing.T) {
	root, liar := newEntity("Root"), newKey("Root", "liar")
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Root"}, NotBefore: start, NotAfter: end},
		&x509.Certificate{Subject: pkix.Name{CommonName: "Root"}}, root.key.Public(), liar.key)
	if err != nil {
		t.Fatal(err)
	}
	rootCert := issue(t, root, root)
	for _, list := range [][]path.Anchor{{bare(rootCert)}, anchors(rootCert)} {
		if got, res := search(t, path.Input{Leaf: parse(t, der), Anchors: list}); res.Accepted {
			t.Errorf("path %q", got)
		}
	}
}

// TestKeysThatCannotWork: a DSA key that inherits from nobody, a curve by its
// parameters, an algorithm that nobody knows.
func TestKeysThatCannotWork(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	leafCert := issue(t, root, ee, leaf)
	bits := ber.Append(nil, 3, append([]byte{0}, ber.Append(nil, 2, []byte{5})...))
	for name, algorithm := range map[string][]byte{
		"dsa without parameters": seq(oid("1.2.840.10040.4.1")),
		"unknown":                seq(oid("1.3.6.1.4.1.32473.77")),
	} {
		a := path.Anchor{Name: leafCert.RawIssuer, SPKI: seq(algorithm, bits)}
		_, res := search(t, path.Input{Leaf: leafCert, Anchors: []path.Anchor{a}})
		if res.Accepted || res.Rejections[0].Code != path.CodeUnusableKey {
			t.Errorf("%s: accepted %v, %s", name, res.Accepted, tell(res))
		}
	}
	// A CA whose key has P-256 as explicit parameters.
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	caCert := issue(t, root, ca)
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	point := spki[len(spki)-65:]
	p := elliptic.P256().Params()
	number := func(n *big.Int) []byte { return ber.Append(nil, 2, append([]byte{0}, n.Bytes()...)) }
	curve := seq(ber.Append(nil, 2, []byte{1}), seq(oid("1.2.840.10045.1.1"), number(p.P)),
		seq(ber.Append(nil, 4, new(big.Int).Sub(p.P, big.NewInt(3)).Bytes()), ber.Append(nil, 4, p.B.Bytes())),
		ber.Append(nil, 4, append(append([]byte{4}, p.Gx.Bytes()...), p.Gy.Bytes()...)), number(p.N), ber.Append(nil, 2, []byte{1}))
	explicit := seq(seq(oid("1.2.840.10045.2.1"), curve), ber.Append(nil, 3, append([]byte{0}, point...)))
	forged := resign(t, caCert, caCert.RawSPKI, explicit, root)
	_, res := search(t, path.Input{Leaf: issue(t, ca, ee, leaf), Pool: path.NewPool([]*cert.Certificate{forged}), Anchors: anchors(issue(t, root, root))})
	if res.Accepted {
		t.Error("an Ed25519 signature under a P-256 key")
	}
	_, res = search(t, path.Input{Leaf: forged, Anchors: anchors(issue(t, root, root))})
	if res.Accepted || res.Rejections[0].Code != path.CodeUnusableKey || res.Rejections[0].Clause != "RFC 5480 2.1.1" {
		t.Errorf("explicit curve: %s", tell(res))
	}
}

// resign replaces octets of a certificate and signs it anew.
func resign(t *testing.T, c *cert.Certificate, old, new []byte, issuer *entity) *cert.Certificate {
	t.Helper()
	r := ber.NewReader(c.RawTBS, nil)
	e, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	tbs := ber.Append(nil, 0x30, bytes.Replace(e.Body, old, new, 1))
	sig, err := issuer.key.Sign(nil, tbs, crypto.Hash(0))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, seq(tbs, c.SignatureAlgorithm.Raw, ber.Append(nil, 3, append([]byte{0}, sig...))))
}

// TestDearKeys: the purse counts work, not signatures: a check under a curve
// that is forty times as slow costs that much.
func TestDearKeys(t *testing.T) {
	w := verifytest.New()
	root := w.Issue(verifytest.CertTemplate{Profile: verifytest.Root, Key: "p521-01", Subject: verifytest.NewName("C", "JP", "CN", "Slow Root")})
	leaf := w.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-13", Issuer: root, Subject: verifytest.NewName("C", "JP", "CN", "CA")})
	for limit, want := range map[int64]bool{43: false, 44: true} {
		in := path.Input{Leaf: parse(t, leaf.DER), Anchors: anchors(parse(t, root.DER)), Time: w.Now, Purse: purse.New(purse.Limits{Signatures: limit})}
		res := path.Search(in, func(*path.Path) bool { return true })
		if res.Accepted != want || (res.Stopped == nil) != want {
			t.Errorf("limit %d: accepted %v, stopped %v", limit, res.Accepted, res.Stopped)
		}
	}
}

// TestFormOfCertificates: what no certificate of a path may be.
func TestFormOfCertificates(t *testing.T) {
	root, ee := newEntity("Root"), newEntity("EE")
	rootCert, good := issue(t, root, root), issue(t, root, ee, leaf)
	outer := parse(t, seq(good.RawTBS, seq(oid("1.3.101.112"), []byte{5, 0}), ber.Append(nil, 3, append([]byte{0}, good.Signature...))))
	nobody := resign(t, good, good.RawIssuer, []byte{0x30, 0}, root)
	for _, tc := range []struct {
		leaf *cert.Certificate
		name []byte
		code string
	}{
		{outer, rootCert.RawSubject, string(path.CodeAlgorithmDiffers)},
		{nobody, []byte{0x30, 0}, string(path.CodeEmptyName)},
	} {
		_, res := search(t, path.Input{Leaf: tc.leaf, Anchors: []path.Anchor{{Name: tc.name, SPKI: rootCert.RawSPKI}}})
		if res.Accepted || string(res.Rejections[0].Code) != tc.code {
			t.Errorf("%s: %s", tc.code, tell(res))
		}
	}
}

func TestPool(t *testing.T) {
	root, ca := newEntity("Root"), newEntity("CA")
	a, b := issue(t, root, ca), issue(t, root, root)
	p := path.NewPool([]*cert.Certificate{a, nil, b, parse(t, a.Raw)})
	if p.Len() != 2 || len(p.All()) != 2 || p.BySHA256(a.SHA256) != a || len(p.BySubject(a.RawSubject)) != 1 || len(p.ByKeyID(b.SubjectKeyID)) != 1 {
		t.Errorf("pool of %d", p.Len())
	}
	var none *path.Pool
	if none.Len() != 0 || none.All() != nil || none.BySubject(a.RawSubject) != nil || none.ByKeyID(nil) != nil || none.BySHA256(a.SHA256) != nil {
		t.Error("a nil pool is not empty")
	}
}

// TestVerifierForgets: what it forgot it computes again, with the same answer.
// TestPoolOver: a pool on top of another answers as one pool of both.
func TestPoolOver(t *testing.T) {
	root, ca := newEntity("Root"), newEntity("CA")
	var all []*cert.Certificate
	for i := range 12 {
		all = append(all, issue(t, root, ca, serial(int64(i/3)), keyIDs(fmt.Sprint(i%2))))
	}
	all = append(all, issue(t, root, root), issue(t, root, newEntity("Other")))
	flat := path.NewPool(all)
	for cut := range len(all) {
		p := path.NewPool(all[:cut/2]).With(all[cut/3 : cut]).With(append(all[cut:], nil, all[0]))
		if p.Len() != flat.Len() || !slices.Equal(p.All(), flat.All()) {
			t.Fatalf("cut at %d: %d certificates", cut, p.Len())
		}
		for _, c := range all {
			if !slices.Equal(p.BySubject(c.RawSubject), flat.BySubject(c.RawSubject)) || !slices.Equal(p.ByKeyID(c.SubjectKeyID), flat.ByKeyID(c.SubjectKeyID)) ||
				!slices.Equal(p.BySerial(c.Serial), flat.BySerial(c.Serial)) || p.BySHA256(c.SHA256) != flat.BySHA256(c.SHA256) || p.BySHA256(c.SHA256) == nil {
				t.Errorf("cut at %d: another answer about %s %s", cut, c.Subject, c.Serial)
			}
			if n := len(p.BySerial(c.Serial)); n == 0 {
				t.Error("no certificate of its serial number")
			}
		}
	}
	if p := path.NewPool(nil); p.BySHA256([32]byte{}) != nil || p.Len() != 0 || p.All() != nil || p.BySerial(big.NewInt(1)) != nil {
		t.Error("an empty pool has something")
	}
}

func TestVerifierForgets(t *testing.T) {
	root, liar := newEntity("Root"), newKey("Root", "liar")
	v := path.NewVerifier(2)
	var none *path.Verifier
	good, bad := issue(t, root, newEntity("A")), issue(t, liar, newEntity("A"))
	for range 3 {
		for i := range 5 { // push the others out
			key, err := v.Key(issue(t, root, newEntity(fmt.Sprint(i))).RawSPKI)
			if err != nil {
				t.Fatal(err)
			}
			v.Certificate(good, key)
		}
		key, err := v.Key(issue(t, root, root).RawSPKI)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := v.Key(issue(t, root, root).RawSPKI)
		if key != again {
			t.Error("equal octets, two keys")
		}
		if v.Certificate(good, key).Err != nil || v.Certificate(bad, key).Err == nil || v.Certificate(bad, key).Err == nil {
			t.Error("wrong answer")
		}
		if k, err := none.Key(good.RawSPKI); err != nil || none.Certificate(good, k).Err == nil {
			t.Error("nil verifier")
		}
	}
	keys, signatures := v.Use()
	if keys.Entries != 2 || signatures.Entries != 2 || keys.Hits == 0 || signatures.Hits == 0 {
		t.Errorf("a verifier of two: keys %+v, signatures %+v", keys, signatures)
	}
	if k, s := none.Use(); k.Misses+s.Misses != 0 {
		t.Error("a nil verifier was used")
	}
	usual := path.NewVerifier(0)
	for i := range 100 {
		if _, err := usual.Key(issue(t, root, newEntity(fmt.Sprint(i))).RawSPKI); err != nil {
			t.Fatal(err)
		}
	}
	if keys, _ := usual.Use(); keys.Entries != 100 {
		t.Errorf("a verifier of the usual size remembers %d of 100", keys.Entries)
	}
}

// TestPartsOfCriticalExtensions: qualifiers of critical policies (RFC 5280
// 4.2.1.4) and statements of critical qcStatements (RFC 3739 3.2.6) are as
// critical as the whole, in a leaf and in a CA.
func TestPartsOfCriticalExtensions(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	rootCert := issue(t, root, root)
	text := ber.Append(nil, 12, []byte("x"))
	qualified := func(critical bool, qualifier string, value []byte) option {
		return ext(critical, seq(seq(oid(polA), seq(seq(oid(qualifier), value)))), 2, 5, 29, 32)
	}
	stating := func(critical bool, statements ...string) option {
		var list [][]byte
		for _, o := range statements {
			list = append(list, seq(oid(o)))
		}
		return ext(critical, seq(list...), 1, 3, 6, 1, 5, 5, 7, 1, 3)
	}
	const mine = "1.3.6.1.4.1.32473.5"
	for _, tc := range []struct {
		name, clause string
		opt          option
	}{
		{"address of the practice statement", "", qualified(true, "1.3.6.1.5.5.7.2.1", ber.Append(nil, 0x16, []byte("http://cps.example")))},
		{"user notice", "", qualified(true, "1.3.6.1.5.5.7.2.2", seq(text))},
		{"another qualifier", "RFC 5280 4.2.1.4", qualified(true, mine, text)},
		{"another qualifier, not critical", "", qualified(false, mine, text)},
		{"known statements", "", stating(true, "0.4.0.1862.1.1", "0.4.0.1862.1.4")},
		{"another statement", "RFC 3739 3.2.6", stating(true, "0.4.0.1862.1.1", mine)},
		{"another statement, not critical", "", stating(false, mine)},
	} {
		for where, in := range map[string]path.Input{
			"leaf": {Leaf: issue(t, root, ee, leaf, tc.opt)},
			"CA":   {Leaf: issue(t, ca, ee, leaf), Pool: path.NewPool([]*cert.Certificate{issue(t, root, ca, tc.opt)})},
		} {
			in.Anchors = anchors(rootCert)
			_, res := search(t, in)
			if res.Accepted != (tc.clause == "") || tc.clause != "" && (res.Rejections[0].Code != path.CodeUnknownCritical || res.Rejections[0].Clause != tc.clause) {
				t.Errorf("%s, %s: accepted %v, %s", tc.name, where, res.Accepted, tell(res))
			}
		}
	}
}
