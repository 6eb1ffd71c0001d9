package trustlist

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
)

// Limits of what is read. A list of the 80 Japanese anchors of Adobe's list with
// certificates inline is 150 KB; EU lists are larger but are XML.
const (
	MaxSize            = 1 << 20 // of a list file
	MaxCertificateSize = 1 << 20 // of a certificate file; a bundle of the system's roots is 250 KB
)

// Load reads a trust list file, or a file of PEM or DER certificates, which
// becomes a list of plain anchors. Entries `file:` are read from the folder
// of the list and cannot leave it, not by a symbolic link either.
func Load(path string) (*List, error) {
	data, err := readCapped(path, MaxSize)
	if err != nil {
		return nil, err
	}
	if looksLikeCertificates(data) {
		return FromCertificates(filepath.Base(path), data)
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	l, err := Parse(data, root.FS())
	var errs Errors
	if errors.As(err, &errs) {
		for _, e := range errs {
			e.File = path
		}
	}
	if err != nil {
		return nil, err
	}
	l.Source = path
	return l, nil
}

func readCapped(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAtMost(f, path, limit)
}

func readAtMost(r io.Reader, name string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, &Error{File: name, What: fmt.Sprintf("the file is larger than %d bytes", limit), Fix: "split it"}
	}
	return data, nil
}

// looksLikeCertificates tells PEM and DER from YAML: DER of a certificate is
// a SEQUENCE in long form, octets that no text has.
func looksLikeCertificates(data []byte) bool {
	if len(data) > 2 && data[0] == 0x30 && data[1] >= 0x80 {
		return true
	}
	block, _ := pem.Decode(data)
	return block != nil && !bytes.Contains(data, []byte("schema:"))
}

// Parse reads a trust list file; SHA256 and a signature are over its octets
// alone, so an entry `file:` should give the fingerprint too. The base is where entries `file:` are looked
// up; nil refuses them. Errors are of type Errors.
func Parse(data []byte, base fs.FS) (*List, error) {
	root, err := readYAML(data)
	if err != nil {
		return nil, err
	}
	d := &decoder{base: base, purse: purse.New(purse.Limits{})}
	l := d.list(root)
	if len(d.errs) > 0 {
		slices.SortStableFunc(d.errs, func(a, b *Error) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
		return nil, d.errs
	}
	l.SHA256, l.raw = sha256.Sum256(data), bytes.Clone(data)
	return l, nil
}

// FromCertificates makes a list of plain anchors from PEM or DER, each input
// one certificate or a PEM file of several. They serve every purpose and
// identify nothing: a path may end at them, no service is told, nothing is
// accredited.
func FromCertificates(name string, pemOrDER ...[]byte) (*List, error) {
	l := &List{ID: name, Source: name}
	h := sha256.New()
	s := Service{Name: Text{EN: name, JA: name}, Type: TypeCA, Framework: "private", List: name,
		Revocation: Revocation{Checkable: CheckableOpen}}
	seen := map[[32]byte]bool{}
	for _, data := range pemOrDER {
		certs, err := certificates(data, purse.New(purse.Limits{}))
		if err != nil {
			return nil, &Error{File: name, What: "not a certificate", Fix: "give PEM or DER certificates", Err: err}
		}
		for _, c := range certs {
			if seen[c.SHA256] {
				continue
			}
			seen[c.SHA256] = true
			h.Write(c.SHA256[:])
			s.Anchors = append(s.Anchors, Anchor{Certificate: c, SHA256: c.SHA256, KeyID: c.SubjectKeyID})
		}
	}
	if len(s.Anchors) == 0 {
		return nil, &Error{File: name, What: "no certificate was given", Fix: "give PEM or DER certificates"}
	}
	l.Services = []Service{s}
	h.Sum(l.SHA256[:0])
	return l, nil
}

// certificates reads DER, or every CERTIFICATE block of PEM. Other blocks are
// an error: a key or a request in an anchor file is a mistake worth telling.
func certificates(data []byte, p *purse.Purse) ([]*cert.Certificate, error) {
	block, rest := pem.Decode(data)
	if block == nil {
		c, err := whole(data, p)
		if err != nil {
			return nil, err
		}
		return []*cert.Certificate{c}, nil
	}
	var out []*cert.Certificate
	for ; block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" && block.Type != "X509 CERTIFICATE" && block.Type != "TRUSTED CERTIFICATE" {
			return nil, fmt.Errorf("PEM block %q is no certificate", block.Type)
		}
		c, err := whole(block.Bytes, p)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if n := bytes.Count(data, []byte("-----BEGIN ")); n != len(out) {
		return nil, fmt.Errorf("%d PEM blocks begin, %d can be read", n, len(out))
	}
	return out, nil
}

// whole reads one certificate and nothing after it: what a fingerprint does
// not cover has no place in a list.
func whole(der []byte, p *purse.Purse) (*cert.Certificate, error) {
	c, err := cert.Parse(der, p)
	if err == nil && len(c.Raw) != len(der) {
		return nil, fmt.Errorf("%d octets stand after the certificate", len(der)-len(c.Raw))
	}
	return c, err
}
