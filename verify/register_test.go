package verify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/registry"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A book is a register of some records.
type book struct {
	date    string
	records map[string]registry.Record
	fails   error
}

func (b book) Snapshot() registry.Snapshot {
	return registry.Snapshot{Schema: registry.Schema, Date: b.date, Records: len(b.records), SHA256: strings.Repeat("ab", 32)}
}

func (b book) Find(number string) (registry.Record, bool, error) {
	rec, ok := b.records[number]
	return rec, ok, b.fails
}

// town is a register in which the holder of the seal stands so.
func town(rec registry.Record) book {
	rec.Number = verifytest.SealNumber()
	return book{date: "2099-12-31", records: map[string]registry.Record{rec.Number: rec}}
}

// TestRegister: what a register says is an answer and findings; the verdict is
// the one without it, and its replay needs no register.
func TestRegister(t *testing.T) {
	w := verifytest.New()
	good := verifytest.MakeSpecimen("good-cms")
	list := parsedList(t, good.TrustList)
	crls := w.CRLs(w.Seal, w.Office, w.TSA)
	sealedBy := func(s verifytest.Signer) []byte {
		return w.CMS(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), CRLs: crls, Signers: []verifytest.Signer{s}})
	}
	stamped := sealedBy(verifytest.Signer{Timestamp: &verifytest.TokenTemplate{}})
	bare := sealedBy(verifytest.Signer{})
	office := sealedBy(verifytest.Signer{Cert: w.Office, Timestamp: &verifytest.TokenTemplate{}})
	person := sealedBy(verifytest.Signer{Cert: w.Person, Timestamp: &verifytest.TokenTemplate{}})
	today := w.Now.Format("2006-01-02")
	for name, c := range map[string]struct {
		data   []byte
		book   verify.Register
		status verdict.QuestionStatus
		codes  []verdict.Code
		match  string
	}{
		"in it":            {stamped, town(registry.Record{Name: "見本町"}), verdict.Confirmed, nil, "same"},
		"in it, English":   {stamped, town(registry.Record{Name: "見＿町", NameImage: true, EnName: "The Mihon Town"}), verdict.Confirmed, []verdict.Code{verdict.CodeRegisterNameVariant}, "variant"},
		"English only":     {stamped, town(registry.Record{Name: "見本町役場組合", EnName: "The Mihon Town"}), verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterNameVariant, verdict.CodeRegisterNameDiffers}, "variant"},
		"other in English": {stamped, town(registry.Record{Name: "見本町", EnName: "Betsumono City"}), verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterNameDiffers}, "same"},
		"former name":      {stamped, town(registry.Record{Name: "新見本市", ChangeDate: "2026-01-01", Former: []registry.Former{{Name: "見本町"}}}), verdict.Confirmed, []verdict.Code{verdict.CodeRegisterNameFormer}, "former"},
		"another name":     {stamped, town(registry.Record{Name: "別物市"}), verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterNameDiffers}, "different"},
		"closed long ago":  {stamped, town(registry.Record{Name: "見本町", CloseDate: "2001-01-01", CloseCause: "11", Successor: "7000012050002"}), verdict.Refuted, []verdict.Code{verdict.CodeRegisterClosedBefore}, "same"},
		"closed since":     {stamped, town(registry.Record{Name: "見本町", CloseDate: "2098-01-01"}), verdict.Confirmed, []verdict.Code{verdict.CodeRegisterClosedSince}, "same"},
		"closed, no proof": {bare, town(registry.Record{Name: "見本町", CloseDate: today}), verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterClosed}, "same"},
		"closed, no date":  {stamped, town(registry.Record{Name: "見本町", CloseCause: "01"}), verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterClosed}, "same"},
		"deleted":          {stamped, town(registry.Record{Name: "見本町", Process: "99"}), verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterGone}, "same"},
		"superseded":       {stamped, town(registry.Record{Name: "見本町", Superseded: true}), verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterGone}, "same"},
		"not in it":        {stamped, book{date: "2099-12-31"}, verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterNotFound}, ""},
		"fails":            {stamped, book{date: "2099-12-31", fails: errors.New("damaged")}, verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterUnread}, ""},
		"older":            {stamped, book{date: "2020-01-01", records: town(registry.Record{Name: "見本町"}).records}, verdict.Confirmed, []verdict.Code{verdict.CodeRegisterOlder}, "same"},
		"no number":        {office, town(registry.Record{Name: "見本町"}), verdict.Unconfirmed, []verdict.Code{verdict.CodeRegisterNoNumber}, ""},
		"a person":         {person, town(registry.Record{Name: "見本町"}), verdict.NotAssessed, nil, ""},
		"no register":      {stamped, nil, verdict.NotAssessed, nil, ""},
	} {
		options := []verify.Option{verify.WithTime(w.Now)}
		_, without := judgedOnce(t, c.data, eseal.Options{}, list, options...)
		if c.book != nil {
			options = append(options, verify.WithRegister(c.book))
		}
		v, rep := judgedOnce(t, c.data, eseal.Options{}, list, options...)
		layersHold(t, name, rep)
		if replayed(t, v, c.data, eseal.Options{}, rep) == nil {
			t.Errorf("%s: no replay", name)
		}
		if answer(rep) != answer(without) || rep.Verdict != without.Verdict {
			t.Errorf("%s: %s, without a register %s", name, answer(rep), answer(without))
		}
		var got []verdict.Code
		for _, f := range rep.Signatures[0].Findings {
			if strings.HasPrefix(string(f.Code), "K-REG") {
				got = append(got, f.Code)
				if f.Severity == verdict.Error || strings.Contains(f.Text.EN, "{") || strings.Contains(f.Text.EN, "not known") {
					t.Errorf("%s: %+v", name, f)
				}
			}
		}
		if q := rep.Layers.Find(verdict.Registry); q.Status != c.status || !slices.Equal(got, c.codes) {
			t.Errorf("%s: %s %v", name, q.Status, got)
		}
		match := ""
		if r := rep.Signatures[0].Signer.Registry; r != nil {
			match = r.NameMatch
		}
		if match != c.match {
			t.Errorf("%s: match %q", name, match)
		}
	}
}

