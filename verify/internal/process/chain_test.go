package process

import (
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestX509 is 5.2.6.4 step by step, without any proven time.
func TestX509(t *testing.T) {
	rows := []judged{
		{"step 1: the signer is an anchor, refused", func(s *scene) { s.anchors = []path.Anchor{anchor(t, s.Seal)} },
			"CHAIN_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE", verdict.CodeSignerIsAnchor},
		{"step 1: the signer is an anchor, accepted", func(s *scene) {
			s.anchors, s.policy.AnchorSigns.Answer = []path.Anchor{anchor(t, s.Seal)}, "accept"
		}, "PASSED", "PASSED", verdict.CodeSignerIsAnchor},
		{"step 1: the signer is an anchor past its sunset", func(s *scene) {
			a := anchor(t, s.Seal)
			a.Until = s.Now
			s.policy.AnchorSigns.Answer, s.anchors = "accept", []path.Anchor{a}
		}, "NO_CERTIFICATE_CHAIN_FOUND_NO_POE", "NO_CERTIFICATE_CHAIN_FOUND_NO_POE", verdict.CodeAnchorSunset},
		{"step 2: no anchor", func(s *scene) { s.anchors = []path.Anchor{} }, "NO_CERTIFICATE_CHAIN_FOUND", "NO_CERTIFICATE_CHAIN_FOUND", verdict.CodeNoPath},
		{"step 2: another anchor", func(s *scene) { s.anchors = []path.Anchor{anchor(t, s.TSARoot)} }, "NO_CERTIFICATE_CHAIN_FOUND", "NO_CERTIFICATE_CHAIN_FOUND", verdict.CodeNoPath},
		{"step 2: the CA is missing", func(s *scene) { s.certs = []*verifytest.Cert{s.Seal} }, "NO_CERTIFICATE_CHAIN_FOUND", "NO_CERTIFICATE_CHAIN_FOUND", verdict.CodeMissingIssuer},
		{"step 3: sunset is past when it is now", func(s *scene) { s.sunset(t, s.Now) }, "NO_CERTIFICATE_CHAIN_FOUND_NO_POE", "NO_CERTIFICATE_CHAIN_FOUND_NO_POE", verdict.CodeAnchorSunset},
		{"step 3: sunset a second later", func(s *scene) { s.sunset(t, s.Now.Add(time.Second)) }, "PASSED", "PASSED", ""},
		{"step 4: no data", func(s *scene) { s.crls = s.CRLs(s.TSA) }, "TRY_LATER", "TRY_LATER", verdict.CodeNoRevocationData},
		{"step 4: no data, preferred", func(s *scene) { s.crls = s.CRLs(s.TSA); s.policy.Revocation.Mode = policy.Prefer }, "PASSED", "PASSED", verdict.CodeRevocationSoftFail},
		{"step 4: no data, not asked for", func(s *scene) { s.crls = [][]byte{}; s.policy.Revocation.Mode = policy.None }, "PASSED", "PASSED", verdict.CodeRevocationNotRequired},
		{"step 4: expired CA recorded", func(s *scene) { s.underCA(on(10, 31, 0)) }, "OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NO_POE", verdict.CodeCAExpired},
		{"step 4: expired CA rejected", func(s *scene) { s.underCA(on(10, 31, 0)); s.policy.CAExpiry.Answer = "reject" },
			"CERTIFICATE_CHAIN_GENERAL_FAILURE", "CERTIFICATE_CHAIN_GENERAL_FAILURE", ""},
		{"step 4: CA not yet in force, recorded", func(s *scene) { s.underLateCA(on(11, 2, 0)) }, "CERTIFICATE_CHAIN_GENERAL_FAILURE", "CERTIFICATE_CHAIN_GENERAL_FAILURE", verdict.CodeCertificateNotYet},
		{"step 4: revoked only after the time judged at", func(s *scene) {
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.KeyCompromise)
			s.at = on(10, 30, 1).Add(30 * time.Minute)
		}, "PASSED", "PASSED", verdict.CodeRevokedAfterProven},
		{"step 4b: revoked at the time judged at", func(s *scene) {
			s.Revoke(s.Seal, on(10, 30, 2), verifytest.KeyCompromise)
			s.at = on(10, 30, 2)
			s.unstamped()
		}, "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeRevoked},
		{"step 4a: not fresh", func(s *scene) { s.at = on(11, 6, 3) }, "TRY_LATER", "TRY_LATER", verdict.CodeNotFresh},
		{"step 4a: fresh to the last second", func(s *scene) { s.at = on(11, 6, 3).Add(-time.Second) }, "PASSED", "PASSED", ""},
		{"step 4a: no nextUpdate", func(s *scene) { s.noNextUpdate() }, "TRY_LATER", "TRY_LATER", verdict.CodeNotFresh},
		{"step 4a: no nextUpdate, a maximum age", func(s *scene) { s.noNextUpdate(); s.maxAge("signer", 72) }, "PASSED", "PASSED", ""},
		{"step 4a: older than the maximum age", func(s *scene) { s.maxAge("signer", 24) }, "TRY_LATER", "TRY_LATER", verdict.CodeNotFresh},
		{"step 4b: revoked", func(s *scene) { s.Revoke(s.Seal, on(10, 1, 0), verifytest.Unspecified) }, "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeRevoked},
		{"step 4b: revoked, superseded", func(s *scene) { s.Revoke(s.Seal, on(10, 1, 0), verifytest.Superseded) }, "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeRevokedNotCompromise},
		{"step 4c: on hold", func(s *scene) { s.Revoke(s.Seal, on(10, 1, 0), verifytest.CertificateHold) }, "TRY_LATER", "TRY_LATER", verdict.CodeOnHold},
		{"step 4c: on hold, and an older word that was signed again", func(s *scene) { s.resigned(on(10, 28, 0)) }, "TRY_LATER", "TRY_LATER", verdict.CodeOnHold},
		{"step 4c: a hold that was lifted", func(s *scene) { s.resigned(on(10, 31, 0)) }, "PASSED", "PASSED", ""},
		{"step 4d: CA revoked", func(s *scene) { s.Revoke(s.SealCA, on(10, 1, 0), verifytest.CACompromise) }, "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", verdict.CodeCARevoked},
		{"step 4b: revoked, and the later list knows another day", func(s *scene) {
			s.lists(verifytest.Revocation{At: on(10, 1, 0), Reason: verifytest.KeyCompromise}, verifytest.Revocation{At: on(11, 5, 0), Reason: verifytest.Superseded})
		}, "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeRevoked},
		{"step 4b: revoked, and the later list knows of a hold", func(s *scene) {
			s.lists(verifytest.Revocation{At: on(10, 1, 0), Reason: verifytest.KeyCompromise}, verifytest.Revocation{At: on(10, 29, 0), Reason: verifytest.CertificateHold})
		}, "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeRevoked},
		{"step 4c: on hold, and to be revoked", func(s *scene) {
			s.lists(verifytest.Revocation{At: on(11, 5, 0), Reason: verifytest.KeyCompromise}, verifytest.Revocation{At: on(10, 29, 0), Reason: verifytest.CertificateHold})
		}, "TRY_LATER", "TRY_LATER", verdict.CodeOnHold},
		{"step 4c: on hold, and revoked after the time judged at", func(s *scene) {
			s.lists(verifytest.Revocation{At: on(10, 20, 0), Reason: verifytest.CertificateHold}, verifytest.Revocation{At: on(11, 5, 0), Reason: verifytest.Superseded})
		}, "TRY_LATER", "TRY_LATER", verdict.CodeOnHold},
		{"step 4: both after the time judged at", func(s *scene) {
			s.lists(verifytest.Revocation{At: on(11, 2, 0), Reason: verifytest.CertificateHold}, verifytest.Revocation{At: on(11, 5, 0), Reason: verifytest.Superseded})
		}, "PASSED", "PASSED", verdict.CodeRevokedAfterProven},
		{"step 4: in force, but the only list is younger than its end", func(s *scene) { s.judgedIn(on(10, 28, 0)) }, "TRY_LATER", "TRY_LATER", verdict.CodeNoRevocationData},
		{"step 4: in force, a list younger than its end and one of its time", func(s *scene) {
			s.judgedIn(on(10, 28, 0))
			s.crls = append(s.CRLs(s.signer.Cert, s.TSA), s.CRL(s.SealCA, verifytest.CRLTemplate{ThisUpdate: on(10, 27, 0)}))
		}, "PASSED", "PASSED", ""},
		{"step 4: in force, a list younger than its end that keeps entries", func(s *scene) {
			s.judgedIn(on(10, 28, 0))
			s.crls = append(s.CRLs(s.signer.Cert, s.TSA), s.CRL(s.SealCA, verifytest.CRLTemplate{Extensions: []verifytest.Extension{{ID: "2.5.29.60", Value: []byte("\x18\x0f20200101000000Z")}}}))
		}, "PASSED", "PASSED", ""},
		{"RFC 9608: no data to be had", func(s *scene) { s.noRevAvail("2.5.29.31", "1.3.6.1.5.5.7.1.1") }, "PASSED", "PASSED", ""},
		{"RFC 9608: no data, but where a list is", func(s *scene) { s.noRevAvail("1.3.6.1.5.5.7.1.1") }, "TRY_LATER", "TRY_LATER", verdict.CodeNoRevocationData},
		{"RFC 9608: no data, but where a responder is", func(s *scene) { s.noRevAvail("2.5.29.31") }, "TRY_LATER", "TRY_LATER", verdict.CodeNoRevocationData},
		{"step 5: key usage", func(s *scene) {
			s.leaf(func(d *verifytest.CertDraft) {
				d.Set(verifytest.Extension{ID: "2.5.29.15", Critical: true, Value: []byte{0x03, 0x02, 0x05, 0x20}}) // keyEncipherment
			})
		}, "CHAIN_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE", ""},
		{"step 5: no line for the purpose", func(s *scene) { s.policy.Purposes = s.policy.Purposes[1:] }, "CHAIN_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE", ""},
		{"step 7: not yet valid", func(s *scene) { s.leaf(func(d *verifytest.CertDraft) { d.NotBefore = on(11, 2, 0) }) }, "OUT_OF_BOUNDS_NO_POE", "NOT_YET_VALID", verdict.CodeSignedBeforeValidity},
		{"step 7: expired, known not revoked", func(s *scene) { s.ending(on(10, 31, 0)) }, "OUT_OF_BOUNDS_NOT_REVOKED", "OUT_OF_BOUNDS_NOT_REVOKED", verdict.CodeCertificateExpired},
		{"step 7: expired, no word after it", func(s *scene) { s.ending(on(10, 29, 0)) }, "OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NO_POE", verdict.CodeCertificateExpired},
		{"step 7: expired, the responder keeps the status", func(s *scene) {
			c := s.ending(on(10, 29, 0))
			s.crls = s.CRLs(s.SealCA, s.TSA)
			s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: c, ArchiveCutoff: on(1, 1, 0)})}
		}, "OUT_OF_BOUNDS_NOT_REVOKED", "OUT_OF_BOUNDS_NOT_REVOKED", ""},
		{"step 7: to the last second", func(s *scene) { s.ending(s.Now) }, "PASSED", "PASSED", ""},
	}
	for i := range rows {
		setup := rows[i].setup
		rows[i].setup = func(s *scene) { s.unstamped(); setup(s) }
	}
	judgeTable(t, rows)
}

// TestValidityModels: an expired CA, and one revoked after it issued, under
// each model. The seal is of 30 October, its certificate older by far.
func TestValidityModels(t *testing.T) {
	for _, model := range []struct {
		answer, expiry                                   string
		expired, tooEarly, late, superseded, compromised string // outcomes of 5.5, bst 30 October
	}{
		{policy.Shell, "record", "OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NO_POE", "PASSED", "PASSED", "REVOKED_CA_NO_POE"},
		{policy.Shell, "reject", "CERTIFICATE_CHAIN_GENERAL_FAILURE", "CERTIFICATE_CHAIN_GENERAL_FAILURE", "PASSED", "PASSED", "REVOKED_CA_NO_POE"},
		{policy.Hybrid, "reject", "PASSED", "OUT_OF_BOUNDS_NO_POE", "PASSED", "PASSED", "REVOKED_CA_NO_POE"},
		{policy.Chain, "reject", "PASSED", "TRY_LATER", "CERTIFICATE_CHAIN_GENERAL_FAILURE", "PASSED", "REVOKED_CA_NO_POE"},
	} {
		rows := []judged{
			{"CA expired after the seal", func(s *scene) { s.underCA(on(10, 31, 0)) }, "", model.expired, ""},
			// Under the chain model the CA's last list is missing, not its validity.
			{"CA expired before the seal", func(s *scene) { s.underCA(on(10, 29, 23)) }, "", model.tooEarly, ""},
			{"seal certificate issued outside its CA's validity", func(s *scene) {
				ca := s.underCA(on(12, 31, 0))
				tmpl := s.SealTemplate()
				tmpl.Issuer, tmpl.OCSP, tmpl.NotBefore = ca, "", parsed(t, ca).NotBefore.Add(-time.Second)
				s.signer.Cert = s.Issue(tmpl)
			}, "", model.late, ""},
			{"CA superseded after the seal", func(s *scene) { s.Revoke(s.SealCA, on(10, 30, 2), verifytest.Superseded) }, "", model.superseded, ""},
			// Who has the CA's key dates lists as he likes, so they need a proof (5.6.2.4.4).
			{"CA compromised after the seal", func(s *scene) { s.Revoke(s.SealCA, on(10, 30, 2), verifytest.CACompromise) }, "", model.compromised, ""},
		}
		for _, row := range rows {
			t.Run(model.answer+" "+model.expiry+"/"+row.name, func(t *testing.T) {
				s := newScene(t)
				s.policy.Model.Answer, s.policy.CAExpiry.Answer = model.answer, model.expiry
				row.setup(s)
				if j := s.judge(t); sub(j.Outcome) != row.long {
					t.Errorf("%s, want %s (%s)", sub(j.Outcome), row.long, strings.Join(j.told(), " "))
				}
			})
		}
	}
}

// TestChainModelRevocation: without a proven time a CA that was superseded
// after it issued still vouches under the chain model; one that was
// compromised, revoked without a reason or before it issued does not, and
// neither does a silence that began before its end.
func TestChainModelRevocation(t *testing.T) {
	chained := func(setup func(*scene)) func(*scene) {
		return func(s *scene) {
			s.policy.Model.Answer, s.policy.CAExpiry.Answer = policy.Chain, ""
			s.unstamped()
			setup(s)
		}
	}
	judgeTable(t, []judged{
		{"superseded later", chained(func(s *scene) { s.Revoke(s.SealCA, on(10, 30, 2), verifytest.Superseded) }), "PASSED", "PASSED", verdict.CodeRevokedAfterProven},
		{"superseded before it issued", chained(func(s *scene) {
			s.Revoke(s.SealCA, parsed(t, s.Seal).NotBefore, verifytest.Superseded)
		}), "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", verdict.CodeCARevoked},
		{"compromised later", chained(func(s *scene) { s.Revoke(s.SealCA, on(10, 30, 2), verifytest.CACompromise) }), "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", verdict.CodeCARevoked},
		{"superseded, and compromised by another list", chained(func(s *scene) {
			s.crls = s.CRLs(s.Seal, s.TSA)
			for i, r := range []verifytest.Reason{verifytest.Superseded, verifytest.CACompromise} {
				s.crls = append(s.crls, s.CRL(s.Root, verifytest.CRLTemplate{Number: int64(7 + i), Revoked: []verifytest.Revocation{{Serial: s.SealCA.Serial, At: on(10, 29+i, 2), Reason: r}}}))
			}
		}), "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", verdict.CodeCARevoked},
		{"revoked without a reason", chained(func(s *scene) { s.Revoke(s.SealCA, on(10, 30, 2), verifytest.Unspecified) }), "REVOKED_CA_NO_POE", "REVOKED_CA_NO_POE", verdict.CodeCARevoked},
		{"suspended", chained(func(s *scene) { s.Revoke(s.SealCA, on(10, 30, 2), verifytest.CertificateHold) }), "TRY_LATER", "TRY_LATER", verdict.CodeOnHold},
		{"the signer superseded", chained(func(s *scene) { s.Revoke(s.Seal, on(10, 30, 2), verifytest.Superseded) }), "REVOKED_NO_POE", "REVOKED_NO_POE", verdict.CodeRevoked},
		{"CA ended, last word of its end", chained(func(s *scene) { s.underCA(on(11, 1, 0)) }), "PASSED", "PASSED", ""},
		{"CA in force, old word", chained(func(s *scene) { s.at = on(11, 6, 3); s.maxAge("signer", 24*30) }), "TRY_LATER", "TRY_LATER", verdict.CodeNotFresh},
		{"CA ended, no word of its end", chained(func(s *scene) { s.underCA(on(11, 6, 3)); s.at = on(11, 20, 0); s.maxAge("signer", 24*30) }), "TRY_LATER", "TRY_LATER", verdict.CodeNotFresh},
		{"CA ended just before that", chained(func(s *scene) {
			s.underCA(on(11, 6, 3).Add(-time.Second))
			s.at = on(11, 20, 0)
			s.maxAge("signer", 24*30)
		}), "PASSED", "PASSED", ""},
	})
}

// lists are two CRLs about the seal, of 29 October 03:00 and of the day after.
func (s *scene) lists(early, late verifytest.Revocation) {
	s.crls = s.CRLs(s.SealCA, s.TSA)
	for i, r := range []verifytest.Revocation{early, late} {
		r.Serial = s.Seal.Serial
		s.crls = append(s.crls, s.CRL(s.SealCA, verifytest.CRLTemplate{ThisUpdate: on(10, 29+i, 3), Number: int64(i + 1), Revoked: []verifytest.Revocation{r}}))
	}
}

// resigned is a CRL of 30 October with a hold, and a response that was produced
// later and knows since a time that the certificate is good.
func (s *scene) resigned(since time.Time) {
	s.crls = append(s.CRLs(s.TSA), s.CRL(s.Root, verifytest.CRLTemplate{}), s.CRL(s.SealCA, verifytest.CRLTemplate{
		Revoked: []verifytest.Revocation{{Serial: s.Seal.Serial, At: on(10, 29, 0), Reason: verifytest.CertificateHold}}}))
	s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, ThisUpdate: since, Produced: on(10, 31, 12), NextUpdate: on(11, 7, 0)})}
}

