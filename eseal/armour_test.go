package eseal

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify/verifytest"
)

func block(t string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: t, Bytes: der}))
}

// lines is base64 in lines of 64 with the line end given.
func lines(der []byte, end string) string {
	text := base64.StdEncoding.EncodeToString(der)
	var b strings.Builder
	for len(text) > 64 {
		b.WriteString(text[:64] + end)
		text = text[64:]
	}
	return b.String() + text + end
}

// clear is a multipart/signed message over a part, with the line end given.
func clear(part string, der []byte, end string) string {
	return strings.Join([]string{
		"MIME-Version: 1.0", `Content-Type: multipart/signed; protocol="application/x-pkcs7-signature"; micalg="sha-256"; boundary="b"`, "",
		"This is an S/MIME signed message", "", "--b", part, "--b",
		`Content-Type: application/x-pkcs7-signature; name="smime.p7s"`, "Content-Transfer-Encoding: base64", "", lines(der, end), "--b--", "",
	}, end)
}

func TestUnarmour(t *testing.T) {
	w := verifytest.New()
	part := "Content-Type: text/plain\r\n\r\nnotice\r\n"
	attached := w.CMS(verifytest.CMSTemplate{Content: []byte("notice")})
	detached := w.CMS(verifytest.CMSTemplate{Content: []byte(part), Detached: true})
	lf := strings.ReplaceAll(part, "\r\n", "\n")
	inner := "Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\none\r\n--bb\r\n\r\ntwo\r\n--bb--\r\n"
	opaque := func(end string) string {
		return strings.Join([]string{"Mime-Version: 1.0", `Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name="smime.p7m"`, "Content-Transfer-Encoding: base64", "", lines(attached, end)}, end)
	}
	for _, c := range []struct {
		name, text string
		der        []byte
		content    string // "-": none
		err        string
	}{
		{"PEM CMS", block("CMS", attached), attached, "-", ""},
		{"PEM PKCS7 between words", "notice\n" + block("PKCS7", attached) + "end\n", attached, "-", ""},
		{"PEM after a certificate", block("CERTIFICATE", w.Seal.DER) + block("CMS", attached), attached, "-", ""},
		{"PEM of two messages", block("CMS", attached) + block("CMS", detached), nil, "", "2 messages"},
		{"PEM of a certificate alone", block("CERTIFICATE", w.Seal.DER), nil, "", "none of the formats"},
		{"base64", base64.StdEncoding.EncodeToString(attached), attached, "-", ""},
		{"base64 in lines", "\r\n" + lines(attached, "\r\n"), attached, "-", ""},
		{"base64 that goes on", base64.StdEncoding.EncodeToString([]byte("0123")) + "MIIB", nil, "", "none of the formats"},
		{"opaque S/MIME, CR LF", opaque("\r\n"), attached, "-", ""},
		{"opaque S/MIME, LF", opaque("\n"), attached, "-", ""},
		{"opaque S/MIME, binary", "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n" + string(attached), attached, "-", ""},
		{"clear S/MIME, CR LF", clear(part, detached, "\r\n"), detached, part, ""},
		{"clear S/MIME, LF", clear(lf, detached, "\n"), detached, part, ""},
		{"clear S/MIME, nested with a boundary that begins the same", clear(inner, detached, "\r\n"), detached, inner, ""},
		{"clear S/MIME, empty part", clear("", detached, "\r\n"), detached, "", ""},
		{"clear S/MIME with a third part", strings.Replace(clear(part, detached, "\r\n"), "--b--", "--b\r\n\r\nfooter\r\n--b--", 1), nil, "", "3 parts"},
		{"clear S/MIME, cut off", strings.Replace(clear(part, detached, "\r\n"), "--b--", "", 1), nil, "", "last delimiter"},
		{"clear S/MIME without boundary", "Content-Type: multipart/signed\r\n\r\n--\r\n", nil, "", "boundary"},
		{"signature of another kind", strings.Replace(clear(part, detached, "\r\n"), "application/x-pkcs7-signature; name", "application/pgp-signature; name", 1), nil, "", "pgp-signature"},
		{"mail that is not signed", "Content-Type: text/plain\r\n\r\nhello", nil, "", "not a signed message"},
		{"mail header without end", "Content-Type: text/plain\r\n", nil, "", "end of the mail header"},
		{"text", "hello", nil, "", "none of the formats"},
	} {
		der, content, err := unarmour([]byte(c.text))
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error %v, want %q", c.name, err, c.err)
			}
			continue
		}
		if err != nil || !bytes.Equal(der, c.der) {
			t.Errorf("%s: %d octets, %v", c.name, len(der), err)
		}
		if c.content == "-" && content != nil || c.content != "-" && string(content) != c.content {
			t.Errorf("%s: content %q, want %q", c.name, content, c.content)
		}
		if got, _ := Unarmour([]byte(c.text)); !bytes.Equal(got, der) {
			t.Errorf("%s: Unarmour differs", c.name)
		}
	}
	for _, as := range [][]byte{attached, []byte("hello"), nil, {0x30}} {
		if got, content := Unarmour(as); !bytes.Equal(got, as) || content != nil {
			t.Errorf("Unarmour changed %q", as[:min(len(as), 8)])
		}
	}
}

func TestDecodeBase64(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 3071, 3072, 3073, 3074, 10000} {
		want := bytes.Repeat([]byte{0x30, 0x81, 7}, n/3+1)[:n]
		for _, end := range []string{"\n", "\r\n", " \t\n"} {
			got, err := decodeBase64([]byte(lines(want, end)))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d octets: %d, %v", n, len(got), err)
			}
		}
	}
	for _, bad := range []string{"A", "AA=A", "A*AA", strings.Repeat("A", 4092) + "AAA=" + "AAAA"} {
		if _, err := decodeBase64([]byte(bad)); err == nil {
			t.Errorf("%.8q…: no error", bad)
		}
	}
}

func TestCanonicalLines(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a", "\n": "\r\n", "a\nb\r\nc": "a\r\nb\r\nc", "\r": "\r", "\n\n": "\r\n\r\n"} {
		if got := string(canonicalLines([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSplitPartsHoldsToWholeLines(t *testing.T) {
	parts, err := splitParts([]byte("say --b in words\n--b \none\n--bb\n x--b\n--b\ntwo\n--b--\nrest"), "b")
	if err != nil || fmt.Sprintf("%q", parts) != `["one\n--bb\n x--b" "two"]` {
		t.Errorf("%q %v", parts, err)
	}
}
