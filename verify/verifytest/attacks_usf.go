package verifytest

import (
	"encoding/hex"
	"strings"
)

// usf is a seal whose dictionary is signed as the forger wrote it: the digest holds, the form does not.
func usf(name, what string, want Want, o SignOptions, named ...string) Attack {
	return Attack{Name: "usf-" + name, Family: UniversalForgery, What: what, Want: want, Named: named,
		forged: func(w *World) *PDF { return w.sealedBy(o) }, honest: untouched}
}

// ranged writes something else for /ByteRange.
func ranged(value string) SignOptions {
	return room(func(_, contents string) (string, string) { return "/ByteRange " + value, contents })
}

// room changes the two entries as written, each in the place that it has.
func room(change func(byteRange, contents string) (string, string)) SignOptions {
	return SignOptions{Room: func(s string) string {
		at := strings.Index(s, "/Contents")
		r, c := change(strings.TrimSpace(s[:at]), s[at:])
		return r + strings.Repeat(" ", at-len(r)) + c
	}}
}

// valued writes something else for the string of /Contents.
func valued(change func(token string) string) SignOptions { return SignOptions{Value: change} }

func said(s string) SignOptions { return valued(func(string) string { return s }) }

func bare(token string) string { return strings.TrimRight(strings.Trim(token, "<>"), "0") }

// literalValue is the message as a literal string of the same length.
func literalValue(token string) string {
	der, err := hex.DecodeString(strings.TrimRight(strings.Trim(token, "<>"), "0") + "00")
	if err != nil {
		der, _ = hex.DecodeString(strings.TrimRight(strings.Trim(token, "<>"), "0") + "0")
	}
	text := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\r", `\r`).Replace(string(der))
	return "(" + text + strings.Repeat("\x00", len(token)-len(text)-2) + ")"
}

var noValue = refused.or("TOTAL-FAILED/SIG_CRYPTO_FAILURE")

