package exactjson

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

type limit struct{ Kind uint8 }

func (l *limit) Error() string { return fmt.Sprint("limit ", l.Kind) }

type inner struct {
	Name   string
	hidden int
}

type all struct {
	B      bool
	I      int64
	U      uint8
	F      [3]float64
	S      []string
	Octets []byte
	Large  []byte
	Hash   [32]byte
	At     time.Time
	Params map[string]string
	P      *inner
	Ps     []*inner
	Err    error
	Empty  []string
	None   []string
}

var rules = Rules{Skip: map[reflect.Type][]string{reflect.TypeFor[inner](): {"hidden"}}, Causes: []Cause{{Name: "limit", Type: reflect.TypeFor[*limit]()}}}

func sample() *all {
	return &all{B: true, I: math.MinInt64, U: 255, F: [3]float64{0.1, math.Inf(1), math.Copysign(0, -1)}, S: []string{"官印", "\xff\xfe", "<&>", "\ufffd"},
		Octets: []byte{1, 2}, Large: bytes.Repeat([]byte{7}, BlobSize), Hash: [32]byte{9}, At: time.Date(2026, 11, 1, 9, 0, 0, 5, time.FixedZone("", 9*3600)),
		Params: map[string]string{"b": "2", "a": "1"}, P: &inner{Name: "x", hidden: 1}, Ps: []*inner{{Name: "y"}, {}}, Err: fmt.Errorf("wrapped: %w", &limit{3}), Empty: []string{}}
}

// TestRoundTrip: what is written reads back to the same values, and is written
// the same again.
func TestRoundTrip(t *testing.T) {
	blobs := Blobs{}
	data, err := rules.Marshal(sample(), blobs)
	if err != nil || len(blobs) != 1 {
		t.Fatal(err, len(blobs))
	}
	var got all
	var used int
	if err := rules.Unmarshal(data, &got, blobs, func([32]byte) { used++ }); err != nil {
		t.Fatal(err)
	}
	want := sample()
	var l *limit
	if !errors.As(got.Err, &l) || l.Kind != 3 || got.Err.Error() != want.Err.Error() || used != 1 {
		t.Errorf("error %v, %d blobs used", got.Err, used)
	}
	if got.None != nil || got.Empty == nil || math.Signbit(got.F[2]) != true {
		t.Errorf("%v %v %v", got.None, got.Empty, got.F)
	}
	if got.P.hidden != 0 {
		t.Error("a field that is skipped was written")
	}
	got.Err, want.Err, want.P.hidden = nil, nil, 0
	if !got.At.Equal(want.At) || got.At.Format(time.RFC3339) != want.At.Format(time.RFC3339) {
		t.Errorf("time %v", got.At)
	}
	got.At, want.At = time.Time{}, time.Time{}
	if !reflect.DeepEqual(&got, want) {
		t.Errorf("%+v\nwant %+v", got, *want)
	}
}

// TestOneSpelling: any other spelling of the same values is refused.
func TestOneSpelling(t *testing.T) {
	blobs := Blobs{}
	data, err := rules.Marshal(sample(), blobs)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(string) string{
		"white space":   func(s string) string { return s + " " },
		"no indent":     func(s string) string { return strings.ReplaceAll(s, "\n ", "\n") },
		"unknown key":   func(s string) string { return strings.Replace(s, `"B": true`, `"A": 1, "B": true`, 1) },
		"key twice":     func(s string) string { return strings.Replace(s, `"B": true`, `"B": true, "B": true`, 1) },
		"zero written":  func(s string) string { return strings.Replace(s, `"B": true`, `"B": false`, 1) },
		"null":          func(s string) string { return strings.Replace(s, `"B": true`, `"P": null`, 1) },
		"null in list":  func(s string) string { return strings.Replace(s, "{}", "null", 1) },
		"another type":  func(s string) string { return strings.Replace(s, `"B": true`, `"B": "true"`, 1) },
		"large number":  func(s string) string { return strings.Replace(s, `"U": 255`, `"U": 256`, 1) },
		"trailing":      func(s string) string { return s + "{}" },
		"escaped":       func(s string) string { return strings.Replace(s, `"B"`, `"\u0042"`, 1) },
		"unknown octet": func(s string) string { return strings.Replace(s, `"sha256": "`, `"sha256": "00`, 1) },
		"deep":          func(string) string { return strings.Repeat("[", 1000) },
		"empty":         func(string) string { return "" },
	} {
		changed := change(string(data))
		if changed == string(data) {
			t.Errorf("%s: nothing was changed", name)
			continue
		}
		var got all
		if err := rules.Unmarshal([]byte(changed), &got, blobs, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := rules.Unmarshal(data, &all{}, Blobs{}, nil); err == nil {
		t.Error("octets that are not there")
	}
}

// TestNothingIsLost: a field that would not be written is an error, and so is
// a rule about a field that is gone.
func TestNothingIsLost(t *testing.T) {
	for name, v := range map[string]any{
		"unexported": &struct{ a int }{1}, "channel": &struct{ C chan int }{make(chan int)},
		"nil in a list": &struct{ P []*inner }{[]*inner{nil}}, "odd map": &struct{ M map[int]int }{map[int]int{1: 1}},
	} {
		if _, err := rules.Marshal(v, Blobs{}); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	gone := Rules{Skip: map[reflect.Type][]string{reflect.TypeFor[limit](): {"Gone"}}}
	if _, err := gone.Marshal(&limit{}, Blobs{}); err == nil {
		t.Error("a rule about a field that is not there")
	}
}

// FuzzUnmarshal: what is accepted is the one way to write what it gave.
func FuzzUnmarshal(f *testing.F) {
	blobs := Blobs{}
	data, err := rules.Marshal(sample(), blobs)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"Ps":[null]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got all
		if rules.Unmarshal(data, &got, blobs, nil) != nil {
			return
		}
		again, err := rules.Marshal(&got, Blobs{})
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%v\n%s\n%s", err, again, data)
		}
	})
}
