package revocation_test

import (
	"bytes"
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	vt "github.com/kakuin/kakuin/verify/verifytest"
)

// FuzzCheck: a state other than unknown comes from octets that a signer
// signed, unchanged.
func FuzzCheck(f *testing.F) {
	w := vt.New()
	var signed [][]byte
	for _, der := range [][]byte{
		w.CRL(w.SealCA, vt.CRLTemplate{}),
		w.CRL(w.SealCA, vt.CRLTemplate{Revoked: []vt.Revocation{{Serial: w.Seal.Serial, At: w.Now.Add(-day), Reason: vt.CertificateHold}}}),
		w.CRL(w.SealCA, vt.CRLTemplate{Point: &vt.IssuingPoint{OnlyUser: true, Reasons: []int{1, 2}}}),
	} {
		f.Add(der)
		signed = append(signed, crl(f, der).CRL.RawTBS)
	}
	for _, status := range []string{"good", "revoked", "unknown"} {
		der := w.OCSP(vt.OCSPTemplate{Cert: w.Seal, Status: status, RevokedAt: w.Now.Add(-day)})
		f.Add(der)
		signed = append(signed, ocsp(f, der).OCSP.RawTBS)
	}
	in := ask(f, w, w.Seal)
	f.Fuzz(func(t *testing.T, der []byte) {
		var item revocation.Item
		var tbs []byte
		if l, err := cert.ParseCRL(der, nil); err == nil {
			item.CRL, tbs = l, l.RawTBS
		} else if o, err := cert.ParseOCSP(der, nil); err == nil {
			item.OCSP, tbs = o, o.RawTBS
		} else {
			return
		}
		in := in
		in.Items = []revocation.Item{item}
		st := revocation.Check(in)
		if len(st.All) == 0 {
			return
		}
		for _, known := range signed {
			if bytes.Equal(known, tbs) {
				return
			}
		}
		t.Errorf("%s from octets that nobody signed", st.State)
	})
}
