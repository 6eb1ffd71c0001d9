package process

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// needs sets which kinds must answer for a position.
func (s *scene) needs(position string, n policy.Need) {
	s.policy.Revocation.Sources = append(slices.Clip(s.policy.Revocation.Sources), policy.SourceNeed{Position: position, Need: n, Source: "test"})
}

// byOCSP and byCRL give that kind alone about the seal; the CAs have CRLs.
func (s *scene) byOCSP() {
	s.crls = s.CRLs(s.SealCA, s.TSA)
	s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal})}
}

func (s *scene) byBoth() { s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal})} }

// TestKinds: which kinds of revocation data a policy demands by position (TS
// 119 172-1 (m)2.1). The seal's certificate names both kinds, that of its CA a
// CRL alone.
func TestKinds(t *testing.T) {
	row := func(name, position string, n policy.Need, setup func(*scene), want string, tells verdict.Code) judged {
		return judged{name, func(s *scene) { s.unstamped(); s.needs(position, n); setup(s) }, want, want, tells}
	}
	none := func(*scene) {}
	judgeTable(t, []judged{
		row("either: a CRL", "signer", policy.NeedEither, none, "PASSED", ""),
		row("either: an OCSP answer", "signer", policy.NeedEither, (*scene).byOCSP, "PASSED", ""),
		row("ocsp: a CRL", "signer", policy.NeedOCSP, none, "TRY_LATER", verdict.CodeRevocationKind),
		row("ocsp: an OCSP answer", "signer", policy.NeedOCSP, (*scene).byOCSP, "PASSED", ""),
		row("ocsp: both", "signer", policy.NeedOCSP, (*scene).byBoth, "PASSED", ""),
		row("crl: a CRL", "signer", policy.NeedCRL, none, "PASSED", ""),
		row("crl: an OCSP answer", "signer", policy.NeedCRL, (*scene).byOCSP, "TRY_LATER", verdict.CodeRevocationKind),
		row("both: a CRL", "signer", policy.NeedBoth, none, "TRY_LATER", verdict.CodeRevocationKind),
		row("both: an OCSP answer", "signer", policy.NeedBoth, (*scene).byOCSP, "TRY_LATER", verdict.CodeRevocationKind),
		row("both: both", "signer", policy.NeedBoth, (*scene).byBoth, "PASSED", ""),
		row("both: nothing", "signer", policy.NeedBoth, func(s *scene) { s.crls = s.CRLs(s.SealCA, s.TSA) }, "TRY_LATER", verdict.CodeNoRevocationData),
		row("both: the OCSP answer has ended", "signer", policy.NeedBoth, func(s *scene) {
			s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, NextUpdate: on(10, 31, 0)})}
		}, "TRY_LATER", verdict.CodeRevocationKind),
		row("both: the OCSP answer says unknown", "signer", policy.NeedBoth, func(s *scene) {
			s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, Status: "unknown"})}
		}, "TRY_LATER", verdict.CodeRevocationKind),
		row("both: a CA that names one", "ca", policy.NeedBoth, none, "PASSED", verdict.CodeRevocationOneKind),
		row("both: a certificate that names OCSP alone", "signer", policy.NeedBoth, func(s *scene) {
			c := s.leaf(func(d *verifytest.CertDraft) { d.Drop("2.5.29.31") })
			s.crls, s.ocsps = s.CRLs(s.SealCA, s.TSA), [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: c})}
		}, "PASSED", verdict.CodeRevocationOneKind),
		row("both: a certificate that names none", "signer", policy.NeedBoth, func(s *scene) {
			s.leaf(func(d *verifytest.CertDraft) { d.Drop("2.5.29.31"); d.Drop("1.3.6.1.5.5.7.1.1") })
		}, "PASSED", ""),
		row("ocsp: a CA that has none", "ca", policy.NeedOCSP, none, "TRY_LATER", verdict.CodeRevocationKind),
		row("another position", "tsa", policy.NeedOCSP, none, "PASSED", ""),
		row("ocsp, preferred", "signer", policy.NeedOCSP, func(s *scene) { s.policy.Revocation.Mode = policy.Prefer }, "PASSED", verdict.CodeRevocationKind),
		row("ocsp, not asked for", "signer", policy.NeedOCSP, func(s *scene) { s.policy.Revocation.Mode = policy.None }, "PASSED", verdict.CodeRevocationNotRequired),
		row("ocsp: the CRL says revoked, later", "signer", policy.NeedOCSP, func(s *scene) {
			s.byBoth()
			s.Revoke(s.Seal, on(10, 1, 0), verifytest.KeyCompromise)
			s.crls = append(s.CRLs(s.SealCA, s.TSA), s.CRL(s.SealCA, verifytest.CRLTemplate{ThisUpdate: on(10, 31, 0)}))
		}, "REVOKED_NO_POE", verdict.CodeRevoked),
		row("crl: the OCSP answer says revoked", "signer", policy.NeedCRL, func(s *scene) {
			s.crls = s.CRLs(s.Seal, s.TSA)
			s.Revoke(s.Seal, on(10, 1, 0), verifytest.KeyCompromise)
			s.byOCSPToo()
		}, "REVOKED_NO_POE", verdict.CodeRevoked),
		row("ocsp: it says on hold, a later CRL says good", "signer", policy.NeedOCSP, func(s *scene) {
			s.Revoke(s.Seal, on(10, 1, 0), verifytest.CertificateHold)
			s.byOCSPToo()
			s.crls = append(verifytest.New().CRLs(s.SealCA, s.TSA), verifytest.New().CRL(s.SealCA, verifytest.CRLTemplate{ThisUpdate: on(10, 31, 0)}))
		}, "TRY_LATER", verdict.CodeRevocationKind),
	})
}

