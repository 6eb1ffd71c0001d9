package ber

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNext(t *testing.T) {
	for _, tc := range []struct {
		name, in, raw, body string
		tag                 Tag
		constructed         bool
		fails               bool
	}{
		{name: "definite", in: "0201057f", raw: "020105", body: "05", tag: Integer},
		{name: "long form with leading zeros", in: "0484000000021122", raw: "0484000000021122", body: "1122", tag: OctetString},
		{name: "indefinite", in: "30800201050000ff", raw: "30800201050000", body: "020105", tag: Sequence, constructed: true},
		{name: "indefinite in indefinite", in: "3080308002010500000000", raw: "3080308002010500000000", body: "30800201050000", tag: Sequence, constructed: true},
		{name: "high tag", in: "bf8123020500", raw: "bf8123020500", body: "0500", tag: Context(0xa3), constructed: true},
		{name: "empty", in: "", fails: true},
		{name: "cut length", in: "0482", fails: true},
		{name: "claims more", in: "040411", fails: true},
		{name: "no end-of-contents", in: "3080020105", fails: true},
		{name: "primitive indefinite", in: "04800000", fails: true},
		{name: "length of 5 octets", in: "04850100000000", fails: true},
		{name: "reserved length", in: "04ff", fails: true},
		{name: "tag number too large", in: "1fffffffff7f00", fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := NewReader(unhex(t, tc.in), nil)
			e, err := r.Next()
			if tc.fails {
				if err == nil {
					t.Fatalf("read %x, want an error", e.Raw)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if hex.EncodeToString(e.Raw) != tc.raw || hex.EncodeToString(e.Body) != tc.body || e.Tag != tc.tag || e.Constructed != tc.constructed {
				t.Errorf("got %v raw %x body %x constructed %v", e.Tag, e.Raw, e.Body, e.Constructed)
			}
			if !bytes.Equal(unhex(t, tc.in)[e.BodyOffset():e.BodyOffset()+len(e.Body)], e.Body) {
				t.Errorf("BodyOffset %d is wrong", e.BodyOffset())
			}
		})
	}
}

func TestBombsEndEarly(t *testing.T) {
	var empty *purse.Empty
	nested := bytes.Repeat([]byte{0x30, 0x80}, 2<<20)
	r := NewReader(nested, nil)
	if _, err := r.Next(); !errors.As(err, &empty) || empty.Kind != purse.Depth {
		t.Errorf("4 MB of nested 30 80: %v", err)
	}
	chunks := append([]byte{0x24, 0x80}, bytes.Repeat([]byte{0x04, 0x01, 0x00}, 300_000)...)
	chunks = append(chunks, 0, 0)
	start := time.Now()
	r = NewReader(chunks, nil)
	e, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := r.Octets(e); err != nil || len(b) != 300_000 {
		t.Errorf("chunks: %d octets, %v", len(b), err)
	}
	if d := time.Since(start); d > corpora.TimeBar() {
		t.Errorf("chunks took %v", d)
	}
	r = NewReader(chunks, purse.New(purse.Limits{Objects: 1000}))
	if _, err := r.Next(); !errors.As(err, &empty) || empty.Kind != purse.Objects {
		t.Errorf("objects limit: %v", err)
	}
}

func TestOID(t *testing.T) {
	for _, o := range []OID{"1.2.840.113549.1.7.2", "2.5.4.3", "0.9.2342.19200300.100.1.25", "2.999.3", "2.25.340282366920938463463374607431768211455"} {
		r := NewReader(Append(nil, 6, EncodeOID(o)), nil)
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.OID(); err != nil || got != o {
			t.Errorf("%s: read back %q, %v", o, got, err)
		}
	}
	for _, bad := range []string{"0600", "06018a", "0603808001", "06022a80"} {
		r := NewReader(unhex(t, bad), nil)
		e, err := r.Next()
		if err == nil {
			_, err = e.OID()
		}
		if err == nil {
			t.Errorf("%s: taken as an object identifier", bad)
		}
	}
	for o := range names {
		if EncodeOID(o) == nil {
			t.Errorf("%s: not an identifier", o)
		}
	}
}

func TestTime(t *testing.T) {
	for _, tc := range []struct {
		tag  Tag
		in   string
		want string
		der  bool
	}{
		{UTCTime, "491231235959Z", "2049-12-31T23:59:59Z", true},
		{UTCTime, "500101000000Z", "1950-01-01T00:00:00Z", true},
		{UTCTime, "690101000000Z", "1969-01-01T00:00:00Z", true},
		{UTCTime, "2001010000Z", "2020-01-01T00:00:00Z", false},
		{UTCTime, "200101000000+0900", "2019-12-31T15:00:00Z", false},
		{GeneralizedTime, "20260627010203.181506Z", "2026-06-27T01:02:03.181506Z", true},
		{GeneralizedTime, "20260627010203.10Z", "2026-06-27T01:02:03.1Z", false},
		{GeneralizedTime, "20260627010203", "2026-06-27T01:02:03Z", false},
		{GeneralizedTime, "2026062701Z", "2026-06-27T01:00:00Z", false},
		{GeneralizedTime, "99991231235959Z", "9999-12-31T23:59:59Z", true},
		{GeneralizedTime, "20261327010203Z", "", false},
		{GeneralizedTime, "20260627010203.1e3Z", "", false},
		{UTCTime, "", "", false},
	} {
		got, der, err := Element{Tag: tc.tag, Body: []byte(tc.in)}.Time()
		if tc.want == "" {
			if err == nil {
				t.Errorf("%q: read as %v", tc.in, got)
			}
			continue
		}
		if err != nil || got.Format(time.RFC3339Nano) != tc.want || der != tc.der {
			t.Errorf("%q: %v der=%v err=%v, want %s der=%v", tc.in, got.Format(time.RFC3339Nano), der, err, tc.want, tc.der)
		}
	}
}

func TestAppendDER(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"30800101010000", "30030101ff"},
		{"318002010204800000", ""},                        // primitive indefinite
		{"3180020102020101" + "0000", "3106020101020102"}, // SET sorted
		{"2480040111040122" + "0000", "04021122"},
		{"a080040100" + "0000", "a003040100"},
	} {
		out, err := AppendDER(nil, unhex(t, tc.in), nil)
		if (err != nil) != (tc.want == "") || hex.EncodeToString(out) != tc.want {
			t.Errorf("%s: %x, %v; want %s", tc.in, out, err, tc.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, tc := range []struct {
		tag   Tag
		in    string
		want  string
		clean bool
	}{
		{UTF8String, "e8a792e58db0", "角印", true},
		{BMPString, "89d25370", "角印", true},
		{UniversalString, "000089d200005370", "角印", true},
		{TeletexString, "e9", "é", true},
		{PrintableString, "41ff", "A\uFFFD", false},
		{BMPString, "41", "A", false},
	} {
		s, clean := Element{Tag: tc.tag, Body: unhex(t, tc.in)}.Text()
		if s != tc.want || clean != tc.clean {
			t.Errorf("%v %s: %q %v", tc.tag, tc.in, s, clean)
		}
	}
}

// FuzzReader: an element re-slices to the same octets, children tile their
// parent, and DER of DER is itself.
func FuzzReader(f *testing.F) {
	for _, s := range []string{"30800201050000", "2480040111040122" + "0000", "30030101ff", "bf8123020500", "a003040100"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		p := purse.New(purse.Limits{Objects: 100_000})
		r := NewReader(in, p)
		e, err := r.Next()
		if err != nil {
			return
		}
		if !bytes.Equal(in[e.Offset:e.Offset+len(e.Raw)], e.Raw) || !bytes.Equal(in[e.BodyOffset():e.BodyOffset()+len(e.Body)], e.Body) {
			t.Fatal("offsets do not lead back to the octets")
		}
		if e.Constructed {
			tile(t, &r, e)
		}
		der, err := AppendDER(nil, e.Raw, p)
		if err != nil {
			return
		}
		if again, err := AppendDER(nil, der, nil); err != nil || !bytes.Equal(again, der) {
			t.Fatalf("DER of %x is %x, of that %x (%v)", e.Raw, der, again, err)
		}
	})
}

func tile(t *testing.T, r *Reader, e Element) {
	in, err := r.Enter(e)
	if err != nil {
		return
	}
	n := 0
	for !in.Empty() {
		c, err := in.Next()
		if err != nil {
			return
		}
		n += len(c.Raw)
	}
	if n != len(e.Body) {
		t.Fatalf("children hold %d octets of %d", n, len(e.Body))
	}
}