// judgedIn is a seal that ends a day after the time judged at, before the CRLs.
func (s *scene) judgedIn(at time.Time) {
	s.ending(at.Add(24 * time.Hour))
	s.at = at
}

// noRevAvail is a seal whose status nobody tells, without some extensions.
func (s *scene) noRevAvail(without ...string) {
	s.leaf(func(d *verifytest.CertDraft) {
		for _, id := range without {
			d.Drop(id)
		}
		d.Set(verifytest.Extension{ID: "2.5.29.56", Value: []byte{5, 0}})
	})
	s.crls = s.CRLs(s.SealCA, s.TSA)
}

// TestEntriesOfAnEndedCA: where a CA may run out, a list of after its end, when
// its entry may have left, does not call it good for the time before.
func TestEntriesOfAnEndedCA(t *testing.T) {
	for _, model := range []string{policy.Hybrid, policy.Chain} {
		under := func(lists ...verifytest.CRLTemplate) func(*scene) {
			return func(s *scene) {
				s.policy.Model.Answer, s.policy.CAExpiry.Answer = model, ""
				ca := s.underCA(on(10, 30, 12))
				s.crls = append(s.CRLs(s.TSA), s.CRL(ca, verifytest.CRLTemplate{}))
				for i, l := range lists {
					l.Number = int64(i + 7)
					for j := range l.Revoked {
						l.Revoked[j].Serial = ca.Serial
					}
					s.crls = append(s.crls, s.CRL(s.Root, l))
				}
			}
		}
		inTime, late := verifytest.CRLTemplate{ThisUpdate: on(10, 30, 3)}, verifytest.CRLTemplate{ThisUpdate: on(10, 31, 3)}
		for name, row := range map[string]struct {
			setup func(*scene)
			want  string
		}{
			"a list of its time":          {under(inTime), "PASSED"},
			"and one of after its end":    {under(inTime, late), "PASSED"},
			"one of after its end alone":  {under(late), "TRY_LATER"},
			"that keeps what has run out": {under(verifytest.CRLTemplate{ThisUpdate: on(10, 31, 3), Extensions: []verifytest.Extension{{ID: "2.5.29.60", Value: []byte("\x18\x0f20200101000000Z")}}}), "PASSED"},
		} {
			t.Run(model+"/"+name, func(t *testing.T) {
				s := newScene(t)
				row.setup(s)
				if j := s.judge(t); sub(j.Outcome) != row.want {
					t.Errorf("%s, want %s (%s)", sub(j.Outcome), row.want, strings.Join(j.told(), " "))
				}
			})
		}
	}
}

