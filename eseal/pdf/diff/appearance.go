package diff

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// What a field's appearance says beside its value.
type agreement uint8

const (
	agrees      agreement = iota // it shows the value, or what was sealed
	notCompared                  // what it shows cannot be read with certainty
	differs                      // it shows something else
)

// shown compares the appearance of a widget with the value of its field.
func (u *update) shown(was node, fd field, is node) agreement {
	if fd.kind != "Btn" && !pdf.Equal(was.dict.Get("AS"), is.dict.Get("AS")) {
		return differs // another of the streams that were prepared
	}
	if u.sealedAppearance(was, is) {
		return agrees
	}
	ap := u.f.Dict(u.rev, is.dict, "AP")
	if !only(u.f.Dict(u.rev-1, was.dict, "AP"), ap, "N") {
		return differs // another look under the pointer
	}
	st, ok := u.f.Value(u.rev, ap, "N").(*pdf.Stream)
	if !ok {
		return differs
	}
	t := u.drawn(st, fd, is.dict)
	switch wanted := u.wanted(fd); {
	case t.foreign:
		return differs
	case t.unsure || fd.scripts || fd.flags&flagPassword != 0:
		return notCompared
	case fd.kind == "Ch" && fd.flags&flagCombo == 0:
		return notCompared // a list box shows its other rows too
	case letters(t.text.String()) != letters(wanted):
		return differs
	case t.odd, t.layout.filled && !u.hadGround(was):
		return notCompared
	}
	return agrees
}

// sealedAppearance tells whether a widget is drawn as it was before.
func (u *update) sealedAppearance(was, is node) bool {
	if !pdf.Equal(was.dict.Get("AP"), is.dict.Get("AP")) {
		return false
	}
	ap, _ := is.dict.Get("AP").(pdf.Ref)
	n, _ := u.f.Dict(u.rev, is.dict, "AP").Get("N").(pdf.Ref)
	return u.changes[ap.Number] == nil && u.changes[n.Number] == nil
}

// wanted is the text that the value stands for: of a choice, the words of the
// row (Table 234).
func (u *update) wanted(fd field) string {
	var values []string
	switch v := u.f.Resolve(u.rev, fd.value).(type) {
	case *pdf.String:
		values = []string{v.Text()}
	case pdf.Array:
		for _, o := range v {
			if s, ok := u.f.Resolve(u.rev, o).(*pdf.String); ok {
				values = append(values, s.Text())
			}
		}
	}
	if fd.kind == "Ch" {
		rows, _ := u.f.Resolve(u.rev, fd.opt).(pdf.Array)
		for i, v := range values {
			values[i] = u.row(rows, v)
		}
	}
	return strings.Join(values, "")
}

func (u *update) row(rows pdf.Array, value string) string {
	for _, o := range rows {
		pair, _ := u.f.Resolve(u.rev, o).(pdf.Array)
		if len(pair) != 2 {
			continue
		}
		export, ok1 := u.f.Resolve(u.rev, pair[0]).(*pdf.String)
		shown, ok2 := u.f.Resolve(u.rev, pair[1]).(*pdf.String)
		if ok1 && ok2 && export.Text() == value {
			return shown.Text()
		}
	}
	return value
}

// letters is a text without its white space and control characters: lines
// are broken as the producer likes.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// A drawing is what an appearance stream of a text field draws.
type drawing struct {
	u       *update
	fonts   []*pdf.Dict // where font names are looked up, in order
	decode  func(*pdf.String) (string, bool)
	text    strings.Builder
	foreign bool // something else than text, borders and backgrounds
	unsure  bool // text whose glyphs are not known
	odd     bool // text that may not be seen, or not so
	paths   int
	layout  *layout
	saved   []func(*pdf.String) (string, bool)
}

// pathRoom is how many lines and curves a border has; letters could be drawn
// with more.
const pathRoom = 40

// maxSaved bounds the graphics states that an appearance saves; what saves
// more is not read to its end and therefore foreign.
const maxSaved = 63

// drawn reads an appearance stream.
func (u *update) drawn(st *pdf.Stream, fd field, widget *pdf.Dict) *drawing {
	l, plain := u.layoutOf(st, fd, widget)
	t := &drawing{u: u, decode: latin, layout: l, odd: !plain}
	data, err := u.f.Decode(st)
	if err != nil {
		u.f.Spent(err)
		t.unsure = true
		return t
	}
	defer u.f.Purse().Give(purse.Bytes, int64(cap(data)))
	form := u.f.Dict(u.rev, u.f.Catalog(u.rev), "AcroForm")
	for _, d := range []*pdf.Dict{u.f.Dict(u.rev, st.Dict, "Resources"), u.f.Dict(u.rev, form, "DR")} {
		if d = u.f.Dict(u.rev, d, "Font"); d != nil {
			t.fonts = append(t.fonts, d)
		}
	}
	room := pathRoom + 2*int(min(max(0, fd.maxLen), 1000)) // the cells of a comb
	if err := pdf.Operators(data, u.f.Purse(), t.operator); err != nil {
		u.f.Spent(err)
		t.foreign = true
	}
	t.foreign = t.foreign || t.paths > room
	return t
}

// plain operators set the state of lines, colours and text, or mark content.
var plain = func() map[string]bool {
	m := map[string]bool{}
	for _, op := range strings.Fields("cm w J j M d ri i gs S s f F f* B B* b b* n W W* h BT ET Tc Tw Tz TL Ts Td TD Tm T* CS cs SC sc G g RG rg K k BMC EMC MP") {
		m[op] = true
	}
	return m
}()

