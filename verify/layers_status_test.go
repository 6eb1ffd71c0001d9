package verify_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/registry"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A layerCase is a document of verifytest judged under its own conditions.
type layerCase struct {
	name    string
	data    []byte
	options eseal.Options
	list    *trustlist.List
	policy  string
	mode    policy.Mode
	ev      []*evidence.Item
	book    verify.Register
}

func (c layerCase) judge(t *testing.T, w *verifytest.World) *verify.Report {
	t.Helper()
	if c.policy == "" {
		c.policy = "strict"
	}
	if c.mode == "" {
		c.mode = policy.Require
	}
	options := []verify.Option{verify.WithPolicy(policyNamed(t, c.policy, c.mode)), verify.WithTime(w.Now), verify.WithEvidence(c.ev...)}
	if c.book != nil {
		options = append(options, verify.WithRegister(c.book))
	}
	return judged(t, c.data, c.options, c.list, options...)
}

// moreLayerCases are conditions beside those of the specimens: other lists,
// other policies, missing content.
func moreLayerCases(t *testing.T, w *verifytest.World) []layerCase {
	good := verifytest.MakeSpecimen("good-cms")
	apart := verifytest.MakeSpecimen("good-detached")
	list := parsedList(t, good.TrustList)
	stale := parsedList(t, w.TrustList(verifytest.TrustListTemplate{NextUpdate: w.Now.AddDate(0, 0, -1)}))
	return []layerCase{
		{name: "no list", data: good.Document, list: verify.NoTrust()},
		{name: "anchors without services", data: good.Document, list: anchors(t, [][]byte{w.Root.DER, w.TSARoot.DER})},
		{name: "stale list", data: good.Document, list: stale},
		{name: "no algorithm dates", data: good.Document, list: list, policy: "rfc5280"},
		{name: "revocation preferred", data: verifytest.MakeSpecimen("crl-none").Document, list: list, mode: policy.Prefer},
		{name: "revocation not asked for", data: verifytest.MakeSpecimen("crl-none").Document, list: list, mode: policy.None},
		{name: "content is missing", data: apart.Document, list: list},
		{name: "registered", data: good.Document, list: list, book: town(registry.Record{Name: "見本町"})},
		{name: "another name", data: good.Document, list: list, book: town(registry.Record{Name: "別物町"})},
		{name: "closed long ago", data: good.Document, list: list, book: town(registry.Record{Name: "見本町", CloseDate: "2001-01-01"})},
		{name: "not accredited then", data: good.Document, list: parsedList(t, verifytest.MakeSpecimen("path-withdrawn").TrustList)},
	}
}

// TestEveryStatusIsSeen: each question is seen in each status that the mapping
// table allows it, by a document that verifytest makes, and in no other.
func TestEveryStatusIsSeen(t *testing.T) {
	t.Parallel()
	allowed := verify.AllowedStatuses()
	seen := map[verdict.QuestionID]map[verdict.QuestionStatus]string{}
	look := func(name string, rep *verify.Report) {
		layersHold(t, name, rep)
		for _, l := range allLayers(rep) {
			for _, id := range verdict.Questions() {
				st := l.Find(id).Status
				if !slices.Contains(allowed[id], st) {
					t.Errorf("%s: %s is %s, which the table does not allow", name, id, st)
				}
				if seen[id] == nil {
					seen[id] = map[verdict.QuestionStatus]string{}
				}
				if seen[id][st] == "" {
					seen[id][st] = name
				}
			}
		}
	}
	for _, d := range verifytest.Deviations() {
		sp := verifytest.MakeSpecimen(d.Name)
		look(d.Name, judgedSpecimen(t, sp, "strict", beside(sp)))
	}
	w := verifytest.New()
	for _, c := range moreLayerCases(t, w) {
		look(c.name, c.judge(t, w))
	}
	for _, id := range verdict.Questions() {
		for _, st := range allowed[id] {
			if seen[id][st] == "" {
				t.Errorf("%s was never %s", id, st)
			}
		}
		t.Logf("%-14s %v", id, seen[id])
	}
}

func allLayers(rep *verify.Report) []*verify.Layers {
	var out []*verify.Layers
	if rep.Layers != nil {
		out = append(out, rep.Layers)
	}
	for i := range rep.Signatures {
		if l := rep.Signatures[i].Layers; l != nil {
			out = append(out, l)
		}
	}
	return out
}

