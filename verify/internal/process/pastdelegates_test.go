package process

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// watched is a responder of the seal's CA whose own status is asked for.
func (s *scene) watched(key string, change ...verifytest.CertMutator) *verifytest.Cert {
	mark := verifytest.CertMutator{Apply: func(d *verifytest.CertDraft) { d.Drop(oidNoCheck) }}
	return s.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: s.SealCA, Key: key, Subject: verifytest.NewName("C", "JP", "CN", "Responder "+key)}, append(change, mark)...)
}

// answered is what responders say, beside the lists about the CAs.
func (s *scene) answered(templates ...verifytest.OCSPTemplate) {
	s.crls, s.ocsps = s.CRLs(s.SealCA, s.TSA), nil
	for _, o := range templates {
		s.ocsps = append(s.ocsps, s.OCSP(o))
	}
}

// TestSlidingDelegates: who signs data for the CA is slid too, and what it
// signed counts if it is proven by its own control time.
func TestSlidingDelegates(t *testing.T) {
	at := func(i int, when time.Time, all []proven, s *scene) []proven {
		der := s.ocsps[i]
		return append(slices.DeleteFunc(all, func(p proven) bool { return string(p.der) == string(der) }), proven{der, when})
	}
	late := func(proof time.Time) func(s *scene) []proven {
		return func(s *scene) []proven {
			s.Revoke(s.SealCA, on(10, 31, 0), verifytest.Superseded)
			s.listedBy(s.Root)
			x := s.certs[3]
			s.crls = append(s.CRLs(s.SealCA, s.TSA), s.CRL(x, verifytest.CRLTemplate{}))
			last := len(s.crls) - 1
			all := s.everything(on(10, 30, 4))
			for i := range all {
				if string(all[i].der) == string(s.crls[last]) {
					all[i].at = proof
				}
			}
			return append(all, proven{x.DER, on(10, 30, 4)})
		}
	}
	revoked := func(proof time.Time) func(s *scene) []proven {
		return func(s *scene) []proven {
			x := s.watched("rsa2048-15")
			s.answered(verifytest.OCSPTemplate{Cert: s.Seal, Responder: x},
				verifytest.OCSPTemplate{Cert: x, Responder: s.SealCA, Status: "revoked", RevokedAt: on(10, 30, 12), Reason: verifytest.KeyCompromise, ThisUpdate: on(10, 31, 0)})
			return at(0, proof, s.everything(on(10, 30, 4)), s)
		}
	}
	slideTable(t, []slid{
		{"a responder that is good", unproven(func(s *scene) {
			x := s.watched("rsa2048-15")
			s.answered(verifytest.OCSPTemplate{Cert: s.Seal, Responder: x}, verifytest.OCSPTemplate{Cert: x, Responder: s.SealCA})
		}), "PASSED", time.Time{}, ""},
		{"step 2a: a revoked responder, before", revoked(on(10, 30, 12)), "PASSED", time.Time{}, ""},
		{"step 2a: a revoked responder, after", revoked(on(10, 30, 12).Add(1)), "NO_POE", time.Time{}, verdict.CodeNoProof},
		{"step 2a: a responder of which nobody tells", unproven(func(s *scene) {
			s.answered(verifytest.OCSPTemplate{Cert: s.Seal, Responder: s.watched("rsa2048-15")})
		}), "NO_POE", time.Time{}, ""},
		{"step 2a: a responder that tells of itself alone", unproven(func(s *scene) {
			x := s.watched("rsa2048-15")
			s.answered(verifytest.OCSPTemplate{Cert: s.Seal, Responder: x}, verifytest.OCSPTemplate{Cert: x, Responder: x})
		}), "NO_POE", time.Time{}, ""},
		{"step 2a: two responders that tell of each other", unproven(func(s *scene) {
			x, y := s.watched("rsa2048-15"), s.watched("rsa2048-13")
			s.answered(verifytest.OCSPTemplate{Cert: s.Seal, Responder: x}, verifytest.OCSPTemplate{Cert: x, Responder: y}, verifytest.OCSPTemplate{Cert: y, Responder: x})
		}), "NO_POE", time.Time{}, ""},
		{"a key of the CA's that signs its lists, and tells of itself alone", unproven(func(s *scene) { s.listedBy(s.SealCA) }), "NO_POE", time.Time{}, ""},
		{"a key of the CA's that signs its lists, of which the CA tells", unproven(func(s *scene) {
			s.listedBy(s.SealCA)
			s.ocsps = append(s.ocsps, s.OCSP(verifytest.OCSPTemplate{Cert: s.certs[3], Responder: s.SealCA}))
		}), "PASSED", time.Time{}, ""},
		{"a key of the CA's name that another CA certified", unproven(func(s *scene) { s.listedBy(s.OfficeCA) }), "NO_POE", time.Time{}, ""},
		{"step 2a: by a key that the root certified, before the CA's revocation", late(on(10, 31, 0)), "PASSED", on(10, 31, 0), ""},
		{"step 2a: by a key that the root certified, after the CA's revocation", late(on(10, 31, 1)), "NO_POE", time.Time{}, verdict.CodeNoProof},
		{"a responder of nobody", unproven(func(s *scene) {
			x := s.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: s.OfficeCA, Key: "rsa2048-15", Subject: verifytest.NewName("C", "JP", "CN", "Foreign")})
			s.answered(verifytest.OCSPTemplate{Cert: s.Seal, Responder: x})
		}), "NO_POE", time.Time{}, ""},
	})
}

