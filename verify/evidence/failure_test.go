package evidence

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFailures: every failure in an error is found, and what is none becomes one.
func TestFailures(t *testing.T) {
	a, b := &Failure{URL: "a", Kind: TimedOut, Err: errors.New("slow")}, &Failure{URL: "b", Kind: NoName}
	plain := errors.New("no route to host")
	for name, c := range map[string]struct {
		err  error
		want []*Failure
	}{
		"nothing":        {nil, nil},
		"one":            {a, []*Failure{a}},
		"wrapped":        {fmt.Errorf("x: %w", a), []*Failure{a}},
		"joined":         {errors.Join(a, errors.Join(b, nil), nil), []*Failure{a, b}},
		"joined in text": {fmt.Errorf("%w and %w", a, b), []*Failure{a, b}},
	} {
		if got := Failures(c.err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	got := Failures(errors.Join(a, plain))
	if len(got) != 2 || got[1].Kind != Failed || got[1].Params["reason"] != plain.Error() || !errors.Is(got[1], plain) {
		t.Errorf("another error: %v", got)
	}
	if a.Error() != "a: slow" || b.Error() == "" {
		t.Errorf("%q %q", a, b)
	}
}

// TestSortMisses: the order of arrival does not show, and each stands once.
func TestSortMisses(t *testing.T) {
	var all []Miss
	for _, w := range []Want{{Type: CRL, For: [32]byte{2}}, {Type: CRL, For: [32]byte{1}}, {Type: OCSP}} {
		for _, url := range []string{"b", "a"} {
			for _, k := range []FailureKind{TimedOut, NoName} {
				all = append(all, Miss{w, &Failure{URL: url, Kind: k}})
			}
		}
	}
	spell := func(ms []Miss) (out []string) {
		for _, m := range ms {
			out = append(out, fmt.Sprint(m.Want.Key(), m.Failure.URL, m.Failure.Kind))
		}
		return out
	}
	want := spell(SortMisses(all))
	if len(want) != len(all) {
		t.Errorf("%d of %d", len(want), len(all))
	}
	all = append(all, all...)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got := spell(SortMisses(all)); !slices.Equal(got, want) {
			t.Fatalf("%v", got)
		}
	}
}
