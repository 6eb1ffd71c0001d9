package view

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// TestLook: what is told of each place that a changing part can stand in, and
// of plain ones nothing.
func TestLook(t *testing.T) {
	const js = "<</S/JavaScript/JS(1)>>"
	for _, c := range []struct {
		name   string
		bodies map[int]string
		want   string // kind page field where detail, "; " between
	}{
		{"plain", nil, ""},
		{"script on printing", map[int]string{1: "<</Pages 2 0 R/AA<</WP " + js + ">>>>"}, "script 0 '' AA/WP JavaScript"},
		{"script of a page", map[int]string{3: "<</AA<</O 5 0 R>>>>", 5: js}, "script 1 '' AA/O JavaScript"},
		{"script behind another action", map[int]string{3: "<</Annots[<</Rect[0 0 1 1]/Subtype/Link/A<</S/URI/URI(x)/Next[" + js + "]>>>>]>>"}, "script 1 '' A JavaScript"},
		{"script of an outline item", map[int]string{1: "<</Pages 2 0 R/Outlines 5 0 R>>", 5: "<</First 6 0 R>>", 6: "<</A " + js + ">>"}, "script 0 '' A JavaScript"},
		{"script under a doubled key", map[int]string{1: "<</Pages 2 0 R/OpenAction " + js + "/OpenAction[3 0 R/Fit]>>"}, "script 0 '' OpenAction JavaScript"},
		{"script of a parent field", map[int]string{1: "<</Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>", 3: "<</Annots[6 0 R]>>",
			5: "<</T(a)/FT/Tx/Kids[6 0 R]/AA<</C " + js + ">>>>", 6: "<</T(b)/Parent 5 0 R/Subtype/Widget/Rect[0 0 1 1]>>"}, "script 0 'a' AA/C JavaScript"},
		{"a structure element named as an action", map[int]string{1: "<</Pages 2 0 R/Other<</Type/StructElem/S/Hide>>>>"}, ""},
		{"goes elsewhere by itself", map[int]string{1: "<</Pages 2 0 R/OpenAction<</S/GoToR/F(x.pdf)>>>>"}, "launch 0 '' OpenAction GoToR"},
		{"goes to a page by itself", map[int]string{1: "<</Pages 2 0 R/OpenAction<</S/GoTo/D[3 0 R/Fit]>>>>"}, ""},
		{"sends a form on a click", map[int]string{3: "<</Annots[<</Rect[0 0 1 1]/Subtype/Widget/FT/Btn/T(b)/A<</S/SubmitForm/F(x)>>>>]>>"}, ""},
		{"layers that are on", map[int]string{1: "<</Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</ON[5 0 R]/Order[5 0 R]>>>>>>", 5: "<</Type/OCG/Name(a)>>"}, ""},
		{"all layers off but named", map[int]string{1: "<</Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</BaseState/OFF>>>>>>", 5: "<</Type/OCG>>"}, "layer 0 '' OCProperties OFF"},
		{"another configuration", map[int]string{1: "<</Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<<>>/Configs[<</OFF[5 0 R]>>]>>>>", 5: "<</Type/OCG>>"}, "layer 0 '' OCProperties Configs"},
		{"shown when a layer is off", map[int]string{3: "<</Resources<</Properties<</m<</Type/OCMD/OCGs 5 0 R/P/AllOff>>>>>>>>", 5: "<</Type/OCG>>"}, "layer 1 '' 'no key' OCMD"},
		{"zoom turns a layer off", map[int]string{1: "<</Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</AS[<</Event/View/Category[/Zoom]/OCGs[5 0 R]>>]>>>>>>", 5: "<</Type/OCG/Usage<</Zoom<</min 2>>>>>>"}, "layer 0 '' OCProperties AS View"},
		{"printing leaves a layer on", map[int]string{1: "<</Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</AS[<</Event/Print/Category[/Print]/OCGs[5 0 R]>>]>>>>>>", 5: "<</Type/OCG/Usage<</Print<</PrintState/ON>>>>>>"}, ""},
		{"another picture in print", map[int]string{3: "<</Resources<</XObject<</I 5 0 R>>>>>>", 5: stream("/Subtype/Image/Alternates[<</Image 6 0 R/DefaultForPrinting true>>]", "")}, "print 1 '' 'no key' Alternates"},
		{"a page of another file", map[int]string{3: "<</Resources<</XObject<</I 5 0 R>>>>>>", 5: stream("/Subtype/Form/Ref<</F(x.pdf)/Page 0>>", "")}, "outside 1 '' 'no key' Ref"},
		{"a picture of all pages in another file", map[int]string{2: "<</Kids[3 0 R]/Resources<</XObject<</I 5 0 R>>>>>>", 5: stream("/Subtype/Image/F(x.jpg)", "")}, "outside 0 '' 'no key' F"},
		{"the viewer draws signature fields anew", map[int]string{1: "<</Pages 2 0 R/AcroForm<</NeedAppearances true/Fields[5 0 R]>>>>", 5: "<</FT/Sig/T(s)>>"}, ""},
		{"the viewer draws fields anew", map[int]string{1: "<</Pages 2 0 R/AcroForm<</NeedAppearances true/Fields[5 0 R]>>>>", 5: "<</FT/Tx/T(s)>>"}, "computed 0 '' AcroForm NeedAppearances"},
		{"a value that nothing draws", map[int]string{1: "<</Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>", 5: "<</FT/Tx/T(a)/V(1)/Rect[0 0 9 9]/Subtype/Widget>>"}, "undrawn 0 'a' V "},
		{"a hidden value", map[int]string{1: "<</Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>", 5: "<</FT/Tx/T(a)/V(1)/F 2/Rect[0 0 9 9]/Subtype/Widget>>"}, ""},
		{"a box that is on against its value", box("/V/Off/AS/Yes"), "contradiction 1 'b' V "},
		{"a box that is off against its value", box("/V/Yes/AS/Off"), "undrawn 1 'b' V "},
		{"a box that is on", box("/V/Yes/AS/Yes"), ""},
		{"a box without a value", box("/AS/Off"), ""},
		{"a hidden annotation that prints", map[int]string{3: "<</Annots[<</Subtype/Square/Rect[0 0 9 9]/F 38/AP<</N 5 0 R>>>>]>>"}, ""},
		{"a 3D annotation", map[int]string{3: "<</Annots[<</Subtype/3D/Rect[0 0 9 9]>>]>>"}, "media 1 '' 'no key' 3D"},
	} {
		_, got := looked(t, document(c.bodies), purse.Limits{})
		var list []string
		for _, it := range got.Items {
			where := it.Where
			if where == "" {
				where = "'no key'"
			}
			list = append(list, fmt.Sprintf("%s %d '%s' %s %s", it.Kind, it.Page, it.Field, where, it.Detail))
		}
		if s := strings.Join(list, "; "); s != c.want || got.Missed != "" {
			t.Errorf("%s: %q missed %q, want %q", c.name, s, got.Missed, c.want)
		}
	}
}

