package eseal

import (
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/view"
)

// rewrapped goes on where a text wrapping was taken off.
func (b *builder) rewrapped(content *source) error {
	w := b.facts.Wrapped
	r, err := w.Message.reader(true)
	if err != nil {
		return err
	}
	if b.beside = w.Beside; w.Content >= 0 {
		content = b.add(newSource("content"))
		content.size, content.open = w.Content, notKept
	}
	b.level()
	first := make([]byte, min(w.Message.Size, sniffed))
	if _, err := r.ReadAt(first, 0); err != nil {
		return err
	}
	return b.readDER(r, w.Message.Size, first, content)
}

func (t *taken) wrapped(der, content []byte, beside bool) {
	t.armour = &armoured{der: der, content: content, beside: beside}
}

// said is the text that a visible signature shows.
func (b *builder) said(rev int, widget pdf.Ref) string {
	s := ""
	if b.absent {
		s = b.facts.said()
	} else {
		s = view.Said(b.doc.PDF, rev, widget)
		b.taken.Said = append(b.taken.Said, s)
	}
	b.level()
	return s
}

func (r *record) said() string {
	if r.saids++; r.saids > len(r.Taken.Said) {
		r.unfit = true
		return ""
	}
	return r.Taken.Said[r.saids-1]
}

func (r *record) blank() bool {
	if r.blanks++; r.blanks > len(r.Taken.Blank) {
		r.unfit = true
		return false
	}
	return r.Taken.Blank[r.blanks-1]
}

// level writes down what is left in the purse after a stage of reading, or
// brings the purse to it where that stage is not gone through again: a limit
// must be met at the same place.
func (b *builder) level() {
	if !b.absent {
		b.taken.Levels = append(b.taken.Levels, b.purse.Levels())
		return
	}
	r := b.facts
	if r.levels++; r.levels > len(r.Taken.Levels) || !b.purse.Bring(r.Taken.Levels[r.levels-1]) {
		r.unfit = true
	}
}
