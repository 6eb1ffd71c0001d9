package view

import (
	"strings"
	"unicode/utf8"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/eseal/purse"
)

// maxSaid bounds the text of a seal; the longest real ones name a holder, a
// reason and a time.
const maxSaid = 1000

// maxForms bounds the form XObjects that one appearance draws; producers nest
// three (12.8.3, the layers n0 and n2 of old viewers).
const maxForms = 16

// A saying is the text that an appearance stream shows.
type saying struct {
	f     *pdf.File
	rev   int
	text  strings.Builder
	forms int
	plain bool
}

// Said is the text that a widget's normal appearance draws (12.5.5). It is empty where a part of it cannot be read with
// certainty, such as letters of an embedded font of its own.
func Said(f *pdf.File, rev int, widget pdf.Ref) string {
	if f.Encrypted && !f.Decrypted || widget.Number == 0 {
		return ""
	}
	d := pdf.DictOf(f.Resolve(rev, widget))
	ap := f.Dict(rev, d, "AP")
	n := f.Value(rev, ap, "N")
	if states, ok := n.(*pdf.Dict); ok {
		n = f.Value(rev, states, d.Name("AS"))
	}
	st, ok := n.(*pdf.Stream)
	if !ok {
		return ""
	}
	s := &saying{f: f, rev: rev, plain: true}
	s.read(st, f.Dict(rev, st.Dict, "Resources"))
	if !s.plain {
		return ""
	}
	return joined(s.text.String())
}

// joined puts lines in a row. Seals are set letter by letter, in columns: such
// letters make a word.
func joined(text string) string {
	var out strings.Builder
	alone := false
	for l := range strings.Lines(text) {
		if l = strings.Join(strings.Fields(l), " "); l == "" {
			continue
		}
		letter := utf8.RuneCountInString(l) == 1
		if out.Len() > 0 && !(alone && letter) {
			out.WriteByte(' ')
		}
		out.WriteString(l)
		alone = letter
	}
	return out.String()
}

// read follows one stream; a form without resources of its own takes those of
// the one that draws it (7.8.3).
func (s *saying) read(st *pdf.Stream, res *pdf.Dict) {
	if s.forms++; s.forms > maxForms {
		s.plain = false
		return
	}
	data, err := s.f.Decode(st)
	if err != nil {
		s.f.Spent(err)
		s.plain = false
		return
	}
	defer s.f.Purse().Give(purse.Bytes, int64(cap(data)))
	d := &drawn{saying: s, res: res, fonts: s.f.Dict(s.rev, res, "Font")}
	if err = pdf.Operators(data, s.f.Purse(), d.operator); err != nil {
		s.f.Spent(err)
		s.plain = false
	}
	s.plain = s.plain && s.text.Len() <= room
}

// room is for the text with the line ends that operators put into it.
const room = 8 * maxSaid

// drawn is one stream that is followed.
type drawn struct {
	*saying
	res, fonts *pdf.Dict
	decode     func(*pdf.String) (string, bool)
	saved      []func(*pdf.String) (string, bool)
}

func (s *drawn) operator(op string, operands []pdf.Object) bool {
	var last pdf.Object
	if n := len(operands); n > 0 {
		last = operands[n-1]
	}
	switch op {
	case "q":
		s.saved = append(s.saved, s.decode)
		s.plain = s.plain && len(s.saved) < maxSaid
	case "Q":
		if n := len(s.saved); n > 0 {
			s.decode, s.saved = s.saved[n-1], s.saved[:n-1]
		}
	case "Tf":
		s.decode = nil
		if len(operands) == 2 {
			name, _ := operands[0].(pdf.Name)
			s.decode = diff.FontCodes(s.f, s.rev, s.fonts, name)
		}
	case "Tj", "TJ", "'", "\"":
		s.show(last, s.decode, op)
	case "Td", "TD", "Tm", "T*", "ET":
		s.text.WriteByte('\n')
	case "Tr":
		s.plain = s.plain && last == pdf.Integer(0)
	case "Do":
		name, _ := last.(pdf.Name)
		s.form(name, s.res)
	}
	return s.plain && s.text.Len() <= room
}

func (s *saying) form(name pdf.Name, res *pdf.Dict) {
	x, ok := s.f.Value(s.rev, s.f.Dict(s.rev, res, "XObject"), name).(*pdf.Stream)
	if !ok || s.f.Value(s.rev, x.Dict, "Subtype") != pdf.Name("Form") {
		return // an image
	}
	own := s.f.Dict(s.rev, x.Dict, "Resources")
	if own == nil {
		own = res
	}
	s.read(x, own)
}

func (s *saying) show(o pdf.Object, decode func(*pdf.String) (string, bool), op string) {
	if op != "Tj" && op != "TJ" {
		s.text.WriteByte('\n')
	}
	list, ok := o.(pdf.Array)
	if !ok {
		list = pdf.Array{o}
	}
	for _, x := range list {
		str, ok := x.(*pdf.String)
		if !ok {
			if n, ok := x.(pdf.Integer); ok && n < -200 {
				s.text.WriteByte(' ') // set apart as far as a space
			}
			continue
		}
		if decode == nil {
			s.plain = false
			return
		}
		t, known := decode(str)
		s.text.WriteString(t)
		s.plain = s.plain && known
	}
}
