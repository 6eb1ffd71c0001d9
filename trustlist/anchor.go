package trustlist

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
)

// anchor reads one entry of anchors: a certificate (file, pem or der), a pin
// (sha256), or a certificate with its fingerprint, which then must agree.
func (d *decoder) anchor(n ast.Node) Anchor {
	var a Anchor
	a.line, a.column = place(n)
	before := len(d.errs)
	stated := false
	ways := 0
	from := func(read func(ast.Node) ([]byte, error)) func(ast.Node) {
		return func(n ast.Node) {
			if ways++; ways > 1 {
				d.fail(n, "keep one of file, pem and der", "an anchor is given twice")
				return
			}
			a.Certificate = d.certificate(n, read)
		}
	}
	d.mapping(n, "an anchor",
		field{"file", func(n ast.Node) { a.loose = true; from(d.file)(n) }}, field{"pem", from(d.pem)}, field{"der", from(d.der)},
		field{"sha256", func(n ast.Node) { a.SHA256, stated = d.print256(n) }},
		field{"keyId", func(n ast.Node) { a.KeyID = d.hex(n, "keyId", 0) }},
		field{"confidence", d.word(&a.Confidence, "confidence", confidence...)},
		field{"url", d.url(&a.URL)},
		field{"until", d.time(&a.Until)},
		field{"subject", d.line(&a.Subject)},
		field{"notBefore", d.time(&a.NotBefore)},
		field{"notAfter", d.time(&a.NotAfter)},
		field{"source", d.line(&a.Source)})
	switch {
	case len(d.errs) > before:
	case ways == 0 && !stated:
		d.fail(n, "add file, pem, der or sha256", "an anchor names no certificate")
	case !a.NotBefore.IsZero() && !a.NotAfter.IsZero() && a.NotAfter.Before(a.NotBefore):
		d.fail(n, "", "notAfter stands before notBefore")
	case !a.Until.IsZero() && !a.NotBefore.IsZero() && !a.Until.After(a.NotBefore):
		d.fail(n, "", "the anchor ends (until) before it begins (notBefore)")
	case ways == 0 && a.Confidence == "":
		a.Confidence = ConfidencePublished
	case ways == 1:
		d.agree(n, &a, stated)
	}
	return a
}

// agree compares what the list says of a certificate with the certificate.
func (d *decoder) agree(n ast.Node, a *Anchor, stated bool) {
	c := a.Certificate
	switch {
	case stated && a.SHA256 != c.SHA256:
		d.fail(n, "find out which one is right before you trust either", "the certificate has the fingerprint %x, the list says %x", c.SHA256, a.SHA256)
	case a.KeyID != nil && !bytes.Equal(a.KeyID, c.SubjectKeyID):
		d.fail(n, "", "the certificate has the key identifier %x, the list says %x", c.SubjectKeyID, a.KeyID)
	case !a.NotBefore.IsZero() && !a.NotBefore.Equal(c.NotBefore), !a.NotAfter.IsZero() && !a.NotAfter.Equal(c.NotAfter):
		d.fail(n, "leave notBefore and notAfter out: the certificate tells them", "the certificate holds from %s to %s, the list says otherwise", day(c.NotBefore), day(c.NotAfter))
	case !a.Until.IsZero() && !a.Until.After(c.NotBefore):
		d.fail(n, "", "the anchor ends (until) before the certificate begins")
	}
	a.SHA256, a.KeyID, a.loose = c.SHA256, c.SubjectKeyID, a.loose && !stated
}

func (d *decoder) certificate(n ast.Node, read func(ast.Node) ([]byte, error)) *cert.Certificate {
	data, err := read(n)
	if err == nil {
		var certs []*cert.Certificate
		certs, err = certificates(data, d.purse)
		if err == nil && len(certs) != 1 {
			err = fmt.Errorf("%d certificates in one entry; write an entry for each", len(certs))
		}
		if err == nil {
			return certs[0]
		}
	}
	d.fail(n, "", "the certificate cannot be read: %v", err)
	return nil
}

