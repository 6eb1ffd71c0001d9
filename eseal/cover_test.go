package eseal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/verify/verifytest"
)

var coverAt = time.Date(2026, 4, 1, 1, 0, 0, 0, time.UTC)

func opened(t *testing.T, name string, data []byte, o eseal.Options) *eseal.Document {
	t.Helper()
	o.Name = name
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), o)
	if err != nil || doc.Unreadable != nil {
		t.Fatal(err, doc.Unreadable)
	}
	return doc
}

// named tells what is covered by names: of octets by those given, "?" for others.
func named(t *testing.T, covered []eseal.Covered, octets map[string][]byte) string {
	t.Helper()
	var out []string
	for _, c := range covered {
		name, set := "", 0
		if c.Signature != nil {
			name, set = c.Signature.ID, set+1
			if c.Whole {
				name += " whole"
			}
		}
		if c.Timestamp != nil {
			name, set = c.Timestamp.ID, set+1
		}
		if c.Octets != nil {
			name, set = "?", set+1
			for n, raw := range octets {
				if bytes.Equal(raw, c.Octets) {
					name = n
				}
			}
		}
		if set != 1 {
			t.Errorf("%d objects in one", set)
		}
		if c.Via != 0 {
			name += " by " + c.Via.Name()
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}

// TestCoveredByRevision: a document time-stamp is over the revisions up to its
// own, with all that they hold, and over nothing of a later one (EN 319 142-1
// 5.5, EN 319 102-1 5.6.2.3.4 step 1).
func TestCoveredByRevision(t *testing.T) {
	h := verifytest.NewPlan("PAdES", coverAt, coverAt.AddDate(0, 0, 7), coverAt.AddDate(4, 0, 0)).History()
	doc := opened(t, h.File, h.Document, eseal.Options{})
	octets := map[string][]byte{"seal": h.World.Seal.DER, "unit 0": h.Units[0].DER, "unit 1": h.Units[1].DER}
	for _, it := range doc.PDF.SecurityStore.Items() {
		if name := "item"; !slices.ContainsFunc([]string{"seal", "unit 0", "unit 1"}, func(n string) bool { return bytes.Equal(octets[n], it.Data) }) {
			octets[fmt.Sprint(name, " of ", it.Revision, " ", len(octets))] = it.Data
		}
	}
	only := func(covered []eseal.Covered, sub string) bool {
		return slices.ContainsFunc(covered, func(c eseal.Covered) bool { return named(t, []eseal.Covered{c}, octets) == sub })
	}
	sig, first, second := doc.Signatures[0], doc.Timestamps[0], doc.Timestamps[1]
	for _, c := range []struct {
		name   string
		stamp  *eseal.Timestamp
		has    []string
		hasNot []string
	}{
		{"the first", first, []string{sig.ID + " whole", "seal", "unit 0"}, []string{"unit 1", first.ID, second.ID}},
		{"the second", second, []string{sig.ID + " whole", first.ID, "seal", "unit 0", "unit 1"}, []string{second.ID}},
		{"that of the signature", sig.Timestamps[0], []string{sig.ID}, []string{sig.ID + " whole", "seal", sig.Timestamps[0].ID}},
	} {
		covered := doc.Covered(c.stamp)
		for _, name := range c.has {
			if !only(covered, name) {
				t.Errorf("%s is not over %s", c.name, name)
			}
		}
		for _, name := range c.hasNot {
			if only(covered, name) {
				t.Errorf("%s is over %s", c.name, name)
			}
		}
	}
	if got := named(t, doc.Recorded(&eseal.EvidenceRecord{}), nil); got != strings.Join([]string{"?", sig.ID + " whole", first.ID, second.ID}, ", ") {
		t.Error("a record over the document is over", got)
	}
	if got := named(t, doc.Recorded(&eseal.EvidenceRecord{Signature: sig}), nil); got != sig.ID+" whole" {
		t.Error("a record over a signature is over", got)
	}
	if got := doc.Recorded(&eseal.EvidenceRecord{Signature: &eseal.Signature{}}); got != nil {
		t.Error("a record over another signature is over", named(t, got, nil))
	}
	item := &doc.PDF.SecurityStore.Certs[0]
	was := item.Revision
	for revision, want := range map[int]bool{first.Field.Revision: true, first.Field.Revision + 1: false} {
		item.Revision = revision
		if got := slices.ContainsFunc(doc.Covered(first), func(c eseal.Covered) bool { return bytes.Equal(c.Octets, item.Data) }); got != want {
			t.Errorf("an item of revision %d is covered by a time-stamp of %d: %v", revision, first.Field.Revision, got)
		}
	}
	item.Revision = 0
	field := first.Field.Revision
	if first.Field.Revision = 0; doc.Covered(first) != nil {
		t.Error("a time-stamp of no revision covers something")
	}
	first.Field.Revision, item.Revision = field, was
	uncovered(t, doc)
}

// uncovered: a byte range that is not valid, or outside of every revision,
// covers nothing and is covered by nothing.
func uncovered(t *testing.T, doc *eseal.Document) {
	t.Helper()
	sig, first, second := doc.Signatures[0], doc.Timestamps[0], doc.Timestamps[1]
	store := doc.PDF.SecurityStore
	doc.PDF.SecurityStore = nil
	for name, c := range map[string]struct {
		change func()
		back   func()
		want   string
	}{
		"as it is":                    {func() {}, func() {}, sig.ID + " whole, " + first.ID},
		"its range is not valid":      {func() { second.Field.Coverage.Valid = false }, func() { second.Field.Coverage.Valid = true }, ""},
		"it lies in no revision":      {func() { second.Field.Revision -= 100 }, func() { second.Field.Revision += 100 }, ""},
		"another's is not valid":      {func() { first.Field.Coverage.Valid = false }, func() { first.Field.Coverage.Valid = true }, sig.ID + " whole"},
		"the seal's is not valid":     {func() { sig.Field.Coverage.Valid = false }, func() { sig.Field.Coverage.Valid = true }, first.ID},
		"the seal is in no revision":  {func() { sig.Field.Revision -= 100 }, func() { sig.Field.Revision += 100 }, first.ID},
		"another of its own revision": {func() { first.Field.Revision += 100 }, func() { first.Field.Revision -= 100 }, sig.ID + " whole"},
	} {
		c.change()
		if got := named(t, doc.Covered(second), nil); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		c.back()
	}
	all := doc.Signatures
	doc.Signatures = append(slices.Clip(all), &eseal.Signature{ID: "S9"})
	if got := named(t, doc.Covered(second), nil); got != sig.ID+" whole, "+first.ID {
		t.Error("a seal without a field:", got)
	}
	doc.Signatures = all
	if got := named(t, doc.Recorded(&eseal.EvidenceRecord{}), nil); got != strings.Join([]string{sig.ID + " whole", first.ID, second.ID}, ", ") {
		t.Error("recorded, without a store:", got)
	}
	rev, own := second.Field.Revision, sig.Field.Revision
	if second.Field.Revision = 0; doc.Covered(second) != nil {
		t.Error("a time-stamp of no revision covers something")
	}
	second.Field.Revision, sig.Field.Revision = rev, 0
	if got := named(t, doc.Covered(second), nil); got != first.ID {
		t.Error("a seal of no revision is covered:", got)
	}
	sig.Field.Revision = rev
	if got := named(t, doc.Covered(second), nil); got != first.ID {
		t.Error("a seal of the same revision is covered:", got)
	}
	sig.Field.Revision = own
	reader := doc.PDF
	doc.PDF = nil
	if got := named(t, doc.Covered(second), nil); got != sig.ID+" whole, "+first.ID {
		t.Error("without the file's structure:", got)
	}
	if got := named(t, doc.Recorded(&eseal.EvidenceRecord{}), nil); got != strings.Join([]string{sig.ID + " whole", first.ID, second.ID}, ", ") {
		t.Error("recorded, without the file's structure:", got)
	}
	doc.PDF = reader
	doc.PDF.SecurityStore = store
}

// archivedMessage is a seal with values in an attribute, a signature time-stamp,
// a counter-signature and an archive time-stamp; after that come another
// certificate, a list, an answer and an attribute.
func archivedMessage(w *verifytest.World, a verifytest.ArchiveTimestamp, lists, answers [][]byte) *verifytest.CAdES {
	c := w.CAdES(verifytest.CMSTemplate{Content: []byte("notice"), Certificates: []*verifytest.Cert{w.Seal}, CRLs: lists[:1], Signers: []verifytest.Signer{{}}})
	c.AddSignatureTimestamp(0, verifytest.TokenTemplate{})
	c.AddCounterSignature(0, verifytest.Signer{})
	c.AddValues(0, []*verifytest.Cert{w.SealCA}, nil, nil)
	c.AddEvidence(nil, nil, answers[:1])
	c.AddArchiveTimestamp(0, a)
	if a.V2 { // to whose certificates, crls and attributes nothing may be added
		a.Token.GenTime = w.FinalTime.Add(time.Hour)
		return c.AddArchiveTimestamp(0, a)
	}
	c.AddEvidence([]*verifytest.Cert{w.Office}, lists[1:2], answers[1:2])
	return c.AddValues(0, []*verifytest.Cert{w.OfficeCA}, nil, nil)
}

// TestCoveredByArchive: what the hash index of an archive time-stamp v3 lists
// is covered by its digest, in every version of the index; of v2 what stands
// before it, by itself. What came later is not covered (EN 319 122-1 5.5.2,
// 5.5.3; TS 101 733 6.4.1).
func TestCoveredByArchive(t *testing.T) {
	w := verifytest.New()
	lists := [][]byte{w.CRL(w.SealCA, verifytest.CRLTemplate{}), w.CRL(w.OfficeCA, verifytest.CRLTemplate{})}
	answers := [][]byte{w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal}), w.OCSP(verifytest.OCSPTemplate{Cert: w.Office})}
	octets := map[string][]byte{"seal": w.Seal.DER, "CA in values": w.SealCA.DER, "list": lists[0], "answer": answers[0],
		"later certificate": w.Office.DER, "later value": w.OfficeCA.DER, "later list": lists[1], "later answer": answers[1]}
	for name, c := range map[string]struct {
		a   verifytest.ArchiveTimestamp
		via string
	}{
		"index v3":                         {verifytest.ArchiveTimestamp{}, " by SHA-256"},
		"index v2":                         {verifytest.ArchiveTimestamp{HashIndex: 2}, " by SHA-256"},
		"index v1":                         {verifytest.ArchiveTimestamp{HashIndex: 1}, " by SHA-256"},
		"v2":                               {verifytest.ArchiveTimestamp{V2: true}, ""},
		"v2 without the header of the set": {verifytest.ArchiveTimestamp{V2: true, WithoutHeader: true}, ""},
	} {
		doc := opened(t, "notice.p7m", archivedMessage(w, c.a, lists, answers).Bytes(), eseal.Options{})
		sig := doc.Signatures[0]
		var stamp *eseal.Timestamp
		var inner string
		var later *eseal.Timestamp
		for _, o := range sig.Timestamps {
			switch {
			case o.Kind != eseal.ArchiveTimestamp:
				inner = o.ID
			case o.Token.Info.GenTime.After(w.FinalTime):
				later = o
			default:
				stamp = o
			}
		}
		if later != nil {
			if got := named(t, doc.Covered(later), octets); !strings.Contains(got, stamp.ID) || !strings.Contains(got, inner) || strings.Contains(got, later.ID) {
				t.Errorf("%s: the second is over %s", name, got)
			}
		}
		if !stamp.Imprint.Matches || len(stamp.Notes) > 0 {
			t.Errorf("%s: %+v %v", name, stamp.Imprint, stamp.Notes)
		}
		got := strings.Split(named(t, doc.Covered(stamp), octets), ", ")
		for _, want := range []string{"seal" + c.via, "list" + c.via, "CA in values" + c.via, inner + c.via, sig.CounterSignatures[0].ID + " whole" + c.via, sig.ID} {
			if !slices.Contains(got, want) {
				t.Errorf("%s is not over %s: %v", name, want, got)
			}
		}
		if len(got) != 7 || slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "later") }) {
			t.Errorf("%s is over %v", name, got)
		}
	}
}

