package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
)

func TestSignedFile(t *testing.T) {
	w := signed()
	f := w.open(t)
	s := f.Signatures[0]
	if len(f.Notes) > 0 || len(s.Notes) > 0 || s.Problem != nil {
		t.Fatalf("notes %v %v %v", f.Notes, s.Notes, s.Problem)
	}
	if s.Field.Name != "Seal" || s.Field.Page != 1 || s.Field.Visible || s.Field.Type != "approval" || s.ObjectNumber != 5 || !s.Reached {
		t.Errorf("field %+v, object %d", s.Field, s.ObjectNumber)
	}
	if s.Revision != 2 || s.Introduced != 2 || s.SubFilter != "ETSI.CAdES.detached" || s.DocTimeStamp {
		t.Errorf("%+v", s)
	}
	c := s.Coverage
	if !c.Valid || !c.WholeFile || !c.WholeRevision || !c.GapIsContents || len(c.NotCovered) != 0 || len(c.Problems) != 0 {
		t.Errorf("coverage %+v", c)
	}
	got, err := io.ReadAll(s.Signed(bytes.NewReader(w.Bytes())))
	want := slices.Concat(w.Bytes()[:s.ContentsStart], w.Bytes()[s.ContentsEnd:])
	if err != nil || !bytes.Equal(got, want) || c.SignedBytes != int64(len(want)) {
		t.Errorf("%d octets, %v; want all but /Contents, %d", len(got), err, len(want))
	}
}

// custom is a signed file whose signature dictionary is written by hand; in
// rng, $a $b $n stand for the start and end of /Contents and the octets behind.
func custom(dict, contents, rng string) *writer {
	w := plain()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>").obj(4, fmt.Sprintf(widget0, "S", 5))
	room := fmt.Sprintf("%-60s", "$RANGE")
	w.obj(5, "<<"+dict+"/Contents "+contents+room+">>").end("")
	a := bytes.LastIndex(w.Bytes(), []byte("/Contents "+contents)) + len("/Contents ")
	b := a + len(contents)
	rng = strings.NewReplacer("$a", fmt.Sprint(a), "$b", fmt.Sprint(b), "$n", fmt.Sprint(w.Len()-b)).Replace(rng)
	copy(w.Bytes()[bytes.Index(w.Bytes(), []byte("$RANGE")):], fmt.Sprintf("%-60s", rng))
	return w
}

func TestCoverageFacts(t *testing.T) {
	whole := "/ByteRange[0 $a $b $n]"
	cases := []struct {
		name, dict, contents, rng string
		valid                     bool
		codes                     []note.Code
	}{
		{"right", sigEntries, "<30>", whole, true, nil},
		{"odd digits", sigEntries, "<300>", whole, true, []note.Code{CodeContentsOddDigits}},
		{"white space", sigEntries, "<30 00>", whole, true, []note.Code{CodeContentsBlank}},
		{"comment inside", sigEntries, "<30%x\n00>", whole, false, []note.Code{CodeContentsForeign}},
		{"literal string", sigEntries, "(0)", whole, false, []note.Code{CodeContentsNotHex}},
		{"no string", sigEntries, "null", whole, false, []note.Code{CodeContentsAbsent}},
		{"no range", sigEntries, "<30>", "", false, []note.Code{CodeRangeAbsent}},
		{"gap too wide", sigEntries, "<30>", "/ByteRange[0 $a 9999 0]", false, []note.Code{CodeRangeBeyond}},
		{"doubled range", sigEntries + "/ByteRange[0 1 2 3]", "<30>", whole, false, []note.Code{CodeDuplicateKey}},
		{"doubled contents", sigEntries + "/Contents<31>", "<30>", whole, false, []note.Code{CodeDuplicateKey}},
		{"type of a time-stamp", "/Type/DocTimeStamp/SubFilter/adbe.pkcs7.detached", "<30>", whole, true, []note.Code{CodeSigType}},
		{"time-stamp without its type", "/SubFilter/ETSI.RFC3161", "<30>", whole, true, []note.Code{CodeSigType}},
		{"unknown encoding", "/Type/Sig/SubFilter/x.y", "<30>", whole, true, []note.Code{CodeSubFilter}},
		{"no encoding", "/Type/Sig", "<30>", whole, true, []note.Code{CodeSubFilter}},
		{"no date", sigEntries + "/M(today)", "<30>", whole, true, []note.Code{CodeSigDate}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := custom(c.dict, c.contents, c.rng)
			s := w.one(t)
			if s.Coverage.Valid != c.valid {
				t.Errorf("valid %v: %v %v", s.Coverage.Valid, s.Coverage.Problems, s.Notes)
			}
			for _, code := range c.codes {
				wantCode(t, code, s.Notes, s.Coverage.Problems)
			}
			if len(c.codes) == 0 && len(s.Notes)+len(s.Coverage.Problems) > 0 {
				t.Errorf("%v %v", s.Notes, s.Coverage.Problems)
			}
			checkSignature(t, s, w.Bytes())
		})
	}
}

