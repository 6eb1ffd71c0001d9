package batch

import (
	"cmp"
	"slices"
	"time"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
)

// SummarySchema names the summary of one document.
const SummarySchema = "kakuin/summary/v1"

// A Summary is one document in a line: what a table of many needs.
type Summary struct {
	Schema string `json:"schema"`
	Path   string `json:"path"`
	// PathOctets are those of a path that is not UTF-8, in hexadecimal.
	PathOctets    string           `json:"pathOctets,omitempty"`
	SHA256        string           `json:"sha256,omitempty"`
	Size          int64            `json:"size"`
	Format        string           `json:"format"`
	Verdict       verdict.Document `json:"verdict"`
	SubIndication string           `json:"subIndication,omitempty"` // of the first signature with the worst indication
	Exit          int              `json:"exit"`                    // the exit code that `kakuin verify` has for it
	Sealers       []string         `json:"sealers,omitempty"`       // as the reports name them, each once
	SealersJa     []string         `json:"sealersJa,omitempty"`     // the same in Japanese, where a certificate has such a name
	Level         string           `json:"level,omitempty"`         // the lowest of its signatures
	BestTime      string           `json:"bestSignatureTime,omitempty"`
	Findings      []string         `json:"findings,omitempty"`  // codes of errors and warnings, each once
	CauseCode     string           `json:"causeCode,omitempty"` // of the first error
	Cause         *verify.Text     `json:"cause,omitempty"`     // the same in words
	Unmet         []string         `json:"unmet,omitempty"`     // kinds of expectations that are not met
	// VerifiableUntil is when the verdict ends with the evidence at hand, by what.
	VerifiableUntil string `json:"verifiableUntil,omitempty"`
	EndsBy          string `json:"endsBy,omitempty"`
}

func summarize(path string, rep *verify.Report) Summary {
	s := Summary{
		Schema: SummarySchema, Path: Name(path), PathOctets: octets(path), SHA256: rep.Document.SHA256, Size: rep.Document.Size,
		Format: rep.Document.Format, Verdict: rep.Verdict, Exit: exit.Of(rep),
	}
	for i := range rep.Signatures {
		s.signature(&rep.Signatures[i])
	}
	s.findings(rep)
	for _, e := range rep.Expectations {
		if !e.Met {
			s.Unmet = append(s.Unmet, e.Kind)
		}
	}
	if f := rep.Forecast; f != nil && f.State == verify.ForecastEnds {
		s.VerifiableUntil = f.VerifiableUntil.Format(time.RFC3339)
		if i := slices.IndexFunc(f.Events, func(e verify.ForecastEvent) bool { return e.Effect != "" }); i >= 0 {
			s.EndsBy = f.Events[i].What
		}
	}
	return s
}

// levels in order; what has none is below all.
var levels = []string{verify.LevelNone, verify.LevelBB, verify.LevelBT, verify.LevelBLT, verify.LevelBLTA}

// signature adds one signature: the worst, the lowest and the latest count.
func (s *Summary) signature(x *verify.Signature) {
	if string(x.Indication) == string(s.Verdict) && s.SubIndication == "" {
		s.SubIndication = string(x.SubIndication)
	}
	if g := x.Signer; g != nil {
		name := cmp.Or(g.Organization, g.NameJa, g.CommonName, g.Certificate)
		if !slices.Contains(s.Sealers, name) {
			s.Sealers = append(s.Sealers, name)
		}
		if ja := cmp.Or(g.OrganizationJa, g.NameJa); ja != "" && !slices.Contains(s.SealersJa, ja) {
			s.SealersJa = append(s.SealersJa, ja)
		}
	}
	if s.Level == "" || slices.Index(levels, x.Level) < slices.Index(levels, s.Level) {
		s.Level = x.Level
	}
	if b := x.BestSignatureTime; b != nil {
		if at := b.Time.Format(time.RFC3339); at > s.BestTime {
			s.BestTime = at
		}
	}
}

// findings are those of the document and of all in it.
func (s *Summary) findings(rep *verify.Report) {
	for _, f := range report.Findings(rep) {
		if f.Severity == verdict.Info {
			continue
		}
		if code := string(f.Code); !slices.Contains(s.Findings, code) {
			s.Findings = append(s.Findings, code)
		}
		if f.Severity == verdict.Error && s.Cause == nil {
			s.CauseCode, s.Cause = string(f.Code), &f.Text
		}
	}
	slices.Sort(s.Findings)
}