// TestUnlistedInIndex: what an index does not list is not covered, and an entry
// without an original makes the index invalid (EN 319 122-1 5.5.2).
func TestUnlistedInIndex(t *testing.T) {
	w := verifytest.New()
	lists := [][]byte{w.CRL(w.SealCA, verifytest.CRLTemplate{}), w.CRL(w.OfficeCA, verifytest.CRLTemplate{})}
	for name, change := range map[string]func(c *verifytest.CAdES){
		"certificatesHashIndex":  func(c *verifytest.CAdES) { c.SignedData().Certificates = c.SignedData().Certificates[1:] },
		"crlsHashIndex":          func(c *verifytest.CAdES) { c.SignedData().CRLs = c.SignedData().CRLs[1:] },
		"unsignedAttrsHashIndex": func(c *verifytest.CAdES) { c.Signer(0).Unsigned = c.Signer(0).Unsigned[1:] },
		"":                       func(*verifytest.CAdES) {},
	} {
		c := w.CAdES(verifytest.CMSTemplate{Content: []byte("notice"), Certificates: []*verifytest.Cert{w.SealCA, w.Seal}, CRLs: lists, Signers: []verifytest.Signer{{}}})
		c.AddValues(0, []*verifytest.Cert{w.Root}, nil, nil).AddArchiveTimestamp(0, verifytest.ArchiveTimestamp{})
		change(c)
		doc := opened(t, "notice.p7m", c.Bytes(), eseal.Options{})
		stamps := doc.Signatures[0].Timestamps
		stamp := stamps[len(stamps)-1]
		told := slices.ContainsFunc(stamp.Notes, func(n note.Note) bool {
			return n.Code == eseal.CodeHashIndex && strings.Contains(n.Params["reason"], name)
		})
		if covered := doc.Covered(stamp); told != (name != "") || (len(covered) > 0) == told || !stamp.Imprint.Matches {
			t.Errorf("%q: told %v, over %s", name, told, named(t, covered, nil))
		}
	}
}

