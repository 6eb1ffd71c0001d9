package verify_test

import (
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestRecords: how evidence records count for the verdict of the document.
func TestRecords(t *testing.T) {
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	unsigned := w.PDF(verifytest.PDFTemplate{}).Bytes()
	sealed := w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: w.CRLs(w.Seal, w.TSA), Signers: []verifytest.Signer{{Timestamp: &verifytest.TokenTemplate{}}}})
	over := func(data []byte, m ...verifytest.RecordMutator) []eseal.Detached {
		return detached("r.ers", w.Record(verifytest.RecordTemplate{Objects: [][]byte{data}, Others: [][]byte{[]byte("x")}}, m...))
	}
	record := w.Record(verifytest.RecordTemplate{Objects: [][]byte{[]byte("a")}})
	for name, c := range map[string]struct {
		data []byte
		o    eseal.Options
		want string
		code verdict.Code // a finding that must be there
	}{
		"over a document without signatures":     {unsigned, eseal.Options{EvidenceRecords: over(unsigned)}, "TOTAL-PASSED", ""},
		"over another document":                  {unsigned, eseal.Options{EvidenceRecords: over([]byte("other"))}, "INDETERMINATE", verdict.CodeRecordOther},
		"broken tree, no signatures":             {unsigned, eseal.Options{EvidenceRecords: over(unsigned, verifytest.RecordDeviation("record-tree-changed"))}, "TOTAL-FAILED", "K-ERS-020"},
		"over a file beside, not the document":   {unsigned, eseal.Options{Detached: detached("a", []byte("a")), EvidenceRecords: detached("r", record)}, "INDETERMINATE", verdict.CodeRecordOther},
		"no record at all":                       {unsigned, eseal.Options{}, "NOT-SIGNED", ""},
		"over a sealed message":                  {sealed, eseal.Options{EvidenceRecords: over(sealed)}, "TOTAL-PASSED", ""},
		"over something else, beside a seal":     {sealed, eseal.Options{EvidenceRecords: over([]byte("other"))}, "TOTAL-PASSED", verdict.CodeRecordFailed},
		"unreadable, beside a seal":              {sealed, eseal.Options{EvidenceRecords: detached("r.ers", []byte("0"))}, "TOTAL-PASSED", verdict.CodeRecordFailed},
		"unreadable, no signatures":              {unsigned, eseal.Options{EvidenceRecords: detached("r.ers", []byte("0"))}, "TOTAL-FAILED", verdict.CodeRecordUnread},
		"a record with nothing beside it":        {record, eseal.Options{}, "INDETERMINATE", verdict.CodeRecordNoData},
		"a record and its object":                {record, eseal.Options{Detached: detached("a", []byte("a"))}, "TOTAL-PASSED", ""},
		"a record and a digest":                  {record, eseal.Options{Digests: []eseal.KnownDigest{{Algorithm: sigalg.SHA256, Value: verifytest.Digest("SHA-256", []byte("a"))}}}, "TOTAL-PASSED", verdict.CodeDigestClaimed},
		"a record, its object and another":       {record, eseal.Options{Detached: append(detached("a", []byte("a")), detached("b", []byte("b"))...)}, "INDETERMINATE", verify.CodeUnsealed},
		"a file that only a record is over":      {sealed, eseal.Options{Detached: detached("a", []byte("a")), EvidenceRecords: detached("r", record)}, "INDETERMINATE", verify.CodeUnsealed},
		"one of two beside an unsigned document": {unsigned, eseal.Options{EvidenceRecords: append(over(unsigned), over([]byte("other"))...)}, "INDETERMINATE", verdict.CodeRecordOther},
	} {
		rep := judged(t, c.data, c.o, list, verify.WithPolicy(policyNamed(t, "strict", policy.Require)), verify.WithTime(w.Now))
		if rep.Layers != nil && len(rep.Signatures) == 0 && (rep.Layers.Find(verdict.AsIssued).Status == verdict.Confirmed) != (c.want == "TOTAL-PASSED" || c.code == verify.CodeUnsealed) {
			t.Errorf("%s: as issued is %s", name, rep.Layers.Find(verdict.AsIssued).Status)
		}
		if string(rep.Verdict) != c.want || c.code != "" && !strings.Contains(allCodes(rep), string(c.code)) {
			t.Errorf("%s: %s, want %s %s", name, codes(rep), c.want, c.code)
		}
	}
}

func allCodes(rep *verify.Report) string {
	var b strings.Builder
	add := func(all []verify.Finding) {
		for _, f := range all {
			b.WriteString(string(f.Code) + " ")
		}
	}
	add(rep.Findings)
	for _, r := range rep.EvidenceRecords {
		add(r.Findings)
		for _, s := range r.Timestamps {
			add(s.Findings)
		}
	}
	return b.String()
}
