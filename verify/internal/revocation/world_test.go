package revocation_test

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	vt "github.com/kakuin/kakuin/verify/verifytest"
)

func parse(t testing.TB, c *vt.Cert) *cert.Certificate {
	t.Helper()
	out, err := cert.Parse(c.DER, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func crl(t testing.TB, der []byte) revocation.Item {
	t.Helper()
	out, err := cert.ParseCRL(der, nil)
	if err != nil {
		t.Fatal(err)
	}
	return revocation.Item{CRL: out}
}

func ocsp(t testing.TB, der []byte) revocation.Item {
	t.Helper()
	out, err := cert.ParseOCSP(der, nil)
	if err != nil {
		t.Fatal(err)
	}
	return revocation.Item{OCSP: out}
}

func step(t testing.TB, c *vt.Cert) path.Step {
	t.Helper()
	x := parse(t, c)
	key, err := sigalg.ParsePublicKey(x.RawSPKI)
	if err != nil {
		t.Fatal(err)
	}
	return path.Step{Name: x.RawSubject, SPKI: x.RawSPKI, Key: key, Certificate: x}
}

// trusting answers for signers that are among the certificates given.
func trusting(t testing.TB, certs ...*vt.Cert) func(*cert.Certificate, path.Purpose) (*sigalg.PublicKey, error) {
	known := map[[32]byte]bool{}
	for _, c := range certs {
		known[parse(t, c).SHA256] = true
	}
	return func(c *cert.Certificate, _ path.Purpose) (*sigalg.PublicKey, error) {
		if known[c.SHA256] {
			return sigalg.ParsePublicKey(c.RawSPKI)
		}
		return nil, errors.New("no path")
	}
}

// ask is the question about a certificate of the world.
func ask(t testing.TB, w *vt.World, c *vt.Cert, items ...revocation.Item) revocation.Input {
	return revocation.Input{
		Target: parse(t, c), Issuer: step(t, c.Issuer), Items: items, At: w.Now, Delegate: trusting(t, w.Responder),
	}
}

// answer is the status in a few words: state, codes of what does not count.
func answer(st revocation.Status) string {
	words := []string{st.State.String()}
	for _, p := range st.Unusable {
		words = append(words, strings.TrimPrefix(string(p.Code), "K-REV-"))
	}
	if st.Contradiction {
		words = append(words, "contradiction")
	}
	if st.UnknownByOCSP {
		words = append(words, "unknown-by-ocsp")
	}
	return strings.Join(words, " ")
}

var day = 24 * time.Hour

// TestDeviations: whatever the world can do wrong to one CRL or response, the
// certificate is good exactly where the registry says that it may pass.
func TestDeviations(t *testing.T) {
	want := map[string]string{
		"crl-stale": "good", "crl-no-next-update": "good", "crl-wrong-signer": "unknown 020", "crl-signature-wrong": "unknown 020",
		"crl-only-ca": "unknown 022", "crl-only-attributes": "unknown 022", "crl-other-point": "unknown 022", "crl-some-reasons": "unknown 022",
		"crl-other-issuer": "unknown", "crl-unknown-critical": "unknown 023",
		"ocsp-unknown": "unknown unknown-by-ocsp", "ocsp-stale": "good", "ocsp-no-next-update": "good", "ocsp-signature-wrong": "unknown 020",
		"ocsp-wrong-signer": "unknown 020", "ocsp-other-serial": "unknown", "ocsp-other-issuer": "unknown 022", "ocsp-refused": "unknown 025", "ocsp-revoked": "revoked",
	}
	check := func(name string, w *vt.World, allowed bool, item revocation.Item) {
		st := revocation.Check(ask(t, w, w.Seal, item))
		expect, listed := want[name]
		if !listed {
			expect = "good"
		}
		if got := answer(st); got != expect {
			t.Errorf("%s: %s, want %s; %v", name, got, expect, st.Unusable)
		}
		fresh := revocation.Fresh(st.ThisUpdate, st.NextUpdate, st.HasNextUpdate, nil, w.Now)
		if passes := st.State == revocation.Good && fresh; passes != allowed {
			t.Errorf("%s: good and fresh %v, the registry says %v", name, passes, allowed)
		}
	}
	for _, m := range vt.CRLDeviations() {
		w := vt.New()
		check(m.Name, w, m.Want.Verdict == "TOTAL-PASSED", crl(t, w.CRL(w.SealCA, vt.CRLTemplate{}, m)))
	}
	for _, m := range vt.OCSPDeviations() {
		w := vt.New()
		check(m.Name, w, m.Want.Verdict == "TOTAL-PASSED", ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal}, m)))
	}
}

