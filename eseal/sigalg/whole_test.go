package sigalg

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"filippo.io/mldsa"
	"github.com/cloudflare/circl/sign/slhdsa"

	"github.com/kakuin/kakuin/eseal/ber"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A signed is one good signature.
type signed struct {
	name     string
	spki     []byte
	a        Algorithm
	msg, sig []byte
}

func oidNamed(t testing.TB, name string) ber.OID {
	t.Helper()
	for oid, in := range signatureTable {
		if in.name == name && in.digest == 0 && !in.unsupported {
			return oid
		}
	}
	t.Fatalf("no identifier for %s", name)
	return ""
}

// edwards are vectors of RFC 8032 7.1 test 2 and 7.4 "Blank".
func edwards(t testing.TB) []signed {
	return []signed{
		{"Ed25519", spkiOf("1.3.101.112", nil, unhex(t, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")),
			Algorithm{Name: "Ed25519"}, []byte{0x72},
			unhex(t, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")},
		{"Ed448", spkiOf("1.3.101.113", nil, unhex(t, "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180")),
			Algorithm{Name: "Ed448"}, []byte{},
			unhex(t, "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600")},
	}
}

func lattices(t testing.TB) []signed {
	var out []signed
	for name, p := range map[string]mldsa.Parameters{"ML-DSA-44": mldsa.MLDSA44(), "ML-DSA-65": mldsa.MLDSA65(), "ML-DSA-87": mldsa.MLDSA87()} {
		priv, err := mldsa.NewPrivateKey(p, bytes.Repeat([]byte{7}, mldsa.PrivateKeySize))
		if err != nil {
			t.Fatal(err)
		}
		sig, err := priv.Sign(nil, document, nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, signed{name, spkiOf(oidNamed(t, name), nil, priv.PublicKey().Bytes()), Algorithm{Name: name}, document, sig})
	}
	return out
}

func hashTrees(t testing.TB, names ...string) []signed {
	var out []signed
	for _, name := range names {
		id, err := slhdsa.IDByName(name)
		if err != nil {
			t.Fatal(err)
		}
		pub, priv, err := slhdsa.GenerateKey(seeded(30), id)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := slhdsa.SignDeterministic(&priv, slhdsa.NewMessage(document), nil)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := pub.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, signed{name, spkiOf(oidNamed(t, name), nil, raw), Algorithm{Name: name}, document, sig})
	}
	return out
}

func TestAlgorithmsOverTheMessageItself(t *testing.T) {
	all := append(edwards(t), lattices(t)...)
	all = append(all, hashTrees(t, "SLH-DSA-SHA2-128f", "SLH-DSA-SHAKE-128f", "SLH-DSA-SHA2-192f", "SLH-DSA-SHA2-256f", "SLH-DSA-SHAKE-192f", "SLH-DSA-SHAKE-256f")...)
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			k := mustKey(t, s.spki)
			if k.Name() != s.name || k.Strength() < 128 {
				t.Errorf("read as %+v, strength %d", k, k.Strength())
			}
			if s.a.Prehashed() {
				t.Error("taken for an algorithm over a digest")
			}
			if notes, err := Check(k, s.a, Message{Bytes: s.msg}, s.sig); err != nil || len(notes) > 0 {
				t.Fatalf("%v %v", err, notes)
			}
			if _, err := Check(k, s.a, Message{Bytes: append(bytes.Clone(s.msg), 1)}, s.sig); err != ErrMismatch {
				t.Errorf("another message: %v", err)
			}
			for _, i := range []int{0, len(s.sig) / 2, len(s.sig) - 1} {
				bad := bytes.Clone(s.sig)
				bad[i] ^= 1
				if _, err := Check(k, s.a, Message{Bytes: s.msg}, bad); err != ErrMismatch {
					t.Errorf("octet %d changed: %v", i, err)
				}
			}
			for _, sig := range [][]byte{nil, s.sig[1:], append(bytes.Clone(s.sig), 0)} {
				notes, err := Check(k, s.a, Message{Bytes: s.msg}, sig)
				if err != ErrMismatch {
					t.Errorf("%d octets: %v", len(sig), err)
				}
				wantCodes(t, notes, CodeSignatureLength)
			}
			var mal *Malformed
			streamed := Message{Digests: func(d Digest) []byte { return make([]byte, d.Size()) }}
			if _, err := Check(k, s.a, streamed, s.sig); !errors.As(err, &mal) {
				t.Errorf("without the message: %v", err)
			}
		})
	}
}

// TestWholeKeys: every parameter set reads a key of its length and no other.
func TestWholeKeys(t *testing.T) {
	lengths := map[string]int{"Ed25519": 32, "Ed448": 57, "ML-DSA-44": 1312, "ML-DSA-65": 1952, "ML-DSA-87": 2592}
	for name := range families {
		if strings.HasPrefix(name, "SLH-DSA-") {
			lengths[name] = map[string]int{"128": 32, "192": 48, "256": 64}[name[len(name)-4:len(name)-1]]
		}
	}
	if len(lengths) != 17 {
		t.Fatalf("%d parameter sets", len(lengths))
	}
	for name, n := range lengths {
		oid := oidNamed(t, name)
		if k, err := ParsePublicKey(spkiOf(oid, nil, make([]byte, n))); err != nil || k.Name() != name || k.Strength() < 128 {
			t.Errorf("%s: %+v %v", name, k, err)
		}
		for _, wrong := range []int{0, n - 1, n + 1} {
			var mal *Malformed
			if _, err := ParsePublicKey(spkiOf(oid, nil, make([]byte, wrong))); !errors.As(err, &mal) {
				t.Errorf("%s with %d octets: %v", name, wrong, err)
			}
		}
		k := mustKey(t, spkiOf(oid, asn1Null, make([]byte, n)))
		wantCodes(t, k.Notes)
		wantCodes(t, mustKey(t, spkiOf(oid, integer(e3), make([]byte, n))).Notes, CodeParameters)
	}
}
