package sigalg

import "strings"

// Strength is the security strength in bits against classical attack: SP
// 800-57 part 1 rev. 5 table 2 for RSA, DSA and curves, SP 800-186 for Ed448,
// FIPS 204 and 205 table 1 for the categories 1 or 2, 3 and 5. Zero: not known.
func (k *PublicKey) Strength() int {
	switch k.Algorithm {
	case "RSA":
		return modulusStrength(k.Bits)
	case "DSA":
		return k.dsaStrength()
	case "ECDSA":
		return curveStrength(k.Bits)
	case "Ed25519", "ML-DSA-44":
		return 128
	case "ML-DSA-65":
		return 192
	case "ML-DSA-87":
		return 256
	case "Ed448":
		return 224
	}
	for set, bits := range map[string]int{"-128": 128, "-192": 192, "-256": 256} {
		if strings.HasPrefix(k.Algorithm, "SLH-DSA-") && strings.Contains(k.Algorithm, set) {
			return bits
		}
	}
	return 0
}

// modulusStrength is the column of factoring and of finite fields. Below 1024
// bits the number field sieve is practical: 512 bits take hours.
func modulusStrength(bits int) int {
	switch {
	case bits >= 15360:
		return 256
	case bits >= 7680:
		return 192
	case bits >= 3072:
		return 128
	case bits >= 2048:
		return 112
	case bits >= 1024:
		return 80
	}
	return bits / 16
}

// curveStrength is half the order, in the steps of the table.
func curveStrength(bits int) int {
	switch {
	case bits >= 512:
		return 256
	case bits >= 384:
		return 192
	case bits >= 256:
		return 128
	case bits >= 224:
		return 112
	}
	return bits / 2
}

// dsaStrength: the weaker of field and subgroup.
func (k *PublicKey) dsaStrength() int {
	key, ok := k.key.(*dsaKey)
	if !ok {
		return 0
	}
	return min(modulusStrength(k.Bits), curveStrength(key.q.BitLen()))
}