// sunset dates the anchor of the seal.
func (s *scene) sunset(t testing.TB, at time.Time) {
	a := anchor(t, s.Root)
	a.Until = at
	s.anchors = []path.Anchor{a, anchor(t, s.TSARoot)}
}

func (s *scene) maxAge(position string, hours int) {
	s.policy.Revocation.MaxAge = append(s.policy.Revocation.MaxAge[:0:0], policy.MaxAge{Position: position, Hours: hours, Source: "test"})
}

// noNextUpdate is a CRL about the seal that does not say when the next one comes.
func (s *scene) noNextUpdate() {
	s.crls = append(s.CRLs(s.SealCA, s.TSA), s.CRL(s.SealCA, verifytest.CRLTemplate{NoNextUpdate: true}))
}

// underCA is a seal under a CA that ends at a time.
func (s *scene) underCA(ending time.Time) *verifytest.Cert {
	ca := s.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-13", Issuer: s.Root, PathLen: 1, Policies: []string{verifytest.SealPolicy},
		Subject: verifytest.NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon Electronic Seal CA G2"), NotAfter: ending})
	tmpl := s.SealTemplate()
	tmpl.Issuer, tmpl.OCSP = ca, ""
	s.signer.Cert = s.Issue(tmpl)
	return ca
}

