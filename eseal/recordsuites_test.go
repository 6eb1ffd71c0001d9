package eseal_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
)

// TestSuiteEmbeddedRecords: the CAdES and PAdES signatures with records of EU DSS, DER
// and BER, one record and several, internal and external. EU DSS finds the
// signature in all of them but the two that are made wrong.
func TestSuiteEmbeddedRecords(t *testing.T) {
	wrong := []string{"C-E-ERS-detached-invalid.p7s", "C-E-ERS_renewed_hashtree_invalid.p7m"}
	records, right := 0, 0
	corpora.Walk(t, corpora.Open(t, "documents/dss.zip"), func(name string, data []byte) {
		inCMS := strings.HasPrefix(name, "dss-cades/src/test/resources/validation/evidence-record/") && strings.HasPrefix(path.Ext(name), ".p7")
		if inPDF := path.Base(name) == "PAdES_with_er.pdf"; !inCMS && !inPDF {
			return
		} else if ers := open(t, data, eseal.Options{}).EvidenceRecords; inPDF && (len(ers) != 1 || !slices.Equal(ers[0].Covers, []string{"S1", "byte ranges"})) {
			t.Errorf("%s: %d records", name, len(ers))
		}
		for _, er := range open(t, data, eseal.Options{}).EvidenceRecords {
			records++
			if want := !slices.Contains(wrong, path.Base(name)); er.Err != nil || er.WholeDocument != want || holds(er) && !want && len(er.Timestamps) > 1 {
				t.Errorf("%s: %+v", path.Base(name), er)
				continue
			}
			right++
		}
	})
	t.Logf("embedded records: %d, %d right", records, right)
	if records != 23 {
		t.Errorf("%d records", records)
	}
}
