package cert

// Personal is text about a natural person. It prints as "***" until somebody
// who was asked for it calls Reveal.
type Personal string

// Masked is what personal data prints as.
const Masked = "***"

// String hides the text.
func (p Personal) String() string {
	if p == "" {
		return ""
	}
	return Masked
}

// GoString hides the text from %#v too.
func (p Personal) GoString() string { return p.String() }

// MarshalText hides the text from JSON and other encodings.
func (p Personal) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Reveal is the text itself.
func (p Personal) Reveal() string { return string(p) }
