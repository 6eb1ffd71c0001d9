package verify_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
)

// replays are the documents of this run that were replayed: suites judge the
// same ones under many policies.
var replays sync.Map

// replayedOnce is replayed for the first judgement of a document.
func replayedOnce(t testing.TB, v *verify.Verifier, data []byte, o eseal.Options, rep *verify.Report) {
	t.Helper()
	if testing.Short() {
		return
	}
	key := sha256.New()
	key.Write(data)
	for _, d := range o.Detached {
		fmt.Fprint(key, d.Name, d.Size)
	}
	for _, d := range o.Digests {
		fmt.Fprint(key, d.Algorithm, d.Value)
	}
	fmt.Fprint(key, o.Password, o.Limits)
	if _, done := replays.LoadOrStore([32]byte(key.Sum(nil)), true); !done {
		replayed(t, v, data, o, rep)
	}
}

// replayed holds the replay of saved evidence, with the document and without
// it, against the report: octet for octet.
func replayed(t testing.TB, v *verify.Verifier, data []byte, o eseal.Options, rep *verify.Report, expect ...verify.Expect) []byte {
	t.Helper()
	ctx := context.Background()
	doc, err := eseal.Open(ctx, bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	ev, err := v.Collect(ctx, doc, rep.ValidationTime.Time)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	judged, err := v.Save(ctx, &out, ev, rep.ValidationTime.Time, expect...)
	if err != nil {
		t.Errorf("%s: save: %v", o.Name, err)
		return nil
	}
	want := written(t, judged, report.JSON)
	if o.Limits == (purse.Limits{}) && !bytes.Equal(written(t, rep, report.JSON), want) {
		t.Errorf("%s: the report that was saved is another one", o.Name) // near a limit each judgement may be
	}
	s, err := verify.OpenSaved(out.Bytes(), verify.SavedOptions{Version: rep.Tool.Version, Limits: doc.Purse.Limits()})
	if err != nil {
		t.Fatalf("%s: open: %v", o.Name, err)
	}
	same := func(how string, got *verify.Report, err error) {
		if err != nil {
			t.Errorf("%s, %s: %v", o.Name, how, err)
			return
		}
		if b := written(t, got, report.JSON); !bytes.Equal(b, want) {
			i := 0
			for i < min(len(b), len(want)) && b[i] == want[i] {
				i++
			}
			t.Errorf("%s, %s: differs at octet %d: %.300s\nwant %.300s", o.Name, how, i, b[max(0, i-100):], want[max(0, i-100):])
		}
	}
	got, err := s.Replay(ctx)
	same("without the document", got, err)
	file := eseal.Detached{R: bytes.NewReader(data), Size: int64(len(data))}
	got, err = s.ReplayWith(ctx, file, o.Password)
	same("with the document", got, err)
	if len(o.Detached) > 0 {
		got, err = s.ReplayWith(ctx, file, o.Password, o.Detached...)
		same("with the document and its content", got, err)
	}
	return out.Bytes()
}
