package process

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/verdict"
)

const clauseIdentify = "EN 319 102-1 5.2.3.4"

// identify finds the signing certificate (5.2.3.4). It returns every
// candidate that the signer id names, the one that a signed reference points
// at first, and the causes against the binding. strictID demands that the
// signer id names a certificate (RFC 5652 5.3), as it must in a time-stamp.
func (c *Court) identify(s *eseal.Signature, need, strictID bool) (candidates []*cert.Certificate, causes []Cause, warnings []verdict.Finding) {
	crowd := c.candidates(s)
	named := crowd.named(s.SignerID)
	if len(s.CertificateRefs) == 0 {
		if len(named) == 0 && s.SignerInfo == nil {
			named = crowd.all() // formats without a signer id: the first certificate is the signer's
		}
		cs, ws := c.unbound(s, need)
		if len(named) == 0 {
			cs = append(cs, noSigner(s))
		}
		return named, cs, ws
	}
	if len(named) == 0 && strictID {
		return nil, []Cause{noSigner(s)}, nil
	}
	if len(named) == 0 {
		// Known producers write a signer id that names no certificate (issuer
		// encoded twice); the signed reference is the stronger word.
		named = crowd.all()
	}
	bound, i, causes := match(s, named)
	if bound == nil {
		if !names(s.SignerID, first(named)) {
			named = nil // neither the signer id nor a reference names anybody: no key to try
		}
		return named, causes, nil
	}
	for _, r := range s.CertificateRefs {
		if r.First && !refers(r, bound) {
			// Attributes of both versions that name different certificates bind neither.
			return named, []Cause{mismatch(s)}, nil
		}
	}
	if r := s.CertificateRefs[i]; r.Issuer != nil && (!cert.NamesEqual(r.Issuer, bound.RawIssuer) || r.Serial != nil && r.Serial.Cmp(bound.Serial) != 0) {
		warnings = append(warnings, verdict.Finding{Code: verdict.CodeReferenceIssuerSerial, Severity: verdict.Warning, Clause: clauseIdentify + " step 3", Object: s.ID})
	}
	if !names(s.SignerID, bound) && s.SignerInfo != nil {
		warnings = append(warnings, verdict.Finding{Code: verdict.CodeReferenceIssuerSerial, Severity: verdict.Warning, Clause: "RFC 5652 5.3", Object: s.ID})
	}
	return []*cert.Certificate{bound}, nil, warnings
}

// candidates are the embedded certificates in their order, then all others.
// Signatures of one message share them.
func (c *Court) candidates(s *eseal.Signature) *crowd {
	c.prepare()
	key := embeddedKey{n: len(s.Embedded)}
	if key.n > 0 {
		key.first = &s.Embedded[0]
	}
	if out, ok := c.carried[key]; ok {
		return out
	}
	out := &crowd{pool: c.pool, byKeyID: map[string][]*cert.Certificate{}, bySerial: map[string][]*cert.Certificate{}, seen: map[[32]byte]bool{}}
	for _, raw := range s.Embedded {
		sha := sha256.Sum256(raw)
		if it := c.Evidence.Get(sha); it == nil {
			if x, err := c.Memory.Certificate(raw, c.Purse); err == nil {
				out.add(x)
			}
		} else if x := c.Evidence.Certificate(sha); x != nil {
			out.add(x)
		}
	}
	c.carried[key] = out
	return out
}

// A crowd is the candidates for the signers of one message: what it carries,
// and the pool. Hostile messages have thousands of signers and certificates.
type crowd struct {
	carried, whole    []*cert.Certificate
	byKeyID, bySerial map[string][]*cert.Certificate
	seen              map[[32]byte]bool
	pool              *path.Pool
}

func (w *crowd) add(x *cert.Certificate) {
	if w.seen[x.SHA256] {
		return
	}
	w.seen[x.SHA256] = true
	w.carried = append(w.carried, x)
	if len(x.SubjectKeyID) > 0 {
		w.byKeyID[string(x.SubjectKeyID)] = append(w.byKeyID[string(x.SubjectKeyID)], x)
	}
	if x.Serial != nil {
		w.bySerial[x.Serial.Text(62)] = append(w.bySerial[x.Serial.Text(62)], x)
	}
}

// all are the carried ones and then those of the pool, in its order.
func (w *crowd) all() []*cert.Certificate {
	if w.whole == nil {
		w.whole = w.before(w.carried, w.pool.All())
	}
	return w.whole
}

// before puts carried certificates before those of the pool that are no repetitions.
func (w *crowd) before(carried, pool []*cert.Certificate) []*cert.Certificate {
	out := slices.Clone(carried)
	for _, x := range pool {
		if !w.seen[x.SHA256] {
			out = append(out, x)
		}
	}
	return out
}

// named are the candidates that a signer id names.
func (w *crowd) named(id eseal.SignerID) []*cert.Certificate {
	switch {
	case id.SubjectKeyID != nil:
		return w.before(w.byKeyID[string(id.SubjectKeyID)], w.pool.ByKeyID(id.SubjectKeyID))
	case id.Serial == nil:
		return nil
	}
	same := w.before(w.bySerial[id.Serial.Text(62)], w.pool.BySerial(id.Serial))
	return slices.DeleteFunc(same, func(x *cert.Certificate) bool { return !names(id, x) })
}