func TestEntries(t *testing.T) {
	w := vt.New()
	at, before := w.Now.Add(-3*day), w.Now.Add(-10*day)
	for _, tc := range []struct {
		name   string
		reason vt.Reason
		want   string
		told   cert.Reason
	}{
		{"no reason", vt.Unspecified, "revoked", cert.ReasonAbsent},
		{"key compromise", vt.KeyCompromise, "revoked", cert.ReasonKeyCompromise},
		{"superseded", vt.Superseded, "revoked", cert.ReasonSuperseded},
		{"hold", vt.CertificateHold, "onHold", cert.ReasonCertificateHold},
		{"removed", vt.RemoveFromCRL, "good", cert.ReasonAbsent},
	} {
		item := crl(t, w.CRL(w.SealCA, vt.CRLTemplate{Revoked: []vt.Revocation{{Serial: w.Seal.Serial, At: at, Reason: tc.reason, Invalidity: before}}}))
		st := revocation.Check(ask(t, w, w.Seal, item))
		if answer(st) != tc.want || st.Reason != tc.told {
			t.Errorf("%s: %s, reason %d", tc.name, answer(st), st.Reason)
		}
		if tc.want != "good" && (!st.RevokedAt.Equal(at) || !st.InvalidityDate.Equal(before) || !st.ByIssuer || st.Signer == nil) {
			t.Errorf("%s: %+v", tc.name, st.Datum)
		}
		if other := revocation.Check(ask(t, w, w.Responder, item)); answer(other) != "good" {
			t.Errorf("%s: another certificate of that CA: %s", tc.name, answer(other))
		}
	}
}

// points is a cRLDistributionPoints extension of raw points.
func points(list ...[]byte) vt.Extension {
	return vt.Extension{ID: "2.5.29.31", Value: tlv(0x30, list...)}
}

// point: names as full name, reasons as the BIT STRING's octets, CRL issuer.
func point(names, reasons []byte, issuer *vt.Cert) []byte {
	var body [][]byte
	if names != nil {
		body = append(body, tlv(0xa0, names))
	}
	if reasons != nil {
		body = append(body, tlv(0x81, reasons))
	}
	if issuer != nil {
		body = append(body, tlv(0xa2, tlv(0xa4, issuer.Subject.DER())))
	}
	return tlv(0x30, body...)
}

func fullName(names ...[]byte) []byte { return tlv(0xa0, names...) }
func uri(s string) []byte             { return tlv(0x86, []byte(s)) }
func directory(n vt.Name) []byte      { return tlv(0xa4, n.DER()) }

// relative is nameRelativeToCRLIssuer: one CN.
func relative(cn string) []byte {
	return tlv(0xa1, tlv(0x30, []byte{6, 3, 0x55, 4, 3}, tlv(12, []byte(cn))))
}

func tlv(tag byte, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	switch n := len(body); {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, body...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, body...)
	default:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body...)
	}
}

// idp is an issuingDistributionPoint of raw fields.
func idp(fields ...[]byte) []vt.Extension {
	return []vt.Extension{{ID: "2.5.29.28", Critical: true, Value: tlv(0x30, fields...)}}
}

