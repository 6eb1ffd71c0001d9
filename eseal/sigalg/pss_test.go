package sigalg

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math/big"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/internal/corpora"
)

// sealPSS is EMSA-PSS-ENCODE (RFC 8017 9.1.1) for tests.
func sealPSS(size, emBits int, a Algorithm, h, salt []byte) []byte {
	emLen := (emBits + 7) / 8
	hash := a.Digest.info().make()
	hash.Write(make([]byte, 8))
	hash.Write(h)
	hash.Write(salt)
	seed := hash.Sum(nil)
	db := make([]byte, emLen-len(seed)-1)
	db[len(db)-len(salt)-1] = 1
	copy(db[len(db)-len(salt):], salt)
	a.mask(db, seed)
	db[0] &= 0xff >> (8*emLen - emBits)
	em := append(append(db, seed...), 0xbc)
	return append(make([]byte, size-emLen), em...)
}

func (k *rsaPair) signPSS(a Algorithm, h []byte, salt int) []byte {
	s := make([]byte, salt)
	seeded(9).Read(s)
	return k.sign(sealPSS(k.size(), k.n.BitLen()-1, a, h, s))
}

func pss(d, mgf Digest, salt int) Algorithm {
	return Algorithm{Name: "RSA-PSS", Digest: d, MGF: mgf, Salt: salt}
}

func TestPSS(t *testing.T) {
	xof := func(d Digest) Algorithm {
		return Algorithm{Name: "RSA-PSS", Digest: d, MGF: d, XOF: true, Salt: d.Size()}
	}
	for _, bits := range []int{1024, 1025, 1026, 1031, 1032, 1033, 2048} {
		pair := newRSA(t, 6, bits, eF4)
		k := pair.key(t)
		for _, a := range []Algorithm{
			pss(SHA1, SHA1, 20), pss(SHA256, SHA256, 32), pss(SHA256, SHA1, 20), pss(SHA256, SHA256, 0),
			pss(SHA384, SHA512, 7), pss(SHA3_256, SHA3_256, 32), pss(SHA256, SHA256, pair.size()-36), xof(SHAKE128),
		} {
			h := sum(t, a.Digest, document)
			sig := pair.signPSS(a, h, a.Salt)
			if notes, err := Check(k, a, Message{Bytes: document}, sig); err != nil {
				t.Errorf("%d bits, %s: %v %v", bits, a.describePSS(), err, notes)
			}
			wrong := a
			wrong.Salt++
			notes, err := Check(k, wrong, Message{Bytes: document}, sig)
			if err != ErrMismatch {
				t.Errorf("%d bits, %s: salt other than stated: %v", bits, a.describePSS(), err)
			}
			wantCodes(t, notes, CodePSSSalt)
			other := a
			other.MGF = SHA224
			other.XOF = false
			if _, err := Check(k, other, Message{Bytes: document}, sig); err != ErrMismatch {
				t.Errorf("%d bits, %s: other mask: %v", bits, a.describePSS(), err)
			}
		}
	}
}

// TestPSSDeviations: octets of the block that RFC 8017 9.1.2 fixes.
func TestPSSDeviations(t *testing.T) {
	pair := newRSA(t, 7, 1030, eF4)
	k, a := pair.key(t), pss(SHA256, SHA256, 20)
	h := sum(t, SHA256, document)
	em := func() []byte { return sealPSS(pair.size(), 1029, a, h, make([]byte, 20)) }
	for name, f := range map[string]func([]byte){
		"trailer":         func(b []byte) { b[len(b)-1] = 0xcc },
		"top bits":        func(b []byte) { b[0] |= 0x20 },
		"hash":            func(b []byte) { b[len(b)-5] ^= 1 },
		"masked block":    func(b []byte) { b[20] ^= 1 },
		"octet before 01": func(b []byte) { b[1] ^= 1 },
	} {
		b := em()
		f(b)
		if notes, err := Check(k, a, Message{Bytes: document}, pair.sign(b)); err != ErrMismatch {
			t.Errorf("%s: %v %v", name, err, notes)
		}
	}
	if _, err := Check(k, a, Message{Bytes: document}, pair.sign(em())); err != nil {
		t.Fatal(err)
	}
	// The schemes taken for one another are told apart.
	notes, err := Check(k, pkcs1(SHA256), Message{Bytes: document}, pair.signPSS(pss(SHA256, SHA256, 32), h, 32))
	wantCodes(t, notes, CodeScheme)
	v15, _ := encodePKCS1(pair.size(), digestInfoDER(SHA256, h, true))
	notes2, err2 := Check(k, a, Message{Bytes: document}, pair.sign(v15))
	wantCodes(t, notes2, CodeScheme)
	if err != ErrMismatch || err2 != ErrMismatch {
		t.Error(err, err2)
	}
}