// listedBy is a list in the name of the seal's CA by another key, which some
// CA certified; it tells of that key's certificate as well.
func (s *scene) listedBy(issuer *verifytest.Cert) {
	x := s.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-15", Issuer: issuer, Subject: s.SealCA.Subject, Policies: []string{verifytest.SealPolicy}})
	s.certs = []*verifytest.Cert{s.Seal, s.SealCA, s.OfficeCA, x}
	s.crls = append(s.CRLs(s.SealCA, s.TSA), s.CRL(x, verifytest.CRLTemplate{}))
	if issuer != s.SealCA {
		s.crls = append(s.crls, s.CRL(issuer, verifytest.CRLTemplate{}))
	}
}

// TestNestedDelegates: data about signers of data about signers are asked for
// to a bound.
func TestNestedDelegates(t *testing.T) {
	for n := 1; n <= maxDelegates+2; n++ {
		s := newScene(t)
		about := s.Seal
		var answers []verifytest.OCSPTemplate
		for _, key := range []string{"rsa2048-15", "rsa2048-13", "rsa2048-16", "p256-12", "p256-11", "p256-10"}[:n] {
			x := s.watched(key)
			answers = append(answers, verifytest.OCSPTemplate{Cert: about, Responder: x})
			about = x
		}
		s.answered(append(answers, verifytest.OCSPTemplate{Cert: about, Responder: s.SealCA})...)
		if past := s.pastOf(t); past.Passed() != (n <= maxDelegates) {
			t.Errorf("%d nested: %s %v", n, past.Outcome, past.told())
		}
	}
}

// TestUnboundedPast: whether the data are proven while their own signer was in
// force, at every depth (5.6.2.4.4 step 1).
func TestUnboundedPast(t *testing.T) {
	ending := verifytest.CertMutator{Apply: func(d *verifytest.CertDraft) { d.NotAfter = on(10, 31, 0) }}
	chained := func(s *scene) {
		first, second := s.watched("rsa2048-15"), s.watched("rsa2048-13", ending)
		s.answered(verifytest.OCSPTemplate{Cert: s.Seal, Responder: first}, verifytest.OCSPTemplate{Cert: first, Responder: second}, verifytest.OCSPTemplate{Cert: second, Responder: s.SealCA})
	}
	rooted := func(s *scene) {
		r := s.Issue(verifytest.CertTemplate{Profile: verifytest.Root, Key: "rsa2048-13", Subject: verifytest.NewName("C", "JP", "CN", "Short Root"), NotAfter: on(10, 31, 0)})
		s.anchors = []path.Anchor{anchor(t, r), anchor(t, s.TSARoot)}
		s.under(r, on(10, 1, 0))
		s.certs = []*verifytest.Cert{s.signer.Cert}
		s.crls = append(s.CRLs(s.TSA), s.CRL(r, verifytest.CRLTemplate{}))
	}
	byKey := func(s *scene) {
		rooted(s)
		x := s.anchors[0].Certificate
		s.anchors[0] = path.Anchor{Name: x.RawSubject, SPKI: x.RawSPKI, ID: "by key"}
	}
	for name, c := range map[string]struct {
		setup   func(s *scene) []proven
		bounded bool
	}{
		"all in force":                          {unproven(asIs), true},
		"a responder of a responder, in time":   {early(chained), true},
		"a responder of a responder that ended": {unproven(chained), false},
		"the anchor, which no validity binds":   {unproven(rooted), true},
		"an anchor without certificate":         {unproven(byKey), true},
		"the CA after its end":                  {unproven(func(s *scene) { s.underCA(on(10, 31, 0)) }), false},
		"the CA after its end, revoked by itself": {unproven(func(s *scene) {
			s.underCA(on(10, 31, 0))
			s.Revoke(s.signer.Cert, on(10, 20, 0), verifytest.Superseded)
		}), false},
		"nobody is asked": {unproven(func(s *scene) { s.policy.Revocation.Mode = policy.None }), true},
		"the CA's data after their end, the signer's not there": {unproven(func(s *scene) {
			x := s.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: s.Root, Key: "rsa2048-15", Subject: verifytest.NewName("C", "JP", "CN", "Root Responder"), NotAfter: on(10, 31, 0)})
			s.crls = s.CRLs(s.TSA)
			s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.SealCA, Responder: x})}
			s.policy.Revocation.Mode = policy.Prefer
		}), false},
		"nothing is told, and preferred": {unproven(func(s *scene) { s.crls = s.CRLs(s.TSA); s.policy.Revocation.Mode = policy.Prefer }), true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			past := s.pastOf(t, c.setup(s)...)
			if !past.Passed() || past.Bounded != c.bounded {
				t.Errorf("%s, bounded %v %v", past.Outcome, past.Bounded, past.told())
			}
		})
	}
}

