package sigalg

const (
	dsig     = "http://www.w3.org/2000/09/xmldsig#"
	dsigMore = "http://www.w3.org/2001/04/xmldsig-more#"
	dsig07   = "http://www.w3.org/2007/05/xmldsig-more#"
	dsig11   = "http://www.w3.org/2009/xmldsig11#"
	dsig21   = "http://www.w3.org/2021/04/xmldsig-more#"
	xmlenc   = "http://www.w3.org/2001/04/xmlenc#"
)

// digestURIs: XMLDSig 1.1 6.2, RFC 9231 2.1.
var digestURIs = map[string]Digest{
	dsig + "sha1":        SHA1,
	xmlenc + "sha256":    SHA256,
	xmlenc + "sha512":    SHA512,
	xmlenc + "ripemd160": RIPEMD160,
	dsigMore + "md5":     MD5,
	dsigMore + "sha224":  SHA224,
	dsigMore + "sha384":  SHA384,
	// RFC 9231 2.1.5 has the 2007 form; producers also write 2001 and xmlenc.
	dsig07 + "sha3-224":  SHA3_224,
	dsig07 + "sha3-256":  SHA3_256,
	dsig07 + "sha3-384":  SHA3_384,
	dsig07 + "sha3-512":  SHA3_512,
	dsig07 + "whirlpool": Whirlpool,
	xmlenc + "sha384":    SHA384,
	"urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256": Streebog256,
	"urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-512": Streebog512,
}

// signatureURIs: XMLDSig 1.1 6.4, RFC 9231 2.3. In XML an ECDSA or DSA value
// is r followed by s (XMLDSig 1.1 6.4.1, 6.4.3).
var signatureURIs = func() map[string]Algorithm {
	m := map[string]Algorithm{
		dsig + "rsa-sha1":            {Name: "RSA-PKCS1-v1_5", Digest: SHA1},
		dsig + "dsa-sha1":            {Name: "DSA", Digest: SHA1, Plain: true},
		dsig11 + "dsa-sha256":        {Name: "DSA", Digest: SHA256, Plain: true},
		dsigMore + "rsa-md5":         {Name: "RSA-PKCS1-v1_5", Digest: MD5},
		dsig21 + "eddsa-ed25519":     {Name: "Ed25519"},
		dsig21 + "eddsa-ed448":       {Name: "Ed448"},
		dsigMore + "rsa-ripemd160":   {Name: "RSA-PKCS1-v1_5", Digest: RIPEMD160},
		dsig07 + "ecdsa-ripemd160":   {Name: "ECDSA", Digest: RIPEMD160, Plain: true},
		dsigMore + "ecdsa-ripemd160": {Name: "ECDSA", Digest: RIPEMD160, Plain: true},
	}
	for name, d := range map[string]Digest{"sha1": SHA1, "sha224": SHA224, "sha256": SHA256, "sha384": SHA384, "sha512": SHA512} {
		if d != SHA1 {
			m[dsigMore+"rsa-"+name] = Algorithm{Name: "RSA-PKCS1-v1_5", Digest: d}
		}
		m[dsigMore+"ecdsa-"+name] = Algorithm{Name: "ECDSA", Digest: d, Plain: true}
		m[dsig07+name+"-rsa-MGF1"] = pssWith(d)
	}
	for name, d := range map[string]Digest{"sha3-224": SHA3_224, "sha3-256": SHA3_256, "sha3-384": SHA3_384, "sha3-512": SHA3_512} {
		m[dsig21+"ecdsa-"+name] = Algorithm{Name: "ECDSA", Digest: d, Plain: true}
		m[dsig07+"ecdsa-"+name] = Algorithm{Name: "ECDSA", Digest: d, Plain: true}
		m[dsig07+name+"-rsa-MGF1"] = pssWith(d)
	}
	m[dsig07+"ripemd160-rsa-MGF1"] = pssWith(RIPEMD160)
	m[dsig07+"md5-rsa-MGF1"] = pssWith(MD5)
	return m
}()

// pssWith is RSA-PSS with one hash throughout and a salt of its length (RFC 9231 2.3.10).
func pssWith(d Digest) Algorithm {
	return Algorithm{Name: "RSA-PSS", Digest: d, MGF: d, Salt: d.Size()}
}

// DigestByURI finds a digest by its XML Signature URI (XMLDSig 1.1 6.2, RFC
// 9231 2.1); zero when unknown.
func DigestByURI(uri string) Digest { return digestURIs[uri] }

// SignatureByURI resolves the Algorithm attribute of a SignatureMethod (XMLDSig
// 1.1 6.4, RFC 9231 2.3). The error is *Unsupported.
func SignatureByURI(uri string) (Algorithm, error) {
	a, ok := signatureURIs[uri]
	if !ok {
		return Algorithm{}, &Unsupported{Name: uri, OID: uri}
	}
	a.URI = uri
	return a, nil
}
