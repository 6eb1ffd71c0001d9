package process

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// recorded is a court over a document with evidence records beside it, or over
// a record and the object beside it.
func (s *scene) recorded(t testing.TB, data []byte, o eseal.Options) *Court {
	t.Helper()
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	return s.court(t, doc)
}

func file(name string, data []byte) []eseal.Detached {
	return []eseal.Detached{{Name: name, R: bytes.NewReader(data), Size: int64(len(data))}}
}

// TestRecordDeviations: what stands against an evidence record (RFC 4998 5.3,
// RFC 6283 4.3), and what of it is told of the record and not of a time-stamp.
func TestRecordDeviations(t *testing.T) {
	for name, c := range map[string]struct{ want, own string }{
		"good":                      {"PASSED", "PASSED"},
		"xml-good":                  {"PASSED", "PASSED"},
		"no-tree":                   {"PASSED", "PASSED"},
		"tree-changed":              {"HASH_FAILURE", "PASSED"},
		"renewal-misses-stamp":      {"HASH_FAILURE", "PASSED"},
		"renewal-misses-chain":      {"HASH_FAILURE", "SIGNED_DATA_NOT_FOUND"},
		"xml-renewal-misses-object": {"HASH_FAILURE", "SIGNED_DATA_NOT_FOUND"},
		"chain-two-algorithms":      {"SIG_CONSTRAINTS_FAILURE", "PASSED"},
		"order":                     {"TIMESTAMP_ORDER_FAILURE", "PASSED"},
		"imprint-other-algorithm":   {"HASH_FAILURE", "PASSED"},
		"value-short":               {"HASH_FAILURE", "PASSED"},
		"list-empty":                {"FORMAT_FAILURE", "FORMAT_FAILURE"},
		"object-missing":            {"SIGNED_DATA_NOT_FOUND", "SIGNED_DATA_NOT_FOUND"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			tmpl := verifytest.RecordTemplate{}
			verifytest.RenewedRecord(&tmpl)
			data := s.Record(tmpl, verifytest.RecordDeviation("record-"+name))
			court := s.recorded(t, data, eseal.Options{Name: "notice.ers", Detached: file("notice", []byte(verifytest.Notice))})
			r := court.Record(court.Document.EvidenceRecords[0])
			if sub(r.Outcome) != c.want || sub(outcomeOf(r.Own())) != c.own || r.Passed() != (c.want == "PASSED") {
				t.Errorf("%s, of its own %s; want %s, %s: %+v", r.Outcome, outcomeOf(r.Own()), c.want, c.own, r.Causes)
			}
			told := 0
			for _, f := range r.Findings {
				if f.Code == verdict.CodeRecordStamp {
					told++
				}
			}
			failed := len(slices.DeleteFunc(slices.Clone(r.Stamps), (*Stamp).Passed))
			if told != failed || len(r.Stamps) > 0 && (failed > 0) != (c.want != "PASSED") {
				t.Errorf("%d time-stamps failed, %d are told", failed, told)
			}
			if court.Record(r.Facts) != r {
				t.Error("judged twice")
			}
		})
	}
}

