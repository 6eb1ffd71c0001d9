package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A failingMedium gives so many octets and no more.
type failingMedium struct {
	data []byte
	err  error
}

func (m failingMedium) ReadAt(b []byte, off int64) (int, error) {
	if off >= int64(len(m.data)) {
		return 0, m.err
	}
	n := copy(b, m.data[off:])
	if n < len(b) {
		return n, m.err
	}
	return n, nil
}

// TestMediumFails: a file that shrinks or a disk that fails gives a report
// that the document cannot be read, and is told on standard error.
func TestMediumFails(t *testing.T) {
	data, err := os.ReadFile("../../../testdata/samples/certificate.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]failingMedium{
		"shrinks": {data[:20_000], io.EOF},
		"fails":   {data[:20_000], errors.New("input/output error")},
		"empty":   {nil, io.EOF},
	} {
		e, errs := testEnv()
		doc, err := e.read(context.Background(), "x.pdf", &input{name: "x.pdf", r: m, size: int64(len(data))}, eseal.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		v, err := verify.New(verify.NoTrust())
		if err != nil {
			t.Fatal(err)
		}
		rep, err := v.Verify(context.Background(), doc)
		if err != nil {
			t.Fatal(err)
		}
		if rep.Verdict != verdict.Unreadable || exit.Of(rep) != exit.Unreadable || !strings.Contains(errs.String(), "x.pdf: ") {
			t.Errorf("%s: %s, %q", name, rep.Verdict, errs)
		}
		var b bytes.Buffer
		if err := report.Write(&b, rep, report.JSON); err != nil || !strings.Contains(b.String(), "UNREADABLE") {
			t.Errorf("%s: %v: %s", name, err, &b)
		}
	}
}

// TestStdinInterrupted: nobody types, and the wait ends with the context.
func TestStdinInterrupted(t *testing.T) {
	e, _ := testEnv()
	r, w := io.Pipe()
	defer w.Close()
	e.in = r
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.open(ctx, "-"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	e.in = failingStdin{}
	if _, err := e.open(context.Background(), "-"); codeOf(err) != exit.Unreadable {
		t.Errorf("%v", err)
	}
}

type failingStdin struct{}

func (failingStdin) Read([]byte) (int, error) { return 0, errors.New("the terminal is gone") }
