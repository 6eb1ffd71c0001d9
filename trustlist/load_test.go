package trustlist

import (
	"bytes"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

// folder writes files below a new folder and gives its path.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoad(t *testing.T) {
	a, b := der(t, "a"), der(t, "b")
	dir := folder(t, map[string][]byte{
		"list/trust.yaml":   []byte(on("file: ./certs/a.cer")),
		"list/certs/a.cer":  a,
		"list/bundle.pem":   append(pemOf(a), pemOf(b)...),
		"list/one.der":      b,
		"list/inline.yaml":  []byte(in("anchors:\n      - pem: |\n" + indent(string(pemOf(b)), "          "))),
		"list/broken.yaml":  []byte(minimal + "colour: red\n"),
		"list/key.pem":      pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret")}),
		"list/mixed.pem":    append(pemOf(a), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret")})...),
		"list/cut.pem":      append(pemOf(a), pemOf(b)[:100]...),
		"list/trailing.der": append(bytes.Clone(b), 0),
	})
	for name, want := range map[string]int{"trust.yaml": 1, "bundle.pem": 2, "one.der": 1, "inline.yaml": 1} {
		path := filepath.Join(dir, "list", name)
		l, err := Load(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := len(l.Anchors(PurposeSeal)); n != want || l.SHA256 == [32]byte{} || l.Source == "" {
			t.Errorf("%s: %d anchors, %+v", name, n, l)
		}
	}
	for name, want := range map[string]string{
		"broken.yaml": "broken.yaml:3:1: unknown key", "key.pem": `"PRIVATE KEY" is no certificate`, "mixed.pem": `"PRIVATE KEY" is no certificate`,
		"cut.pem": "2 PEM blocks begin, 1 can be read", "trailing.der": "not a certificate", "missing.yaml": "",
	} {
		if l, err := Load(filepath.Join(dir, "list", name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", name, l, err)
		}
	}
}

func TestFilesCannotLeaveTheFolder(t *testing.T) {
	a := der(t, "a")
	dir := folder(t, map[string][]byte{"secret.cer": a, "list/a.cer": a, "list/sub/b.cer": a})
	for _, name := range []string{"../secret.cer", "sub/../../secret.cer", "/etc/hosts", "./../secret.cer", "sub\\b.cer", "C:/a.cer", "a.cer/", "", ".", "sub"} {
		path := filepath.Join(dir, "list", "trust.yaml")
		if err := os.WriteFile(path, []byte(on("file: '"+name+"'")), 0o644); err != nil {
			t.Fatal(err)
		}
		if l, err := Load(path); err == nil {
			t.Errorf("%q was opened: %v", name, l.Services[0].Anchors)
		}
	}
	if runtime.GOOS == "windows" {
		return // links need a privilege there
	}
	if err := os.Symlink("../secret.cer", filepath.Join(dir, "list", "link.cer")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "list", "trust.yaml")
	if err := os.WriteFile(path, []byte(on("file: link.cer")), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil {
		t.Error("a symbolic link led out of the folder")
	}
}

func TestOneEntryIsOneCertificate(t *testing.T) {
	files := fstest.MapFS{
		"two.pem":   {Data: append(pemOf(der(t, "a")), pemOf(der(t, "b"))...)},
		"large.cer": {Data: bytes.Repeat([]byte{0x30}, MaxCertificateSize+1)},
	}
	for name, want := range map[string]string{"two.pem": "2 certificates in one entry", "large.cer": "larger than"} {
		if _, err := Parse([]byte(on("file: "+name)), files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFromCertificates(t *testing.T) {
	a, b := der(t, "a"), der(t, "b")
	l, err := FromCertificates("anchors", a, append(pemOf(b), pemOf(a)...))
	if err != nil {
		t.Fatal(err)
	}
	s := &l.Services[0]
	if len(l.Services) != 1 || len(s.Anchors) != 2 || l.Schema != "" || l.BuiltIn || !s.Serves(PurposeSeal) || !s.Serves(PurposeTimestamping) || len(l.Pins()) != 0 {
		t.Errorf("%+v", l)
	}
	if s.Accreditation() || s.GrantedAt(from2020) || l.State(to2040) != Fresh {
		t.Error("plain anchors are never accredited, granted or stale")
	}
	for name, in := range map[string][]byte{"nothing": nil, "text": []byte("hello"), "PEM of nothing": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte{1}})} {
		var e *Error
		if _, err := FromCertificates("x", in); !errors.As(err, &e) || e.Fix == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := FromCertificates("x"); err == nil {
		t.Error("a list of no certificates")
	}
}

// TestParseReadsFromAnyFileSystem: the folder need not be one.
func TestParseReadsFromAnyFileSystem(t *testing.T) {
	yaml, files := everyKey(t)
	if _, err := Parse([]byte(yaml), files); err != nil {
		t.Error(err)
	}
	delete(files, "certs/a.cer")
	var e *Error
	if _, err := Parse([]byte(yaml), files); !errors.As(err, &e) || e.Line != 12 {
		t.Errorf("missing file: %v", err)
	}
}