// TestScope: RFC 5280 6.3.3 (b): distribution points of certificate and list
// in every form.
func TestScope(t *testing.T) {
	w := vt.New()
	here, there := uri("http://crl.example/a.crl"), uri("http://crl.example/b.crl")
	shard := vt.NewName("C", "JP", "O", "Shard", "CN", "7")
	below := append(slices.Clone(w.SealCA.Subject), vt.Attr{Type: "CN", Value: "shard 7"})
	for _, tc := range []struct {
		name string
		dp   [][]byte // of the certificate
		idp  []vt.Extension
		want string
	}{
		{"neither", nil, nil, "good"},
		{"list without point", [][]byte{point(fullName(here), nil, nil)}, nil, "good"},
		{"same address", [][]byte{point(fullName(here), nil, nil)}, idp(tlv(0xa0, fullName(here))), "good"},
		{"same address, host in capitals", [][]byte{point(fullName(uri("HTTP://CRL.example/a.crl")), nil, nil)}, idp(tlv(0xa0, fullName(here))), "good"},
		{"another path", [][]byte{point(fullName(uri("http://crl.example/A.crl")), nil, nil)}, idp(tlv(0xa0, fullName(here))), "unknown 022"},
		{"another address", [][]byte{point(fullName(there), nil, nil)}, idp(tlv(0xa0, fullName(here))), "unknown 022"},
		{"one of many", [][]byte{point(fullName(directory(shard), there), nil, nil)}, idp(tlv(0xa0, fullName(here, directory(shard)))), "good"},
		{"second point", [][]byte{point(fullName(there), nil, nil), point(fullName(here), nil, nil)}, idp(tlv(0xa0, fullName(here))), "good"},
		{"directory name", [][]byte{point(fullName(directory(shard)), nil, nil)}, idp(tlv(0xa0, fullName(directory(shard)))), "good"},
		{"relative and relative", [][]byte{point(relative("shard 7"), nil, nil)}, idp(tlv(0xa0, relative("shard 7"))), "good"},
		{"relative and full", [][]byte{point(relative("shard 7"), nil, nil)}, idp(tlv(0xa0, fullName(directory(below)))), "good"},
		{"relative and another", [][]byte{point(relative("shard 8"), nil, nil)}, idp(tlv(0xa0, relative("shard 7"))), "unknown 022"},
		{"named after the issuer", nil, idp(tlv(0xa0, fullName(directory(w.SealCA.Subject)))), "good"},
		{"point, no name in the certificate", nil, idp(tlv(0xa0, fullName(here))), "unknown 022"},
		{"users only", nil, idp([]byte{0x81, 1, 0xff}), "good"},
		{"CAs only", nil, idp([]byte{0x82, 1, 0xff}), "unknown 022"},
		{"attributes only", nil, idp([]byte{0x85, 1, 0xff}), "unknown 022"},
		{"cRLIssuer is another", [][]byte{point(fullName(here), nil, w.OfficeCA)}, idp(tlv(0xa0, fullName(here))), "unknown 022"},
		{"cRLIssuer is the CA, list not indirect", [][]byte{point(fullName(here), nil, w.SealCA)}, idp(tlv(0xa0, fullName(here))), "unknown 022"},
		{"cRLIssuer is the CA, list indirect", [][]byte{point(fullName(here), nil, w.SealCA)}, idp(tlv(0xa0, fullName(here)), []byte{0x84, 1, 0xff}), "good"},
	} {
		template := w.SealTemplate()
		template.CRL = "-"
		if tc.dp != nil {
			template.Extensions = append(template.Extensions, points(tc.dp...))
		}
		target := w.Issue(template)
		st := revocation.Check(ask(t, w, target, crl(t, w.CRL(w.SealCA, vt.CRLTemplate{Extensions: tc.idp}))))
		if answer(st) != tc.want {
			t.Errorf("%s: %s, want %s; %v", tc.name, answer(st), tc.want, st.Unusable)
		}
	}
}

// TestReasons: lists that cover some reasons are good only together.
func TestReasons(t *testing.T) {
	w := vt.New()
	template := w.SealTemplate()
	template.CRL = "-"
	target := w.Issue(template)
	list := func(first, last, number int, age time.Duration, revoked bool) revocation.Item {
		tpl := vt.CRLTemplate{Point: &vt.IssuingPoint{}, Number: int64(number), ThisUpdate: w.Now.Add(-age), NextUpdate: w.Now.Add(day)}
		for r := first; r <= last; r++ {
			tpl.Point.Reasons = append(tpl.Point.Reasons, r)
		}
		if revoked {
			tpl.Revoked = []vt.Revocation{{Serial: target.Serial, At: w.Now.Add(-5 * day), Reason: vt.Superseded}}
		}
		return crl(t, w.CRL(w.SealCA, tpl))
	}
	for _, tc := range []struct {
		name  string
		items []revocation.Item
		want  string
	}{
		{"the first half", []revocation.Item{list(1, 3, 1, day, false)}, "unknown 022"},
		{"both halves", []revocation.Item{list(1, 3, 1, day, false), list(4, 8, 2, 2*day, false)}, "good"},
		{"a gap", []revocation.Item{list(1, 3, 1, day, false), list(5, 8, 2, 2*day, false)}, "unknown 022 022"},
		{"none of them", []revocation.Item{list(0, 0, 1, day, false)}, "unknown 022"},
		{"revoked in the older half", []revocation.Item{list(1, 3, 1, day, false), list(4, 8, 2, 2*day, true)}, "revoked"},
		{"revoked in one half, the other missing", []revocation.Item{list(4, 8, 2, 2*day, true)}, "revoked"},
		{"all at once, over a half", []revocation.Item{list(1, 8, 1, 2*day, false), list(4, 8, 2, day, false)}, "good"},
	} {
		st := revocation.Check(ask(t, w, target, tc.items...))
		if answer(st) != tc.want {
			t.Errorf("%s: %s", tc.name, answer(st))
		}
		if reason := "nothing at hand covers the reasons superseded"; tc.name == "a gap" && st.Unusable[0].Params["reason"] != reason {
			t.Errorf("%s: %v", tc.name, st.Unusable[0].Params)
		}
		if tc.name == "both halves" && (!st.ThisUpdate.Equal(w.Now.Add(-2*day)) || st.Reasons != cert.AllReasons) {
			t.Errorf("%s: thisUpdate %v, reasons %b", tc.name, st.ThisUpdate, st.Reasons)
		}
	}
}

