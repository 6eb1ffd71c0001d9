package verifytest

import (
	"encoding/base64"
	"fmt"
	"strings"
)

const recordNamespace = "urn:ietf:params:xml:ns:ers"

// xmlDigests are the digests by their identifiers (XMLDSig 1.1 6.2, RFC 9231 2.1).
var xmlDigests = map[string]string{
	"SHA-1":   "http://www.w3.org/2000/09/xmldsig#sha1",
	"SHA-256": "http://www.w3.org/2001/04/xmlenc#sha256",
	"SHA-384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
	"SHA-512": "http://www.w3.org/2001/04/xmlenc#sha512",
}

// canonicalXML is the exclusive canonical form of an element that this file
// writes: all of it is canonical but for the namespace, which the root declares.
func canonicalXML(element string) string {
	end := strings.IndexAny(element, " >")
	return element[:end] + ` xmlns="` + recordNamespace + `"` + element[end:]
}

func element(name, attributes, content string) string {
	return "<" + name + attributes + ">" + content + "</" + name + ">"
}

func order(n int) string { return fmt.Sprintf(` Order="%d"`, n+1) }

// recordXML is EvidenceRecord (RFC 6283 2.1).
func (r *recordMaker) recordXML() string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		element("EvidenceRecord", fmt.Sprintf(` xmlns="%s" Version="%d.0"`, recordNamespace, r.t.Version), r.sequenceXML()) + "\n"
}

func (r *recordMaker) sequenceXML() string {
	var b strings.Builder
	for i, c := range r.chains {
		var in strings.Builder
		in.WriteString(element("DigestMethod", ` Algorithm="`+xmlDigests[c.algorithm]+`"`, ""))
		in.WriteString(element("CanonicalizationMethod", ` Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"`, ""))
		for j, s := range c.stamps {
			in.WriteString(element("ArchiveTimeStamp", order(j), s.hashTree()+s.timeStamp()))
		}
		b.WriteString(element("ArchiveTimeStampChain", order(i), in.String()))
	}
	return element("ArchiveTimeStampSequence", "", b.String())
}

func (s recordStamp) hashTree() string {
	if s.tree == nil {
		return ""
	}
	var b strings.Builder
	for i, list := range s.tree {
		var values strings.Builder
		for _, v := range list {
			values.WriteString(element("DigestValue", "", base64.StdEncoding.EncodeToString(v)))
		}
		b.WriteString(element("Sequence", order(i), values.String()))
	}
	return element("HashTree", "", b.String())
}

func (s recordStamp) timeStamp() string {
	return element("TimeStamp", "", element("TimeStampToken", ` Type="RFC3161"`, base64.StdEncoding.EncodeToString(s.token)))
}
