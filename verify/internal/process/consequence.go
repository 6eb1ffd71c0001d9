package process

import (
	"errors"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// consequences says which of the readers' notes decide, and what. A note that
// does not stand here is told and decides nothing. The clause says on whose word.
var consequences = map[note.Code]struct {
	sub    verdict.SubIndication
	clause string
}{
	// CMS: rules whose breach makes the signed octets ambiguous.
	"K-CMS-004": {verdict.FormatFailure, "RFC 5652 5.1"},  // no digest algorithms though there are signers
	"K-CMS-022": {verdict.FormatFailure, "RFC 5652 5.3"},  // no signed attributes though the content is not id-data
	"K-CMS-026": {verdict.FormatFailure, "RFC 5652 5.3"},  // a SignerInfo version that no syntax has
	"K-CMS-037": {verdict.FormatFailure, "RFC 5652 11"},   // an attribute that must be signed is not
	"K-CMS-042": {verdict.FormatFailure, "RFC 5652 11.4"}, // a counter-signature with a content-type
	"K-CMS-023": {verdict.FormatFailure, "RFC 5652 5.3"},  // an element has two readings
	"K-CMS-030": {verdict.FormatFailure, "RFC 5652 5.3"},  // signed attributes without content-type
	"K-CMS-031": {verdict.FormatFailure, "RFC 5652 5.3"},  // signed attributes without message-digest
	"K-CMS-032": {verdict.FormatFailure, "RFC 5652 11.1"}, // content-type differs from eContentType
	"K-CMS-033": {verdict.FormatFailure, "RFC 5652 5.3"},  // an attribute that must be single is repeated
	"K-CMS-035": {verdict.FormatFailure, "RFC 5652 5.3"},  // an attribute without values
	"K-CMS-036": {verdict.FormatFailure, "RFC 5652 11"},   // a single-valued attribute with several values
	"K-CMS-039": {verdict.FormatFailure, "RFC 5652 11"},   // a known attribute is malformed
	"K-CMS-041": {verdict.FormatFailure, "RFC 6211 3"},    // CMSAlgorithmProtection differs
	// Octets beside what is sealed: a reader may show them.
	"K-DOC-105": {verdict.Custom, "EN 319 102-1 5.2.2"},
	// PDF: what lets a reader be shown another signature than was made.
	"K-PDF-013": {verdict.FormatFailure, "ISO 32000-2 7.3.7"},      // the signature dictionary has a key twice
	"K-PDF-030": {verdict.Custom, "ISO 32000-2 12.7.5.5"},          // no field reaches the dictionary
	"K-PDF-031": {verdict.Custom, "ISO 32000-2 12.7.5.5"},          // no field reaches it any more
	"K-PDF-032": {verdict.FormatFailure, "ISO 32000-2 12.8.1"},     // the covered revision holds another dictionary
	"K-PDF-038": {verdict.Custom, "ISO 32000-2 12.8.1"},            // /Contents or /ByteRange is an object of its own, which readers do not all follow
	"K-PDF-065": {verdict.FormatFailure, "ISO 32000-2 12.8.1"},     // foreign octets inside /Contents
	"K-PDF-066": {verdict.FormatFailure, "ISO 32000-2 12.8.1"},     // the dictionary lies outside the signed range
	"K-SIG-014": {verdict.FormatFailure, "ISO 32000-2 12.8.3.3.1"}, // more than one signer in a PDF signature
}

// decide turns the deciding notes of a signature into causes.
func decide(notes []note.Note, object string) []Cause {
	var out []Cause
	for _, n := range notes {
		c, ok := consequences[n.Code]
		if !ok {
			continue
		}
		out = append(out, noteCauses(n, c.sub, c.clause, object)...)
	}
	return out
}

// noteCauses is a deciding note and, for a format failure, the finding that
// says what follows and what to do.
func noteCauses(n note.Note, sub verdict.SubIndication, clause, object string) []Cause {
	own := Cause{Sub: sub, Finding: verdict.Finding{Code: verdict.Code(n.Code), Severity: verdict.Error, Clause: clause, Object: object, Params: noteParams(n)}}
	say := Cause{Sub: sub, Finding: verdict.Finding{Code: verdict.CodeAttributeConstraint, Severity: verdict.Error, Clause: clause, Object: object, Params: params("what", string(n.Code))}}
	if sub == verdict.FormatFailure {
		say.Finding.Code, say.Finding.Params = verdict.CodeFormatFailure, params("reason", string(n.Code))
	}
	return []Cause{own, say}
}

// Tell turns the notes that decide nothing into findings; their severity is
// the catalogue's.
func Tell(notes []note.Note, object string) []verdict.Finding {
	var out []verdict.Finding
	for _, n := range notes {
		if _, decides := consequences[n.Code]; decides {
			continue
		}
		out = append(out, verdict.Finding{Code: verdict.Code(n.Code), Object: object, Params: noteParams(n)})
	}
	return out
}

func noteParams(n note.Note) map[string]string {
	m := make(map[string]string, len(n.Params)+1)
	for k, v := range n.Params {
		m[k] = v
	}
	if _, ok := m["where"]; !ok && n.Where != "" {
		m["where"] = n.Where
	}
	return m
}

// broken explains a structure that could not be read: beyond the limits or
// made with what this program cannot compute is not "invalid".
func broken(err error, object string) Cause {
	f := verdict.Finding{Severity: verdict.Error, Clause: "EN 319 102-1 5.2.2", Object: object}
	var empty *purse.Empty
	var un *sigalg.Unsupported
	switch {
	case errors.As(err, &empty):
		f.Code, f.Params = verdict.CodeLimit, params("kind", empty.Kind.String(), "limit", err.Error())
		return Cause{Sub: verdict.Custom, Finding: f}
	case errors.As(err, &un):
		f.Code, f.Params = verdict.CodeUnsupportedAlgorithm, params("algorithm", un.Name)
		return Cause{Sub: verdict.Custom, Finding: f}
	}
	f.Code, f.Params = verdict.CodeFormatFailure, params("reason", err.Error())
	return Cause{Sub: verdict.FormatFailure, Finding: f}
}
