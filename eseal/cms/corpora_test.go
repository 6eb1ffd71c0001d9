package cms

import (
	"bytes"
	"encoding/pem"
	"errors"
	"path"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/corpora"
)

// unwrap gives the DER or BER in a file that may be PEM or a MIME entity of base64.
func unwrap(data []byte) []byte {
	if b, _ := pem.Decode(data); b != nil {
		return b.Bytes
	}
	if len(data) > 0 && data[0] == 0x30 {
		return data
	}
	if i := bytes.LastIndex(data, []byte("application/x-pkcs7-signature;")); i >= 0 {
		data = data[i:] // the second part of multipart/signed
	}
	if i := bytes.Index(data, []byte("\n\n")); i >= 0 {
		data = data[i+2:]
	} else if i := bytes.Index(data, []byte("\r\n\r\n")); i >= 0 {
		data = data[i+4:]
	}
	if i := bytes.Index(data, []byte("\n--")); i >= 0 {
		data = data[:i]
	}
	text := "-----BEGIN CMS-----\n" + strings.TrimSpace(string(data)) + "\n-----END CMS-----\n"
	if b, _ := pem.Decode([]byte(text)); b != nil {
		return b.Bytes
	}
	return nil
}

// outcome is what the arithmetic says of one signer.
func outcome(sd *SignedData, s *SignerInfo, content []byte, certs []*cert.Certificate) error {
	if s.Err != nil {
		return s.Err
	}
	alg, _, err := s.Algorithm()
	if err != nil {
		return err
	}
	forms := s.SignedForms()
	if forms == nil {
		forms = []SignedForm{{Bytes: content}}
	} else {
		want, ok := s.MessageDigest()
		got, err := s.Digest().Sum(content)
		if err != nil {
			return err
		}
		if !ok || !bytes.Equal(want, got) {
			return errors.New("message digest differs")
		}
	}
	err = errors.New("no certificate of the signer")
	for _, c := range certs {
		if !s.Names(c) {
			continue
		}
		key, kerr := sigalg.ParsePublicKey(c.RawSPKI)
		if kerr != nil {
			err = kerr
			continue
		}
		for _, f := range forms {
			if _, err = sigalg.Check(key, alg.For(key), sigalg.Message{Bytes: f.Bytes}, s.Signature); err == nil {
				return nil
			}
		}
	}
	return err
}

type cmsCase struct {
	ID, File, Expect, Why string
	Anchors               []string
	Content               string
	SignerCerts           []string `json:"signer_certs"`
	Features              []string
}

// TestOthersMessages holds that every signature of the messages that their
// makers call valid is intact, and that each refusal has a cause.
func TestOthersMessages(t *testing.T) {
	suite := corpora.Open(t, "pki/cms.zip")
	var manifest struct{ Cases []cmsCase }
	corpora.JSON(t, suite, "manifest.json", &manifest)
	if len(manifest.Cases) != 83 {
		t.Errorf("%d cases, the table says 83", len(manifest.Cases))
	}
	for _, tc := range manifest.Cases {
		t.Run(tc.ID, func(t *testing.T) {
			sd, err := Parse(unwrap(corpora.Read(t, suite, tc.File)), nil)
			if err != nil {
				if tc.Expect == "valid" {
					t.Fatal(err)
				}
				t.Logf("%s (%s): %v", tc.Expect, tc.Why, err)
				return
			}
			var content []byte
			if sd.Content != nil {
				content, _ = sd.Content.Bytes()
			} else if tc.Content != "" {
				content = corpora.Read(t, suite, tc.Content)
			}
			var certs []*cert.Certificate
			for i := range sd.Certificates {
				if c, err := sd.Certificates[i].Cert(); err == nil {
					certs = append(certs, c)
				}
			}
			for _, name := range append(tc.SignerCerts, tc.Anchors...) {
				if c, err := cert.Parse(unwrap(corpora.Read(t, suite, name)), nil); err == nil {
					certs = append(certs, c)
				}
			}
			t.Logf("%s (%s): %d signers, notes %v", tc.Expect, tc.Why, len(sd.Signers), sd.Notes)
			for _, s := range sd.Signers {
				err := outcome(sd, s, content, certs)
				t.Logf("signer %d: %v, notes %v", s.index, err, s.Notes)
				if err != nil && tc.Expect == "valid" {
					t.Errorf("signer %d: %v", s.index, err)
				}
				for _, c := range s.CounterSignatures() {
					if err := outcome(sd, c, s.Signature, certs); err != nil && tc.Expect == "valid" {
						t.Errorf("counter-signature: %v", err)
					}
				}
			}
		})
	}
}

// TestOthersFiles holds that every CMS file of the document suites is read, or
// refused with a place.
func TestOthersFiles(t *testing.T) {
	for suite, least := range map[string]int{"documents/dss.zip": 73, "documents/interop.zip": 71, "pki/rfc3161.zip": 26} {
		files, refused := 0, 0
		corpora.Walk(t, corpora.Open(t, suite), func(name string, data []byte) {
			switch path.Ext(name) {
			case ".p7s", ".p7m", ".tst", ".cms", ".p7", ".p7b", ".p7c":
			default:
				return
			}
			files++
			der := unwrap(data)
			if der == nil {
				der = data
			}
			sd, err := Parse(der, nil)
			if err != nil {
				refused++
				if len(der) == 0 || der[0] == 0x30 {
					t.Errorf("%s: refused", name)
				}
				t.Logf("%s: %v", name, err)
				return
			}
			for _, s := range sd.Signers {
				if s.Err != nil {
					t.Logf("%s: %v", name, s.Err)
				}
			}
			reslices(t, der, sd)
		})
		t.Logf("%s: %d files, %d refused", suite, files, refused)
		if files < least {
			t.Errorf("%s: %d files where at least %d are expected", suite, files, least)
		}
	}
}

// reslices holds that what was kept are octets of the input.
func reslices(t *testing.T, in []byte, sd *SignedData) {
	t.Helper()
	parts := [][]byte{sd.RawDigestAlgorithms, sd.RawCertificates, sd.RawCRLs}
	for _, s := range sd.Signers {
		parts = append(parts, s.Raw, s.RawSignedAttrs, s.RawUnsignedAttrs)
	}
	for _, p := range parts {
		if !bytes.Contains(in, p) {
			t.Errorf("a kept element is not in the input: %x", p[:min(len(p), 16)])
		}
	}
}
