package c14n

import "bytes"

// escapeText and escapeAttribute are Canonical XML 1.0 section 2.3.
func escapeText(w *bytes.Buffer, b []byte) {
	for _, ch := range b {
		switch ch {
		case '&':
			w.WriteString("&amp;")
		case '<':
			w.WriteString("&lt;")
		case '>':
			w.WriteString("&gt;")
		case '\r':
			w.WriteString("&#xD;")
		default:
			w.WriteByte(ch)
		}
	}
}

func escapeAttribute(w *bytes.Buffer, s string) {
	for i := range len(s) {
		switch ch := s[i]; ch {
		case '&':
			w.WriteString("&amp;")
		case '<':
			w.WriteString("&lt;")
		case '"':
			w.WriteString("&quot;")
		case '\t':
			w.WriteString("&#x9;")
		case '\n':
			w.WriteString("&#xA;")
		case '\r':
			w.WriteString("&#xD;")
		default:
			w.WriteByte(ch)
		}
	}
}
