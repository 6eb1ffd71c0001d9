package batch

import (
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

func readManifest(t *testing.T, dir, table string) ([]Document, *Manifest, error) {
	t.Helper()
	m, err := OpenManifest(put(t, []byte(table), dir, "manifest.csv"), "")
	if err != nil {
		return nil, nil, err
	}
	var all []Document
	for d, err := range m.Documents() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	if len(all) != m.Rows {
		t.Errorf("%d rows counted, %d read", m.Rows, len(all))
	}
	return all, m, nil
}

// The same table in every way that spreadsheets write it says the same.
func TestManifestEncodings(t *testing.T) {
	digest := strings.Repeat("aB", 32)
	table := "ファイル,ハッシュ値,発行者,レベル,署名対象,備考\r\n" +
		"\"通知,書 ①.pdf\",," + "総務省,b-lt,," + "至急\r\n" +
		"a.p7s," + digest + ",1000020131016,,本文.txt,\r\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(table)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(strings.ReplaceAll(table, "\"通知,書", "\"通知、書"), ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for name, octets := range map[string]string{"utf-8": table, "mark": "\ufeff" + table, "shift_jis": sjis, "utf-16": utf16, "semicolons": strings.ReplaceAll(strings.ReplaceAll(table, "知,書", "知、書"), ",", ";")} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			all, _, err := readManifest(t, dir, octets)
			if err != nil {
				t.Fatal(err)
			}
			for i := range all {
				all[i].Path = strings.ReplaceAll(all[i].Path, "、", ",")
			}
			want := []Document{
				{Path: filepath.Join(dir, "通知,書 ①.pdf"), SealedBy: "総務省", Level: "B-LT"},
				{Path: filepath.Join(dir, "a.p7s"), SHA256: strings.ToLower(digest), SealedBy: "1000020131016", Detached: []string{filepath.Join(dir, "本文.txt")}},
			}
			if !slices.EqualFunc(all, want, func(a, b Document) bool { return a.key() == b.key() }) {
				t.Errorf("got %+v\nwant %+v", all, want)
			}
		})
	}
}

// Names of files are octets: a name is found in each spelling that the same text
// may have there.
func TestManifestSpellings(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("file names of this system are text")
	}
	octets, _ := japanese.ShiftJIS.NewEncoder().String("証明書.pdf")
	for asked, there := range map[string]string{"証明書.pdf": octets, "がくい.pdf": norm.NFD.String("がくい.pdf"), norm.NFD.String("ぱ.pdf"): "ぱ.pdf", `sub\x.pdf`: "sub/x.pdf", "そのまま.pdf": "そのまま.pdf"} {
		dir := t.TempDir()
		path := put(t, nil, dir, there)
		all, _, err := readManifest(t, dir, "path\n"+asked+"\n")
		if err != nil || len(all) != 1 || all[0].Path != path {
			t.Errorf("%q: %q %v", asked, all, err)
		}
	}
}

// What is wrong in a table is told by its line before anything is judged.
func TestManifestErrors(t *testing.T) {
	for table, want := range map[string]string{
		"":                                   "is empty",
		"path,sha-265\na,b\n":                `"sha-265"`,
		"path,Path\na,b\n":                   "twice",
		"sha256\n" + strings.Repeat("a", 64): `no column "path"`,
		"path,sha256\na," + strings.Repeat("a", 64) + "\nb,xyz\n": "line 3: ",
		"path,level\na,B-X\n":                         "baseline level",
		"path,level\na,B-T,more\n":                    "line 2",
		"path\n\"a\n" + strings.Repeat("x\n", maxRow): "quotation mark",
		"path,note\n,x\n":                             "names no file",
		"path\n\xff\xff\n":                            "neither",
	} {
		_, _, err := readManifest(t, t.TempDir(), table)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", table, err, want)
		}
	}
	if _, err := OpenManifest(filepath.Join(t.TempDir(), "none.csv"), ""); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte("path,sha256\na,\n"))
	f.Add([]byte("\xff\xfep\x00a\x00"))
	f.Add([]byte("\xef\xbb\xbfファイル;レベル\n\"a\"\"\";B-T\n"))
	f.Add([]byte("\x83t\x83@\x83C\x83\x8b\na\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		m, err := OpenManifest(put(t, table, t.TempDir(), "m.csv"), "/")
		if err != nil {
			return
		}
		n := 0
		for d, err := range m.Documents() {
			if err != nil || d.Path == "" {
				t.Fatalf("%+v %v", d, err)
			}
			for _, e := range d.expectations() {
				if e.Err() != nil {
					t.Fatal(e.Err())
				}
			}
			n++
		}
		if n != m.Rows {
			t.Errorf("%d rows, %d documents", m.Rows, n)
		}
	})
}

// A folder named on one system holds files of another.
func TestNameIsReadPartByPart(t *testing.T) {
	tesuto := "\x83\x65\x83\x58\x83\x67"
	for path, want := range map[string]string{
		"県民課/" + tesuto + ".pdf": "県民課/テスト.pdf",
		tesuto + "/証明書.pdf":      "テスト/証明書.pdf",
		tesuto + "/" + tesuto:    "テスト/テスト",
		"/県民課/\xff.pdf":          `/県民課/\xff.pdf`,
		"県民課/証明書.pdf":            "県民課/証明書.pdf",
	} {
		if got := Name(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}
