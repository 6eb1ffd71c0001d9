package revocation_test

import (
	"crypto/dsa" //nolint:staticcheck // keys whose parameters are inherited exist as DSA alone
	"crypto/sha256"
	"errors"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	vt "github.com/kakuin/kakuin/verify/verifytest"
)

// Tests of this file each hold one check that others would hide: a mutation
// run over this room has to find every one of them.

// TestUnreadableLists: a list that breaks its form is no list, even if its
// signature holds.
func TestUnreadableLists(t *testing.T) {
	w := vt.New()
	for _, tc := range []struct {
		name   string
		change func(*cert.CRL)
		want   string
	}{
		{"right", func(*cert.CRL) {}, "good"},
		{"unknown critical extension", func(c *cert.CRL) { c.UnknownCritical = []ber.OID{"1.2.3"} }, "unknown 023"},
		{"unknown critical extension of an entry", func(c *cert.CRL) { c.EntryUnknownCritical = []ber.OID{"1.2.3"} }, "unknown 023"},
		{"malformed extension", func(c *cert.CRL) { c.MalformedExtensions = []ber.OID{"2.5.29.28"} }, "unknown 024"},
		{"empty list of entries", func(c *cert.CRL) { c.Notes = []note.Note{{Code: cert.CodeEmptyRevoked}} }, "unknown 024"},
		{"wrong version", func(c *cert.CRL) { c.Notes = []note.Note{{Code: cert.CodeVersion}} }, "unknown 024"},
		{"another oddity", func(c *cert.CRL) { c.Notes = []note.Note{{Code: cert.CodeNameForm}} }, "good"},
		{"an entry that cannot be read", func(c *cert.CRL) {
			c.RawEntries, c.Count = tlv(0x30, ber.Append(nil, 2, w.Seal.Serial.Bytes()), tlv(0x17, []byte("once"))), 1
		}, "unknown 024"},
		{"algorithm inside and outside", func(c *cert.CRL) { c.SignatureAlgorithm.Raw = []byte{0x30, 0} }, "unknown 024"},
	} {
		item := crl(t, w.CRL(w.SealCA, vt.CRLTemplate{}))
		tc.change(item.CRL)
		st := revocation.Check(ask(t, w, w.Seal, item))
		if answer(st) != tc.want || (st.State == revocation.Unknown && len(st.All) != 0) {
			t.Errorf("%s: %s, want %s; %v", tc.name, answer(st), tc.want, st.Unusable)
		}
		if len(st.Unusable) == 1 && (st.Unusable[0].Params["type"] != "CRL" || st.Unusable[0].Params["reason"] == "") {
			t.Errorf("%s: %v", tc.name, st.Unusable[0].Params)
		}
	}
}

// TestKindOfCertificate: RFC 5280 6.3.3 (b)(2)(ii) to (iv), for each kind of
// target and each kind of list.
func TestKindOfCertificate(t *testing.T) {
	w := vt.New()
	basic := func(der ...byte) vt.CertMutator {
		return vt.CertMutator{Apply: func(d *vt.CertDraft) { d.Set(vt.Extension{ID: "2.5.29.19", Critical: true, Value: der}) }}
	}
	user := w.Issue(w.SealTemplate())
	userSaysSo := w.Issue(w.SealTemplate(), basic(0x30, 0))
	ca := w.Issue(w.SealTemplate(), basic(0x30, 3, 1, 1, 0xff))
	old := w.Issue(w.SealTemplate(), vt.CertMutator{Apply: func(d *vt.CertDraft) { d.Version, d.Extensions = 0, nil }})
	for _, tc := range []struct {
		name                    string
		target                  *vt.Cert
		none, users, cas, attrs string
	}{
		{"user", user, "good", "good", "unknown 022", "unknown 022"},
		{"user who says so", userSaysSo, "good", "good", "unknown 022", "unknown 022"},
		{"CA", ca, "good", "unknown 022", "good", "unknown 022"},
		{"version 1", old, "good", "unknown 022", "unknown 022", "unknown 022"},
	} {
		for want, p := range map[*string]*vt.IssuingPoint{&tc.none: nil, &tc.users: {OnlyUser: true}, &tc.cas: {OnlyCA: true}, &tc.attrs: {OnlyAttr: true}} {
			if st := revocation.Check(ask(t, w, tc.target, crl(t, w.CRL(w.SealCA, vt.CRLTemplate{Point: p})))); answer(st) != *want {
				t.Errorf("%s, %+v: %s, want %s", tc.name, p, answer(st), *want)
			}
		}
	}
}

