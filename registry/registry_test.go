package registry

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"github.com/kakuin/kakuin/eseal/cert"
)

// A line writes rows as the agency does.
type line struct {
	number, process, update, change, name, kind, close, cause, successor, latest, en string
}

func (l line) String() string {
	or := func(s, d string) string {
		if s == "" {
			return d
		}
		return s
	}
	q := func(s string) string {
		if s == "" {
			return ""
		}
		return `"` + s + `"`
	}
	return strings.Join([]string{"1", l.number, or(l.process, "01"), "0", or(l.update, "2026-04-01"), or(l.change, "2015-10-05"), q(l.name), "", or(l.kind, "301"),
		q("東京都"), q("千代田区"), q("見本町1丁目1-1"), "", "13", "101", "1000001", "", "", l.close, l.cause, l.successor, "", "2015-10-05", or(l.latest, "1"), q(l.en), "", "", "", q("ミホン"), "0"}, ",") + "\n"
}

// number makes a number of a running one.
func number(n int) string {
	twelve := fmt.Sprintf("%012d", n)
	d, _ := cert.CheckDigit(twelve)
	return string(d) + twelve
}

func table1(lines ...line) string {
	var out strings.Builder
	for _, l := range lines {
		out.WriteString(l.String())
	}
	return out.String()
}

func written(t testing.TB, name, data string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func built(t testing.TB, o BuildOptions, files ...string) *Register {
	t.Helper()
	var out bytes.Buffer
	snap, err := Build(t.Context(), &out, o, files...)
	if err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r.Snapshot(), snap) {
		t.Errorf("opened %+v, built %+v", r.Snapshot(), snap)
	}
	return r
}

func found(t testing.TB, r *Register, number string) Record {
	t.Helper()
	rec, ok, err := r.Find(number)
	if err != nil || !ok {
		t.Fatalf("%s: found %v, %v", number, ok, err)
	}
	return rec
}

// TestAgencyRows: rows that the agency published, as they stand in its files.
func TestAgencyRows(t *testing.T) {
	r := built(t, BuildOptions{}, "testdata/13_tokyo_all_20201228.csv")
	if s := r.Snapshot(); s.Date != "2020-12-28" || s.Records != 4 || s.Inactive != 0 || s.Sources[0].Rows != 4 {
		t.Errorf("%+v", s)
	}
	rec := found(t, r, "1000012010003")
	want := Record{Number: "1000012010003", Name: "内閣法制局", Furigana: "ナイカクホウセイキョク", EnName: "Cabinet Legislation Bureau", Kind: "101",
		Address: "東京都千代田区霞が関3丁目1-1中央合同庁舎第4号館", Process: "01", AssignmentDate: "2015-10-05", ChangeDate: "2015-10-05", UpdateDate: "2018-04-02"}
	want.Address = "東京都千代田区霞が関３丁目１－１中央合同庁舎第４号館"
	if !reflect.DeepEqual(rec, want) {
		t.Errorf("%+v", rec)
	}
	if _, ok, err := r.Find("7000012050002"); ok || err != nil {
		t.Error(ok, err)
	}
	if _, _, err := r.Find("7000012050003"); err == nil {
		t.Error("a number with a wrong check digit was looked for")
	}
}

