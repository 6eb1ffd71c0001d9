package sigalg

import (
	"errors"
	"math/big"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
)

func TestByIdentifier(t *testing.T) {
	params := func(d Digest) []byte { return tlv(0x30, oidTLV(d.OID()), asn1Null) }
	for _, c := range []struct {
		why    string
		oid    ber.OID
		params []byte
		digest Digest
		name   string
		hash   Digest
		codes  []note.Code
	}{
		{"certificate", "1.2.840.113549.1.1.11", asn1Null, 0, "RSA-PKCS1-v1_5", SHA256, nil},
		{"NULL left out", "1.2.840.113549.1.1.11", nil, SHA256, "RSA-PKCS1-v1_5", SHA256, nil},
		{"OpenSSL's habit", oidRSA, asn1Null, SHA384, "RSA-PKCS1-v1_5", SHA384, nil},
		{"rsaEncryption, odd parameters", oidRSA, integer(e3), SHA384, "RSA-PKCS1-v1_5", SHA384, []note.Code{CodeParameters}},
		{"unlike hashes", "1.2.840.113549.1.1.11", asn1Null, SHA1, "RSA-PKCS1-v1_5", SHA256, []note.Code{CodeUnlikeDigests}},
		{"odd parameters", "1.2.840.10045.4.3.2", integer(e3), SHA256, "ECDSA", SHA256, []note.Code{CodeParameters}},
		{"bare EC key with its curve", oidEC, oidTLV("1.2.840.10045.3.1.7"), SHA256, "ECDSA", SHA256, []note.Code{CodeBareKey}},
		{"bare arc of ECDSA", oidECArc, nil, SHA256, "ECDSA", SHA256, []note.Code{CodeBareKey}},
		{"bare DSA key", oidDSA, nil, SHA1, "DSA", SHA1, []note.Code{CodeBareKey}},
		{"digest in the wrong place", SHA256.OID(), asn1Null, SHA256, "RSA-PKCS1-v1_5", SHA256, []note.Code{CodeDigestAsSignature}},
		{"digest in the wrong place, unlike", SHA1.OID(), asn1Null, SHA256, "RSA-PKCS1-v1_5", SHA1, []note.Code{CodeDigestAsSignature, CodeUnlikeDigests}},
		{"ecdsa-with-Specified", oidECSpecified, params(SHA384), 0, "ECDSA", SHA384, nil},
		{"PSS, unlike", oidPSS, pssParams(SHA512, SHA512, 64), SHA256, "RSA-PSS", SHA512, []note.Code{CodeUnlikeDigests}},
		{"PSS with SHAKE", "1.3.6.1.5.5.7.6.31", nil, SHAKE256, "RSA-PSS", SHAKE256, nil},
		{"plain", "0.4.0.127.0.7.1.1.4.1.3", nil, SHA256, "PLAIN-ECDSA", SHA256, nil},
		{"Ed25519 with its digest", "1.3.101.112", nil, SHA512, "Ed25519", 0, nil},
		{"Ed25519 with NULL", "1.3.101.112", asn1Null, SHA512, "Ed25519", 0, nil},
		{"ML-DSA", "2.16.840.1.101.3.4.3.18", nil, SHA512, "ML-DSA-65", 0, nil},
	} {
		t.Run(c.why, func(t *testing.T) {
			a, notes, err := ByIdentifier(c.oid, c.params, c.digest)
			if err != nil {
				t.Fatal(err)
			}
			if a.Name != c.name || a.Digest != c.hash || a.OID != c.oid {
				t.Errorf("%+v", a)
			}
			wantCodes(t, notes, c.codes...)
		})
	}
}

func TestIdentifiersRefused(t *testing.T) {
	var un *Unsupported
	var mal *Malformed
	for oid, name := range map[ber.OID]string{
		"1.2.643.7.1.1.3.2":       "GOST R 34.10-2012-256",
		"1.2.156.10197.1.501":     "SM2 with SM3",
		"2.16.840.1.101.3.4.3.33": "HashML-DSA-65 with SHA-512",
		"1.2.3.4.5":               "1.2.3.4.5",
	} {
		if _, _, err := ByIdentifier(oid, nil, SHA256); !errors.As(err, &un) || un.Name != name || un.OID != string(oid) {
			t.Errorf("%s: %v", oid, err)
		}
	}
	for _, oid := range []ber.OID{oidRSA, oidEC, oidDSA} {
		if _, _, err := ByIdentifier(oid, nil, 0); !errors.As(err, &mal) {
			t.Errorf("%s without a hash: %v", oid, err)
		}
	}
	if _, _, err := ByIdentifier(oidECSpecified, nil, 0); !errors.As(err, &mal) {
		t.Errorf("ecdsa-with-Specified without a hash: %v", err)
	}
	if _, _, err := ByIdentifier(oidECSpecified, tlv(0x30, oidTLV("1.2.3")), 0); !errors.As(err, &un) {
		t.Errorf("ecdsa-with-Specified with an unknown hash: %v", err)
	}
}

