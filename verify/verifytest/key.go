package verifytest

import (
	"crypto"
	"crypto/sha1"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"fmt"
	"path"
	"strings"
	"sync"
)

// The test keys. Each file says that it is no secret.
//
//go:embed keys/*.pem
var keyFiles embed.FS

var keyCache sync.Map // name -> crypto.Signer

// KeyNames lists the embedded test keys: rsa2048-01..16, rsa3072-01..04, rsa1024-01, p256-01..12, p384-01..08, p521-01,
// ed25519-01..02.
func KeyNames() []string {
	entries, err := keyFiles.ReadDir("keys")
	if err != nil {
		panic(err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".pem")
	}
	return names
}

// Key gives an embedded test key by name.
func Key(name string) crypto.Signer {
	if k, ok := keyCache.Load(name); ok {
		return k.(crypto.Signer)
	}
	text, err := keyFiles.ReadFile(path.Join("keys", name+".pem"))
	if err != nil {
		panic(fmt.Sprintf("verifytest: no test key %q; there are %v", name, KeyNames()))
	}
	block, _ := pem.Decode(text)
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(fmt.Sprintf("verifytest: test key %q: %v", name, err))
	}
	k, _ := keyCache.LoadOrStore(name, parsed)
	return k.(crypto.Signer)
}

// spki is the SubjectPublicKeyInfo of a key.
func spki(k crypto.Signer) []byte {
	der, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		panic(err)
	}
	return der
}

// keyID is RFC 5280 4.2.1.2 method (1): SHA-1 of the subjectPublicKey bits.
func keyID(spki []byte) []byte {
	bits := elements(spki)[1]
	sum := sha1.Sum(content(bits)[1:])
	return sum[:]
}
