package verify_test

import (
	"bytes"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// grownCAdES is a signature with references, values and the time-stamps over
// them (CAdES-X-L), a counter-signature, two signers, OCSP inside, archived
// in the old or the new way.
func grownCAdES(w *verifytest.World, v2, indefinite bool) []byte {
	certs := []*verifytest.Cert{w.SealCA, w.Root, w.TSA, w.TSACA, w.TSARoot}
	crls, ocsps := w.CRLs(w.Seal, w.TSA), [][]byte{w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal})}
	at := verifytest.TokenTemplate{GenTime: w.ThisUpdate}
	c := w.CAdES(verifytest.CMSTemplate{Content: []byte(verifytest.Notice), Indefinite: indefinite,
		Signers: []verifytest.Signer{{ContentTimestamp: &verifytest.TokenTemplate{}}, {Cert: w.Office}}})
	c.AddSignatureTimestamp(0, verifytest.TokenTemplate{}).AddSignatureTimestamp(1, verifytest.TokenTemplate{})
	c.AddReferences(0, certs, crls, ocsps).AddCTimestamp(0, at).AddReferencesTimestamp(0, at).AddValues(0, certs, crls, ocsps)
	c.AddCounterSignature(0, verifytest.Signer{Timestamp: &verifytest.TokenTemplate{}})
	c.AddEvidence([]*verifytest.Cert{w.OfficeCA}, append(w.CRLs(w.Office), crls...), ocsps)
	return c.AddArchiveTimestamp(0, verifytest.ArchiveTimestamp{V2: v2}).AddArchiveTimestamp(1, verifytest.ArchiveTimestamp{V2: v2}).Bytes()
}

// TestGrownCAdES: the readers find nothing wrong in it, each time-stamp of
// CAdES-X is over what RFC 5126 6.3.5 and 6.3.6 name, and it passes.
func TestGrownCAdES(t *testing.T) {
	for _, v2 := range []bool{false, true} {
		for _, indefinite := range []bool{false, true} {
			if v2 && indefinite {
				continue // version 2 is over DER
			}
			w := verifytest.New()
			data := grownCAdES(w, v2, indefinite)
			h := &verifytest.History{World: w, Document: data, File: "notice.p7m"}
			readCleanly(t, h)
			rep := judged(t, data, eseal.Options{Name: h.File}, parsedList(t, w.TrustList(verifytest.TrustListTemplate{})),
				verify.WithTime(w.Now), verify.WithPolicy(policyNamed(t, "strict", policy.Require)))
			if !rep.Passed() {
				t.Errorf("v2 %v, BER %v: %s: %s", v2, indefinite, answer(rep), codes(rep))
			}
			referenceStamps(t, data)
		}
	}
}

// referenceStamps recomputes what the time-stamps of CAdES-X hash.
func referenceStamps(t *testing.T, data []byte) {
	t.Helper()
	sd, err := cms.Parse(data, purse.New(purse.Limits{}))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, s := range sd.Signers {
		body := func(id string) []byte {
			for _, a := range s.UnsignedAttrs {
				if string(a.Type) == id {
					return bytes.Join(children(t, a.Raw), nil)
				}
			}
			return nil
		}
		refs := append(body("1.2.840.113549.1.9.16.2.21"), body("1.2.840.113549.1.9.16.2.22")...)
		for _, stamp := range s.ReferenceTimestamps() {
			count++
			token, err := tsa.ParseToken(stamp.Token, purse.New(purse.Limits{}))
			if err != nil {
				t.Fatal(err)
			}
			over := refs
			if !stamp.RefsOnly {
				over = append(append(bytes.Clone(s.Signature), body("1.2.840.113549.1.9.16.2.14")...), refs...)
			}
			if len(refs) == 0 || !bytes.Equal(token.Info.Imprint, verifytest.Digest("SHA-256", over)) {
				t.Errorf("refs only %v: wrong imprint", stamp.RefsOnly)
			}
		}
	}
	if count != 2 {
		t.Errorf("%d time-stamps over references", count)
	}
}
