package diff

import (
	"math"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal/pdf"
)

const flagComb = 1 << 24

// A layout follows where an appearance puts its text and what it paints, in
// the plain ways that producers of forms use. All others are doubtful: text
// beside the box, in the colour of the ground, over itself or under a line.
type layout struct {
	box    [4]float64
	unit   float64 // of the box on the page
	comb   bool
	shown  bool // text was shown
	points [][2]float64
	frame  bool       // the path has a rectangle
	filled bool       // a ground was painted
	ground bool       // all over the box
	last   [2]float64 // end of the text shown last
	height float64    // and its size
	under  float64    // brightness of what text stands on
	state  layoutState
	saved  []layoutState
}

type layoutState struct {
	ctm, line        [4]float64 // scale x, scale y, x, y
	pen              float64
	size, tc, tw, tl float64
	tz               float64 // horizontal scale of text
	ground           float64 // brightness of what is filled
	stroke           float64 // width of lines
}

// streamKeys are those of a form XObject that hide nothing (Tables 5 and 93).
var streamKeys = []pdf.Name{"Type", "Subtype", "FormType", "BBox", "Matrix", "Resources", "Length", "Filter", "DecodeParms", "Name", "LastModified"}

// layoutOf prepares for an appearance; false when its box or place on the
// page are not plain.
func (u *update) layoutOf(st *pdf.Stream, fd field, widget *pdf.Dict) (*layout, bool) {
	l := &layout{comb: fd.flags&flagComb != 0 && fd.maxLen > 0, under: 1}
	l.state = layoutState{ctm: [4]float64{1, 1, 0, 0}, line: [4]float64{1, 1, 0, 0}, tz: 1, stroke: 1}
	res := u.f.Dict(u.rev, st.Dict, "Resources")
	fonts := u.f.Dict(u.rev, res, "Font")
	if !only(nil, st.Dict, streamKeys...) || res != nil && len(res.Duplicate) > 0 || fonts != nil && len(fonts.Duplicate) > 0 {
		return l, false
	}
	box, rect := numbersOf(u, st.Dict, "BBox"), numbersOf(u, widget, "Rect")
	if len(box) != 4 || len(rect) != 4 {
		return l, false
	}
	if st.Dict.Has("Matrix") {
		if m := numbersOf(u, st.Dict, "Matrix"); len(m) != 6 || !slices.Equal(m[:4], []float64{1, 0, 0, 1}) {
			return l, false
		}
	}
	l.box = [4]float64{min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])}
	x, y := math.Abs(rect[2]-rect[0])/(l.box[2]-l.box[0]), math.Abs(rect[3]-rect[1])/(l.box[3]-l.box[1])
	l.unit = y
	return l, y > 0.01 && y < 100 && x/y > 0.8 && x/y < 1.25
}

// numbersOf is an entry's numbers; none when one of them is something else.
func numbersOf(u *update, d *pdf.Dict, key pdf.Name) []float64 {
	var list []pdf.Object
	for _, o := range u.f.Array(u.rev, d, key) {
		list = append(list, u.f.Resolve(u.rev, o))
	}
	out, _ := numbers(list)
	return out
}

func numbers(list []pdf.Object) ([]float64, bool) {
	out := make([]float64, 0, len(list))
	for _, o := range list {
		switch n := o.(type) {
		case pdf.Integer:
			out = append(out, float64(n))
		case pdf.Real:
			out = append(out, float64(n))
		default:
			return nil, false
		}
	}
	return out, true
}

// arity is how many operands an operator has: with others readers differ.
var arity = map[string]int{
	"Tj": 1, "TJ": 1, "'": 1, "\"": 3, "Tf": 2, "Tr": 1, "Td": 2, "TD": 2, "T*": 0, "Tm": 6, "Tc": 1, "Tw": 1, "Tz": 1, "TL": 1, "Ts": 1,
	"cm": 6, "q": 0, "Q": 0, "g": 1, "rg": 3, "k": 4, "w": 1, "re": 4, "m": 2, "l": 2, "BDC": 2, "DP": 2, "BMC": 1, "BT": 0, "ET": 0, "EMC": 0,
}