// embeddedKey tells the certificates of one message from those of another.
type embeddedKey struct {
	first *[]byte
	n     int
}

func first(certs []*cert.Certificate) *cert.Certificate {
	if len(certs) == 0 {
		return &cert.Certificate{}
	}
	return certs[0]
}

func names(id eseal.SignerID, x *cert.Certificate) bool {
	if id.SubjectKeyID != nil { // an empty one names nobody, not everybody without the extension
		return len(id.SubjectKeyID) > 0 && bytes.Equal(id.SubjectKeyID, x.SubjectKeyID)
	}
	return id.Serial != nil && x.Serial != nil && id.Serial.Cmp(x.Serial) == 0 && cert.NamesEqual(id.Issuer, x.RawIssuer)
}

// match compares the candidates with the signed references, the signer's
// reference first and then the others in order (step 2).
func match(s *eseal.Signature, candidates []*cert.Certificate) (*cert.Certificate, int, []Cause) {
	unsupported := ""
	wanted := map[sigalg.Digest]map[string]int{} // place of each reference, by what it says
	for i, r := range s.CertificateRefs {
		if !r.Digest.Available() {
			unsupported = r.DigestName
			continue
		}
		if wanted[r.Digest] == nil {
			wanted[r.Digest] = map[string]int{}
		}
		if _, twice := wanted[r.Digest][string(r.Hash)]; !twice {
			wanted[r.Digest][string(r.Hash)] = i
		}
	}
	if found, i := earliest(wanted, candidates, len(s.CertificateRefs)); found != nil {
		return found, i, nil
	}
	if unsupported != "" {
		return nil, 0, []Cause{{Sub: verdict.NoSigningCertificateFound, Finding: verdict.Finding{Code: verdict.CodeUnsupportedAlgorithm, Severity: verdict.Error, Clause: clauseIdentify + " step 2", Object: s.ID, Params: params("algorithm", unsupported)}}}
	}
	return nil, 0, []Cause{mismatch(s)}
}

func mismatch(s *eseal.Signature) Cause {
	return Cause{Sub: verdict.NoSigningCertificateFound, Finding: verdict.Finding{Code: verdict.CodeReferenceMismatch, Severity: verdict.Error, Clause: clauseIdentify + " step 2", Object: s.ID}}
}

// earliest is the candidate that the first of the references names.
func earliest(wanted map[sigalg.Digest]map[string]int, candidates []*cert.Certificate, best int) (found *cert.Certificate, at int) {
	for d, places := range wanted {
		for _, x := range candidates {
			if i, ok := places[string(digestOf(d, x))]; ok && i < best {
				found, best = x, i
			}
		}
	}
	return found, best
}

func refers(r eseal.CertificateRef, x *cert.Certificate) bool {
	h := digestOf(r.Digest, x)
	return len(h) > 0 && bytes.Equal(r.Hash, h)
}

func digestOf(d sigalg.Digest, x *cert.Certificate) []byte {
	switch d {
	case sigalg.SHA1:
		return x.SHA1[:]
	case sigalg.SHA256:
		return x.SHA256[:]
	}
	h, err := d.Sum(x.Raw)
	if err != nil {
		return nil
	}
	return h
}

// unbound judges a signature whose signed attributes name no certificate.
// 5.2.3.4 step 5 leaves the demand to a constraint; where the policy has it,
// the certificate was not identified.
func (c *Court) unbound(s *eseal.Signature, need bool) ([]Cause, []verdict.Finding) {
	f := verdict.Finding{Code: verdict.CodeNoSignerReference, Severity: verdict.Warning, Clause: clauseIdentify + " step 5", Object: s.ID}
	if s.CertificateRefsErr != nil {
		f.Code, f.Params = verdict.CodeAttributeConstraint, params("what", "signing-certificate: "+s.CertificateRefsErr.Error())
	}
	if !need && s.CertificateRefsErr == nil {
		return nil, []verdict.Finding{f}
	}
	f.Severity = verdict.Error
	return []Cause{{Sub: verdict.NoSigningCertificateFound, Finding: f}}, nil
}

func noSigner(s *eseal.Signature) Cause {
	return Cause{Sub: verdict.NoSigningCertificateFound, Finding: verdict.Finding{Code: verdict.CodeNoSigner, Severity: verdict.Error, Clause: clauseIdentify + " step 1", Object: s.ID}}
}

// needsReference applies the policy's line to the format: CMS has the
// attribute (RFC 5035), the adbe.* forms of PDF do not name it (ISO 32000-1 12.8.3.3).
func (c *Court) needsReference(s *eseal.Signature) bool {
	switch c.Policy.Reference.Need {
	case "optional":
		return false
	case "by-format":
		return s.Format != eseal.PKCS7PDF
	}
	return true
}
