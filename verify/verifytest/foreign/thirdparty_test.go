package foreign_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify/verifytest"
	"github.com/kakuin/kakuin/verify/verifytest/foreign"
)

// outside runs an outside tool in a folder with these files, and skips when it is not installed.
func outside(t *testing.T, content map[string][]byte, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
	dir := t.TempDir()
	for file, data := range content {
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func TestForeignCMS(t *testing.T) {
	w := verifytest.New()
	notice := []byte(verifytest.Notice)
	for _, detached := range []bool{false, true} {
		der, err := foreign.CMS(w, notice, detached)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(der, notice) == detached {
			t.Errorf("detached %v: content inside is %v", detached, !detached)
		}
		args := []string{"cms", "-verify", "-binary", "-inform", "DER", "-in", "x", "-CAfile", "root.pem", "-attime", "1793491200", "-purpose", "any", "-out", "out"}
		if detached {
			args = append(args, "-content", "notice")
		}
		outside(t, map[string][]byte{"x": der, "root.pem": w.Root.PEM(), "notice": notice}, "openssl", args...)
	}
}

func TestForeignToken(t *testing.T) {
	w := verifytest.New()
	data := []byte(verifytest.Notice)
	token, err := foreign.Token(w, data)
	if err != nil {
		t.Fatal(err)
	}
	outside(t, map[string][]byte{"t": token, "data": data, "root.pem": w.TSARoot.PEM()}, "openssl",
		"ts", "-verify", "-in", "t", "-token_in", "-data", "data", "-CAfile", "root.pem", "-attime", "1793491200")
}

func TestForeignAnswerTakesOurRequest(t *testing.T) {
	w := verifytest.New()
	request := w.Request(verifytest.TokenTemplate{Data: []byte(verifytest.Notice)})
	response, err := foreign.Answer(w, request)
	if err != nil {
		t.Fatal(err)
	}
	outside(t, map[string][]byte{"q": request, "r": response, "root.pem": w.TSARoot.PEM()}, "openssl",
		"ts", "-verify", "-in", "r", "-queryfile", "q", "-CAfile", "root.pem", "-attime", "1793491200")
	if _, err := foreign.Answer(w, []byte("not a request")); err == nil {
		t.Error("an answer to what is no request")
	}
}

func TestForeignPDF(t *testing.T) {
	w := verifytest.New()
	service := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		request, _ := io.ReadAll(in.Body)
		response, err := foreign.Answer(w, request)
		if err != nil {
			http.Error(out, err.Error(), http.StatusBadRequest)
			return
		}
		out.Write(response)
	}))
	defer service.Close()
	for name, o := range map[string]foreign.PDFOptions{
		"approval":      {},
		"certification": {Certify: 1},
		"time-stamped":  {Service: service.URL},
	} {
		t.Run(name, func(t *testing.T) {
			o.Dir = t.TempDir()
			signed, err := foreign.PDF(w, w.PDF(verifytest.PDFTemplate{}).Bytes(), o)
			if err != nil {
				t.Fatal(err)
			}
			out := outside(t, map[string][]byte{"x.pdf": signed}, "pdfsig", "-nocert", "x.pdf")
			if !strings.Contains(out, "Signature is Valid") {
				t.Errorf("pdfsig:\n%s", out)
			}
		})
	}
	if _, err := foreign.PDF(w, []byte("no PDF"), foreign.PDFOptions{Dir: t.TempDir()}); err == nil {
		t.Error("signed what is no PDF")
	}
}
