package eseal

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
)

// maxArmoured bounds text wrappings of a message, which are held in memory
// to be decoded: PEM, bare base64, S/MIME.
const maxArmoured = 48 << 20

var errNoFormat = errors.New("the file is none of the formats that this program knows")

// unarmour takes the text wrapping off a CMS message. content is the signed
// part of a multipart/signed message (RFC 8551 3.5.3), nil otherwise.
func unarmour(data []byte) (der, content []byte, err error) {
	if der, err := pemBlock(data); der != nil || err != nil {
		return der, nil, err
	}
	if looksLikeMail(data[:min(len(data), sniffed)]) {
		return smime(data)
	}
	if der := bareBase64(data); der != nil {
		return der, nil, nil
	}
	return nil, nil, errNoFormat
}

// Unarmour takes a text wrapping (PEM, base64, S/MIME) off a message. What is
// not wrapped, or not so that it can be taken off, comes back as it is;
// content is the signed part of a multipart/signed message, nil otherwise.
func Unarmour(data []byte) (der, content []byte) {
	if isMessage(data) {
		return data, nil
	}
	if der, content, err := unarmour(data); err == nil {
		return der, content
	}
	return data, nil
}

// pemTypes are the labels under which a CMS message or a time-stamp is found
// (RFC 7468 8, 9; the others by producers).
var pemTypes = map[string]bool{"CMS": true, "PKCS7": true, "PKCS #7 SIGNED DATA": true, "SIGNED MESSAGE": true, "TIMESTAMP TOKEN": true}

// pemBlock finds the one message in a text. Of several none is taken: the
// others would be passed over in silence.
func pemBlock(data []byte) ([]byte, error) {
	if !bytes.Contains(data, []byte("-----BEGIN ")) {
		return nil, nil
	}
	var found []byte
	count := 0
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			break
		}
		data = rest
		if pemTypes[block.Type] {
			if count++; count == 1 {
				found = block.Bytes
			}
		}
	}
	if count > 1 {
		return nil, fmt.Errorf("the text holds %d messages in PEM; give them one by one", count)
	}
	return found, nil
}

// beside tells whether a text holds anything but white space around its one
// PEM block: people read it, and nobody signed it.
func beside(data []byte) bool {
	begin, end := bytes.Index(data, []byte("-----BEGIN ")), bytes.LastIndex(data, []byte("-----END "))
	if begin < 0 || end < begin || looksLikeMail(data[:min(len(data), sniffed)]) {
		return false
	}
	tail := data[end+len("-----END "):]
	if i := bytes.Index(tail, []byte("-----")); i >= 0 {
		tail = tail[i+len("-----"):]
	}
	return !blank(data[:begin]) || !blank(tail)
}

// blank tells whether octets show nothing: white space, NUL, a byte order mark.
func blank(b []byte) bool {
	return len(bytes.Trim(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n\f\x00")) == 0
}

// bareBase64 decodes base64 that begins like a SEQUENCE with a length of
// several octets, as every message does.
func bareBase64(data []byte) []byte {
	text := bytes.TrimLeft(data, " \t\r\n")
	if len(text) < 8 || text[0] != 'M' { // 30 8x
		return nil
	}
	der, err := decodeBase64(text)
	if err != nil {
		return nil
	}
	return der
}

var errPadding = errors.New("base64 goes on after its padding")

// decodeBase64 decodes base64 with white space anywhere, in pieces: the text
// may be large and hostile, so it is not copied or split first.
func decodeBase64(text []byte) ([]byte, error) {
	out := make([]byte, 0, len(text)/4*3+3)
	var chunk [4096]byte
	n, ended := 0, false
	flush := func() (err error) {
		if n > 0 && ended {
			return errPadding
		}
		out, err = base64.StdEncoding.AppendDecode(out, chunk[:n])
		ended = n > 0 && chunk[n-1] == '='
		n = 0
		return err
	}
	for _, c := range text {
		if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
			continue
		}
		chunk[n] = c
		if n++; n == len(chunk) {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return out, nil
}