// TestPointsOneByOne goes on where TestScope ends: points with a CRL issuer.
func TestPointsOneByOne(t *testing.T) {
	w := vt.New()
	office := w.Issue(vt.CertTemplate{Profile: vt.CRLSigner, Subject: vt.NewName("C", "JP", "O", "List Office"), Issuer: w.Root})
	here := uri("http://crl.example/a.crl")
	indirect := []byte{0x84, 1, 0xff}
	below := append(slices.Clone(office.Subject), vt.Attr{Type: "CN", Value: "shard 7"})
	byURI := tlv(0x30, tlv(0xa0, fullName(here)), tlv(0xa2, uri("http://issuer.example/")))
	for _, tc := range []struct {
		name   string
		dp     []byte
		issuer *vt.Cert
		idp    []vt.Extension
		want   string
	}{
		{"no names, the list names its issuer", point(nil, nil, office), office, idp(tlv(0xa0, fullName(directory(office.Subject))), indirect), "good"},
		{"no names, the list names another", point(nil, nil, office), office, idp(tlv(0xa0, fullName(directory(w.SealCA.Subject))), indirect), "unknown 022"},
		{"relative to the list's issuer", point(relative("shard 7"), nil, office), office, idp(tlv(0xa0, relative("shard 7")), indirect), "good"},
		{"relative to the list's issuer, spelled out", point(relative("shard 7"), nil, office), office, idp(tlv(0xa0, fullName(directory(below))), indirect), "good"},
		{"another CRL issuer, an indirect list of the CA", point(fullName(here), nil, office), w.SealCA, idp(tlv(0xa0, fullName(here)), indirect), "unknown 022"},
		{"CRL issuer by address", byURI, w.SealCA, idp(tlv(0xa0, fullName(here)), indirect), "unknown 022"},
		{"an address without a host, another case", point(fullName(uri("file:///A.crl")), nil, nil), w.SealCA, idp(tlv(0xa0, fullName(uri("file:///a.crl")))), "unknown 022"},
		{"an address with a query, another case", point(fullName(uri("http://CRL.example?A")), nil, nil), w.SealCA, idp(tlv(0xa0, fullName(uri("http://crl.example?A")))), "good"},
		{"an address that is none", point(fullName(uri("urn:A")), nil, nil), w.SealCA, idp(tlv(0xa0, fullName(uri("urn:a")))), "unknown 022"},
	} {
		template := w.SealTemplate()
		template.CRL = "-"
		template.Extensions = append(template.Extensions, points(tc.dp))
		in := ask(t, w, w.Issue(template), crl(t, w.CRL(tc.issuer, vt.CRLTemplate{Extensions: tc.idp})))
		in.Pool, in.Delegate = path.NewPool([]*cert.Certificate{parse(t, office)}), trusting(t, office)
		if st := revocation.Check(in); answer(st) != tc.want {
			t.Errorf("%s: %s, want %s; %v", tc.name, answer(st), tc.want, st.Unusable)
		}
	}
}

