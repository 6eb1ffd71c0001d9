package cert

import (
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

// answer is an OCSP response in parts.
type answer struct {
	version, responder, produced, extensions, certs, status, kind []byte
	singles                                                       [][]byte
}

var (
	hashID1   = seq(oid("1.3.14.3.2.26"), null0())
	hashID256 = seq(oid("2.16.840.1.101.3.4.2.1"))
)

func idOf(hash []byte, name, key []byte, serial byte) []byte {
	n, k := sha1.Sum(name), sha1.Sum(key)
	if &hash[0] == &hashID256[0] {
		n2, k2 := sha256.Sum256(name), sha256.Sum256(key)
		return seq(hash, octs(n2[:]), octs(k2[:]), num(serial))
	}
	return seq(hash, octs(n[:]), octs(k[:]), num(serial))
}

func good(id []byte, more ...[]byte) []byte {
	return seq(append([][]byte{id, prim(0), general("20260101000000Z")}, more...)...)
}

func soundOCSP() answer {
	return answer{
		responder: ctx(2, octs(make([]byte, 20))),
		produced:  general("20260101000000Z"),
		status:    tlv(10, []byte{0}),
		kind:      oid(oidOCSPBasic),
		singles:   [][]byte{good(idOf(hashID1, dn("CN=CA"), []byte("key"), 7), ctx(0, general("20260102000000Z")))},
	}
}

func (a answer) basic() []byte {
	data := seq(a.version, a.responder, a.produced, seq(a.singles...), a.extensions)
	return seq(data, sha256RSA, bitstr(1, 2, 3), a.certs)
}

func (a answer) der() []byte {
	return seq(a.status, ctx(0, seq(a.kind, octs(a.basic()))))
}

func TestOCSPFacts(t *testing.T) {
	a := soundOCSP()
	a.responder = ctx(1, dn("CN=Responder"))
	a.extensions = ctx(1, seq(ext(oidOCSPNonce, octs([]byte{1, 2})), criticalExt(oidOCSPExtended, null0())))
	a.certs = ctx(0, seq(sound().der()))
	hash := sha256.Sum256([]byte("certificate"))
	id := idOf(hashID256, dn("CN=CA"), []byte("key"), 9)
	a.singles = append(a.singles,
		seq(id, ctx(1, general("20250601000000Z"), ctx(0, tlv(10, []byte{1}))), general("20260101000000Z"),
			ctx(1, seq(ext(oidArchiveCutoff, general("20200101000000Z")), ext(oidCertHash, seq(hashID256, octs(hash[:]))), ext(oidInvalidityDate, general("20250501000000Z"))))),
		seq(id, prim(2), general("20260101000000Z")),
		seq(id, ctx(1, general("20250601000000Z")), general("20260101000000Z"), ctx(1, seq(ext(oidReasonCode, tlv(10, []byte{4}))))))
	for _, bare := range []bool{false, true} {
		der, want := a.der(), ""
		if bare {
			der, want = a.basic(), "060"
		}
		o, err := ParseOCSP(der, nil)
		if err != nil {
			t.Fatal(err)
		}
		if codes(o.Notes) != want || o.Bare != bare || o.Status != ResponseSuccessful || o.Status.String() != "successful" {
			t.Errorf("notes %v, bare %v, status %v", o.Notes, o.Bare, o.Status)
		}
		if string(o.Nonce) != "\x01\x02" || !o.ExtendedRevoked || len(o.Certificates) != 1 || !NamesEqual(o.ResponderName, dn("CN=responder")) || o.Version != 1 {
			t.Errorf("%+v", o)
		}
		if string(o.Basic) != string(a.basic()) {
			t.Error("Basic is not the BasicOCSPResponse")
		}
		var got []string
		for _, r := range o.Responses {
			got = append(got, r.Status.String()+" "+r.Reason.String())
		}
		if s := strings.Join(got, ", "); s != "good absent, revoked keyCompromise, unknown absent, revoked superseded" {
			t.Errorf("statuses %s", s)
		}
		r := o.Responses[1]
		if r.ArchiveCutoff.Year() != 2020 || string(r.CertHash.Hash) != string(hash[:]) || r.RevokedAt.Month() != 6 || r.InvalidityDate.Month() != 5 || !r.NextUpdate.IsZero() {
			t.Errorf("%+v", r)
		}
	}
	if s := CertStatus(0).String(); s != "" {
		t.Errorf("the zero status is called %q", s)
	}
}

func TestCertIDMatches(t *testing.T) {
	for _, hash := range [][]byte{hashID1, hashID256} {
		a := soundOCSP()
		a.singles = [][]byte{good(idOf(hash, dn("CN=CA"), []byte("key"), 7))}
		o, err := ParseOCSP(a.der(), nil)
		if err != nil {
			t.Fatal(err)
		}
		id := o.Responses[0].ID
		for _, tc := range []struct {
			name, key []byte
			serial    int64
			want      bool
		}{
			{dn("CN=CA"), []byte("key"), 7, true},
			{dn("CN=CA"), []byte("key"), 8, false},
			{dn("CN=CB"), []byte("key"), 7, false},
			{dn("CN=CA"), []byte("yek"), 7, false},
		} {
			if got, err := id.Matches(tc.name, tc.key, big.NewInt(tc.serial)); err != nil || got != tc.want {
				t.Errorf("%x %s %d: %v %v", tc.name, tc.key, tc.serial, got, err)
			}
		}
		id.HashAlgorithm.OID = "1.2.3"
		if _, err := id.Matches(dn("CN=CA"), []byte("key"), big.NewInt(7)); err == nil {
			t.Error("an unknown hash was computed")
		}
	}
	if ok, _ := (CertID{}).Matches(nil, nil, nil); ok {
		t.Error("the zero CertID matches")
	}
}

func TestOCSPOddities(t *testing.T) {
	id := idOf(hashID1, dn("CN=CA"), []byte("key"), 7)
	for _, tc := range []struct {
		name   string
		change func(*answer)
		want   string
		refuse string // UnknownCritical and MalformedExtensions
	}{
		{"version written out", func(a *answer) { a.version = ctx(0, num(0)) }, "", ""},
		{"version 2", func(a *answer) { a.version = ctx(0, num(1)) }, "020", ""},
		{"fraction of a second", func(a *answer) { a.produced = general("20260101000000.5Z") }, "009", ""},
		{"UTCTime", func(a *answer) { a.produced = utc("260101000000Z") }, "009", ""},
		{"no responses", func(a *answer) { a.singles = nil }, "061", ""},
		{"key hash of SHA-256", func(a *answer) { a.responder = ctx(2, octs(make([]byte, 32))) }, "062", ""},
		{"nextUpdate before thisUpdate", func(a *answer) { a.singles = [][]byte{good(id, ctx(0, general("20250101000000Z")))} }, "021", ""},
		{"unknown critical", func(a *answer) { a.extensions = ctx(1, seq(criticalExt("1.2.3", null0()))) }, "015", "[1.2.3] []"},
		{"nonce without its octet string", func(a *answer) { a.extensions = ctx(1, seq(ext(oidOCSPNonce, []byte{1, 2, 3}))) }, "", ""},
		{"malformed flag", func(a *answer) { a.extensions = ctx(1, seq(ext(oidOCSPExtended, num(1)))) }, "016", "[] [1.3.6.1.5.5.7.48.1.9]"},
		{"unknown reason", func(a *answer) {
			a.singles = [][]byte{seq(id, ctx(1, general("20250601000000Z"), ctx(0, tlv(10, []byte{99}))), general("20260101000000Z"))}
		}, "053", ""},
		{"unknown critical in a response", func(a *answer) {
			a.singles = [][]byte{good(id, ctx(1, seq(criticalExt("1.2.3", null0()))))}
		}, "015", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := soundOCSP()
			tc.change(&a)
			o, err := ParseOCSP(a.der(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := codes(o.Notes); got != tc.want {
				t.Errorf("notes %v, want %s", o.Notes, tc.want)
			}
			if got := fmt.Sprint(o.UnknownCritical, " ", o.MalformedExtensions); tc.refuse != "" && got != tc.refuse {
				t.Errorf("refuse %s, want %s", got, tc.refuse)
			}
		})
	}
}

func TestOCSPStatuses(t *testing.T) {
	for code, want := range map[byte]string{1: "malformedRequest", 3: "tryLater", 6: "unauthorized", 9: "9"} {
		o, err := ParseOCSP(seq(tlv(10, []byte{code})), nil)
		if err != nil || o.Status.String() != want || o.Basic != nil || len(o.Responses) != 0 {
			t.Errorf("status %d: %v %v", code, o, err)
		}
	}
	id := idOf(hashID1, dn("CN=CA"), []byte("key"), 7)
	for name, der := range map[string][]byte{
		"successful without bytes": seq(tlv(10, []byte{0})),
		"another response type":    seq(tlv(10, []byte{0}), ctx(0, seq(oid("1.2.3"), octs([]byte{5, 0})))),
		"negative status":          seq(tlv(10, []byte{0xff})),
		"status 3 of a certificate": func() []byte {
			a := soundOCSP()
			a.singles = [][]byte{seq(id, prim(3), general("20260101000000Z"))}
			return a.der()
		}(),
		"good with contents": func() []byte {
			a := soundOCSP()
			a.singles = [][]byte{seq(id, prim(0, []byte{1}), general("20260101000000Z"))}
			return a.der()
		}(),
		"responder by number": func() []byte {
			a := soundOCSP()
			a.responder = ctx(3, num(1))
			return a.der()
		}(),
		"a certificate": sound().der(),
	} {
		if _, err := ParseOCSP(der, nil); err == nil || !strings.HasPrefix(err.Error(), "OCSP response: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
