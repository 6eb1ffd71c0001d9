package verify_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A firstBreak is a document for which one kind of event is the first to end
// its verdict, and the last second before it.
type firstBreak struct {
	name   string
	make   func(w *verifytest.World, b *broken)
	until  string
	what   string
	effect string
}

// broken is what the maker of a case fills in.
type broken struct {
	document []byte
	options  eseal.Options
	list     verifytest.TrustListTemplate
	policy   *policy.Policy
	ev       []*evidence.Item
	expect   []verify.Expect
}

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// ends changes the end of a certificate.
func ends(at time.Time) verifytest.CertMutator {
	return verifytest.CertMutator{Apply: func(d *verifytest.CertDraft) { d.NotAfter = at }}
}

// plainCMS is a signature that nothing stamps.
func plainCMS(w *verifytest.World, leaf *verifytest.Cert, crls ...[]byte) []byte {
	return w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: append(w.CRLs(leaf), crls...), Signers: []verifytest.Signer{{Cert: leaf}}})
}

// stampedCMS is a signature with a signature time-stamp of a unit.
func stampedCMS(w *verifytest.World, leaf, unit *verifytest.Cert) []byte {
	return w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: w.CRLs(leaf, unit),
		Signers: []verifytest.Signer{{Cert: leaf, Timestamp: &verifytest.TokenTemplate{TSA: unit}}}})
}

func lastingSeal(w *verifytest.World) *verifytest.Cert {
	return w.Issue(w.SealTemplate(), ends(day(2040, 1, 1)))
}

