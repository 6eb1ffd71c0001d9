package pdf

import (
	"bytes"
	stdlzw "compress/lzw"
	"errors"
	"testing"

	"github.com/kakuin/kakuin/eseal/purse"
)

func decodeWith(data string, steps ...filterStep) (string, error) {
	out, err := decodeAll([]byte(data), steps, 1<<20, purse.New(purse.Limits{}))
	return string(out), err
}

func parms(kv ...any) *Dict {
	d := &Dict{}
	for i := 0; i < len(kv); i += 2 {
		d.Entries = append(d.Entries, Entry{Name(kv[i].(string)), Integer(kv[i+1].(int))})
	}
	return d
}

func TestFilters(t *testing.T) {
	cases := []struct {
		name  string
		data  string
		steps []filterStep
		want  string
	}{
		{"none", "as is", nil, "as is"},
		{"hexadecimal", "48 65 6C6c\n6f>junk", []filterStep{{name: "ASCIIHexDecode"}}, "Hello"},
		{"hexadecimal with an odd digit", "487>", []filterStep{{name: "AHx"}}, "Hp"},
		{"base 85", "<~87cURD]i,\"Ebo80~>", []filterStep{{name: "ASCII85Decode"}}, "Hello World!"},
		{"run length", "\x02abc\xfdx\x80ignored", []filterStep{{name: "RunLengthDecode"}}, "abcxxxx"},
		{"LZW of the standard's example", "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", []filterStep{{name: "LZWDecode"}}, "-----A---B"},
		{"flate", deflate([]byte("Hello")), []filterStep{{name: "FlateDecode"}}, "Hello"},
		{"flate cut off", deflate(bytes.Repeat([]byte("Hello"), 4))[:8], []filterStep{{name: "Fl"}}, "Hello"},
		{"chain", "789c f348 cdc9 c907 0005 8c01 f5>", []filterStep{{name: "AHx"}, {name: "Fl"}}, "Hello"},
		{"crypt with identity", "as is", []filterStep{{name: "Crypt"}}, "as is"},
		{"no predictor", deflate([]byte("abc")), []filterStep{{name: "Fl", parms: parms("Predictor", 1)}}, "abc"},
		{"PNG none and up", deflate([]byte("\x00ab\x02\x01\x01")), []filterStep{{name: "Fl", parms: parms("Predictor", 12, "Columns", 2)}}, "abbc"},
		{"PNG sub", deflate([]byte("\x01a\x01\x01")), []filterStep{{name: "Fl", parms: parms("Predictor", 11, "Columns", 3)}}, "abc"},
		{"PNG average", deflate([]byte("\x00\x10\x20\x03\x01\x01")), []filterStep{{name: "Fl", parms: parms("Predictor", 13, "Columns", 2)}}, "\x10\x20\x09\x15"},
		{"PNG Paeth", deflate([]byte("\x00\x10\x20\x04\x01\x01")), []filterStep{{name: "Fl", parms: parms("Predictor", 14, "Columns", 2)}}, "\x10\x20\x11\x21"},
		{"PNG with a short last row", deflate([]byte("\x00abc\x02\x01")), []filterStep{{name: "Fl", parms: parms("Predictor", 15, "Columns", 3)}}, "abcb"},
		{"TIFF", deflate([]byte("a\x01\x01b\x01\x01")), []filterStep{{name: "Fl", parms: parms("Predictor", 2, "Columns", 3)}}, "abcbcd"},
	}
	for _, c := range cases {
		if got, err := decodeWith(c.data, c.steps...); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

func TestFiltersThatFail(t *testing.T) {
	for name, s := range map[string]filterStep{
		"unknown": {name: "JBIG2Decode"}, "not zlib": {name: "FlateDecode"}, "crypt": {name: "Crypt", parms: &Dict{Entries: []Entry{{"Name", Name("StdCF")}}}},
		"LZW": {name: "LZW"},
	} {
		if got, err := decodeWith("\xff\xff\xff\xff", s); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
	var un *Unsupported
	if _, err := decodeWith("x", filterStep{name: "DCTDecode"}); !errors.As(err, &un) || un.Filter != "DCTDecode" {
		t.Errorf("an image filter: %v", err)
	}
	for _, p := range []*Dict{parms("Predictor", 15, "Columns", 0), parms("Predictor", 15, "Colors", 99), parms("Predictor", 2, "BitsPerComponent", 4), parms("Predictor", 10, "BitsPerComponent", 3)} {
		if _, err := decodeWith(deflate([]byte("abc")), filterStep{"Fl", p}); err == nil {
			t.Errorf("%v was used", p.Entries)
		}
	}
	if _, err := decodeWith(deflate([]byte("\x09ab")), filterStep{"Fl", parms("Predictor", 15, "Columns", 2)}); err == nil {
		t.Error("row type 9 was used")
	}
}

func TestLimitOfDecodedOctets(t *testing.T) {
	data := []byte(deflate(make([]byte, 1<<20)))
	p := purse.New(purse.Limits{})
	if _, err := decodeAll(data, []filterStep{{name: "Fl"}}, 1000, p); !errors.Is(err, errTooLong) {
		t.Errorf("over the limit: %v", err)
	}
	if p.Left(purse.Bytes) != purse.DefaultBytes {
		t.Error("what is not held is not given back")
	}
	if _, err := decodeAll(data, []filterStep{{name: "Fl"}}, 1<<30, purse.New(purse.Limits{Bytes: 1000})); !isEmpty(err) {
		t.Errorf("over the purse: %v", err)
	}
	out, err := decodeAll(data, []filterStep{{name: "Fl"}}, 1<<20, p)
	if err != nil || len(out) != 1<<20 || purse.DefaultBytes-p.Left(purse.Bytes) != int64(cap(out)) {
		t.Errorf("%d octets, %d paid, %v", len(out), purse.DefaultBytes-p.Left(purse.Bytes), err)
	}
}

// The standard library's LZW changes its code width one code later; with
// EarlyChange 0 the two agree.
func TestLZWAgreesWithTheStandardLibrary(t *testing.T) {
	want := bytes.Repeat([]byte("abracadabra, 0123456789, "), 2000)
	var b bytes.Buffer
	w := stdlzw.NewWriter(&b, stdlzw.MSB, 8)
	w.Write(want)
	w.Close()
	got, err := decodeWith(b.String(), filterStep{name: "LZW", parms: parms("EarlyChange", 0)})
	if err != nil || got != string(want) {
		t.Errorf("%d octets of %d, %v", len(got), len(want), err)
	}
}
