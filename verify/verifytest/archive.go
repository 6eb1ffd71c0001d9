package verifytest

import "bytes"

// ArchiveTimestamp is an archive time-stamp to be added; the zero value is an archive-time-stamp-v3 with the
// ats-hash-index-v3, at the world's FinalTime.
type ArchiveTimestamp struct {
	Token         TokenTemplate // GenTime, TSA, Algorithm …; Imprint is filled in
	V2            bool          // archive-time-stamp-v2 of TS 101 733 6.4.1: no index, over all that stands
	HashIndex     int           // of v3: 1 (TS 101 733 v2.2.1), 2, 3 (EN 319 122-1 5.5.2); default 3
	WithoutHeader bool          // of v2: unsigned attributes without tag and length, as TS 101 733 v1.8.3 annex K had it
}

// hashIndexes are the attribute types of the three versions.
var hashIndexes = map[int]string{1: "0.4.0.1733.2.5", 2: "0.4.0.19122.1.4", 3: "0.4.0.19122.1.5"}

// ArchiveImprint is what an archive-time-stamp-v3 hashes: content type, digest of the content, the fields of SignerInfo
// from version to signature, and the hash index, all as they are encoded (EN 319 122-1 5.5.3).
func ArchiveImprint(contentType, contentDigest, fields, hashIndex []byte) []byte {
	return bytes.Join([][]byte{contentType, contentDigest, fields, hashIndex}, nil)
}

// HashIndex is the ats-hash-index of a version over encoded certificates, revocation choices and unsigned attributes.
// Versions 1 and 2 hash each attribute whole, version 3 the type with each of its values (EN 319 122-1 5.5.2);
// version 1 leaves the algorithm out when it is SHA-256, as DER wants of a default.
func HashIndex(version int, alg string, certs, revocations [][]byte, unsigned [][]byte) []byte {
	hashes := func(list [][]byte) []byte {
		var out [][]byte
		for _, e := range list {
			out = append(out, octets(Digest(alg, e)))
		}
		return seq(out...)
	}
	attributes := unsigned
	if version == 3 {
		attributes = nil
		for _, a := range unsigned {
			parts := elements(a)
			for _, v := range elements(parts[1]) {
				attributes = append(attributes, append(bytes.Clone(parts[0]), v...))
			}
		}
	}
	parts := [][]byte{digestID(alg), hashes(certs), hashes(revocations), hashes(attributes)}
	if version == 1 && alg == "SHA-256" {
		parts = parts[1:]
	}
	return seq(parts...)
}

// archiveStamp makes the attribute over what stands. fields are those of the SignerInfo as they will be encoded.
func (w *World) archiveStamp(a ArchiveTimestamp, d *SignerDraft, sd *SignedData, fields [][]byte) Attribute {
	t := a.Token
	t.GenTime = orTime(t.GenTime, w.FinalTime)
	if a.V2 {
		t.Data = archiveDataV2(d, sd, a.WithoutHeader)
		return Attribute{attrArchiveStampV2, [][]byte{w.Token(t)}}
	}
	alg, version := or(t.Algorithm, "SHA-256"), a.HashIndex
	if version == 0 {
		version = 3
	}
	index := HashIndex(version, alg, sd.Certificates, sd.CRLs, encodeAttributes(d.Unsigned))
	t.Data = ArchiveImprint(objectID(sd.ContentType), Digest(alg, sd.Content), bytes.Join(fields, nil), index)
	t.ExtraUnsigned = append([]Attribute{{hashIndexes[version], [][]byte{index}}}, t.ExtraUnsigned...)
	return Attribute{attrArchiveStamp, [][]byte{w.Token(t)}}
}

// archiveDataV2 is what an archive-time-stamp-v2 hashes (TS 101 733 6.4.1): encapContentInfo, a detached content,
// certificates and crls with their tags, all fields of the SignerInfo, unsigned attributes included, in DER.
func archiveDataV2(d *SignerDraft, sd *SignedData, withoutHeader bool) []byte {
	var out []byte
	out = append(out, sd.encapsulated()...)
	if sd.Detached {
		out = append(out, sd.Content...)
	}
	if sd.Certificates != nil {
		out = append(out, retag(0xa0, setOf(sd.Certificates...))...)
	}
	if sd.CRLs != nil {
		out = append(out, retag(0xa1, setOf(sd.CRLs...))...)
	}
	out = append(out, bytes.Join(d.fields(), nil)...)
	if d.Unsigned == nil {
		return out
	}
	unsigned := retag(0xa1, setOf(encodeAttributes(d.Unsigned)...))
	if withoutHeader {
		return append(out, content(unsigned)...)
	}
	return append(out, unsigned...)
}

func encodeAttributes(list []Attribute) [][]byte {
	var out [][]byte
	for _, a := range list {
		out = append(out, a.encode())
	}
	return out
}
