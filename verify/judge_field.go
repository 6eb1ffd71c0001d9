package verify

import (
	"math"
	"strings"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
)

// field writes down what a PDF signature says of itself and where it shows.
// Nothing of that is checked: a seal may draw any name.
func (b *reportBuilder) field(s *eseal.Signature, signer *cert.Certificate) *Field {
	f := s.Field
	out := &Field{Name: f.Field.Name, Page: f.Field.Page, Visible: f.Field.Visible, Type: f.Field.Type, Reason: f.Reason, Location: f.Location,
		Shows: s.Said, ClaimedName: f.Name, Contact: f.ContactInfo}
	if out.Type == "" {
		out.Type = FieldApproval
	}
	if f.Field.Visible {
		out.Rect = corners(f.Field.Rect)
	}
	if b.v.personalData {
		return out
	}
	person := true // whose name it is cannot be said without a certificate
	if signer != nil {
		id := signer.Identity()
		person = id.NaturalPerson && !id.QcSeal
	}
	for _, x := range []*string{&out.Shows, &out.ClaimedName, &out.Contact} {
		shown := hideMail(*x)
		if person && *x != "" {
			shown = mask
		}
		out.Masked = out.Masked || shown != *x
		*x = shown
	}
	return out
}

// hideMail masks the words of a text that are mail addresses.
func hideMail(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	words := strings.Fields(text)
	for i, w := range words {
		if strings.Contains(w, "@") {
			words[i] = mask
		}
	}
	return strings.Join(words, " ")
}

// maxCoordinate bounds what is told as a place on a page; pages have at most
// 14 400 units on a side (ISO 32000-1 Annex C.2).
const maxCoordinate = 1e6

// corners puts a rectangle in order and rounds it to hundredths of a point;
// nil when it is nowhere that a page could be.
func corners(r [4]float64) []float64 {
	out := []float64{min(r[0], r[2]), min(r[1], r[3]), max(r[0], r[2]), max(r[1], r[3])}
	for i, x := range out {
		if math.IsNaN(x) || math.Abs(x) > maxCoordinate {
			return nil
		}
		out[i] = math.Round(x*100)/100 + 0 // no negative zero
	}
	return out
}
