package revocation_test

import (
	"errors"
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
			in.Pool, in.Delegate, in.Purse = path.NewPool(pool), trusting(t, k), purse.New(purse.Limits{Signatures: 4})
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
	in.Pool, in.Delegate, in.Purse = path.NewPool([]*cert.Certificate{parse(t, w.SealCA), pool[0]}), trusting(t, keys[0]), purse.New(purse.Limits{Signatures: 4})
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
		{"users and all", list(5, 0, idp(yes(0x81), yes(0x84))), list(6, 5, idp(yes(0x84))), "good"},
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

// TestOwnList: what a key signs about its own certificate acquits it only
// where the issuer entrusted it with that; a confession counts always.
func TestOwnList(t *testing.T) {
	w := vt.New()
	link := w.RootNextByRoot // the new key, certified by the old one under the same name
	list := func(key *vt.Cert, of ...*vt.Cert) revocation.Item {
		var entries []vt.Revocation
		for _, c := range of {
			entries = append(entries, vt.Revocation{Serial: c.Serial, At: w.ThisUpdate.Add(-day)})
		}
		return crl(t, w.CRL(key, vt.CRLTemplate{Revoked: entries}))
	}
	ask := func(change func(*cert.Certificate), items ...revocation.Item) string {
		in := ask(t, w, link, items...)
		in.Pool, in.Delegate = path.NewPool([]*cert.Certificate{in.Target}), trusting(t, link)
		change(in.Target)
		return answer(revocation.Check(in))
	}
	plain := func(*cert.Certificate) {}
	entrusted := func(kind cert.NameType, name []byte) func(*cert.Certificate) {
		return func(c *cert.Certificate) {
			c.CRLDistributionPoints = []cert.DistributionPoint{{CRLIssuer: []cert.GeneralName{{Type: kind, Directory: name}}}}
		}
	}
	self := parse(t, link).RawSubject
	other := parse(t, w.Seal).RawSubject
	for _, tc := range []struct{ name, got, want string }{
		{"by the key that certified it", ask(plain, list(w.Root)), "good"},
		{"by itself", ask(plain, list(link)), "unknown 021"},
		{"by itself, of itself", ask(plain, list(link, link)), "revoked"},
		{"both", ask(plain, list(link), list(w.Root)), "good 021"},
		{"by itself, against the issuer's word", ask(plain, list(link), list(w.Root, link)), "revoked 021"},
		{"by itself, entrusted", ask(entrusted(cert.NameDirectory, self), list(link)), "good"},
		{"by itself, entrusted with an address", ask(entrusted(cert.NameURI, self), list(link)), "unknown 021"},
		{"by itself, another is entrusted", ask(entrusted(cert.NameDirectory, other), list(link)), "unknown 021"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, tc.got, tc.want)
		}
	}
}

// TestSameKeyTwice: the issuer's word stays the issuer's where it certified its own key again.
func TestSameKeyTwice(t *testing.T) {
	w := vt.New()
	again := w.Issue(vt.CertTemplate{Profile: vt.CA, Subject: vt.NewName("CN", "Again"), Key: w.Root.KeyName, Issuer: w.Root})
	if got := answer(revocation.Check(ask(t, w, again, crl(t, w.CRL(w.Root, vt.CRLTemplate{}))))); got != "good" {
		t.Error(got)
	}
}
