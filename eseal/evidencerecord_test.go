package eseal_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/verifytest"
)

const (
	recordInternal = "1.2.840.113549.1.9.16.2.49"
	recordExternal = "1.2.840.113549.1.9.16.2.50"
)

// withRecord puts a record over a message (and more objects) into the message.
func withRecord(w *verifytest.World, t verifytest.CMSTemplate, attribute string, more ...[]byte) []byte {
	plain := w.CMS(t)
	record := w.Record(verifytest.RecordTemplate{Objects: append([][]byte{plain}, more...), Others: [][]byte{[]byte("x")}, Renewals: []verifytest.Renewal{{Kind: verifytest.RenewTree}}})
	t.Signers = slices.Clone(t.Signers)
	t.Signers[0].ExtraUnsigned = append(slices.Clone(t.Signers[0].ExtraUnsigned), verifytest.Attribute{ID: attribute, Values: [][]byte{record}})
	return w.CMS(t)
}

func holds(er *eseal.EvidenceRecord) bool {
	for _, s := range er.Timestamps {
		if s.Err != nil || s.TreeErr != nil || s.Missing || !s.Imprint.Matches || !s.CoversPrevious {
			return false
		}
	}
	return er.Err == nil && len(er.Timestamps) > 0
}

// TestEmbeddedRecords: RFC 4998 appendix A.
func TestEmbeddedRecords(t *testing.T) {
	w := verifytest.New()
	one := verifytest.CMSTemplate{Content: []byte("content"), Signers: []verifytest.Signer{{Cert: w.Seal}}}
	stamped := verifytest.CMSTemplate{Content: []byte("content"), Signers: []verifytest.Signer{{Cert: w.Seal, Timestamp: &verifytest.TokenTemplate{}}, {Cert: w.Office}}}
	outside := one
	outside.Detached = true
	for name, c := range map[string]struct {
		data   []byte
		beside []eseal.Detached
		covers []string
		whole  bool
	}{
		"internal, the only unsigned attribute": {withRecord(w, one, recordInternal), nil, []string{"S1"}, true},
		"internal, beside others":               {withRecord(w, stamped, recordInternal), nil, []string{"S2"}, true},
		"external":                              {withRecord(w, outside, recordExternal, []byte("content")), []eseal.Detached{file("c.txt", "content")}, []string{"S1", "content"}, true},
		"external, the content is not there":    {withRecord(w, outside, recordExternal, []byte("content")), nil, []string{"S1"}, true},
		"external, another content":             {withRecord(w, outside, recordExternal, []byte("content")), []eseal.Detached{file("c.txt", "other")}, []string{"S1"}, true},
		"the content was changed":               {bytes.Replace(withRecord(w, one, recordInternal), []byte("content"), []byte("CONTENT"), 1), nil, nil, false},
	} {
		doc := open(t, c.data, eseal.Options{Detached: c.beside})
		if len(doc.EvidenceRecords) != 1 {
			t.Errorf("%s: %d records", name, len(doc.EvidenceRecords))
			continue
		}
		er := doc.EvidenceRecords[0]
		if er.ID != "R1" || er.Signature == nil || er.Where != er.Signature.ID || er.Signature.SignerInfo.UnsignedAttrs == nil || !slices.Equal(er.Covers, c.covers) || er.WholeDocument != c.whole || holds(er) != c.whole {
			t.Errorf("%s: %+v", name, er)
		}
		if len(er.Timestamps) != 2 || er.Timestamps[1].Chain != 1 || er.Timestamps[0].Kind != eseal.ArchiveTimestamp || er.Timestamps[0].ID == "" {
			t.Errorf("%s: %+v", name, er.Timestamps)
		}
	}
}

