package tsa

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/corpora"
)

// A suiteCase is one case of pki/rfc3161.zip.
type suiteCase struct {
	ID, File, Kind, Expect, Why, Request string
	Data                                 *string           `json:"data_base64"`
	DataFile                             string            `json:"data_file"`
	Digest                               map[string]string `json:"digest"`
	Chain                                string            `json:"chain_file"`
	Certs                                []string          `json:"tsa_certs"`
	SignerNot                            string            `json:"expect_signer_not"`
}

// needsCourt are the cases that are refused for a reason which a token does
// not show: the path, the anchor or the policy. Everything else that is
// invalid must be seen here.
var needsCourt = map[string]string{
	"notation-no-anchor":             "no anchor",
	"openssl-resp1-wrong-2nd-certid": "the second reference limits the path",
	"openssl-resp1-wrong-root":       "wrong anchor",
}

// TestSuiteRFC3161 runs the 48 cases as far as a token goes without trust:
// structure, imprint, request, reference and signature arithmetic.
func TestSuiteRFC3161(t *testing.T) {
	suite := corpora.Open(t, "pki/rfc3161.zip")
	var m struct{ Cases []suiteCase }
	corpora.JSON(t, suite, "manifest.json", &m)
	if len(m.Cases) != 48 {
		t.Fatalf("%d cases", len(m.Cases))
	}
	for _, c := range m.Cases {
		t.Run(c.ID, func(t *testing.T) {
			refusals, signer := assess(t, suite, c)
			_, court := needsCourt[c.ID]
			switch {
			// The manifest's integrity-ok speaks of signature, reference and
			// imprint; rfc3161-client-test-tsa-other is beside a request with another nonce.
			case c.Expect == "valid" || c.Expect == "integrity-ok" && c.ID != "rfc3161-client-test-tsa-other":
				if len(refusals) > 0 {
					t.Errorf("%s: %v", c.Why, refusals)
				}
			case (c.Expect == "invalid" || c.Expect == "rejected") && !court:
				if len(refusals) == 0 {
					t.Errorf("nothing is seen: %s", c.Why)
				}
			case court && len(refusals) > 0:
				t.Errorf("is seen here: %v; take it out of needsCourt", refusals)
			}
			if c.SignerNot != "" && (signer == nil || signer.Subject.CommonName() == c.SignerNot) {
				t.Errorf("signer %v", signer)
			}
			t.Logf("%s (%s): %v", c.Expect, c.Why, refusals)
		})
	}
}

