package verify_test

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A measured document is one that deviates from its format in one line.
type measured struct {
	name    string
	options verifytest.SignOptions
	mutate  []verifytest.CMSMutator
	later   func(w *verifytest.World, p *verifytest.PDF)
	level   string
	missing string // ids that stop the next level
}

func dictionary(from, to string) func(string) string {
	return func(entries string) string { return strings.Replace(entries, from, to, 1) }
}

// evidenceOf is the security store of a world without some of its parts.
func evidenceOf(w *verifytest.World, p *verifytest.PDF, certs, crls bool) {
	var cs []*verifytest.Cert
	var ls [][]byte
	if certs {
		for _, c := range []*verifytest.Cert{w.Seal, w.TSA} {
			cs = append(cs, c.Chain()...)
		}
	}
	if crls {
		ls = w.CRLs(w.Seal, w.TSA)
	}
	p.AddSecurityStore(cs, ls, nil)
}

var measuredDocuments = []measured{
	{name: "B-B", options: verifytest.SignOptions{NoTimestamp: true}, level: "B-B", missing: "6.3-trusted-time"},
	{name: "B-T", level: "B-T", missing: "6.3-dss 6.3-revocation-values"},
	{name: "B-LT", level: "B-LT", missing: "6.3-document-time-stamp", later: func(w *verifytest.World, p *verifytest.PDF) { evidenceOf(w, p, true, true) }},
	{name: "B-LTA", level: "B-LTA", later: func(w *verifytest.World, p *verifytest.PDF) { p.AddLongTerm() }},
	{name: "B-T by the document", options: verifytest.SignOptions{NoTimestamp: true}, level: "B-T", missing: "6.3-dss 6.3-revocation-values",
		later: func(w *verifytest.World, p *verifytest.PDF) { p.AddDocTimestamp(verifytest.TokenTemplate{}) }},
	{name: "store without revocation data", level: "B-T", missing: "6.3-revocation-values", later: func(w *verifytest.World, p *verifytest.PDF) { evidenceOf(w, p, true, false) }},
	{name: "store without the time-stamp's CRLs", level: "B-T", missing: "6.3-revocation-values",
		later: func(w *verifytest.World, p *verifytest.PDF) { p.AddSecurityStore(nil, w.CRLs(w.Seal), nil) }},
	{name: "time-stamp before the store", level: "B-LT", missing: "6.3-document-time-stamp", later: func(w *verifytest.World, p *verifytest.PDF) {
		p.AddDocTimestamp(verifytest.TokenTemplate{})
		evidenceOf(w, p, true, true)
	}},
	{name: "no /M", options: verifytest.SignOptions{Dictionary: dictionary(" /M ", " /Mx ")}, level: "none", missing: "6.3-m"},
	{name: "no /Filter", options: verifytest.SignOptions{Dictionary: dictionary("/Filter /Adobe.PPKLite", "")}, level: "none", missing: "6.3-filter"},
	{name: "/Cert", options: verifytest.SignOptions{Dictionary: dictionary("/Filter", "/Cert <00> /Filter")}, level: "none", missing: "6.3-no-cert"},
	{name: "range too short", options: verifytest.SignOptions{ByteRange: func(r [4]int) [4]int { r[3] -= 10; return r }}, level: "none", missing: "6.3-byte-range"},
}

func named(names ...string) []verifytest.CMSMutator {
	var out []verifytest.CMSMutator
	for _, n := range names {
		out = append(out, verifytest.CMSDeviation(n))
	}
	return out
}

func template(f func(*verifytest.Signer)) []verifytest.CMSMutator {
	return []verifytest.CMSMutator{{Template: func(t *verifytest.CMSTemplate) { f(&t.Signers[0]) }}}
}

