package sigalg

import "strings"

// Cost is about how much work a signature check with the key over so many
// octets is, in checks of an RSA signature of 2048 bits (some 30 us). What is
// counted one by one would let a hostile file buy a thousand times the work
// with a curve that nobody has made fast (BenchmarkCheck shows the ratio).
func (k *PublicKey) Cost(octets int) int64 {
	return max(1, k.checkCost()) + int64(octets/hashedForOne)
}

// hashedForOne is how many octets are hashed in the time of one unit.
const hashedForOne = 32 << 10

// rsaUnit is exponent bits times squared words of the modulus, of RSA-2048
// with the usual exponent.
const rsaUnit = 17 * (2048 / 64) * (2048 / 64)

func (k *PublicKey) checkCost() int64 {
	switch key := k.key.(type) {
	case *rsaKey:
		return power(key.e.BitLen(), key.n.BitLen())
	case *dsaKey: // two powers of the size of q
		return 2 * power(key.q.BitLen(), key.p.BitLen())
	case *ecKey:
		return curveCost(k.Curve, k.Bits)
	case *wholeKey:
		return wholeCost(key.name)
	}
	return 1
}

func power(exponent, modulus int) int64 {
	words := int64(modulus+63) / 64
	return (int64(exponent)*words*words + rsaUnit - 1) / rsaUnit
}

// curveCost: P-256 is made of assembler, the larger NIST curves of generated
// code, all others of numbers of any size, which cost by the square of their own.
func curveCost(name string, bits int) int64 {
	switch name {
	case "P-256":
		return 2
	case "P-384":
		return 14
	case "P-521":
		return 44
	}
	words := int64(bits+63) / 64
	return 100 * words * words / 16
}

var wholeCosts = map[string]int64{"Ed25519": 2, "Ed448": 5, "ML-DSA-44": 3, "ML-DSA-65": 5, "ML-DSA-87": 8}

// wholeCost: a hash tree costs by its layers, three times that with SHAKE.
func wholeCost(name string) int64 {
	if c, ok := wholeCosts[name]; ok {
		return c
	}
	c := int64(12)
	if strings.HasSuffix(name, "f") {
		c *= 3
	}
	if strings.HasPrefix(name, "SLH-DSA-SHAKE-") {
		c *= 3
	}
	if strings.Contains(name, "-256") {
		c *= 2
	}
	return c
}
