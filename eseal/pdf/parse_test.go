package pdf

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
)

func parseText(s string) (Object, *parser, error) {
	p := &parser{lexer: lexer{buf: []byte(s), p: purse.New(purse.Limits{})}, names: map[string]Object{}}
	o, err := p.value()
	return o, p, err
}

func TestObjects(t *testing.T) {
	str := func(s string) *String { return &String{Value: []byte(s)} }
	cases := []struct {
		text string
		want Object
	}{
		{"true", Bool(true)}, {"false endobj", Bool(false)}, {"null", nil},
		{"0", Integer(0)}, {"-17", Integer(-17)}, {"+3", Integer(3)}, {"99999999999999999999", Integer(1<<63 - 1)}, {"-99999999999999999999", Integer(-(1<<63 - 1))},
		{"1.5", Real(1.5)}, {"-.25", Real(-.25)}, {"4.", Real(4)}, {"--5", Integer(-5)},
		{"/Name", Name("Name")}, {"/A#42C", Name("ABC")}, {"/A#4", Name("A#4")}, {"/A#zz", Name("A#zz")}, {"/", Name("")},
		{"(a(b)c)", str("a(b)c")}, {`(\n\r\t\b\f\(\)\\\x)`, str("\n\r\t\b\f()\\x")}, {`(\1012\0)`, str("A2\x00")}, {"(a\\\r\nb\r\nc\rd)", str("ab\nc\nd")}, {`(\777)`, str("\xff")},
		{"<48656C6c6f>", str("Hello")}, {"<4 8\n6>", str("H\x60")}, {"<>", str("")}, {"<4x8>", str("H")},
		{"12 0 R", Ref{12, 0}}, {"[1 2 0 R 3]", Array{Integer(1), Ref{2, 0}, Integer(3)}}, {"[]", Array{}}, {"[null]", Array{nil}},
		{"% comment\n 7", Integer(7)},
		{"<</A 1/B[/C]/D<</E null>>>>", &Dict{Entries: []Entry{{"A", Integer(1)}, {"B", Array{Name("C")}}, {"D", &Dict{}}}}},
	}
	for _, c := range cases {
		o, _, err := parseText(c.text)
		if err != nil || !equal(o, c.want) {
			t.Errorf("%q = %#v, %v; want %#v", c.text, o, err, c.want)
		}
	}
}

func TestBrokenObjects(t *testing.T) {
	for _, s := range []string{"[1 2", "<</A", "<</A 1 endobj", "(open", "<4142", "[[[", "<<[", strings.Repeat("[", 100)} {
		if o, _, err := parseText(s); err == nil && o != nil {
			t.Errorf("%q = %v", s, o)
		}
	}
	for _, s := range []string{"1 2", "<</A 1 2>>", "<<1 2>>", "R", "[1 [0 R]", "<</A>>", "] 1", "foo"} {
		if _, p, _ := parseText(s); !p.odd && p.err == nil {
			t.Errorf("%q is not seen to be odd", s)
		}
	}
	if _, _, err := parseText(strings.Repeat("[", 65)); !isEmpty(err) {
		t.Errorf("65 levels: %v", err)
	}
	if _, _, err := parseText("/" + strings.Repeat("a", maxWord+1)); err == nil {
		t.Error("a name longer than any writer's was read")
	}
}

func TestStringsKeepTheirPlace(t *testing.T) {
	text := "1 0 obj\n[(a) <41 4> <4G>]\nendobj"
	for _, pad := range []int{0, blockSize - 12, blockSize - 14, blockSize - 17, blockSize - 19} {
		b := append(bytes.Repeat([]byte(" "), pad), text...)
		p := parser{lexer: lexer{w: &window{r: bytes.NewReader(b), size: int64(len(b))}, p: purse.New(purse.Limits{})}, names: map[string]Object{}}
		_, o, err := p.indirect(int64(pad))
		a, ok := o.(Array)
		if err != nil || !ok || len(a) != 3 {
			t.Fatalf("padded by %d: %v %v", pad, o, err)
		}
		for i, want := range []string{"(a)", "<41 4>", "<4G>"} {
			s := a[i].(*String)
			if got := string(b[s.Start:s.End]); got != want {
				t.Errorf("padded by %d: string %d stands at %q, want %q", pad, i, got, want)
			}
		}
		if s := a[1].(*String); !s.Hex || !s.Odd || !s.Blank || s.Foreign || string(s.Value) != "A@" {
			t.Errorf("%+v", s)
		}
		if s := a[2].(*String); !s.Foreign || !s.Odd {
			t.Errorf("%+v", s)
		}
	}
}

func TestDuplicateKeysAreFound(t *testing.T) {
	many := "<<" + strings.Repeat("/K 1", 40) + ">>"
	for text, want := range map[string]int{"<</A 1/A 2>>": 1, "<</A 1/B 2>>": 0, "<</A 1/#41 2>>": 1, many: 39} {
		o, _, err := parseText(text)
		if d := dictOf(o); err != nil || len(d.Duplicate) != want {
			t.Errorf("%.20q: %d doubled keys, want %d", text, len(d.Duplicate), want)
		}
	}
	o, _, _ := parseText("<</A 1/A 2>>")
	if n, _ := dictOf(o).Int("A"); n != 2 {
		t.Error("the last of doubled keys counts")
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "\xfe\xff\x89\xd2\x53\x70": "角印", "\xff\xfe\xd2\x89\x70\x53": "角印", "\xef\xbb\xbf角印": "角印",
		"\xa0\x80\xe9": "€•é", "\xfe\xff\xd8\x3d\xde\x00": "\U0001F600", "\xfe\xff\x00": "",
	} {
		if got := (&String{Value: []byte(in)}).Text(); got != want {
			t.Errorf("%q reads %q, want %q", in, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"D:20260101120000+09'00'": "2026-01-01T03:00:00Z", "D:20260101120000Z": "2026-01-01T12:00:00Z", "D:20260101120000Z00'00'": "2026-01-01T12:00:00Z",
		"D:20260101120000-0130": "2026-01-01T13:30:00Z", "D:2026": "2026-01-01T00:00:00Z", "D:202607": "2026-07-01T00:00:00Z", "20260101120000": "2026-01-01T12:00:00Z",
		"": "", "D:": "", "D:20261301": "", "D:20260231": "", "D:20260101250000": "", "yesterday": "", "D:20260101120000+9": "", "D:20260101120000x": "",
	} {
		got, ok := parseDate(in)
		if ok != (want != "") || ok && got.Format(time.RFC3339) != want {
			t.Errorf("%q reads %v %v, want %q", in, got, ok, want)
		}
	}
}
