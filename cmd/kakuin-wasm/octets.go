package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// octets are base64 in JSON; PEM is base64 with a frame. The glue to the
// browser writes every Uint8Array behind binaryMark.
type octets []byte

// text is octets that a page has as words: a string is its UTF-8.
type text []byte

// binaryMark begins a string that the glue made from a Uint8Array.
const binaryMark = "data:application/octet-stream;base64,"

// UnmarshalJSON reads base64, PEM or what the glue wrote.
func (o *octets) UnmarshalJSON(data []byte) error {
	s, err := stringOf(data)
	if err != nil {
		return err
	}
	s = strings.TrimPrefix(s, binaryMark)
	if strings.HasPrefix(strings.TrimSpace(s), "-----BEGIN") {
		var body strings.Builder
		for line := range strings.Lines(s) {
			if !strings.HasPrefix(line, "-----") {
				body.WriteString(line)
			}
		}
		s = body.String()
	}
	*o, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	return err
}

// UnmarshalJSON takes words as they are.
func (t *text) UnmarshalJSON(data []byte) error {
	s, err := stringOf(data)
	if err != nil {
		return err
	}
	if b64, ok := strings.CutPrefix(s, binaryMark); ok {
		*t, err = base64.StdEncoding.DecodeString(b64)
		return err
	}
	*t = text(s)
	return nil
}

func stringOf(data []byte) (s string, err error) {
	if err := json.Unmarshal(data, &s); err != nil {
		return "", fmt.Errorf("a text or a Uint8Array is needed: %w", err)
	}
	return s, nil
}

// parseCall reads the options; a key that does not exist is an error, so that
// a misspelt one does not quietly verify something else.
func parseCall(document []byte, options string) (call, error) {
	c := call{Document: document}
	if strings.TrimSpace(options) == "" {
		return c, nil
	}
	dec := json.NewDecoder(strings.NewReader(options))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return c, fmt.Errorf("options: %w", err)
	}
	return c, nil
}