func TestDigestByIdentifier(t *testing.T) {
	for _, c := range []struct {
		oid    ber.OID
		params []byte
		want   Digest
		codes  []note.Code
	}{
		{SHA256.OID(), asn1Null, SHA256, nil},
		{SHA256.OID(), nil, SHA256, nil},
		{SHA256.OID(), integer(e3), SHA256, []note.Code{CodeParameters}},
		{"1.2.840.113549.1.1.11", asn1Null, SHA256, []note.Code{CodeSignatureAsDigest}},
		{"1.2.840.10045.4.3.4", nil, SHA512, []note.Code{CodeSignatureAsDigest}},
		{oidPSS, pssParams(SHA384, SHA384, 48), SHA384, []note.Code{CodeSignatureAsDigest}},
		{oidShake256Len, integer(big.NewInt(512)), SHAKE256, nil},
		{oidShake128Len, integer(big.NewInt(256)), SHAKE128, nil},
	} {
		d, notes, err := DigestByIdentifier(c.oid, c.params)
		if err != nil || d != c.want {
			t.Errorf("%s: %s %v", c.oid, d, err)
		}
		wantCodes(t, notes, c.codes...)
	}
	var un *Unsupported
	for oid, name := range map[ber.OID]string{"1.3.14.3.2.18": "SHA-0", "1.2.3": "1.2.3", "1.3.101.112": "id-Ed25519"} {
		if _, _, err := DigestByIdentifier(oid, nil); !errors.As(err, &un) || un.Name != name {
			t.Errorf("%s: %v", oid, err)
		}
	}
}

// TestShakeOfOtherLengths: only the lengths of RFC 8419 and RFC 8702 are computed.
func TestShakeOfOtherLengths(t *testing.T) {
	var un *Unsupported
	for _, params := range [][]byte{nil, asn1Null, integer(big.NewInt(256)), integer(big.NewInt(-1)), {2, 1}, append(integer(big.NewInt(512)), 5, 0)} {
		if d, _, err := DigestByIdentifier(oidShake256Len, params); !errors.As(err, &un) || d != 0 {
			t.Errorf("% x: %s %v", params, d, err)
		}
	}
}

// TestFor: a digest where a signature algorithm is due leaves the scheme to the key.
func TestFor(t *testing.T) {
	a, _, err := ByIdentifier(SHA256.OID(), nil, SHA256)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"RSA": "RSA-PKCS1-v1_5", "ECDSA": "ECDSA", "DSA": "DSA", "Ed25519": "Ed25519", "ML-DSA-44": "ML-DSA-44"} {
		got := a.For(&PublicKey{Algorithm: key})
		if got.Name != want || got.Prehashed() != (want == "RSA-PKCS1-v1_5" || want == "ECDSA" || want == "DSA") {
			t.Errorf("%s: %+v", key, got)
		}
	}
	named := Algorithm{Name: "ECDSA", Digest: SHA1}
	if named.For(&PublicKey{Algorithm: "RSA"}) != named {
		t.Error("a named scheme was changed")
	}
}

func TestCheckRefusesTheWrongKey(t *testing.T) {
	k := newRSA(t, 40, 512, eF4).key(t)
	for _, name := range []string{"ECDSA", "PLAIN-ECDSA", "DSA", "Ed25519", "ML-DSA-65", "SLH-DSA-SHA2-128s"} {
		notes, err := Check(k, Algorithm{Name: name, Digest: SHA256}, Message{Bytes: document}, make([]byte, 64))
		if err != ErrMismatch {
			t.Errorf("%s: %v", name, err)
		}
		wantCodes(t, notes, CodeKeyMismatch)
	}
	var un *Unsupported
	var mal *Malformed
	if _, err := Check(k, Algorithm{}, Message{}, nil); !errors.As(err, &un) {
		t.Errorf("zero algorithm: %v", err)
	}
	if _, err := Check(k, Algorithm{Name: "RSA-PKCS1-v1_5"}, Message{Bytes: document}, nil); !errors.As(err, &un) {
		t.Errorf("zero digest: %v", err)
	}
	for _, k := range []*PublicKey{nil, {}, {Algorithm: "RSA"}} {
		if _, err := Check(k, pkcs1(SHA256), Message{}, nil); !errors.As(err, &mal) {
			t.Errorf("no key: %v", err)
		}
	}
}

