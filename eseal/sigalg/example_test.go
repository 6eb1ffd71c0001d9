package sigalg_test

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/sigalg"
)

// The key and signature of RFC 8032 7.1, test 1: the empty message.
func ExampleCheck() {
	spki, _ := hex.DecodeString("302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
	sig, _ := hex.DecodeString("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
	key, err := sigalg.ParsePublicKey(spki)
	if err != nil {
		fmt.Println(err)
		return
	}
	algorithm, _, err := sigalg.ByIdentifier("1.3.101.112", nil, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = sigalg.Check(key, algorithm, sigalg.Message{}, sig)
	fmt.Println(key.Name(), key.Strength(), "bits:", err)
	_, err = sigalg.Check(key, algorithm, sigalg.Message{Bytes: []byte("x")}, sig)
	fmt.Println(errors.Is(err, sigalg.ErrMismatch))
	// Output:
	// Ed25519 128 bits: <nil>
	// true
}

func ExampleDigestByURI() {
	d := sigalg.DigestByURI("http://www.w3.org/2001/04/xmlenc#sha256")
	h, _ := d.Sum([]byte("abc"))
	fmt.Printf("%s %x %d\n", d.Name(), h[:4], d.Strength())
	// Output: SHA-256 ba7816bf 128
}

func ExampleUnsupported() {
	_, _, err := sigalg.ByIdentifier("1.2.643.7.1.1.3.2", nil, 0)
	fmt.Println(err)
	// Output: algorithm GOST R 34.10-2012-256 (1.2.643.7.1.1.3.2) is not supported
}