// assess gives the reasons against a case and the certificate that signed.
func assess(t *testing.T, suite fs.FS, c suiteCase) ([]string, *cert.Certificate) {
	raw := corpora.Read(t, suite, c.File)
	var tok *Token
	var err error
	if c.Kind == "response" {
		resp, err := ParseResponse(raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.Expect == "rejected" {
			if resp.Granted() || resp.Token != nil {
				t.Errorf("%+v", resp)
			}
			return []string{resp.StatusText()}, nil
		}
		if resp.TokenErr != nil || resp.Token == nil {
			return []string{fmt.Sprint("token: ", resp.TokenErr)}, nil
		}
		tok = resp.Token
	} else if tok, err = ParseToken(raw, nil); err != nil {
		return []string{err.Error()}, nil
	}
	var out []string
	for _, n := range tok.Notes {
		out = append(out, n.String())
	}
	if err := checkData(t, suite, c, tok); err != nil {
		out = append(out, err.Error())
	}
	if c.Request != "" {
		req, err := ParseRequest(corpora.Read(t, suite, c.Request), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range tok.Answers(req) {
			if n.Code != CodeUnaskedCertificate {
				out = append(out, n.String())
			}
		}
	}
	signer, why := checkSigner(tok, supplied(t, suite, c))
	return append(out, why...), signer
}

func checkData(t *testing.T, suite fs.FS, c suiteCase, tok *Token) error {
	data := []byte(nil)
	switch {
	case c.DataFile != "":
		data = corpora.Read(t, suite, c.DataFile)
	case c.Data != nil:
		b, err := base64.StdEncoding.DecodeString(*c.Data)
		if err != nil {
			t.Fatal(err)
		}
		data = b
	case len(c.Digest) > 0:
		return tok.CheckImprint(func(d sigalg.Digest) []byte {
			b, err := base64.StdEncoding.DecodeString(c.Digest[strings.ReplaceAll(d.Name(), "-", "")])
			if err != nil {
				t.Fatal(err)
			}
			return b
		})
	default:
		return nil
	}
	return tok.CheckImprint(func(d sigalg.Digest) []byte {
		h, _ := d.Sum(data)
		return h
	})
}

// supplied are the certificates that come beside the token.
func supplied(t *testing.T, suite fs.FS, c suiteCase) [][]byte {
	var out [][]byte
	for _, name := range append(c.Certs, c.Chain) {
		if name == "" {
			continue
		}
		data := corpora.Read(t, suite, name)
		if !bytes.HasPrefix(data, []byte{0x30}) {
			for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
				out = append(out, block.Bytes)
			}
			continue
		}
		out = append(out, data)
	}
	return out
}

// checkSigner finds the certificate by identifier and reference, and verifies
// the signature by it: what the court does, without trust.
func checkSigner(tok *Token, more [][]byte) (*cert.Certificate, []string) {
	if tok.Signer == nil {
		return nil, []string{"no signer"}
	}
	for i := range tok.CMS.Certificates {
		if tok.CMS.Certificates[i].Kind == cms.X509 {
			more = append(more, tok.CMS.Certificates[i].Raw)
		}
	}
	var out []string
	for _, n := range tok.Signer.Notes {
		switch n.Code {
		case cms.CodeAttrsNeeded, cms.CodeNoContentType, cms.CodeNoMessageDigest, cms.CodeContentTypeDiffers, cms.CodeDuplicate:
			out = append(out, n.String())
		}
	}
	for _, raw := range more {
		c, err := cert.Parse(raw, nil)
		if err != nil || !tok.Signer.Names(c) {
			continue
		}
		if b := tok.MatchesCertificate(raw); b < BoundLater {
			out = append(out, "certificate is "+b.String())
		}
		for _, n := range SignerUsage(c) {
			if n.Code == CodeNoUsage {
				out = append(out, n.String())
			}
		}
		if err := arithmetic(tok, c); err != nil {
			out = append(out, err.Error())
		}
		return c, out
	}
	return nil, append(out, "no certificate of the signer")
}

func arithmetic(tok *Token, c *cert.Certificate) error {
	k, err := sigalg.ParsePublicKey(c.RawSPKI)
	if err != nil {
		return err
	}
	a, _, err := tok.Signer.Algorithm()
	if err != nil {
		return err
	}
	content, _ := tok.CMS.Content.Bytes()
	want, _ := tok.Signer.MessageDigest()
	if got, err := tok.Signer.Digest().Sum(content); err != nil || !bytes.Equal(got, want) {
		return fmt.Errorf("message-digest differs (%v)", err)
	}
	last := errors.New("nothing signed")
	for _, form := range tok.Signer.SignedForms() {
		if _, last = sigalg.Check(k, a, sigalg.Message{Bytes: form.Bytes}, tok.Signer.Signature); last == nil {
			return nil
		}
	}
	return last
}

// brokenTokens were cut by their authors: TimeStampBase64Error.xml and its like.
var brokenTokens = []string{"tst-2ab12c62d7b4", "tst-d53496c1e21e"}

// TestJapaneseTokens: the facts of tokens that Japanese services issued
// (Seiko, MIND, the HPKI test authority).
func TestJapaneseTokens(t *testing.T) {
	n, checked := 0, 0
	policies := map[string]int{}
	fractions, negative, v1 := 0, 0, 0
	corpora.Walk(t, corpora.Open(t, "japan"), func(name string, data []byte) {
		if !strings.Contains(name, "tst-") && !strings.Contains(name, "socratic") || !bytes.HasPrefix(data, []byte{0x30}) {
			return
		}
		tok, err := ParseToken(data, nil)
		if err != nil {
			var no *NotToken
			cut := slices.ContainsFunc(brokenTokens, func(b string) bool { return strings.Contains(name, b) })
			if !errors.As(err, &no) || strings.Contains(name, "tst-") && !cut {
				t.Errorf("%s: %v", name, err)
			}
			return
		}
		n++
		policies[string(tok.Info.Policy)]++
		if tok.Info.GenTime.Nanosecond() > 0 {
			fractions++
		}
		if tok.Info.Nonce != nil && tok.Info.Nonce.Sign() < 0 {
			negative++
		}
		if a, _ := tok.references(); len(a) > 0 {
			v1++
		}
		if len(tok.Notes) > 0 {
			t.Errorf("%s: %v", name, tok.Notes)
		}
		if c, why := checkSigner(tok, nil); c != nil {
			checked++
			if len(why) > 0 {
				t.Errorf("%s: %v", name, why)
			}
		} else {
			t.Logf("%s: %v", name, why)
		}
	})
	t.Logf("%d tokens, %d verified: policies %v, %d with fractions of a second, %d with a negative nonce, %d with ESSCertID", n, checked, policies, fractions, negative, v1)
	if n < 17 || checked != n || policies["0.2.440.200185.1.1.1.1"] == 0 {
		t.Errorf("%d tokens, policies %v", n, policies)
	}
}

// TestTokensOfTheDocuments: every file of the suites that looks like a token is
// read, or refused by type.
func TestTokensOfTheDocuments(t *testing.T) {
	tally := map[note.Code]int{}
	read := 0
	for _, suite := range []string{"documents/dss.zip", "documents/interop.zip", "pki/rfc3161.zip"} {
		corpora.Walk(t, corpora.Open(t, suite), func(name string, data []byte) {
			var tok *Token
			switch {
			case strings.HasSuffix(name, ".tst"):
				tok, _ = ParseToken(data, nil)
			case strings.HasSuffix(name, ".tsr"):
				if r, err := ParseResponse(data, nil); err == nil {
					tok = r.Token
				}
			}
			if tok == nil {
				return
			}
			read++
			for _, n := range tok.Notes {
				tally[n.Code]++
				t.Logf("%s: %v", name, n)
			}
		})
	}
	t.Logf("%d tokens, notes %v", read, tally)
	if read < 29 {
		t.Errorf("%d tokens read", read)
	}
}
