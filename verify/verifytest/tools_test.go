package verifytest

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestOpensslJudgesTokens asks openssl ts about every bare token.
func TestOpensslJudgesTokens(t *testing.T) {
	differs := map[string]string{
		"token-tsa-revoked":      "openssl ts checks no CRL without being told",
		"token-unknown-critical": "openssl ts reads no extensions",
		"token-imprint-sha1":     "openssl has no algorithm lifetimes here",
		"token-tsa-untrusted":    "the test gives the root",
	}
	for _, d := range Deviations() {
		if d.Kind != "token" {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			if _, err := exec.LookPath("openssl"); err != nil {
				t.Skip("openssl is not installed")
			}
			t.Parallel()
			s := MakeSpecimen(d.Name)
			dir := files(t, map[string][]byte{"x": s.Document, "data": s.Detached, "root.pem": s.World.TSARoot.PEM()})
			args := []string{"ts", "-verify", "-in", "x", "-data", "data", "-CAfile", "root.pem", "-attime", at}
			if strings.HasSuffix(s.File, ".tst") {
				args = append(args, "-token_in")
			}
			cmd := exec.Command("openssl", args...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			agrees := (err == nil) == (d.Want.Verdict == "TOTAL-PASSED") || err == nil && d.Want.Allows("TOTAL-PASSED")
			_, known := differs[d.Name]
			if agrees == known {
				t.Errorf("wanted %+v, in the ledger %v, openssl says %v\n%s", d.Want, known, err, out)
			}
		})
	}
}

// TestQpdfReadsEveryFile: all files but those broken on purpose are sound PDF.
func TestQpdfReadsEveryFile(t *testing.T) {
	broken := []string{"pdf-truncated", "pdf-contents-not-hex", "pdf-appended"}
	for _, d := range Deviations() {
		if d.Kind != "pdf" || slices.Contains(broken, d.Name) {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			out := tool(t, files(t, map[string][]byte{"x.pdf": MakeSpecimen(d.Name).Document}), "qpdf", "--check", "x.pdf")
			if strings.Contains(out, "WARNING") {
				t.Error(out)
			}
		})
	}
}

var signatureLine = regexp.MustCompile(`Signature Validation: (.*)`)

// TestPdfsigAgrees: digests and signature values of the seals stand or fall as wanted.
func TestPdfsigAgrees(t *testing.T) {
	want := map[string]string{"pdf-sealed-changed": "Digest Mismatch.", "pdf-byterange-overlap": "", "pdf-byterange-huge": "",
		"pdf-byterange-negative": "", "pdf-contents-not-hex": "", "pdf-contents-empty": "", "pdf-subfilter-unknown": "", "pdf-truncated": "",
		"pdf-only-timestamp": "", "pdf-unsigned": "", "pdf-field-empty": "", "pdf-pkcs7-sha1": ""}
	for _, d := range Deviations() {
		expected, special := want[d.Name]
		if !special {
			expected = "Signature is Valid."
		}
		if d.Kind != "pdf" || expected == "" {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			out := tool(t, files(t, map[string][]byte{"x.pdf": MakeSpecimen(d.Name).Document}), "pdfsig", "-nocert", "x.pdf")
			found := signatureLine.FindStringSubmatch(out)
			if found == nil || found[1] != expected {
				t.Errorf("want %q of the first signature:\n%s", expected, out)
			}
		})
	}
}

// TestPdftotextReadsJapanese: the page's text can be searched.
func TestPdftotextReadsJapanese(t *testing.T) {
	w := New()
	for _, streams := range []bool{false, true} {
		dir := files(t, map[string][]byte{"x.pdf": w.PDF(PDFTemplate{Streams: streams}).Bytes()})
		out := tool(t, dir, "pdftotext", "x.pdf", "-")
		if !strings.Contains(out, "見本町証明第１２３４号") {
			if strings.Contains(out, "Missing language pack") {
				t.Skip("poppler-data is not installed")
			}
			t.Errorf("streams %v:\n%s", streams, out)
		}
	}
}