// TestForms: the same rows as UTF-8, with a mark of order, as Shift_JIS, as a ZIP
// file and with the head line of the Web-API are the same records.
func TestForms(t *testing.T) {
	rows := table1(line{number: number(1), name: "株式会社 見本", en: "Mihon Co., Ltd."}, line{number: number(2), name: "髙橋﨑商店"})
	want := found(t, built(t, BuildOptions{}, written(t, "a_20261030.csv", rows)), number(2))
	sjis, err := japanese.ShiftJIS.NewEncoder().String(rows)
	if err != nil {
		t.Fatal(err)
	}
	var z bytes.Buffer
	zw := zip.NewWriter(&z)
	for name, data := range map[string]string{"a.csv": rows, "a.csv.asc": "-----BEGIN PGP SIGNATURE-----"} {
		w, err := zw.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"bom_20261030.csv": "\ufeff" + rows, "sjis_20261030.csv": sjis, "all_20261030.zip": z.String(), "api.csv": "2026-10-30,2,1,1\n" + rows, "crlf_20261030.csv": strings.ReplaceAll(rows, "\n", "\r\n")} {
		r := built(t, BuildOptions{}, written(t, name, data))
		if got := found(t, r, number(2)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", name, got)
		}
		if r.Snapshot().Date != "2026-10-30" {
			t.Errorf("%s: date %s", name, r.Snapshot().Date)
		}
	}
}

// TestNewestRowCounts: whatever the order of files and rows.
func TestNewestRowCounts(t *testing.T) {
	n := number(77)
	all := table1(
		line{number: number(5), name: "前"},
		line{number: n, name: "見本商店", latest: "0", change: "2015-10-05", update: "2020-01-01"},
		line{number: n, name: "株式会社見本", process: "11", change: "2020-02-01", update: "2020-02-03"},
		line{number: number(99), name: "後"})
	diff := table1(line{number: n, name: "株式会社見本", process: "21", update: "2026-11-02", change: "2026-11-01", close: "2026-10-31", cause: "11", successor: number(99)})
	for _, files := range [][]string{{all, diff}, {diff, all}} {
		var paths []string
		for i, f := range files {
			paths = append(paths, written(t, fmt.Sprintf("f%d.csv", i), f))
		}
		for _, memory := range []int{0, 1} { // in memory, and every row a run
			r := built(t, BuildOptions{memory: memory}, paths...)
			rec := found(t, r, n)
			if rec.Status() != Closed || rec.CloseDate != "2026-10-31" || rec.Successor != number(99) || len(rec.Former) != 1 || rec.Former[0].Name != "見本商店" {
				t.Errorf("%+v", rec)
			}
			if s := r.Snapshot(); s.Records != 3 || s.Inactive != 1 || s.Date != "2026-11-02" {
				t.Errorf("%+v", s)
			}
		}
	}
	for process, want := range map[string]Status{"99": Deleted, "22": Active, "71": Active} {
		if rec := found(t, built(t, BuildOptions{}, written(t, "a.csv", all+table1(line{number: n, process: process, update: "2026-12-01", name: "x"}))), n); rec.Status() != want {
			t.Errorf("process %s: %s", process, rec.Status())
		}
	}
	if rec := found(t, built(t, BuildOptions{}, written(t, "a.csv", table1(line{number: n, latest: "0", name: "x"}))), n); rec.Status() != Superseded {
		t.Error(rec.Status())
	}
}

// TestOneNumberManyRows: whoever writes one number a thousand times costs no
// more than the rows, and the newest names are the ones that are kept.
func TestOneNumberManyRows(t *testing.T) {
	var lines []line
	for i := range 5000 {
		lines = append(lines, line{number: number(1), name: fmt.Sprintf("見本%d", i%1000), latest: "0"})
	}
	lines = append(lines, line{number: number(1), name: "見本998"})
	rec := found(t, built(t, BuildOptions{}, written(t, "a.csv", table1(lines...))), number(1))
	if rec.Name != "見本998" || len(rec.Former) != manyFormer-1 || rec.Former[0].Name != "見本999" || rec.Former[1].Name != "見本997" {
		t.Errorf("%+v", rec)
	}
}

