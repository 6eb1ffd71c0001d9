package cms

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// inlineContent is the size up to which content is held in memory: real
// signed mail and tokens are far below, one read is cheaper than many.
const inlineContent = 1 << 20

// maxPadding is how far octets after a streamed message are looked at; PDF
// rooms for a signature reach some hundred kilobytes.
const maxPadding = 16 << 20

// Open reads one ContentInfo from a file. Attached content larger than a
// mebibyte stays in the file, which must not change; everything else is held,
// at the purse's expense. A nil purse means the default limits.
func Open(r io.ReaderAt, size int64, p *purse.Purse) (*SignedData, error) {
	m := newMessage(p)
	s := &scanner{src: r, size: size, purse: m.sd.purse}
	if err := m.open(s); err != nil {
		return nil, fmt.Errorf("CMS message: %w", err)
	}
	return &m.sd, nil
}

func (m *message) open(s *scanner) error {
	if s.size <= inlineContent {
		data, err := s.hold(0, s.size)
		if err != nil {
			return err
		}
		return m.parse(data)
	}
	return m.stream(s)
}

// stream reads a message whose content may stay in the file.
func (m *message) stream(s *scanner) error {
	s.window = make([]byte, windowSize)
	sd := &m.sd
	outer, err := s.enterContentInfo(sd)
	if err != nil {
		return err
	}
	body := &outer[len(outer)-1]
	if err := s.readHead(sd); err != nil {
		return err
	}
	start := s.pos
	if err := s.readEncap(sd, body); err != nil {
		return fmt.Errorf("encapContentInfo: %w", err)
	}
	sd.encap = Content{src: s.src, first: extent{start, s.pos - start}, size: s.pos - start}
	if err := m.openTail(s, body); err != nil {
		return err
	}
	for i := len(outer) - 2; i >= 0; i-- {
		if err := s.leaveOuter(sd, outer[i]); err != nil {
			return err
		}
	}
	return s.trailing(sd)
}

// leaveOuter steps over the end of ContentInfo or its content. What stands
// there besides SignedData was not signed by anybody: a note.
func (s *scanner) leaveOuter(sd *SignedData, f frame) error {
	if done, err := s.atEnd(f); err != nil || done {
		return errors.Join(err, s.leave(f))
	}
	sd.base = 0
	sd.note(CodeUnknownElement, "ContentInfo", int(min(s.pos, math.MaxInt)), nil)
	_, err := s.skip(header{frame: f})
	return err
}

// openTail reads what follows encapContentInfo, held in memory.
func (m *message) openTail(s *scanner, body *frame) error {
	sd := &m.sd
	from, to := s.pos, body.end
	if body.indefinite {
		to = s.size
	}
	tail, err := s.hold(from, to)
	if err != nil {
		return err
	}
	sd.base = from
	if !body.indefinite {
		in := ber.NewReader(tail, sd.purse)
		s.pos = to
		return countedFrom(sd.base, m.readTail(&in))
	}
	// The end-of-contents octets of SignedData are found by reading the rest
	// as the value whose start lies before the content.
	sd.base -= 2
	r := ber.NewReader(append([]byte{0x30, 0x80}, tail...), sd.purse)
	e, in, err := r.ExpectEnter(ber.Sequence, "SignedData")
	if err != nil {
		return countedFrom(sd.base, err)
	}
	s.pos = sd.base + int64(len(e.Raw))
	return countedFrom(sd.base, m.readTail(&in))
}

// readHead reads version and digestAlgorithms of a streamed message.
func (s *scanner) readHead(sd *SignedData) error {
	// Both are small: 64 KiB hold some thousand algorithms.
	head, err := s.hold(s.pos, min(s.pos+64<<10, s.size))
	if err != nil {
		return err
	}
	sd.base = s.pos
	in := ber.NewReader(head, s.purse)
	if err := sd.readHead(&in); err != nil {
		return err
	}
	sd.base = 0
	s.pos += int64(in.Offset())
	return nil
}

