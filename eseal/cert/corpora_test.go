package cert

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/kakuin/kakuin/internal/corpora"
)

// found is one object of the corpora and the first file that had it.
type found struct {
	file string
	der  []byte
}

// material is everything of this room's kinds that the corpora hold, each
// once: read from files, PEM blocks and base64 in XML, and carved out of
// messages and documents.
type material struct{ certs, crls, ocsps []found }

var gather = sync.OnceValue(func() *material { return &material{} })

func corporaMaterial(t testing.TB) *material {
	t.Helper()
	m := gather()
	dir := corpora.Dir(t)
	if len(m.certs) > 0 {
		return m
	}
	seen := map[[32]byte]bool{}
	add := func(list *[]found, file string, der []byte) {
		h := sha256.Sum256(der)
		if !seen[h] {
			seen[h] = true
			*list = append(*list, found{file, bytes.Clone(der)})
		}
	}
	for _, suite := range suites(t, dir) {
		corpora.Walk(t, corpora.Open(t, suite), func(name string, data []byte) {
			for _, piece := range pieces(name, data) {
				collect(m, add, suite+"/"+name, piece)
			}
		})
	}
	return m
}

// suites are the folders under japan and all zips but the nested ones.
func suites(t testing.TB, dir string) []string {
	t.Helper()
	list := []string{"japan"}
	for _, pattern := range []string{"pki/*.zip", "documents/dss.zip", "documents/pyhanko.zip", "documents/interop.zip", "documents/bc-test-data.zip", "documents/trust-lists.zip"} {
		files, err := fs.Glob(os.DirFS(dir), pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			list = append(list, filepath.ToSlash(f))
		}
	}
	sort.Strings(list)
	return list
}

// pieces are the octets of a file and of what it holds as text.
func pieces(name string, data []byte) [][]byte {
	out := [][]byte{data}
	for rest := data; ; {
		block, next := pem.Decode(rest)
		if block == nil {
			break
		}
		out, rest = append(out, block.Bytes), next
	}
	if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".json") {
		out = append(out, embedded(data)...)
	}
	return out
}

// embedded are the values of elements and strings that are base64 of a long
// SEQUENCE.
func embedded(data []byte) [][]byte {
	var out [][]byte
	for len(data) > 0 {
		n := bytes.IndexAny(data, "<>\"")
		if n < 0 {
			n = len(data)
		}
		value := bytes.TrimSpace(data[:n])
		data = data[min(n+1, len(data)):]
		if len(value) < 400 || !bytes.HasPrefix(value, []byte("MI")) {
			continue
		}
		if b, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(value), nil))); err == nil {
			out = append(out, b)
		}
	}
	return out
}

// collect takes a piece as what it is, or carves certificates out of it.
func collect(m *material, add func(*[]found, string, []byte), file string, piece []byte) {
	if len(piece) < 8 {
		return
	}
	if piece[0] == 0x30 {
		if _, err := Parse(piece, nil); err == nil {
			add(&m.certs, file, piece)
			return
		}
		if _, err := ParseCRL(piece, nil); err == nil {
			add(&m.crls, file, piece)
			return
		}
		if r, err := ParseOCSP(piece, nil); err == nil {
			add(&m.ocsps, file, piece)
			for _, c := range r.Certificates {
				add(&m.certs, file, c)
			}
			return
		}
	}
	for i := 0; i+12 < len(piece); i++ {
		if piece[i] != 0x30 || piece[i+1] != 0x82 || piece[i+4] != 0x30 || piece[i+5]&0xfe != 0x82 && piece[i+5] != 0x81 {
			continue
		}
		n := 4 + int(piece[i+2])<<8 + int(piece[i+3])
		if i+n > len(piece) || !bytes.Contains(piece[i+6:i+12], []byte{0xa0, 3, 2, 1}) {
			continue
		}
		if _, err := Parse(piece[i:i+n], nil); err == nil {
			add(&m.certs, file, piece[i:i+n])
			i += n - 1
		}
	}
}

func TestCorporaCounts(t *testing.T) {
	m := corporaMaterial(t)
	t.Logf("%d certificates, %d CRLs, %d OCSP responses", len(m.certs), len(m.crls), len(m.ocsps))
	if len(m.certs) < 6000 {
		t.Errorf("only %d certificates were found: the corpora are not whole", len(m.certs))
	}
}
