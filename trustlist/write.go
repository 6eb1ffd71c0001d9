package trustlist

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/purse"
)

// A Draft is a list that is to be written from certificates: one service each.
type Draft struct {
	ID, Operator, Type, Framework string
	Sequence                      int64
	Issued, NextUpdate            time.Time
	Certificates                  []*cert.Certificate
}

// YAML writes the draft as a list file. It is read back before it is given, so
// that a draft that is no list is an error here and not at its user's.
func (d *Draft) YAML() ([]byte, error) {
	if len(d.Certificates) == 0 {
		return nil, errors.New("trustlist: no certificate to write")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "schema: %s\nid: %s\nsequence: %d\nissued: %s\nnextUpdate: %s\n", Schema, quoted(d.ID), d.Sequence, moment(d.Issued), moment(d.NextUpdate))
	if d.Operator != "" {
		fmt.Fprintf(&b, "operator: %s\n", quoted(d.Operator))
	}
	b.WriteString("services:\n")
	for _, c := range d.distinct() {
		name := c.Subject.String()
		fmt.Fprintf(&b, "  - name: {en: %s}\n    type: %s\n    framework: %s\n    anchors:\n", quoted(name), d.Type, d.Framework)
		fmt.Fprintf(&b, "      # in force from %s to %s\n      - sha256: %x\n        pem: |\n", moment(c.NotBefore), moment(c.NotAfter), c.SHA256)
		for line := range bytes.Lines(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})) {
			b.WriteString("          ")
			b.Write(line)
		}
	}
	l, err := Parse(b.Bytes(), nil)
	if err != nil {
		return nil, fmt.Errorf("trustlist: the draft is no list: %w", err)
	}
	if len(l.Services) != len(d.distinct()) {
		return nil, errors.New("trustlist: the draft does not read back as it was")
	}
	return b.Bytes(), nil
}

// distinct are the certificates, each once, by name and fingerprint, so that
// the order in which they were given does not matter.
func (d *Draft) distinct() []*cert.Certificate {
	all := slices.Clone(d.Certificates)
	slices.SortFunc(all, func(a, b *cert.Certificate) int {
		if c := bytes.Compare(a.RawSubject, b.RawSubject); c != 0 {
			return c
		}
		return bytes.Compare(a.SHA256[:], b.SHA256[:])
	})
	return slices.CompactFunc(all, func(a, b *cert.Certificate) bool { return a.SHA256 == b.SHA256 })
}

// quoted is a YAML scalar in double quotes, which are those of JSON.
func quoted(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(s) // a string encodes
	return string(bytes.TrimSpace(b.Bytes()))
}

// ReadCertificates reads certificates in any of the ways in which operators
// hand them out: DER, PEM of one or several, PKCS#7 (.p7b, .p7c; RFC 5652) in
// DER or PEM. Anything else in the input is an error.
func ReadCertificates(data []byte) ([]*cert.Certificate, error) {
	p := purse.New(purse.Limits{})
	if int64(len(data)) > MaxCertificateSize {
		return nil, fmt.Errorf("more than %d bytes", MaxCertificateSize)
	}
	block, rest := pem.Decode(data)
	if block == nil {
		if certs, err := certificates(data, p); err == nil {
			return certs, nil
		}
		return fromPKCS7(data, p)
	}
	if block.Type != "PKCS7" && block.Type != "CMS" {
		return certificates(data, p)
	}
	var out []*cert.Certificate
	for ; block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "PKCS7" && block.Type != "CMS" {
			return nil, fmt.Errorf("PEM block %q among PKCS#7", block.Type)
		}
		certs, err := fromPKCS7(block.Bytes, p)
		if err != nil {
			return nil, err
		}
		out = append(out, certs...)
	}
	return out, nil
}

// fromPKCS7 takes the certificates of a SignedData; that it may be signed says
// nothing here.
func fromPKCS7(data []byte, p *purse.Purse) ([]*cert.Certificate, error) {
	sd, err := cms.Parse(data, p)
	if err != nil {
		return nil, fmt.Errorf("neither a certificate (PEM, DER) nor PKCS#7; if it is no certificate, take it out of the folder or name the files one by one: %w", err)
	}
	var out []*cert.Certificate
	for i, raw := range sd.Certificates {
		c, err := whole(raw.Raw, p)
		if err != nil {
			return nil, fmt.Errorf("certificate %d of the PKCS#7: %w", i+1, err)
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, errors.New("the PKCS#7 holds no certificate")
	}
	return out, nil
}