func unitUntil(w *verifytest.World, at time.Time) *verifytest.Cert {
	return w.Issue(verifytest.CertTemplate{Profile: verifytest.Timestamp, Issuer: w.TSACA, Key: "rsa3072-01", NotBefore: day(2026, 1, 1), NotAfter: at,
		Subject: verifytest.NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon Unit 9"), Policies: []string{verifytest.TSAPolicy}})
}

// firstBreaks have data that last to 2045, so that something else ends first,
// but for those that are about the data.
var firstBreaks = []firstBreak{
	{"certificate of the signer", func(w *verifytest.World, b *broken) {
		b.document = plainCMS(w, w.Issue(w.SealTemplate(), ends(time.Date(2027, 3, 31, 14, 59, 59, 0, time.UTC))))
	}, "2027-03-31T14:59:59Z", verify.EventCertificateExpires, "INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED"},
	{"certificate of a CA", func(w *verifytest.World, b *broken) {
		ca := w.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa3072-01", Issuer: w.Root, PathLen: 1, Policies: []string{verifytest.SealPolicy}, NotAfter: day(2028, 1, 31),
			Subject: verifytest.NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon CA 9")})
		t := w.SealTemplate()
		t.Issuer, t.OCSP, t.NotAfter = ca, "", day(2029, 1, 1)
		b.document = plainCMS(w, w.Issue(t))
	}, "2028-01-31T00:00:00Z", verify.EventCertificateExpires, ""},
	{"certificate of the TSA", func(w *verifytest.World, b *broken) {
		b.document = stampedCMS(w, w.Issue(w.SealTemplate(), ends(day(2026, 10, 31))), unitUntil(w, day(2029, 8, 31)))
	}, "2029-08-31T00:00:00Z", verify.EventCertificateExpires, "INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED"},
	{"certificate of a bare token's TSA", func(w *verifytest.World, b *broken) {
		unit := unitUntil(w, day(2029, 8, 31))
		b.options = eseal.Options{Detached: detachedNotice()}
		b.document = w.Token(verifytest.TokenTemplate{Data: []byte(verifytest.Notice), TSA: unit, CRLs: w.CRLs(unit)})
	}, "2029-08-31T00:00:00Z", verify.EventCertificateExpires, "INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED"},
	{"certificate of the responder", func(w *verifytest.World, b *broken) {
		responder := w.Issue(verifytest.CertTemplate{Profile: verifytest.OCSP, Issuer: w.SealCA, NotAfter: day(2027, 6, 30), Key: "rsa3072-01",
			Subject: verifytest.NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon Responder 9")})
		leaf := lastingSeal(w)
		b.document = w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: w.CRLs(w.SealCA), OCSPs: [][]byte{w.OCSP(verifytest.OCSPTemplate{Cert: leaf, Responder: responder})},
			Signers: []verifytest.Signer{{Cert: leaf}}})
	}, "2027-06-30T00:00:00Z", verify.EventCertificateExpires, ""},
	{"CRL of the signer's CA", func(w *verifytest.World, b *broken) {
		leaf := lastingSeal(w)
		b.document = w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), Signers: []verifytest.Signer{{Cert: leaf}},
			CRLs: append(w.CRLs(w.SealCA), w.CRL(w.SealCA, verifytest.CRLTemplate{NextUpdate: time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC)}))})
	}, "2026-12-01T02:59:59Z", verify.EventCRLNextUpdate, "INDETERMINATE/TRY_LATER"},
	{"OCSP response", func(w *verifytest.World, b *broken) {
		leaf := lastingSeal(w)
		b.document = w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: w.CRLs(w.SealCA), Signers: []verifytest.Signer{{Cert: leaf}},
			OCSPs: [][]byte{w.OCSP(verifytest.OCSPTemplate{Cert: leaf, NextUpdate: day(2026, 11, 20)})}})
	}, "2026-11-19T23:59:59Z", verify.EventOCSPNextUpdate, "INDETERMINATE/TRY_LATER"},
	{"age of data by policy", func(w *verifytest.World, b *broken) {
		b.policy.Revocation.MaxAge = []policy.MaxAge{{Position: "signer", Hours: 72, Source: "test"}}
		b.document = plainCMS(w, lastingSeal(w))
	}, "2026-11-02T02:59:59Z", verify.EventRevocationTooOld, "INDETERMINATE/TRY_LATER"},
	{"revocation to come", func(w *verifytest.World, b *broken) {
		leaf := lastingSeal(w)
		w.Revoke(leaf, day(2027, 1, 1), verifytest.CessationOfOperation)
		b.document = plainCMS(w, leaf)
	}, "2026-12-31T23:59:59Z", verify.EventRevocationTakes, "INDETERMINATE/REVOKED_NO_POE"},
	{"key strength for signing", func(w *verifytest.World, b *broken) {
		b.document = plainCMS(w, lastingSeal(w))
	}, "2030-12-31T23:59:59Z", verify.EventAlgorithmRetired, "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"},
	{"digest for signing", func(w *verifytest.World, b *broken) {
		b.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-256", Use: policy.UseSignature, GenerateUntil: "2028-02-29", VerifyUntil: "2030-12-31", Source: "test"}}, b.policy.Algorithms.Digests...)
		b.document = plainCMS(w, lastingSeal(w))
	}, "2028-02-29T23:59:59Z", verify.EventAlgorithmRetired, "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"},
	{"digest of certificates, to verify", func(w *verifytest.World, b *broken) {
		b.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-384", Use: policy.UseCertificate, GenerateUntil: "2027-01-31", VerifyUntil: "2028-01-31", Source: "test"}}, b.policy.Algorithms.Digests...)
		b.document = plainCMS(w, lastingSeal(w))
	}, "2028-01-31T23:59:59Z", verify.EventAlgorithmRetired, "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"},
	{"digest of an imprint", func(w *verifytest.World, b *broken) {
		b.policy.Algorithms.Digests = append([]policy.Lifetime{{Name: "SHA-256", Use: policy.UseImprint, GenerateUntil: "2027-05-31", Source: "test"}}, b.policy.Algorithms.Digests...)
		b.document = stampedCMS(w, w.Issue(w.SealTemplate(), ends(day(2026, 10, 31))), w.TSA)
	}, "2027-05-31T23:59:59Z", verify.EventAlgorithmRetired, ""},
	{"anchor", func(w *verifytest.World, b *broken) {
		services := w.Services()
		for i := range services {
			services[i].Until = day(2029, 8, 23)
		}
		b.list.Services = services
		b.document = plainCMS(w, lastingSeal(w))
	}, "2029-08-22T23:59:59Z", verify.EventAnchorEnds, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND_NO_POE"},
	{"service, where its assurance is expected", func(w *verifytest.World, b *broken) {
		services := w.Services()
		services[1].Status = []verifytest.ServiceStatus{{From: day(2023, 4, 1), Status: "granted"}, {From: day(2027, 2, 1), Status: "withdrawn"}}
		b.list.Services, b.expect = services, []verify.Expect{verify.RequireAssurance("認定")}
		b.document = plainCMS(w, lastingSeal(w))
	}, "2027-01-31T23:59:59Z", verify.EventServiceEnds, "INDETERMINATE"},
	{"the last of two ways to an anchor", func(w *verifytest.World, b *broken) {
		t := verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa3072-01", Issuer: w.Root, PathLen: 1, Policies: []string{verifytest.SealPolicy}, NotAfter: day(2027, 1, 31),
			Subject: verifytest.NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon CA 9")}
		first := w.Issue(t)
		t.NotAfter = day(2028, 6, 30)
		second := w.Issue(t)
		of := w.SealTemplate()
		of.Issuer, of.OCSP, of.NotAfter = first, "", day(2029, 1, 1)
		leaf := w.Issue(of)
		b.ev = items(evidence.Certificate, [][]byte{first.DER, second.DER})
		b.document = w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: w.CRLs(leaf), Certificates: []*verifytest.Cert{leaf}, Signers: []verifytest.Signer{{Cert: leaf}}})
	}, "2028-06-30T00:00:00Z", verify.EventCertificateExpires, ""},
	{"level, where it is expected", func(w *verifytest.World, b *broken) {
		b.expect = []verify.Expect{verify.RequireLevel("B-T")}
		b.document = stampedCMS(w, lastingSeal(w), unitUntil(w, day(2029, 8, 31)))
	}, "2029-08-31T00:00:00Z", verify.EventCertificateExpires, "INDETERMINATE"},
}