// TestListSigners goes on where TestCRLSigners ends.
func TestListSigners(t *testing.T) {
	w := vt.New()
	list := func(signer *vt.Cert, this time.Time) revocation.Item {
		return crl(t, w.CRL(w.SealCA, vt.CRLTemplate{Signer: signer, ThisUpdate: this, NextUpdate: w.Now.Add(day)}))
	}
	// The validity of the issuer's own certificate binds, both ends inclusive.
	for this, want := range map[time.Time]string{
		w.SealCA.NotBefore: "good", w.SealCA.NotBefore.Add(-time.Second): "unknown 030",
		w.SealCA.NotAfter: "good", w.SealCA.NotAfter.Add(time.Second): "unknown 030",
	} {
		if st := revocation.Check(ask(t, w, w.Seal, list(nil, this))); answer(st) != want {
			t.Errorf("issued %v: %s, want %s", this, answer(st), want)
		}
	}
	// An issuer without keyUsage is not restricted.
	plain := w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: w.SealCA.Subject, Key: w.SealCA.KeyName, Issuer: w.Root}, vt.CertMutator{Apply: func(d *vt.CertDraft) { d.Drop("2.5.29.15") }})
	in := ask(t, w, w.Seal, list(nil, w.ThisUpdate))
	in.Issuer = step(t, plain)
	if st := revocation.Check(in); answer(st) != "good" {
		t.Errorf("without keyUsage: %s", answer(st))
	}
	// Of many keys of one name the identifier chooses, so that two signatures do;
	// an anchor known by name and key alone has no certificate to compare.
	var keys []*vt.Cert
	var pool []*cert.Certificate
	for _, name := range []string{"p256-01", "p256-02", "p256-03", "p256-04"} {
		c := w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: w.SealCA.Subject, Key: name, Issuer: w.Root})
		keys, pool = append(keys, c), append(pool, parse(t, c))
	}
	for _, k := range keys {
		for _, bare := range []bool{false, true} {
			in := ask(t, w, w.Seal, list(k, w.ThisUpdate))
			in.Pool, in.Delegate, in.Purse = path.NewPool(pool), trusting(t, k), purse.New(purse.Limits{Signatures: 2})
			if bare {
				in.Issuer.Certificate = nil
			}
			if st := revocation.Check(in); answer(st) != "good" || st.Signer == nil || st.Signer.SHA256 != parse(t, k).SHA256 {
				t.Errorf("%s, bare %v: %s, stopped %v", k.KeyName, bare, answer(st), st.Stopped)
			}
		}
	}
	// The issuer's certificate among the candidates is asked once.
	in = ask(t, w, w.Seal, list(keys[0], w.ThisUpdate))
	in.Pool, in.Delegate, in.Purse = path.NewPool([]*cert.Certificate{parse(t, w.SealCA), pool[0]}), trusting(t, keys[0]), purse.New(purse.Limits{Signatures: 2})
	if st := revocation.Check(in); answer(st) != "good" {
		t.Errorf("issuer among the candidates: %s, stopped %v", answer(st), st.Stopped)
	}
	// A word on a path that is neither key nor error is no.
	in.Purse = nil
	in.Delegate = func(*cert.Certificate, path.Purpose) (*sigalg.PublicKey, error) { return nil, nil }
	if st := revocation.Check(in); answer(st) != "unknown 021" {
		t.Errorf("no key: %s", answer(st))
	}
	in.Delegate = func(*cert.Certificate, path.Purpose) (*sigalg.PublicKey, error) { return nil, errors.New("because") }
	if st := revocation.Check(in); answer(st) != "unknown 021" || st.Unusable[0].Params["reason"] != pool[0].Subject.String()+": because" {
		t.Errorf("an error: %s %v", answer(st), st.Unusable)
	}
	in.Delegate = nil
	if st := revocation.Check(in); answer(st) != "unknown 021" {
		t.Errorf("nobody to ask: %s", answer(st))
	}
}

// dsaKey is a key of FIPS 186-4, parameters of 1024 and 160 bits; made for
// these tests, no secret.
func dsaKey(t *testing.T) *dsa.PrivateKey {
	hex := func(s string) *big.Int {
		n, ok := new(big.Int).SetString(s, 16)
		if !ok {
			t.Fatal(s)
		}
		return n
	}
	k := &dsa.PrivateKey{}
	k.P = hex("b12649291f4d129904bf8eab51d0119f07aab9bbbe7dbcccce2d226bf76d81c8c7978ba6f997a0d82bb9e6be37cdebfc1ff6fa3e447e5d30f4d042c6dfd691e93d03a2ef76e2463d24e6b0e273deb9a7f183b41523c0e23fb747727efa7f6a0d87e89f06f908a4a5f637458ce8e664c7166de5040a6ec0de6143e669f66d3545")
	k.Q = hex("86f53f54e12562401173db999bbafe3e0911185d")
	k.G = hex("7e8c9a2e468dadfe199df0f085e9d70a78525d6a6ab49698ef99e5fda9b7a7c8c74159620674469405a1162401b7f1918005f4c45c9d40ff088caf0950eb2445d83836f627118281723e2145df40e1652a1bf78487b3f9022e01f962c69101aba6db4434f4346c3a5f546c97db60f321a24e1d7915befc98e160434910f56d2e")
	k.X = hex("9192fd450b4e7fe94946d35d7f02be3366d3f78")
	k.Y = hex("51a049e1d37722876759ce6b213184a1e14dafa09343fdabcdcae58e894247b1550fa3f47129927ccdae29e925a171d032da5b6efc348536694a41c7dd1c2bdf4c36569f7229e87652500a572c1d71f9c63130b1eecd6c7ff655bb0d2303799db828d620376fc38154ebea5df3db649e5b5a8ee9db05744a00a5abaabb2171b5")
	return k
}

