package eseal_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// written writes the facts of a document down.
func written(t testing.TB, data []byte, o eseal.Options) (doc *eseal.Document, text []byte, blobs map[[32]byte][]byte) {
	t.Helper()
	ctx := context.Background()
	doc, err := eseal.Open(ctx, bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	f, err := doc.Facts(ctx)
	if err != nil {
		t.Fatalf("%s: %v", o.Name, err)
	}
	blobs = map[[32]byte][]byte{}
	if text, err = f.Marshal(blobs); err != nil {
		t.Fatalf("%s: %v", o.Name, err)
	}
	return doc, text, blobs
}

// again builds a document from its facts alone and compares what both say.
func again(t testing.TB, data []byte, o eseal.Options) {
	t.Helper()
	doc, text, blobs := written(t, data, o)
	f, err := eseal.ReadFacts(text, blobs, nil)
	if err != nil {
		t.Errorf("%s: %v", o.Name, err)
		return
	}
	second, err := f.Document(context.Background())
	if err != nil {
		t.Errorf("%s: %v", o.Name, err)
		return
	}
	if got, want := facts(second), facts(doc); got != want {
		i := 0
		for i < min(len(got), len(want)) && got[i] == want[i] {
			i++
		}
		t.Errorf("%s: differs: %.200q, want %.200q", o.Name, got[i:], want[i:])
	}
}

// TestFactsOfCorpora: every PDF of the corpora, and the messages of the suites
// of CMS, say the same without their file.
func TestFactsOfCorpora(t *testing.T) {
	if testing.Short() {
		t.Skip("opens every PDF of the corpora")
	}
	n := 0
	corpora.PDFs(t, func(p corpora.PDF) {
		n++
		again(t, p.Data, eseal.Options{Name: p.Name, Password: []byte(p.Password)})
	})
	for _, suite := range []string{"pki/cms.zip", "pki/rfc3161.zip", "pki/hostile.zip", "documents/interop.zip", "documents/dss.zip", "documents/bc-test-data.zip", "documents/digidoc4j.zip"} {
		corpora.Walk(t, corpora.Open(t, suite), func(name string, data []byte) {
			if strings.HasSuffix(strings.ToLower(name), ".pdf") || len(data) > 4<<20 {
				return
			}
			n++
			again(t, data, eseal.Options{Name: suite + "/" + name})
		})
	}
	t.Logf("%d files", n)
	if n < 1000 {
		t.Errorf("only %d files", n)
	}
}

// TestFactsOfSamples is the same for what the repository has, with content
// beside it.
func TestFactsOfSamples(t *testing.T) {
	samples, err := filepath.Glob("../testdata/samples/*.*")
	if err != nil || len(samples) < 8 {
		t.Fatal(err, samples)
	}
	notice, err := os.ReadFile("../testdata/samples/notice.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range samples {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		again(t, data, eseal.Options{Name: name})
		again(t, data, eseal.Options{Name: name, Detached: []eseal.Detached{{Name: "notice.txt", R: bytes.NewReader(notice), Size: int64(len(notice))}}})
	}
	for _, a := range verifytest.Deviations() {
		s := verifytest.MakeSpecimen(a.Name)
		again(t, s.Document, eseal.Options{Name: a.Name})
	}
}

// FuzzFacts: facts that are accepted are spelled in the one way, and what is
// built from them breaks nothing.
func FuzzFacts(f *testing.F) {
	known := map[[32]byte][]byte{}
	w := verifytest.New()
	for _, data := range [][]byte{w.CMS(verifytest.CMSTemplate{Content: []byte("content")}), []byte("no document"), sampleOctets(f, "certificate.pdf"), sampleOctets(f, "notice.txt.tst")} {
		_, text, blobs := written(f, data, eseal.Options{})
		for k, v := range blobs {
			known[k] = v
		}
		f.Add(text)
	}
	_, pdf, _ := written(f, sampleOctets(f, "certificate.pdf"), eseal.Options{})
	for _, c := range [][2]string{{`"First": 2`, `"First": -9223372036854775808`}, {`"Revision": 2`, `"Revision": 9223372036854775807`}, {`"Kind": "pdf"`, `"Kind": "unknown"`},
		{`"Kind": "pdf"`, `"Kind": "xml"`}, {`"Size": 63469`, `"Size": 1`}, {`"Levels"`, `"Noted": -1, "Levels"`}} {
		f.Add(bytes.ReplaceAll(pdf, []byte(c[0]), []byte(c[1])))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := eseal.ReadFacts(text, known, nil)
		if err != nil {
			return
		}
		if again, err := read.Marshal(map[[32]byte][]byte{}); err != nil || !bytes.Equal(again, text) {
			t.Fatalf("%v: written again it is %q", err, again)
		}
		if read.Limits() != (eseal.Options{}).Limits { // wide limits are the caller's choice, see verify.SavedOptions
			return
		}
		doc, err := read.Document(context.Background())
		if (doc == nil) == (err == nil) {
			t.Fatalf("%v, %v", doc, err)
		}
	})
}

func sampleOctets(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../testdata/samples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
