package diff

import (
	"math"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// hadGround tells whether a widget covered what lies below it before: by a
// ground that its appearance paints all over its box, or, without one, that its
// characteristics name (Table 192). A field that gets one hides what was seen in
// its place.
func (u *update) hadGround(was node) bool {
	before := &update{f: u.f, rev: u.rev - 1}
	if !was.dict.Has("AP") {
		return len(u.f.Array(before.rev, u.f.Dict(before.rev, was.dict, "MK"), "BG")) > 0
	}
	st, _ := u.f.Value(before.rev, u.f.Dict(before.rev, was.dict, "AP"), "N").(*pdf.Stream)
	if st == nil {
		return false
	}
	l, plain := before.layoutOf(st, field{}, was.dict)
	data, err := u.f.Decode(st)
	if err != nil || !plain {
		u.f.Spent(err)
		return false
	}
	defer u.f.Purse().Give(purse.Bytes, int64(cap(data)))
	err = pdf.Operators(data, u.f.Purse(), func(op string, operands []pdf.Object) bool {
		return l.step(op, operands) && !l.ground
	})
	u.f.Spent(err)
	return l.ground
}

// markRoom is how large the mark of a check box or radio button may be.
const markRoom = 24

// reveals tells whether a button that is set shows a state so large that it
// can hide what the page says. The state was sealed, but out of sight.
func (u *update) reveals(was, is field) bool {
	if is.kind != "Btn" {
		return false
	}
	for i, w := range is.widgets {
		if pdf.Equal(was.widgets[i].dict.Get("AS"), w.dict.Get("AS")) {
			continue
		}
		rect, visible := u.f.Widget(u.rev, w.dict)
		if visible && max(math.Abs(rect[2]-rect[0]), math.Abs(rect[3]-rect[1])) > markRoom {
			return true
		}
	}
	return false
}
