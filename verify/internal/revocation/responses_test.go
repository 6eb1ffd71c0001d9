package revocation_test

import (
	"crypto/sha256"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	vt "github.com/kakuin/kakuin/verify/verifytest"
)

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