// pssParams writes RSASSA-PSS-params; zero digests and salt -1 are left out.
func pssParams(d, mgf Digest, salt int) []byte {
	var body []byte
	if d != 0 {
		body = append(body, tlv(0xa0, tlv(0x30, oidTLV(d.OID()), asn1Null))...)
	}
	if mgf != 0 {
		body = append(body, tlv(0xa1, tlv(0x30, oidTLV(oidMGF1), tlv(0x30, oidTLV(mgf.OID()))))...)
	}
	if salt >= 0 {
		body = append(body, tlv(0xa2, integer(big.NewInt(int64(salt))))...)
	}
	return tlv(0x30, body)
}

// TestRestrictedKey: RFC 4055 3.3, the parameters of the key bind the signature.
func TestRestrictedKey(t *testing.T) {
	pair := newRSA(t, 8, 1024, eF4)
	key := func(params []byte) *PublicKey { return mustKey(t, spkiOf(oidPSS, params, pair.body())) }
	narrow := key(pssParams(SHA256, SHA256, 32))
	for _, c := range []struct {
		name string
		key  *PublicKey
		a    Algorithm
		code note.Code
	}{
		{"as the key says", narrow, pss(SHA256, SHA256, 32), ""},
		{"longer salt", narrow, pss(SHA256, SHA256, 40), ""},
		{"shorter salt", narrow, pss(SHA256, SHA256, 31), CodePSSRestriction},
		{"other hash", narrow, pss(SHA384, SHA256, 32), CodePSSRestriction},
		{"other mask", narrow, pss(SHA256, SHA384, 32), CodePSSRestriction},
		{"no parameters, any hash", key(nil), pss(SHA384, SHA1, 3), ""},
		{"other scheme", narrow, pkcs1(SHA256), CodeKeyMismatch},
		{"other scheme, no parameters", key(nil), pkcs1(SHA256), CodeKeyMismatch},
	} {
		h := sum(t, c.a.Digest, document)
		var sig []byte
		if c.a.Name == "RSA-PSS" {
			sig = pair.signPSS(c.a, h, c.a.Salt)
		} else {
			em, _ := encodePKCS1(pair.size(), digestInfoDER(c.a.Digest, h, true))
			sig = pair.sign(em)
		}
		notes, err := Check(c.key, c.a, Message{Bytes: document}, sig)
		if (err == nil) != (c.code == "") {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.code != "" {
			wantCodes(t, notes, c.code)
		}
		if !c.key.PSSOnly || c.key.Name() != "RSA-1024" {
			t.Errorf("%s: key %+v", c.name, c.key)
		}
	}
}

func TestPSSParameters(t *testing.T) {
	explicit := func(n byte, body []byte) []byte { return tlv(0xa0+n, body) }
	for _, c := range []struct {
		name   string
		params []byte
		want   Algorithm
		code   note.Code
		err    string
	}{
		{"defaults", tlv(0x30), pss(SHA1, SHA1, 20), "", ""},
		{"absent", nil, pss(SHA1, SHA1, 20), CodePSSDefaults, ""},
		{"NULL", asn1Null, pss(SHA1, SHA1, 20), CodePSSDefaults, ""},
		{"all", pssParams(SHA512, SHA384, 11), pss(SHA512, SHA384, 11), "", ""},
		{"hash only", pssParams(SHA256, 0, -1), pss(SHA256, SHA1, 20), "", ""},
		{"trailer 1", tlv(0x30, explicit(3, integer(big.NewInt(1)))), pss(SHA1, SHA1, 20), "", ""},
		{"trailer 2", tlv(0x30, explicit(3, integer(big.NewInt(2)))), Algorithm{}, "", "trailerField 2"},
		{"negative salt", tlv(0x30, explicit(2, []byte{2, 1, 0xff})), Algorithm{}, "", "saltLength -1"},
		{"huge salt", tlv(0x30, explicit(2, integer(big.NewInt(1<<40)))), Algorithm{}, "", "saltLength"},
		{"out of order", tlv(0x30, explicit(2, integer(e3)), explicit(0, tlv(0x30, oidTLV(SHA256.OID())))), Algorithm{}, "", "out of place"},
		{"twice", tlv(0x30, explicit(2, integer(e3)), explicit(2, integer(e3))), Algorithm{}, "", "out of place"},
		{"unknown field", tlv(0x30, explicit(4, integer(e3))), Algorithm{}, "", "out of place"},
		{"unknown hash", tlv(0x30, explicit(0, tlv(0x30, oidTLV("1.2.3")))), Algorithm{}, "", "RSA-PSS with 1.2.3"},
		{"unknown mask", tlv(0x30, explicit(1, tlv(0x30, oidTLV("1.2.3")))), Algorithm{}, "", "mask generation 1.2.3"},
		{"MGF1 without hash", tlv(0x30, explicit(1, tlv(0x30, oidTLV(oidMGF1)))), Algorithm{}, "", "hash of MGF1"},
		{"not a sequence", integer(e3), Algorithm{}, "", "RSASSA-PSS"},
		{"cut", []byte{0x30, 0x05, 0xa0}, Algorithm{}, "", "RSASSA-PSS"},
	} {
		a, notes, err := ByIdentifier(oidPSS, c.params, 0)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error %v, want %q", c.name, err, c.err)
			}
			continue
		}
		c.want.OID = oidPSS
		if err != nil || a != c.want {
			t.Errorf("%s: %+v %v", c.name, a, err)
		}
		if c.code != "" {
			wantCodes(t, notes, c.code)
		}
	}
	shake := tlv(0x30, explicit(0, tlv(0x30, oidTLV(SHAKE256.OID()))), explicit(1, tlv(0x30, oidTLV(SHAKE256.OID()))), explicit(2, integer(big.NewInt(64))))
	if a, _, err := ByIdentifier(oidPSS, shake, 0); err != nil || !a.XOF || a.MGF != SHAKE256 || a.Salt != 64 {
		t.Errorf("SHAKE as its own mask: %+v %v", a, err)
	}
}