func detachedNotice() []eseal.Detached {
	return specimenOptions(verifytest.MakeSpecimen("good-token")).Detached
}

// TestFirstToBreak: each kind of event is the first to end a verdict, told to
// the second.
func TestFirstToBreak(t *testing.T) {
	kinds := map[string]bool{}
	for _, c := range firstBreaks {
		kinds[c.what] = true
		t.Run(c.name, func(t *testing.T) {
			f := c.foresee(t)
			if !f.rep.Passed() {
				t.Fatalf("%s: %s", answer(f.rep), codes(f.rep))
			}
			fc := f.rep.Forecast
			if got := fc.VerifiableUntil.String(); got != c.until {
				t.Errorf("until %s, want %s", got, c.until)
			}
			f.agrees(t, rand.New(rand.NewPCG(1, 2)))
			c.tells(t, fc)
		})
	}
	for _, kind := range []string{verify.EventCertificateExpires, verify.EventCRLNextUpdate, verify.EventOCSPNextUpdate, verify.EventRevocationTooOld,
		verify.EventRevocationTakes, verify.EventAlgorithmRetired, verify.EventAnchorEnds, verify.EventServiceEnds} {
		if !kinds[kind] {
			t.Errorf("no case where %s comes first", kind)
		}
	}
}

func (c firstBreak) foresee(t *testing.T) *foresight {
	w := verifytest.New(verifytest.Updates(day(2026, 10, 30).Add(3*time.Hour), day(2045, 1, 1)))
	b := &broken{policy: patient(t, "strict"), list: verifytest.TrustListTemplate{NextUpdate: day(2100, 1, 1)}}
	c.make(w, b)
	return foresee(t, b.document, b.options, w.TrustList(b.list), w.Now, b.policy, b.ev, b.expect...)
}

// tells: the event is there with its effect and what to do, and nothing before
// it has any.
func (c firstBreak) tells(t *testing.T, fc *verify.Forecast) {
	t.Helper()
	for _, e := range fc.Events {
		if e.Effect == "" {
			continue
		}
		if e.What != c.what || e.At.Sub(fc.VerifiableUntil.Time) != time.Second {
			t.Errorf("%s at %s comes first", e.What, e.At)
		}
		if c.effect != "" && e.Effect != c.effect {
			t.Errorf("effect %s, want %s", e.Effect, c.effect)
		}
		if e.Remedy == nil || e.Remedy.EN == "" || e.Remedy.JA == "" || e.Remedy.EN[:min(9, len(e.Remedy.EN))] == "forecast." {
			t.Errorf("what to do: %+v", e.Remedy)
		}
		return
	}
	t.Error("no event has an effect")
}

