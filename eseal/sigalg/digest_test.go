package sigalg

import (
	"encoding/hex"
	"errors"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
)

// TestDigests: "abc" under each, from FIPS 180-4 and 202 examples, RFC 1321,
// the RIPEMD-160 paper.
func TestDigests(t *testing.T) {
	for d, want := range map[Digest]string{
		MD5:        "900150983cd24fb0d6963f7d28e17f72",
		RIPEMD160:  "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
		SHA1:       "a9993e364706816aba3e25717850c26c9cd0d89d",
		SHA224:     "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
		SHA256:     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		SHA384:     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
		SHA512:     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
		SHA512_224: "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa",
		SHA512_256: "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
		SHA3_224:   "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf",
		SHA3_256:   "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
		SHA3_384:   "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25",
		SHA3_512:   "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
		SHAKE128:   "5881092dd818bf5cf8a3ddb793fbcba74097d5c526a6d35f97b83351940f2cc8",
		SHAKE256:   "483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4",
	} {
		h, err := d.New()
		if err != nil {
			t.Fatal(err)
		}
		h.Write([]byte("ab"))
		h.Sum(nil) // does not end the computation
		h.Write([]byte("c"))
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%s: %s", d, got)
		}
		if h.Size() != d.Size() {
			t.Errorf("%s: size %d", d, h.Size())
		}
		h.Reset()
		if empty := sum(t, d, nil); string(h.Sum(nil)) != string(empty) {
			t.Errorf("%s: Reset", d)
		}
	}
}

func TestDigestTable(t *testing.T) {
	names := map[string]bool{}
	for d := SHA1; d < digests; d++ {
		if d.Name() == "" || names[d.Name()] || d.Size() == 0 || d.Strength() > 4*d.Size() {
			t.Errorf("row %d: %+v", d, d.info())
		}
		names[d.Name()] = true
		if DigestByOID(d.OID()) != d || ber.EncodeOID(d.OID()) == nil {
			t.Errorf("%s: identifier %s", d, d.OID())
		}
		_, err := d.New()
		var un *Unsupported
		if d.Available() != (err == nil) || err != nil && !errors.As(err, &un) {
			t.Errorf("%s: %v", d, err)
		}
		if d.Available() != (d <= RIPEMD160) {
			t.Errorf("%s stands in the wrong half", d)
		}
	}
	for _, d := range []Digest{0, digests, 255} {
		if _, err := d.New(); err == nil || d.String() != "unknown digest" || d.Size() != 0 || d.OID() != "" {
			t.Errorf("digest %d", d)
		}
	}
	if DigestByOID("1.3.14.3.2.18") != 0 || DigestByOID("") != 0 {
		t.Error("SHA-0 or nothing taken for a digest")
	}
}

func TestSignatureTable(t *testing.T) {
	for oid, in := range signatureTable {
		if ber.EncodeOID(oid) == nil || in.name == "" {
			t.Errorf("%s: %+v", oid, in)
		}
		if _, known := families[in.name]; !known && !in.unsupported {
			t.Errorf("%s: no arithmetic for %s", oid, in.name)
		}
		if DigestByOID(oid) != 0 || otherKeys[oid] != "" {
			t.Errorf("%s stands in two tables", oid)
		}
	}
	for oid := range unknownDigests {
		if DigestByOID(oid) != 0 || ber.EncodeOID(oid) == nil {
			t.Errorf("%s", oid)
		}
	}
	for oid := range otherCurves {
		if curves()[oid] != nil || ber.EncodeOID(oid) == nil {
			t.Errorf("%s", oid)
		}
	}
}

