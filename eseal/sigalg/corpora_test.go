package sigalg

import (
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"maps"
	"slices"
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

// suites are the collections, with how many of their certificates verify
// under their own key or that of another certificate there. Fewer would be a
// loss; the rest lack their issuer, or are broken by design (hostile).
var suites = []struct {
	name     string
	verified int
	hostile  bool
}{
	{"documents/dss.zip", 349, false},
	{"documents/pyhanko.zip", 21, false},
	{"documents/interop.zip", 54, false},
	{"documents/xmlsec.zip", 44, false},
	{"documents/bc-test-data.zip", 12, false},
	{"pki/cms.zip", 56, false},
	{"pki/rfc3161.zip", 21, false},
	{"pki/pkits.zip", 394, false},
	{"pki/ocsp.zip", 44, false},
	{"pki/chains-botan-pss.zip", 74, false},
	{"pki/chains-openssl-verify.zip", 89, false},
	{"pki/hostile.zip", 68, true},
	{"japan", 45, false},
}

// TestCertificatesOfTheCorpora: each key of the certificates that nobody here
// made is read or named as unsupported, and signatures verify.
func TestCertificatesOfTheCorpora(t *testing.T) {
	for _, suite := range suites {
		t.Run(suite.name, func(t *testing.T) {
			certs, names := collect(t, suite.name)
			bySubject := map[string][]parts{}
			for _, c := range certs {
				bySubject[string(c.subject)] = append(bySubject[string(c.subject)], c)
			}
			tally := map[string]int{}
			verified := 0
			for i, c := range certs {
				word, ok := checkCertificate(c, bySubject[string(c.issuer)])
				tally[word]++
				if ok {
					verified++
				}
				if word == "malformed" && !suite.hostile {
					t.Errorf("%s: key or algorithm malformed", names[i])
				}
			}
			for _, k := range slices.Sorted(maps.Keys(tally)) {
				t.Logf("%6d %s", tally[k], k)
			}
			if verified < suite.verified {
				t.Errorf("%d of %d certificates verify, %d did before", verified, len(certs), suite.verified)
			}
			t.Logf("%6d of %d verify", verified, len(certs))
		})
	}
}

// collect finds the certificates in every file of a suite, each once.
func collect(t *testing.T, suite string) (out []parts, names []string) {
	seen := map[[32]byte]bool{}
	corpora.Walk(t, corpora.Open(t, suite), func(name string, data []byte) {
		visit := func(c parts) {
			if h := sha256.Sum256(append(c.tbs, c.sig...)); !seen[h] {
				seen[h] = true
				out, names = append(out, c), append(names, name)
			}
		}
		for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
			r := ber.NewReader(block.Bytes, nil)
			certificates(&r, visit)
		}
		r := ber.NewReader(data, nil)
		certificates(&r, visit)
	})
	return out, names
}

// checkCertificate tells in a few words what came of it.
func checkCertificate(c parts, issuers []parts) (word string, ok bool) {
	var un *Unsupported
	var mal *Malformed
	k, err := ParsePublicKey(c.spki)
	switch {
	case errors.As(err, &un):
		return "key unsupported: " + un.Name, false
	case err != nil:
		return "malformed", false
	case k.Strength() == 0 && !k.NeedsParameters():
		return "no strength for " + k.Name(), false
	}
	a, _, err := ByIdentifier(c.oid, c.params, 0)
	switch {
	case errors.As(err, &un):
		return "signature unsupported: " + un.Name, false
	case err != nil:
		return "malformed", false
	}
	word = "issuer not there"
	for _, issuer := range issuers {
		err := signedBy(c, issuer)
		switch {
		case err == nil:
			return "verified " + a.Name + " " + a.Digest.Name(), true
		case errors.As(err, &un):
			word = "not computed: " + un.Name
		case errors.As(err, &mal):
			word = "issuer's key cannot be used: " + mal.Error()
		default:
			word = "issuer's key does not fit"
		}
	}
	return word, false
}

func pemOrDER(b []byte) []byte {
	if block, _ := pem.Decode(b); block != nil {
		return block.Bytes
	}
	return b
}