// TestModel: many rows in any order and memory, against a map.
func TestModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var lines []line
	want := map[string]string{}
	for i := range 3000 {
		n := number(rng.IntN(5000))
		name := fmt.Sprintf("見本%d株式会社", i)
		lines = append(lines, line{number: n, name: name, update: fmt.Sprintf("2026-01-%02d", 1+i*27/3000)})
		want[n] = name
	}
	path := written(t, "m.csv", table1(lines...))
	var first []byte
	for _, memory := range []int{0, 20_000, 200_000} {
		var out bytes.Buffer
		if _, err := Build(t.Context(), &out, BuildOptions{memory: memory, Scratch: t.TempDir()}, path); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = bytes.Clone(out.Bytes())
		} else if !bytes.Equal(first, out.Bytes()) {
			t.Error("another memory, another index")
		}
		r, err := OpenReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 5000 {
			rec, ok, err := r.Find(number(i))
			name, known := want[number(i)]
			if err != nil || ok != known || ok && rec.Name != name {
				t.Fatalf("%s: %v %v %v, want %q", number(i), rec.Name, ok, err, name)
			}
		}
	}
}

// TestBadRows: each is told with its line, and nothing is built.
func TestBadRows(t *testing.T) {
	good := line{number: number(1), name: "a"}.String()
	for name, c := range map[string]struct {
		data, want string
		line       int
	}{
		"columns":    {good + "1,2,3\n", "3 columns", 2},
		"number":     {good + line{number: "1234567890123"}.String(), "no corporate number", 2},
		"successor":  {good + line{number: number(1), successor: "9"}.String(), "successor", 2},
		"date":       {good + line{number: number(1), close: "2026-02-30"}.String(), "no date", 2},
		"latest":     {good + line{number: number(1), latest: "x"}.String(), "newest", 2},
		"control":    {good + line{number: number(1), name: "a\x00b"}.String(), "control character", 2},
		"quotes":     {good + `1,"` + good, "", 2},
		"long field": {good + `1,"` + strings.Repeat("x", 10<<20) + `"`, "65,536", 2},
		"long line":  {strings.Repeat("x", 10<<20), "65,536", 1},
		"encoding":   {good + line{number: number(1), name: "日本"}.String() + strings.Repeat(line{number: number(2), name: strings.Repeat("日", 100)}.String(), 200) + line{number: number(1), name: "\xff"}.String(), "not UTF-8", 203},
		"xml":        {"<?xml version=\"1.0\"?><corporations/>\n", "not XML", 1},
		"head later": {good + "2026-10-30,2,1,1\n", "4 columns", 2},
	} {
		_, err := Build(t.Context(), &bytes.Buffer{}, BuildOptions{}, written(t, "bad.csv", c.data))
		var bad *BadRow
		if !errors.As(err, &bad) || bad.Line != c.line || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %.200v", name, err)
		}
	}
	for name, data := range map[string]string{"empty": "", "no zip": "PK\x03\x04", "short": "ab"} {
		if _, err := Build(t.Context(), &bytes.Buffer{}, BuildOptions{}, written(t, "x", data)); err == nil {
			t.Errorf("%s: built", name)
		}
	}
	if _, err := Build(t.Context(), &bytes.Buffer{}, BuildOptions{}); err == nil {
		t.Error("built from nothing")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Build(ctx, &bytes.Buffer{}, BuildOptions{}, written(t, "a.csv", good)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestDamage: no octet of an index can be changed without an error where it is
// used; an absent number is never what damage looks like.
func TestDamage(t *testing.T) {
	var lines []line
	for i := range 400 {
		lines = append(lines, line{number: number(i), name: fmt.Sprintf("見本%d", i)})
	}
	var out bytes.Buffer
	if _, err := Build(t.Context(), &out, BuildOptions{}, written(t, "a.csv", table1(lines...))); err != nil {
		t.Fatal(err)
	}
	whole := out.Bytes()
	for i := len(magic); i < len(whole); i += 13 { // the magic at the head is for people
		data := bytes.Clone(whole)
		data[i] ^= 0x20
		r, err := OpenReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			continue
		}
		broken := false
		for n := range 400 {
			rec, ok, err := r.Find(number(n))
			broken = broken || err != nil
			if err == nil && (!ok || rec.Name != fmt.Sprintf("見本%d", n)) {
				t.Fatalf("octet %d: %s is %q, %v", i, number(n), rec.Name, ok)
			}
		}
		if !broken {
			t.Fatalf("octet %d was changed and nobody tells", i)
		}
	}
	for n := 0; n < len(whole); n += 101 {
		if _, err := OpenReader(bytes.NewReader(whole[:n]), int64(n)); err == nil {
			t.Fatalf("%d octets of %d open", n, len(whole))
		}
	}
}

func TestMatch(t *testing.T) {
	rec := func(name, en string, former ...Former) *Record {
		return &Record{Name: name, EnName: en, Former: former}
	}
	for _, c := range []struct {
		rec   *Record
		names []string
		want  MatchKind
		in    []Variant
	}{
		{rec("見本市", ""), []string{"見本市"}, NameSame, nil},
		{rec("株式会社見本", ""), []string{"(株)見本"}, NameVariant, []Variant{VariantForm}},
		{rec("株式会社見本", ""), []string{"㈱見本"}, NameVariant, nil},
		{rec("見本株式会社", ""), []string{"見本(株)"}, NameVariant, []Variant{VariantForm}},
		{rec("株式会社見本", ""), []string{"株式会社　見本"}, NameVariant, []Variant{VariantWidth}},
		{rec("髙澤﨑齋藤商店", ""), []string{"高沢崎斉藤商店"}, NameVariant, []Variant{VariantKanji}},
		{rec("株式会社渡邊", ""), []string{"(株)渡辺"}, NameVariant, []Variant{VariantKanji, VariantForm}},
		{rec("株式会社ＮＴＴデータ", ""), []string{"株式会社NTTデータ"}, NameVariant, []Variant{VariantWidth}},
		{rec("キヤノン株式会社", ""), []string{"キャノン株式会社"}, NameVariant, []Variant{VariantPunctuation}},
		{rec("一般社団法人見本・協会", ""), []string{"(一社)見本協会"}, NameVariant, []Variant{VariantPunctuation, VariantForm}},
		{rec("サイバートラスト株式会社", "Cybertrust Japan Co., Ltd."), []string{"Cybertrust Japan Co.,Ltd"}, NameVariant, nil},
		{rec("サイバートラスト株式会社", "Cybertrust Japan Co., Ltd."), []string{"CYBERTRUST JAPAN CORPORATION"}, NameVariant, nil},
		{rec("ＡＢＣ株式会社", ""), []string{"ABC Co., Ltd."}, NameVariant, nil},
		{rec("ＡＢＣ株式会社", ""), []string{"ABD Co., Ltd."}, NameDifferent, nil},
		{rec("見本株式会社", "", Former{Name: "旧見本株式会社", Since: "2015-10-05"}), []string{"旧見本株式会社"}, NameFormer, nil},
		{rec("見本株式会社", ""), []string{"別物株式会社"}, NameDifferent, nil},
		{rec("見本株式会社", ""), []string{"見本二株式会社"}, NameDifferent, nil},
		{rec("株式会社", ""), []string{"有限会社"}, NameDifferent, nil},
		{rec("株式会社見本", ""), []string{"合同会社見本"}, NameDifferent, nil},
		{rec("株式会社見本", ""), []string{"見本㈲"}, NameDifferent, nil},
		{rec("株式会社見本", ""), []string{"見本"}, NameVariant, []Variant{VariantForm}},
		{rec("株式会社見本", ""), []string{"見本株式会社"}, NameVariant, []Variant{VariantForm}},
		{rec("医療法人社団見本会", ""), []string{"医療法人見本会"}, NameVariant, []Variant{VariantForm}},
		{rec("一般財団法人見本", ""), []string{"(財)見本"}, NameVariant, []Variant{VariantForm}},
		{rec("見本株式会社", ""), []string{"Mihon Inc."}, NameNotCompared, nil},
		{rec("見本株式会社", "Sample Inc."), []string{"Mihon Inc."}, NameDifferent, nil},
		{rec("見本株式会社", "Sample Inc."), []string{"Mihon Inc.", "見本株式会社"}, NameSame, nil},
		{&Record{Name: "見＿株式会社", NameImage: true}, []string{"見本株式会社"}, NameNotCompared, nil},
		{rec("見本市", ""), nil, NameNotCompared, nil},
		{rec("見本市", ""), []string{"  "}, NameNotCompared, nil},
	} {
		m := c.rec.Match(c.names...)
		if m.Kind != c.want || c.in != nil && !slices.Equal(m.Variants, c.in) {
			t.Errorf("%v and %q: %s %v", c.names, c.rec.Name, m.Kind, m.Variants)
		}
	}
}

// TestKanji: no character is led to two, none on and on.
func TestKanji(t *testing.T) {
	first := map[rune]bool{}
	for _, to := range kanji() {
		first[to] = true
	}
	for from, to := range kanji() {
		if from == to || first[from] {
			t.Errorf("%c leads to %c", from, to)
		}
	}
	count := map[rune]int{}
	for l := range strings.Lines(kanjiForms) {
		if !strings.HasPrefix(l, "#") {
			for _, r := range strings.Join(strings.Fields(l), "") {
				count[r]++
			}
		}
	}
	for r, n := range count {
		if n > 1 || r < 0x3400 {
			t.Errorf("%c stands %d times", r, n)
		}
	}
	if len(slices.Collect(maps.Keys(count))) < 700 {
		t.Error(len(count))
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte(line{number: number(1), name: "見本"}.String()))
	f.Add([]byte("2026-10-30,2,1,1\n" + line{number: number(1), latest: "0"}.String()))
	f.Add([]byte("\x8c\xa9\x96{,1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tab := newTable("x.csv", bytes.NewReader(data))
		for {
			r, err := tab.next()
			if err != nil {
				return
			}
			if !cert.IsCorporateNumber(r.Number) || !utf8.ValidString(r.Name) || len(r.Name) > 3*maxRow {
				t.Fatalf("%+v", r)
			}
		}
	})
}

func FuzzIndex(f *testing.F) {
	var out bytes.Buffer
	if _, err := Build(context.Background(), &out, BuildOptions{}, written(f, "a.csv", table1(line{number: number(1), name: "a"}, line{number: number(9), name: "b"}))); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add([]byte(magic + magic))
	f.Fuzz(func(_ *testing.T, data []byte) {
		r, err := OpenReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for i := range 12 {
			_, _, _ = r.Find(number(i)) // no panic, bounded memory
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("(株)見本", "株式会社見本")
	f.Add("Mihon Co., Ltd.", "The Mihon")
	f.Fuzz(func(t *testing.T, a, b string) {
		if m := (&Record{Name: a}).Match(a); strings.TrimSpace(a) == a && a != "" && m.Kind != NameSame {
			t.Fatalf("%q is not itself: %+v", a, m)
		}
		_, ab := compare(a, b)
		if _, ba := compare(b, a); ab != ba {
			t.Fatalf("%q and %q: %v and %v", a, b, ab, ba)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	var lines []line
	for i := range 20_000 {
		lines = append(lines, line{number: number(i * 37), name: fmt.Sprintf("見本%d株式会社", i)})
	}
	r := built(b, BuildOptions{}, written(b, "a.csv", table1(lines...)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := r.find(number(i % 20_000 * 37)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	var out strings.Builder
	const rows = 50_000
	for i := range rows {
		out.WriteString(line{number: number(i * 37), name: fmt.Sprintf("見本%d株式会社", i)}.String())
	}
	path := written(b, "a.csv", out.String())
	b.SetBytes(int64(out.Len()))
	b.ReportAllocs()
	for b.Loop() {
		var index bytes.Buffer
		if _, err := Build(context.Background(), &index, BuildOptions{}, path); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(index.Len())/rows, "B/record")
	}
}