func TestRangeThatIsNearlyRight(t *testing.T) {
	base := custom(sigEntries, "<30>", "/ByteRange[0 $a $b $n]")
	s := base.one(t)
	a, b, n := s.ByteRange[1], s.ByteRange[2], s.ByteRange[3]
	for _, c := range []struct {
		name string
		rng  string
		code note.Code
	}{
		{"gap one wider before", fmt.Sprintf("[0 %d %d %d]", a-1, b, n), CodeGapWide},
		{"gap one wider behind", fmt.Sprintf("[0 %d %d %d]", a, b+1, n-1), CodeGapWide},
		{"delimiters are signed", fmt.Sprintf("[0 %d %d %d]", a+1, b-1, n+1), CodeGapWide},
		{"one short at the end", fmt.Sprintf("[0 %d %d %d]", a, b, n-2), CodeRangeEnd},
		{"end of line not signed", fmt.Sprintf("[0 %d %d %d]", a, b, n-1), CodeRangeEOL},
		{"gap elsewhere", fmt.Sprintf("[0 %d %d %d]", 10, 20, int(b+n)-20), CodeGapElsewhere},
	} {
		w := custom(sigEntries, "<30>", "/ByteRange"+c.rng)
		s := w.one(t)
		wantCode(t, c.code, s.Coverage.Problems)
		if s.Coverage.Valid != (c.code == CodeRangeEOL) {
			t.Errorf("%s: valid %v, %v", c.name, s.Coverage.Valid, s.Coverage.Problems)
		}
	}
}

func TestFieldFacts(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[10 0 R 4 0 R 12 0 R]>>/Perms<</DocMDP 5 0 R/UR3 15 0 R>>>>")
	w.obj(2, "<</Type/Pages/Kids[3 0 R 7 0 R]/Count 2>>").obj(3, "<</Type/Page/Parent 2 0 R>>").obj(7, "<</Type/Page/Parent 2 0 R/Annots[4 0 R 14 0 R]>>")
	w.obj(4, "<</Type/Annot/Subtype/Widget/FT/Sig/T(\xfe\xff\x89\xd2\x53\x70)/Rect[10 10 90.5 40]/F 4/V 5 0 R/Lock<</Action/Include/Fields[(a)(b)]/P 1>>/SV<</Ff 7/SubFilter[/x]/DigestMethod[(SHA256)]/MDP<</P 0>>>>>>")
	w.signature(5, sigEntries+"/Name(N)/Reason(R)/Location(L)/ContactInfo(C)/M(D:20260101000000Z)/Cert(c)/Reference[<</TransformMethod/DocMDP/TransformParams<</P 1>>>><</TransformMethod/FieldMDP/TransformParams<</Action/All/Fields[(x)]>>>>]")
	w.obj(10, "<</T(group)/FT/Sig/V 16 0 R/Kids[11 0 R]>>").obj(11, "<</T(part)/Parent 10 0 R/Kids[13 0 R 14 0 R]>>")
	w.obj(13, "<</Subtype/Widget/Rect[0 0 0 0]/P 3 0 R>>").obj(14, "<</Subtype/Widget/Rect[0 0 5 5]/F 2>>")
	w.obj(12, "<</FT/Sig/T(twin)/V 5 0 R>>").signature(15, sigEntries).signature(16, tstEntries)
	f := w.end("").open(t)
	if len(f.Signatures) != 3 {
		t.Fatalf("%d signatures", len(f.Signatures))
	}
	seal, rights, stamp := f.Signatures[0], f.Signatures[1], f.Signatures[2]
	if fl := seal.Field; fl.Name != "角印" || fl.Page != 2 || !fl.Visible || fl.Rect != [4]float64{10, 10, 90.5, 40} || fl.Type != "certification" || !slices.Equal(fl.Names, []string{"角印", "twin"}) {
		t.Errorf("seal %+v", fl)
	}
	wantCode(t, CodeTwoFields, seal.Notes)
	if seal.Name+seal.Reason+seal.Location+seal.ContactInfo != "NRLC" || seal.M == nil || seal.DocMDP != 1 || string(seal.Cert[0]) != "c" {
		t.Errorf("seal %+v", seal)
	}
	if l, m, v := seal.Lock, seal.FieldMDP, seal.SeedValue; l == nil || l.P != 1 || len(l.Fields) != 2 || m == nil || m.Action != "All" || v == nil || v.MDP != 0 || v.Flags != 7 || v.DigestMethods[0] != "SHA256" {
		t.Errorf("lock %+v, FieldMDP %+v, seed value %+v", l, m, v)
	}
	if f.DocMDP == nil || f.DocMDP.Signature != seal || f.DocMDP.P != 1 {
		t.Errorf("DocMDP %+v", f.DocMDP)
	}
	if !rights.UsageRights || !rights.Reached || rights.Field.Name != "" {
		t.Errorf("usage rights %+v", rights)
	}
	if stamp.Field.Name != "group.part" || !stamp.DocTimeStamp || stamp.Field.Visible || stamp.Field.Page != 2 {
		t.Errorf("stamp %+v", stamp.Field)
	}
}

