package cms

import (
	"errors"
	"io"

	"github.com/kakuin/kakuin/eseal/purse"
)

// An Extent is a piece of the content in the file, from Start to before End.
type Extent struct{ Start, End int64 }

// ContentExtents finds where the attached content of a message lies, without
// reading it: what is left of the file without these pieces is the message's
// structure. None where there is no content.
func ContentExtents(r io.ReaderAt, size int64, p *purse.Purse) ([]Extent, error) {
	m := newMessage(p)
	if err := m.stream(&scanner{src: r, size: size, purse: m.sd.purse, places: true}); err != nil {
		return nil, err
	}
	c := m.sd.Content
	if c == nil || c.size == 0 {
		return nil, nil
	}
	if c.src == nil {
		return nil, errors.New("the place of the content is not known")
	}
	out := []Extent{{c.first.off, c.first.off + c.first.n}}
	for _, e := range c.more {
		out = append(out, Extent{e.off, e.off + e.n})
	}
	return out, nil
}
