package pdf

import (
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// pdfDoc is where PDFDocEncoding leaves Latin 1 (Annex D.3).
var pdfDoc = map[byte]rune{
	0x18: 0x02d8, 0x19: 0x02c7, 0x1a: 0x02c6, 0x1b: 0x02d9, 0x1c: 0x02dd, 0x1d: 0x02db, 0x1e: 0x02da, 0x1f: 0x02dc,
	0x80: 0x2022, 0x81: 0x2020, 0x82: 0x2021, 0x83: 0x2026, 0x84: 0x2014, 0x85: 0x2013, 0x86: 0x0192, 0x87: 0x2044,
	0x88: 0x2039, 0x89: 0x203a, 0x8a: 0x2212, 0x8b: 0x2030, 0x8c: 0x201e, 0x8d: 0x201c, 0x8e: 0x201d, 0x8f: 0x2018,
	0x90: 0x2019, 0x91: 0x201a, 0x92: 0x2122, 0x93: 0xfb01, 0x94: 0xfb02, 0x95: 0x0141, 0x96: 0x0152, 0x97: 0x0160,
	0x98: 0x0178, 0x99: 0x017d, 0x9a: 0x0131, 0x9b: 0x0142, 0x9c: 0x0153, 0x9d: 0x0161, 0x9e: 0x017e, 0x9f: 0xfffd,
	0xa0: 0x20ac, 0xad: 0xfffd,
}

// Text is a text string as people read it (7.9.2.2): UTF-16 or UTF-8 by its
// mark, else PDFDocEncoding.
func (s *String) Text() string {
	b := s.Value
	switch {
	case len(b) >= 2 && b[0] == 0xfe && b[1] == 0xff:
		return utf16Text(b[2:], 0)
	case len(b) >= 2 && b[0] == 0xff && b[1] == 0xfe: // against the rule, but written
		return utf16Text(b[2:], 1)
	case len(b) >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf && utf8.Valid(b[3:]):
		return string(b[3:])
	}
	out := make([]rune, 0, len(b))
	for _, c := range b {
		if r, ok := pdfDoc[c]; ok {
			out = append(out, r)
		} else {
			out = append(out, rune(c))
		}
	}
	return string(out)
}

// utf16Text decodes code units whose high octet stands at index high of each pair.
func utf16Text(b []byte, high int) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, uint16(b[high])<<8|uint16(b[1-high]))
	}
	return string(utf16.Decode(units))
}

// parseDate reads D:YYYYMMDDHHmmSSOHH'mm' (7.9.4); all behind the year may be
// left out, and a time without zone is read as UTC.
func parseDate(s string) (time.Time, bool) {
	if len(s) > 2 && s[:2] == "D:" {
		s = s[2:]
	}
	parts := [6]int{0, 1, 1, 0, 0, 0}
	for i := range parts {
		width := 2
		if i == 0 {
			width = 4
		}
		n, ok := digits(s, width)
		if !ok {
			if i == 0 {
				return time.Time{}, false
			}
			break
		}
		parts[i], s = n, s[width:]
	}
	if parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31 || parts[3] > 23 || parts[4] > 59 || parts[5] > 59 {
		return time.Time{}, false
	}
	offset, ok := zone(s)
	t := time.Date(parts[0], time.Month(parts[1]), parts[2], parts[3], parts[4], parts[5], 0, time.UTC)
	if t.Day() != parts[2] {
		return time.Time{}, false // 31 February
	}
	return t.Add(-offset), ok
}

// zone reads Z, +HH'mm' or -HH'mm'.
func zone(s string) (time.Duration, bool) {
	if s == "" || s[0] == 'Z' || s[0] == 'z' {
		return 0, true
	}
	h, ok := digits(s[1:], 2)
	if (s[0] != '+' && s[0] != '-') || !ok || h > 23 {
		return 0, false
	}
	m := 0
	if rest := s[3:]; len(rest) > 0 && (rest[0] == '\'' || rest[0] == ':') {
		m, _ = digits(rest[1:], 2)
	} else {
		m, _ = digits(rest, 2)
	}
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if s[0] == '-' {
		d = -d
	}
	return d, m < 60
}

func digits(s string, n int) (int, bool) {
	if len(s) < n {
		return 0, false
	}
	v := 0
	for i := range n {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		v = v*10 + int(s[i]-'0')
	}
	return v, true
}
