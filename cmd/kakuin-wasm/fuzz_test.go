package main

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// FuzzOptions: whatever a page hands over, the answer is JSON: a report with a
// verdict or the error, and never a panic.
func FuzzOptions(f *testing.F) {
	document, err := os.ReadFile("../../testdata/samples/notice.txt.p7s")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		"", "{}", "null", "7", `{"at":"2026-11-01T00:00:00Z","lang":"ja"}`, `{"trust":"schema: kakuin/trustlist/v1"}`, `{"trust":"MAAw"}`, `{"trust":"-----BEGIN CERTIFICATE-----"}`,
		`{"detached":"data:application/octet-stream;base64,AAAA","digest":1}`, `{"crls":["AAAA"],"certs":[""],"ocsps":[null]}`, `{"request":"-----BEGIN X-----\nAAAA\n-----END X-----"}`,
		`{"policy":"strict","revocation":"none","sealedBy":"5000020999999","personalData":true,"explain":true}`, `{"policy":"a\nb"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, options string) {
		var out []byte
		if c, err := parseCall(document, options); err != nil {
			out = problem(err)
		} else {
			out = answer(c)
		}
		if !json.Valid(out) {
			t.Fatalf("not JSON: %s", out)
		}
		if bytes.Contains(out, []byte("internal error")) {
			t.Fatalf("%s", out)
		}
		if !bytes.Contains(out, []byte(`"verdict":`)) && !bytes.HasPrefix(out, []byte(`{"error":`)) {
			t.Fatalf("neither report nor error: %s", out)
		}
	})
}