// TestSeveralEmbedded: records side by side are over the message without any;
// one that came later is over the message with those before it.
func TestSeveralEmbedded(t *testing.T) {
	w := verifytest.New()
	tmpl := func(records ...[]byte) verifytest.CMSTemplate {
		s := verifytest.Signer{Cert: w.Seal}
		for _, r := range records {
			s.ExtraUnsigned = append(s.ExtraUnsigned, verifytest.Attribute{ID: recordInternal, Values: [][]byte{r}})
		}
		return verifytest.CMSTemplate{Content: []byte("content"), Signers: []verifytest.Signer{s}}
	}
	over := func(m []byte, algorithm string) []byte {
		return w.Record(verifytest.RecordTemplate{Objects: [][]byte{m}, Algorithm: algorithm})
	}
	first := over(w.CMS(tmpl()), "SHA-256")
	beside, later := over(w.CMS(tmpl()), "SHA-512"), over(w.CMS(tmpl(first)), "SHA-384")
	for name, c := range map[string]struct {
		records [][]byte
		whole   []bool
	}{
		"side by side":            {[][]byte{first, beside}, []bool{true, true}},
		"one after the other":     {[][]byte{first, later}, []bool{true, true}},
		"the one before was lost": {[][]byte{later}, []bool{false}},
	} {
		doc := open(t, w.CMS(tmpl(c.records...)), eseal.Options{})
		var whole []bool
		for _, er := range doc.EvidenceRecords {
			whole = append(whole, er.WholeDocument)
		}
		if !slices.Equal(whole, c.whole) {
			t.Errorf("%s: %v", name, whole)
		}
	}
}

func TestRecordsBeside(t *testing.T) {
	w := verifytest.New()
	pdf, message := w.SealedPDF().Bytes(), w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Detached: true})
	over := func(xml bool, objects ...[]byte) []eseal.Detached {
		return []eseal.Detached{file("archive.ers", string(w.Record(verifytest.RecordTemplate{XML: xml, Objects: objects, Renewals: []verifytest.Renewal{{Kind: verifytest.RenewTree, Algorithm: "SHA-384"}}})))}
	}
	for name, c := range map[string]struct {
		data   []byte
		o      eseal.Options
		covers []string
		whole  bool
	}{
		"a PDF":                          {pdf, eseal.Options{Name: "n.pdf", EvidenceRecords: over(false, pdf)}, []string{"n.pdf"}, true},
		"a PDF, in XML":                  {pdf, eseal.Options{EvidenceRecords: over(true, pdf)}, []string{"document"}, true},
		"a PDF that was appended to":     {append(slices.Clone(pdf), '\n'), eseal.Options{EvidenceRecords: over(false, pdf)}, nil, false},
		"a message and its content":      {message, eseal.Options{EvidenceRecords: over(false, message, []byte("x")), Detached: []eseal.Detached{file("x.txt", "x")}}, []string{"document", "x.txt"}, true},
		"the content of a message alone": {message, eseal.Options{EvidenceRecords: over(false, []byte("x")), Detached: []eseal.Detached{file("x.txt", "x")}}, []string{"x.txt"}, false},
	} {
		er := open(t, c.data, c.o).EvidenceRecords[0]
		if er.Where != eseal.RecordBeside || er.Name != "archive.ers" || !slices.Equal(er.Covers, c.covers) || er.WholeDocument != c.whole || holds(er) != (len(c.covers) > 0) {
			t.Errorf("%s: %+v", name, er)
		}
	}
	broken := open(t, pdf, eseal.Options{EvidenceRecords: []eseal.Detached{file("r", "nothing")}})
	if broken.EvidenceRecords[0].Err == nil || broken.Unreadable != nil {
		t.Errorf("%+v", broken.EvidenceRecords[0])
	}
	if doc := open(t, pdf, eseal.Options{Detached: []eseal.Detached{file("x.txt", "x")}, EvidenceRecords: over(false, []byte("x"))}); len(doc.Unsealed) != 1 {
		t.Errorf("a record that is not over the PDF answers for nothing beside it: %v", doc.Unsealed)
	}
}

