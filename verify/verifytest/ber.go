package verifytest

import "bytes"

// chunk is the length of the pieces into which Indefinite breaks octet strings, as streaming writers do.
const chunk = 64

// Indefinite re-encodes DER in the BER that streaming writers leave: constructed elements get the indefinite
// length (X.690 8.1.3.6), universal octet strings over a chunk become constructed ones (8.7.3). Elements for which
// keep says true stay as they are: signed attributes and certificates must keep the octets that were signed.
func Indefinite(der []byte, keep func(element []byte) bool) []byte {
	var out []byte
	for len(der) > 0 {
		element, rest := cut(der)
		out = append(out, loosen(element, keep)...)
		der = rest
	}
	return out
}

func loosen(element []byte, keep func([]byte) bool) []byte {
	tag, body := element[0], content(element)
	switch {
	case keep != nil && keep(element):
		return element
	case tag&0x20 != 0:
		return bytes.Join([][]byte{{tag, 0x80}, Indefinite(body, keep), {0, 0}}, nil)
	case tag == 0x04 && len(body) > chunk:
		out := []byte{0x24, 0x80}
		for len(body) > 0 {
			n := min(chunk, len(body))
			out = append(out, octets(body[:n])...)
			body = body[n:]
		}
		return append(out, 0, 0)
	}
	return element
}

// cut splits the first element off DER that this package made itself (single-octet tags only).
func cut(der []byte) (element, rest []byte) {
	n := headerLen(der)
	size := n + bodyLen(der)
	return der[:size], der[size:]
}

func content(element []byte) []byte { return element[headerLen(element):] }

func headerLen(der []byte) int {
	if der[1] < 0x80 {
		return 2
	}
	return 2 + int(der[1]&0x7f)
}

func bodyLen(der []byte) int {
	if der[1] < 0x80 {
		return int(der[1])
	}
	n := 0
	for _, b := range der[2:headerLen(der)] {
		n = n<<8 | int(b)
	}
	return n
}

// elements lists the elements of a constructed one.
func elements(constructed []byte) [][]byte {
	var out [][]byte
	for body := content(constructed); len(body) > 0; {
		var e []byte
		e, body = cut(body)
		out = append(out, e)
	}
	return out
}
