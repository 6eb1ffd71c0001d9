package eseal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
)

// maxHeader bounds the header of a mail or of a part; real ones have a few KB.
const maxHeader = 64 << 10

// looksLikeMail tells whether a text begins with the header of an S/MIME
// message: field lines, one of them Content-Type or MIME-Version.
func looksLikeMail(head []byte) bool {
	for line := range bytes.Lines(head) {
		name, _, ok := bytes.Cut(line, []byte(":"))
		switch {
		case ok && (bytes.EqualFold(name, []byte("Content-Type")) || bytes.EqualFold(name, []byte("MIME-Version"))):
			return true
		case ok && isFieldName(name), len(line) > 0 && (line[0] == ' ' || line[0] == '\t'):
			continue
		}
		return false
	}
	return false
}

// isFieldName follows RFC 5322 2.2.
func isFieldName(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(b) > 0
}

// An entity is a mail or one part of it (RFC 2045 2.4).
type entity struct {
	header textproto.MIMEHeader
	kind   string
	params map[string]string
	body   []byte
}

func readEntity(data []byte) (e entity, err error) {
	head, body, ok := cutHeader(data)
	if !ok {
		return e, fmt.Errorf("no end of the mail header within %d octets", maxHeader)
	}
	e.body = body
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(head)))
	if e.header, err = r.ReadMIMEHeader(); err != nil {
		return e, fmt.Errorf("mail header: %w", err)
	}
	if e.kind, e.params, err = mime.ParseMediaType(e.header.Get("Content-Type")); err != nil {
		return e, fmt.Errorf("Content-Type: %w", err)
	}
	return e, nil
}

// cutHeader splits at the first empty line, which stays with the header.
func cutHeader(data []byte) (head, body []byte, ok bool) {
	for at := 0; at < min(len(data), maxHeader); {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 {
			break
		}
		line := data[at : at+i]
		at += i + 1
		if len(bytes.TrimSuffix(line, []byte("\r"))) == 0 {
			return data[:at], data[at:], true
		}
	}
	return nil, nil, false
}

// smime reads the two forms of a signed message: application/pkcs7-mime and
// multipart/signed (RFC 8551 3.5).
func smime(data []byte) (der, content []byte, err error) {
	e, err := readEntity(data)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case e.isSignature():
		der, err = e.decode()
		return der, nil, err
	case e.kind == "multipart/signed":
		return multipartSigned(e)
	}
	return nil, nil, fmt.Errorf("the mail is %s, not a signed message; save its signed part as a file of its own", e.kind)
}

func (e entity) isSignature() bool {
	kind := strings.Replace(e.kind, "/x-", "/", 1)
	return kind == "application/pkcs7-mime" || kind == "application/pkcs7-signature"
}

func (e entity) decode() ([]byte, error) {
	switch encoding := strings.ToLower(strings.TrimSpace(e.header.Get("Content-Transfer-Encoding"))); encoding {
	case "base64":
		return decodeBase64(e.body)
	case "quoted-printable":
		return io.ReadAll(quotedprintable.NewReader(bytes.NewReader(e.body)))
	case "", "7bit", "8bit", "binary":
		return e.body, nil
	default:
		return nil, fmt.Errorf("unknown Content-Transfer-Encoding %q", encoding)
	}
}

// multipartSigned takes the first part as it stands, headers included, with
// line ends as CR LF: that is what was signed (RFC 8551 3.1.1). There are
// exactly two parts (RFC 1847 2.1); a third would be unsealed text beside.
func multipartSigned(e entity) (der, content []byte, err error) {
	parts, err := splitParts(e.body, e.params["boundary"])
	if err != nil {
		return nil, nil, err
	}
	if len(parts) != 2 {
		return nil, nil, fmt.Errorf("multipart/signed with %d parts; it has two (RFC 1847 2.1)", len(parts))
	}
	sig, err := readEntity(parts[1])
	if err != nil {
		return nil, nil, fmt.Errorf("signature part: %w", err)
	}
	if !sig.isSignature() {
		return nil, nil, fmt.Errorf("the signature part is %s", sig.kind)
	}
	der, err = sig.decode()
	return der, canonicalLines(parts[0]), err
}

// maxParts is more than any signed message has; counting on would cost only time.
const maxParts = 3

// splitParts cuts a multipart body at its delimiter lines (RFC 2046 5.1.1).
// The line end before a delimiter belongs to it; a delimiter is a whole line,
// so the boundary of a nested part that only begins the same is none.
func splitParts(body []byte, boundary string) ([][]byte, error) {
	if boundary == "" {
		return nil, errors.New("multipart/signed without boundary")
	}
	var parts [][]byte
	delim := []byte("--" + boundary)
	start, at := -1, 0
	for line := range bytes.Lines(body) {
		kind := delimiter(line, delim)
		if kind != noDelimiter {
			if start >= 0 {
				parts = append(parts, bytes.TrimSuffix(bytes.TrimSuffix(body[start:max(at, start)], []byte("\n")), []byte("\r")))
			}
			if start = at + len(line); kind == lastDelimiter || len(parts) == maxParts {
				return parts, nil
			}
		}
		at += len(line)
	}
	return nil, errors.New("multipart/signed ends without its last delimiter (RFC 2046 5.1.1)")
}

const (
	noDelimiter = iota
	nextDelimiter
	lastDelimiter
)

func delimiter(line, delim []byte) int {
	rest, ok := bytes.CutPrefix(line, delim)
	if !ok {
		return noDelimiter
	}
	switch string(bytes.TrimRight(rest, " \t\r\n")) {
	case "":
		return nextDelimiter
	case "--":
		return lastDelimiter
	}
	return noDelimiter
}

// canonicalLines ends every line with CR LF.
func canonicalLines(b []byte) []byte {
	out := make([]byte, 0, len(b)+bytes.Count(b, []byte("\n")))
	for i, c := range b {
		if c == '\n' && (i == 0 || b[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}
