package sigalg

import "testing"

// TestCost: nothing is free, larger keys cost more than smaller ones, and the
// key that everybody uses is the unit.
func TestCost(t *testing.T) {
	rsa := func(bits int) *PublicKey {
		return mustKey(t, spkiOf(oidRSA, asn1Null, newRSA(t, 60, bits, eF4).body()))
	}
	ec := func(oid string) *PublicKey {
		for id, c := range curves() {
			if string(id) == oid {
				_, spki := ecPair(t, c)
				return mustKey(t, spki)
			}
		}
		t.Fatal(oid)
		return nil
	}
	if got := rsa(2048).Cost(0); got != 1 {
		t.Errorf("RSA-2048: %d", got)
	}
	if got := rsa(2048).Cost(3 << 20); got != 1+96 {
		t.Errorf("RSA-2048 over 3 MiB: %d", got)
	}
	if (&PublicKey{Algorithm: "DSA"}).Cost(1) != 1 {
		t.Error("a key without parameters is free")
	}
	for _, rising := range [][]*PublicKey{
		{rsa(1024), rsa(3072), rsa(4096)},
		{ec("1.2.840.10045.3.1.7"), ec("1.3.132.0.34"), ec("1.3.132.0.35"), ec("1.3.36.3.3.2.8.1.1.7"), ec("1.3.36.3.3.2.8.1.1.11"), ec("1.3.36.3.3.2.8.1.1.13")},
	} {
		for i := 1; i < len(rising); i++ {
			if a, b := rising[i-1].Cost(0), rising[i].Cost(0); a < 1 || a >= b {
				t.Errorf("%s costs %d, %s %d", rising[i-1].Name(), a, rising[i].Name(), b)
			}
		}
	}
	for _, s := range hashTrees(t, "SLH-DSA-SHA2-128s", "SLH-DSA-SHA2-128f", "SLH-DSA-SHAKE-128f", "SLH-DSA-SHAKE-256f") {
		if got := mustKey(t, s.spki).Cost(0); got < 10 || got > 300 {
			t.Errorf("%s: %d", s.name, got)
		}
	}
	for _, s := range append(edwards(t), lattices(t)...) {
		if got := mustKey(t, s.spki).Cost(0); got < 2 || got > 8 {
			t.Errorf("%s: %d", s.name, got)
		}
	}
	// One check of the dearest key that is read at all leaves most of a purse.
	if work := power(256, maxModulusBits); work > 1000 {
		t.Errorf("the largest RSA key costs %d", work)
	}
}