// TestBotanPSS: 60 certificates of the Botan project with odd salts and
// parameters; those said to be good must verify under the next key, and a
// self-signed one said to be bad must not.
func TestBotanPSS(t *testing.T) {
	suite := corpora.Open(t, "pki/chains-botan-pss.zip")
	var m struct {
		Cases []struct {
			ID, Kind, Leaf, Expect string
			Anchors                []string `json:"trust_anchors"`
			Intermediates          []string
		}
	}
	if err := json.Unmarshal(corpora.Read(t, suite, "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, c := range m.Cases {
		if c.Leaf == "" {
			continue
		}
		leaf := readCertificate(t, suite, c.Leaf)
		issuers := append(append(c.Anchors, c.Intermediates...), c.Leaf)
		ok := false
		for _, name := range issuers {
			issuer := readCertificate(t, suite, name)
			if string(issuer.subject) != string(leaf.issuer) {
				continue
			}
			ok = ok || signedBy(leaf, issuer) == nil
		}
		checked++
		if c.Expect == "valid" && !ok {
			t.Errorf("%s: a good signature is refused", c.ID)
		}
		if c.Expect != "valid" && c.Kind == "self-signed-signature" && ok {
			t.Errorf("%s: a bad signature is accepted", c.ID)
		}
	}
	if checked < 50 {
		t.Errorf("only %d cases", checked)
	}
	t.Logf("%d cases", checked)
}

func readCertificate(t *testing.T, suite fs.FS, name string) parts {
	t.Helper()
	r := ber.NewReader(pemOrDER(corpora.Read(t, suite, name)), nil)
	e, err := r.Next()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	c, ok := asCertificate(e)
	if !ok {
		t.Fatalf("%s is no certificate", name)
	}
	return c
}

func signedBy(c, issuer parts) error {
	k, err := ParsePublicKey(issuer.spki)
	if err != nil {
		return err
	}
	a, _, err := ByIdentifier(c.oid, c.params, 0)
	if err != nil {
		return err
	}
	_, err = Check(k, a, Message{Bytes: c.tbs}, c.sig)
	return err
}

func TestUnavailableHashIsUnsupported(t *testing.T) {
	pair := newRSA(t, 10, 1024, eF4)
	var un *Unsupported
	for _, a := range []Algorithm{pkcs1(MD4), pkcs1(Whirlpool), pss(SHA256, MD2, 20), pss(Streebog256, SHA256, 20)} {
		if _, err := Check(pair.key(t), a, Message{Bytes: document}, make([]byte, 128)); !errors.As(err, &un) {
			t.Errorf("%s with %s: %v", a.Name, a.Digest, err)
		}
	}
	fake := func(Digest) []byte { return make([]byte, 16) } // digests from outside do not make MD4 computable inside PSS
	if _, err := Check(pair.key(t), pss(MD4, SHA1, 0), Message{Digests: fake}, make([]byte, 128)); !errors.As(err, &un) {
		t.Error(err)
	}
}
