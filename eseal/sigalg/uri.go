package sigalg

// DigestByURI finds a digest by its XML Signature URI (RFC 9231 2.1, XMLENC); zero when unknown.
func DigestByURI(uri string) Digest { return 0 }

// SignatureByURI resolves the Algorithm attribute of a SignatureMethod. The error is *Unsupported.
func SignatureByURI(uri string) (Algorithm, error) { return Algorithm{}, &Unsupported{Name: uri, OID: uri} }
