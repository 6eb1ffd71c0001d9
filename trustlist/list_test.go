package trustlist

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
)

func TestState(t *testing.T) {
	next := date("2027-05-01T00:00:00Z")
	some := []Service{{Anchors: []Anchor{{}}}}
	for _, tc := range []struct {
		name string
		list *List
		at   time.Time
		want string
	}{
		{"nil", nil, next, None},
		{"empty", &List{}, next, None},
		{"services without anchors", &List{Services: []Service{{}}}, next, None},
		{"fresh at its nextUpdate", &List{Services: some, NextUpdate: next}, next, Fresh},
		{"stale past it", &List{Services: some, NextUpdate: next}, next.Add(time.Second), Stale},
		{"stale and empty", &List{NextUpdate: next}, next.Add(time.Second), None},
		{"never stale without it", &List{Services: some}, date("2999-01-01T00:00:00Z"), Fresh},
		{"newer than the moment", &List{Services: some, Issued: next, NextUpdate: next.AddDate(1, 0, 0)}, from2020, Fresh},
	} {
		if got := tc.list.State(tc.at); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestServes(t *testing.T) {
	all := []string{PurposeSeal, PurposeTimestamping, PurposeOCSP, PurposeCRL}
	for _, tc := range []struct {
		name string
		s    Service
		want []string
	}{
		{"ca", Service{Type: TypeCA}, all},
		{"seal-ca", Service{Type: TypeSealCA}, []string{PurposeSeal, PurposeOCSP, PurposeCRL}},
		{"tsa", Service{Type: TypeTSA}, []string{PurposeTimestamping, PurposeOCSP, PurposeCRL}},
		{"ocsp", Service{Type: TypeOCSP}, []string{PurposeOCSP}},
		{"crl-issuer", Service{Type: TypeCRLIssuer}, []string{PurposeCRL}},
		{"registry", Service{Type: TypeRegistry}, nil},
		{"purposes win over type", Service{Type: TypeTSA, Purposes: []string{PurposeSeal}}, []string{PurposeSeal, PurposeOCSP, PurposeCRL}},
		{"status only", Service{Type: TypeCA, Purposes: []string{PurposeCRL}}, []string{PurposeCRL}},
	} {
		for _, p := range all {
			if got := tc.s.Serves(p); got != slices.Contains(tc.want, p) {
				t.Errorf("%s serves %s: %v", tc.name, p, got)
			}
		}
		if !tc.s.Serves(PurposeAny) || tc.s.Serves("") {
			t.Errorf("%s: any must be served, nothing must not", tc.name)
		}
	}
}

func TestAnchorsAndPins(t *testing.T) {
	a, b, c := parsed(t, der(t, "a")), parsed(t, der(t, "b")), parsed(t, der(t, "c"))
	l := &List{ID: "l", Services: []Service{
		{Type: TypeSealCA, List: "l", Anchors: []Anchor{{Certificate: a, SHA256: a.SHA256}, {SHA256: c.SHA256, Confidence: ConfidenceSecondary}}},
		{Type: TypeTSA, List: "l", Anchors: []Anchor{{Certificate: b, SHA256: b.SHA256}, {Certificate: a, SHA256: a.SHA256}}},
	}}
	names := func(es []Entry) (out []string) {
		for _, e := range es {
			out = append(out, e.Certificate.Subject.CommonName()+" "+e.Service.Type)
		}
		slices.Sort(out)
		return out
	}
	for purpose, want := range map[string][]string{
		PurposeSeal:         {"a seal-ca"},
		PurposeTimestamping: {"a tsa", "b tsa"},
		PurposeCRL:          {"a seal-ca", "a tsa", "b tsa"},
		PurposeAny:          {"a seal-ca", "a tsa", "b tsa"},
		"sealing":           nil,
	} {
		if got := names(l.Anchors(purpose)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", purpose, got, want)
		}
	}
	if pins := l.Pins(); len(pins) != 1 || pins[0].SHA256 != c.SHA256 || pins[0].Service != &l.Services[0] {
		t.Errorf("pins %+v", pins)
	}
	if got := names(l.Resolve(among(a, b, c))); !slices.Equal(got, []string{"c seal-ca"}) {
		t.Errorf("resolved %v", got)
	}
	if l.Services[0].Anchors[1].Certificate != nil {
		t.Error("Resolve changed the list")
	}
	if got := l.Resolve(among(a, b)); len(got) != 0 {
		t.Errorf("resolved without the certificate: %v", got)
	}
	l.Services[0].BuiltIn = true
	if got := l.Resolve(among(c)); len(got) != 0 {
		t.Error("a secondary pin of the built-in catalogue anchors")
	}
	l.Services[0].Anchors[1].Confidence = ConfidenceBytes
	if got := l.Resolve(among(c)); len(got) != 1 {
		t.Error("a sure pin of the built-in catalogue does not anchor")
	}
	var none *List
	if none.Anchors(PurposeAny) != nil || none.Pins() != nil || none.Resolve(among(a)) != nil {
		t.Error("a nil list has anchors")
	}
}

func TestStatusAt(t *testing.T) {
	s := Service{Status: []Status{{date("2019-08-23T00:00:00Z"), Granted}, {date("2025-01-01T00:00:00Z"), Suspended}, {date("2025-02-01T00:00:00Z"), Granted}, {date("2029-08-23T00:00:00Z"), Withdrawn}}}
	for _, tc := range []struct {
		at, want string
		granted  bool
	}{
		{"2019-08-22T23:59:59Z", "", false},
		{"2019-08-23T00:00:00Z", Granted, true},
		{"2024-12-31T23:59:59Z", Granted, true},
		{"2025-01-15T00:00:00Z", Suspended, false},
		{"2025-02-01T00:00:00Z", Granted, true},
		{"2040-01-01T00:00:00Z", Withdrawn, false},
	} {
		st, ok := s.StatusAt(date(tc.at))
		if st.Status != tc.want || ok != (tc.want != "") || s.GrantedAt(date(tc.at)) != tc.granted {
			t.Errorf("%s: %q %v, want %q", tc.at, st.Status, ok, tc.want)
		}
	}
	if _, ok := (&Service{}).StatusAt(from2020); ok {
		t.Error("a service without history has a status")
	}
}

func TestIdentifies(t *testing.T) {
	unit := parsed(t, der(t, "unit", withPolicy(1, 2, 392, 1)))
	ca, other := parsed(t, der(t, "ca")), parsed(t, der(t, "other"))
	path := []*cert.Certificate{unit, ca}
	const policy ber.OID = "1.3.6.1.4.1.955.1.10.1.5.3"
	cn := func(v string) []Attribute { return []Attribute{{"2.5.4.3", v}} }
	for _, tc := range []struct {
		name string
		ids  []Identity
		want bool
	}{
		{"its certificate", []Identity{{SHA256: &unit.SHA256}}, true},
		{"its CA", []Identity{{SHA256: &ca.SHA256}}, true},
		{"another certificate", []Identity{{SHA256: &other.SHA256}}, false},
		{"its name", []Identity{{Subject: cn("unit")}}, true},
		{"its name and one of two OU", []Identity{{Subject: append(cn("unit"), Attribute{"2.5.4.11", "B"})}}, true},
		{"another name", []Identity{{Subject: cn("Unit")}}, false},
		{"its name, but for one attribute", []Identity{{Subject: append(cn("unit"), Attribute{"2.5.4.11", "C"})}}, false},
		{"value in another attribute", []Identity{{Subject: []Attribute{{"2.5.4.10", "unit"}}}}, false},
		{"its policy", []Identity{{CertificatePolicies: []ber.OID{"1.2.3", "1.2.392.1"}}}, true},
		{"another policy", []Identity{{CertificatePolicies: []ber.OID{"1.2.392.2"}}}, false},
		{"the token's policy", []Identity{{TokenPolicies: []ber.OID{policy}}}, true},
		{"another token policy", []Identity{{TokenPolicies: []ber.OID{"1.2.3"}}}, false},
		{"all must hold", []Identity{{SHA256: &unit.SHA256, TokenPolicies: []ber.OID{"1.2.3"}}}, false},
		{"one of several", []Identity{{SHA256: &other.SHA256}, {Subject: cn("unit"), TokenPolicies: []ber.OID{policy}}}, true},
		{"everyone", nil, true},
	} {
		s := Service{Framework: "private", Identity: tc.ids}
		if got := s.Identifies(unit, path, policy); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
	for _, fw := range []string{"accredited-tsa", "accredited-seal"} {
		if (&Service{Framework: fw}).Identifies(unit, path, policy) {
			t.Errorf("%s without identity identifies everyone", fw)
		}
	}
	if (&Service{Identity: []Identity{{TokenPolicies: []ber.OID{policy}}}}).Identifies(unit, path, "") {
		t.Error("a document signature has no token policy")
	}
	if (&Service{}).Identifies(nil, nil, "") {
		t.Error("nobody is identified")
	}
}

func TestMergeIsTheSameInEveryOrder(t *testing.T) {
	a := &List{Schema: Schema, ID: "a", SHA256: [32]byte{1}, Operator: "A", Issued: from2020, NextUpdate: to2040, BuiltIn: true, Services: []Service{{Name: Text{EN: "1"}}}}
	b := &List{Schema: Schema, ID: "b", SHA256: [32]byte{2}, Operator: "B", Issued: from2020.AddDate(1, 0, 0), NextUpdate: to2040.AddDate(-1, 0, 0), Services: []Service{{Name: Text{EN: "2"}}}}
	p1 := &List{ID: "ca.pem", SHA256: [32]byte{3}, Services: []Service{{Name: Text{EN: "3"}}}}
	p2 := &List{ID: "ca.pem", SHA256: [32]byte{4}, Services: []Service{{Name: Text{EN: "4"}}}}
	lists := []*List{a, b, p1, p2, a, nil}
	want, err := Merge(lists...)
	if err != nil {
		t.Fatal(err)
	}
	if want.ID != "a+b+ca.pem+ca.pem" || want.BuiltIn || want.Issued != b.Issued || want.NextUpdate != b.NextUpdate || want.Operator != "A; B" || len(want.Services) != 4 {
		t.Errorf("%+v", want)
	}
	for range 20 {
		rand.Shuffle(len(lists), func(i, j int) { lists[i], lists[j] = lists[j], lists[i] })
		if got, err := Merge(lists...); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if one, err := Merge(nil, a, a); err != nil || one != a {
		t.Errorf("one list is itself: %v %v", one, err)
	}
	if _, err := Merge(); err == nil {
		t.Error("no list was merged")
	}
	older := *a
	older.SHA256[0], older.Sequence = 9, 3
	var e *Error
	if _, err := Merge(a, &older); !errors.As(err, &e) {
		t.Errorf("two contents under one id: %v", err)
	}
}

func TestCheckSequence(t *testing.T) {
	at := func(id string, n int64) *List { return &List{Schema: Schema, ID: id, Sequence: n} }
	for _, tc := range []struct {
		name           string
		previous, next *List
		refused        bool
	}{
		{"first", nil, at("a", 1), false},
		{"newer", at("a", 1), at("a", 2), false},
		{"same", at("a", 2), at("a", 2), false},
		{"older", at("a", 3), at("a", 2), true},
		{"another list", at("b", 3), at("a", 2), false},
		{"remembered by id and number alone", &List{ID: "a", Sequence: 3}, at("a", 2), true},
		{"plain certificates", &List{ID: "a", Sequence: 3}, &List{ID: "a"}, false},
	} {
		err := CheckSequence(tc.previous, tc.next)
		var r *Rollback
		if errors.As(err, &r) != tc.refused {
			t.Errorf("%s: %v", tc.name, err)
		}
		if r != nil && (r.Seen != 3 || r.Got != 2 || r.ID != "a") {
			t.Errorf("%+v", r)
		}
	}
}

// among finds these certificates by their fingerprints.
func among(certs ...*cert.Certificate) func([32]byte) *cert.Certificate {
	return func(sha [32]byte) *cert.Certificate {
		for _, c := range certs {
			if c.SHA256 == sha {
				return c
			}
		}
		return nil
	}
}