// number is a positive INTEGER in DER.
func number(n *big.Int) []byte {
	b := n.Bytes()
	if b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return ber.Append(nil, 2, b)
}

// spkiOf encodes the key, its parameters only where they are wanted (RFC 3279 2.3.2).
func spkiOf(k *dsa.PrivateKey, parameters bool) []byte {
	id := ber.Append(nil, 6, ber.EncodeOID("1.2.840.10040.4.1"))
	if parameters {
		id = append(id, tlv(0x30, number(k.P), number(k.Q), number(k.G))...)
	}
	return tlv(0x30, tlv(0x30, id), ber.Append(nil, 3, append([]byte{0}, number(k.Y)...)))
}

// TestInheritedKeys: a signer whose key has no parameters of its own is checked
// with those that its path gave it, and only then.
func TestInheritedKeys(t *testing.T) {
	w := vt.New()
	k := dsaKey(t)
	sign := func(tbs []byte) ([]byte, cert.Algorithm) {
		sum := sha256.Sum256(tbs)
		r, s, err := dsa.Sign(fixed{}, k, sum[:20])
		if err != nil {
			t.Fatal(err)
		}
		return tlv(0x30, number(r), number(s)), cert.Algorithm{OID: "2.16.840.1.101.3.4.3.2", Raw: []byte("the same")}
	}
	full, err := sigalg.ParsePublicKey(spkiOf(k, true))
	if err != nil {
		t.Fatal(err)
	}
	bareKey := vt.CertMutator{Apply: func(d *vt.CertDraft) { d.SPKI = spkiOf(k, false) }}
	second := parse(t, w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: w.SealCA.Subject, Issuer: w.Root}, bareKey))
	responder := parse(t, w.Issue(vt.CertTemplate{Profile: vt.OCSP, Subject: vt.NewName("C", "JP", "CN", "DSA responder"), Issuer: w.SealCA}, bareKey))
	gives := func(*cert.Certificate, path.Purpose) (*sigalg.PublicKey, error) { return full, nil }
	refuses := func(*cert.Certificate, path.Purpose) (*sigalg.PublicKey, error) { return nil, errors.New("no path") }
	for _, right := range []bool{true, false} {
		list := crl(t, w.CRL(w.SealCA, vt.CRLTemplate{}))
		list.CRL.Signature, list.CRL.SignatureAlgorithm = sign(list.CRL.RawTBS)
		list.CRL.TBSSignatureAlgorithm = list.CRL.SignatureAlgorithm
		response := ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal}))
		response.OCSP.ResponderName, response.OCSP.ResponderKeyHash = responder.RawSubject, nil
		response.OCSP.Signature, response.OCSP.SignatureAlgorithm = sign(response.OCSP.RawTBS)
		want := "good"
		if !right {
			want = "unknown 020"
			list.CRL.Signature, _ = sign([]byte("something else"))
			response.OCSP.Signature, _ = sign([]byte("something else"))
		}
		for name, item := range map[string]revocation.Item{"list": list, "response": response} {
			in := ask(t, w, w.Seal, item)
			in.Pool, in.Delegate = path.NewPool([]*cert.Certificate{second, responder}), gives
			if st := revocation.Check(in); answer(st) != want {
				t.Errorf("%s, signature right %v: %s, want %s; %v", name, right, answer(st), want, st.Unusable)
			}
			in.Delegate = refuses
			if st := revocation.Check(in); answer(st) != "unknown 021" {
				t.Errorf("%s without a path: %s", name, answer(st))
			}
		}
	}
}

// fixed is a source that always says the same.
type fixed struct{}

func (fixed) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 0x11
	}
	return len(b), nil
}

