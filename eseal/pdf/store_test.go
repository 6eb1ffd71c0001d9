package pdf

import (
	"slices"
	"testing"
)

func TestSecurityStore(t *testing.T) {
	f := withStore().open(t)
	s := f.SecurityStore
	if s == nil || len(s.Certs) != 1 || len(s.CRLs) != 1 || len(s.OCSPs) != 1 || len(s.VRI) != 1 || !slices.Equal(s.Revisions, []int{3, 4}) {
		t.Fatalf("%+v", s)
	}
	if string(s.Certs[0].Data) != "cert" || string(s.OCSPs[0].Data) != "ocsp" || s.Certs[0].Revision != 3 || s.Certs[0].Object != 11 || s.Certs[0].Gone {
		t.Errorf("%+v", s)
	}
	v := s.VRI[0]
	if v.Key != "0123456789ABCDEF0123456789ABCDEF01234567" || len(v.Certs) != 1 || v.TU != "D:20260101000000Z" || v.Revision != 3 {
		t.Errorf("%+v", v)
	}
}

func TestSecurityStoreOverRevisions(t *testing.T) {
	w := plain()
	catalog := "<</Type/Catalog/Pages 2 0 R/DSS 10 0 R>>"
	w.obj(1, catalog).obj(10, "<</Certs[11 0 R 12 0 R]/VRI<</A<</TS 13 0 R>>>>>>").stream(11, "", "one").stream(12, "", "two").stream(13, "", "token").end("")
	w.obj(10, "<</Certs[12 0 R 14 0 R 15 0 R]/CRLs 99/OCSPs[1 0 R 98 0 R]/VRI<</B 5/Type/VRI>>>>").stream(14, "", "two").stream(15, "/Filter/DCTDecode", "x").end("")
	f := w.open(t)
	s := f.SecurityStore
	if len(s.Certs) != 2 || !s.Certs[0].Gone || s.Certs[1].Gone || string(s.Certs[1].Data) != "two" {
		t.Errorf("certificates %+v: the same octets under two numbers are one", s.Certs)
	}
	if len(s.VRI) != 1 || !s.VRI[0].Gone || string(s.VRI[0].TS) != "token" {
		t.Errorf("VRI %+v", s.VRI)
	}
	wantCode(t, CodeSecurityStore, f.Notes)
	if plain().open(t).SecurityStore != nil {
		t.Error("a file without a store has one")
	}
}