// TestForecastOfTheList: that the trust list goes stale ends no forecast, since
// the list is the verifier's to renew, but it is told, with what comes of it.
func TestForecastOfTheList(t *testing.T) {
	s := verifytest.MakeSpecimen("time-unstamped", verifytest.Updates(day(2026, 10, 30), day(2045, 1, 1)))
	f := foresee(t, s.Document, specimenOptions(s), s.TrustList, s.World.Now, policyNamed(t, "strict", policy.Require), nil)
	var told *verify.ForecastEvent
	for i, e := range f.rep.Forecast.Events {
		if e.What == verify.EventTrustListNextUpdate {
			told = &f.rep.Forecast.Events[i]
		}
	}
	if told == nil || told.Remedy == nil || told.At.Time != day(2027, 10, 1).Add(time.Second) {
		t.Fatalf("the list's next update is told as %+v", told)
	}
	if got := f.rep.Forecast.VerifiableUntil.String(); got != "2030-03-31T00:00:00Z" {
		t.Errorf("until %s", got)
	}
	if rep := f.judge(t, told.At.Add(-time.Second)); !rep.Passed() {
		t.Errorf("a second before: %s", answer(rep))
	}
	if rep := f.judge(t, told.At.Time); rep.Signatures[0].Outcome().String() != told.Effect {
		t.Errorf("then %s, told was %s", answer(rep), told.Effect)
	}
}

// TestForecastOfWhatDoesNotPass: no end is told of what has not begun, but when
// new data are due that may end a wait (TRY_LATER).
func TestForecastOfWhatDoesNotPass(t *testing.T) {
	for name, waits := range map[string]bool{"revoked-hold": true, "cms-content": false} {
		w := verifytest.New()
		doc := stampedCMS(w, w.Seal, w.TSA)
		if waits {
			w.Revoke(w.Seal, day(2026, 10, 1), verifytest.CertificateHold)
			doc = stampedCMS(w, w.Seal, w.TSA)
		} else {
			doc[bytes.Index(doc, []byte("SAMPLE"))] ^= 1
		}
		for _, full := range []bool{false, true} {
			rep := judged(t, doc, eseal.Options{}, parsedList(t, w.TrustList(verifytest.TrustListTemplate{})), verify.WithTime(w.Now), verify.WithForecast(full))
			fc := rep.Forecast
			if rep.Passed() || fc.State != verify.ForecastNotNow || !fc.VerifiableUntil.IsZero() {
				t.Errorf("%s: %s, %+v", name, answer(rep), fc)
			}
			i := slices.IndexFunc(fc.Events, func(e verify.ForecastEvent) bool { return e.What == verify.EventCRLNextUpdate && e.Remedy != nil })
			if waits && (i < 0 || !fc.Events[i].At.Equal(w.NextUpdate)) || !waits && i >= 0 {
				t.Errorf("%s: %+v", name, fc.Events)
			}
			if q := rep.Layers.Find(verdict.ProvableUntil); q.Status != verdict.Unconfirmed {
				t.Errorf("%s: provable until is %s", name, q.Status)
			}
		}
	}
}

// TestForecastOfWhatBegins: a CA that is not yet in force breaks the path now,
// and the forecast of all events tells from when on it does not: then newer
// revocation data are all that is missing.
func TestForecastOfWhatBegins(t *testing.T) {
	w := verifytest.New(verifytest.Updates(day(2026, 10, 30), day(2045, 1, 1)))
	ca := w.Issue(verifytest.CertTemplate{Profile: verifytest.CA, Key: "rsa3072-01", Issuer: w.Root, PathLen: 1, Policies: []string{verifytest.SealPolicy}, NotBefore: day(2027, 1, 1), NotAfter: day(2040, 1, 1),
		Subject: verifytest.NewName("C", "JP", "O", "Mihon Trust Center", "CN", "Mihon CA 9")})
	of := w.SealTemplate()
	of.Issuer, of.OCSP = ca, ""
	f := foresee(t, plainCMS(w, w.Issue(of)), eseal.Options{}, w.TrustList(verifytest.TrustListTemplate{NextUpdate: day(2100, 1, 1)}), w.Now, patient(t, "strict"), nil)
	f.agrees(t, rand.New(rand.NewPCG(3, 4)))
	if f.rep.Forecast.State != verify.ForecastNotNow || len(f.rep.Forecast.Events) == 0 {
		t.Fatalf("%s: %+v", answer(f.rep), f.rep.Forecast)
	}
	if e := f.rep.Forecast.Events[0]; e.What != verify.EventCertificateBegins || !e.At.Equal(day(2027, 1, 1)) || e.Effect != "INDETERMINATE/TRY_LATER" {
		t.Errorf("%s: %+v", answer(f.rep), e)
	}
}

// TestForecastWithStaleList: by a list that is stale now nothing passes at any
// time to come.
func TestForecastWithStaleList(t *testing.T) {
	w := verifytest.New()
	f := foresee(t, stampedCMS(w, w.Seal, w.TSA), eseal.Options{}, w.TrustList(verifytest.TrustListTemplate{NextUpdate: w.Now.AddDate(0, 0, -1)}), w.Now, policyNamed(t, "strict", policy.Require), nil)
	if f.rep.Forecast.State != verify.ForecastNotNow {
		t.Errorf("%+v", f.rep.Forecast)
	}
	f.agrees(t, rand.New(rand.NewPCG(5, 6)))
}