// underLateCA is a seal under a CA that begins after it.
func (s *scene) underLateCA(beginning time.Time) {
	ca := s.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa2048-13", Issuer: s.Root, PathLen: 1, Policies: []string{verifytest.SealPolicy},
		Subject: verifytest.NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon Electronic Seal CA G3"), NotBefore: beginning})
	tmpl := s.SealTemplate()
	tmpl.Issuer, tmpl.OCSP = ca, ""
	s.signer.Cert = s.Issue(tmpl)
}

// TestStep8: the responder's certificate ended before the time judged at. Its
// word is not usable at all, unless the responder was judged when it spoke.
func TestStep8(t *testing.T) {
	s := newScene(t)
	s.unstamped()
	responder := s.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: s.SealCA, Key: "rsa2048-15", Subject: verifytest.NewName("C", "JP", "CN", "Short"), NotAfter: on(10, 31, 0)})
	s.crls = s.CRLs(s.SealCA, s.TSA)
	s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal, Responder: responder})}
	j := s.judge(t)
	if got := sub(j.Outcome); got != string(verdict.TryLater) && got != string(verdict.RevocationOutOfBoundsNoPOE) {
		t.Errorf("%s %v", got, j.told())
	}
}

// TestBestFailureIsTold: of two paths the one that a proven time may mend is
// told, whatever the order of the anchors.
func TestBestFailureIsTold(t *testing.T) {
	for _, swap := range []bool{false, true} {
		s := newScene(t)
		s.unstamped()
		s.certs = []*verifytest.Cert{s.Seal, s.SealCA, s.RootByBridge}
		s.Revoke(s.RootByBridge, on(10, 1, 0), verifytest.CACompromise)
		a := anchor(t, s.Root)
		a.Until = on(10, 1, 0)
		s.anchors = []path.Anchor{a, anchor(t, s.Bridge)}
		if swap {
			s.anchors[0], s.anchors[1] = s.anchors[1], s.anchors[0]
		}
		s.crls = append(s.CRLs(s.Seal, s.TSA), s.CRL(s.Bridge, verifytest.CRLTemplate{}))
		j := s.judge(t)
		if got := sub(j.Outcome); got != string(verdict.RevokedCANoPOE) {
			t.Errorf("swap %v: %s %v", swap, got, j.told())
		}
	}
}