func TestDelta(t *testing.T) {
	w := vt.New()
	entry := func(r vt.Reason) []vt.Revocation {
		return []vt.Revocation{{Serial: w.Seal.Serial, At: w.Now.Add(-5 * day), Reason: r}}
	}
	list := func(number, base int64, age time.Duration, revoked []vt.Revocation, m ...vt.CRLMutator) revocation.Item {
		return crl(t, w.CRL(w.SealCA, vt.CRLTemplate{Number: number, DeltaBase: base, ThisUpdate: w.Now.Add(-age), NextUpdate: w.Now.Add(day), Revoked: revoked}, m...))
	}
	for _, tc := range []struct {
		name  string
		items []revocation.Item
		want  string
		delta bool
	}{
		{"revoked in the delta", []revocation.Item{list(5, 0, 2*day, nil), list(6, 5, day, entry(vt.Superseded))}, "revoked", true},
		{"hold lifted in the delta", []revocation.Item{list(5, 0, 2*day, entry(vt.CertificateHold)), list(6, 5, day, entry(vt.RemoveFromCRL))}, "good", true},
		{"silent delta over a revocation", []revocation.Item{list(5, 0, 2*day, entry(vt.Superseded)), list(6, 5, day, nil)}, "revoked", true},
		{"latest of two", []revocation.Item{list(5, 0, 3*day, nil), list(6, 5, 2*day, nil), list(7, 5, day, entry(vt.Superseded))}, "revoked", true},
		{"base too new for the list", []revocation.Item{list(5, 0, 2*day, nil), list(9, 8, day, entry(vt.Superseded))}, "good 027", false},
		{"delta older than the list", []revocation.Item{list(7, 0, day, nil), list(6, 5, 2*day, entry(vt.Superseded))}, "good 027", false},
		{"delta alone", []revocation.Item{list(6, 5, day, entry(vt.Superseded))}, "unknown", false},
		{"delta with a broken signature", []revocation.Item{list(5, 0, 2*day, nil), list(6, 5, day, entry(vt.Superseded), vt.CRLDeviation("crl-signature-wrong"))}, "good 020", false},
		{"delta for users, list for all", []revocation.Item{list(5, 0, 2*day, nil), list(6, 5, day, entry(vt.Superseded), vt.CRLDeviation("crl-only-user"))}, "good", false},
	} {
		st := revocation.Check(ask(t, w, w.Seal, tc.items...))
		if answer(st) != tc.want || (st.Delta != nil) != tc.delta {
			t.Errorf("%s: %s, delta %v; %v", tc.name, answer(st), st.Delta != nil, st.Unusable)
		}
		if tc.delta && !st.ThisUpdate.Equal(w.Now.Add(-day)) {
			t.Errorf("%s: thisUpdate %v", tc.name, st.ThisUpdate)
		}
	}
}