// TestForecastBeyondTheLimit: where the purse does not reach to the end, the
// report says that it does not know, and passes all the same.
func TestForecastBeyondTheLimit(t *testing.T) {
	w := verifytest.New(verifytest.Updates(day(2026, 10, 30), day(2045, 1, 1)))
	doc := w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: w.CRLs(w.Seal, w.TSA), Signers: []verifytest.Signer{{Timestamp: &verifytest.TokenTemplate{}}}})
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{NextUpdate: day(2100, 1, 1)}))
	seen := map[string]bool{}
	for paths := int64(5); paths < 200; paths += 5 {
		rep := judged(t, doc, eseal.Options{}, list, verify.WithTime(w.Now), verify.WithForecast(true), verify.WithLimits(purse.Limits{Paths: paths}))
		if !rep.Passed() {
			continue
		}
		fc := rep.Forecast
		seen[fc.State] = true
		if fc.Incomplete != (fc.State == verify.ForecastLimit) && fc.State != verify.ForecastEnds || len(written(t, rep, "text")) == 0 {
			t.Errorf("%d edges: %+v", paths, fc)
		}
		if q := rep.Layers.Find(verdict.ProvableUntil); (q.Status == verdict.Confirmed) != (fc.State == verify.ForecastEnds) {
			t.Errorf("%d edges: %s is %s", paths, fc.State, q.Status)
		}
	}
	if !seen[verify.ForecastLimit] || !seen[verify.ForecastEnds] {
		t.Errorf("seen %v", seen)
	}
}

// TestForecastInFull: every event is listed, with an effect or without, and
// what many things share once.
func TestForecastInFull(t *testing.T) {
	w := verifytest.New()
	doc := w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: w.CRLs(w.SealCA, w.TSA),
		OCSPs: [][]byte{w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal, NextUpdate: day(2026, 11, 20)})}, Signers: []verifytest.Signer{{Timestamp: &verifytest.TokenTemplate{}}}})
	f := foresee(t, doc, eseal.Options{}, w.TrustList(verifytest.TrustListTemplate{}), w.Now, policyNamed(t, "strict", policy.Require), nil)
	var got []string
	retired := map[string]int{}
	for _, e := range f.rep.Forecast.Events {
		if e.What == verify.EventAlgorithmRetired { // when is the policy's to say
			retired[e.Algorithm+e.At.String()]++
			continue
		}
		subject, _, _ := strings.Cut(f.rep.Certificates[e.Object].Subject, ",")
		got = append(got, strings.Join(strings.Fields(strings.Join([]string{e.At.Format(time.DateOnly), e.What, subject, e.Effect}, " ")), " "))
	}
	for algorithm, n := range retired {
		if n > 1 {
			t.Errorf("%s is told %d times", algorithm, n)
		}
	}
	if len(retired) < 4 { // RSA, P-384 and a digest of each
		t.Errorf("algorithms: %v", retired)
	}
	slices.Sort(got) // those of one moment stand by digest
	if !slices.Equal(got, wholeForecast) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(wholeForecast, "\n"))
	}
}

var wholeForecast = []string{
	"2026-11-06 crl-next-update INDETERMINATE/TRY_LATER",
	"2026-11-06 crl-next-update INDETERMINATE/TRY_LATER",
	"2026-11-06 crl-next-update INDETERMINATE/TRY_LATER",
	"2026-11-20 ocsp-next-update",
	"2027-10-01 list-next-update",
	"2030-03-31 certificate-expires CN=Mihon OCSP Responder 001",
	"2030-03-31 certificate-expires CN=Mihon Town Electronic Seal",
	"2036-08-31 certificate-expires CN=Mihon Timestamp Service Unit 001",
	"2043-03-31 certificate-expires CN=Mihon Electronic Seal CA G1 INDETERMINATE/OUT_OF_BOUNDS_NO_POE",
	"2043-03-31 certificate-expires CN=Mihon Government Root CA",
	"2043-03-31 certificate-expires CN=Mihon Timestamping CA G1 INDETERMINATE/OUT_OF_BOUNDS_NO_POE",
	"2043-03-31 certificate-expires CN=Mihon Timestamping Root",
}
