package verify

import (
	"slices"

	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/verdict"
)

// records judges the evidence records. With signatures they act only through
// the proofs that they give, and one that fails is a warning.
func (b *reportBuilder) records(judged []*process.Record) {
	alone := len(b.doc.Signatures) == 0
	for _, r := range judged {
		b.rep.EvidenceRecords = append(b.rep.EvidenceRecords, b.record(r, alone))
		if !alone && !r.Passed() {
			b.document(verdict.Finding{Code: verdict.CodeRecordFailed, Severity: verdict.Warning, Object: r.Facts.ID, Params: map[string]string{"id": r.Facts.ID, "reason": r.Outcome.String()}})
		}
	}
}

// record writes one record down.
func (b *reportBuilder) record(r *process.Record, alone bool) EvidenceRecord {
	er := r.Facts
	out := EvidenceRecord{ID: er.ID, Format: er.Format, Covers: er.Covers, NotCovered: er.NotCovered}
	o := r.Outcome.Block()
	out.Indication, out.SubIndication = o.Indication, o.SubIndication
	for _, st := range r.Stamps {
		out.Timestamps = append(out.Timestamps, b.timestamp(st, alone))
	}
	out.Findings = b.tell(r.Own(), slices.Clone(r.Findings))
	if alone && len(r.Own()) > 0 { // it is broken as a whole, whatever its time-stamps answer
		s := Subject{ID: out.ID, Kind: KindSeal, Outcome: r.Outcome, Findings: out.Findings}
		b.layers = append(b.layers, b.asked(s, b.common(nil, standing{}), nil))
	}
	if b.v.explain {
		out.Steps = b.steps(r.Steps[len(r.Steps)-1:])
	}
	return out
}
