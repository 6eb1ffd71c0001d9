package report

import (
	"strings"
	"time"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

func at(s string) verify.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return verify.At(t)
}

func sha(c string) string { return strings.Repeat(c, 64) }

func ptr[T any](v T) *T { return &v }

// base is a report with everything that every document has.
func base() *verify.Report {
	return &verify.Report{
		Schema: verify.Schema, Tool: verify.Tool{Name: "kakuin", Version: "1.0.0"},
		ValidationTime: at("2026-11-22T00:00:00Z"),
		Policy:         verify.PolicyInfo{ID: "kakuin:japan", SHA256: sha("0"), Revocation: verify.RevocationRequire},
		Trust:          verify.TrustInfo{ID: "kakuin.japan", SHA256: sha("1"), Sequence: 42, State: verify.TrustFresh, BuiltIn: true, Anchors: 12},
		Document:       verify.DocumentInfo{Name: "certificate.pdf", Size: 123456, SHA256: sha("2"), Format: verify.FormatPDF},
		Verdict:        verdict.DocumentPassed,
	}
}

func facts() verify.Facts {
	yes := func(ids ...string) verify.Basis { return verify.Basis{Status: verdict.Confirmed, Evidence: ids} }
	not := verify.Basis{Status: verdict.NotAssessed}
	f := verify.Facts{
		Issuer: yes("S1"), Authority: yes("S1"), NotRevoked: yes("E3"), Assurance: yes("S1"), Registry: not,
		SealedBy: yes("S1"), AsIssued: yes("S1"), Appearance: yes(),
		Intact: yes("S1"), Covered: yes("S1"), When: yes("T1"), Algorithms: yes("S1"), Portable: yes("E1", "E2", "E3"),
		ProvableUntil: yes(), NextAction: yes(),
	}
	f.ProvableUntil.Params = map[string]string{"until": "2030-03-31T14:59:59Z"}
	f.NextAction.Params = map[string]string{"until": "2030-03-31T14:59:59Z", "action": "Add a document time-stamp.", "action.ja": "ドキュメントタイムスタンプを付けてください。"}
	f.Authority.Params = map[string]string{"list": "kakuin.japan", "service": "官職認証局"}
	f.When.Params = map[string]string{"time": "2026-04-01T00:00:10Z"}
	return f
}

// lasting is the forecast of a document that passes, and of one that does not.
func lasting(r *verify.Report, now bool) {
	r.Forecast = &verify.Forecast{State: verify.ForecastNotNow}
	if now {
		r.Forecast = &verify.Forecast{State: verify.ForecastEnds, VerifiableUntil: at("2030-03-31T14:59:59Z"), Events: []verify.ForecastEvent{
			{At: at("2030-03-31T15:00:00Z"), What: verify.EventCertificateExpires, Object: sha("a"), Effect: "INDETERMINATE/OUT_OF_BOUNDS_NO_POE", Affects: []string{"S1"}, Remedy: ptr(verify.Term("forecast.fix.archive.pdf", nil))},
			{At: at("2031-01-01T00:00:00Z"), What: verify.EventAlgorithmRetired, Object: "T1", Algorithm: "RSA-2048"},
			{At: at("2031-04-01T00:00:00Z"), What: verify.EventServiceEnds, Service: &verify.Text{JA: "官職認証局", EN: "Official Status CA"}},
		}}
	}
}

// ask answers the layers of a signature and of the document.
func ask(r *verify.Report, f verify.Facts) *verify.Report {
	var all []*verify.Layers
	for i := range r.Signatures {
		r.Signatures[i].Layers = verify.AskLayers(verify.SubjectOf(&r.Signatures[i]), f)
		all = append(all, r.Signatures[i].Layers)
	}
	r.Layers = verify.WorstLayers(all...)
	if r.Verdict = verify.VerdictOf(r); r.Forecast == nil {
		lasting(r, r.Passed())
	}
	if !r.Passed() {
		r.Forecast = &verify.Forecast{State: verify.ForecastNotNow, Events: r.Forecast.Events[:min(1, len(r.Forecast.Events))]}
	}
	return r
}

