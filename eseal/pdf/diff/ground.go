package diff

import (
	"math"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// hadGround tells whether a widget covered what lies below it before: by the
// ground that its characteristics name (Table 192), or one that its appearance
// paints. A field that gets one hides what was seen in its place.
func (u *update) hadGround(was node) bool {
	if len(u.f.Array(u.rev-1, u.f.Dict(u.rev-1, was.dict, "MK"), "BG")) > 0 {
		return true
	}
	st, _ := u.f.Value(u.rev-1, u.f.Dict(u.rev-1, was.dict, "AP"), "N").(*pdf.Stream)
	if st == nil {
		return false
	}
	data, err := u.f.Decode(st)
	if err != nil {
		u.f.Spent(err)
		return false
	}
	defer u.f.Purse().Give(purse.Bytes, int64(cap(data)))
	found := false
	err = pdf.Operators(data, u.f.Purse(), func(op string, _ []pdf.Object) bool {
		found = found || fills[op]
		return !found
	})
	u.f.Spent(err)
	return found
}

// fills are the operators that paint an area (Table 59).
var fills = map[string]bool{"f": true, "F": true, "f*": true, "B": true, "B*": true, "b": true, "b*": true}

// markRoom is how large the mark of a check box or radio button may be.
const markRoom = 48

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