// TestCRLSigners: who may sign a list: the issuer, another key of its name, an
// indirect CRL issuer.
func TestCRLSigners(t *testing.T) {
	w := vt.New()
	second := w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: w.SealCA.Subject, Key: "p256-04", Issuer: w.Root})
	keyUsage := func(bits ...byte) vt.Extension {
		return vt.Extension{ID: "2.5.29.15", Critical: true, Value: tlv(3, bits)}
	}
	noSign := w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: w.SealCA.Subject, Key: "p256-03", Issuer: w.Root}, vt.CertMutator{Apply: func(d *vt.CertDraft) { d.Set(keyUsage(2, 4)) }})
	old := w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: w.SealCA.Subject, Key: "p256-02", Issuer: w.Root, NotBefore: w.Now.Add(-900 * day), NotAfter: w.Now.Add(-300 * day)})
	indirect := w.Issue(vt.CertTemplate{Profile: vt.CRLSigner, Subject: vt.NewName("C", "JP", "O", "List Office"), Issuer: w.Root})
	template := w.SealTemplate()
	template.CRL = "-"
	template.Extensions = append(template.Extensions, points(point(nil, nil, indirect)))
	pointed := w.Issue(template)
	revoked := func(issuer *vt.Cert) []vt.Revocation {
		return []vt.Revocation{{Serial: pointed.Serial, At: w.Now.Add(-5 * day), Reason: vt.Superseded, Issuer: issuer}}
	}
	byOffice := func(list []vt.Revocation, p *vt.IssuingPoint) []byte {
		return w.CRL(indirect, vt.CRLTemplate{Point: p, Revoked: list})
	}
	for _, tc := range []struct {
		name   string
		target *vt.Cert
		crl    []byte
		pool   []*vt.Cert
		trust  []*vt.Cert
		want   string
	}{
		{"issuer", w.Seal, w.CRL(w.SealCA, vt.CRLTemplate{}), nil, nil, "good"},
		{"second key", w.Seal, w.CRL(w.SealCA, vt.CRLTemplate{Signer: second}), []*vt.Cert{second}, []*vt.Cert{second}, "good"},
		{"second key without a path", w.Seal, w.CRL(w.SealCA, vt.CRLTemplate{Signer: second}), []*vt.Cert{second}, nil, "unknown 021"},
		{"second key not at hand", w.Seal, w.CRL(w.SealCA, vt.CRLTemplate{Signer: second}), nil, []*vt.Cert{second}, "unknown 020"},
		{"second key without cRLSign", w.Seal, w.CRL(w.SealCA, vt.CRLTemplate{Signer: noSign}), []*vt.Cert{noSign}, []*vt.Cert{noSign}, "unknown 021"},
		{"second key, expired before", w.Seal, w.CRL(w.SealCA, vt.CRLTemplate{Signer: old}), []*vt.Cert{old}, []*vt.Cert{old}, "unknown 030"},
		{"indirect, silent", pointed, byOffice(nil, &vt.IssuingPoint{Indirect: true}), []*vt.Cert{indirect}, []*vt.Cert{indirect}, "good"},
		{"indirect, revoked", pointed, byOffice(revoked(w.SealCA), &vt.IssuingPoint{Indirect: true}), []*vt.Cert{indirect}, []*vt.Cert{indirect}, "revoked"},
		{"indirect, the number of another CA's", pointed, byOffice(revoked(w.OfficeCA), &vt.IssuingPoint{Indirect: true}), []*vt.Cert{indirect}, []*vt.Cert{indirect}, "good"},
		{"not marked indirect", pointed, byOffice(nil, nil), []*vt.Cert{indirect}, []*vt.Cert{indirect}, "unknown 022"},
		{"list issuer not at hand", pointed, byOffice(nil, &vt.IssuingPoint{Indirect: true}), nil, []*vt.Cert{indirect}, "unknown 028"},
		{"indirect, not pointed to", w.Seal, byOffice(nil, &vt.IssuingPoint{Indirect: true}), []*vt.Cert{indirect}, []*vt.Cert{indirect}, "unknown"},
	} {
		in := ask(t, w, tc.target, crl(t, tc.crl))
		var pool []*cert.Certificate
		for _, c := range tc.pool {
			pool = append(pool, parse(t, c))
		}
		in.Pool, in.Delegate, in.Verifier = path.NewPool(pool), trusting(t, tc.trust...), path.NewVerifier(0)
		st := revocation.Check(in)
		if answer(st) != tc.want {
			t.Errorf("%s: %s, want %s; %v", tc.name, answer(st), tc.want, st.Unusable)
		}
		if st.State != revocation.Unknown && st.ByIssuer != (tc.name == "issuer") {
			t.Errorf("%s: by the issuer: %v", tc.name, st.ByIssuer)
		}
	}
}