var universalForgeries = []Attack{
	// /Contents
	usf("contents-missing", "the value has another key", noValue, room(func(r, c string) (string, string) {
		return r, strings.Replace(c, "/Contents", "/Kontents", 1)
	}), "K-PDF-061"),
	usf("contents-null", "the value is null", noValue, said("null"), "K-PDF-061"),
	usf("contents-empty", "the value is an empty string", noValue, said("<>"), "K-SIG-001", "K-PDF-057"),
	usf("contents-nothing", "no value follows the key", noValue, said(""), "K-PDF-061"),
	usf("contents-00", "the value is one octet of zero", noValue, said("<00>"), "K-SIG-001", "K-PDF-057"),
	usf("contents-zeros", "the value is zeros only", noValue, SignOptions{Contents: func(h string) string { return strings.Repeat("0", len(h)) }}, "K-SIG-001"),
	usf("contents-number", "the value is a number", noValue, said("0"), "K-PDF-061"),
	usf("contents-true", "the value is true", noValue, said("true"), "K-PDF-061"),
	usf("contents-name", "the value is a name", noValue, said("/Sig"), "K-PDF-061"),
	usf("contents-array", "the value stands in an array", noValue, valued(func(s string) string { return "[<" + bare(s) + "00>]" }), "K-PDF-061"),
	usf("contents-dictionary", "the value stands in a dictionary", noValue, valued(func(s string) string { return "<</A<" + bare(s) + "00>>>" }), "K-PDF-061"),
	usf("contents-reference", "the value is a reference that leads nowhere", noValue, said("9999 0 R"), "K-PDF-061"),
	usf("contents-literal", "the value is a literal string", refused, valued(literalValue), "K-PDF-062"),
	usf("contents-truncated", "the message is cut off", noValue, SignOptions{Contents: func(h string) string {
		return h[:len(h)/8] + strings.Repeat("0", len(h)-len(h)/8)
	}}, "K-SIG-001"),
	usf("contents-letters", "letters stand among the digits", refused, SignOptions{Contents: func(h string) string { return h[:40] + "zz" + h[42:] }}, "K-PDF-065"),
	usf("contents-foreign", "the message is another document's", failed("HASH_FAILURE", "EN 319 102-1 5.2.7.4"), foreignValue(), "K-SIG-002"),
	{Name: "usf-contents-attached", Family: UniversalForgery, What: "the message carries what it signs, which is not the document", Want: failed("HASH_FAILURE", "ISO 32000-2 12.8.3.3.1"),
		Named: []string{"K-SIG-002"}, honest: untouched, forged: func(w *World) *PDF {
			return w.PDF(PDFTemplate{}).AddEvidence(w.Seal).Sign(SignOptions{}, CMSMutator{Template: func(t *CMSTemplate) {
				t.Content, t.Detached = []byte("another content"), false
			}})
		}},
	// /ByteRange
	usf("range-missing", "the ranges have another key", refused, room(func(r, c string) (string, string) {
		return strings.Replace(r, "/ByteRange", "/XyteRange", 1), c
	}), "K-PDF-050"),
	usf("range-null", "the ranges are null", refused, ranged("null"), "K-PDF-050"),
	usf("range-empty", "there are no ranges in the array", refused, ranged("[]"), "K-PDF-051"),
	usf("range-nothing", "nothing follows the key", refused, ranged(""), "K-PDF-050"),
	usf("range-number", "the ranges are a number", refused, ranged("0"), "K-PDF-050"),
	usf("range-string", "the ranges are a string", refused, ranged("(0 1 2 3)"), "K-PDF-050"),
	usf("range-dictionary", "the ranges are a dictionary", refused, ranged("<</A[0 1 2 3]>>"), "K-PDF-050"),
	usf("range-zeros", "all four numbers are zero", refused.or("TOTAL-FAILED/HASH_FAILURE"), ranged("[0 0 0 0]"), "K-PDF-058"),
	usf("range-negative", "the offsets are negative", refused, ranged("[0 -1 -1 10]"), "K-PDF-053"),
	usf("range-huge", "a length beyond every file", refused, ranged("[0 99999999999999999 1 1]"), "K-PDF-056"),
	usf("range-overflow", "a number beyond 64 bits", refused, ranged("[0 99999999999999999999 1 1]"), "K-COV-002"),
	usf("range-wraps", "offset and length wrap around", refused, ranged("[0 1 9223372036854775807 9]"), "K-PDF-056"),
	usf("range-names", "names instead of numbers", refused, ranged("[/a /b /c /d]"), "K-PDF-052"),
	usf("range-reals", "numbers with a fraction", refused, ranged("[0.0 1.5 2.0 9.0]"), "K-PDF-052"),
	usf("range-nulls", "null instead of numbers", refused, ranged("[null null null null]"), "K-PDF-052"),
	usf("range-nested", "an array in the array", refused, ranged("[[0 1 2 3]]"), "K-PDF-051"),
	usf("range-three", "three numbers", refused, ranged("[0 100 200]"), "K-PDF-051"),
	usf("range-pair", "one range that is the file without a gap", refused.or("TOTAL-FAILED/HASH_FAILURE"), ranged("[0 3000]"), "K-PDF-051"),
	// both, and the dictionary
	usf("both-null", "value and ranges are null", noValue, both("null"), "K-PDF-061", "K-PDF-050"),
	usf("both-empty", "value and ranges are empty", noValue, both("[]"), "K-PDF-061", "K-PDF-051"),
	usf("subfilter-missing", "no encoding is named", doubtful, SignOptions{Dictionary: func(e string) string {
		return strings.Replace(e, "/SubFilter /ETSI.CAdES.detached", "", 1)
	}}, "K-PDF-035"),
	updated("value-null", "an update makes the field's value null", doubtful, "null", "K-PDF-031"),
	updated("value-number", "an update makes the field's value a number", refused, "1", "K-PDF-031", "K-PDF-037"),
	updated("value-nowhere", "an update leads the field nowhere", doubtful, "9999 0 R", "K-PDF-031"),
	updated("value-empty", "an update makes the field's value an empty dictionary", refused, "<<>>", "K-PDF-031", "K-PDF-061"),
	updated("value-typed", "an update gives the field a dictionary with a type and nothing else", refused,
		"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange null /Contents null >>", "K-PDF-031", "K-PDF-061"),
}

func both(value string) SignOptions {
	o := ranged(value)
	o.Value = func(string) string { return value }
	return o
}

// foreignValue is a message by the same seal over other octets.
func foreignValue() SignOptions {
	o := SignOptions{}
	o.Value = func(token string) string {
		w := New()
		other := w.PDF(PDFTemplate{Title: "別の証明書"}).Sign(SignOptions{})
		r := other.ranges()
		return string(other.data[r[1]:r[2]])
	}
	return o
}

// updated replaces the value of the seal's field by an update; the page changes with it.
func updated(name, what string, want Want, value string, named ...string) Attack {
	return Attack{Name: "usf-" + name, Family: UniversalForgery, What: what, Want: want.or("TOTAL-FAILED/FORMAT_FAILURE"), Named: named,
		forged: func(w *World) *PDF {
			p := w.sealedBy(SignOptions{Field: "Seal"})
			n := p.names["Seal"]
			before, _, _ := strings.Cut(p.objects[n], " /V ")
			return p.Update(map[int]string{n: before + " /V " + value + " >>", objContents: p.forgedPage()})
		},
		honest: func(w *World) *PDF { return w.sealedBy(SignOptions{Field: "Seal"}).countersigned(SignOptions{}) }}
}
