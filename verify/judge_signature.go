package verify

import (
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/verdict"
)

// signature writes one judgement down.
func (b *reportBuilder) signature(j *process.Judgement, stamps []*process.Stamp) Signature {
	s := j.Facts
	out := Signature{ID: s.ID, Format: s.Format, Level: s.Level, Kind: KindUnknown, KindBasis: BasisNone, DigestAlgorithm: s.DigestName, SignatureAlgorithm: s.SignatureName}
	if out.Level == "" {
		out.Level = LevelNone
	}
	o := j.Outcome.Total()
	out.Indication, out.SubIndication = o.Indication, o.SubIndication
	if s.ClaimedSigningTime != nil {
		out.ClaimedSigningTime = At(*s.ClaimedSigningTime)
	} else if s.Field != nil && s.Field.M != nil {
		out.ClaimedSigningTime = At(*s.Field.M)
	}
	out.BestSignatureTime = &BestTime{Time: At(j.Best), Source: j.Source}
	if j.Source == "" {
		out.BestSignatureTime.Source = SourceValidationTime
	}
	if a := j.Basic.Arithmetic; a.Value == process.Holds {
		out.SignatureAlgorithm = a.Algorithm.Name
		if s.SignerInfo == nil {
			out.DigestAlgorithm = a.Algorithm.Digest.Name()
		}
	}
	st := b.trust.stand(j.Basic.Chain, path.Seal, "", j.Best)
	if c := j.Basic.Signer; c != nil {
		out.Signer = b.signer(c)
		b.names[s.ID] = namesOf(c)
		out.Kind, out.KindBasis = kind(c, st)
	}
	b.container(&out, j)
	out.Path = b.path(j.Basic.Chain)
	out.TrustService = trustService(st)
	var service []verdict.Finding
	if j.Basic.Chain != nil && j.Basic.Chain.Path != nil {
		service = standingFindings(st, s.ID, At(j.Best).String())
	}
	register := b.registered(j.Basic, s.ID, j.Best, j.Source != "")
	if out.Signer != nil {
		out.Signer.Registry = register.entry
	}
	for _, t := range j.Stamps {
		out.Timestamps = append(out.Timestamps, b.timestamp(t, false))
	}
	for _, c := range j.Counter {
		out.CounterSignatures = append(out.CounterSignatures, b.signature(c, nil))
	}
	required, structure := b.requirements(j, stamps)
	out.FormatRequirements = required
	out.Findings = b.tell(j.Causes, slices.Concat(j.Findings, b.missed(j.Basic.Wants), service, register.findings, structure))
	if b.v.explain {
		out.Steps = b.steps(j.Steps)
		out.Rejected = b.rejected(j.Basic.Chain)
	}
	facts := b.facts(&out, j, st, stamps)
	facts.Registry = register.basis
	out.Layers = b.asked(SubjectOf(&out), facts, s.Field)
	if s.Parent == nil {
		b.layers = append(b.layers, out.Layers)
	}
	b.wants = append(b.wants, j.Basic.Wants...)
	return out
}

// container writes down what the format adds.
func (b *reportBuilder) container(out *Signature, j *process.Judgement) {
	s := j.Facts
	if c := s.Content; c != nil {
		size := c.Size
		out.Content = &Content{Attached: c.Attached, Name: c.Name, SHA256: hex.EncodeToString(c.SHA256)}
		if c.Known && c.SHA256 != nil {
			out.Content.Size = &size
		}
	}
	f := s.Field
	if f == nil {
		return
	}
	out.Field = b.field(s, j.Basic.Signer)
	out.Coverage = &Coverage{WholeFile: f.Coverage.WholeFile, Revision: f.Revision, Revisions: len(b.doc.PDF.Revisions), ByteRange: f.ByteRange}
	for _, r := range f.Coverage.NotCovered {
		out.Coverage.NotCovered = append(out.Coverage.NotCovered, fmt.Sprintf("%d-%d", r.Start, r.End))
	}
	if !f.Coverage.Valid || j.Changes.Level == "" {
		return
	}
	out.Changes = b.changes(j.Changes)
	if j.Sealed != j.Outcome {
		sealed := j.Sealed.Total()
		out.SealedRevision = &SealedRevision{Revision: f.Revision, Indication: sealed.Indication, SubIndication: sealed.SubIndication}
	}
}

func (b *reportBuilder) path(ch *process.Chain) []PathEntry {
	if ch == nil {
		return nil
	}
	var out []PathEntry
	for _, e := range ch.Entries {
		p := PathEntry{Certificate: b.cert(e.Certificate), Anchor: e.Anchor}
		if !e.Anchor {
			p.Revocation = b.revocation(e)
		}
		out = append(out, p)
	}
	return out
}

func (b *reportBuilder) revocation(e *process.Entry) *RevocationInfo {
	r := &RevocationInfo{Status: e.State}
	if e.Status.Item != nil {
		r.Evidence = b.object(process.ItemID(e.Status.Item))
	}
	if e.State == RevocationRevoked {
		r.RevokedAt, r.Reason = At(e.Status.RevokedAt), process.ReasonName(e.Status.Reason)
	}
	return r
}

// tell writes the causes first, then everything else, each once.
func (b *reportBuilder) tell(causes []process.Cause, findings []verdict.Finding) []Finding {
	all := make([]verdict.Finding, 0, len(causes)+len(findings))
	for _, c := range causes {
		all = append(all, c.Finding)
	}
	all = append(all, findings...)
	var out []Finding
	seen := map[string]bool{}
	for _, f := range all {
		key := fmt.Sprint(f.Code, f.Object, f.Params)
		if seen[key] {
			continue
		}
		seen[key] = true
		out = append(out, b.words(f))
	}
	return out
}