// TestResponders: RFC 6960 4.2.2.2.
func TestResponders(t *testing.T) {
	w := vt.New()
	responder := func(issuer *vt.Cert, m ...vt.CertMutator) *vt.Cert {
		return w.Issue(vt.CertTemplate{Profile: vt.OCSP, Subject: vt.NewName("C", "JP", "CN", "Responder"), Issuer: issuer, Key: "p256-04"}, m...)
	}
	drop := func(id string) vt.CertMutator { return vt.CertMutator{Apply: func(d *vt.CertDraft) { d.Drop(id) }} }
	rollover := w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: w.SealCA.Subject, Key: "p256-03", Issuer: w.Root})
	good, foreign, plain, rolled := responder(w.SealCA), responder(w.OfficeCA), responder(w.SealCA, drop("2.5.29.37")), responder(rollover)
	for _, tc := range []struct {
		name  string
		tpl   vt.OCSPTemplate
		trust []*vt.Cert
		pool  []*vt.Cert
		want  string
	}{
		{"delegate", vt.OCSPTemplate{Responder: good}, []*vt.Cert{good}, nil, "good"},
		{"delegate, not trusted", vt.OCSPTemplate{Responder: good}, nil, nil, "unknown 021"},
		{"delegate of another CA", vt.OCSPTemplate{Responder: foreign}, []*vt.Cert{foreign}, nil, "unknown 021"},
		{"delegate of another key of the CA", vt.OCSPTemplate{Responder: rolled}, []*vt.Cert{rolled}, nil, "unknown 021"},
		{"without OCSPSigning", vt.OCSPTemplate{Responder: plain}, []*vt.Cert{plain}, nil, "unknown 021"},
		{"the seal itself", vt.OCSPTemplate{Responder: w.Seal}, []*vt.Cert{w.Seal}, nil, "unknown 021"},
		{"the CA", vt.OCSPTemplate{Responder: w.SealCA}, nil, nil, "good"},
		{"the CA by name", vt.OCSPTemplate{Responder: w.SealCA, ByName: true}, nil, nil, "good"},
		{"certificate not inside", vt.OCSPTemplate{Responder: good, NoCertificates: true}, []*vt.Cert{good}, nil, "unknown 028"},
		{"certificate at hand, by key", vt.OCSPTemplate{Responder: good, NoCertificates: true}, []*vt.Cert{good}, []*vt.Cert{good}, "good"},
		{"certificate at hand, by name", vt.OCSPTemplate{Responder: good, NoCertificates: true, ByName: true}, []*vt.Cert{good}, []*vt.Cert{good}, "good"},
		{"produced after the delegate ran out", vt.OCSPTemplate{Responder: good, Produced: good.NotAfter.Add(day)}, []*vt.Cert{good}, nil, "unknown 030"},
		{"revoked", vt.OCSPTemplate{Responder: good, Status: "revoked", RevokedAt: w.Now.Add(-day), Reason: vt.Superseded}, []*vt.Cert{good}, nil, "revoked"},
		{"on hold", vt.OCSPTemplate{Responder: good, Status: "revoked", RevokedAt: w.Now.Add(-day), Reason: vt.CertificateHold}, []*vt.Cert{good}, nil, "onHold"},
		{"CertID by SHA-384", vt.OCSPTemplate{Responder: good, CertIDDigest: "SHA-384"}, []*vt.Cert{good}, nil, "good"},
		{"CertID by SHA-512", vt.OCSPTemplate{Responder: good, CertIDDigest: "SHA-512"}, []*vt.Cert{good}, nil, "good"},
	} {
		tc.tpl.Cert = w.Seal
		in := ask(t, w, w.Seal, ocsp(t, w.OCSP(tc.tpl)))
		var pool []*cert.Certificate
		for _, c := range tc.pool {
			pool = append(pool, parse(t, c))
		}
		in.Pool, in.Delegate = path.NewPool(pool), trusting(t, tc.trust...)
		if st := revocation.Check(in); answer(st) != tc.want {
			t.Errorf("%s: %s, want %s; %v", tc.name, answer(st), tc.want, st.Unusable)
		}
	}
	// A bare anchor as issuer: the key hash comes from its SPKI.
	in := ask(t, w, w.Seal, ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal, Responder: w.SealCA})))
	in.Issuer.Certificate = nil
	if st := revocation.Check(in); answer(st) != "good" || st.Signer != nil || !st.ByIssuer {
		t.Errorf("bare anchor: %s", answer(st))
	}
}