// TestResponses goes on where TestResponders ends: what a response says, and
// who says it.
func TestResponses(t *testing.T) {
	w := vt.New()
	delegate := func(m ...vt.CertMutator) *vt.Cert {
		return w.Issue(vt.CertTemplate{Profile: vt.OCSP, Subject: vt.NewName("C", "JP", "CN", "Responder"), Issuer: w.SealCA, Key: "p256-04"}, m...)
	}
	good := delegate()
	other := delegate(vt.CertMutator{Apply: func(d *vt.CertDraft) { d.Issuer = vt.NewName("C", "JP", "CN", "Somebody").DER() }})
	sum := sha256.Sum256(w.Seal.DER)
	sha := cert.Algorithm{OID: "2.16.840.1.101.3.4.2.1"}
	byCA := vt.OCSPTemplate{Responder: w.SealCA}
	for _, tc := range []struct {
		name   string
		tpl    vt.OCSPTemplate
		m      []vt.OCSPMutator
		change func(*cert.OCSPResponse)
		want   string
		issuer bool // signed by the CA itself
	}{
		{name: "by the CA", tpl: byCA, want: "good", issuer: true},
		{name: "by a delegate", tpl: vt.OCSPTemplate{Responder: good}, want: "good"},
		{name: "by the CA, signature changed", tpl: byCA, m: []vt.OCSPMutator{vt.OCSPDeviation("ocsp-signature-wrong")}, want: "unknown 020"},
		{name: "by the CA before it was one", tpl: vt.OCSPTemplate{Responder: w.SealCA, Produced: w.SealCA.NotBefore.Add(-day)}, want: "unknown 030"},
		{name: "by a delegate that names another issuer", tpl: vt.OCSPTemplate{Responder: other}, want: "unknown 021"},
		{name: "names another responder", tpl: vt.OCSPTemplate{Responder: good, ByName: true}, change: func(r *cert.OCSPResponse) { r.ResponderName = w.Root.Subject.DER() }, want: "unknown 028"},
		{name: "names the CA and is a delegate's", tpl: vt.OCSPTemplate{Responder: good, ByName: true}, change: func(r *cert.OCSPResponse) { r.ResponderName = w.SealCA.Subject.DER() }, want: "unknown 020"},
		{name: "two answers, good and revoked", tpl: byCA, change: func(r *cert.OCSPResponse) {
			worse := r.Responses[0]
			worse.Status, worse.RevokedAt, worse.ThisUpdate = cert.CertRevoked, w.Now.Add(-9*day), worse.ThisUpdate.Add(-day)
			r.Responses = append(r.Responses, worse)
		}, want: "revoked", issuer: true},
		{name: "two answers, revoked and good", tpl: byCA, change: func(r *cert.OCSPResponse) {
			worse := r.Responses[0]
			worse.Status, worse.RevokedAt, worse.ThisUpdate = cert.CertRevoked, w.Now.Add(-9*day), worse.ThisUpdate.Add(-day)
			r.Responses = []cert.SingleResponse{worse, r.Responses[0]}
		}, want: "revoked", issuer: true},
		{name: "an answer about another CA's certificate besides", tpl: byCA, change: func(r *cert.OCSPResponse) {
			besides := r.Responses[0]
			besides.ID.IssuerKeyHash = make([]byte, 20)
			r.Responses = []cert.SingleResponse{besides, r.Responses[0], besides}
		}, want: "good", issuer: true},
		{name: "an answer about another number besides", tpl: byCA, change: func(r *cert.OCSPResponse) {
			besides := r.Responses[0]
			besides.ID.Serial, besides.Status = big.NewInt(1), cert.CertRevoked
			r.Responses = []cert.SingleResponse{besides, r.Responses[0]}
		}, want: "good", issuer: true},
		{name: "a digest that nobody knows", tpl: byCA, change: func(r *cert.OCSPResponse) { r.Responses[0].ID.HashAlgorithm.OID = "1.2.3" }, want: "unknown 022"},
		{name: "unknown critical extension", tpl: byCA, change: func(r *cert.OCSPResponse) { r.UnknownCritical = []ber.OID{"1.2.3"} }, want: "unknown 023"},
		{name: "unknown critical extension of the answer", tpl: byCA, change: func(r *cert.OCSPResponse) { r.Responses[0].UnknownCritical = []ber.OID{"1.2.3"} }, want: "unknown 023"},
		{name: "malformed extension", tpl: byCA, change: func(r *cert.OCSPResponse) { r.MalformedExtensions = []ber.OID{"1.2.3"} }, want: "unknown 024"},
		{name: "malformed extension of the answer", tpl: byCA, change: func(r *cert.OCSPResponse) { r.Responses[0].MalformedExtensions = []ber.OID{"1.2.3"} }, want: "unknown 024"},
		{name: "knows the certificate", tpl: byCA, change: func(r *cert.OCSPResponse) { r.Responses[0].CertHash = &cert.CertHash{Algorithm: sha, Hash: sum[:]} }, want: "good", issuer: true},
		{name: "knows another certificate", tpl: byCA, change: func(r *cert.OCSPResponse) {
			r.Responses[0].CertHash = &cert.CertHash{Algorithm: sha, Hash: make([]byte, 32)}
		}, want: "unknown 026"},
		{name: "knows it by a digest that nobody knows", tpl: byCA, change: func(r *cert.OCSPResponse) {
			r.Responses[0].CertHash = &cert.CertHash{Algorithm: cert.Algorithm{OID: "1.2.3"}, Hash: sum[:]}
		}, want: "unknown 029"},
		{name: "no answer inside", tpl: byCA, change: func(r *cert.OCSPResponse) { r.Status = cert.ResponseTryLater }, want: "unknown 025"},
	} {
		tc.tpl.Cert = w.Seal
		item := ocsp(t, w.OCSP(tc.tpl, tc.m...))
		if tc.change != nil {
			tc.change(item.OCSP)
		}
		in := ask(t, w, w.Seal, item)
		in.Delegate = trusting(t, good, other)
		st := revocation.Check(in)
		if answer(st) != tc.want || st.ByIssuer != tc.issuer {
			t.Errorf("%s: %s by the issuer %v, want %s; %v", tc.name, answer(st), st.ByIssuer, tc.want, st.Unusable)
		}
		if len(st.Unusable) > 0 && st.Unusable[0].Params["type"] != "OCSP" {
			t.Errorf("%s: %v", tc.name, st.Unusable[0].Params)
		}
	}
	// Who is missing is told by name, or that only a key is known.
	for byName, want := range map[bool]string{true: "CN=Responder,C=JP", false: "responder's key hash"} {
		st := revocation.Check(ask(t, w, w.Seal, ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal, Responder: good, ByName: byName, NoCertificates: true}))))
		if len(st.Unusable) != 1 || st.Unusable[0].Params["reason"] != want {
			t.Errorf("by name %v: %v", byName, st.Unusable)
		}
	}
	// When the key was lost is told apart from when the certificate was revoked (RFC 6960 4.4.5).
	item := ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal, Responder: w.SealCA, Status: "revoked", Reason: vt.KeyCompromise}))
	item.OCSP.Responses[0].InvalidityDate = w.Now.Add(-40 * day)
	if st := revocation.Check(ask(t, w, w.Seal, item)); !st.InvalidityDate.Equal(w.Now.Add(-40 * day)) {
		t.Errorf("invalidity date %v", st.InvalidityDate)
	}
	// Two responses for one number: both are looked at.
	older := ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal, Responder: w.SealCA}))
	newer := ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal, Responder: w.SealCA, Status: "revoked", ThisUpdate: w.ThisUpdate.Add(time.Hour)}))
	for _, items := range [][]revocation.Item{{older, newer}, {newer, older}} {
		if st := revocation.Check(ask(t, w, w.Seal, items...)); answer(st) != "revoked" || len(st.All) != 2 {
			t.Errorf("two responses: %s of %d", answer(st), len(st.All))
		}
	}
}

