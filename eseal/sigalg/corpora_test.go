package sigalg

import (
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"sort"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
)

// parts are the pieces of a certificate that this room is about.
type parts struct {
	tbs, spki, sig, issuer, subject []byte
	oid                             ber.OID
	params                          []byte
}

// asCertificate reads the shape of a certificate, false where e is none.
func asCertificate(e ber.Element) (parts, bool) {
	var c parts
	r := ber.NewReader(e.Raw, purse.New(purse.Limits{Objects: 100}))
	_, in, err := r.ExpectEnter(ber.Sequence, "certificate")
	if err != nil {
		return c, false
	}
	tbs, body, err := in.ExpectEnter(ber.Sequence, "tbs")
	if err != nil {
		return c, false
	}
	c.tbs = tbs.Raw
	if c.oid, c.params, err = readIdentifier(&in, "signatureAlgorithm"); err != nil {
		return c, false
	}
	bits, err := in.Expect(ber.BitString, "signature")
	if err != nil || !in.Empty() {
		return c, false
	}
	if c.sig, _, err = bits.Bits(); err != nil {
		return c, false
	}
	if _, ok, _ := body.Optional(ber.Context(0)); !ok {
		return c, false
	}
	var fields []ber.Element
	for range 6 {
		f, err := body.Next()
		if err != nil {
			return c, false
		}
		fields = append(fields, f)
	}
	c.issuer, c.subject, c.spki = fields[2].Raw, fields[4].Raw, fields[5].Raw
	return c, fields[0].Tag == ber.Integer && fields[3].Tag == ber.Sequence && fields[5].Tag == ber.Sequence
}

// certificates calls f with every certificate found anywhere in an encoding.
func certificates(r *ber.Reader, f func(parts)) {
	for !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return
		}
		if c, ok := asCertificate(e); ok {
			f(c)
			continue
		}
		if e.Constructed {
			if in, err := r.Enter(e); err == nil {
				certificates(&in, f)
			}
		} else if e.Tag == ber.OctetString && len(e.Body) > 200 {
			in := r.EnterBody(e)
			certificates(&in, f)
		}
	}
}

// TestCertificatesOfTheCorpora: each key of 4000 certificates that nobody here
// made is read or named, and each self-signed one verifies.
func TestCertificatesOfTheCorpora(t *testing.T) {
	for _, suite := range []string{"documents/dss.zip", "documents/pyhanko.zip", "documents/interop.zip", "documents/digidoc4j.zip",
		"documents/bc-test-data.zip", "pki/cms.zip", "pki/rfc3161.zip", "japan"} {
		t.Run(suite, func(t *testing.T) {
			seen := map[[32]byte]bool{}
			tally := map[string]int{}
			corpora.Walk(t, corpora.Open(t, suite), func(name string, data []byte) {
				visit := func(c parts) {
					if h := sha256.Sum256(c.tbs); !seen[h] {
						seen[h] = true
						tally[checkCertificate(t, name, c)]++
					}
				}
				for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
					r := ber.NewReader(block.Bytes, nil)
					certificates(&r, visit)
				}
				r := ber.NewReader(data, nil)
				certificates(&r, visit)
			})
			keys := make([]string, 0, len(tally))
			for k := range tally {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			t.Logf("%d certificates", len(seen))
			for _, k := range keys {
				t.Logf("%6d %s", tally[k], k)
			}
		})
	}
}

// checkCertificate tells in a few words what came of it.
func checkCertificate(t *testing.T, name string, c parts) string {
	k, err := ParsePublicKey(c.spki)
	var un *Unsupported
	if err != nil {
		if errors.As(err, &un) {
			return "key unsupported: " + un.Name
		}
		t.Errorf("%s: %v", name, err)
		return "key malformed"
	}
	if k.Strength() == 0 && !k.NeedsParameters() {
		t.Errorf("%s: no strength for %s", name, k.Name())
	}
	a, _, err := ByIdentifier(c.oid, c.params, 0)
	if err != nil {
		if errors.As(err, &un) {
			return "signature unsupported: " + un.Name
		}
		t.Errorf("%s: %v", name, err)
		return "signature malformed"
	}
	if string(c.issuer) != string(c.subject) {
		return "not self-signed"
	}
	notes, err := Check(k, a, Message{Bytes: c.tbs}, c.sig)
	if err == nil {
		return "self-signed " + a.Name
	}
	if errors.As(err, &un) {
		return "self-signed, unsupported " + un.Name
	}
	t.Logf("%s: self-issued, not self-signed: %s with %s by %s: %v %v", name, a.Name, a.Digest, k.Name(), err, notes)
	return "self-issued, refused"
}

func pemOrDER(b []byte) []byte {
	if block, _ := pem.Decode(b); block != nil {
		return block.Bytes
	}
	return b
}