// TestRegisterOfTimestamp: of a token that stands by itself the register is
// asked for who runs the unit; of a sealed document for who sealed.
func TestRegisterOfTimestamp(t *testing.T) {
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	content := []byte(verifytest.Notice)
	token := w.Token(verifytest.TokenTemplate{Data: content})
	o := eseal.Options{Detached: detached("notice.txt", content)}
	number := ""
	_, rep := judgedOnce(t, token, o, list, verify.WithTime(w.Now), verify.WithRegister(book{date: "2099-12-31"}))
	for _, f := range rep.Timestamps[0].Findings {
		if f.Code == verdict.CodeRegisterNotFound {
			number = f.Params["number"]
		}
	}
	if number == "" || rep.Layers.Find(verdict.Registry).Status != verdict.Unconfirmed {
		t.Fatalf("%q: %+v", number, rep.Layers.Find(verdict.Registry))
	}
	rec := registry.Record{Number: number, Name: "見本トラストセンター", EnName: "Mihon Trust Center"}
	_, rep = judgedOnce(t, token, o, list, verify.WithTime(w.Now), verify.WithRegister(book{date: "2099-12-31", records: map[string]registry.Record{number: rec}}))
	if rep.Layers.Find(verdict.Registry).Status != verdict.Confirmed {
		t.Error(rep.Layers.Find(verdict.Registry))
	}
}

// TestRegisterNeverDecides: every specimen, under a register that says the worst.
func TestRegisterNeverDecides(t *testing.T) {
	t.Parallel()
	worst := town(registry.Record{Name: "別物", CloseDate: "2001-01-01"})
	for _, d := range verifytest.Deviations() {
		sp := verifytest.MakeSpecimen(d.Name)
		want := judgedSpecimen(t, sp, "strict", beside(sp))
		got := judgedSpecimen(t, sp, "strict", beside(sp), verify.WithRegister(worst))
		if got.Verdict != want.Verdict || answer(got) != answer(want) {
			t.Errorf("%s: %s, without a register %s", d.Name, answer(got), answer(want))
		}
		layersHold(t, d.Name, got)
	}
}
