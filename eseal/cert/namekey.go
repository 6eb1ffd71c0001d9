package cert

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/kakuin/kakuin/eseal/ber"
)

// NamesEqual compares two encoded names by RFC 5280 7.1: the same RDNs in the
// same order, each a set of attributes; values of DirectoryString compared
// after the preparation of RFC 4518, other types octet by octet.
func NamesEqual(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	ka, oka := appendNameKey(nil, a)
	if !oka {
		return false
	}
	kb, okb := appendNameKey(nil, b)
	return okb && bytes.Equal(ka, kb)
}

// NameKey is one string for all names that NamesEqual takes as one: the key
// of a map. An encoding that is no name has a key of its own.
func NameKey(raw []byte) string {
	if k, ok := appendNameKey(nil, raw); ok {
		return string(k)
	}
	return "!" + string(raw)
}

// nameKey keeps the NameKey of a name that does not change.
type nameKey struct{ p atomic.Pointer[string] }

func (k *nameKey) of(raw []byte) string {
	if s := k.p.Load(); s != nil {
		return *s
	}
	s := NameKey(raw)
	k.p.Store(&s)
	return s
}

// appendNameKey writes each RDN as the number of its attributes and their
// keys in order, every part with its length in front, so that two keys are
// equal only where all parts are.
func appendNameKey(dst, raw []byte) ([]byte, bool) {
	r := ber.NewReader(raw, nil)
	_, in, err := r.ExpectEnter(ber.Sequence, "Name")
	if err != nil || !r.Empty() {
		return nil, false
	}
	dst = append(dst, '=')
	for !in.Empty() {
		_, set, err := in.ExpectEnter(ber.Set, "RDN")
		if err != nil {
			return nil, false
		}
		var keys [][]byte
		for !set.Empty() {
			_, attr, err := set.ExpectEnter(ber.Sequence, "attribute")
			if err != nil {
				return nil, false
			}
			k, ok := attributeKey(&attr)
			if !ok {
				return nil, false
			}
			keys = append(keys, k)
		}
		slices.SortFunc(keys, bytes.Compare)
		dst = binary.AppendUvarint(dst, uint64(len(keys)))
		for _, k := range keys {
			dst = appendPart(dst, k)
		}
	}
	return dst, true
}

func appendPart(dst, part []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(part))), part...)
}

func attributeKey(attr *ber.Reader) ([]byte, bool) {
	o, err := attr.Expect(ber.ObjectID, "type")
	if err != nil {
		return nil, false
	}
	v, err := attr.Next()
	if err != nil || !attr.Empty() {
		return nil, false
	}
	key := appendPart(nil, o.Body)
	if s, ok := matchable(o, v); ok {
		return append(append(key, 's'), s...), true
	}
	return append(append(key, 'r'), v.Raw...), true
}

var (
	bodyDomainComponent = ber.EncodeOID(OIDDomainComponent)
	bodyEmailAddress    = ber.EncodeOID(OIDEmailAddress)
)

// matchable is the value in the form in which it is compared, false where
// the octets themselves are.
func matchable(o, v ber.Element) (string, bool) {
	if v.Constructed {
		return "", false
	}
	switch v.Tag {
	case ber.UTF8String:
		return prepare(v.Body)
	case ber.PrintableString:
		if !isASCII(v.Body) {
			return "", false
		}
		return prepare(v.Body)
	case ber.BMPString, ber.UniversalString: // RFC 4518 2.1
		s, clean := v.Text()
		if !clean {
			return "", false
		}
		return prepare([]byte(s))
	case ber.TeletexString:
		// Its characters beyond these mean different things to different people.
		if !fits(ber.PrintableString, v.Body) {
			return "", false
		}
		return prepare(v.Body)
	case ber.IA5String:
		if !isASCII(v.Body) {
			return "", false
		}
		switch {
		case bytes.Equal(o.Body, bodyDomainComponent): // RFC 5280 7.3
			return strings.ToLower(string(v.Body)), true
		case bytes.Equal(o.Body, bodyEmailAddress): // RFC 5280 7.5: the host part without case
			s := string(v.Body)
			at := strings.LastIndexByte(s, '@')
			return s[:at+1] + strings.ToLower(s[at+1:]), true
		}
	}
	return "", false
}

// prepare is caseIgnoreMatch's preparation (RFC 4518 2): map, fold, NFKC,
// insignificant spaces. False where the string holds what RFC 4518 2.4
// prohibits; such values are compared by their octets.
func prepare(b []byte) (string, bool) {
	if s, ok := prepareASCII(b); ok {
		return s, true
	}
	if !utf8.Valid(b) {
		return "", false
	}
	s := fold(string(b))
	for _, r := range s {
		if r == utf8.RuneError || unicode.Is(unicode.Co, r) {
			return "", false
		}
	}
	// Folding can meet what only NFKC brings out (full-width letters), and one
	// letter can fold to two.
	s = fold(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))))
	return strings.Join(strings.Fields(s), " "), true
}

// prepareASCII does the same for printable ASCII, which most names are.
func prepareASCII(b []byte) (string, bool) {
	out := make([]byte, 0, len(b))
	space := false
	for _, c := range b {
		switch {
		case c < 0x20 || c >= 0x7f:
			return "", false
		case c == ' ':
			space = len(out) > 0
			continue
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		if space {
			out, space = append(out, ' '), false
		}
		out = append(out, c)
	}
	return string(out), true
}

// fold maps by RFC 4518 2.2: controls and marks to nothing, separators to a
// space, letters to one of their cases.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\t' && r <= '\r', r == 0x85:
			return ' '
		case r == 0xad, r == 0x34f, r == 0x1806, r >= 0x180b && r <= 0x180e, r == 0xfffc,
			r >= 0xfe00 && r <= 0xfe0f, unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1
		case unicode.Is(unicode.Z, r):
			return ' '
		}
		return foldRune(r)
	}, s)
}

// foldRune is one rune for all that differ only in case: the smallest, or the
// small letter of ASCII.
func foldRune(r rune) rune {
	low := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		low = min(low, f)
	}
	if 'A' <= low && low <= 'Z' {
		return low + 'a' - 'A' // as prepareASCII
	}
	return low
}