// TestBoundedDataCount: where some data stand by themselves, those count, later
// ones of a signer that has ended do not.
func TestBoundedDataCount(t *testing.T) {
	s := newScene(t)
	x := s.watched("rsa2048-15", verifytest.CertMutator{Apply: func(d *verifytest.CertDraft) { d.NotAfter = on(10, 31, 0) }})
	s.answered(verifytest.OCSPTemplate{Cert: s.Seal, Responder: x, ThisUpdate: on(10, 30, 6)}, verifytest.OCSPTemplate{Cert: x, Responder: s.SealCA})
	s.crls = append(s.crls, s.CRL(s.SealCA, verifytest.CRLTemplate{ThisUpdate: on(10, 30, 5)}))
	past := s.pastOf(t)
	if !past.Passed() || !past.Bounded || len(past.Entries[0].Data) != 1 || past.Entries[0].Data[0].Item.CRL == nil {
		t.Errorf("%s, bounded %v, data %+v", past.Outcome, past.Bounded, past.Entries[0].Data)
	}
}

// TestPastChain: the path of the past as reports show it.
func TestPastChain(t *testing.T) {
	s := newScene(t)
	s.anchors, s.policy.AnchorSigns.Answer = []path.Anchor{anchor(t, s.Seal)}, policy.AcceptAnchor
	if e := s.pastOf(t).chain().Entries; len(e) != 1 || !e[0].Anchor || e[0].State != stateNotChecked {
		t.Errorf("the signer as anchor: %+v", e)
	}
	s = newScene(t)
	x := parsed(t, s.Root)
	s.anchors = []path.Anchor{{Name: x.RawSubject, SPKI: x.RawSPKI, ID: "by key"}}
	past := s.pastOf(t)
	if e := past.chain().Entries; !past.Passed() || len(e) != 2 || e[0].Anchor || e[1].Anchor {
		t.Errorf("an anchor without certificate: %s %+v", past.Outcome, e)
	}
	s = newScene(t)
	s.noRevAvail("2.5.29.31", "1.3.6.1.5.5.7.1.1")
	if e := s.pastOf(t).chain().Entries; len(e) != 3 || !e[0].Exempt || e[1].Exempt || e[0].State != stateNotChecked || e[1].Status.State != revocation.Good {
		t.Errorf("an exempt signer: %+v", e)
	}
}

// TestPastOneCause: the first certificate that has no past decides.
func TestPastOneCause(t *testing.T) {
	s := newScene(t)
	s.crls = s.CRLs(s.TSA)
	past := s.pastOf(t)
	if len(past.Causes) != 1 || len(past.Entries) != 1 || past.Entries[0].Certificate.SHA256 != parsed(t, s.SealCA).SHA256 {
		t.Errorf("%d causes, %d certificates", len(past.Causes), len(past.Entries))
	}
}

