package pdf

import "github.com/kakuin/kakuin/eseal/purse"

// Plain tells whether an object that stands by itself is written so that all
// readers see the same: one value, its stream, endobj, and nothing but white
// space and comments between them (7.3.8.1, 7.3.10). Some readers take what
// stands there for more of the stream.
func (f *File) Plain(rev, num int) bool {
	e, ok := f.lookup(rev, num)
	if !ok || e.kind != entryUsed {
		return true
	}
	p := f.parser()
	before := f.purse.Left(purse.Bytes)
	_, o, err := p.indirect(e.off)
	f.purse.Give(purse.Bytes, before-f.purse.Left(purse.Bytes))
	if err != nil || p.odd {
		f.failed(err)
		return false
	}
	st, ok := o.(*Stream)
	if !ok {
		return p.stop == "endobj"
	}
	st.rev = int(e.rev)
	if err := f.measure(st); err != nil {
		f.failed(err)
		return false
	}
	p.seek(st.DataStart + st.DataLen)
	return p.nextIs("endstream") && p.nextIs("endobj")
}

func (p *parser) nextIs(word string) bool { return p.next() == tokWord && string(p.word) == word }