func (b *reportBuilder) steps(in []verdict.Step) []Step {
	out := make([]Step, len(in))
	for i, s := range in {
		out[i] = Step{Clause: s.Clause, Title: b.conceal(s.Title), Object: s.Object, Indication: s.Outcome.Indication, SubIndication: s.Outcome.SubIndication, Explanation: b.conceal(s.Explanation)}
	}
	return out
}

func (b *reportBuilder) rejected(ch *process.Chain) []RejectedPath {
	if ch == nil {
		return nil
	}
	var out []RejectedPath
	for _, r := range ch.Rejected {
		ps := b.concealed(r.Params)
		w := Words("", verdict.Finding{Code: verdict.Code(r.Code), Params: ps})
		p := RejectedPath{Code: verdict.Code(r.Code), Clause: r.Clause, Params: ps, Text: &w.Text}
		for _, c := range r.Path {
			p.Path = append(p.Path, b.cert(c))
		}
		if r.Anchor != nil && r.Anchor.Certificate != nil {
			p.Anchor = b.cert(r.Anchor.Certificate)
		}
		if r.At != nil {
			p.At = b.cert(r.At)
		}
		out = append(out, p)
	}
	return out
}

func trustService(st standing) *TrustService {
	s := st.service
	if s == nil {
		return nil
	}
	out := &TrustService{List: s.List, Service: Text{JA: s.Name.JA, EN: s.Name.EN}, Type: s.Type, Framework: s.Framework, Status: st.status.Status, Since: At(st.status.From), Accredited: st.accredited}
	if a := s.Assurance; a.Level != "" || a.IAL != "" || a.AAL != "" {
		out.Assurance = &Assurance{Level: a.Level, IAL: a.IAL, AAL: a.AAL, Basis: a.Basis}
	}
	return out
}

// standingFindings tell what the list says of the unit. They never decide.
func standingFindings(st standing, id, at string) []verdict.Finding {
	f := verdict.Finding{Object: id, Params: map[string]string{"time": at}}
	switch {
	case st.service == nil && st.named != nil:
		f.Code, f.Severity = verdict.CodeOtherUnit, verdict.Warning
		nameService(f.Params, st.named)
	case st.service == nil:
		f.Code, f.Severity = verdict.CodeNoService, verdict.Info
		f.Params["anchor"] = id
	case st.accredited:
		f.Code, f.Severity = verdict.CodeAccredited, verdict.Info
		nameService(f.Params, st.service)
	case st.service.Accreditation():
		f.Code, f.Severity = verdict.CodeNotAccredited, verdict.Warning
		nameService(f.Params, st.service)
	default:
		return nil
	}
	return []verdict.Finding{f}
}

// timestamp writes one token down. alone: it is judged itself, since the
// document has no signature.
func (b *reportBuilder) timestamp(st *process.Stamp, alone bool) Timestamp {
	t := st.Facts
	out := Timestamp{ID: t.ID, Kind: t.Kind}
	o := st.Outcome.Block()
	out.Indication, out.SubIndication = o.Indication, o.SubIndication
	var standingOf standing
	var service []verdict.Finding
	if t.Token != nil {
		info := t.Token.Info
		out.GenTime, out.Policy, out.Serial = At(info.GenTime), string(info.Policy), info.Serial.String()
		if info.HasAccuracy {
			out.Accuracy = Duration(info.Accuracy)
		}
		out.Imprint = &Imprint{Algorithm: process.ImprintName(info)}
		if t.Imprint.Got != nil {
			m := t.Imprint.Matches
			out.Imprint.Matches = &m
		}
		standingOf = b.trust.stand(st.Basic.Chain, path.Timestamping, ber.OID(info.Policy), info.GenTime)
		out.TrustService = trustService(standingOf)
		if st.Basic.Chain != nil && st.Basic.Chain.Path != nil {
			service = standingFindings(standingOf, t.ID, At(info.GenTime).String())
		}
		if c := st.Basic.Signer; c != nil {
			out.TSA = &TSA{Certificate: b.cert(c), Subject: b.conceal(c.Subject.String())}
			b.names[t.ID] = namesOf(c)
		}
		out.Path = b.path(st.Basic.Chain)
		b.wants = append(b.wants, st.Wants...)
	}
	register := registration{basis: notAssessed()}
	if alone { // with signatures the question is about who signed
		register = b.registered(st.Basic, t.ID, out.GenTime.Time, true)
	}
	out.Findings = b.tell(st.Causes, slices.Concat(st.Findings, b.missed(st.Wants), service, register.findings))
	if b.v.explain {
		out.Steps = b.steps(st.Steps)
		if st.Basic != nil {
			out.Rejected = b.rejected(st.Basic.Chain)
		}
	}
	if alone {
		s := Subject{ID: out.ID, Kind: KindSeal, Outcome: st.Outcome, Findings: out.Findings}
		facts := b.stampFacts(&out, st, standingOf)
		facts.Registry = register.basis
		b.layers = append(b.layers, b.asked(s, facts, t.Field))
	}
	return out
}

// nameService names a service in both languages.
func nameService(params map[string]string, s *trustlist.Service) {
	params["service"] = s.Name.String()
	if s.Name.JA != "" {
		params["service.ja"] = s.Name.JA
	}
}
