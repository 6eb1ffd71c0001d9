package cert

import (
	"crypto/x509"

	"github.com/kakuin/kakuin/eseal/note"
)

// Strict is the opinion of crypto/x509: nil where it accepts the certificate.
// It is asked once, on demand: it takes as long as the rest of the reading,
// and what it refuses changes from one Go release to the next, so that no
// verdict may depend on it.
func (c *Certificate) Strict() error {
	c.gate.Do(func() {
		_, c.strict = x509.ParseCertificate(c.Raw)
		c.deviations = c.Notes
		if c.strict != nil {
			c.deviations = append(append([]note.Note(nil), c.Notes...),
				note.New(CodeStrictRefuses, "Certificate", note.Params{"reason": c.strict.Error()}))
		}
	})
	return c.strict
}

// Reader is ReaderStrict where crypto/x509 accepts the certificate, else ReaderLenient.
func (c *Certificate) Reader() string {
	if c.Strict() != nil {
		return ReaderLenient
	}
	return ReaderStrict
}

// Oddities are the notes, and what crypto/x509 refused.
func (c *Certificate) Oddities() []note.Note {
	_ = c.Strict() // fills deviations; the error itself is among them
	return c.deviations
}
