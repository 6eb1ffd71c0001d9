package eseal

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
)

// sniff tells formats apart by their first octets.
func sniff(head []byte) Format {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case isMessage(head):
		return FormatUnknown // readCMS says which: a PDF may stand inside as attached content
	case bytes.Contains(head, []byte("%PDF-")):
		return FormatPDF
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return FormatZIP
	case bytes.HasPrefix(trimmed, []byte("<")):
		return FormatXML
	case bytes.HasPrefix(trimmed, []byte("{")), bytes.HasPrefix(trimmed, []byte("eyJ")):
		return FormatJWS
	}
	return FormatUnknown
}

// isMessage tells whether the file begins as a SEQUENCE that holds an object
// identifier of PKCS#7 early on, as every ContentInfo and time-stamp response does.
func isMessage(head []byte) bool {
	return len(head) > 0 && head[0] == 0x30 && bytes.Contains(head[:min(len(head), 64)], []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"))
}

// maxArmoured bounds text wrappings of a message, which are held in memory
// to be decoded: PEM, bare base64, S/MIME.
const maxArmoured = 64 << 20

// unarmour takes the text wrapping off a CMS message. content is the signed
// part of a multipart/signed message (RFC 8551 3.5.3), nil otherwise.
func unarmour(data []byte) (der, content []byte, ok bool) {
	if block := pemBlock(data); block != nil {
		return block, nil, true
	}
	if der, content, ok := smime(data); ok {
		return der, content, true
	}
	if der, ok := bareBase64(data); ok {
		return der, nil, true
	}
	return nil, nil, false
}

// pemTypes are the labels under which a CMS message is found (RFC 7468 8, 9).
var pemTypes = map[string]bool{"CMS": true, "PKCS7": true, "PKCS #7 SIGNED DATA": true, "SIGNED MESSAGE": true, "TIMESTAMP TOKEN": true}

func pemBlock(data []byte) []byte {
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			return nil
		}
		if pemTypes[block.Type] {
			return block.Bytes
		}
		data = rest
	}
}

func bareBase64(data []byte) ([]byte, bool) {
	text := bytes.Join(bytes.Fields(data), nil)
	if len(text) < 8 || text[0] != 'M' { // 30 8x in base64
		return nil, false
	}
	der, err := base64.StdEncoding.DecodeString(string(text))
	return der, err == nil
}

// smime reads the two forms of a signed message: application/pkcs7-mime and
// multipart/signed.
func smime(data []byte) (der, content []byte, ok bool) {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(data)))
	h, err := r.ReadMIMEHeader()
	if err != nil || h.Get("Content-Type") == "" {
		return nil, nil, false
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return nil, nil, false
	}
	body, err := io.ReadAll(r.R)
	if err != nil {
		return nil, nil, false
	}
	switch {
	case isSignedType(kind):
		der, err := transferDecode(h.Get("Content-Transfer-Encoding"), body)
		return der, nil, err == nil
	case kind == "multipart/signed":
		return multipartSigned(body, params["boundary"])
	}
	return nil, nil, false
}

func isSignedType(kind string) bool {
	kind = strings.Replace(kind, "/x-", "/", 1)
	return kind == "application/pkcs7-mime" || kind == "application/pkcs7-signature"
}

func transferDecode(encoding string, body []byte) ([]byte, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(body), nil)))
	case "quoted-printable":
		return io.ReadAll(quotedprintable.NewReader(bytes.NewReader(body)))
	}
	return body, nil
}

// multipartSigned takes the first part as it stands, headers included, with
// line ends as CR LF: that is what was signed (RFC 8551 3.1.1).
func multipartSigned(body []byte, boundary string) (der, content []byte, ok bool) {
	if boundary == "" {
		return nil, nil, false
	}
	content, ok = firstPart(body, boundary)
	if !ok {
		return nil, nil, false
	}
	mr := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := mr.NextRawPart()
		if err != nil {
			return nil, nil, false
		}
		kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil || !isSignedType(kind) {
			continue
		}
		raw, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, false
		}
		der, err = transferDecode(part.Header.Get("Content-Transfer-Encoding"), raw)
		return der, content, err == nil
	}
}

func firstPart(body []byte, boundary string) ([]byte, bool) {
	delim := []byte("--" + boundary)
	start := bytes.Index(body, delim)
	if start < 0 {
		return nil, false
	}
	rest := body[start+len(delim):]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[i+1:]
	}
	end := bytes.Index(rest, append([]byte("\n"), delim...))
	if end < 0 {
		return nil, false
	}
	return canonicalLines(bytes.TrimSuffix(rest[:end], []byte("\r"))), true
}

// canonicalLines ends every line with CR LF.
func canonicalLines(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/32)
	for i, c := range b {
		if c == '\n' && (i == 0 || b[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}

// Unarmour takes a text wrapping (PEM, base64, S/MIME) off a message. What is
// not wrapped comes back as it is; content is the signed part of a
// multipart/signed message, nil otherwise.
func Unarmour(data []byte) (der, content []byte) {
	if len(data) > 0 && data[0] == 0x30 {
		return data, nil
	}
	if der, content, ok := unarmour(data); ok {
		return der, content
	}
	return data, nil
}
