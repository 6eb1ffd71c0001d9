package sigalg

import "github.com/kakuin/kakuin/eseal/ber"

type signatureInfo struct {
	name        string
	digest      Digest
	plain       bool // r followed by s
	pssShake    bool
	unsupported bool
}

func rsaWith(d Digest) signatureInfo   { return signatureInfo{name: "RSA-PKCS1-v1_5", digest: d} }
func ecdsaWith(d Digest) signatureInfo { return signatureInfo{name: "ECDSA", digest: d} }
func plainWith(d Digest) signatureInfo {
	return signatureInfo{name: "PLAIN-ECDSA", digest: d, plain: true}
}
func dsaWith(d Digest) signatureInfo    { return signatureInfo{name: "DSA", digest: d} }
func whole(name string) signatureInfo   { return signatureInfo{name: name} }
func refused(name string) signatureInfo { return signatureInfo{name: name, unsupported: true} }

// signatureTable is every signature identifier that stands for a scheme, and
// those that are known by name only.
var signatureTable = map[ber.OID]signatureInfo{
	// RFC 8017 A.2.4
	"1.2.840.113549.1.1.2":  rsaWith(MD2),
	"1.2.840.113549.1.1.3":  rsaWith(MD4),
	"1.2.840.113549.1.1.4":  rsaWith(MD5),
	"1.2.840.113549.1.1.5":  rsaWith(SHA1),
	"1.2.840.113549.1.1.11": rsaWith(SHA256),
	"1.2.840.113549.1.1.12": rsaWith(SHA384),
	"1.2.840.113549.1.1.13": rsaWith(SHA512),
	"1.2.840.113549.1.1.14": rsaWith(SHA224),
	"1.2.840.113549.1.1.15": rsaWith(SHA512_224),
	"1.2.840.113549.1.1.16": rsaWith(SHA512_256),
	// OIW Implementors' Workshop, 1993
	"1.3.14.3.2.3":  rsaWith(MD5),
	"1.3.14.3.2.29": rsaWith(SHA1),
	"1.3.14.3.2.15": refused("SHA-0 with RSA"),
	// TeleTrusT
	"1.3.36.3.3.1.2": rsaWith(RIPEMD160),
	"1.3.36.3.3.1.3": rsaWith(RIPEMD128),
	"1.3.36.3.3.1.4": rsaWith(RIPEMD256),
	"1.3.36.3.3.2.1": ecdsaWith(SHA1),
	"1.3.36.3.3.2.2": ecdsaWith(RIPEMD160),
	// NIST CSOR, sigAlgs
	"2.16.840.1.101.3.4.3.13": rsaWith(SHA3_224),
	"2.16.840.1.101.3.4.3.14": rsaWith(SHA3_256),
	"2.16.840.1.101.3.4.3.15": rsaWith(SHA3_384),
	"2.16.840.1.101.3.4.3.16": rsaWith(SHA3_512),
	"2.16.840.1.101.3.4.3.9":  ecdsaWith(SHA3_224),
	"2.16.840.1.101.3.4.3.10": ecdsaWith(SHA3_256),
	"2.16.840.1.101.3.4.3.11": ecdsaWith(SHA3_384),
	"2.16.840.1.101.3.4.3.12": ecdsaWith(SHA3_512),
	"2.16.840.1.101.3.4.3.1":  dsaWith(SHA224),
	"2.16.840.1.101.3.4.3.2":  dsaWith(SHA256),
	"2.16.840.1.101.3.4.3.3":  dsaWith(SHA384),
	"2.16.840.1.101.3.4.3.4":  dsaWith(SHA512),
	"2.16.840.1.101.3.4.3.5":  dsaWith(SHA3_224),
	"2.16.840.1.101.3.4.3.6":  dsaWith(SHA3_256),
	"2.16.840.1.101.3.4.3.7":  dsaWith(SHA3_384),
	"2.16.840.1.101.3.4.3.8":  dsaWith(SHA3_512),
	// RFC 3279 2.2, RFC 5758 3.2
	"1.2.840.10040.4.3":   dsaWith(SHA1),
	"1.3.14.3.2.27":       dsaWith(SHA1),
	"1.3.14.3.2.28":       dsaWith(SHA1),
	"1.2.840.10045.4.1":   ecdsaWith(SHA1),
	"1.2.840.10045.4.3.1": ecdsaWith(SHA224),
	"1.2.840.10045.4.3.2": ecdsaWith(SHA256),
	"1.2.840.10045.4.3.3": ecdsaWith(SHA384),
	"1.2.840.10045.4.3.4": ecdsaWith(SHA512),
	"1.2.840.10045.4.2":   refused("ecdsa-with-Recommended"),
	// RFC 8702 2
	"1.3.6.1.5.5.7.6.30": {name: "RSA-PSS", digest: SHAKE128, pssShake: true},
	"1.3.6.1.5.5.7.6.31": {name: "RSA-PSS", digest: SHAKE256, pssShake: true},
	"1.3.6.1.5.5.7.6.32": ecdsaWith(SHAKE128),
	"1.3.6.1.5.5.7.6.33": ecdsaWith(SHAKE256),
	// BSI TR-03111 5.2.1.1
	"0.4.0.127.0.7.1.1.4.1.1":  plainWith(SHA1),
	"0.4.0.127.0.7.1.1.4.1.2":  plainWith(SHA224),
	"0.4.0.127.0.7.1.1.4.1.3":  plainWith(SHA256),
	"0.4.0.127.0.7.1.1.4.1.4":  plainWith(SHA384),
	"0.4.0.127.0.7.1.1.4.1.5":  plainWith(SHA512),
	"0.4.0.127.0.7.1.1.4.1.6":  plainWith(RIPEMD160),
	"0.4.0.127.0.7.1.1.4.1.8":  plainWith(SHA3_224),
	"0.4.0.127.0.7.1.1.4.1.9":  plainWith(SHA3_256),
	"0.4.0.127.0.7.1.1.4.1.10": plainWith(SHA3_384),
	"0.4.0.127.0.7.1.1.4.1.11": plainWith(SHA3_512),
	// RFC 8410 3
	"1.3.101.112": whole("Ed25519"),
	"1.3.101.113": whole("Ed448"),
	// RFC 9881 2, RFC 9882 2
	"2.16.840.1.101.3.4.3.17": whole("ML-DSA-44"),
	"2.16.840.1.101.3.4.3.18": whole("ML-DSA-65"),
	"2.16.840.1.101.3.4.3.19": whole("ML-DSA-87"),
	// RFC 9814 4
	"2.16.840.1.101.3.4.3.20": whole("SLH-DSA-SHA2-128s"),
	"2.16.840.1.101.3.4.3.21": whole("SLH-DSA-SHA2-128f"),
	"2.16.840.1.101.3.4.3.22": whole("SLH-DSA-SHA2-192s"),
	"2.16.840.1.101.3.4.3.23": whole("SLH-DSA-SHA2-192f"),
	"2.16.840.1.101.3.4.3.24": whole("SLH-DSA-SHA2-256s"),
	"2.16.840.1.101.3.4.3.25": whole("SLH-DSA-SHA2-256f"),
	"2.16.840.1.101.3.4.3.26": whole("SLH-DSA-SHAKE-128s"),
	"2.16.840.1.101.3.4.3.27": whole("SLH-DSA-SHAKE-128f"),
	"2.16.840.1.101.3.4.3.28": whole("SLH-DSA-SHAKE-192s"),
	"2.16.840.1.101.3.4.3.29": whole("SLH-DSA-SHAKE-192f"),
	"2.16.840.1.101.3.4.3.30": whole("SLH-DSA-SHAKE-256s"),
	"2.16.840.1.101.3.4.3.31": whole("SLH-DSA-SHAKE-256f"),
	// Known by name
	"2.16.840.1.101.3.4.3.32":     refused("HashML-DSA-44 with SHA-512"),
	"2.16.840.1.101.3.4.3.33":     refused("HashML-DSA-65 with SHA-512"),
	"2.16.840.1.101.3.4.3.34":     refused("HashML-DSA-87 with SHA-512"),
	"2.16.840.1.101.3.4.3.35":     refused("HashSLH-DSA-SHA2-128s"),
	"2.16.840.1.101.3.4.3.36":     refused("HashSLH-DSA-SHA2-128f"),
	"2.16.840.1.101.3.4.3.37":     refused("HashSLH-DSA-SHA2-192s"),
	"2.16.840.1.101.3.4.3.38":     refused("HashSLH-DSA-SHA2-192f"),
	"2.16.840.1.101.3.4.3.39":     refused("HashSLH-DSA-SHA2-256s"),
	"2.16.840.1.101.3.4.3.40":     refused("HashSLH-DSA-SHA2-256f"),
	"2.16.840.1.101.3.4.3.41":     refused("HashSLH-DSA-SHAKE-128s"),
	"2.16.840.1.101.3.4.3.42":     refused("HashSLH-DSA-SHAKE-128f"),
	"2.16.840.1.101.3.4.3.43":     refused("HashSLH-DSA-SHAKE-192s"),
	"2.16.840.1.101.3.4.3.44":     refused("HashSLH-DSA-SHAKE-192f"),
	"2.16.840.1.101.3.4.3.45":     refused("HashSLH-DSA-SHAKE-256s"),
	"2.16.840.1.101.3.4.3.46":     refused("HashSLH-DSA-SHAKE-256f"),
	"1.2.840.113549.1.9.16.3.17":  refused("HSS/LMS"),
	"1.3.6.1.5.5.7.6.34":          refused("XMSS"),
	"1.3.6.1.5.5.7.6.35":          refused("XMSS-MT"),
	"1.2.643.2.2.3":               refused("GOST R 34.10-2001 with GOST R 34.11-94"),
	"1.2.643.2.2.4":               refused("GOST R 34.10-94 with GOST R 34.11-94"),
	"1.2.643.7.1.1.3.2":           refused("GOST R 34.10-2012-256"),
	"1.2.643.7.1.1.3.3":           refused("GOST R 34.10-2012-512"),
	"1.2.156.10197.1.501":         refused("SM2 with SM3"),
	"1.2.410.200004.1.15":         refused("KCDSA with SHA-1"),
	"1.2.804.2.1.1.1.1.3.1.1":     refused("DSTU 4145-2002"),
	"1.0.9796.3.4.10":             refused("ISO 9796-2 with Whirlpool"),
	"1.3.36.3.4.2.2.1":            refused("ISO 9796-2 with RSA and SHA-1"),
	"1.3.36.3.4.3.2.1":            refused("ISO 9796-2 random with RSA and SHA-1"),
	"1.3.36.3.4.3.2.2":            refused("ISO 9796-2 random with RSA and RIPEMD-160"),
	"1.2.840.113533.7.66.13":      refused("password-based MAC"),
	"1.3.9999.3.6":                refused("Falcon-512"),
	"1.3.9999.3.9":                refused("Falcon-1024"),
	"1.3.6.1.4.1.2.267.7.4.4":     refused("Dilithium2 (draft)"),
	"1.3.6.1.4.1.2.267.7.6.5":     refused("Dilithium3 (draft)"),
	"1.3.6.1.4.1.2.267.7.8.7":     refused("Dilithium5 (draft)"),
	"1.3.6.1.4.1.22554.2.1.1.1.1": refused("SPHINCS-256 with SHA-512"),
}

// unknownDigests are digest identifiers that are known by name only and have
// no constant.
var unknownDigests = map[ber.OID]string{
	"1.3.14.3.2.18":              "SHA-0",
	oidShake128Len:               "SHAKE128 of stated length",
	oidShake256Len:               "SHAKE256 of stated length",
	"1.3.6.1.4.1.11591.12.2":     "Tiger",
	"1.3.6.1.4.1.1722.12.2.1.5":  "BLAKE2b-160",
	"1.3.6.1.4.1.1722.12.2.1.8":  "BLAKE2b-256",
	"1.3.6.1.4.1.1722.12.2.1.12": "BLAKE2b-384",
	"1.3.6.1.4.1.1722.12.2.1.16": "BLAKE2b-512",
	"1.2.804.2.1.1.1.1.2.1":      "GOST 34.311-95 (DSTU)",
}