// TestCoveredByReferences: a CAdES-C time-stamp is over the value, the
// signature time-stamps and, by their digests, what the references name; one
// over the references alone is over these (EN 319 122-1 A.1.5).
func TestCoveredByReferences(t *testing.T) {
	w := verifytest.New()
	list, answer := w.CRL(w.Root, verifytest.CRLTemplate{}), w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal})
	octets := map[string][]byte{"CA": w.SealCA.DER, "seal": w.Seal.DER, "list": list, "answer": answer}
	for name, only := range map[string]bool{"all": false, "references alone": true} {
		c := w.CAdES(verifytest.CMSTemplate{Content: []byte("notice"), Certificates: []*verifytest.Cert{w.Seal, w.SealCA}, CRLs: [][]byte{list}, Signers: []verifytest.Signer{{}}})
		c.AddSignatureTimestamp(0, verifytest.TokenTemplate{})
		c.AddReferences(0, []*verifytest.Cert{w.SealCA}, [][]byte{list}, nil)
		if only {
			c.AddReferencesTimestamp(0, verifytest.TokenTemplate{})
		} else {
			c.AddCTimestamp(0, verifytest.TokenTemplate{})
		}
		doc := opened(t, "notice.p7m", c.Bytes(), eseal.Options{})
		sig := doc.Signatures[0]
		var stamp *eseal.Timestamp
		for _, o := range sig.Timestamps {
			if o.Kind == eseal.ReferenceTimestamp {
				stamp = o
			}
		}
		want := "CA by SHA-256, " + sig.ID + ", " + sig.Timestamps[0].ID + ", list by SHA-256"
		if only {
			want = "CA by SHA-256, list by SHA-256"
		}
		if got := named(t, doc.Covered(stamp), octets); got != want || !stamp.Imprint.Matches {
			t.Errorf("%s: %s, want %s; %+v", name, got, want, stamp.Imprint)
		}
	}
}