func TestValuesThatAreNoSignature(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 5 0 R 6 0 R 7 0 R 8 0 R]>>>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>")
	w.obj(4, "<</FT/Sig/T(unsigned)>>").obj(5, "<</FT/Sig/T(dangling)/V 99 0 R>>").obj(6, "<</FT/Sig/T(text)/V(x)>>")
	w.obj(7, "<</FT/Sig/T(broken)/V 9 0 R>>").obj(8, "<</FT/Sig/T(direct)/V<</ByteRange[0 1 2 3]/Contents<30>>>>>")
	w.offs[9] = 12
	f := w.end("").open(t)
	var got []string
	for _, s := range f.Signatures {
		got = append(got, fmt.Sprint(s.Field.Name, s.Problem != nil))
		if s.Coverage.Valid {
			t.Errorf("%s has valid coverage", s.Field.Name)
		}
	}
	slices.Sort(got)
	if want := []string{"brokentrue", "directfalse", "texttrue"}; !slices.Equal(got, want) {
		t.Errorf("entries %v, want %v", got, want)
	}
}

func TestShadowedAndUnreachedSignatures(t *testing.T) {
	w := signed()
	w.obj(5, "<<"+sigEntries+"/Reason(other)/ByteRange[0 1 2 3]/Contents<30>>>").end("")
	f := w.open(t)
	if len(f.Signatures) != 2 {
		t.Fatalf("%d signatures, want the shown and the shadowed one", len(f.Signatures))
	}
	old, shown := f.Signatures[0], f.Signatures[1]
	wantCode(t, CodeSigShadowed, old.Notes)
	if old.Reached || !old.Coverage.Valid || old.Field.Name != "Seal" || old.Revision != 2 || !shown.Reached || shown.Coverage.Valid {
		t.Errorf("old %+v\nshown %+v", old, shown)
	}

	w = signed() // the dictionary of another revision's range
	r := f.Signatures[0].ByteRange
	w.obj(5, fmt.Sprintf("<<%s/ByteRange[%d %d %d %d]/Contents<30>>>", sigEntries, r[0], r[1], r[2], r[3])).end("")
	f = w.open(t)
	for _, code := range []note.Code{CodeGapElsewhere, CodeSigOutside, CodeSigReplaced} {
		wantCode(t, code, f.Signatures[1].Coverage.Problems)
	}

	w = plain()
	w.signature(9, sigEntries).end("").seal()
	s := w.one(t)
	wantCode(t, CodeSigNotReached, s.Notes)
	if s.Reached || !s.Coverage.Valid || s.ObjectNumber != 9 {
		t.Errorf("%+v", s)
	}

	w = plain() // an attached PDF inside a stream is another document
	w.stream(9, "/Type/EmbeddedFile", signed().String()).end("")
	if f := w.open(t); len(f.Signatures) != 0 {
		t.Errorf("%d signatures out of an attachment", len(f.Signatures))
	}

	w = plain() // a dictionary that no cross-reference knows
	w.WriteString("77 0 obj<<" + sigEntries + "/ByteRange[0 1 2 3]/Contents<30>>>endobj\n")
	if s := w.one(t); s.ObjectNumber != 77 || s.Introduced != 0 {
		t.Errorf("%+v", s)
	}
}

