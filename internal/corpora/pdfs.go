package corpora

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// A PDF is one PDF file of the corpora.
type PDF struct {
	Name     string // below the folder of the corpora, through the containers it lies in
	Data     []byte
	Password string // that opens it; most need none
}

// sealed is the file of the corpora that stays closed.
const sealed = "held-out.bin"

// PDFs calls f with every PDF of all suites, those inside containers of
// containers included, in order of names. A content that comes twice counts
// once, under its first name.
func PDFs(t testing.TB, f func(PDF)) {
	t.Helper()
	seen := map[[32]byte]bool{}
	dir := Dir(t)
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == sealed {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		descend(filepath.ToSlash(rel), data, 0, func(name string, data []byte) {
			if sum := sha256.Sum256(data); !seen[sum] {
				seen[sum] = true
				f(PDF{Name: name, Data: data, Password: Password(name)})
			}
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Containers in the corpora nest twice; none holds a file as large as this.
const (
	maxNesting = 4
	maxFile    = 64 << 20
)

// descend calls f with a PDF, or with those in a container. What is broken as
// a container is one of the corpora's cases, and holds no PDF.
func descend(name string, data []byte, depth int, f func(string, []byte)) {
	if isPDF(name, data) {
		f(name, data)
	}
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) || depth > maxNesting {
		return
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return
	}
	for _, entry := range z.File {
		r, err := entry.Open()
		if err != nil {
			continue
		}
		inner, err := io.ReadAll(io.LimitReader(r, maxFile))
		if r.Close(); err == nil {
			descend(path.Join(name, entry.Name), inner, depth+1, f)
		}
	}
}

// isPDF: by its name, or by its header where nothing else claims the file; a
// message and a container may hold a PDF within the first 1024 octets too.
func isPDF(name string, data []byte) bool {
	if strings.EqualFold(path.Ext(name), ".pdf") {
		return true
	}
	other := bytes.HasPrefix(data, []byte("PK")) || bytes.HasPrefix(data, []byte{0x30})
	return !other && bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-"))
}

// passwords are those of pyHanko's own tests, which its manifests do not
// repeat, by a part of a file's name; the first that fits counts. No other
// manifest names one: what is encrypted there opens with the empty one.
var passwords = []struct{ part, password string }{
	{"pyhanko.zip/static/minimal-aes256-empty-encrypted-string", "secret"},
	{"pyhanko.zip/static/minimal-", "usersecret"},
	{"pyhanko.zip/generated/pdfmac/", "secret"},
	{"pyhanko.zip/generated/sign_encrypted/sign_encrypted_with_post_sign--owner", "ownersecret"},
	{"pyhanko.zip/generated/sign_encrypted/sign_encrypted_with_post_sign--user", "usersecret"},
}

// Password is what opens a file of the corpora, by its name in PDFs.
func Password(name string) string {
	for _, p := range passwords {
		if strings.Contains(name, p.part) {
			return p.password
		}
	}
	return ""
}
