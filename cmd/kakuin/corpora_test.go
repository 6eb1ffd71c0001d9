//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
)

// suites are those whose documents are files by themselves.
var suites = []string{"documents/dss.zip", "documents/pyhanko.zip", "documents/interop.zip", "documents/bc-test-data.zip", "documents/rub-pdf-attacks.zip", "pki/cms.zip"}

// sealedKinds are the endings of documents; containers and XML come with their
// own issue, and are unreadable alike until then.
var sealedKinds = []string{".pdf", ".p7m", ".p7s", ".p7", ".tst", ".tsr", ".asice", ".ers"}

// unpack writes documents of the suites to a folder, one after the other, and
// the roots among their certificates to a file.
func unpack(t *testing.T) (names []string, roots string) {
	t.Helper()
	dir := t.TempDir()
	var bundle bytes.Buffer
	seen := map[[32]byte]bool{}
	n := 0
	for _, s := range suites {
		fsys := corpora.Open(t, s)
		corpora.Walk(t, fsys, func(name string, data []byte) {
			ext := strings.ToLower(filepath.Ext(name))
			if slices.Contains([]string{".pem", ".der", ".cer", ".crt"}, ext) {
				root(&bundle, seen, data)
			}
			if !slices.Contains(sealedKinds, ext) {
				return
			}
			n++
			path := filepath.Join(dir, fmt.Sprintf("%05d%s", n, ext))
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			names = append(names, path)
		})
	}
	roots = filepath.Join(dir, "roots.pem")
	if err := os.WriteFile(roots, bundle.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return names, roots
}

// root adds a certificate that issued itself.
func root(out *bytes.Buffer, seen map[[32]byte]bool, data []byte) {
	if b, _ := pem.Decode(data); b != nil {
		if b.Type != "CERTIFICATE" {
			return
		}
		data = b.Bytes
	}
	c, err := cert.Parse(data, purse.New(purse.Limits{}))
	if err != nil || len(c.Raw) != len(data) || !c.SelfIssued() || seen[c.SHA256] || out.Len() > 900_000 {
		return
	}
	seen[c.SHA256] = true
	pem.Encode(out, &pem.Block{Type: "CERTIFICATE", Bytes: data})
}

// TestCorporaThroughBatch: a suite through the batch gives the reports that it
// gives one by one, octet for octet but for the folder in the name, whatever the
// policy.
func TestCorporaThroughBatch(t *testing.T) {
	corpora.Dir(t)
	names, roots := unpack(t)
	program := filepath.Join(t.TempDir(), "kakuin")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for name, settings := range map[string][]string{
		"built-in": {"--at", "2026-11-01"},
		"roots":    {"--at", "2026-11-01", "--trust", roots, "--policy", "rfc5280", "--revocation", "none"},
		"past":     {"--at", "2023-06-01", "--trust", roots, "--policy", "dss-default", "--revocation", "prefer"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := append([]string{"--offline", "--format", "ndjson"}, settings...)
			batch := exec.Command(program, append([]string{"batch", "--ordered", "--quiet", "--files-from", "-"}, settings...)...)
			batch.Stdin = strings.NewReader(strings.Join(names, "\n"))
			lines, _ := batch.Output()
			single, _ := exec.Command(program, append(append([]string{"verify"}, settings...), names...)...).Output()
			got, want := bytes.Split(bytes.TrimSpace(lines), []byte("\n")), bytes.Split(bytes.TrimSpace(single), []byte("\n"))
			if len(got) != len(names) || len(want) != len(names) {
				t.Fatalf("%d lines of the batch, %d of verify, %d documents", len(got), len(want), len(names))
			}
			verdicts := map[string]int{}
			for i := range names {
				var r struct{ Verdict string }
				if err := json.Unmarshal(got[i], &r); err != nil {
					t.Fatal(err)
				}
				verdicts[r.Verdict]++
				if line := bytes.Replace(got[i], []byte(names[i]), []byte(filepath.Base(names[i])), 1); !bytes.Equal(line, want[i]) {
					t.Errorf("%s:\n%.2000s\n%.2000s", names[i], line, want[i])
				}
			}
			t.Logf("%d documents: %v", len(names), verdicts)
		})
	}
}