// A signature that an update takes out of the form stays in the list, however
// its dictionary is written.
func TestFormerSignatures(t *testing.T) {
	const entries = sigEntries + "/Reason(former)"
	for name, w := range map[string]*writer{
		"escaped name":     signed().obj(5, "<<"+entries+"/Byte#52ange[0 1 2 3]/Contents<30>>>").end(""),
		"no range":         signed().obj(5, "<<"+entries+"/Contents<30>>>").end(""),
		"no dictionary":    signed().obj(5, "[1 2]").end(""),
		"object stream":    signed().stream(7, "/Type/ObjStm/N 1/First 4", "5 0 <<"+entries+"/ByteRange[0 1 2 3]/Contents<30>>>").endStream(8, "", map[int][2]int{5: {7, 0}}),
		"direct, no range": signed().obj(4, "<</FT/Sig/T(Seal)/Subtype/Widget/Rect[0 0 0 0]/V<<"+entries+">>>>").end(""),
	} {
		before := len(openBytes(t, w.Bytes()).Signatures)
		if before != 2 {
			t.Fatalf("%s: %d signatures, want the sealed one and the one that took its place", name, before)
		}
		w.obj(1, "<</Type/Catalog/Pages 2 0 R>>").obj(5, "null").end("")
		f := w.open(t)
		if len(f.Signatures) != before {
			t.Errorf("%s: %d signatures were there, %d are left", name, before, len(f.Signatures))
		}
		for _, s := range f.Signatures {
			wantCode(t, CodeSigShadowed, s.Notes)
			if s.Field.Name != "Seal" || s.Reached {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
}

func TestFileThatEndsWithinASignature(t *testing.T) {
	w := signed()
	b := w.Bytes()[:bytes.LastIndex(w.Bytes(), []byte(contentsRoom))+6]
	f := openBytes(t, b)
	if len(f.Signatures) != 1 {
		t.Fatalf("%d signatures", len(f.Signatures))
	}
	s := f.Signatures[0]
	wantCode(t, CodeSigCutOff, s.Notes)
	wantCode(t, CodeRangeBeyond, s.Coverage.Problems)
	if s.Problem == nil || s.Coverage.Valid || s.ObjectNumber != 5 || len(s.ByteRange) != 4 || s.Revision != 0 {
		t.Errorf("%+v", s)
	}
}

func TestSignatureInAnObjectStream(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>").obj(4, fmt.Sprintf(widget0, "S", 5))
	w.stream(7, "/Type/ObjStm/N 1/First 4", "5 0 <<"+sigEntries+"/ByteRange[0 1 2 3]/Contents<30>>>")
	s := w.endStream(8, "", map[int][2]int{5: {7, 0}}).one(t)
	wantCode(t, CodeSigCompressed, s.Notes)
	if s.Coverage.Valid || s.ContentsStart != -1 {
		t.Errorf("%+v", s.Coverage)
	}
}

func TestSignedOfABrokenRange(t *testing.T) {
	for _, r := range [][]int64{nil, {0}, {0, 1, 2}, {0, -1}, {-1, 5}, {0, 1 << 62, 1 << 62, 5}, {200, 1}, {0, 101}, {200, 0}, {-1, 1}, {-1, 0}, {1, 100}} {
		s := &Signature{ByteRange: r, size: 100}
		if n, err := io.Copy(io.Discard, s.Signed(strings.NewReader("x"))); !errors.Is(err, errNoRange) || n > 0 {
			t.Errorf("%v gave %d octets", r, n)
		}
	}
}

func TestSignedOfARange(t *testing.T) {
	text := strings.Repeat("0123456789", 10)
	for _, c := range []struct {
		ranges []int64
		want   string
	}{{[]int64{0, 100}, text}, {[]int64{100, 0}, ""}, {[]int64{0, 0, 90, 10}, "0123456789"}, {[]int64{0, 2, 8, 2}, "0189"}} {
		s := &Signature{ByteRange: c.ranges, size: 100}
		if b, err := io.ReadAll(s.Signed(strings.NewReader(text))); err != nil || string(b) != c.want {
			t.Errorf("%v gave %q, %v", c.ranges, b, err)
		}
	}
}

// Entries are read as the revision that brought the dictionary has them.
func TestEntriesOfAnOlderRevision(t *testing.T) {
	w := plain()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>").obj(4, fmt.Sprintf(widget0, "S", 5)).obj(9, "(one)")
	w.signature(5, sigEntries+"/Reason 9 0 R/Cert[(a)(b)7]").end("").seal().obj(9, "(two)").end("")
	if s := w.one(t); s.Reason != "one" || len(s.Cert) != 2 || s.Introduced != 2 {
		t.Errorf("%+v", s)
	}
}

func TestTypesOfSignatures(t *testing.T) {
	for dict, odd := range map[string]bool{
		sigEntries: false, tstEntries: false, strings.Replace(sigEntries, "/Type/Sig", "", 1): false,
		strings.Replace(sigEntries, "/Type/Sig", "/Type/Foo", 1): true, strings.Replace(tstEntries, "DocTimeStamp", "Sig", 1): true,
	} {
		s := custom(dict, "<30>", "/ByteRange[0 $a $b $n]").one(t)
		if slices.Contains(codes(s.Notes), CodeSigType) != odd {
			t.Errorf("%s: %v", dict, s.Notes)
		}
	}
}

// A dictionary that cannot be read is reported wherever it is referred to.
func TestUnreadableDictionaries(t *testing.T) {
	w := newWriter()
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>/Perms<</DocMDP 9 0 R>>>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>").obj(4, "<</FT/Sig/T(a)/V 8 0 R>>")
	w.offs[8], w.offs[9] = 12, 13
	f := w.end("").open(t)
	if len(f.Signatures) != 2 {
		t.Fatalf("%v", f.Signatures)
	}
	for _, s := range f.Signatures {
		if s.Problem == nil || slices.Contains(codes(s.Notes), CodeSigNotDict) || !s.Reached {
			t.Errorf("%+v", s)
		}
	}
}

// Without a place in the file a dictionary is in no revision's octets.
func TestSignaturesInAnObjectStream(t *testing.T) {
	build := func(end int) *writer {
		w := newWriter()
		w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 14 0 R]>>>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>")
		w.obj(4, fmt.Sprintf(widget0, "S", 5)).obj(14, fmt.Sprintf(widget0, "T", 15)).obj(9, "(why)")
		a := fmt.Sprintf("<<%s/ByteRange[0 1 2 %06d]/Contents<30>/Reason 9 0 R>>", sigEntries, end-2)
		head := fmt.Sprintf("5 0 15 %d ", len(a)+1)
		w.stream(7, fmt.Sprintf("/Type/ObjStm/N 2/First %d", len(head)), head+a+" "+a)
		return w.endStream(8, "", map[int][2]int{5: {7, 0}, 15: {7, 1}})
	}
	size := build(9).Len()
	for end, want := range map[int][]note.Code{9: {CodeRangeEnd, CodeSigOutside}, size: {CodeSigOutside}} {
		f := build(end).open(t)
		if len(f.Signatures) != 2 {
			t.Fatalf("%d signatures", len(f.Signatures))
		}
		for _, s := range f.Signatures {
			if got := codes(s.Coverage.Problems); s.Introduced != 0 || s.Reason != "why" || s.Coverage.Valid || !slices.Equal(got, want) {
				t.Errorf("to %d: %v, %+v", end, got, s)
			}
		}
	}
}