// TestDeltaScope: RFC 5280 6.3.3 (c): a delta belongs to a list of the same
// scope, point and key alone; of several the latest.
func TestDeltaScope(t *testing.T) {
	w := vt.New()
	here, there := fullName(uri("http://crl.example/a.crl")), fullName(uri("http://crl.example/b.crl"))
	template := w.SealTemplate()
	template.CRL = "-"
	template.Extensions = append(template.Extensions, points(point(fullName(uri("http://crl.example/a.crl"), uri("http://crl.example/b.crl")), nil, nil)))
	target := w.Issue(template)
	yes := func(n byte) []byte { return []byte{n, 1, 0xff} }
	list := func(number, base int64, ext []vt.Extension, m ...vt.CRLMutator) revocation.Item {
		tpl := vt.CRLTemplate{Number: number, DeltaBase: base, Extensions: ext}
		if base > 0 {
			tpl.ThisUpdate = w.ThisUpdate.Add(time.Hour)
			tpl.Revoked = []vt.Revocation{{Serial: target.Serial, At: w.Now.Add(-5 * day), Reason: vt.Superseded}}
		}
		return crl(t, w.CRL(w.SealCA, tpl, m...))
	}
	drop := func(id string) vt.CRLMutator {
		return vt.CRLMutator{Apply: func(d *vt.CRLDraft) {
			d.Extensions = slices.DeleteFunc(d.Extensions, func(e vt.Extension) bool { return e.ID == id })
		}}
	}
	const listNumber, keyID = "2.5.29.20", "2.5.29.35"
	for _, tc := range []struct {
		name        string
		base, delta revocation.Item
		want        string
	}{
		{"no point", list(5, 0, nil), list(6, 5, nil), "revoked"},
		{"users both", list(5, 0, idp(yes(0x81))), list(6, 5, idp(yes(0x81))), "revoked"},
		{"users and all", list(5, 0, idp(yes(0x81))), list(6, 5, idp(yes(0x84))), "good"},
		{"all and CAs", list(5, 0, idp(yes(0x84))), list(6, 5, idp(yes(0x82), yes(0x84))), "good"},
		{"all and attributes", list(5, 0, idp(yes(0x84))), list(6, 5, idp(yes(0x84), yes(0x85))), "good"},
		{"indirect and not", list(5, 0, idp(yes(0x81), yes(0x84))), list(6, 5, idp(yes(0x81))), "good"},
		{"all and some reasons", list(5, 0, idp(yes(0x81))), list(6, 5, idp(yes(0x81), []byte{0x83, 2, 6, 0x40})), "good"},
		{"a point and none", list(5, 0, idp(tlv(0xa0, here), yes(0x81))), list(6, 5, idp(yes(0x81))), "good"},
		{"none and a point", list(5, 0, idp(yes(0x81))), list(6, 5, idp(tlv(0xa0, here), yes(0x81))), "good"},
		{"one point", list(5, 0, idp(tlv(0xa0, here))), list(6, 5, idp(tlv(0xa0, here))), "revoked"},
		{"two points", list(5, 0, idp(tlv(0xa0, here))), list(6, 5, idp(tlv(0xa0, there))), "good"},
		{"a point and no extension", list(5, 0, idp(tlv(0xa0, here))), list(6, 5, nil), "good"},
		{"no extension and a point", list(5, 0, nil), list(6, 5, idp(tlv(0xa0, here))), "good"},
		{"another key identifier", list(5, 0, nil), list(6, 5, nil, drop(keyID)), "good"},
		{"the list's own number", list(6, 0, nil), list(6, 5, nil), "good 027"},
		{"just its base", list(5, 0, nil), list(6, 5, nil), "revoked"},
		{"before its base", list(4, 0, nil), list(6, 5, nil), "good 027"},
		{"list without a number", list(5, 0, nil, drop(listNumber)), list(6, 5, nil), "good 027"},
		{"delta without a number", list(5, 0, nil), list(6, 5, nil, drop(listNumber)), "good 027"},
		{"a delta with an unknown critical extension", list(5, 0, nil), list(6, 5, nil, vt.CRLDeviation("crl-unknown-critical")), "good 023"},
	} {
		if st := revocation.Check(ask(t, w, target, tc.base, tc.delta)); answer(st) != tc.want {
			t.Errorf("%s: %s, want %s; %v", tc.name, answer(st), tc.want, st.Unusable)
		}
	}
	// The latest of several, whatever their digests.
	items := []revocation.Item{list(5, 0, nil)}
	for n := int64(6); n < 14; n++ {
		items = append(items, crl(t, w.CRL(w.SealCA, vt.CRLTemplate{Number: n, DeltaBase: 5, ThisUpdate: w.ThisUpdate.Add(time.Duration(n) * time.Minute)})))
	}
	if st := revocation.Check(ask(t, w, target, items...)); st.Delta == nil || st.Delta.CRL.Number.Int64() != 13 {
		t.Errorf("delta %+v", st.Delta)
	}
}

