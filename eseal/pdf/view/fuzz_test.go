package view

import (
	"bytes"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// FuzzLook: whatever the octets, looking ends, leaves enough to judge by, lists
// in order, and says so when it did not see all.
func FuzzLook(f *testing.F) {
	f.Add(document(nil))
	f.Add(document(map[int]string{1: "<</Pages 2 0 R/OpenAction<</S/JavaScript/JS(1)>>/AcroForm<</Fields[5 0 R]/NeedAppearances true>>>>", 5: "<</FT/Tx/T(a)/V(1)>>"}))
	f.Add(document(box("/V/Off/AS/Yes")))
	f.Add(document(map[int]string{1: "<</Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>>>", 5: "<</Type/OCG/Usage<</Print<</PrintState/OFF>>>>>>"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := pdf.Open(bytes.NewReader(data), int64(len(data)), purse.New(purse.Limits{Bytes: 8 << 20, Objects: 100_000}))
		if err != nil || len(file.Revisions) == 0 || file.Exhausted != nil {
			return
		}
		got := Look(file, len(file.Revisions))
		if !slices.IsSortedFunc(got.Items, func(a, b Item) int { return order(a.Kind) - order(b.Kind) }) {
			t.Fatalf("not in order: %v", got.Items)
		}
		for _, it := range got.Items {
			if order(it.Kind) < 0 {
				t.Fatalf("unknown kind %q", it.Kind)
			}
		}
		if file.Exhausted != nil && got.Missed == "" {
			t.Fatal("the purse ran out, and nothing is missed")
		}
		for _, s := range file.Signatures {
			if text := Said(file, len(file.Revisions), s.Field.Widget); len(text) > 8*maxSaid+4 {
				t.Fatalf("%d octets of text", len(text))
			}
		}
	})
}