// layersHold are the invariants of the report contract, written down a second
// time and apart from the report's own self-check.
func layersHold(t *testing.T, name string, rep *verify.Report) {
	t.Helper()
	if (rep.Layers == nil) != (len(rep.Signatures)+len(rep.Timestamps)+len(rep.EvidenceRecords) == 0) {
		t.Errorf("%s: layers and %d signatures, %d time-stamps, %d evidence records", name, len(rep.Signatures), len(rep.Timestamps), len(rep.EvidenceRecords))
	}
	for _, l := range allLayers(rep) {
		for _, layer := range []verify.Layer{l.Organization, l.Transcription, l.Data, l.Time} {
			worst := verdict.NotAssessed
			for _, q := range layer.Questions {
				worst = worse(worst, q.Status)
				if q.Text.EN == "" || q.Text.JA == "" || q.Element == "" {
					t.Errorf("%s: %s has no words or no element", name, q.ID)
				}
			}
			if layer.Status != worst {
				t.Errorf("%s: a layer is %s, its questions give %s", name, layer.Status, worst)
			}
		}
		whole := verdict.Confirmed
		for _, id := range []verdict.QuestionID{verdict.Intact, verdict.Covered, verdict.SealedBy, verdict.When} {
			whole = worse(whole, l.Find(id).Status)
		}
		if l.DataIntegrity.Status != whole {
			t.Errorf("%s: data integrity is %s, what it rests on gives %s", name, l.DataIntegrity.Status, whole)
		}
		if l.Content.Status != verdict.NotAssessed {
			t.Errorf("%s: the statements are %s", name, l.Content.Status)
		}
	}
	for i := range rep.Signatures {
		signatureLayersHold(t, name, &rep.Signatures[i], rep.Policy)
	}
	if rep.Layers != nil && (rep.Layers.Find(verdict.Intact).Status == verdict.Refuted) && rep.Verdict != verdict.DocumentFailed {
		t.Errorf("%s: not intact, but %s", name, rep.Verdict)
	}
	if rep.Passed() && rep.Layers.Find(verdict.Issuer).Status != verdict.Confirmed {
		t.Errorf("%s: passes with issuer %s", name, rep.Layers.Find(verdict.Issuer).Status)
	}
}

func signatureLayersHold(t *testing.T, name string, s *verify.Signature, p verify.PolicyInfo) {
	t.Helper()
	intact := s.Layers.Find(verdict.Intact).Status
	broken := s.SubIndication == verdict.HashFailure || s.SubIndication == verdict.SigCryptoFailure
	if intact == verdict.Refuted && s.Indication != verdict.TotalFailed || broken && intact != verdict.Refuted {
		t.Errorf("%s: %s and intact %s", name, s.Outcome(), intact)
	}
	if s.Indication != verdict.TotalPassed {
		return
	}
	for _, id := range []verdict.QuestionID{verdict.Issuer, verdict.Authority, verdict.NotRevoked, verdict.SealedBy, verdict.AsIssued, verdict.Intact, verdict.Covered} {
		st := s.Layers.Find(id).Status
		echoed := id == verdict.NotRevoked && p.Revocation != verify.RevocationRequire || len(p.OptOuts) > 0
		if st == verdict.Refuted || st == verdict.Unconfirmed && !echoed {
			t.Errorf("%s: passes, but %s is %s", name, id, st)
		}
	}
}

// worse is the order refuted, unconfirmed, confirmed; not-assessed is skipped.
func worse(a, b verdict.QuestionStatus) verdict.QuestionStatus {
	for _, st := range []verdict.QuestionStatus{verdict.Refuted, verdict.Unconfirmed, verdict.Confirmed} {
		if a == st || b == st {
			return st
		}
	}
	return verdict.NotAssessed
}