// passed is a sealed PDF with a time-stamp and everything in it.
func passed() *verify.Report {
	r := base()
	r.Certificates = map[string]verify.CertificateInfo{
		sha("a"): {Subject: "CN=Seal 1,O=Ministry of Examples,C=JP", Issuer: "CN=Example CA,C=JP", Serial: "01", NotBefore: at("2025-04-01T00:00:00Z"), NotAfter: at("2030-03-31T14:59:59Z"), Key: "P-384", Policies: []string{"1.2.392.1"}},
		sha("b"): {Subject: "CN=Example CA,C=JP", Issuer: "CN=Example CA,C=JP", Serial: "02", NotBefore: at("2019-01-01T00:00:00Z"), NotAfter: at("2039-01-01T00:00:00Z"), Key: "P-384"},
		sha("c"): {Subject: "CN=TSU 1,O=Example Time,C=JP", Issuer: "CN=Example CA,C=JP", Serial: "03", NotBefore: at("2025-04-01T00:00:00Z"), NotAfter: at("2036-04-01T00:00:00Z"), Key: "RSA-2048", Oddities: []string{"K-CRT-001"}},
	}
	r.Evidence = []verify.EvidenceInfo{
		{ID: "E1", Type: verify.EvidenceCertificate, SHA256: sha("a"), Origin: verify.OriginDocument},
		{ID: "E2", Type: verify.EvidenceToken, SHA256: sha("d"), Origin: verify.OriginDocument},
		{ID: "E3", Type: verify.EvidenceCRL, SHA256: sha("e"), Origin: verify.OriginDocument, ThisUpdate: at("2026-04-01T00:00:00Z"), NextUpdate: at("2026-12-03T00:00:00Z"), ProvenBy: "T1", ProvenAt: at("2026-04-01T00:00:10Z")},
	}
	service := &verify.TrustService{List: "kakuin.japan", Service: verify.Text{JA: "官職認証局", EN: "Official Status CA"}, Type: "ca", Framework: "gpki", Status: "granted", Since: at("2019-08-23T00:00:00Z"), Accredited: true, Assurance: &verify.Assurance{Level: "認定", Basis: "令和3年総務省告示第146号"}}
	good := &verify.RevocationInfo{Status: verify.RevocationGood, Evidence: "E3"}
	r.Signatures = []verify.Signature{{
		ID: "S1", Format: verify.SignaturePAdES, Level: verify.LevelBLT, Kind: verify.KindSeal, KindBasis: verify.BasisQCType,
		Indication: verdict.TotalPassed, DigestAlgorithm: "SHA-384", SignatureAlgorithm: "ECDSA",
		ClaimedSigningTime: at("2026-04-01T00:00:00Z"), BestSignatureTime: &verify.BestTime{Time: at("2026-04-01T00:00:10Z"), Source: "T1"},
		Signer: &verify.Signer{Certificate: sha("a"), CommonName: "Seal 1", Organization: "Ministry of Examples", NameJa: "見本省", OrganizationIdentifier: "NTRJP-1000020131016", CorporateNumber: "1000020131016"},
		Field: &verify.Field{Name: "Signature1", Page: 1, Visible: true, Type: verify.FieldApproval, Reason: "発行", Location: "東京都",
			Rect: []float64{400, 380, 470, 450.5}, Shows: "見本省之印", ClaimedName: "Seal 1", Contact: "03-0000-0000"},
		FormatRequirements: &verify.FormatRequirements{Rules: "EN 319 142-1 V1.2.1 6.3", Level: verify.LevelBLT, Next: verify.LevelBLTA, Missing: []string{"6.3-document-time-stamp"},
			Requirements: []verify.Requirement{
				{ID: "6.3-m", Clause: "EN 319 142-1 6.3", Level: verify.LevelBB, Status: verify.RequirementMet, Text: verify.Term("requirement.6.3-m", nil)},
				{ID: "6.3-document-time-stamp", Clause: "EN 319 142-1 5.4.3, 6.3", Level: verify.LevelBLTA, Status: verify.RequirementNotMet, Text: verify.Term("requirement.6.3-document-time-stamp", nil)},
			},
			Archival: &verify.RevocationInside{CRLs: 1, Signed: true}},
		Coverage: &verify.Coverage{Revision: 1, Revisions: 2, ByteRange: []int64{0, 100, 9000, 1234}},
		Changes:  &verify.Changes{Level: verify.ChangeLongTerm, Permitted: verify.PermittedYes, DecidedBy: "policy:pdf-changes", Items: []verify.ChangeItem{{Object: "12 0", Level: verify.ChangeLongTerm, Code: verdict.CodeChangePermitted, Text: verify.Text{JA: "セキュリティストアの追加", EN: "security store added"}}}},
		Path:     []verify.PathEntry{{Certificate: sha("a"), Revocation: good}, {Certificate: sha("b"), Anchor: true}},
		Timestamps: []verify.Timestamp{{
			ID: "T1", Kind: verify.TimestampSignature, Indication: verdict.Passed, GenTime: at("2026-04-01T00:00:10Z"), Accuracy: verify.Duration(time.Second), Policy: "1.2.392.2", Serial: "77",
			Imprint: &verify.Imprint{Algorithm: "SHA-384", Matches: ptr(true)}, TSA: &verify.TSA{Certificate: sha("c"), Subject: "CN=TSU 1,O=Example Time,C=JP"},
			TrustService: service, Path: []verify.PathEntry{{Certificate: sha("c"), Revocation: good}, {Certificate: sha("b"), Anchor: true}},
		}},
		TrustService: service,
		Findings: []verify.Finding{
			verify.Words("F1", verdict.Finding{Code: verdict.CodeBestTime, Object: "S1", Params: map[string]string{"time": "2026-04-01T00:00:10Z", "source": "T1"}}),
		},
		Steps: []verify.Step{{Clause: "EN 319 102-1 5.2.7", Title: "Cryptographic verification", Object: "S1", Indication: verdict.Passed, Explanation: "2 digests, 1 value"}},
	}}
	return ask(r, facts())
}

