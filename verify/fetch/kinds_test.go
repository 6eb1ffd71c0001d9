package fetch

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestDelta: where the list at hand is too old for the policy, the delta list
// that it names is asked for, and nothing more where it serves.
func TestDelta(t *testing.T) {
	const at = "http://" + repository + "/seal.delta"
	uri := ber.Append(nil, 0x86, []byte(at))
	names := verifytest.Extension{ID: "2.5.29.46", Value: sequence(sequence(ber.Append(nil, 0xa0, ber.Append(nil, 0xa0, uri))))}
	for _, c := range []struct {
		name   string
		serve  func(s *site) []byte // nil: not there
		answer string
		asked  []string // of the list and of the delta list
	}{
		{"newer and good", func(s *site) []byte { return s.delta(7) }, "TOTAL-PASSED", []string{at}},
		{"revoked since", func(s *site) []byte {
			s.world.Revoke(s.world.Seal, s.world.Now.Add(-2*time.Hour), verifytest.KeyCompromise)
			return s.delta(7)
		}, "INDETERMINATE/REVOKED_NO_POE", []string{at}},
		{"it continues another list", func(s *site) []byte { return s.delta(8) }, "TOTAL-PASSED", []string{at, "list"}},
		{"not there", func(*site) []byte { return nil }, "TOTAL-PASSED", []string{at, "list"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			w := s.world
			base := w.CRL(w.SealCA, verifytest.CRLTemplate{Number: 7, Extensions: []verifytest.Extension{names}})
			list := s.want(evidence.CRL).URLs[0]
			if raw := c.serve(s); raw != nil {
				s.served[at] = raw
			}
			s.served[list] = w.CRL(w.SealCA, verifytest.CRLTemplate{Number: 8, ThisUpdate: w.Now.Add(-time.Hour)})
			s.lie(func(rw http.ResponseWriter, r *http.Request) bool {
				if r.Host == responder {
					http.NotFound(rw, r)
				}
				return r.Host == responder
			})
			p, err := policy.ByName(policy.Default)
			if err != nil {
				t.Fatal(err)
			}
			p.Revocation.MaxAge = []policy.MaxAge{{Position: "signer", Hours: 24}}
			signed := w.CMS(verifytest.CMSTemplate{Content: []byte("x"), CRLs: append(w.CRLs(w.SealCA), base)})
			rep := s.judged(s.fetcher(nil), signed, verify.WithPolicy(p))
			var asked []string
			for _, r := range s.requests() {
				switch u := "http://" + r.Host + r.URL.Path; u {
				case list:
					asked = append(asked, "list")
				case at:
					asked = append(asked, at)
				}
			}
			if got := answer1(rep); got != c.answer || !slices.Equal(asked, c.asked) {
				t.Errorf("%s after asking for %v, want %s after %v", got, asked, c.answer, c.asked)
			}
			if len(found(rep.Signatures[0].Findings, verdict.CodeNotFresh)) > 0 {
				t.Error("still called old")
			}
		})
	}
}

// delta is a list of an hour ago that continues the one of a number.
func (s *site) delta(base int64) []byte {
	w := s.world
	return w.CRL(w.SealCA, verifytest.CRLTemplate{Number: base + 1, DeltaBase: base, ThisUpdate: w.Now.Add(-time.Hour)})
}

// TestBothKinds: a policy that demands both kinds has both asked for, in turn;
// what it has no use for is not asked for.
func TestBothKinds(t *testing.T) {
	for need, want := range map[policy.Need][]string{policy.NeedEither: {"ocsp"}, policy.NeedBoth: {"ocsp", "crl"}, policy.NeedCRL: {"crl"}, policy.NeedOCSP: {"ocsp"}} {
		s := newSite(t)
		p, err := policy.ByName(policy.Default)
		if err != nil {
			t.Fatal(err)
		}
		p.Revocation.Sources = []policy.SourceNeed{{Position: "signer", Need: need}}
		signed := s.world.CMS(verifytest.CMSTemplate{Content: []byte("x"), CRLs: s.world.CRLs(s.world.SealCA)})
		rep := s.judged(s.fetcher(nil), signed, verify.WithPolicy(p))
		var asked []string
		for _, r := range s.requests() {
			switch {
			case r.Host == responder:
				asked = append(asked, "ocsp")
			case "http://"+r.Host+r.URL.Path == s.want(evidence.CRL).URLs[0]:
				asked = append(asked, "crl")
			}
		}
		if !rep.Passed() || !slices.Equal(asked, want) {
			t.Errorf("%s: %s after asking for %v, want %v", need, answer1(rep), asked, want)
		}
		s.server.Close()
		rep = s.judged(s.fetcher(nil), signed, verify.WithPolicy(p))
		if answer1(rep) != "INDETERMINATE/TRY_LATER" {
			t.Errorf("%s, with the server gone: %s", need, answer1(rep))
		}
	}
}
