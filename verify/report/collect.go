package report

import (
	"cmp"
	"slices"

	"github.com/kakuin/kakuin/verify"
)

// sorted gives the keys of a map in order: maps are never written as they come.
func sorted[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// A part is anything that was judged: a signature, a time-stamp, a record.
type part struct {
	id       string
	findings []verify.Finding
	steps    []verify.Step
	rejected []verify.RejectedPath
}

// parts lists everything that was judged, in the order of the report.
func parts(rep *verify.Report) []part {
	var out []part
	stamps := func(all []verify.Timestamp) {
		for _, t := range all {
			out = append(out, part{t.ID, t.Findings, t.Steps, t.Rejected})
		}
	}
	var signatures func(all []verify.Signature)
	signatures = func(all []verify.Signature) {
		for _, s := range all {
			out = append(out, part{s.ID, s.Findings, s.Steps, s.Rejected})
			stamps(s.Timestamps)
			signatures(s.CounterSignatures)
		}
	}
	signatures(rep.Signatures)
	stamps(rep.Timestamps)
	for _, r := range rep.EvidenceRecords {
		out = append(out, part{r.ID, r.Findings, r.Steps, nil})
		stamps(r.Timestamps)
	}
	return out
}

// Findings are all that a report has, those on the document first, then those of
// each signature, time-stamp and evidence record.
func Findings(rep *verify.Report) []verify.Finding {
	out := slices.Clone(rep.Findings)
	for _, p := range parts(rep) {
		out = append(out, p.findings...)
	}
	return out
}