// TestDecision: which of many data speaks, in whatever order they come.
func TestDecision(t *testing.T) {
	w := vt.New()
	ago := func(days int) time.Time { return w.Now.Add(-time.Duration(days) * day) }
	list := func(days int, reason vt.Reason, since int) revocation.Item {
		tpl := vt.CRLTemplate{ThisUpdate: ago(days), NextUpdate: ago(days - 7), Number: int64(1000 - days)}
		if since > 0 {
			tpl.Revoked = []vt.Revocation{{Serial: w.Seal.Serial, At: ago(since), Reason: reason}}
		}
		return crl(t, w.CRL(w.SealCA, tpl))
	}
	response := func(days int, status string) revocation.Item {
		return ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal, Status: status, RevokedAt: ago(20), Reason: vt.Superseded, Produced: ago(days), ThisUpdate: ago(days), NextUpdate: ago(days - 7)}))
	}
	beyond := int(w.Seal.NotAfter.Sub(w.Now)/day) + 10
	for _, tc := range []struct {
		name  string
		items []revocation.Item
		want  string
		at    int // thisUpdate of the decisive datum, in days ago
	}{
		{"later good over earlier good", []revocation.Item{list(5, 0, 0), response(3, "good")}, "good", 3},
		{"later revoked over earlier good", []revocation.Item{list(5, 0, 0), response(3, "revoked")}, "revoked", 3},
		{"later good over earlier revoked", []revocation.Item{list(5, vt.Superseded, 9), response(3, "good")}, "good contradiction", 3},
		{"hold, then lifted", []revocation.Item{list(5, vt.CertificateHold, 9), list(3, 0, 0)}, "good", 3},
		{"hold, then revoked", []revocation.Item{list(5, vt.CertificateHold, 9), list(3, vt.KeyCompromise, 9)}, "revoked", 3},
		{"one time, two words", []revocation.Item{list(5, vt.Superseded, 9), response(5, "good")}, "revoked contradiction", 5},
		{"unknown does not decide", []revocation.Item{list(5, 0, 0), response(3, "unknown")}, "good unknown-by-ocsp", 5},
		{"unknown alone", []revocation.Item{response(3, "unknown")}, "unknown unknown-by-ocsp", 0},
		{"dropped after the certificate's end", []revocation.Item{list(5, vt.Superseded, 9), list(-beyond, 0, 0)}, "revoked", 5},
		{"good after the certificate's end", []revocation.Item{list(5, 0, 0), list(-beyond, 0, 0)}, "good", -beyond},
		{"from the future", []revocation.Item{list(-2, 0, 0)}, "good", -2},
	} {
		for turn := range tc.items {
			items := slices.Concat(tc.items[turn:], tc.items[:turn], tc.items[:1])
			st := revocation.Check(ask(t, w, w.Seal, items...))
			if answer(st) != tc.want {
				t.Errorf("%s, turn %d: %s, want %s; %v", tc.name, turn, answer(st), tc.want, st.Unusable)
			}
			if st.State != revocation.Unknown && !st.ThisUpdate.Equal(ago(tc.at)) {
				t.Errorf("%s: thisUpdate %v", tc.name, st.ThisUpdate)
			}
			if st.State != revocation.Unknown && st.AfterExpiry != (tc.at == -beyond) {
				t.Errorf("%s: after expiry %v", tc.name, st.AfterExpiry)
			}
			if len(st.All) != len(tc.items) {
				t.Errorf("%s: %d data of %d", tc.name, len(st.All), len(tc.items))
			}
			in := ask(t, w, w.Seal, items[:1]...)
			in.Index = revocation.NewIndex(items[1:])
			if got := answer(revocation.Check(in)); got != tc.want {
				t.Errorf("%s: with an index %s", tc.name, got)
			}
		}
	}
}