// TestEvidenceTakenAway: the same document without the one thing that an
// answer rests on, and the answer is open again; nothing else refutes it.
func TestEvidenceTakenAway(t *testing.T) {
	w := verifytest.New()
	content := []byte(verifytest.Notice)
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	crls := w.CRLs(w.Seal, w.TSA)
	build := func(change func(*verifytest.CMSTemplate)) []byte {
		tmpl := verifytest.CMSTemplate{Content: content, CRLs: crls, Signers: []verifytest.Signer{{Timestamp: &verifytest.TokenTemplate{}}}}
		if change != nil {
			change(&tmpl)
		}
		return w.CMS(tmpl)
	}
	apart := build(func(x *verifytest.CMSTemplate) { x.Detached = true })
	noCerts := build(func(x *verifytest.CMSTemplate) { x.NoCertificates = true })
	noCRLs := build(func(x *verifytest.CMSTemplate) { x.CRLs = nil })
	with := layerCase{data: build(nil), list: list}
	for _, c := range []struct {
		id            verdict.QuestionID
		with, without layerCase
	}{
		{verdict.Issuer, with, layerCase{data: with.data, list: verify.NoTrust()}},
		{verdict.Authority, with, layerCase{data: with.data, list: verify.NoTrust()}},
		{verdict.Assurance, with, layerCase{data: with.data, list: verify.NoTrust()}},
		{verdict.NotRevoked, with, layerCase{data: noCRLs, list: list}},
		{verdict.NotRevoked, layerCase{data: noCRLs, list: list, ev: items(evidence.CRL, crls)}, layerCase{data: noCRLs, list: list}},
		{verdict.SealedBy, with, layerCase{data: noCerts, list: list}},
		{verdict.Intact, layerCase{data: apart, list: list, options: eseal.Options{Detached: detached("x", content)}}, layerCase{data: apart, list: list}},
		{verdict.Covered, layerCase{data: apart, list: list, options: eseal.Options{Detached: detached("x", content)}}, layerCase{data: apart, list: list}},
		{verdict.AsIssued, layerCase{data: apart, list: list, options: eseal.Options{Detached: detached("x", content)}}, layerCase{data: apart, list: list}},
		{verdict.When, with, layerCase{data: build(func(x *verifytest.CMSTemplate) { x.Signers = nil }), list: list}},
		{verdict.Algorithms, with, layerCase{data: with.data, list: list, policy: "rfc5280"}},
		{verdict.Portable, with, layerCase{data: noCRLs, list: list, ev: items(evidence.CRL, crls)}},
	} {
		for _, x := range []struct {
			c    layerCase
			want verdict.QuestionStatus
		}{{c.with, verdict.Confirmed}, {c.without, verdict.Unconfirmed}} {
			rep := x.c.judge(t, w)
			layersHold(t, string(c.id), rep)
			if st := rep.Layers.Find(c.id).Status; st != x.want {
				t.Errorf("%s is %s, want %s: %s (%s)", c.id, st, x.want, codes(rep), rep.Layers.Missing())
			}
		}
	}
}

// TestDocumentLayersAreTheWorst: two signers, one of them broken: the document
// answers with the worse of each question and names the signature.
func TestDocumentLayersAreTheWorst(t *testing.T) {
	w := verifytest.New()
	turn := 0
	second := verifytest.CMSMutator{Signed: func(d *verifytest.SignerDraft) {
		if turn++; turn == 2 {
			d.Signature = append(bytes.Clone(d.Signature[:len(d.Signature)-1]), d.Signature[len(d.Signature)-1]^1)
		}
	}}
	data := w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: w.CRLs(w.Seal, w.Office, w.TSA), Signers: []verifytest.Signer{
		{Cert: w.Seal, Timestamp: &verifytest.TokenTemplate{}}, {Cert: w.Office, Timestamp: &verifytest.TokenTemplate{}}}}, second)
	rep := layerCase{data: data, list: parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))}.judge(t, w)
	layersHold(t, "two signers", rep)
	if got := answer(rep); got != "TOTAL-FAILED/SIG_CRYPTO_FAILURE" {
		t.Fatal(codes(rep))
	}
	bad, good := "", ""
	for _, s := range rep.Signatures {
		if s.Indication == verdict.TotalPassed {
			good = s.ID
		} else {
			bad = s.ID
		}
	}
	if q := rep.Layers.Find(verdict.Intact); q.Status != verdict.Refuted || !slices.Contains(q.Evidence, bad) || slices.Contains(q.Evidence, good) {
		t.Errorf("intact: %+v", q)
	}
	if good == "" {
		t.Error("the other signature does not stand by itself")
	}
}
