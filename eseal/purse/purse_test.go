package purse

import (
	"errors"
	"testing"
)

func TestTakeStopsAtTheLimit(t *testing.T) {
	p := New(Limits{Objects: 3})
	for i := range 3 {
		if err := p.Take(Objects, 1); err != nil {
			t.Fatalf("take %d: %v", i, err)
		}
	}
	var empty *Empty
	if err := p.Take(Objects, 1); !errors.As(err, &empty) || empty.Kind != Objects || empty.Limit != 3 {
		t.Fatalf("fourth take: %v", err)
	}
	p.Give(Objects, 10)
	if got := p.Left(Objects); got != 3 {
		t.Errorf("after giving back more than was taken: %d left, want the limit 3", got)
	}
	if err := p.Take(Bytes, -1); err == nil {
		t.Error("a negative amount was taken")
	}
}

func TestZeroLimitsAreTheDefaults(t *testing.T) {
	p := New(Limits{})
	if p.Left(Bytes) != DefaultBytes || p.MaxDepth() != DefaultDepth || p.Left(Paths) != DefaultPaths {
		t.Errorf("zero limits gave %+v", p)
	}
	if Kind(200).String() != "kind(200)" || Paths.String() != "paths" {
		t.Error("kind names")
	}
}