// box is a document with a check box.
func box(state string) map[int]string {
	return map[int]string{1: "<</Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>", 3: "<</Annots[5 0 R]>>", 6: stream("/Subtype/Form", ""),
		5: "<</FT/Btn/T(b)/Subtype/Widget/Rect[0 0 9 9]/P 3 0 R/AP<</N<</Yes 6 0 R>>>>" + state + ">>"}
}

// TestHostileDocuments: circles and endless chains end, and what was not
// looked at is said.
func TestHostileDocuments(t *testing.T) {
	chain := map[int]string{1: "<</Pages 2 0 R/Outlines 10 0 R>>"}
	for i := range 20000 {
		chain[10+i] = fmt.Sprintf("<</Next %d 0 R>>", 11+i)
	}
	chain[20010] = "<</A<</S/JavaScript/JS(1)>>>>"
	_, got := looked(t, document(chain), purse.Limits{})
	if len(got.Items) != 1 || got.Missed != "" {
		t.Errorf("a long chain: %+v", got)
	}
	many := map[int]string{1: "<</Pages 2 0 R/X[" + strings.Repeat("<</S/JavaScript/JS(1)>>", 50) + "]>>"}
	for i := range 300 {
		many[10+i] = "<</S/JavaScript/JS(1)>>"
		many[1] = strings.Replace(many[1], "]", fmt.Sprintf(" %d 0 R]", 10+i), 1)
	}
	if _, got = looked(t, document(many), purse.Limits{}); len(got.Items) != maxItems || got.More != 281 {
		t.Errorf("many scripts: %d and %d more", len(got.Items), got.More)
	}
	for name, bodies := range map[string]map[int]string{
		"page tree":     {2: "<</Kids[2 0 R 3 0 R]>>"},
		"parent fields": {1: "<</Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>", 5: "<</T(a)/FT/Tx/Parent 6 0 R>>", 6: "<</T(b)/Parent 5 0 R/Kids[5 0 R]>>"},
		"actions":       {1: "<</Pages 2 0 R/OpenAction 5 0 R>>", 5: "<</S/GoTo/Next 6 0 R>>", 6: "<</S/GoTo/Next[5 0 R 6 0 R]>>"},
		"forms":         {3: "<</Resources<</XObject<</A 5 0 R>>>>>>", 5: stream("/Subtype/Form/Resources<</XObject<</A 5 0 R>>>>", "/A Do")},
		"no page tree":  {1: "<</Pages 9 0 R>>"},
		"references":    {1: "<</Pages 2 0 R/OpenAction 5 0 R>>", 5: "6 0 R", 6: "5 0 R"},
	} {
		f, got := looked(t, document(bodies), purse.Limits{})
		if f.Exhausted != nil || (strings.Contains(name, "page tree")) != (got.Missed == "page tree") {
			t.Errorf("%s: %+v", name, got)
		}
	}
	f, got := looked(t, document(chain), purse.Limits{Objects: 120_000})
	if got.Missed != Limit || f.Exhausted != nil {
		t.Errorf("short purse: missed %q, exhausted %v", got.Missed, f.Exhausted)
	}
}