func TestFresh(t *testing.T) {
	at := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	age := func(d time.Duration) *time.Duration { return &d }
	for _, tc := range []struct {
		name       string
		this, next time.Time
		has        bool
		max        *time.Duration
		want       bool
	}{
		{"before nextUpdate", at.Add(-day), at.Add(time.Second), true, nil, true},
		{"at nextUpdate", at.Add(-day), at, true, nil, false},
		{"without nextUpdate", at.Add(-day), time.Time{}, false, nil, false},
		{"without nextUpdate, with an age", at.Add(-day), time.Time{}, false, age(2 * day), true},
		{"just the age", at.Add(-day), at.Add(day), true, age(day), false},
		{"age beats nextUpdate", at.Add(-day), at.Add(-time.Hour), true, age(2 * day), true},
		{"zero age wants later data", at.Add(-time.Second), at.Add(day), true, age(0), false},
		{"zero age, issued later", at.Add(time.Second), at.Add(day), true, age(0), true},
		{"issued later", at.Add(day), at.Add(2 * day), true, nil, true},
		{"nextUpdate before thisUpdate", at.Add(-day), at.Add(-2 * day), true, nil, false},
		{"nextUpdate before a thisUpdate to come", at.Add(9 * day), at.Add(8 * day), true, nil, false},
		{"a nextUpdate that not all data have", at.Add(-day), at.Add(day), false, nil, false},
		{"no datum", time.Time{}, time.Time{}, false, age(1 << 62), false},
	} {
		if got := revocation.Fresh(tc.this, tc.next, tc.has, tc.max, at); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

// TestPurse: data beyond the purse are not looked at, and the status says so.
func TestPurse(t *testing.T) {
	w := vt.New()
	in := ask(t, w, w.Seal, crl(t, w.CRL(w.SealCA, vt.CRLTemplate{})), crl(t, w.CRL(w.SealCA, vt.CRLTemplate{Number: 2})))
	in.Purse = purse.New(purse.Limits{Signatures: 1})
	st := revocation.Check(in)
	var empty *purse.Empty
	if !errors.As(st.Stopped, &empty) || empty.Kind != purse.Signatures || len(st.All) != 1 {
		t.Errorf("stopped %v, %d data", st.Stopped, len(st.All))
	}
}

// TestIndexOver: items below and items on top speak alike; of equal ones that
// on top is named.
func TestIndexOver(t *testing.T) {
	w := vt.New()
	list, answer := crl(t, w.CRL(w.SealCA, vt.CRLTemplate{})), ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal}))
	list.Ref, answer.Ref = "list", "answer"
	flat := revocation.Check(ask(t, w, w.Seal, list, answer))
	for name, x := range map[string]*revocation.Index{
		"one":   revocation.NewIndex([]revocation.Item{list, answer}),
		"two":   revocation.NewIndex([]revocation.Item{list}).With([]revocation.Item{answer}),
		"three": revocation.NewIndex([]revocation.Item{answer}).With(nil).With([]revocation.Item{list, answer}),
	} {
		in := ask(t, w, w.Seal)
		in.Index = x
		if st := revocation.Check(in); st.State != revocation.Good || len(st.All) != len(flat.All) || len(st.All) != 2 || st.Item.Ref != flat.Item.Ref {
			t.Errorf("%s: %s, %d data by %v", name, st.State, len(st.All), st.Item.Ref)
		}
	}
	near := list
	near.Ref = "on top"
	in := ask(t, w, w.Seal)
	in.Index = revocation.NewIndex([]revocation.Item{list}).With([]revocation.Item{near})
	if st := revocation.Check(in); len(st.All) != 1 || st.Item.Ref != "on top" {
		t.Errorf("%d data, %v", len(st.All), st.Item.Ref)
	}
}

func TestStateNames(t *testing.T) {
	if fmt.Sprint(revocation.Unknown, revocation.Good, revocation.Revoked, revocation.OnHold, revocation.State(9)) != "unknown good revoked onHold unknown" {
		t.Error("names of states")
	}
	var st revocation.Status
	if st.State == revocation.Good {
		t.Error("the zero status is good")
	}
}

func BenchmarkCheck(b *testing.B) {
	w := vt.New()
	var entries []vt.Revocation
	for i := range 10_000 {
		entries = append(entries, vt.Revocation{Serial: big.NewInt(int64(1_000_000 + 7*i)), At: w.Now.Add(-day)})
	}
	for name, item := range map[string]revocation.Item{
		"crl-10k": crl(b, w.CRL(w.SealCA, vt.CRLTemplate{Revoked: entries})),
		"ocsp":    ocsp(b, w.OCSP(vt.OCSPTemplate{Cert: w.Seal})),
	} {
		b.Run(name, func(b *testing.B) {
			in := ask(b, w, w.Seal)
			in.Index, in.Verifier = revocation.NewIndex([]revocation.Item{item}), path.NewVerifier(0)
			b.ReportAllocs()
			for b.Loop() {
				if revocation.Check(in).State != revocation.Good {
					b.Fatal("not good")
				}
			}
		})
	}
}