func TestRecordAsDocument(t *testing.T) {
	w := verifytest.New()
	a, b := []byte("first"), []byte("second")
	record := w.Record(verifytest.RecordTemplate{Objects: [][]byte{a, b}, Renewals: []verifytest.Renewal{{Kind: verifytest.RenewTree, Algorithm: "SHA-512"}}})
	h256, h512 := sha256.Sum256(a), sha512.Sum512(a)
	known := []eseal.KnownDigest{{Algorithm: sigalg.SHA256, Value: h256[:]}, {Algorithm: sigalg.SHA512, Value: h512[:]}}
	for name, c := range map[string]struct {
		o          eseal.Options
		covers     []string
		not        []string
		incomplete bool
		unsealed   int
	}{
		"both":                                  {eseal.Options{Detached: []eseal.Detached{file("a", "first"), file("b", "second")}}, []string{"a", "b"}, nil, false, 0},
		"one":                                   {eseal.Options{Detached: []eseal.Detached{file("a", "first")}}, []string{"a"}, nil, false, 0},
		"one and a stranger":                    {eseal.Options{Detached: []eseal.Detached{file("a", "first"), file("z", "stranger")}}, []string{"a"}, []string{"z"}, false, 1},
		"a stranger":                            {eseal.Options{Detached: []eseal.Detached{file("z", "stranger")}}, nil, []string{"z"}, false, 0},
		"none":                                  {eseal.Options{}, nil, nil, true, 0},
		"by digest":                             {eseal.Options{Digests: known}, []string{"content"}, nil, false, 0},
		"by the digest of the first chain only": {eseal.Options{Digests: known[:1]}, nil, []string{"content"}, true, 0},
	} {
		doc := open(t, record, c.o)
		if doc.Format != eseal.FormatEvidenceRecord || len(doc.EvidenceRecords) != 1 {
			t.Fatalf("%s: %s", name, doc.Format)
		}
		er := doc.EvidenceRecords[0]
		if !slices.Equal(er.Covers, c.covers) || !slices.Equal(er.NotCovered, c.not) || er.Incomplete != c.incomplete || er.ByDigest != (name == "by digest") || len(doc.Unsealed) != c.unsealed {
			t.Errorf("%s: %+v, unsealed %v", name, er, doc.Unsealed)
		}
	}
}

// TestRecordOverXML: an object that is XML is hashed as it stands or in the
// canonical form of the chain (RFC 6283 4.1.1).
func TestRecordOverXML(t *testing.T) {
	w := verifytest.New()
	plain, canonical := "<a  b='1'/>", `<a b="1"></a>`
	record := w.Record(verifytest.RecordTemplate{XML: true, Objects: [][]byte{[]byte(canonical)}})
	for content, want := range map[string]bool{plain: true, canonical: true, "<a b='2'/>": false, "<a  b='1'>": false} {
		if er := open(t, record, eseal.Options{Detached: []eseal.Detached{file("o", content)}}).EvidenceRecords[0]; len(er.Covers) > 0 != want {
			t.Errorf("%s: %+v", content, er)
		} else if told := slices.ContainsFunc(er.Timestamps[0].Notes, func(n note.Note) bool { return n.Code == "K-ERS-008" }); told != (content == plain) {
			t.Errorf("%s: told that it is a canonical form: %v", content, told)
		}
	}
	asn1 := w.Record(verifytest.RecordTemplate{Objects: [][]byte{[]byte(canonical)}})
	if er := open(t, asn1, eseal.Options{Detached: []eseal.Detached{file("o", plain)}}).EvidenceRecords[0]; len(er.Covers) > 0 {
		t.Error("RFC 4998 knows no canonical form")
	}
}

// TestRecordFormats: which first octets make a record of a file.
func TestRecordFormats(t *testing.T) {
	w := verifytest.New()
	xml := string(w.Record(verifytest.RecordTemplate{XML: true}))
	body := xml[strings.Index(xml, "<EvidenceRecord"):]
	for head, want := range map[string]eseal.Format{
		"": eseal.FormatEvidenceRecord, "\xef\xbb\xbf": eseal.FormatEvidenceRecord, "<!-- a --> <?p?>\n": eseal.FormatEvidenceRecord,
		"<x>": eseal.FormatXML, "<!--": eseal.FormatXML,
	} {
		if doc := open(t, []byte(head+body), eseal.Options{}); doc.Format != want {
			t.Errorf("%q: %s", head, doc.Format)
		}
	}
	if _, err := eseal.Open(t.Context(), strings.NewReader("x"), 1, eseal.Options{EvidenceRecords: []eseal.Detached{{Name: "r"}}}); err == nil {
		t.Error("a record without a reader")
	}
	shrunk := eseal.Detached{Name: "r", R: strings.NewReader("0"), Size: 5}
	if _, err := eseal.Open(t.Context(), strings.NewReader("x"), 1, eseal.Options{EvidenceRecords: []eseal.Detached{shrunk}}); !errors.Is(err, eseal.ErrShrunk) {
		t.Errorf("a record that got shorter: %v", err)
	}
}
