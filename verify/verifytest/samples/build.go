package main

import (
	"bytes"
	_ "embed"
	"time"

	"github.com/kakuin/kakuin/verify/verifytest"
)

//go:embed readme.md
var readme []byte

// world is the sample world. Its CRLs hold for a year, so that the samples can be tried without giving a time.
func world() *verifytest.World {
	this := time.Date(2026, 10, 30, 3, 0, 0, 0, time.UTC)
	return verifytest.New(verifytest.Updates(this, this.AddDate(1, 0, 0)))
}

// build makes every sample, by its path below testdata/samples.
func build() map[string][]byte {
	w := world()
	certificate := taxCertificate(w)
	files := map[string][]byte{
		"README.md":               readme,
		"trust.yaml":              w.TrustList(verifytest.TrustListTemplate{NextUpdate: time.Date(2027, 10, 30, 0, 0, 0, 0, time.UTC)}),
		"certificate.pdf":         certificate,
		"certificate-altered.pdf": altered(certificate),
		"course-completion.pdf":   courseCompletion(w),
		"disposition-notice.pdf":  dispositionNotice(w),
		"unsigned.pdf":            unsigned(w),
	}
	addMessages(w, files)
	for name, c := range map[string]*verifytest.Cert{"root": w.Root, "seal-ca": w.SealCA, "seal": w.Seal, "office-ca": w.OfficeCA,
		"office": w.Office, "tsa-root": w.TSARoot, "tsa-ca": w.TSACA, "tsa": w.TSA} {
		files["certs/"+name+".cer"] = c.DER
	}
	files["certs/root.crl"] = w.CRL(w.Root, verifytest.CRLTemplate{})
	files["certs/seal-ca.crl"] = w.CRL(w.SealCA, verifytest.CRLTemplate{})
	return files
}

// addMessages adds the text notice with its CMS signatures and time-stamps.
func addMessages(w *verifytest.World, files map[string][]byte) {
	notice := []byte(verifytest.Notice)
	stamp := verifytest.TokenTemplate{Data: notice, CRLs: w.CRLs(w.TSA)}
	token := w.Token(stamp)
	cms := verifytest.CMSTemplate{Content: notice, CRLs: w.CRLs(w.Seal, w.TSA), SetTimestamp: true}
	files["notice.txt"] = notice
	files["notice.txt.p7m"] = w.CMS(cms)
	cms.Detached = true
	files["notice.txt.p7s"] = w.CMS(cms)
	files["notice.txt.tst"] = token
	files["notice.txt.tsr"] = w.Response(token)
	files["notice.txt.tsq"] = w.Request(stamp)
}

// altered changes one digit of the sealed page: the amount of tax paid.
func altered(sealed []byte) []byte {
	before, after := []byte(hexText("１２３，４００円")), []byte(hexText("９２３，４００円"))
	if bytes.Count(sealed, before) != 1 {
		panic("samples: the amount does not stand once on the certificate")
	}
	return bytes.Replace(sealed, before, after, 1)
}

// finish seals a file and adds all that long-term verification needs.
func finish(w *verifytest.World, t verifytest.PDFTemplate, o verifytest.SignOptions) []byte {
	signer := w.Seal
	if o.Cert != nil {
		signer = o.Cert
	}
	return w.PDF(t).Sign(o).AddLongTerm(signer).Bytes()
}