// TestCarried: a message's certificates, its revocation data and what its
// attributes hold.
func TestCarried(t *testing.T) {
	w := verifytest.New()
	list := w.CRL(w.Root, verifytest.CRLTemplate{})
	c := w.CAdES(verifytest.CMSTemplate{Content: []byte("notice"), Certificates: []*verifytest.Cert{w.Seal}, CRLs: [][]byte{list}, Signers: []verifytest.Signer{{}}})
	c.AddValues(0, []*verifytest.Cert{w.SealCA}, nil, nil)
	sig := opened(t, "notice.p7m", c.Bytes(), eseal.Options{}).Signatures[0]
	sums := map[[32]byte]bool{}
	for _, raw := range sig.Carried() {
		sums[sha256.Sum256(raw)] = true
	}
	for name, raw := range map[string][]byte{"seal": w.Seal.DER, "list": list, "value": w.SealCA.DER} {
		if !sums[sha256.Sum256(raw)] {
			t.Error(name, "is not carried")
		}
	}
	if len(sums) != 3 || (&eseal.Signature{}).Carried() != nil {
		t.Errorf("%d are carried", len(sums))
	}
}

// TestArchivesThatProveNothing: an archive time-stamp that cannot be read, and
// one of the first version, which is over octets that nobody can name any more.
func TestArchivesThatProveNothing(t *testing.T) {
	w := verifytest.New()
	token := w.Token(verifytest.TokenTemplate{Data: []byte("x")})
	for id, raw := range map[string][]byte{"0.4.0.1733.2.4": {0x30, 0}, "1.2.840.113549.1.9.16.2.48": {0x30, 0}, "1.2.840.113549.1.9.16.2.27": token} {
		c := w.CAdES(verifytest.CMSTemplate{Content: []byte("notice"), Signers: []verifytest.Signer{{}}})
		c.AddUnsigned(0, verifytest.Attribute{ID: id, Values: [][]byte{raw}})
		doc := opened(t, "notice.p7m", c.Bytes(), eseal.Options{})
		stamps := doc.Signatures[0].Timestamps
		if len(stamps) != 1 || stamps[0].Imprint.Matches || stamps[0].Imprint.Got != nil || doc.Covered(stamps[0]) != nil {
			t.Errorf("%s: %+v", id, stamps)
		}
	}
}
