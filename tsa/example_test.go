package tsa_test

import (
	"encoding/hex"
	"fmt"

	"github.com/kakuin/kakuin/tsa"
)

func ExampleParseResponse() {
	refusal, _ := hex.DecodeString("3012301002010230070c056e6f2c6e6f03020780")
	r, err := tsa.ParseResponse(refusal, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Granted(), r.StatusText())
	// Output: false rejection (badAlg): no,no
}

func ExampleParseRequest() {
	query, _ := hex.DecodeString("302d0201013025300d06096086480165030402010500041400000000000000000000000000000000000000000101ff")
	r, err := tsa.ParseRequest(query, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.ImprintDigest.Name(), len(r.Imprint), r.CertReq, r.Nonce)
	// Output: SHA-256 20 true <nil>
}

func ExampleParseToken() {
	_, err := tsa.ParseToken([]byte("this is no token"), nil)
	fmt.Println(err != nil)
	// Output: true
}