// file opens a path below the folder of the list. fs.ValidPath knows no "..",
// no absolute path and no backslash; the file system itself holds back links.
func (d *decoder) file(n ast.Node) ([]byte, error) {
	name, ok := text(n)
	switch {
	case !ok:
		return nil, errors.New("file is not a single value")
	case d.base == nil:
		return nil, fmt.Errorf("file %q: this list was not read from a folder; give the certificate inline (pem, der)", clip(name))
	case !fs.ValidPath(strings.TrimPrefix(name, "./")) || strings.ContainsAny(name, "\\:"):
		return nil, fmt.Errorf("file %q leads out of the folder of the list, or is no plain path with /", clip(name))
	}
	f, err := d.base.Open(strings.TrimPrefix(name, "./"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAtMost(f, name, MaxCertificateSize)
}

func (d *decoder) pem(n ast.Node) ([]byte, error) {
	s, _ := text(n)
	if !strings.Contains(s, "-----BEGIN ") {
		return nil, errors.New("no PEM block; write `pem: |` and the block below it, indented")
	}
	return []byte(s), nil
}

func (d *decoder) der(n ast.Node) ([]byte, error) {
	s, _ := text(n)
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return nil, fmt.Errorf("der is not base64: %w", err)
	}
	return b, nil
}

// identity reads one entry of identity; what it states must hold together.
func (d *decoder) identity(n ast.Node) Identity {
	var id Identity
	before := len(d.errs)
	d.mapping(n, "an identity",
		field{"sha256", func(n ast.Node) {
			if h, ok := d.print256(n); ok {
				id.SHA256 = &h
			}
		}},
		field{"subject", func(n ast.Node) { id.Subject = d.subject(n) }},
		field{"certificatePolicies", func(n ast.Node) { id.CertificatePolicies = d.oids(n, "certificatePolicies") }},
		field{"tokenPolicies", func(n ast.Node) { id.TokenPolicies = d.oids(n, "tokenPolicies") }})
	if len(d.errs) == before && id.SHA256 == nil && id.Subject == nil && id.CertificatePolicies == nil && id.TokenPolicies == nil {
		d.fail(n, "add sha256, subject, certificatePolicies or tokenPolicies", "an identity states nothing")
	}
	return id
}

// attributes are the short names of RFC 4514 3 and of EN 319 412-1 5.1.4 that
// a subject may use; any other attribute by its identifier.
var attributes = map[string]ber.OID{
	"CN": "2.5.4.3", "C": "2.5.4.6", "L": "2.5.4.7", "ST": "2.5.4.8", "STREET": "2.5.4.9",
	"O": "2.5.4.10", "OU": "2.5.4.11", "serialNumber": "2.5.4.5", "title": "2.5.4.12",
	"organizationIdentifier": "2.5.4.97", "DC": "0.9.2342.19200300.100.1.25",
}

// subject reads names and values; a value may be a sequence where the subject
// has an attribute more than once (two OU).
func (d *decoder) subject(n ast.Node) []Attribute {
	m, ok := n.(*ast.MappingNode)
	if one, is := n.(*ast.MappingValueNode); is {
		m, ok = ast.Mapping(one.Start, false, one), true
	}
	if !ok || len(m.Values) == 0 {
		d.fail(n, "write `{O: …, CN: …}`", "subject is not a mapping of attributes")
		return nil
	}
	var out []Attribute
	for _, v := range m.Values {
		key, _ := text(v.Key)
		oid, known := attributes[key]
		if !known && isOID(key) {
			oid, known = ber.OID(key), true
		}
		if !known {
			d.fail(v.Key, "use a name of RFC 4514 (CN, O, OU, C …) or the identifier", "unknown attribute %q in subject", clip(key))
			continue
		}
		add := func(n ast.Node) {
			a := Attribute{Type: oid}
			d.line(&a.Value)(n)
			if slices.Contains(out, a) {
				d.fail(n, "keep one", "attribute %s=%q stands twice", key, clip(a.Value))
			}
			out = append(out, a)
		}
		if _, many := v.Value.(*ast.SequenceNode); many {
			d.sequence(v.Value, key, add)
		} else {
			add(v.Value)
		}
	}
	return out
}