// TestSaid: the text of a seal is told where every letter is known.
func TestSaid(t *testing.T) {
	const font = "/Resources<</Font<</F 9 0 R>>>>"
	for _, c := range []struct{ name, font, look, want string }{
		{"plain", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", stream(font, "BT /F 9 Tf (Mayor of) Tj 0 -9 Td [(Mi)-20(hon)-400(Town)] TJ ET"), "Mayor of Mihon Town"},
		{"letter by letter", "<</Subtype/Type0/BaseFont/K/Encoding/UniJIS-UTF16-H>>", stream(font, "BT /F 9 Tf <898b> Tj ET BT 0 1 Td <672c> Tj ET BT <753a> Tj ET"), "見本町"},
		{"a form within", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", stream("/Resources<</XObject<</n0 8 0 R>>>>", "q /n0 Do Q"), "inside"},
		{"letters of its own", "<</Subtype/Type3/BaseFont/X>>", stream(font, "BT /F 9 Tf (Mayor) Tj ET"), ""},
		{"pictures for letters", "<</Subtype/Type1/BaseFont/ZapfDingbats>>", stream(font, "BT /F 9 Tf (Mayor) Tj ET"), ""},
		{"not seen", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", stream(font, "BT 3 Tr /F 9 Tf (Mayor) Tj ET"), ""},
		{"no font", "<</Type/Font>>", stream(font, "BT (Mayor) Tj ET"), ""},
		{"in a circle", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", stream("/Resources<</XObject<</n0 7 0 R>>>>", "/n0 Do"), ""},
		{"a picture", "<</Type/Font>>", stream("/Resources<</XObject<</n0 6 0 R>>>>", "/n0 Do"), ""},
	} {
		data := document(map[int]string{4: "<</Subtype/Widget/FT/Sig/Rect[0 0 9 9]/AP<</N 7 0 R>>>>", 6: stream("/Subtype/Image", ""), 7: c.look,
			8: stream("/Subtype/Form"+font, "BT /F 9 Tf (inside) Tj ET"), 9: c.font})
		f, _ := looked(t, data, purse.Limits{})
		if got := Said(f, 1, pdf.Ref{Number: 4}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAlternatingStreams: objects that lie in turn in two streams, each too
// large to keep beside the other, do not cost a decoding each without end.
func TestAlternatingStreams(t *testing.T) {
	const hops = 3000
	var even, odd []string
	for i := range hops {
		body := fmt.Sprintf("<</Next %d 0 R>>", 100+i+1)
		if i%2 == 0 {
			even = append(even, body)
		} else {
			odd = append(odd, body)
		}
	}
	data := packed(t, "<</Pages 2 0 R/Outlines 100 0 R>>", even, odd, 7<<20)
	f, got := looked(t, data, purse.Limits{})
	if took := f.Purse().Left(purse.Objects); got.Missed != Limit && took > purse.DefaultObjects/2 {
		t.Errorf("looked at all: missed %q, %d objects left", got.Missed, took)
	}
}
