package pdf

// Readers repair a file for much less than what stops this one: a space too
// many in a table or a plus sign behind startxref is enough. So a file that is
// not written to the letter is compared with a scan.

// strict tells whether the tables of a file are written to the letter of
// 7.5.4, and its end to that of 7.5.5.
func (f *File) strict() bool {
	for i := range f.revs {
		for _, s := range f.revs[i].sections {
			if s.kind != "stream" && !f.strictTable(s.off) {
				return false
			}
		}
	}
	return f.Rebuilt || f.strictTail()
}

// A rawCursor goes over octets as they stand.
type rawCursor struct {
	w   *window
	off int64
}

func (c *rawCursor) peek() byte {
	if b := c.w.at(c.off); len(b) > 0 {
		return b[0]
	}
	return 0
}

func (c *rawCursor) word(s string) bool {
	if !c.w.has(c.off, s) {
		return false
	}
	c.off += int64(len(s))
	return true
}

// digits takes at least least and at most most digits, and gives their value.
func (c *rawCursor) digits(least, most int) (n int64, ok bool) {
	for i := range most {
		d := c.peek()
		if d < '0' || d > '9' {
			return n, i >= least
		}
		n, c.off = n*10+int64(d-'0'), c.off+1
	}
	return n, true
}

// lineEnd takes an end of line, with spaces before it where these may stand.
func (c *rawCursor) lineEnd(spaces bool) bool {
	for spaces && c.word(" ") {
	}
	return c.word("\r\n") || c.word("\n") || c.word("\r")
}

func (f *File) strictTable(off int64) bool {
	c := &rawCursor{&f.win, off}
	if !c.word("xref") || !c.lineEnd(true) {
		return false
	}
	for !c.word("trailer") {
		_, ok1 := c.digits(1, 10)
		ok2 := c.word(" ")
		count, ok3 := c.digits(1, 10)
		if !ok1 || !ok2 || !ok3 || !c.lineEnd(true) {
			return false
		}
		for range count {
			if !c.strictEntry() {
				return false
			}
		}
	}
	return true
}

// strictEntry takes the 20 octets of an entry.
func (c *rawCursor) strictEntry() bool {
	_, ok := c.digits(10, 10)
	ok = ok && c.word(" ")
	if ok {
		_, ok = c.digits(5, 5)
	}
	return ok && c.word(" ") && (c.word("n") || c.word("f")) && (c.word(" \n") || c.word(" \r") || c.word("\r\n"))
}

// strictTail looks at the last startxref, which stands on a line of its own,
// as its number does and %%EOF.
func (f *File) strictTail() bool {
	t := f.lastTail()
	if t.pos < 1 {
		return false
	}
	c := &rawCursor{&f.win, t.pos - 1}
	if b := c.peek(); b != '\n' && b != '\r' {
		return false
	}
	c.off = t.pos + int64(len("startxref"))
	if !c.lineEnd(true) {
		return false
	}
	n, ok := c.digits(1, 18)
	return ok && n == t.value && c.lineEnd(true) && c.word("%%EOF")
}