// Attributes in DER: a commitment (proof of origin), a signature policy, a
// stored one.
var (
	commitment = verifytest.Attribute{ID: "1.2.840.113549.1.9.16.2.16", Values: [][]byte{unhexed("300d060b2a864886f70d0109100601")}}
	policyID   = verifytest.Attribute{ID: "1.2.840.113549.1.9.16.2.15", Values: [][]byte{unhexed("0500")}}
	stored     = verifytest.Attribute{ID: "0.4.0.19122.1.3", Values: [][]byte{unhexed("3000")}}
)

func unhexed(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// measuredMessages deviate in the CMS message.
var measuredMessages = []measured{
	{name: "BER", mutate: named("cms-indefinite"), level: "none", missing: "4.1-contents"},
	{name: "content inside", mutate: []verifytest.CMSMutator{{Template: func(t *verifytest.CMSTemplate) { t.Detached = false }}}, level: "none", missing: "4.1-detached"},
	{name: "no certificates", mutate: named("cms-certificate-missing"), level: "none", missing: "6.3-certificates"},
	{name: "no reference", mutate: named("cms-ess-missing"), level: "none", missing: "6.3-signing-certificate"},
	{name: "reference by SHA-1", mutate: named("cms-ess-v1"), level: "B-T", missing: "6.3-dss 6.3-revocation-values"},
	{name: "SHA-1 in the second form", mutate: template(func(s *verifytest.Signer) { s.ESSDigest = "SHA-1" }), level: "none", missing: "6.3-signing-certificate"},
	{name: "no attributes", mutate: named("cms-no-attributes"), level: "none", missing: "6.3-content-type 6.3-message-digest 6.3-signing-certificate"},
	{name: "content-type", mutate: named("cms-content-type-wrong"), level: "none", missing: "6.3-content-type"},
	{name: "message-digest twice", mutate: named("cms-attribute-duplicate"), level: "none", missing: "6.3-message-digest"},
	{name: "signing-time", mutate: template(func(s *verifytest.Signer) { s.NoSigningTime = false }), level: "none", missing: "6.3-no-signing-time"},
	{name: "reason and commitment", options: verifytest.SignOptions{Reason: "r"}, mutate: template(func(s *verifytest.Signer) { s.ExtraSigned = []verifytest.Attribute{commitment} }),
		level: "none", missing: "6.3-reason"},
	{name: "reason and policy", options: verifytest.SignOptions{Reason: "r"}, mutate: template(func(s *verifytest.Signer) { s.ExtraSigned = []verifytest.Attribute{policyID} }),
		level: "none", missing: "6.3-reason"},
	{name: "commitment alone", mutate: template(func(s *verifytest.Signer) { s.ExtraSigned = []verifytest.Attribute{commitment} }), level: "B-T", missing: "6.3-dss 6.3-revocation-values"},
	{name: "stored policy without identifier", mutate: template(func(s *verifytest.Signer) { s.ExtraUnsigned = []verifytest.Attribute{stored} }), level: "none", missing: "6.3-policy-store"},
	{name: "two signers", mutate: []verifytest.CMSMutator{{Template: func(t *verifytest.CMSTemplate) { t.Signers = append(t.Signers, t.Signers[0]) }}},
		level: "none", missing: "4.1-one-signer"},
}

// TestRequirements holds each line of EN 319 142-1 6.3 against a document that
// deviates in it.
func TestRequirements(t *testing.T) {
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	for _, c := range slices.Concat(measuredDocuments, measuredMessages) {
		p := w.PDF(verifytest.PDFTemplate{}).Sign(c.options, c.mutate...)
		if c.later != nil {
			c.later(w, p)
		}
		rep := layerCase{data: p.Bytes(), list: list}.judge(t, w)
		r := rep.Signatures[0].FormatRequirements
		if r == nil || r.Level != c.level || strings.Join(r.Missing, " ") != c.missing {
			t.Errorf("%s: %+v, want %s, missing %s", c.name, r, c.level, c.missing)
			continue
		}
		told := slices.ContainsFunc(rep.Signatures[0].Findings, func(f verify.Finding) bool { return f.Code == verdict.CodeRequirements })
		if told != (c.level == "none") {
			t.Errorf("%s: K-PAD-001 told: %v", c.name, told)
		}
		for _, lang := range []string{"en", "ja"} {
			text := string(written(t, rep, report.Text, report.Lang(lang)))
			for _, id := range r.Missing {
				if !strings.Contains(text, id) || !strings.Contains(text, verify.Term("requirement."+id, nil).In(lang)) {
					t.Errorf("%s: the text (%s) does not say %s", c.name, lang, id)
				}
			}
		}
	}
}

// TestOlderForms: the adbe.* forms are measured by their own rules, told as
// such, and reach no level of PAdES.
func TestOlderForms(t *testing.T) {
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	loose := verifytest.CMSMutator{Template: func(t *verifytest.CMSTemplate) {
		t.Signers[0].ExtraUnsigned, t.Signers[0].ExtraSigned = t.Signers[0].ExtraSigned, nil
	}}
	for _, c := range []struct {
		name    string
		options verifytest.SignOptions
		mutate  []verifytest.CMSMutator
		missing string
		inside  *verify.RevocationInside
	}{
		{"detached", verifytest.SignOptions{SubFilter: verifytest.PKCS7}, nil, "", nil},
		{"detached with content", verifytest.SignOptions{SubFilter: verifytest.PKCS7}, []verifytest.CMSMutator{{Template: func(t *verifytest.CMSTemplate) { t.Detached = false }}}, "12.8.3.3.1-content", nil},
		{"sha1", verifytest.SignOptions{SubFilter: verifytest.PKCS7SHA1}, nil, "", nil},
		{"sha1 of something else", verifytest.SignOptions{SubFilter: verifytest.PKCS7SHA1}, []verifytest.CMSMutator{{Template: func(t *verifytest.CMSTemplate) { t.Content = t.Content[1:] }}}, "12.8.3.3.1-content", nil},
		{"without attributes", verifytest.SignOptions{SubFilter: verifytest.PKCS7}, named("cms-no-attributes"), "", nil},
		{"revocation data inside", verifytest.SignOptions{SubFilter: verifytest.PKCS7, AdobeRevocation: true}, nil, "", &verify.RevocationInside{CRLs: 4, Signed: true}},
		{"revocation data unsigned", verifytest.SignOptions{SubFilter: verifytest.PKCS7, AdobeRevocation: true}, []verifytest.CMSMutator{loose}, "12.8.3.3.2-revocation-signed", &verify.RevocationInside{CRLs: 4}},
	} {
		rep := layerCase{data: w.PDF(verifytest.PDFTemplate{}).Sign(c.options, c.mutate...).Bytes(), list: list}.judge(t, w)
		s := rep.Signatures[0]
		r := s.FormatRequirements
		if s.Format != verify.SignaturePKCS7PDF || s.Level != verify.LevelNone || r.Level != "" || !strings.HasPrefix(r.Rules, "ISO 32000-2") || strings.Join(r.Missing, " ") != c.missing {
			t.Errorf("%s: %s %s %q missing %v, want %s", c.name, s.Format, s.Level, r.Level, r.Missing, c.missing)
		}
		if got := r.Archival; (got == nil) != (c.inside == nil) || got != nil && *got != *c.inside {
			t.Errorf("%s: inside %+v, want %+v", c.name, got, c.inside)
		}
		told := map[verdict.Code]bool{}
		for _, f := range s.Findings {
			told[f.Code] = true
		}
		if !told[verdict.CodeOlderForm] || told[verdict.CodeRequirements] != (c.missing != "") || told[verdict.CodeRevocationInside] != (c.inside != nil) {
			t.Errorf("%s: told %v", c.name, told)
		}
		if c.inside != nil && s.Layers.Find(verdict.NotRevoked).Status != verdict.Confirmed {
			t.Errorf("%s: the revocation data inside is not used: %s", c.name, codes(rep))
		}
	}
}