// step follows an operator; false when it is not plain.
func (l *layout) step(op string, operands []pdf.Object) bool {
	if want, known := arity[op]; known && want != len(operands) {
		return false
	}
	n, numeric := numbers(operands)
	if !numeric && slices.Contains(strings.Fields("Td TD Tm Tc Tw Tz TL Ts cm g rg k w re m l"), op) {
		return false
	}
	switch op {
	case "q":
		l.saved = append(l.saved, l.state)
	case "Q":
		if k := len(l.saved); k > 0 {
			l.state, l.saved = l.saved[k-1], l.saved[:k-1]
		}
	case "cm":
		return scaled(&l.state.ctm, n)
	case "cs", "sc", "gs", "c", "v", "y":
		return false
	case "g", "rg", "k", "w", "re", "m", "l", "W", "W*", "f", "F", "f*", "B", "B*", "b", "b*", "S", "s":
		return l.paint(op, n)
	default:
		return l.text(op, n, operands)
	}
	return true
}

// text follows the operators of text (Tables 103 to 107).
func (l *layout) text(op string, n []float64, operands []pdf.Object) bool {
	s := &l.state
	switch op {
	case "BT":
		s.line, s.pen = [4]float64{1, 1, 0, 0}, 0
	case "Tm":
		s.line, s.pen = [4]float64{1, 1, 0, 0}, 0
		return scaled(&s.line, n)
	case "Td", "TD":
		if op == "TD" {
			s.tl = -n[1]
		}
		l.next(n[0], n[1])
	case "T*":
		l.next(0, -s.tl)
	case "TL":
		s.tl = n[0]
	case "Tf":
		size, ok := numbers(operands[1:])
		if !ok {
			return false
		}
		s.size = size[0]
	case "Tc":
		s.tc = n[0]
	case "Tw":
		s.tw = n[0]
	case "Tz":
		s.tz = n[0] / 100
		return n[0] >= 60 && n[0] <= 140
	case "Ts":
		return n[0] == 0
	case "'":
		l.next(0, -s.tl)
		return l.show(operands[0])
	case "\"":
		return false
	case "Tj", "TJ":
		return l.show(operands[0])
	case "n":
		l.points, l.frame = nil, false
	}
	return true
}

// paint follows colours and paths: no more than the ground and the border,
// before any text.
func (l *layout) paint(op string, n []float64) bool {
	s := &l.state
	switch op {
	case "g":
		s.ground = clamped(n[0])
		return true
	case "rg":
		s.ground = brightness(n)
		return true
	case "k":
		s.ground = 1 - min(1, brightness(n)+clamped(n[3]))
		return true
	case "w":
		s.stroke = n[0]
		return true
	case "W", "W*":
		return l.frame && len(l.points) == 0 // nothing but the box clips
	}
	switch op {
	case "m":
		l.points = append(l.points[:0], [2]float64{n[0], n[1]})
		return true
	case "l":
		l.points = append(l.points, [2]float64{n[0], n[1]})
		return l.edge()
	case "re":
		l.frame = true
		a, b := l.onBox(n[0], n[1])
		c, d := l.onBox(n[0]+n[2], n[1]+n[3])
		return l.covers(min(a, c), min(b, d), max(a, c), max(b, d))
	}
	framed := l.frame
	l.points, l.frame = nil, false
	if strings.ContainsAny(op, "bBsS") && !l.thin() {
		return false
	}
	if op != "S" && op != "s" {
		l.filled, l.ground = true, l.ground || framed
		l.under = min(l.under, s.ground)
	}
	return !l.shown
}

// contrast is how much darker than its ground text must be.
const contrast = 0.35

// clamped is a colour component as readers take it: out of range is its end.
func clamped(x float64) float64 { return min(1, max(0, x)) }

func brightness(rgb []float64) float64 {
	return 0.3*clamped(rgb[0]) + 0.59*clamped(rgb[1]) + 0.11*clamped(rgb[2])
}

// thin tells whether a line is a border on the page and not a bar.
func (l *layout) thin() bool {
	return l.state.stroke*max(l.state.ctm[0], l.state.ctm[1])*l.unit <= 3
}

// scaled puts a matrix that only scales and moves before another.
func scaled(m *[4]float64, n []float64) bool {
	*m = [4]float64{m[0] * n[0], m[1] * n[3], m[2] + m[0]*n[4], m[3] + m[1]*n[5]}
	return n[1] == 0 && n[2] == 0 && n[3] > 0 && m[0]/m[1] > 0.6 && m[0]/m[1] < 1.6
}