func altered() *verify.Report {
	r := passed()
	s := &r.Signatures[0]
	s.Indication, s.SubIndication = verdict.TotalFailed, verdict.HashFailure
	s.Findings = append(s.Findings, verify.Words("F2", verdict.Finding{Code: verdict.CodeDataDigest, Object: "S1", Params: map[string]string{"name": "ByteRange", "algorithm": "SHA-384"}}))
	f := facts()
	f.Intact = verify.Basis{Status: verdict.Refuted, Evidence: []string{"S1"}}
	return ask(r, f)
}

// missing lacks revocation data, and was expected to be sealed by another.
func missing() *verify.Report {
	r := passed()
	s := &r.Signatures[0]
	s.Indication, s.SubIndication = verdict.Indeterminate, verdict.TryLater
	s.Path[0].Revocation = &verify.RevocationInfo{Status: verify.RevocationUnknown}
	s.Findings = append(s.Findings, verify.Words("F2", verdict.Finding{Code: verdict.CodeNoRevocationData, Object: sha("a"), Params: map[string]string{"subject": "CN=Seal 1", "urls": "http://crl.example/ca.crl"}}))
	s.Rejected = []verify.RejectedPath{{Path: []string{sha("a"), sha("c")}, Code: verdict.CodeNotCA, Clause: "RFC 5280 6.1.4 (k)", Text: &verify.Text{JA: "認証局ではありません", EN: "not a CA"}}}
	r.Expectations = []verify.Expectation{{Kind: verify.ExpectSealedBy, Wanted: "見本市", Found: "見本省"}}
	r.Findings = []verify.Finding{verify.Words("F3", verdict.Finding{Code: verdict.CodeSealerNotExpected, Params: map[string]string{"wanted": "見本市", "found": "見本省"}})}
	r.Forecast = &verify.Forecast{State: verify.ForecastNotNow, Events: []verify.ForecastEvent{{At: at("2029-03-31T00:00:00Z"), What: "certificate-expires", Object: sha("a"), Effect: "INDETERMINATE/OUT_OF_BOUNDS_NO_POE", Affects: []string{"S1"}, Remedy: &verify.Text{JA: "この日までにアーカイブタイムスタンプを追加してください。", EN: "Add an archive time-stamp before this date."}}}}
	r.Readings = map[string]verify.Reading{"jnsa": {Result: "INDETERMINATE", Clause: "5.7"}}
	r.SecondOpinion = []verify.SecondOpinion{{Tool: "pdfsign", Version: "0", Says: "ok", Differs: true}}
	f := facts()
	f.NotRevoked = verify.Basis{}
	return ask(r, f)
}

// forged is altered after sealing: the sealed revision alone is in order.
func forged() *verify.Report {
	r := passed()
	s := &r.Signatures[0]
	s.Indication, s.SubIndication = verdict.TotalFailed, verdict.FormatFailure
	s.Changes = &verify.Changes{Level: verify.ChangeOther, Permitted: verify.PermittedNo, DecidedBy: "DocMDP P2", Items: []verify.ChangeItem{{Object: "5 0", Level: verify.ChangeOther, Code: verdict.CodeChangeForbidden, Text: verify.Text{JA: "ページ1の内容", EN: "content of page 1"}}}}
	s.SealedRevision = &verify.SealedRevision{Revision: 1, Indication: verdict.TotalPassed}
	s.Findings = append(s.Findings, verify.Words("F2", verdict.Finding{Code: verdict.CodeChangeForbidden, Object: "S1", Params: map[string]string{"what": "content of page 1"}}))
	return ask(r, facts())
}

