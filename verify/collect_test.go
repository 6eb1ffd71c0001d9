package verify_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A told source does what a function says, and remembers what it was asked.
type told struct {
	asked []verify.Want
	get   func(w verify.Want, p *purse.Purse) ([]*evidence.Item, error)
}

func (s *told) Get(_ context.Context, w verify.Want, p *purse.Purse) ([]*evidence.Item, error) {
	s.asked = append(s.asked, w)
	return s.get(w, p)
}

func askedBy(t *testing.T, s verify.Source, w *verifytest.World, data []byte) *verify.Report {
	t.Helper()
	v, err := verify.New(parsedList(t, w.TrustList(verifytest.TrustListTemplate{})), verify.WithTime(w.Now), verify.WithSource(s))
	if err != nil {
		t.Fatal(err)
	}
	rep, err := v.Verify(t.Context(), opened(t, data, eseal.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	if bad := rep.Contradictions(); len(bad) > 0 {
		t.Error(bad)
	}
	fitsSchema(t, reportSchema(t), "asked", rep)
	return rep
}

// TestEachFailureIsTold: every kind of failure has its code beside the finding
// about the lack, in both languages, with the address; it decides nothing.
func TestEachFailureIsTold(t *testing.T) {
	w := verifytest.New()
	data := w.CMS(verifytest.CMSTemplate{Content: []byte("x")})
	codes := map[verdict.Code]bool{}
	for kind := evidence.Failed; kind <= evidence.OtherAnswer; kind++ {
		s := &told{get: func(w verify.Want, _ *purse.Purse) ([]*evidence.Item, error) {
			return nil, &evidence.Failure{URL: w.URLs[0], Kind: kind, Params: map[string]string{"reason": "so", "status": "404", "limit": "9", "host": "h", "scheme": "ldap", "found": "found-html", "what": "issuer", "target": "t", "address": "a", "notAfter": "n"}}
		}}
		rep := askedBy(t, s, w, data)
		if answer(rep) != "INDETERMINATE/TRY_LATER" {
			t.Errorf("kind %d: %s", kind, answer(rep))
		}
		var urls []string
		for _, f := range rep.Signatures[0].Findings {
			if strings.HasPrefix(string(f.Code), "K-FET-") {
				codes[f.Code] = true
				urls = append(urls, f.Params["url"])
				if f.Severity != verdict.Warning || f.Remedy == nil || strings.Contains(f.Text.EN+f.Text.JA, "not known") || kind != evidence.Failed && kind != evidence.OverBudget && !strings.Contains(f.Text.JA, f.Params["url"]) {
					t.Errorf("kind %d: %+v", kind, f)
				}
			}
		}
		if len(urls) != len(s.asked) || len(urls) < 3 {
			t.Errorf("kind %d: told of %v, asked %d", kind, urls, len(s.asked))
		}
	}
	if len(codes) != int(evidence.OtherAnswer)+1 {
		t.Errorf("%d codes for %d kinds", len(codes), evidence.OtherAnswer+1)
	}
}

// TestItemsWithAFailure: what came is used although another address failed;
// the failure is a remark then.
func TestItemsWithAFailure(t *testing.T) {
	w := verifytest.New()
	served := w.Addresses()
	s := &told{get: func(w verify.Want, p *purse.Purse) ([]*evidence.Item, error) {
		failure := &evidence.Failure{URL: "http://closed.example/", Kind: evidence.NoName}
		if raw, ok := served[w.URLs[0]]; ok {
			return []*evidence.Item{evidence.NewItem(w.Type, raw, evidence.Fetched, "", p)}, failure
		}
		return nil, failure
	}}
	rep := askedBy(t, s, w, w.CMS(verifytest.CMSTemplate{Content: []byte("x")}))
	if !rep.Passed() || !has(rep.Findings, verdict.CodeFetchName, verdict.Info) {
		t.Errorf("%s %+v", answer(rep), rep.Findings)
	}
}

// TestCacheIsAskedAnew: a want that stays after an answer from a cache is asked
// once more, past the cache; one that was fetched is not.
func TestCacheIsAskedAnew(t *testing.T) {
	w := verifytest.New()
	other := w.CRL(w.OfficeCA, verifytest.CRLTemplate{})
	for origin, want := range map[evidence.Origin]int{evidence.Cache: 2, evidence.Fetched: 1} {
		s := &told{get: func(w verify.Want, p *purse.Purse) ([]*evidence.Item, error) {
			if w.Type != evidence.CRL {
				return nil, nil
			}
			return []*evidence.Item{evidence.NewItem(w.Type, other, origin, "", p)}, nil
		}}
		rep := askedBy(t, s, w, w.CMS(verifytest.CMSTemplate{Content: []byte("x")}))
		n := map[string][]bool{}
		for _, a := range s.asked {
			if a.Type == evidence.CRL {
				n[a.Key()] = append(n[a.Key()], a.Anew)
			}
		}
		if answer(rep) != "INDETERMINATE/TRY_LATER" || len(n) != 2 {
			t.Errorf("%s: %s, %d wants", origin, answer(rep), len(n))
		}
		for key, anew := range n {
			if !slices.Equal(anew, []bool{false, true}[:want]) {
				t.Errorf("%s: %s was asked %v", origin, key, anew)
			}
		}
	}
}

// TestCacheThatServes is asked once; what it knows to have failed besides is
// told even where the address itself then says nothing.
func TestCacheThatServes(t *testing.T) {
	w := verifytest.New()
	served := w.Addresses()
	s := &told{get: func(x verify.Want, p *purse.Purse) ([]*evidence.Item, error) {
		if raw, ok := served[x.URLs[0]]; ok {
			return []*evidence.Item{evidence.NewItem(x.Type, raw, evidence.Cache, "", p)}, nil
		}
		return nil, nil
	}}
	rep := askedBy(t, s, w, w.CMS(verifytest.CMSTemplate{Content: []byte("x")}))
	for _, a := range s.asked {
		if a.Anew {
			t.Errorf("%s is asked anew for %s", a.URLs[0], a.Subject)
		}
	}
	if !rep.Passed() || len(s.asked) < 3 {
		t.Errorf("%s after %d questions", answer(rep), len(s.asked))
	}

	other := w.CRL(w.OfficeCA, verifytest.CRLTemplate{}) // the document has it already
	s = &told{get: func(x verify.Want, p *purse.Purse) ([]*evidence.Item, error) {
		if x.Anew || x.Type != evidence.CRL {
			return nil, nil
		}
		return []*evidence.Item{evidence.NewItem(x.Type, other, evidence.Cache, "", p)}, &evidence.Failure{URL: x.URLs[0], Kind: evidence.NoName, Params: map[string]string{"host": "h"}}
	}}
	rep = askedBy(t, s, w, w.CMS(verifytest.CMSTemplate{Content: []byte("x"), CRLs: [][]byte{other}}))
	if !has(rep.Signatures[0].Findings, verdict.CodeFetchName, verdict.Warning) {
		t.Errorf("not told: %+v", rep.Signatures[0].Findings)
	}
}

// TestPurseOfFetches: a document that asks for more than its purse bears is
// told once that not all was asked.
func TestPurseOfFetches(t *testing.T) {
	w := verifytest.New()
	s := &told{get: func(verify.Want, *purse.Purse) ([]*evidence.Item, error) { return nil, errors.New("nothing") }}
	v, err := verify.New(parsedList(t, w.TrustList(verifytest.TrustListTemplate{})), verify.WithTime(w.Now), verify.WithSource(s))
	if err != nil {
		t.Fatal(err)
	}
	doc := opened(t, w.CMS(verifytest.CMSTemplate{Content: []byte("x")}), eseal.Options{Limits: purse.Limits{Fetches: 1}})
	rep, err := v.Verify(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range rep.Signatures[0].Findings {
		if f.Code == verdict.CodeFetchBudget {
			n++
		}
	}
	if len(s.asked) != 1 || n != 1 || answer(rep) != "INDETERMINATE/TRY_LATER" {
		t.Errorf("asked %d times, told %d times, %s", len(s.asked), n, answer(rep))
	}
}

// TestMissesReplay: evidence with its misses judges to the same report again,
// in whatever order they came.
func TestMissesReplay(t *testing.T) {
	w := verifytest.New()
	s := &told{get: func(w verify.Want, _ *purse.Purse) ([]*evidence.Item, error) {
		return nil, errors.Join(&evidence.Failure{URL: "http://b.example", Kind: evidence.NoName}, &evidence.Failure{URL: "http://a.example", Kind: evidence.TimedOut})
	}}
	v, err := verify.New(parsedList(t, w.TrustList(verifytest.TrustListTemplate{})), verify.WithTime(w.Now), verify.WithSource(s))
	if err != nil {
		t.Fatal(err)
	}
	data := w.CMS(verifytest.CMSTemplate{Content: []byte("x")})
	ev, err := v.Collect(t.Context(), opened(t, data, eseal.Options{}), w.Now)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := v.Judge(t.Context(), ev, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	if len(ev.Misses) < 6 || !slices.IsSortedFunc(ev.Misses, func(a, b evidence.Miss) int {
		return strings.Compare(a.Want.Key()+a.Failure.URL, b.Want.Key()+b.Failure.URL)
	}) {
		t.Errorf("%d misses, not in order", len(ev.Misses))
	}
	again, err := v.Verify(t.Context(), opened(t, data, eseal.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := written(t, rep, report.JSON), written(t, again, report.JSON); !bytes.Equal(a, b) {
		t.Error(firstDifference(a, b))
	}
}

// TestPlanNamesTheIssuer: what is missing is named by what it is about: of a
// path that breaks off the issuer, else the certificate; each thing once,
// though two signers lack it.
func TestPlanNamesTheIssuer(t *testing.T) {
	w := verifytest.New()
	v, err := verify.New(parsedList(t, w.TrustList(verifytest.TrustListTemplate{})), verify.WithTime(w.Now))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		certs []*verifytest.Cert
		about []string
	}{
		"no issuer": {[]*verifytest.Cert{w.Seal}, []string{w.SealCA.SHA256()}},
		"no data":   {[]*verifytest.Cert{w.Seal, w.SealCA}, []string{w.Seal.SHA256(), w.Seal.SHA256(), w.SealCA.SHA256()}},
	} {
		names := map[string]string{}
		for _, x := range []*verifytest.Cert{w.Seal, w.SealCA} {
			parsed, err := cert.Parse(x.DER, purse.New(purse.Limits{}))
			if err != nil {
				t.Fatal(err)
			}
			names[x.SHA256()] = parsed.Subject.String()
		}
		data := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Certificates: c.certs, Signers: []verifytest.Signer{{}, {}}})
		wants, err := v.Plan(t.Context(), opened(t, data, eseal.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, x := range wants {
			got = append(got, x.Subject)
		}
		for _, sha := range c.about {
			want = append(want, names[sha])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: about %q, want %q", name, got, want)
		}
	}
}
