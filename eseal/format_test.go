package eseal

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify/verifytest"
)

func zipped(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(names); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: names[i], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(names[i+1]))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSniff(t *testing.T) {
	w := verifytest.New()
	pdf := "%PDF-1.7\n"
	token := w.Token(verifytest.TokenTemplate{Data: []byte("x")})
	for _, c := range []struct {
		name string
		head []byte
		want Format
	}{
		{"nothing", nil, FormatUnknown},
		{"PDF", []byte(pdf), FormatPDF},
		{"PDF after junk", []byte("junk\n" + pdf), FormatPDF},
		{"PDF after HTML", []byte("<br>warning\n" + pdf), FormatPDF},
		{"PDF header too late", []byte(strings.Repeat(" ", sniffed) + pdf), FormatUnknown},
		{"message", w.CMS(verifytest.CMSTemplate{Content: []byte("x")}), FormatUnknown},
		{"message that carries a PDF", w.CMS(verifytest.CMSTemplate{Content: []byte(pdf)}), FormatUnknown},
		{"the same with indefinite lengths", w.CMS(verifytest.CMSTemplate{Content: []byte(pdf), Indefinite: true}), FormatUnknown},
		{"response", w.Response(token), FormatUnknown},
		{"refusal that names a PDF", w.Refusal(pdf, 2), FormatUnknown},
		{"SignedData without ContentInfo", []byte{0x30, 0x80, 2, 1, 1, 0x31, 0}, FormatUnknown},
		{"evidence record", []byte{0x30, 20, 2, 1, 1, 0x30, 13, 0x30, 11, 6, 9, 0x60}, FormatEvidenceRecord},
		{"archive", zipped(t, "a.txt", "x"), FormatZIP},
		{"archive that stores a PDF", zipped(t, "a.pdf", pdf), FormatZIP},
		{"ASiC-S", zipped(t, "mimetype", "application/vnd.etsi.asic-s+zip", "a.pdf", pdf), FormatASiCS},
		{"ASiC-E", zipped(t, "mimetype", "application/vnd.etsi.asic-e+zip"), FormatASiCE},
		{"OpenDocument", zipped(t, "mimetype", "application/vnd.oasis.opendocument.text"), FormatZIP},
		{"short archive", []byte("PK\x03\x04"), FormatZIP},
		{"XML", []byte("\xef\xbb\xbf <?xml version='1.0'?>"), FormatXML},
		{"JSON", []byte("{\"payload\":\"\"}"), FormatJWS},
		{"compact JWS", []byte("eyJhbGciOiJSUzI1NiJ9.e30.e30"), FormatJWS},
		{"mail with a PDF in the clear", []byte("MIME-Version: 1.0\r\nContent-Type: multipart/signed\r\n\r\n" + pdf), FormatUnknown},
		{"text", []byte("Dear all: please find"), FormatUnknown},
	} {
		if got := sniff(c.head[:min(len(c.head), sniffed)]); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
