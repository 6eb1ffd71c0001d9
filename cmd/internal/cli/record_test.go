package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestEvidenceRecordFlag: a record beside a document, and as the document.
func TestEvidenceRecordFlag(t *testing.T) {
	w, dir := verifytest.New(), t.TempDir()
	put := func(name string, data []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	pdf := w.PDF(verifytest.PDFTemplate{}).Bytes()
	doc, list := put("n.pdf", pdf), put("trust.yaml", w.TrustList(verifytest.TrustListTemplate{}))
	good := put("good.ers", w.Record(verifytest.RecordTemplate{XML: true, Objects: [][]byte{pdf}}))
	other := put("other.ers", w.Record(verifytest.RecordTemplate{}))
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"beside":               {[]string{"--evidence-record", good, doc}, 0, "n.pdf"},
		"as the document":      {[]string{"--detached", doc, good}, 0, "n.pdf"},
		"one of two":           {[]string{"--evidence-record", good, "--evidence-record", other, doc}, 3, "n.pdf"},
		"of another":           {[]string{"--evidence-record", other, doc}, 3, ""},
		"without its document": {[]string{good}, 3, ""},
	} {
		args := append([]string{"verify", "--json", "--offline", "--trust", list, "--at", w.Now.Format("2006-01-02T15:04:05Z")}, c.args...)
		code, out, errs := called(args...)
		var rep verify.Report
		if err := json.Unmarshal([]byte(out), &rep); err != nil || code != c.code || errs != "" {
			t.Fatalf("%s: exit %d, %v %s", name, code, err, errs)
		}
		if got := strings.Join(rep.EvidenceRecords[0].Covers, " "); got != c.want {
			t.Errorf("%s: covers %q", name, got)
		}
	}
	if code, _, errs := called("verify", "--evidence-record", filepath.Join(dir, "none"), doc); code != exit.Unreadable || errs == "" {
		t.Errorf("a record that is not there: exit %d", code)
	}
}
