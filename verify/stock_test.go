package verify_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"slices"
	"sync"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestWarmIsCold: a Verifier that has judged every specimen, from many
// goroutines, says of each the same as a new one: nothing of one document
// shows in the report of another.
func TestWarmIsCold(t *testing.T) {
	type judge struct {
		*verify.Verifier
		sp   verifytest.Specimen
		cold []byte
	}
	warm := map[string]*verify.Verifier{} // by trust list and what lies beside
	var all []judge
	for i, d := range verifytest.Deviations() {
		if testing.Short() && i%4 != 0 { // enough for the race detector
			continue
		}
		sp := verifytest.MakeSpecimen(d.Name)
		list := parsedList(t, sp.TrustList)
		make := func() *verify.Verifier {
			v, err := verify.New(list, verify.WithPolicy(policyNamed(t, "strict", policy.Require)), verify.WithTime(sp.World.Now), verify.WithEvidence(beside(sp)...))
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		key := string(sp.TrustList) + sp.World.Now.String()
		for _, it := range beside(sp) {
			key += string(it.SHA256[:])
		}
		if warm[key] == nil {
			warm[key] = make()
		}
		all = append(all, judge{warm[key], sp, written(t, reported(t, make(), sp), report.JSON)})
	}
	for range 2 {
		var wg sync.WaitGroup
		for _, j := range all {
			wg.Go(func() {
				if got := written(t, reported(t, j.Verifier, j.sp), report.JSON); !bytes.Equal(got, j.cold) {
					t.Errorf("%s: a warm verifier says\n%s\na new one\n%s", j.sp.File, got, j.cold)
				}
			})
		}
		wg.Wait()
	}
	var hits uint64
	for _, v := range warm {
		for _, u := range v.Caches() {
			hits += u.Hits
		}
	}
	if hits < uint64(len(all)) {
		t.Errorf("only %d hits over %d documents: nothing was warm", hits, len(all))
	}
}

func reported(t *testing.T, v *verify.Verifier, sp verifytest.Specimen) *verify.Report {
	doc, err := eseal.Open(context.Background(), bytes.NewReader(sp.Document), int64(len(sp.Document)), specimenOptions(sp))
	if err != nil {
		t.Error(err)
		return &verify.Report{}
	}
	rep, err := v.Verify(context.Background(), doc)
	if err != nil {
		t.Error(err)
	}
	return rep
}

// TestFlatIsLayered: evidence on top of a Verifier's own and the same evidence
// in one heap give the same answer.
func TestFlatIsLayered(t *testing.T) {
	t.Parallel()
	for i, d := range verifytest.Deviations() {
		if testing.Short() && i%8 != 0 {
			continue // enough for the race detector
		}
		sp := verifytest.MakeSpecimen(d.Name)
		v, err := verify.New(parsedList(t, sp.TrustList), verify.WithTime(sp.World.Now), verify.WithEvidence(beside(sp)...))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := eseal.Open(context.Background(), bytes.NewReader(sp.Document), int64(len(sp.Document)), specimenOptions(sp))
		if err != nil {
			t.Fatal(err)
		}
		ev, err := v.Collect(context.Background(), doc, sp.World.Now)
		if err != nil {
			t.Fatal(err)
		}
		layered, err := v.Judge(context.Background(), ev, sp.World.Now)
		if err != nil {
			t.Fatal(err)
		}
		flat, err := v.Judge(context.Background(), &verify.Evidence{Document: doc, Items: evidence.NewSet(ev.Items.Items()...)}, sp.World.Now)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := answer(layered), answer(flat); a != b || codes(layered) != codes(flat) {
			t.Errorf("%s: %s %s, flat %s %s", sp.File, a, codes(layered), b, codes(flat))
		}
	}
}

// TestFolderIsListedByNeed: a report names of a folder what it rests on, and
// everything that it names is there.
func TestFolderIsListedByNeed(t *testing.T) {
	w := verifytest.New()
	list, err := trustlist.Parse(w.TrustList(verifytest.TrustListTemplate{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	stranger := w.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-13", Issuer: w.Root, Subject: verifytest.NewName("C", "JP", "CN", "Stranger")})
	supply := func(t evidence.Type, der []byte) *evidence.Item {
		return evidence.NewItem(t, der, evidence.Supplied, "", purse.New(purse.Limits{}))
	}
	folder := []*evidence.Item{supply(evidence.Certificate, stranger.DER), supply(evidence.CRL, w.CRL(stranger, verifytest.CRLTemplate{})), supply(evidence.CRL, []byte("broken"))}
	for _, crl := range w.CRLs(w.Seal, w.TSA) {
		folder = append(folder, supply(evidence.CRL, crl))
	}
	v, err := verify.New(list, verify.WithTime(w.Now), verify.WithEvidence(folder...))
	if err != nil {
		t.Fatal(err)
	}
	data := w.CMS(verifytest.CMSTemplate{Content: []byte("notice"), CRLs: w.CRLs(w.SealCA), Signers: []verifytest.Signer{{Cert: w.Seal, Timestamp: &verifytest.TokenTemplate{}}}})
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), eseal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := v.Verify(context.Background(), doc)
	if err != nil || !rep.Passed() {
		t.Fatal(err, codes(rep))
	}
	origins := map[string]int{}
	ids := map[string]bool{}
	for _, e := range rep.Evidence {
		origins[e.Type+" "+e.Origin]++
		ids[e.ID] = true
		if slices.ContainsFunc(folder[:2], func(it *evidence.Item) bool { return hex.EncodeToString(it.SHA256[:]) == e.SHA256 }) {
			t.Errorf("listed though nothing rests on it: %+v", e)
		}
	}
	// The list of the root came with the document and with the folder: the nearer way is told.
	if origins["crl document"] != 1 || origins["crl supplied"] != 4 {
		t.Errorf("origins %v", origins)
	}
	for _, c := range rep.Signatures[0].Path {
		if c.Revocation != nil && c.Revocation.Evidence != "" && !ids[c.Revocation.Evidence] {
			t.Errorf("%s is not listed", c.Revocation.Evidence)
		}
	}
	if !slices.ContainsFunc(rep.Findings, func(f verify.Finding) bool { return f.Code == "K-DOC-004" && ids[f.Object] }) {
		t.Errorf("the broken list is not told: %+v", rep.Findings)
	}
}