// TestCryptoOfPath is step 6: certificates and revocation data count as relied on now.
func TestCryptoOfPath(t *testing.T) {
	retire := func(use policy.Use) func(*scene) {
		return func(s *scene) {
			s.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-384", Use: use, GenerateUntil: "2026-10-31", Source: "test"},
				{Name: "SHA-256", Use: use, GenerateUntil: "2026-10-31", Source: "test"}}, s.policy.Algorithms.Digests...)
		}
	}
	judgeTable(t, []judged{
		{"certificate", retire(policy.UseCertificate), "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", verdict.CodeAlgorithmRetired},
		{"revocation data", retire(policy.UseRevocation), "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", verdict.CodeAlgorithmRetired},
		{"unlisted signature scheme", func(s *scene) { s.policy.Algorithms.Signatures = nil }, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", verdict.CodeAlgorithmNotListed},
		{"no lifetimes", func(s *scene) { s.policy.Algorithms.Signatures, s.policy.Algorithms.Lifetimes = nil, "none" }, "PASSED", "PASSED", ""},
	})
}

// TestOrderOfQuestions: what a chain answers does not depend on what was asked before.
func TestOrderOfQuestions(t *testing.T) {
	s := newScene(t)
	s.crls = s.CRLs(s.SealCA, s.TSA)
	s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal})}
	doc := s.document(t)
	seal, responder := parsed(t, s.Seal), parsed(t, s.Responder)
	a := s.court(t, doc)
	first := sub(a.validate(seal, path.Seal, s.at).Outcome) + sub(a.validate(responder, path.OCSPSigning, s.at).Outcome)
	b := s.court(t, doc)
	second := sub(b.validate(responder, path.OCSPSigning, s.at).Outcome)
	second = sub(b.validate(seal, path.Seal, s.at).Outcome) + second
	if first != second || first != "PASSEDPASSED" {
		t.Errorf("%s, the other way round %s", first, second)
	}
	if len(a.open) != 0 || a.lowest != selfContained || a.depth != 0 {
		t.Errorf("left open: %d, %d, %d", len(a.open), a.lowest, a.depth)
	}
}

