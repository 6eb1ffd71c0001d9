package cms_test

import (
	"bytes"
	"fmt"
	"os"

	"github.com/kakuin/kakuin/eseal/cms"
)

// message is a detached signature without certificates.
var message = []byte("\x30\x49\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x3c\x30\x3a\x02\x01\x01\x31\x0d\x30\x0b\x06\x09" +
	"\x60\x86\x48\x01\x65\x03\x04\x02\x01\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\x31\x19\x30\x17\x02\x01\x03\x80\x01\x2a" +
	"\x30\x05\x06\x03\x2a\x03\x04\x30\x05\x06\x03\x2b\x65\x70\x04\x01\x51")

func ExampleParse() {
	sd, err := cms.Parse(message, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sd.ContentType.Name(), "detached:", sd.Content == nil)
	for _, s := range sd.Signers {
		if s.Err != nil {
			fmt.Println("unreadable:", s.Err)
			continue
		}
		fmt.Printf("signer %x, %s\n", s.SubjectKeyID, s.SignatureAlgorithm.OID.Name())
		for _, n := range s.Notes {
			fmt.Println(n.Code)
		}
	}
	// Output:
	// id-data detached: true
	// signer 2a, id-Ed25519
	// K-CMS-021
}

func ExampleOpen() {
	file := bytes.NewReader(message) // an *os.File in real life
	sd, err := cms.Open(file, file.Size(), nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println("version", sd.Version, "signers", len(sd.Signers), "octets behind", sd.Trailing)
	// Output: version 1 signers 1 octets behind 0
}
