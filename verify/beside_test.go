package verify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
)

// TestBesideWhatIsSealed: whoever gives a file beside a signature, or reads
// text around one, must not take a pass for more than what was sealed.
func TestBesideWhatIsSealed(t *testing.T) {
	dir := filepath.Join("..", "testdata", "samples")
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	list, err := trustlist.Load(filepath.Join(dir, "trust.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	notice, evil := read("notice.txt"), []byte("we owe you a hundred million yen\n")
	attached, apart, pdf := read("notice.txt.p7m"), read("notice.txt.p7s"), read("certificate.pdf")
	armoured := pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: attached})
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, tc := range []struct {
		name     string
		data     []byte
		detached [][]byte
		want     string
		code     string
	}{
		{"attached alone", attached, nil, "TOTAL-PASSED", ""},
		{"attached, and the same file given", attached, [][]byte{notice}, "TOTAL-PASSED", ""},
		{"attached, another file given", attached, [][]byte{evil}, "INDETERMINATE", "K-DOC-104"},
		{"detached, its file", apart, [][]byte{notice}, "TOTAL-PASSED", ""},
		{"detached, its file and another", apart, [][]byte{evil, notice}, "INDETERMINATE", "K-DOC-104"},
		{"detached, another file", apart, [][]byte{evil}, "TOTAL-FAILED", "K-SIG-002"},
		{"a PDF, and a file given", pdf, [][]byte{evil}, "INDETERMINATE", "K-DOC-104"},
		{"a time-stamp and its file", read("notice.txt.tst"), [][]byte{notice}, "TOTAL-PASSED", ""},
		{"a time-stamp, its file and another", read("notice.txt.tst"), [][]byte{notice, evil}, "INDETERMINATE", "K-DOC-104"},
		{"PEM", armoured, nil, "TOTAL-PASSED", ""},
		{"PEM with line ends around", join([]byte("\n\n"), armoured, []byte("\r\n \n")), nil, "TOTAL-PASSED", ""},
		{"text before PEM", join(evil, armoured), nil, "INDETERMINATE", "K-DOC-105"},
		{"text behind PEM", join(armoured, evil), nil, "INDETERMINATE", "K-DOC-105"},
		{"bare base64", []byte(base64.StdEncoding.EncodeToString(attached)), nil, "TOTAL-PASSED", ""},
		{"a second message behind", join(attached, attached), nil, "INDETERMINATE", "K-DOC-105"},
		{"zeros behind", join(attached, make([]byte, 20)), nil, "TOTAL-PASSED", ""},
		{"line ends behind a PDF", join(pdf, []byte("\n\n\n   ")), nil, "TOTAL-PASSED", ""},
		{"text behind a PDF", join(pdf, evil), nil, "INDETERMINATE", "K-CHG-001"},
		{"two thousand blanks behind a PDF", join(pdf, bytes.Repeat([]byte(" "), 2000)), nil, "INDETERMINATE", "K-CHG-001"},
	} {
		o := eseal.Options{Name: tc.name}
		for _, d := range tc.detached {
			o.Detached = append(o.Detached, detached("given.txt", d)...)
		}
		rep := judged(t, tc.data, o, list, verify.WithTime(when(t, "2026-11-01T00:00:00Z")))
		if string(rep.Verdict) != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, codes(rep), tc.want)
		}
		if tc.code != "" && !bytes.Contains([]byte(codes(rep)), []byte(tc.code)) {
			t.Errorf("%s: no %s: %s", tc.name, tc.code, codes(rep))
		}
	}
}
