package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/internal/corpora"
)

// Every encrypted file of the suites is opened, but for those under a
// recipient's certificate; qpdf decides what a file says where it is present.
func TestEncryptedFilesOfTheSuites(t *testing.T) {
	opened, publicKey, compared := 0, 0, 0
	for _, suite := range []string{"documents/pyhanko.zip", "documents/dss.zip", "documents/interop.zip"} {
		corpora.Walk(t, corpora.Open(t, suite), func(name string, data []byte) {
			if !strings.HasSuffix(name, ".pdf") || !bytes.Contains(data, []byte("/Encrypt")) {
				return
			}
			password := corpora.Password(suite + "/" + name)
			f := openWith(t, data, password)
			switch {
			case !f.Encrypted:
				return
			case f.Encryption == "Adobe.PubSec":
				publicKey++
				if f.Decrypted {
					t.Errorf("%s: opened without a certificate", name)
				}
				wantCode(t, CodeEncrypted, f.Notes)
				return
			case !f.Decrypted:
				t.Errorf("%s: not opened: %v", name, f.Notes)
				return
			}
			opened++
			for _, s := range f.Signatures {
				if s.Reached && s.Field.Name == "" || s.MRaw != "" && s.M == nil || s.Contents[0] != 0x30 {
					t.Errorf("%s: field %q, time %q", name, s.Field.Name, s.MRaw)
				}
			}
			compared += sameAsQPDF(t, name, password, data, f)
		})
	}
	if opened < 14 || publicKey < 7 {
		t.Errorf("only %d opened, %d under certificates", opened, publicKey)
	}
	t.Logf("%d opened, %d of them as qpdf says; %d are under certificates", opened, compared, publicKey)
}

// sameAsQPDF holds our reading of the newest revision against that of the
// file as qpdf decrypted it; 0 where qpdf cannot.
func sameAsQPDF(t *testing.T, name, password string, data []byte, f *File) int {
	qpdf, err := exec.LookPath("qpdf")
	if err != nil {
		return 0
	}
	in, out := filepath.Join(t.TempDir(), "in.pdf"), filepath.Join(t.TempDir(), "out.pdf")
	if err := os.WriteFile(in, data, 0o600); err != nil {
		t.Fatal(err)
	}
	exec.Command(qpdf, "--password="+password, "--decrypt", in, out).Run()
	plain, err := os.ReadFile(out)
	if err != nil {
		t.Logf("%s: qpdf does not open it", name)
		return 0
	}
	g := openBytes(t, plain)
	if x, y := spoken(f), spoken(g); x != y {
		t.Errorf("%s:\n%s\nqpdf:\n%s", name, x, y)
	}
	return 1
}

// spoken is what a file says in strings and streams. Not /Contents: qpdf
// decrypts it where /Type is not /Sig, which 7.6.2 does not ask for.
func spoken(f *File) string {
	var b strings.Builder
	for _, s := range f.Signatures {
		if s.Reached {
			b.WriteString(s.Field.Name + "|" + s.Name + "|" + s.Reason + "|" + s.Location + "|" + s.MRaw + "\n")
		}
	}
	if d := f.SecurityStore; d != nil {
		for _, items := range [][]StoreItem{d.Certs, d.CRLs, d.OCSPs} {
			for _, it := range items {
				if !it.Gone {
					fmt.Fprintf(&b, "%x\n", sha256.Sum256(it.Data))
				}
			}
		}
	}
	info := f.dict(len(f.revs), f.trailer(len(f.revs)), "Info")
	for _, key := range []Name{"Title", "Author", "Producer", "Creator"} {
		if s, ok := f.value(len(f.revs), info, key).(*String); ok {
			b.WriteString(string(key) + " " + s.Text() + "\n")
		}
	}
	if st, ok := f.value(len(f.revs), f.catalog(len(f.revs)), "Metadata").(*Stream); ok {
		data, err := f.decode(st, maxDecoded)
		b.Write(data)
		if err != nil {
			b.WriteString(err.Error())
		}
	}
	return b.String()
}