func notSigned() *verify.Report {
	r := base()
	r.Verdict = verdict.NotSigned
	r.Findings = []verify.Finding{verify.Words("F1", verdict.Finding{Code: verdict.CodeNotSigned})}
	return r
}

func unreadable() *verify.Report {
	r := base()
	r.Verdict = verdict.Unreadable
	r.Document.Format = verify.FormatUnknown
	r.Findings = []verify.Finding{verify.Words("F1", verdict.Finding{Code: verdict.CodeUnreadable, Params: map[string]string{"reason": "no known container"}})}
	return r
}

// token is a bare time-stamp and an evidence record without signatures.
func token() *verify.Report {
	p := passed()
	r := base()
	r.Document.Format, r.Document.Name = verify.FormatTimestamp, "reply.tsr"
	r.Certificates, r.Evidence = p.Certificates, p.Evidence
	r.Evidence[2].ProvenBy = ""
	t := p.Signatures[0].Timestamps[0]
	t.Kind = verify.TimestampDocument
	t.Imprint = &verify.Imprint{Algorithm: "SHA-384"}
	t.Indication, t.SubIndication = verdict.Indeterminate, verdict.SignedDataNotFound
	t.Findings = []verify.Finding{verify.Words("F1", verdict.Finding{Code: verdict.CodeImprintNotChecked, Object: "T1", Params: map[string]string{"id": "T1"}})}
	r.Timestamps = []verify.Timestamp{t}
	r.EvidenceRecords = []verify.EvidenceRecord{{ID: "R1", Format: verify.RecordRFC4998, Indication: verdict.Passed, Covers: []string{"reply.tsr"}, NotCovered: []string{"manifest.xml"}}}
	r.Verdict = verify.VerdictOf(r)
	return r
}

// several has two signatures, one by a person that is not shown, a
// counter-signature and content outside, and switched-off checks.
func several() *verify.Report {
	r := missing()
	r.Expectations, r.Findings = nil, nil
	r.Policy.OptOuts = []string{"revocation-freshness"}
	s := r.Signatures[0]
	s.ID, s.Format, s.Level = "S2", verify.SignatureCAdES, verify.LevelBB
	s.Kind, s.KindBasis = verify.KindPerson, verify.BasisPolicyOID
	s.Indication, s.SubIndication = verdict.TotalPassed, ""
	s.Signer = &verify.Signer{Certificate: sha("c"), CommonName: "***", Masked: true}
	s.Field, s.Coverage, s.Changes, s.Rejected, s.Steps, s.TrustService = nil, nil, nil, nil, nil, nil
	s.Content = &verify.Content{Attached: true, SHA256: sha("f"), Size: ptr(int64(0)), Name: "a.txt"}
	s.BestSignatureTime = &verify.BestTime{Time: at("2026-11-22T00:00:00Z"), Source: verify.SourceValidationTime}
	s.Timestamps = nil
	s.Findings = []verify.Finding{
		verify.Words("F10", verdict.Finding{Code: verdict.CodeRevokedAfterProven, Object: sha("c"), Params: map[string]string{"at": "2026-10-01T00:00:00Z", "bst": "2026-04-01T00:00:10Z"}}),
		verify.Words("F11", verdict.Finding{Code: verdict.CodeReferenceIssuerSerial, Object: "S2"}),
	}
	s.Path = []verify.PathEntry{{Certificate: sha("c"), Revocation: &verify.RevocationInfo{Status: verify.RevocationRevoked, Evidence: "E3", RevokedAt: at("2026-10-01T00:00:00Z"), Reason: "superseded"}}, {Certificate: sha("b"), Anchor: true}}
	s.CounterSignatures = []verify.Signature{{ID: "S3", Format: verify.SignatureCMS, Level: verify.LevelNone, Kind: verify.KindUnknown, KindBasis: verify.BasisNone, Indication: verdict.Indeterminate, SubIndication: verdict.NoSigningCertificateFound, Content: &verify.Content{}}}
	r.Signatures = append(r.Signatures, s)
	return ask(r, facts())
}

// hostile has names that try to steer the terminal.
func hostile() *verify.Report {
	r := forged()
	r.Document.Name = "a\u202efdp.exe\x1b[2J\r\n\u0085TOTAL-PASSED"
	r.Signatures[0].Signer.NameJa = "見本省\u2066\u200b\U000e0041\x07"
	r.Signatures[0].Signer.Organization = "Ministry\xff\xfe of \u3164Examples"
	return r
}

var reports = map[string]func() *verify.Report{
	"passed": passed, "altered": altered, "missing": missing, "forged": forged, "not-signed": notSigned,
	"unreadable": unreadable, "token": token, "several": several, "hostile": hostile,
}