// operator follows one operator; reading stops at the first that is foreign.
func (t *drawing) operator(op string, operands []pdf.Object) bool {
	if !t.layout.step(op, operands) {
		t.odd = true
	}
	var last pdf.Object
	if n := len(operands); n > 0 {
		last = operands[n-1]
	}
	switch op {
	case "q":
		t.saved = append(t.saved, t.decode)
		t.foreign = len(t.saved) > maxSaved
	case "Q":
		if n := len(t.saved); n > 0 {
			t.decode, t.saved = t.saved[n-1], t.saved[:n-1]
		}
	case "Tf":
		if len(operands) > 0 {
			name, _ := operands[0].(pdf.Name)
			t.decode = t.font(name)
		}
	case "Tj", "'", "\"":
		t.show(last)
	case "TJ":
		a, _ := last.(pdf.Array)
		for _, o := range a {
			t.show(o)
		}
	case "m", "l", "c", "v", "y", "re":
		t.paths++
	case "Tr":
		t.foreign = last != pdf.Integer(0)
	case "BDC", "DP":
		t.foreign = len(operands) != 2 || operands[0] == pdf.Name("OC")
	case "W", "W*", "cs", "sc", "scn", "g", "rg", "k", "gs":
		t.unsure = t.unsure || t.text.Len() > 0 // a part of the text may be hidden
		t.foreign = !plain[op]
	default:
		t.foreign = !plain[op]
	}
	return !t.foreign
}

func (t *drawing) show(o pdf.Object) {
	s, ok := o.(*pdf.String)
	if !ok {
		return
	}
	text, known := t.decode(s)
	t.text.WriteString(text)
	t.unsure = t.unsure || !known
}

func latin(s *pdf.String) (string, bool) {
	plain := true
	for _, b := range s.Value {
		plain = plain && (b >= ' ' && b < 0x7f || b == '\r' || b == '\n')
	}
	return (&pdf.String{Value: append([]byte(nil), s.Value...)}).Text(), plain
}

func wide(s *pdf.String) (string, bool) {
	units := make([]uint16, 0, len(s.Value)/2)
	for b := s.Value; len(b) >= 2; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	return string(utf16.Decode(units)), len(s.Value)%2 == 0
}

func unknown(*pdf.String) (string, bool) { return "", false }

// font tells how a font's codes are read. A font that the update brings with
// glyphs of its own could show anything.
func (t *drawing) font(name pdf.Name) func(*pdf.String) (string, bool) {
	for _, d := range t.fonts {
		o := d.Get(name)
		if o == nil {
			continue
		}
		font := pdf.DictOf(t.u.f.Resolve(t.u.rev, o))
		if font == nil || len(font.Duplicate) > 0 || pictures(font.Name("BaseFont")) {
			return unknown
		}
		if ref, ok := o.(pdf.Ref); !ok || t.u.changes[ref.Number] != nil {
			if t.u.f.Dict(t.u.rev, font, "FontDescriptor") != nil || font.Name("Subtype") == "Type0" {
				return unknown
			}
		}
		encoding := t.u.f.Value(t.u.rev, font, "Encoding")
		if d := t.u.f.Dict(t.u.rev, font, "FontDescriptor"); d.Has("FontFile") || d.Has("FontFile2") || d.Has("FontFile3") {
			if _, named := encoding.(pdf.Name); !named || strings.Contains(string(font.Name("BaseFont")), "+") {
				return unknown // its own encoding, or not all of its glyphs
			}
		}
		switch enc := encoding.(type) {
		case nil:
			if font.Name("Subtype") != "Type3" && font.Name("Subtype") != "Type0" {
				return latin
			}
		case pdf.Name:
			return byEncoding(enc, font.Name("Subtype"))
		case *pdf.Dict:
			if base := enc.Get("BaseEncoding"); font.Name("Subtype") != "Type3" && len(enc.Duplicate) == 0 && base != pdf.Name("MacExpertEncoding") && !t.u.turnsLetters(enc) {
				return latin
			}
		}
		return unknown
	}
	return latin // the reader takes a font of its own
}

func byEncoding(enc, subtype pdf.Name) func(*pdf.String) (string, bool) {
	switch {
	case subtype == "Type3":
	case subtype == "Type0" && (strings.HasSuffix(string(enc), "-UTF16-H") || strings.HasSuffix(string(enc), "-UCS2-H")):
		return wide // predefined maps whose codes are Unicode (Table 116)
	case subtype != "Type0" && (enc == "WinAnsiEncoding" || enc == "MacRomanEncoding" || enc == "StandardEncoding" || enc == "PDFDocEncoding"):
		return latin
	}
	return unknown
}

// turnsLetters tells whether /Differences gives codes of ASCII letters other
// glyphs (9.6.5.1).
func (u *update) turnsLetters(enc *pdf.Dict) bool {
	code := pdf.Integer(0)
	for _, o := range u.f.Array(u.rev, enc, "Differences") {
		switch v := o.(type) {
		case pdf.Integer:
			code = v
		case pdf.Name:
			if code > ' ' && code < 0x7f && code != '\'' && code != '`' && string(v) != string(rune(code)) {
				return true
			}
			code++
		}
	}
	return false
}

// pictures tells whether a font has other glyphs than letters for their codes.
func pictures(name pdf.Name) bool {
	low := strings.ToLower(string(name))
	return low == "" || strings.Contains(low, "symbol") || strings.Contains(low, "ding") || strings.Contains(low, "marlett")
}
