package cli

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kakuin/kakuin/cmd/internal/batch"
)

// TestBasis: a run that goes on, and each of its workers, must have the evidence
// that the run began with, whatever its files are called.
func TestBasis(t *testing.T) {
	samples := "../../../testdata/samples/"
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "ca.cer")
	basis := func(source string) string {
		data, err := os.ReadFile(samples + "certs/" + source)
		if err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		b := &batchFlags{}
		b.trust, b.policy, b.certs = []string{samples + "trust.yaml"}, "japan", []string{path}
		e := &env{in: nil, out: &keeper{w: io.Discard}, err: io.Discard, lookup: func(string) (string, bool) { return "", false }}
		if _, err := b.verifierWith(e, at, nil); err != nil {
			t.Fatal(err)
		}
		return b.basis(batch.Header{})
	}
	first := basis("root.cer")
	if basis("tsa-root.cer") == first {
		t.Error("other evidence, the same basis")
	}
	if basis("root.cer") != first {
		t.Error("the same evidence, another basis")
	}
}
