package pdf

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal/purse"
)

// facts writes down everything that Open says.
func facts(f *File) string {
	var b bytes.Buffer
	fmt.Fprintln(&b, f.Size, f.Version, f.HeaderOffset, f.Linearized, f.Rebuilt, f.Encrypted, f.Encryption, f.Exhausted)
	fmt.Fprintf(&b, "%+v\n%v\n", f.Revisions, f.Notes)
	for _, s := range f.Signatures {
		fmt.Fprintf(&b, "%+v %d %d %v %v %v %+v %v\n", s.Field, s.ObjectNumber, s.Revision, s.ByteRange, s.Contents, s.Notes, s.Coverage, s.Problem)
	}
	fmt.Fprintln(&b, f.Readings)
	if s := f.SecurityStore; s != nil {
		fmt.Fprintf(&b, "%+v\n", *s)
	}
	return b.String()
}

func FuzzOpen(f *testing.F) {
	seeds := [][]byte{plain().Bytes(), signed().Bytes(), withStore().Bytes(), compressedDoc().Bytes(), hybridDoc().Bytes(), filledForm().Bytes(), []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj")}
	for _, c := range append(twofolds(), laterfolds()...) {
		seeds = append(seeds, c.file())
	}
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := purse.Limits{Bytes: 16 << 20, Objects: 400_000}
		a, err := Open(bytes.NewReader(data), int64(len(data)), purse.New(limits))
		if err != nil {
			return
		}
		b, err := Open(bytes.NewReader(data), int64(len(data)), purse.New(limits))
		if err != nil {
			t.Fatal("the second reading fails: ", err)
		}
		if x, y := facts(a), facts(b); x != y {
			t.Fatalf("two readings differ:\n%s\n%s", x, y)
		}
		for _, s := range a.Signatures {
			checkSignature(t, s, data)
		}
	})
}

// checkSignature holds what is true of every signature entry whatever the file.
func checkSignature(t *testing.T, s *Signature, data []byte) {
	if s.ContentsStart >= 0 {
		if s.ContentsEnd <= s.ContentsStart || s.ContentsEnd > int64(len(data)) {
			t.Fatalf("contents at %d-%d of %d", s.ContentsStart, s.ContentsEnd, len(data))
		}
		l := lexer{buf: data[s.ContentsStart:s.ContentsEnd], p: purse.New(purse.Limits{})}
		if l.next() != tokString || !bytes.Equal(l.str.Value, s.Contents) || l.pos != len(l.buf) {
			t.Fatal("the octets at the string's place are not the string")
		}
	}
	n, err := io.Copy(io.Discard, s.Signed(bytes.NewReader(data)))
	if s.Coverage.Valid && (err != nil || n != s.Coverage.SignedBytes || s.Revision == 0 || !s.Coverage.GapIsContents) {
		t.Fatalf("valid coverage that is not: %+v, %d octets, %v", s.Coverage, n, err)
	}
	if s.Coverage.WholeFile && s.Coverage.Valid && n+s.ContentsEnd-s.ContentsStart < int64(len(data))-16 {
		t.Fatalf("the whole file has %d octets, %d are signed", len(data), n)
	}
}

func FuzzLexer(f *testing.F) {
	for _, s := range []string{"<</A[1 2.5 -3 (a\\(b\\053)]/B<48 6>>>", "[[[[(", "<<<<>>", "1 0 R R 5 R", "1 R 5 R", "1]5 R", "[1>>5 R]", "/#41#4", "(\\\r\n\\777)"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := parser{lexer: lexer{buf: data, p: purse.New(purse.Limits{Objects: 100_000})}, names: map[string]Object{}}
		o, err := p.value()
		if err != nil {
			return
		}
		if !equal(o, o) && !hasDuplicate(o) {
			t.Fatal("an object is not equal to itself")
		}
		q := lexer{buf: data, p: purse.New(purse.Limits{Objects: 100_000}), skip: true}
		refs, err := q.references(false)
		if err != nil {
			return
		}
		n := 0
		eachRef(o, func(r Ref) {
			if r.Number >= 0 && r.Number <= maxObjectNumber {
				n++
			}
		})
		if n > len(refs) {
			t.Fatalf("the parser sees %d references, the skimmer %v", n, refs)
		}
	})
}

// What a probe takes for plain, the parser reads without an oddity, and both
// see the same references.
func FuzzProbe(f *testing.F) {
	for _, s := range []string{"<</A[1 2.5 -3(a)]/B<48 6>/C 5 0 R>>endobj", "<</Length 5/A 5 0 R>>stream\n", "[1 0 R 2 0 R 3]endobj", "<</A 1/A 1>>endobj", "<</A 1 2/B 3>>endobj",
		"<</Length 5 0 R>>stream\n", "/Name endobj", "5 endobj", "<</A null>>endobj", "<<>>", "<</A<</B[]>>/C true>>", "<4g>endobj"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := purse.Limits{Objects: 100_000}
		for _, single := range []bool{false, true} {
			pr := probe{l: &lexer{buf: data, p: purse.New(limits)}}
			how, err := pr.object(single)
			if how == notPlain || err != nil {
				continue
			}
			p := parser{lexer: lexer{buf: data, p: purse.New(limits)}, names: map[string]Object{}, single: single}
			o, err := p.value()
			s := survey{f: &File{}}
			if bad := s.walk(o); err != nil || p.odd || bad&flawTokens != 0 || hasKeyTwice(o) {
				t.Fatalf("plain, and yet %v %v %v %v", o, err, p.odd, bad)
			}
			var refs []Ref
			eachRef(o, func(r Ref) { refs = append(refs, r) })
			if !slices.Equal(refs, pr.refs) {
				t.Fatalf("the parser sees %v, the probe %v", refs, pr.refs)
			}
			if n, ok := dictOf(o).Int("Length"); pr.length >= 0 && (!ok || n != pr.length) {
				t.Fatalf("/Length %d, and %d to the probe", n, pr.length)
			}
			if how == atValue && p.pos != pr.l.pos || how == atStream && p.stop != "stream" {
				t.Fatalf("the parser ends at %d %q, the probe at %d", p.pos, p.stop, pr.l.pos)
			}
		}
	})
}

func hasKeyTwice(o Object) bool {
	switch v := o.(type) {
	case Array:
		return slices.ContainsFunc(v, hasKeyTwice)
	case *Dict:
		return len(v.Duplicate) > 0 || slices.ContainsFunc(v.Entries, func(e Entry) bool { return hasKeyTwice(e.Value) })
	}
	return false
}

func hasDuplicate(o Object) bool {
	switch v := o.(type) {
	case Array:
		for _, x := range v {
			if hasDuplicate(x) {
				return true
			}
		}
	case *Dict:
		for _, e := range v.Entries {
			if hasDuplicate(e.Value) {
				return true
			}
		}
		return len(v.Duplicate) > 0
	case *Stream:
		return true
	case Real:
		return v != v
	}
	return false
}