// TestRecordCovers: a record is over an object that lies beside it, over the
// document that it lies beside, or it proves nothing.
func TestRecordCovers(t *testing.T) {
	s := newScene(t)
	sealed := s.CMS(verifytest.CMSTemplate{Content: []byte("notice"), CRLs: s.CRLs(s.Seal, s.TSA), Signers: []verifytest.Signer{{}}})
	over := func(data []byte) []byte { return s.Record(verifytest.RecordTemplate{Objects: [][]byte{data}}) }
	for name, c := range map[string]struct {
		data []byte
		o    eseal.Options
		want string
		code verdict.Code // of the record's own cause, or a finding of one that passed
	}{
		"over the document":            {sealed, eseal.Options{EvidenceRecords: file("r", over(sealed))}, "PASSED", ""},
		"over another":                 {sealed, eseal.Options{EvidenceRecords: file("r", over([]byte("x")))}, "SIGNED_DATA_NOT_FOUND", verdict.CodeRecordOther},
		"over a file beside, not it":   {sealed, eseal.Options{Detached: file("x", []byte("x")), EvidenceRecords: file("r", over([]byte("x")))}, "SIGNED_DATA_NOT_FOUND", verdict.CodeRecordOther},
		"over a file, beside it":       {over([]byte("x")), eseal.Options{Detached: file("x", []byte("x"))}, "PASSED", ""},
		"over another file":            {over([]byte("x")), eseal.Options{Detached: file("y", []byte("y"))}, "SIGNED_DATA_NOT_FOUND", verdict.CodeRecordOther},
		"over a file that is not here": {over([]byte("x")), eseal.Options{}, "SIGNED_DATA_NOT_FOUND", verdict.CodeRecordNoData},
		"unreadable":                   {sealed, eseal.Options{EvidenceRecords: file("r", []byte("0"))}, "FORMAT_FAILURE", verdict.CodeRecordUnread},
		"over a file known by digest":  {over([]byte("x")), eseal.Options{Digests: []eseal.KnownDigest{{Algorithm: sigalg.SHA256, Value: verifytest.Digest("SHA-256", []byte("x"))}}}, "PASSED", ""},
	} {
		court := s.recorded(t, c.data, c.o)
		r := court.Record(court.Document.EvidenceRecords[0])
		own := r.Own()
		if sub(r.Outcome) != c.want || c.code != "" && (len(own) != 1 || own[0].Finding.Code != c.code) {
			t.Errorf("%s: %s %+v", name, r.Outcome, own)
		}
		claimed := slices.ContainsFunc(r.Findings, func(f verdict.Finding) bool { return f.Code == verdict.CodeDigestClaimed })
		if claimed != (c.o.Digests != nil) {
			t.Errorf("%s: told that the digest is claimed: %v", name, claimed)
		}
	}
}

// unit is a time-stamp unit that ends at a time.
func (s *scene) unit(key string, until time.Time) *verifytest.Cert {
	return s.Issue(verifytest.CertTemplate{Profile: verifytest.Timestamp, Issuer: s.TSACA, Key: key, Subject: verifytest.NewName("C", "JP", "CN", "Unit "+key),
		NotAfter: until, Policies: []string{verifytest.TSAPolicy}})
}

