package verify_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

func TestTimestamp(t *testing.T) {
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
	tok, err := tsa.ParseToken(read("notice.txt.tst"), nil)
	if err != nil {
		t.Fatal(err)
	}
	v, err := verify.New(list, verify.WithTime(when(t, "2026-11-01T00:00:00Z")))
	if err != nil {
		t.Fatal(err)
	}
	right := sha256.Sum256(read("notice.txt"))
	for _, tc := range []struct {
		name    string
		imprint []byte
		want    verdict.Document
	}{
		{"its data", right[:], verdict.DocumentPassed},
		{"other data", bytes.Repeat([]byte{1}, 32), verdict.DocumentFailed},
		{"no data", nil, verdict.DocumentIndeterminate},
	} {
		rep, err := v.Timestamp(context.Background(), tok, tc.imprint)
		if err != nil {
			t.Fatal(err)
		}
		if rep.Verdict != tc.want || len(rep.Timestamps) != 1 || len(rep.Contradictions()) > 0 {
			t.Errorf("%s: %s, %v", tc.name, codes(rep), rep.Contradictions())
		}
	}
	if _, err := v.Timestamp(context.Background(), nil, nil); err == nil {
		t.Error("a nil token was judged")
	}
}
