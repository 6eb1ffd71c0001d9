package verifytest

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"testing"
	"time"
)

func TestIntegersAreThoseOfEncodingASN1(t *testing.T) {
	for _, v := range []int64{0, 1, -1, 127, 128, -128, -129, 255, 256, -255, -256, -257, 32767, -32768, -32769, 1 << 40, -(1 << 40)} {
		want, err := asn1.Marshal(big.NewInt(v))
		if err != nil {
			t.Fatal(err)
		}
		if got := integer64(v); !bytes.Equal(got, want) {
			t.Errorf("%d: %x, want %x", v, got, want)
		}
	}
}

func TestElements(t *testing.T) {
	for name, c := range map[string]struct {
		got  []byte
		want string
	}{
		"short":       {octets([]byte{1, 2}), "04020102"},
		"long":        {octets(make([]byte, 200))[:3], "0481c8"},
		"longer":      {octets(make([]byte, 300))[:4], "0482012c"},
		"object id":   {objectID("1.2.840.113549"), "06062a864886f70d"},
		"example arc": {objectID("2.999.3"), "0603883703"},
		"bits":        {namedBits(0, 1), "030206c0"},
		"bit 8":       {namedBits(8), "0303070080"},
		"no bits":     {namedBits(), "030100"},
		"true":        {boolean(true), "0101ff"},
		"false":       {boolean(false), "010100"},
		"set of":      {setOf(integer64(2), integer64(1)), "3106020101020102"},
		"utc time":    {moment(date(2049, 12, 31)), "170d" + hex.EncodeToString([]byte("491231000000Z"))},
		"from 2050":   {moment(date(2050, 1, 1)), "180f" + hex.EncodeToString([]byte("20500101000000Z"))},
		"fraction":    {generalized(time.Date(2026, 1, 2, 3, 4, 5, 120e6, time.UTC)), "1812" + hex.EncodeToString([]byte("20260102030405.12Z"))},
		"accuracy":    {accuracy(1500*time.Millisecond + 20*time.Microsecond), "300a020101800201f4810114"},
		"explicit":    {explicit(3, null()), "a3020500"},
		"primitive":   {primitive(6, []byte("x")), "860178"},
	} {
		if got := hex.EncodeToString(c.got); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestMisuseSaysWhy(t *testing.T) {
	for name, f := range map[string]func(){
		"no identifier": func() { objectID("1") }, "letters": func() { objectID("1.2.x") }, "no key": func() { Key("rsa0000-01") },
		"no digest": func() { Digest("SHA-0", nil) }, "no deviation": func() { MakeSpecimen("cms-nothing") },
		"no scheme": func() { scheme{"ROT13", "SHA-256"}.identifier() }, "no room": func() { New().PDF(PDFTemplate{}).Sign(SignOptions{Space: 10}) },
		"broken certificate": func() { (&Cert{DER: []byte{0x30}}).X509() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestIndefiniteKeepsWhatWasSigned(t *testing.T) {
	inner := seq(integer64(1), octets(make([]byte, 10)))
	der := seq(inner, octets(make([]byte, 150)))
	got := Indefinite(der, func(e []byte) bool { return bytes.Equal(e, inner) })
	if !bytes.Contains(got, inner) {
		t.Errorf("the kept element changed: %x", got)
	}
	if got[0] != 0x30 || got[1] != 0x80 || !bytes.HasSuffix(got, []byte{0, 0, 0, 0}) || !bytes.Contains(got, []byte{0x24, 0x80, 0x04, chunk}) {
		t.Errorf("not indefinite, or not in chunks: %x", got)
	}
}

func TestPSSIsThatOfCryptoRSA(t *testing.T) {
	message := []byte("見本")
	for _, name := range []string{"rsa1024-01", "rsa2048-01", "rsa3072-01"} {
		k := Key(name).(*rsa.PrivateKey)
		for dig, hash := range map[string]crypto.Hash{"SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384} {
			sig, err := signPSS(k, dig, message)
			if err != nil {
				t.Fatal(err)
			}
			if err := rsa.VerifyPSS(&k.PublicKey, hash, Digest(dig, message), sig, &rsa.PSSOptions{SaltLength: hash.Size()}); err != nil {
				t.Errorf("%s, %s: %v", name, dig, err)
			}
		}
	}
	if _, err := signPSS(Key("rsa1024-01").(*rsa.PrivateKey), "SHA-512", message); err == nil {
		t.Error("RSA-1024 has no room for SHA-512 with its salt")
	}
}

func TestCorporateNumber(t *testing.T) {
	// Real numbers: the National Tax Agency and the one in the government's root certificate.
	for _, n := range []string{"7000012050002", "8000012010038", "3010401064771"} {
		if got := CorporateNumber(n[1:]); got != n {
			t.Errorf("%s: %s", n, got)
		}
	}
}

func TestNamesEncodeTheirTypes(t *testing.T) {
	n := NewName("C", "JP", "O", "見本", "serialNumber", "1", "E", "a@mihon.example", "1.2.3.4", "x")
	for i, tag := range []byte{0x13, 0x0c, 0x13, 0x16, 0x0c} {
		attr := elements(elements(elements(n.DER())[i])[0])
		if attr[1][0] != tag {
			t.Errorf("%s: tag %x, want %x", n[i].Type, attr[1][0], tag)
		}
	}
}
