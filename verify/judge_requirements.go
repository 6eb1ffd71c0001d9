package verify

import (
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/internal/baseline"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/verdict"
)

// requirements measures a PDF signature against the rules of its form. What
// is not met is told; it decides nothing by itself.
func (b *reportBuilder) requirements(j *process.Judgement, stamps []*process.Stamp) (*FormatRequirements, []verdict.Finding) {
	if j.Facts.Field == nil {
		return nil, nil
	}
	if b.book == nil {
		b.book = baseline.Open(b.doc, b.ev.Items, purse.New(b.v.limits))
	}
	paths := append([]baseline.Path{pathOf(j.Basic)}, timePaths(j, stamps)...)
	r := b.book.Check(j.Facts, j.Basic.Signer, paths...)
	if r == nil {
		return nil, nil
	}
	out := &FormatRequirements{Rules: r.Rules, Level: r.Level, Next: r.Next, Missing: r.Missing, Archival: archival(j.Facts)}
	for _, q := range r.Requirements {
		out.Requirements = append(out.Requirements, Requirement{ID: q.ID, Clause: q.Clause, Level: q.Level, Advised: q.Advised, Status: string(q.Status),
			Detail: b.conceal(q.Detail), Text: Term("requirement."+q.ID, nil)})
	}
	return out, requirementFindings(j.Facts, r, out.Archival)
}

// pathOf is the path that was judged, or the end entity alone.
func pathOf(basic *process.Basic) baseline.Path {
	if basic == nil {
		return baseline.Path{}
	}
	var p baseline.Path
	if ch := basic.Chain; ch != nil && ch.Path != nil {
		for _, e := range ch.Entries {
			p.Certificates = append(p.Certificates, e.Certificate)
			p.Anchored = e.Anchor
		}
	}
	if p.Certificates == nil && basic.Signer != nil {
		p.Certificates = []*cert.Certificate{basic.Signer}
	}
	return p
}

// timePaths are those of the time-stamps that give the signature its time: its
// own, else the first one of the document after it.
func timePaths(j *process.Judgement, stamps []*process.Stamp) []baseline.Path {
	var out []baseline.Path
	for _, st := range j.Stamps {
		if st.Facts.Kind == eseal.SignatureTimestamp && st.Facts.Err == nil {
			out = append(out, pathOf(st.Basic))
		}
	}
	if later := process.DocumentStamps(j.Facts, stamps); out == nil && len(later) > 0 {
		out = append(out, pathOf(later[0].Basic))
	}
	return out
}

func archival(s *eseal.Signature) *RevocationInside {
	a := s.Archival
	if a == nil {
		return nil
	}
	return &RevocationInside{CRLs: a.CRLs, OCSPs: a.OCSPs, Other: a.Other, Signed: a.Signed}
}

func requirementFindings(s *eseal.Signature, r *baseline.Result, a *RevocationInside) []verdict.Finding {
	var out []verdict.Finding
	broken := r.Broken("")
	if r.Level != "" {
		broken = r.Broken(LevelBB)
	}
	if len(broken) > 0 {
		ids := make([]string, len(broken))
		for i, q := range broken {
			ids[i] = q.ID
		}
		out = append(out, verdict.Finding{Code: verdict.CodeRequirements, Severity: verdict.Warning, Clause: r.Rules, Object: s.ID,
			Params: map[string]string{"rules": r.Rules, "requirements": strings.Join(ids, ", ")}})
	}
	if r.Level == "" {
		out = append(out, verdict.Finding{Code: verdict.CodeOlderForm, Severity: verdict.Info, Clause: r.Rules, Object: s.ID, Params: map[string]string{"subFilter": s.Field.SubFilter}})
	}
	if a != nil {
		out = append(out, verdict.Finding{Code: verdict.CodeRevocationInside, Severity: verdict.Info, Object: s.ID,
			Params: map[string]string{"crls": strconv.Itoa(a.CRLs), "ocsps": strconv.Itoa(a.OCSPs), "other": strconv.Itoa(a.Other)}})
	}
	return out
}