// TestRecordRenewed is 5.6.3.4 step 1: an Archive Time-Stamp that has run out
// holds by the one that renews it; if one fails the record does.
func TestRecordRenewed(t *testing.T) {
	stamp := func(hour int, tsa *verifytest.Cert) verifytest.Renewal {
		return verifytest.Renewal{Kind: verifytest.RenewStamp, GenTime: on(10, 30, hour), TSA: tsa}
	}
	tree := func(hour int, tsa *verifytest.Cert) verifytest.Renewal {
		return verifytest.Renewal{Kind: verifytest.RenewTree, GenTime: on(10, 30, hour), TSA: tsa}
	}
	for name, c := range map[string]struct {
		ends     int // hour of 30 October at which the first unit ends
		renewals func(ended, good *verifytest.Cert) []verifytest.Renewal
		passed   []bool
		proofs   []int // which one proves each; -1 for none but the validation time
	}{
		"nothing has run out": {72, func(_, good *verifytest.Cert) []verifytest.Renewal { return []verifytest.Renewal{stamp(8, good)} }, []bool{true, true}, nil},
		"not renewed":         {12, func(_, _ *verifytest.Cert) []verifytest.Renewal { return nil }, []bool{false}, []int{-1}},
		"renewed in time":     {12, func(_, good *verifytest.Cert) []verifytest.Renewal { return []verifytest.Renewal{stamp(8, good)} }, []bool{true, true}, []int{1, -1}},
		"renewed too late":    {6, func(_, good *verifytest.Cert) []verifytest.Renewal { return []verifytest.Renewal{stamp(8, good)} }, []bool{false, true}, []int{1, -1}},
		"the youngest has run out": {12, func(ended, good *verifytest.Cert) []verifytest.Renewal {
			return []verifytest.Renewal{stamp(8, good), stamp(9, ended)}
		}, []bool{false, true, false}, []int{-1, -1, -1}},
		"twice": {12, func(ended, good *verifytest.Cert) []verifytest.Renewal {
			return []verifytest.Renewal{stamp(8, ended), stamp(9, good)}
		}, []bool{true, true, true}, []int{1, 2, -1}},
		"the tree": {12, func(ended, good *verifytest.Cert) []verifytest.Renewal { return []verifytest.Renewal{tree(8, good)} }, []bool{true, true}, []int{1, -1}},
		"the tree, after the stamp": {12, func(ended, good *verifytest.Cert) []verifytest.Renewal {
			return []verifytest.Renewal{stamp(8, ended), tree(9, good)}
		}, []bool{true, true, true}, []int{1, 2, -1}},
		"a stamp, after the tree": {12, func(ended, good *verifytest.Cert) []verifytest.Renewal {
			return []verifytest.Renewal{tree(8, ended), stamp(9, good)}
		}, []bool{true, true, true}, []int{1, 2, -1}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			ended, good := s.unit("rsa2048-15", on(10, 30, 0).Add(time.Duration(c.ends)*time.Hour)), s.TSA
			tmpl := verifytest.RecordTemplate{TSA: ended, GenTime: on(10, 30, 5), Renewals: c.renewals(ended, good)}
			court := s.recorded(t, s.Record(tmpl), eseal.Options{Name: "notice.ers", Detached: file("notice", []byte(verifytest.Notice))})
			r := court.Record(court.Document.EvidenceRecords[0])
			all := true
			for i, st := range r.Stamps {
				all = all && st.Passed()
				if st.Passed() != c.passed[i] {
					t.Errorf("time-stamp %d: %s", i, st.Outcome)
				}
				if st.Now.IsPassed() && st.Proof != (poe.Proof{}) {
					t.Errorf("time-stamp %d holds by itself, and by %+v", i, st.Proof)
				}
				if c.proofs == nil {
					continue
				}
				want := poe.Proof{At: s.at}
				if n := c.proofs[i]; n >= 0 {
					want = poe.Proof{At: r.Stamps[n].GenTime, By: r.Stamps[n].Facts.ID}
				}
				if got := court.proofs.Earliest(poe.Timestamp(st.Facts)); got != want {
					t.Errorf("time-stamp %d is proven by %+v, want %+v", i, got, want)
				}
			}
			if r.Passed() != all || len(r.Stamps) != len(c.passed) || c.proofs == nil && court.proofs != nil {
				t.Errorf("%s of %d", r.Outcome, len(r.Stamps))
			}
		})
	}
}

// TestRecordProves: what a record that holds is over existed at its first
// time-stamp (5.6.3.4 step 1), with what it holds.
func TestRecordProves(t *testing.T) {
	s := newScene(t)
	s.unstamped()
	s.Revoke(s.Seal, on(10, 31, 0), verifytest.Superseded)
	sealed := s.CMS(verifytest.CMSTemplate{Content: []byte("notice"), CRLs: s.CRLs(s.Seal, s.TSA), Signers: []verifytest.Signer{s.signer}})
	for name, c := range map[string]struct {
		over []byte
		m    []verifytest.RecordMutator
		want string
	}{
		"over the document": {sealed, nil, "PASSED"},
		"over another":      {[]byte("x"), nil, "REVOKED_NO_POE"},
		"broken":            {sealed, []verifytest.RecordMutator{verifytest.RecordDeviation("record-signature-changed")}, "REVOKED_NO_POE"},
		"unreadable":        {sealed, []verifytest.RecordMutator{verifytest.RecordDeviation("record-cut")}, "REVOKED_NO_POE"},
	} {
		record := s.Record(verifytest.RecordTemplate{Objects: [][]byte{c.over}, GenTime: on(10, 30, 5)}, c.m...)
		court := s.recorded(t, sealed, eseal.Options{EvidenceRecords: file("r", record)})
		sig := court.Document.Signatures[0]
		j := court.Signature(sig, nil)
		if sub(j.Outcome) != c.want || j.Passed() && (!j.Best.Equal(on(10, 30, 5)) || j.Source == "") {
			t.Errorf("%s: %s at %s by %q (%v)", name, j.Outcome, j.Best, j.Source, j.told())
		}
		court.prove()
		if at := court.proofs.Earliest(poe.Digest(parsed(t, s.Seal).SHA256)).At; at.Equal(on(10, 30, 5)) != (c.want == "PASSED") {
			t.Errorf("%s: the certificate in the message is proven at %s", name, at)
		}
	}
}

