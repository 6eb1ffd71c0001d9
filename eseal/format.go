package eseal

import "bytes"

// sniff tells formats apart by their first octets. FormatUnknown stands for
// what only reading can tell: ASN.1 and its text wrappings.
//
// A message that carries a PDF, and a container that stores one, have the
// header of that PDF near their start too; so the outer format goes first.
func sniff(head []byte) Format {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case isEvidenceRecord(head):
		return FormatEvidenceRecord
	case isMessage(head):
		return FormatUnknown
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return container(head)
	case looksLikeMail(head):
		return FormatUnknown
	case bytes.Contains(head, []byte("%PDF-")):
		return FormatPDF
	case isXMLRecord(trimmed):
		return FormatEvidenceRecord
	case bytes.HasPrefix(trimmed, []byte("<")):
		return FormatXML
	case bytes.HasPrefix(trimmed, []byte("{")), bytes.HasPrefix(trimmed, []byte("eyJ")):
		return FormatJWS
	}
	return FormatUnknown
}

// isMessage tells whether the octets begin like a ContentInfo, a SignedData
// without one, or a time-stamp response.
func isMessage(head []byte) bool {
	in, ok := inside(head)
	if !ok {
		return false
	}
	switch {
	case bytes.HasPrefix(in, []byte{0x06}): // contentType
		return true
	case len(in) > 3 && in[0] == 0x02 && in[1] == 1: // version, then a SET OF AlgorithmIdentifier
		return in[3] == 0x31
	}
	status, ok := inside(in) // PKIStatusInfo begins with an INTEGER (RFC 3161 2.4.2)
	return ok && bytes.HasPrefix(status, []byte{0x02})
}

// isEvidenceRecord: version 1, then a SEQUENCE OF AlgorithmIdentifier (RFC 4998 3.1).
func isEvidenceRecord(head []byte) bool {
	in, ok := inside(head)
	if !ok || !bytes.HasPrefix(in, []byte{0x02, 0x01, 0x01}) {
		return false
	}
	algorithms, ok := inside(in[3:])
	if !ok {
		return false
	}
	first, ok := inside(algorithms)
	return ok && bytes.HasPrefix(first, []byte{0x06})
}

// isXMLRecord: the first element is EvidenceRecord, with or without a prefix,
// and the namespace of RFC 6283 is named.
func isXMLRecord(head []byte) bool {
	if !bytes.Contains(head, []byte("urn:ietf:params:xml:ns:ers")) {
		return false
	}
	for bytes.HasPrefix(head, []byte("<?")) || bytes.HasPrefix(head, []byte("<!--")) {
		end := []byte("?>")
		if head[1] == '!' {
			end = []byte("-->")
		}
		_, rest, ok := bytes.Cut(head, end)
		if !ok {
			return false
		}
		head = bytes.TrimLeft(rest, " \t\r\n")
	}
	// A document type declaration names the root element too.
	name, ok := bytes.CutPrefix(head, []byte("<!DOCTYPE"))
	if name = bytes.TrimLeft(name, " \t\r\n"); !ok {
		if name, ok = bytes.CutPrefix(head, []byte("<")); !ok {
			return false
		}
	}
	if i := bytes.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	if _, local, ok := bytes.Cut(name, []byte(":")); ok {
		name = local
	}
	return string(name) == "EvidenceRecord"
}

// inside steps over the tag and length of a SEQUENCE, BER or DER.
func inside(b []byte) ([]byte, bool) {
	if len(b) < 2 || b[0] != 0x30 || b[1] > 0x88 {
		return nil, false
	}
	n := 2
	if b[1] > 0x80 {
		n += int(b[1] & 0x7f)
	}
	if n > len(b) {
		return nil, false
	}
	return b[n:], true
}

// container tells an ASiC container, whose first entry names its type (EN 319
// 162-1 4.3.3.1, 4.4.4.1), from any other archive.
func container(head []byte) Format {
	const nameAt = 30 // after the local file header
	name := []byte("mimetype")
	if len(head) < nameAt+len(name) || !bytes.Equal(head[nameAt:nameAt+len(name)], name) {
		return FormatZIP
	}
	rest := head[nameAt+len(name):]
	if extra := int(head[28]) | int(head[29])<<8; extra <= len(rest) {
		rest = rest[extra:]
	}
	switch {
	case bytes.HasPrefix(rest, []byte("application/vnd.etsi.asic-s+zip")):
		return FormatASiCS
	case bytes.HasPrefix(rest, []byte("application/vnd.etsi.asic-e+zip")):
		return FormatASiCE
	}
	return FormatZIP
}
