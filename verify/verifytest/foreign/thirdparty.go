// Package foreign makes the same kinds of documents as verifytest with other people's libraries: CMS by
// go.mozilla.org/pkcs7, PDF signatures by digitorus/pdfsign, time-stamps by digitorus/timestamp. They are a second,
// independent witness: what both makers produce and a reader accepts is less likely a shared misunderstanding.
//
// The libraries read the clock and random numbers, so only facts about their output can be compared, never its bytes.
package foreign

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/digitorus/pdfsign/revocation"
	"github.com/digitorus/pdfsign/sign"
	"github.com/digitorus/timestamp"
	"go.mozilla.org/pkcs7"

	"github.com/kakuin/kakuin/verify/verifytest"
)

// CMS signs content with the world's seal certificate through go.mozilla.org/pkcs7. It writes no ESS attribute, so
// nothing in the signature binds the certificate, and claims the present as signing time.
func CMS(w *verifytest.World, content []byte, detached bool) ([]byte, error) {
	sd, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, fmt.Errorf("pkcs7: %w", err)
	}
	sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	chain := chainOf(w.Seal)
	if err := sd.AddSignerChain(chain[0], w.Seal.Key, chain[1:], pkcs7.SignerInfoConfig{}); err != nil {
		return nil, fmt.Errorf("pkcs7: %w", err)
	}
	if detached {
		sd.Detach()
	}
	return sd.Finish()
}

func chainOf(c *verifytest.Cert) []*x509.Certificate {
	var out []*x509.Certificate
	for _, c := range c.Chain() {
		out = append(out, c.X509())
	}
	return out
}

// Token makes a time-stamp token over data through digitorus/timestamp, with the world's unit and StampTime.
func Token(w *verifytest.World, data []byte) ([]byte, error) {
	response, err := answer(w, crypto.SHA256, verifytest.Digest("SHA-256", data), big.NewInt(1030))
	if err != nil {
		return nil, err
	}
	parsed, err := timestamp.ParseResponse(response)
	if err != nil {
		return nil, fmt.Errorf("timestamp: %w", err)
	}
	return parsed.RawToken, nil
}

// Answer answers a time-stamp request as the world's service would, through digitorus/timestamp; serve it by HTTP to
// give PDF a time-stamp service.
func Answer(w *verifytest.World, request []byte) ([]byte, error) {
	q, err := timestamp.ParseRequest(request)
	if err != nil {
		return nil, fmt.Errorf("timestamp: %w", err)
	}
	return answer(w, q.HashAlgorithm, q.HashedMessage, q.Nonce)
}

func answer(w *verifytest.World, hash crypto.Hash, imprint []byte, nonce *big.Int) ([]byte, error) {
	t := timestamp.Timestamp{HashAlgorithm: hash, HashedMessage: imprint, Time: w.StampTime, Accuracy: time.Second,
		Policy: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1, 30, 10}, Nonce: nonce, AddTSACertificate: true,
		Certificates: chainOf(w.TSA)[1:]}
	response, err := t.CreateResponseWithOpts(w.TSA.X509(), w.TSA.Key, crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("timestamp: %w", err)
	}
	return response, nil
}

// PDFOptions says how PDF signs.
type PDFOptions struct {
	Service string // address of a time-stamp service, see Answer; empty: no signature time-stamp
	Certify int    // DocMDP permission 1, 2 or 3; 0: an approval signature
	Dir     string // folder for the files in between; default the system's
}

// PDF signs a file with the world's seal certificate through digitorus/pdfsign: SubFilter adbe.pkcs7.detached, the CRLs
// of the path in the signed attribute of Adobe.
func PDF(w *verifytest.World, file []byte, o PDFOptions) ([]byte, error) {
	dir, err := os.MkdirTemp(o.Dir, "foreign")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		return nil, err
	}
	if err := sign.SignFile(in, out, signData(w, o)); err != nil {
		return nil, fmt.Errorf("pdfsign: %w", err)
	}
	f, err := os.Open(out)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func signData(w *verifytest.World, o PDFOptions) sign.SignData {
	kind := sign.SignDataSignature{CertType: sign.ApprovalSignature,
		Info: sign.SignDataSignatureInfo{Name: "Mihon Town", Reason: "sample", Location: "Mihon", Date: w.SealTime}}
	if o.Certify != 0 {
		kind.CertType, kind.DocMDPPerm = sign.CertificationSignature, sign.DocMDPPerm(o.Certify)
	}
	chain := append(chainOf(w.Seal), w.Root.X509())
	crls := w.CRLs(w.Seal)
	return sign.SignData{Signature: kind, Signer: w.Seal.Key, DigestAlgorithm: crypto.SHA256, Certificate: chain[0],
		CertificateChains: [][]*x509.Certificate{chain}, TSA: sign.TSA{URL: o.Service},
		// It is called for each certificate; without it the library would fetch from the network.
		RevocationFunction: func(c, _ *x509.Certificate, i *revocation.InfoArchival) error {
			if c.Equal(chain[0]) {
				for _, crl := range crls {
					if err := i.AddCRL(crl); err != nil {
						return err
					}
				}
			}
			return nil
		}}
}