func (s *scene) byOCSPToo() { s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal})} }

// TestKindsWithTime: a demanded kind is held against the proven time like all
// revocation data (5.5.4 step 6), and what a proven time clears does not take
// the demand with it.
func TestKindsWithTime(t *testing.T) {
	judgeTable(t, []judged{
		{"missing then and now", func(s *scene) { s.needs("signer", policy.NeedOCSP) }, "TRY_LATER", "TRY_LATER", verdict.CodeRevocationKind},
		{"in force then", func(s *scene) {
			s.needs("signer", policy.NeedOCSP)
			s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, NextUpdate: on(10, 31, 0)})}
		}, "TRY_LATER", "PASSED", ""},
		{"revoked after it, and the kind missing", func(s *scene) {
			s.needs("signer", policy.NeedOCSP)
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
		}, "REVOKED_NO_POE", "TRY_LATER", verdict.CodeRevocationKind},
		{"revoked after it, by the kind", func(s *scene) {
			s.needs("signer", policy.NeedOCSP)
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded)
			s.byOCSPToo()
		}, "REVOKED_NO_POE", "PASSED", verdict.CodeRevokedAfterProven},
		{"on hold before it, by the kind alone", func(s *scene) {
			s.needs("signer", policy.NeedOCSP)
			s.Revoke(s.Seal, on(10, 1, 0), verifytest.CertificateHold)
			s.byOCSPToo()
			s.crls = append(verifytest.New().CRLs(s.SealCA, s.TSA), verifytest.New().CRL(s.SealCA, verifytest.CRLTemplate{ThisUpdate: on(10, 31, 0)}))
		}, "TRY_LATER", "TRY_LATER", verdict.CodeRevocationKind},
	})
}

// TestKindsAreNotToldInVain: a kind that answered, if only to say revoked, is
// not called missing; one kind that is demanded by name is no remark.
func TestKindsAreNotToldInVain(t *testing.T) {
	for name, setup := range map[string]func(s *scene){
		"revoked by both": func(s *scene) {
			s.needs("signer", policy.NeedBoth)
			s.Revoke(s.Seal, on(10, 1, 0), verifytest.KeyCompromise)
			s.byOCSPToo()
		},
		"ocsp alone": func(s *scene) { s.needs("signer", policy.NeedOCSP); s.byOCSP() },
		"no line":    func(*scene) {},
	} {
		s := newScene(t)
		s.unstamped()
		setup(s)
		for _, code := range s.judge(t).told() {
			if code == string(verdict.CodeRevocationKind) || code == string(verdict.CodeRevocationOneKind) {
				t.Errorf("%s: %s", name, code)
			}
		}
	}
}

// wanted are the wants of a judgement in their order, as "type reason address".
func (j *Judgement) wanted() (out []string) {
	for _, w := range j.Basic.Wants {
		for _, u := range append(w.URLs, strings.Repeat("-", 1-min(len(w.URLs), 1))) {
			switch {
			case strings.HasSuffix(u, ".crl"):
				u = "list"
			case u == "":
				continue
			}
			out = append(out, string(w.Type)+" "+w.Reason+" "+u[strings.LastIndex(u, "/")+1:])
		}
	}
	return out
}