// enterContentInfo steps into SignedData and gives the values that are open.
func (s *scanner) enterContentInfo(sd *SignedData) ([]frame, error) {
	file := frame{end: s.size}
	info, err := s.enter(file, 0x30, "ContentInfo")
	if err != nil {
		return nil, err
	}
	if id, err := s.peek(); err != nil {
		return nil, err
	} else if id == 0x02 {
		sd.note(CodeBare, "SignedData", 0, nil)
		return []frame{info}, nil
	}
	typ, err := s.objectID("contentType")
	if err != nil {
		return nil, err
	}
	if typ != oidSignedData {
		return nil, &NotSignedData{ContentType: typ}
	}
	content, err := s.enter(info, 0xa0, "content")
	if err != nil {
		return nil, err
	}
	body, err := s.enter(content, 0x30, "SignedData")
	return []frame{info, content, body}, err
}

// readEncap reads encapContentInfo, its content as extents of the file.
func (s *scanner) readEncap(sd *SignedData, body *frame) error {
	encap, err := s.enter(*body, 0x30, "encapContentInfo")
	if err != nil {
		return err
	}
	if sd.ContentType, err = s.objectID("eContentType"); err != nil {
		return err
	}
	if done, err := s.atEnd(encap); err != nil {
		return err
	} else if done {
		return s.leave(encap)
	}
	explicit, err := s.enter(encap, 0xa0, "eContent")
	if err != nil {
		return err
	}
	sd.Content = &sd.content
	sd.content.src = s.src
	if err := s.readContent(sd, explicit); err != nil {
		return fmt.Errorf("eContent: %w", err)
	}
	if err := s.leave(explicit); err != nil {
		return err
	}
	if err := s.leave(encap); err != nil {
		return err
	}
	if s.places {
		return nil
	}
	return s.inline(&sd.content)
}

// readContent reads the value inside eContent.
func (s *scanner) readContent(sd *SignedData, in frame) error {
	at := s.pos
	h, err := s.header(in)
	if err != nil {
		return err
	}
	c := &sd.content
	if h.id&^0x20 == 0x04 {
		return s.segments(c, h, 1)
	}
	sd.note(CodeNotOctets, "eContent", int(at), note.Params{"tag": h.tag().String()})
	from := s.pos
	to, err := s.skip(h)
	if err != nil {
		return err
	}
	return c.add(from, to-from, s.purse)
}

// segments collects the pieces of an OCTET STRING whose header was read (X.690 8.7.3).
func (s *scanner) segments(c *Content, h header, depth int) error {
	if depth > s.purse.MaxDepth() {
		return fmt.Errorf("octet %d: %w", s.pos, s.purse.TooDeep())
	}
	if h.id&0x20 == 0 {
		err := c.add(s.pos, h.frame.end-s.pos, s.purse)
		s.pos = h.frame.end
		return err
	}
	for {
		done, err := s.atEnd(h.frame)
		if err != nil {
			return err
		}
		if done {
			return s.leave(h.frame)
		}
		at := s.pos
		seg, err := s.header(h.frame)
		if err != nil {
			return err
		}
		if seg.id&^0x20 != 0x04 {
			return fmt.Errorf("octet %d: identifier %02x inside a constructed octet string", at, seg.id)
		}
		if err := s.segments(c, seg, depth+1); err != nil {
			return err
		}
	}
}

// inline reads content that is small after all into memory.
func (s *scanner) inline(c *Content) error {
	if c.size > inlineContent {
		return nil
	}
	if err := s.purse.Take(purse.Bytes, c.size); err != nil {
		return err
	}
	b := make([]byte, c.size)
	if _, err := io.ReadFull(c.Reader(), b); err != nil {
		return err
	}
	*c = inMemory(b)
	return nil
}

// trailing counts what follows the message.
func (s *scanner) trailing(sd *SignedData) error {
	sd.Trailing = s.size - s.pos
	zero := sd.Trailing <= maxPadding
	for at := s.pos; zero && at < s.size; {
		b := s.window[:min(int64(len(s.window)), s.size-at)]
		if err := readFull(s.src, b, at); err != nil {
			return err
		}
		zero = allZero(b)
		at += int64(len(b))
	}
	if !zero {
		sd.base = 0
		sd.note(CodeTrailing, "ContentInfo", int(min(s.pos, math.MaxInt)), note.Params{"octets": fmt.Sprint(sd.Trailing)})
	}
	return nil
}