// TestBestPast: of several paths the one with the latest control time counts;
// one that does not hold, or that is not bounded, counts for less, whichever is
// found first.
func TestBestPast(t *testing.T) {
	revoke := func(s *scene, c *verifytest.Cert, at time.Time) { s.Revoke(c, at, verifytest.Superseded) }
	for name, c := range map[string]struct {
		setup   func(s *scene, one, two *verifytest.Cert)
		unheard int // of which nobody tells
		ends    int // which has ended, of those that tell of the seal
		control time.Time
	}{
		"both are good":  {func(*scene, *verifytest.Cert, *verifytest.Cert) {}, 0, 0, time.Time{}},
		"one is revoked": {func(s *scene, one, _ *verifytest.Cert) { revoke(s, one, on(10, 31, 0)) }, 0, 0, time.Time{}},
		"one is revoked earlier": {func(s *scene, one, two *verifytest.Cert) {
			revoke(s, one, on(10, 30, 12))
			revoke(s, two, on(10, 31, 0))
		}, 0, 0, on(10, 31, 0)},
		"nobody tells of one":                       {func(*scene, *verifytest.Cert, *verifytest.Cert) {}, 1, 0, time.Time{}},
		"nobody tells of one, the other is revoked": {func(s *scene, _, two *verifytest.Cert) { revoke(s, two, on(10, 31, 0)) }, 1, 0, on(10, 31, 0)},
		"of one a responder tells that has ended": {func(s *scene, one, _ *verifytest.Cert) {
			x := s.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: one.Issuer, Key: "rsa2048-15", Subject: verifytest.NewName("C", "JP", "CN", "Ended"), NotAfter: on(10, 31, 0)})
			s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: one, Responder: x})}
		}, 1, -1, time.Time{}},
		"one has ended": {func(*scene, *verifytest.Cert, *verifytest.Cert) {}, 0, 1, time.Time{}},
	} {
		for swapped := range 2 {
			t.Run(fmt.Sprint(name, " ", swapped), func(t *testing.T) {
				s := newScene(t)
				roots := []*verifytest.Cert{s.Root, s.Issue(verifytest.CertTemplate{Profile: verifytest.Root, Key: "rsa2048-13", Subject: verifytest.NewName("C", "JP", "CN", "Other Root")})}
				if swapped > 0 {
					slices.Reverse(roots)
				}
				var cas []*verifytest.Cert
				for i, r := range roots {
					tmpl := verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-16", Issuer: r, Subject: verifytest.NewName("C", "JP", "CN", "Twice"), Policies: []string{verifytest.SealPolicy}}
					if c.ends == i+1 {
						tmpl.NotAfter = on(10, 31, 0)
					}
					cas = append(cas, s.Issue(tmpl))
				}
				s.under(cas[0], on(10, 1, 0))
				s.anchors = []path.Anchor{anchor(t, s.Root), anchor(t, roots[0]), anchor(t, roots[1]), anchor(t, s.TSARoot)}[1:]
				s.certs = append([]*verifytest.Cert{s.signer.Cert}, cas...)
				c.setup(s, cas[0], cas[1])
				s.crls = append(s.CRLs(s.TSA), s.CRL(cas[0], verifytest.CRLTemplate{}))
				for i, r := range roots {
					if c.unheard != i+1 {
						s.crls = append(s.crls, s.CRL(r, verifytest.CRLTemplate{}))
					}
				}
				at := on(10, 30, 4)
				if c.ends != 0 {
					at = s.at // so that the list of one that has ended is not bounded
				}
				proofs := append(s.everything(at), proven{cas[0].DER, on(10, 30, 4)}, proven{cas[1].DER, on(10, 30, 4)}, proven{s.signer.Cert.DER, on(10, 30, 4)})
				if c.ends > 0 {
					for i := range proofs {
						if string(proofs[i].der) != string(s.CRLs(s.signer.Cert)[0]) {
							proofs[i].at = on(10, 30, 4)
						}
					}
				}
				past := s.pastOf(t, proofs...)
				want := c.control
				if want.IsZero() {
					want = s.at
				}
				if !past.Passed() || !past.Bounded || !past.Control.Equal(want) {
					t.Errorf("%s, bounded %v, control time %s, want %s (%v)", past.Outcome, past.Bounded, past.Control, want, past.told())
				}
			})
		}
	}
}

// TestPastSearchStops: where the search for paths ended at a limit, that is told.
func TestPastSearchStops(t *testing.T) {
	s := newScene(t)
	c := s.pastCourt(t)
	c.Purse = purse.New(purse.Limits{Signatures: 1})
	_ = c.Purse.Take(purse.Signatures, 1)
	past := c.pastCertificate(parsed(t, s.Seal), path.Seal, nil)
	if past.Outcome.SubIndication != verdict.Custom || !slices.Contains(past.told(), string(verdict.CodeSearchLimit)) {
		t.Errorf("%s %v", past.Outcome, past.told())
	}
}

// grouped are anchors in groups of their own.
type grouped []path.Anchor

func (g grouped) Groups(path.Purpose) (out []Group) {
	for _, a := range g {
		out = append(out, Group{Anchors: []path.Anchor{a}})
	}
	return out
}
func (grouped) NotCheckable(path.Anchor) bool { return false }

// TestPastGroups: the anchors of every group are tried.
func TestPastGroups(t *testing.T) {
	s := newScene(t)
	for _, g := range []grouped{{anchor(t, s.Root), anchor(t, s.TSARoot)}, {anchor(t, s.TSARoot), anchor(t, s.Root)}} {
		c := s.pastCourt(t)
		c.Trust = g
		if past := c.pastCertificate(parsed(t, s.Seal), path.Seal, nil); !past.Passed() || len(past.Entries) != 2 {
			t.Errorf("%s %v", past.Outcome, past.told())
		}
	}
}