// TestDecisionOneByOne goes on where TestDecision ends.
func TestDecisionOneByOne(t *testing.T) {
	w := vt.New()
	ago := func(days int) time.Time { return w.Now.Add(-time.Duration(days) * day) }
	entry := func(r vt.Reason) []vt.Revocation {
		return []vt.Revocation{{Serial: w.Seal.Serial, At: ago(20), Reason: r}}
	}
	list := func(at time.Time, revoked []vt.Revocation, point *vt.IssuingPoint) revocation.Item {
		return crl(t, w.CRL(w.SealCA, vt.CRLTemplate{ThisUpdate: at, NextUpdate: at.Add(7 * day), Revoked: revoked, Point: point}))
	}
	response := func(produced, this time.Time, status string, reason vt.Reason) revocation.Item {
		return ocsp(t, w.OCSP(vt.OCSPTemplate{Cert: w.Seal, Status: status, RevokedAt: ago(20), Reason: reason, Produced: produced, ThisUpdate: this, NextUpdate: ago(-7)}))
	}
	end := w.Seal.NotAfter
	for _, tc := range []struct {
		name  string
		items []revocation.Item
		want  string
	}{
		{"revoked, told only after the certificate's end", []revocation.Item{list(end.Add(day), entry(vt.Superseded), nil)}, "revoked"},
		{"revoked and told so again after the end", []revocation.Item{list(ago(5), entry(vt.Superseded), nil), list(end.Add(day), entry(vt.Superseded), nil)}, "revoked"},
		{"held, silence after the end", []revocation.Item{list(ago(5), entry(vt.CertificateHold), nil), list(end.Add(day), nil, nil)}, "good"},
		{"revoked, later unknown", []revocation.Item{list(ago(5), entry(vt.Superseded), nil), response(ago(3), ago(3), "unknown", 0)}, "revoked unknown-by-ocsp"},
		{"unknown, later good", []revocation.Item{response(ago(5), ago(5), "unknown", 0), list(ago(3), nil, nil)}, "good unknown-by-ocsp"},
		{"unknown and good at one time", []revocation.Item{response(ago(3), ago(3), "unknown", 0), list(ago(3), nil, nil)}, "good unknown-by-ocsp"},
		{"unknown and revoked at one time", []revocation.Item{response(ago(3), ago(3), "unknown", 0), list(ago(3), entry(vt.Superseded), nil)}, "revoked unknown-by-ocsp"},
		{"held, made at one time with a later word", []revocation.Item{response(ago(3), ago(5), "revoked", vt.CertificateHold), list(ago(3), nil, nil)}, "good"},
		{"held, of one thisUpdate, made later", []revocation.Item{response(ago(4), ago(5), "revoked", vt.CertificateHold), response(ago(3), ago(5), "good", 0)}, "good"},
		{"held and good at one time", []revocation.Item{list(ago(3), entry(vt.CertificateHold), nil), response(ago(3), ago(3), "good", 0)}, "onHold contradiction"},
	} {
		for turn := range tc.items {
			st := revocation.Check(ask(t, w, w.Seal, slices.Concat(tc.items[turn:], tc.items[:turn])...))
			if answer(st) != tc.want {
				t.Errorf("%s: %s, want %s; %+v", tc.name, answer(st), tc.want, st.All)
			}
		}
	}
	// Halves of reasons hold together only as long as the first of them does.
	half := func(first, last int, next time.Time) revocation.Item {
		p := &vt.IssuingPoint{}
		for r := first; r <= last; r++ {
			p.Reasons = append(p.Reasons, r)
		}
		return crl(t, w.CRL(w.SealCA, vt.CRLTemplate{ThisUpdate: ago(3 + first), NextUpdate: next, NoNextUpdate: next.IsZero(), Point: p}))
	}
	for _, tc := range []struct {
		name string
		a, b time.Time // nextUpdate
		want time.Time
	}{
		{"the newer ends first", ago(-1), ago(-2), ago(-1)}, {"the older ends first", ago(-2), ago(-1), ago(-1)},
		{"the newer has no end", time.Time{}, ago(-1), time.Time{}}, {"the older has no end", ago(-1), time.Time{}, time.Time{}},
	} {
		st := revocation.Check(ask(t, w, w.Seal, half(1, 3, tc.a), half(4, 8, tc.b)))
		if answer(st) != "good" || st.HasNextUpdate != !tc.want.IsZero() || st.HasNextUpdate && !st.NextUpdate.Equal(tc.want) {
			t.Errorf("%s: %s until %v (%v)", tc.name, answer(st), st.NextUpdate, st.HasNextUpdate)
		}
	}
	// Who promises to keep entries is believed after the certificate's end
	// (X.509 9.5.2.8, RFC 6960 4.4.4).
	for name, tc := range map[string]struct {
		from  *time.Time
		after bool
	}{"no promise": {nil, true}, "from before the end": {&[]time.Time{end.Add(-day)}[0], false}, "from the end": {&end, false}, "from after it": {&[]time.Time{end.Add(day)}[0], true}} {
		item := list(end.Add(2*day), nil, nil)
		item.CRL.ExpiredCertsFrom = tc.from
		if st := revocation.Check(ask(t, w, w.Seal, item)); st.AfterExpiry != tc.after {
			t.Errorf("%s: after expiry %v", name, st.AfterExpiry)
		}
		item = list(end, nil, nil)
		item.CRL.ExpiredCertsFrom = tc.from
		if st := revocation.Check(ask(t, w, w.Seal, item)); st.AfterExpiry {
			t.Errorf("%s: a list of the last second is after expiry", name)
		}
	}
	if revocation.State(4).String() != "unknown" {
		t.Error("a state that does not exist has a name")
	}
}