func TestMessage(t *testing.T) {
	h := sum(t, SHA256, document)
	streamed := Message{Digests: func(d Digest) []byte {
		if d == SHA256 {
			return h
		}
		return nil
	}}
	if got, err := streamed.digest(SHA256); err != nil || string(got) != string(h) {
		t.Error(err)
	}
	var mal *Malformed
	var un *Unsupported
	if _, err := streamed.digest(SHA384); !errors.As(err, &mal) {
		t.Errorf("digest that was not computed: %v", err)
	}
	if _, err := streamed.digest(MD4); !errors.As(err, &un) {
		t.Errorf("digest that cannot be: %v", err)
	}
	both := Message{Bytes: document, Digests: streamed.Digests}
	if got, err := both.digest(SHA384); err != nil || len(got) != 48 {
		t.Errorf("octets at hand: %v", err)
	}
	cut := Message{Digests: func(Digest) []byte { return h[:20] }}
	if _, err := cut.digest(SHA256); !errors.As(err, &mal) {
		t.Errorf("digest of another length: %v", err)
	}
}

func TestErrors(t *testing.T) {
	for err, want := range map[error]string{
		&Unsupported{Name: "MD4", OID: "1.2.3"}:     "algorithm MD4 (1.2.3) is not supported",
		&Unsupported{Name: "1.2.3", OID: "1.2.3"}:   "algorithm 1.2.3 is not supported",
		&Malformed{What: "key"}:                     "key",
		&Malformed{What: "key", Err: ErrMismatch}:   "key: " + ErrMismatch.Error(),
		classify("key", &Malformed{What: "inner"}):  "inner",
		classify("key", ErrMismatch):                "key: " + ErrMismatch.Error(),
		classify("key", &Unsupported{Name: "GOST"}): "algorithm GOST is not supported",
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
	if !errors.Is(&Malformed{What: "key", Err: ErrMismatch}, ErrMismatch) {
		t.Error("the cause is lost")
	}
}

func TestParsePublicKeyRefuses(t *testing.T) {
	rsa := newRSA(t, 41, 512, eF4)
	good := spkiOf(oidRSA, asn1Null, rsa.body())
	for name, spki := range map[string][]byte{
		"nothing":         nil,
		"octets behind":   append(append([]byte{}, good...), 0),
		"cut":             good[:len(good)-1],
		"unused bits":     tlv(0x30, tlv(0x30, oidTLV(oidRSA)), tlv(0x03, []byte{1}, rsa.body())),
		"third element":   tlv(0x30, tlv(0x30, oidTLV(oidRSA)), tlv(0x03, []byte{0}, rsa.body()), asn1Null),
		"no bit string":   tlv(0x30, tlv(0x30, oidTLV(oidRSA)), tlv(0x04, rsa.body())),
		"empty bits":      tlv(0x30, tlv(0x30, oidTLV(oidRSA)), tlv(0x03)),
		"no algorithm":    tlv(0x30, tlv(0x03, []byte{0}, rsa.body())),
		"no identifier":   tlv(0x30, tlv(0x30, asn1Null), tlv(0x03, []byte{0}, rsa.body())),
		"bad identifier":  tlv(0x30, tlv(0x30, tlv(0x06, []byte{0x80})), tlv(0x03, []byte{0}, rsa.body())),
		"larger than any": make([]byte, maxKeyOctets+1),
	} {
		var mal *Malformed
		if _, err := ParsePublicKey(spki); !errors.As(err, &mal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for oid, name := range map[ber.OID]string{"1.3.101.110": "X25519", "1.2.643.2.2.19": "GOST R 34.10-2001", "1.2.3": "1.2.3", "1.2.840.113549.1.1.11": "RSA-PKCS1-v1_5"} {
		var un *Unsupported
		if _, err := ParsePublicKey(spkiOf(oid, nil, rsa.body())); !errors.As(err, &un) || un.Name != name {
			t.Errorf("%s: %v", oid, err)
		}
	}
}