func (l *layout) next(x, y float64) {
	s := &l.state
	s.line[2] += x * s.line[0]
	s.line[3] += y * s.line[1]
	s.pen = 0
}

func (l *layout) onBox(x, y float64) (float64, float64) {
	return l.state.ctm[2] + x*l.state.ctm[0], l.state.ctm[3] + y*l.state.ctm[1]
}

// covers tells whether a rectangle is a ground, border or clip: most of the box.
func (l *layout) covers(x0, y0, x1, y1 float64) bool {
	w, h := l.box[2]-l.box[0], l.box[3]-l.box[1]
	near := func(a, b, side float64) bool {
		return math.Abs(a-b) <= max(4/max(l.unit, 0.1), 0.05*side) && math.Abs(a-b) <= 0.2*side
	}
	return (near(x0, l.box[0], w) || x0 < l.box[0]) && (near(y0, l.box[1], h) || y0 < l.box[1]) && (near(x1, l.box[2], w) || x1 > l.box[2]) && (near(y1, l.box[3], h) || y1 > l.box[3])
}

// edge tells whether the last line runs along a side of the box, or parts the
// cells of a comb.
func (l *layout) edge() bool {
	k := len(l.points)
	if k < 2 {
		return false
	}
	ax, ay := l.onBox(l.points[k-2][0], l.points[k-2][1])
	bx, by := l.onBox(l.points[k-1][0], l.points[k-1][1])
	if l.comb && ax == bx && math.Abs(ay-by) >= 0.8*(l.box[3]-l.box[1]) {
		return true
	}
	along := func(a, b, side, length float64) bool {
		return math.Abs(a-side) <= 0.1*length && math.Abs(b-side) <= 0.1*length
	}
	w, h := l.box[2]-l.box[0], l.box[3]-l.box[1]
	return along(ax, bx, l.box[0], min(w, h)) || along(ax, bx, l.box[2], min(w, h)) || along(ay, by, l.box[1], min(w, h)) || along(ay, by, l.box[3], min(w, h))
}

// show follows a string: it must stand in the box, dark, and right of or
// below what was shown before.
func (l *layout) show(o pdf.Object) bool {
	s := &l.state
	width, glyphs, ok := l.width(o)
	if !glyphs {
		s.pen += width
		return ok
	}
	x, y := l.onBox(s.line[2]+s.pen*s.line[0], s.line[3])
	size := s.size * s.line[1] * s.ctm[1]
	end := x + width*s.line[0]*s.ctm[0]
	inside := x >= l.box[0]-1 && end <= l.box[2]+1 && y >= l.box[1]-0.3*size && y+0.5*size <= l.box[3]
	legible := size*l.unit >= 2 && size <= 1.3*(l.box[3]-l.box[1]) && s.ground <= l.under-contrast && s.tc >= -0.1*s.size && s.tw >= -0.1*s.size
	below := y <= l.last[1]-0.5*max(size, l.height)
	beside := math.Abs(y-l.last[1]) < 0.05*size && x >= l.last[0]-0.05*size
	ordered := !l.shown || below || beside
	l.shown, l.last, l.height = true, [2]float64{end, y}, size
	s.pen += width
	return ok && inside && legible && ordered
}

// width is about how wide a string is at least, and whether it has glyphs.
// The pen may go back no more than kerning does.
func (l *layout) width(o pdf.Object) (sum float64, glyphs, ok bool) {
	const kerning = 200 // thousandths of the size
	s := &l.state
	list, isList := o.(pdf.Array)
	if !isList {
		list = pdf.Array{o}
	}
	back := 0.0
	for _, x := range list {
		if str, ok := x.(*pdf.String); ok {
			for _, c := range str.Value {
				glyphs, back = true, 0
				sum += s.tc + widthOf(c)*s.size
				if c == ' ' {
					sum += s.tw
				}
			}
			continue
		}
		n, ok := numbers([]pdf.Object{x})
		if !ok || back+n[0] > kerning {
			return 0, glyphs, false
		}
		back += n[0]
		sum -= n[0] / 1000 * s.size
	}
	return sum * s.tz, glyphs, true
}

func widthOf(c byte) float64 {
	switch {
	case c >= '0' && c <= '9':
		return 0.5
	case c < ' ':
		return 0 // the first half of a wide code
	case strings.IndexByte(" !'()*,-./:;I[]fijlrt|`", c) >= 0:
		return 0.2
	}
	return 0.4
}