// TestWantsByKind: what a policy has no use for is not asked for.
func TestWantsByKind(t *testing.T) {
	for _, c := range []struct {
		name  string
		need  policy.Need
		setup func(*scene)
		want  []string
	}{
		{"nothing, either", policy.NeedEither, func(s *scene) { s.crls = s.CRLs(s.SealCA, s.TSA) }, []string{"ocsp K-REV-001 seal", "crl K-REV-001 list"}},
		{"nothing, ocsp", policy.NeedOCSP, func(s *scene) { s.crls = s.CRLs(s.SealCA, s.TSA) }, []string{"ocsp K-REV-001 seal"}},
		{"nothing, crl", policy.NeedCRL, func(s *scene) { s.crls = s.CRLs(s.SealCA, s.TSA) }, []string{"crl K-REV-001 list"}},
		{"nothing, both", policy.NeedBoth, func(s *scene) { s.crls = s.CRLs(s.SealCA, s.TSA) }, []string{"ocsp K-REV-001 seal", "crl K-REV-001 list"}},
		{"a CRL, both", policy.NeedBoth, func(*scene) {}, []string{"ocsp K-REV-015 seal"}},
		{"an OCSP answer, both", policy.NeedBoth, (*scene).byOCSP, []string{"crl K-REV-015 list"}},
		{"a CRL that has ended, both", policy.NeedBoth, func(s *scene) {
			s.crls = append(s.CRLs(s.SealCA, s.TSA), s.CRL(s.SealCA, verifytest.CRLTemplate{NextUpdate: on(10, 31, 0)}))
		}, []string{"ocsp K-REV-005 seal", "crl K-REV-005 list"}},
		{"no address, ocsp", policy.NeedOCSP, func(s *scene) {
			s.leaf(func(d *verifytest.CertDraft) { d.Drop("1.3.6.1.5.5.7.1.1") })
		}, []string{"ocsp K-REV-015 -"}},
		{"no address, either", policy.NeedEither, func(s *scene) {
			s.leaf(func(d *verifytest.CertDraft) { d.Drop("2.5.29.31"); d.Drop("1.3.6.1.5.5.7.1.1") })
			s.crls = s.CRLs(s.SealCA, s.TSA)
		}, []string{"crl K-REV-001 -"}},
		{"points with and without an address, either", policy.NeedEither, func(s *scene) {
			name := ber.Append(nil, 0xa0, ber.Append(nil, 0xa0, ber.Append(nil, 0xa4, s.SealCA.Subject.DER())))
			at := ber.Append(nil, 0xa0, ber.Append(nil, 0xa0, ber.Append(nil, 0x86, []byte("http://x.example/seal.crl"))))
			s.leaf(func(d *verifytest.CertDraft) {
				d.Drop("1.3.6.1.5.5.7.1.1")
				d.Set(verifytest.Extension{ID: "2.5.29.31", Value: ber.Append(nil, 0x30, append(ber.Append(nil, 0x30, name), ber.Append(nil, 0x30, at)...))})
			})
			s.crls = s.CRLs(s.SealCA, s.TSA)
		}, []string{"crl K-REV-001 list"}},
		{"an issuer known by name and key alone", policy.NeedEither, func(s *scene) {
			ca := parsed(t, s.SealCA)
			s.anchors = []path.Anchor{{Name: ca.RawSubject, SPKI: ca.RawSPKI, ID: "by key"}}
			s.certs, s.crls = []*verifytest.Cert{s.Seal}, [][]byte{}
		}, []string{"crl K-REV-001 list"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t)
			s.unstamped()
			s.needs("signer", c.need)
			c.setup(s)
			if got := s.judge(t).wanted(); !slices.Equal(got, c.want) {
				t.Errorf("wants %q, want %q", got, c.want)
			}
		})
	}
}

// TestWhereToGetIt: the finding names the addresses of the kind that is missing.
func TestWhereToGetIt(t *testing.T) {
	s := newScene(t)
	x := parsed(t, s.Seal)
	ocsp, crl := x.OCSPServers[0], x.CRLDistributionPoints[0].FullNames[0].Text
	for _, c := range []struct {
		need  policy.Need
		setup func(*scene)
		urls  string
	}{
		{policy.NeedOCSP, func(*scene) {}, ocsp}, {policy.NeedCRL, (*scene).byOCSP, crl},
		{policy.NeedOCSP, func(s *scene) { s.crls = s.CRLs(s.SealCA, s.TSA) }, ocsp},
		{policy.NeedEither, func(s *scene) { s.crls = s.CRLs(s.SealCA, s.TSA) }, ocsp + " " + crl},
	} {
		s := newScene(t)
		s.unstamped()
		s.needs("signer", c.need)
		c.setup(s)
		if j := s.judge(t); len(j.Causes) != 1 || j.Causes[0].Finding.Params["urls"] != c.urls {
			t.Errorf("%s: %+v, want %s", c.need, j.Causes, c.urls)
		}
	}
}

