package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestNoNetworkIsLinked: the browser build cannot dial.
func TestNoNetworkIsLinked(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", ".")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 50 {
		t.Fatalf("only %d packages", len(deps))
	}
	for _, no := range []string{"net/http", "crypto/tls", "github.com/spf13/cobra", "github.com/kakuin/kakuin/tsa/client"} {
		if slices.Contains(deps, no) {
			t.Errorf("%s is linked", no)
		}
	}
}

// TestCalls: wrong calls are told, never judged as something else.
func TestCalls(t *testing.T) {
	list := string(sample(t, "trust.yaml"))
	with := func(key string, v any) string {
		o := map[string]any{"at": sampleTime, "trust": list, key: v}
		data, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for _, c := range []struct{ name, options, want string }{
		{"plain", with("name", "x.pdf"), `"verdict": "TOTAL-PASSED"`},
		{"no options", "", `"builtIn": true`},
		{"seal holder", with("sealedBy", "5000020999999"), `"met": true`},
		{"another one", with("sealedBy", "8000012010038"), `"met": false`},
		{"a policy file", with("policy", policyFile(t)), `"id": "kakuin:strict"`},
		{"anchors in PEM", with("trust", pemOf(sample(t, "certs/root.cer"))), `"anchors": 1`},
		{"anchors in DER", with("trust", binaryMark+base64.StdEncoding.EncodeToString(sample(t, "certs/root.cer"))), `"anchors": 1`},
		{"a certificate in base64", with("certs", []string{base64.StdEncoding.EncodeToString(sample(t, "certs/seal-ca.cer"))}), `"TOTAL-PASSED"`},
		{"a certificate in PEM", with("certs", []string{pemOf(sample(t, "certs/seal-ca.cer"))}), `"TOTAL-PASSED"`},
		{"for people", with("lang", "ja"), "確認できました"},
		{"misspelt", with("detachd", "x"), `{"error":"options: json: unknown field \"detachd\""}`},
		{"bad time", with("at", "yesterday"), `{"error":"at: `},
		{"bad list", with("trust", "colour: red"), `{"error":`},
		{"bad policy", with("policy", "nope"), `{"error":`},
		{"bad mode", with("revocation", "maybe"), `{"error":"revocation \"maybe\": one of require, prefer, none"}`},
		{"bad language", with("lang", "fr"), `{"error":`},
		{"bad CRL", with("crls", []string{"AAAA"}), `{"error":"crl 1: `},
		{"not base64", with("crls", []string{"%"}), `{"error":"options: `},
		{"not a list", with("crls", 7), `{"error":"options: `},
		{"not JSON", "{", `{"error":"options: `},
	} {
		t.Run(c.name, func(t *testing.T) {
			call, err := parseCall(sample(t, "certificate.pdf"), c.options)
			got := ""
			if err != nil {
				got = string(problem(err))
			} else {
				got = string(answer(call))
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("%.400s\nwant %s", got, c.want)
			}
			if !json.Valid([]byte(got)) {
				t.Error("not JSON")
			}
		})
	}
}

func policyFile(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../verify/policy/data/strict.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func pemOf(der []byte) string {
	return "-----BEGIN CERTIFICATE-----\n" + base64.StdEncoding.EncodeToString(der) + "\n-----END CERTIFICATE-----\n"
}

// TestReplays: the report from saved evidence is the report, with the document
// and without it; what does not fit is told.
func TestReplays(t *testing.T) {
	for _, n := range sampleCases(t) {
		for _, c := range replayCases(t, n) {
			all, err := json.Marshal(c.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			r, err := parseReplay(c.Document, string(all))
			if err != nil {
				t.Fatal(err)
			}
			if raw, ok := c.Bytes["detached"].([]byte); ok { // base64 of a text is no text
				r.Detached = raw
			}
			if got := string(r.answer()); got != c.want {
				t.Errorf("%s: %s, want %s", c.Name, clip(got, c.want), clip(c.want, got))
			}
		}
	}
	saved := replayCases(t, sampleCases(t)[0])[0].Document
	for _, c := range []struct {
		evidence      []byte
		options, want string
	}{
		{saved, `{"lang":"ja"}`, "確認できました"},
		{saved, `{"lang":"fr"}`, `{"error":`},
		{saved, `{"document":"AAAA"}`, "this is not the document"},
		{saved, `{"detached":"x"}`, "detached goes with the document"},
		{saved[1:], ``, `{"error":"verify: saved evidence`},
		{nil, ``, `{"error":"verify: saved evidence`},
	} {
		r, err := parseReplay(c.evidence, c.options)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(r.answer()); !strings.Contains(got, c.want) || !json.Valid([]byte(got)) {
			t.Errorf("%s: %.300s\nwant %s", c.options, got, c.want)
		}
	}
	for _, bad := range []string{"{", `{"at":"2026-11-01T00:00:00Z"}`} {
		if _, err := parseReplay(saved, bad); err == nil {
			t.Errorf("%s: accepted", bad)
		}
	}
}
