package verify_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/internal/corpora"
)

func TestZZScan(t *testing.T) {
	for _, z := range []string{"pyhanko", "dss", "interop", "rub-pdf-attacks"} {
		fsys := corpora.Open(t, "documents/"+z+".zip")
		n := map[note.Code]int{}
		files := 0
		corpora.Walk(t, fsys, func(name string, data []byte) {
			if !strings.HasSuffix(name, ".pdf") {
				return
			}
			f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), nil)
			if err != nil {
				return
			}
			files++
			for _, x := range f.Notes {
				n[x.Code]++
				if x.Code >= "K-PDF-068" {
					t.Logf("%s: %s %s %v", name, x.Code, x.Where, x.Params)
				}
			}
			for _, s := range f.Signatures {
				for _, x := range s.Notes {
					n[x.Code]++
					if x.Code == "K-PDF-038" {
						t.Logf("%s: %s %v", name, x.Code, x.Params)
					}
				}
			}
		})
		t.Log(z, files, n)
	}
}