// explicitTrust is a list that accepts one policy and wants it on every path.
type explicitTrust []path.Anchor

func (t explicitTrust) Groups(path.Purpose) []Group {
	return []Group{{Anchors: t, Policies: []ber.OID{verifytest.SealPolicy}, Explicit: true}}
}

func (explicitTrust) NotCheckable(path.Anchor) bool { return false }

// TestPoliciesOfResponder: the list's policies bind the seal, not the responder
// that answers for it, which has none; asked for itself it is bound too.
func TestPoliciesOfResponder(t *testing.T) {
	s := newScene(t)
	s.unstamped()
	s.crls = s.CRLs(s.SealCA)
	s.ocsps = [][]byte{s.OCSP(verifytest.OCSPTemplate{Cert: s.Seal})}
	c := s.court(t, s.document(t))
	c.Trust = explicitTrust{anchor(t, s.Root)}
	for want, x := range map[string]*verifytest.Cert{"PASSED": s.Seal, "CHAIN_CONSTRAINTS_FAILURE": s.Responder} {
		if got := sub(c.validate(parsed(t, x), path.Any, s.at).Outcome); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestListByNamesake: another CA below the anchor certifies a key under the
// issuer's name; that key's list does not speak for the issuer. One that the
// issuer itself or the issuer's issuer certified does.
func TestListByNamesake(t *testing.T) {
	for name, tc := range map[string]struct {
		by   func(*scene) *verifytest.Cert
		want string
	}{
		"another CA":                 {func(s *scene) *verifytest.Cert { return s.OfficeCA }, "TRY_LATER"},
		"the issuer's issuer":        {func(s *scene) *verifytest.Cert { return s.Root }, "PASSED"},
		"the issuer itself":          {func(s *scene) *verifytest.Cert { return s.SealCA }, "PASSED"},
		"a namesake of the issuer":   {func(s *scene) *verifytest.Cert { return s.namesake(verifytest.CA, s.OfficeCA, "p256-03") }, "TRY_LATER"},
		"the issuer, by a roll-over": {func(s *scene) *verifytest.Cert { return s.namesake(verifytest.CA, s.SealCA, "p256-03") }, "PASSED"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.unstamped()
			by := tc.by(s)
			signer := s.namesake(verifytest.CRLSigner, by, "p256-04")
			s.supplied = [][]byte{signer.DER, by.DER, s.OfficeCA.DER}
			s.crls = append(s.CRLs(s.TSA, s.OfficeCA), s.CRL(s.Root, verifytest.CRLTemplate{}), s.CRL(s.OfficeCA, verifytest.CRLTemplate{}),
				s.CRL(s.SealCA, verifytest.CRLTemplate{Signer: signer}))
			if by != s.OfficeCA {
				// The status of the signer itself, by the keys that issued it.
				s.crls = append(s.crls, s.CRL(by, verifytest.CRLTemplate{Number: 9}))
			}
			if got := sub(s.judge(t).Outcome); got != tc.want {
				t.Error(got)
			}
		})
	}
}

// namesake is a certificate under the name of the seal's CA with a key of its own.
func (s *scene) namesake(p verifytest.Profile, issuer *verifytest.Cert, key string) *verifytest.Cert {
	return s.Issue(verifytest.CertTemplate{Profile: p, Subject: s.SealCA.Subject, Issuer: issuer, Key: key})
}

// TestDataFromTheFuture: EN 319 102-1 5.2.5.4 has no upper bound, and judged at
// an earlier time than now data are always younger than that: such a list is
// heard, and what it says of a later revocation counts from its date on.
func TestDataFromTheFuture(t *testing.T) {
	judgeTable(t, []judged{
		{"good", func(s *scene) { s.unstamped(); s.of(s.Now.AddDate(0, 1, 0)) }, "PASSED", "PASSED", verdict.CodeRevocationLater},
		{"of the same moment", func(s *scene) { s.unstamped(); s.of(s.Now) }, "PASSED", "PASSED", ""},
		{"revoked before", func(s *scene) {
			s.unstamped()
			s.of(s.Now.AddDate(0, 1, 0), verifytest.Revocation{Serial: s.Seal.Serial, At: on(10, 1, 0)})
		}, "REVOKED_NO_POE", "REVOKED_NO_POE", ""},
		{"revoked later", func(s *scene) {
			s.unstamped()
			s.of(s.Now.AddDate(0, 1, 0), verifytest.Revocation{Serial: s.Seal.Serial, At: s.Now.AddDate(0, 0, 1)})
		}, "PASSED", "PASSED", verdict.CodeRevokedAfterProven},
	})
}

// of is a list about the seal of a time.
func (s *scene) of(at time.Time, entries ...verifytest.Revocation) {
	s.crls = append(s.CRLs(s.TSA), s.CRL(s.Root, verifytest.CRLTemplate{}),
		s.CRL(s.SealCA, verifytest.CRLTemplate{ThisUpdate: at, NextUpdate: at.AddDate(0, 0, 7), Revoked: entries}))
}