func TestURIs(t *testing.T) {
	for uri, want := range map[string]Digest{
		"http://www.w3.org/2000/09/xmldsig#sha1":          SHA1,
		"http://www.w3.org/2001/04/xmlenc#sha256":         SHA256,
		"http://www.w3.org/2001/04/xmldsig-more#sha384":   SHA384,
		"http://www.w3.org/2001/04/xmlenc#sha512":         SHA512,
		"http://www.w3.org/2007/05/xmldsig-more#sha3-256": SHA3_256,
		"http://www.w3.org/2001/04/xmlenc#sha255":         0,
		"": 0,
	} {
		if got := DigestByURI(uri); got != want {
			t.Errorf("%s: %s", uri, got)
		}
	}
	for uri, want := range map[string]Algorithm{
		"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256":        {Name: "RSA-PKCS1-v1_5", Digest: SHA256},
		"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384":      {Name: "ECDSA", Digest: SHA384, Plain: true},
		"http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1":   pss(SHA256, SHA256, 32),
		"http://www.w3.org/2000/09/xmldsig#dsa-sha1":               {Name: "DSA", Digest: SHA1, Plain: true},
		"http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519":     {Name: "Ed25519"},
		"http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-512":    {Name: "ECDSA", Digest: SHA3_512, Plain: true},
		"http://www.w3.org/2007/05/xmldsig-more#sha3-384-rsa-MGF1": pss(SHA3_384, SHA3_384, 48),
	} {
		got, err := SignatureByURI(uri)
		if want.URI = uri; err != nil || got != want {
			t.Errorf("%s: %+v %v", uri, got, err)
		}
	}
	for uri, a := range signatureURIs {
		if _, known := families[a.Name]; !known {
			t.Errorf("%s: no arithmetic for %s", uri, a.Name)
		}
	}
	var un *Unsupported
	if _, err := SignatureByURI("http://www.w3.org/2000/09/xmldsig#hmac-sha1"); !errors.As(err, &un) {
		t.Error("a MAC is no signature", err)
	}
}

// TestStrength against SP 800-57 part 1 rev. 5 tables 2 and 3.
func TestStrength(t *testing.T) {
	for _, c := range []struct {
		k    PublicKey
		want int
	}{
		{PublicKey{Algorithm: "RSA", Bits: 512}, 32}, {PublicKey{Algorithm: "RSA", Bits: 1024}, 80},
		{PublicKey{Algorithm: "RSA", Bits: 2047}, 80}, {PublicKey{Algorithm: "RSA", Bits: 2048}, 112},
		{PublicKey{Algorithm: "RSA", Bits: 3072}, 128}, {PublicKey{Algorithm: "RSA", Bits: 4096}, 128},
		{PublicKey{Algorithm: "RSA", Bits: 7680}, 192}, {PublicKey{Algorithm: "RSA", Bits: 15360}, 256},
		{PublicKey{Algorithm: "ECDSA", Bits: 160}, 80}, {PublicKey{Algorithm: "ECDSA", Bits: 224}, 112},
		{PublicKey{Algorithm: "ECDSA", Bits: 256}, 128}, {PublicKey{Algorithm: "ECDSA", Bits: 384}, 192},
		{PublicKey{Algorithm: "ECDSA", Bits: 521}, 256}, {PublicKey{Algorithm: "Ed448"}, 224},
		{PublicKey{Algorithm: "SLH-DSA-SHAKE-192f"}, 192}, {PublicKey{Algorithm: "SLH-DSA-SHA2-256s"}, 256},
		{PublicKey{Algorithm: "ML-DSA-44"}, 128}, {PublicKey{Algorithm: "of the future"}, 0},
	} {
		if got := c.k.Strength(); got != c.want {
			t.Errorf("%s: %d bits, want %d", c.k.Name(), got, c.want)
		}
	}
	if k := mustKey(t, dsaSPKI(newDSA(2048, 160))); k.Strength() != 80 {
		t.Errorf("DSA-2048 over 160 bits: %d", k.Strength())
	}
	if SHA1.Strength() >= 80 || SHA256.Strength() != 128 || SHA512.Strength() != 256 || SHAKE128.Strength() != 128 || Digest(0).Strength() != 0 {
		t.Error("digest strengths")
	}
}
