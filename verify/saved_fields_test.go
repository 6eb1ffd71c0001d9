package verify

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify/evidence"
)

// TestSavedFields: whoever adds a field to what a judgement starts from must
// say here what becomes of it in saved evidence. Fields of the facts of a PDF,
// of lists and of wants need no line: they are written by their types.
func TestSavedFields(t *testing.T) {
	for _, c := range []struct {
		of            any
		saved, beside string // written; follows from the rest, or touches no report
	}{
		{Verifier{}, "list policy supplied limits anchorConstraints personalData explain foreseeAll clock", "source register stock memory reading tool"},
		{Evidence{}, "Document Items Wants Misses Register", ""},
		{Consulted{}, "Snapshot Answers", ""},
		{RegisterAnswer{}, "Number Found Record Failed", ""},
		{evidence.Item{}, "Type Raw Origin URL Where FetchedAt Err", "SHA256 Certificate CRL OCSP"},
		{evidence.Miss{}, "Want Failure", ""},
		{evidence.Failure{}, "URL Kind Params Err", ""},
		{Expect{}, "kind wanted", ""},
		{eseal.Options{}, "Name Detached Digests EvidenceRecords Request Limits", "Password"}, // a secret: never kept
		{eseal.Detached{}, "Name Size", "R recorded"},
		{eseal.KnownDigest{}, "Algorithm Value", ""},
		// The readers make a Document anew from the facts: of what is not in
		// their list they must be able to do so.
		{eseal.Document{}, "Name Size SHA256 PDF Changes Views", "Format Encrypted Signatures Timestamps Material Notes Unsealed TrailingBlank Unreadable NotBuilt Response Purse reading EvidenceRecords"},
	} {
		typ := reflect.TypeOf(c.of)
		known := strings.Fields(c.saved + " " + c.beside)
		for i := range typ.NumField() {
			if name := typ.Field(i).Name; !slices.Contains(known, name) {
				t.Errorf("%s.%s: saved evidence does not know this field; write it in saved.go (or eseal/facts.go) and name it here", typ, name)
			}
		}
		for _, name := range known {
			if _, ok := typ.FieldByName(name); !ok {
				t.Errorf("%s.%s is gone", typ, name)
			}
		}
	}
}