// TestMandatedRecords: where the policy wants records to hold, one that does
// not is the signature's failure (5.6.3.4 step 1).
func TestMandatedRecords(t *testing.T) {
	s := newScene(t)
	sealed := s.CMS(verifytest.CMSTemplate{Content: []byte("notice"), CRLs: s.CRLs(s.Seal, s.TSA), Signers: []verifytest.Signer{s.signer}})
	for name, c := range map[string]struct {
		mandate string
		over    []byte
		owner   func(*eseal.Document) *eseal.Signature
		want    string
	}{
		"demanded, holds":                {policy.MandateRecord, sealed, nil, "PASSED"},
		"demanded, does not hold":        {policy.MandateRecord, []byte("x"), nil, "SIGNED_DATA_NOT_FOUND"},
		"demanded, in the signature":     {policy.MandateRecord, []byte("x"), func(d *eseal.Document) *eseal.Signature { return d.Signatures[0] }, "SIGNED_DATA_NOT_FOUND"},
		"demanded, in another signature": {policy.MandateRecord, []byte("x"), func(*eseal.Document) *eseal.Signature { return &eseal.Signature{} }, "PASSED"},
		"another kind is demanded":       {policy.MandateArchive, []byte("x"), nil, "PASSED"},
	} {
		s.policy.Stamps.Mandated = []policy.Mandate{{Kind: c.mandate, Source: "the case"}}
		court := s.recorded(t, sealed, eseal.Options{EvidenceRecords: file("r", s.Record(verifytest.RecordTemplate{Objects: [][]byte{c.over}}))})
		if c.owner != nil {
			court.Document.EvidenceRecords[0].Signature = c.owner(court.Document)
		}
		j := court.Signature(court.Document.Signatures[0], nil)
		if sub(j.Outcome) != c.want || slices.Contains(j.told(), string(verdict.CodeRecordFailed)) != (c.want != "PASSED") {
			t.Errorf("%s: %s %v", name, j.Outcome, j.told())
		}
		court.Document = nil
		if j := court.Signature(j.Facts, nil); !j.Passed() {
			t.Errorf("%s, without the document: %s", name, j.Outcome)
		}
	}
}

// TestUnreadableStamps: a record with a token that cannot be read fails, and
// one without any proves nothing.
func TestUnreadableStamps(t *testing.T) {
	s := newScene(t)
	court := s.recorded(t, s.Record(verifytest.RecordTemplate{}), eseal.Options{Name: "notice.ers", Detached: file("notice", []byte(verifytest.Notice))})
	er := court.Document.EvidenceRecords[0]
	er.Timestamps[0].Token, er.Timestamps[0].Err = nil, context.Canceled
	if r := court.Record(er); sub(r.Outcome) != "FORMAT_FAILURE" || len(r.Stamps) != 1 {
		t.Errorf("%s %+v", r.Outcome, r.Causes)
	}
	empty := &eseal.EvidenceRecord{ID: "R9", Covers: []string{"x"}, WholeDocument: true}
	court.ground()
	court.Record(empty).proves(court)
}
