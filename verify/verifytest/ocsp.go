package verifytest

import "time"

// OCSPDraft is an OCSP response about to be signed; mutators change it.
type OCSPDraft struct {
	Template      OCSPTemplate // with all defaults filled in
	Signer        *Cert
	SignatureHook func([]byte) []byte
}

// OCSP makes an OCSP response (RFC 6960 4.2.1).
func (w *World) OCSP(t OCSPTemplate, mutators ...OCSPMutator) []byte {
	d := &OCSPDraft{Template: w.fillOCSP(t)}
	d.Signer = d.Template.Responder
	for _, m := range mutators {
		m.Apply(d)
	}
	if d.Template.ResponseStatus != 0 {
		return seq(enumerated(d.Template.ResponseStatus))
	}
	return seq(enumerated(0), explicit(0, seq(objectID("1.3.6.1.5.5.7.48.1.1"), octets(d.basic()))))
}

func (w *World) fillOCSP(t OCSPTemplate) OCSPTemplate {
	if t.Issuer == nil {
		t.Issuer = t.Cert.Issuer
	}
	t.Serial = orInt(t.Serial, t.Cert.Serial)
	if t.Responder == nil {
		t.Responder = t.Issuer
		if t.Issuer == w.SealCA {
			t.Responder = w.Responder
		}
	}
	t.ThisUpdate = orTime(t.ThisUpdate, w.ThisUpdate)
	t.NextUpdate = orTime(t.NextUpdate, w.NextUpdate)
	t.Produced = orTime(t.Produced, t.ThisUpdate)
	t.CertIDDigest = or(t.CertIDDigest, "SHA-1")
	if t.Status == "" {
		for _, r := range w.revoked[string(t.Issuer.spki)] {
			if r.Serial.Cmp(t.Serial) == 0 {
				t.Status, t.RevokedAt, t.Reason = "revoked", r.At, r.Reason
			}
		}
	}
	t.RevokedAt = orTime(t.RevokedAt, w.ThisUpdate.Add(-time.Hour))
	var more []OCSPTemplate
	for _, m := range t.More {
		more = append(more, w.fillOCSP(m))
	}
	t.More = more
	return t
}

// basic is BasicOCSPResponse.
func (d *OCSPDraft) basic() []byte {
	t := d.Template
	responder := explicit(2, octets(keyID(t.Responder.spki)))
	if t.ByName {
		responder = explicit(1, t.Responder.subject)
	}
	singles := [][]byte{t.single()}
	for _, m := range t.More {
		singles = append(singles, m.single())
	}
	parts := [][]byte{responder, generalized(t.Produced), seq(singles...)}
	if t.Nonce != nil {
		parts = append(parts, explicit(1, encodeExtensions([]Extension{
			{"1.3.6.1.5.5.7.48.1.2", false, octets(t.Nonce)}})))
	}
	tbs := seq(parts...)
	s := schemeFor(d.Signer.Key, t.Scheme, t.Digest)
	sig := s.sign(d.Signer.Key, tbs)
	if d.SignatureHook != nil {
		sig = d.SignatureHook(sig)
	}
	out := [][]byte{tbs, s.identifier(), bitString(sig)}
	if !t.NoCertificates && t.Responder != t.Issuer {
		out = append(out, explicit(0, seq(t.Responder.DER)))
	}
	return seq(out...)
}

// single is SingleResponse.
func (t OCSPTemplate) single() []byte {
	id := seq(seq(objectID(digestNamed(t.CertIDDigest).oid), null()),
		octets(Digest(t.CertIDDigest, t.Issuer.subject)),
		octets(Digest(t.CertIDDigest, content(elements(t.Issuer.spki)[1])[1:])), integer(t.Serial))
	status := primitive(0, nil)
	switch t.Status {
	case "revoked":
		body := [][]byte{generalized(t.RevokedAt)}
		if t.Reason != Unspecified {
			body = append(body, explicit(0, enumerated(int(t.Reason))))
		}
		status = explicit(1, body...)
	case "unknown":
		status = primitive(2, nil)
	}
	parts := [][]byte{id, status, generalized(t.ThisUpdate)}
	if !t.NoNextUpdate {
		parts = append(parts, explicit(0, generalized(t.NextUpdate)))
	}
	if !t.ArchiveCutoff.IsZero() {
		parts = append(parts, explicit(1, encodeExtensions([]Extension{
			{"1.3.6.1.5.5.7.48.1.6", false, generalized(t.ArchiveCutoff)}})))
	}
	return seq(parts...)
}
