package archive

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"testing"
)

func members() []Member {
	return []Member{{"a.json", []byte("{}")}, {"b", nil}, {"octets/00", bytes.Repeat([]byte("x"), 300)}}
}

// TestAnyToolReads: the archive is a ZIP file to everybody else.
func TestAnyToolReads(t *testing.T) {
	data, err := Write(members())
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range members() {
		f := z.File[i]
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || f.Name != m.Name || !bytes.Equal(got, m.Data) || f.Method != zip.Store {
			t.Errorf("%s: %v %q", f.Name, err, got)
		}
	}
	got, err := Read(data)
	if err != nil || !slices.EqualFunc(got, members(), func(a, b Member) bool { return a.Name == b.Name && bytes.Equal(a.Data, b.Data) }) {
		t.Errorf("%v %v", err, got)
	}
}

// TestEveryOctet: no octet can be changed, left away or added.
func TestEveryOctet(t *testing.T) {
	data, err := Write(members())
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		for bit := range 8 {
			b := bytes.Clone(data)
			b[i] ^= 1 << bit
			if _, err := Read(b); err == nil {
				t.Fatalf("octet %d, bit %d: accepted", i, bit)
			}
		}
		if _, err := Read(data[:i]); err == nil {
			t.Fatalf("the first %d octets are accepted", i)
		}
		if _, err := Read(slices.Insert(bytes.Clone(data), i, 0)); err == nil {
			t.Fatalf("an octet more at %d is accepted", i)
		}
	}
	if _, err := Read(append(bytes.Clone(data), 0)); err == nil {
		t.Error("an octet after the end is accepted")
	}
}

func TestNames(t *testing.T) {
	for _, names := range [][]string{{"b", "a"}, {"a", "a"}, {""}, {"/a"}, {"a/"}, {"a//b"}, {"../a"}, {"a/../b"}, {"A"}, {"a b"}, {"a\\b"}, {"é"}} {
		var ms []Member
		for _, n := range names {
			ms = append(ms, Member{Name: n})
		}
		if _, err := Write(ms); err == nil {
			t.Errorf("%q: written", names)
		}
	}
	if _, err := Write(make([]Member, 1<<16)); err == nil {
		t.Error("65,536 members")
	}
}

// TestTricksOfZIP: what other tools accept and read differently is refused.
func TestTricksOfZIP(t *testing.T) {
	made := func(f func(w *zip.Writer) error) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		if err := f(w); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	plain, _ := Write(members())
	for name, data := range map[string][]byte{
		"deflated": made(func(w *zip.Writer) error { _, err := w.Create("a"); return err }),
		"comment":  made(func(w *zip.Writer) error { return w.SetComment("x") }),
		"empty":    made(func(*zip.Writer) error { return nil }),
		"nothing":  nil,
		"before":   append([]byte("x"), plain...),
		"twice":    append(bytes.Clone(plain), plain...),
	} {
		if _, err := Read(data); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// FuzzRead: what is accepted is exactly what its members give.
func FuzzRead(f *testing.F) {
	data, err := Write(members())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ms, err := Read(data)
		if err != nil {
			return
		}
		if again, err := Write(ms); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%v: %d members give other octets", err, len(ms))
		}
	})
}
