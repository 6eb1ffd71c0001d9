package verifytest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// grown is a signature with everything that CAdES has.
func grown(w *World, t CMSTemplate) *CAdES {
	all := []*Cert{w.SealCA, w.Root, w.TSA, w.TSACA, w.TSARoot}
	crls, ocsps := w.CRLs(w.Seal, w.TSA), [][]byte{w.OCSP(OCSPTemplate{Cert: w.Seal})}
	c := w.CAdES(t).AddSignatureTimestamp(0, TokenTemplate{}).AddReferences(0, all, crls, ocsps)
	c.AddCTimestamp(0, TokenTemplate{GenTime: w.ThisUpdate}).AddReferencesTimestamp(0, TokenTemplate{GenTime: w.ThisUpdate})
	c.AddValues(0, all, crls, ocsps).AddCounterSignature(0, Signer{})
	return c
}

func TestOpensslReadsGrownSignatures(t *testing.T) {
	for name, f := range map[string]func(w *World) *CAdES{
		"x": func(w *World) *CAdES { return grown(w, CMSTemplate{Content: []byte(Notice)}) },
		"v3": func(w *World) *CAdES {
			return grown(w, CMSTemplate{Content: []byte(Notice)}).AddEvidence([]*Cert{w.TSA, w.TSACA}, w.CRLs(w.Seal, w.TSA), [][]byte{w.OCSP(OCSPTemplate{Cert: w.Seal})}).
				AddArchiveTimestamp(0, ArchiveTimestamp{}).AddArchiveTimestamp(0, ArchiveTimestamp{HashIndex: 1}).AddArchiveTimestamp(0, ArchiveTimestamp{HashIndex: 2})
		},
		"ber": func(w *World) *CAdES {
			return grown(w, CMSTemplate{Content: []byte(Notice), Indefinite: true}).AddEvidence(nil, w.CRLs(w.Seal, w.TSA), nil).AddArchiveTimestamp(0, ArchiveTimestamp{})
		},
		"v2": func(w *World) *CAdES {
			return grown(w, CMSTemplate{Content: []byte(Notice)}).AddArchiveTimestamp(0, ArchiveTimestamp{V2: true}).
				AddToLastArchive([]*Cert{w.TSARoot}, w.CRLs(w.TSA), [][]byte{w.OCSP(OCSPTemplate{Cert: w.TSA})}).AddArchiveTimestamp(0, ArchiveTimestamp{V2: true, WithoutHeader: true})
		},
		"two": func(w *World) *CAdES {
			return w.CAdES(CMSTemplate{Content: []byte(Notice), Signers: []Signer{{}, {Cert: w.Office}}}).AddSignatureTimestamp(1, TokenTemplate{}).
				AddArchiveTimestamp(1, ArchiveTimestamp{}).AddSignatureTimestamp(0, TokenTemplate{}).AddArchiveTimestamp(0, ArchiveTimestamp{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := New()
			dir := files(t, map[string][]byte{"x.p7m": f(w).Bytes(), "root.pem": w.Root.PEM()})
			tool(t, dir, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "x.p7m", "-CAfile", "root.pem", "-attime", at, "-purpose", "any", "-out", "out")
			if got, _ := os.ReadFile(filepath.Join(dir, "out")); !bytes.Equal(got, []byte(Notice)) {
				t.Errorf("content is %q", got)
			}
		})
	}
}