// freshest names delta CRLs (RFC 5280 4.2.1.15, 5.2.6), each at a point of its own.
func freshest(urls ...string) verifytest.Extension {
	var points []byte
	for _, u := range urls {
		name := ber.Append(nil, 0xa0, ber.Append(nil, 0xa0, ber.Append(nil, 0x86, []byte(u))))
		points = append(points, ber.Append(nil, 0x30, name)...)
	}
	return verifytest.Extension{ID: "2.5.29.46", Value: ber.Append(nil, 0x30, points)}
}

// TestDeltaIsWanted: where the list at hand is too old, the delta list that it
// or the certificate names is asked for first, each once; a list that is in
// force asks for nothing.
func TestDeltaIsWanted(t *testing.T) {
	const a, b = "http://x.example/a.delta", "http://x.example/b.delta"
	base := func(s *scene, until time.Time, more ...verifytest.Extension) {
		s.crls = append(s.CRLs(s.SealCA, s.TSA), s.CRL(s.SealCA, verifytest.CRLTemplate{Number: 7, NextUpdate: until, Extensions: more}))
	}
	named := func(s *scene, urls ...string) {
		s.leaf(func(d *verifytest.CertDraft) { d.Set(freshest(urls...)) })
	}
	ended, complete := on(10, 31, 0), []string{"ocsp K-REV-005 seal", "crl K-REV-005 list"}
	delta := func(names ...string) []string {
		out := []string{complete[0]}
		for _, n := range names {
			out = append(out, "crl K-REV-017 "+n)
		}
		return append(out, complete[1])
	}
	for _, c := range []struct {
		name  string
		setup func(*scene)
		want  []string
	}{
		{"in force", func(s *scene) { base(s, on(11, 6, 0), freshest(a)) }, nil},
		{"ended, no delta named", func(s *scene) { base(s, ended) }, complete},
		{"ended, named by the list", func(s *scene) { base(s, ended, freshest(a, b)) }, delta("a.delta", "b.delta")},
		{"ended, named by the certificate", func(s *scene) { named(s, b); base(s, ended) }, delta("b.delta")},
		{"ended, named by both", func(s *scene) { named(s, a, b); base(s, ended, freshest(a)) }, delta("a.delta", "b.delta")},
		{"too old for the policy", func(s *scene) { base(s, on(11, 6, 0), freshest(a)); s.maxAge("signer", 24) }, delta("a.delta")},
		{"ended, CRLs have no say", func(s *scene) { base(s, ended, freshest(a)); s.needs("signer", policy.NeedOCSP) }, []string{"ocsp K-REV-005 seal"}},
		{"no list", func(s *scene) { named(s, a); s.crls = s.CRLs(s.SealCA, s.TSA) }, []string{"ocsp K-REV-001 seal", "crl K-REV-001 list"}},
		{"an OCSP answer that has ended", func(s *scene) {
			named(s, a)
			s.crls = s.CRLs(s.SealCA, s.TSA)
			s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.signer.Cert, NextUpdate: ended})}
		}, complete},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t)
			s.unstamped()
			c.setup(s)
			j := s.judge(t)
			if got := j.wanted(); !slices.Equal(got, c.want) {
				t.Errorf("wants %q, want %q", got, c.want)
			}
			if j.Passed() != (c.want == nil) {
				t.Errorf("%s", j.Outcome)
			}
			told := 0
			for _, code := range j.told() {
				if code == string(verdict.CodeDeltaWanted) {
					told++
				}
			}
			if n := strings.Count(strings.Join(c.want, " "), string(verdict.CodeDeltaWanted)); told != n {
				t.Errorf("told of %d delta lists, want %d", told, n)
			}
			for _, w := range j.Basic.Wants {
				if w.For != parsed(t, s.signer.Cert).SHA256 || w.Target == nil || w.OCSPIssuer == nil || w.Type == evidence.Certificate {
					t.Errorf("%+v", w)
				}
			}
		})
	}
}
