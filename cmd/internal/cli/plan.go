package cli

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
)

// A plannedFetch is one thing that the first judgement lacks.
type plannedFetch struct {
	Document string   `json:"document"`
	Type     string   `json:"type"`
	For      string   `json:"for"` // SHA-256 of the certificate that lacks it
	Subject  string   `json:"subject"`
	Reason   string   `json:"reason"`
	URLs     []string `json:"urls,omitempty"`
}

// printPlan writes what would be fetched, in order of need.
func (r *verifyRun) printPlan(ctx context.Context, w io.Writer, doc *eseal.Document) error {
	if doc.Unreadable != nil {
		return unreadable("%s: %w", doc.Name, doc.Unreadable)
	}
	wants, err := r.judge.Plan(ctx, doc)
	if err != nil {
		return err
	}
	return writePlan(w, doc.Name, wants, r.format, r.words)
}

// writePlan writes words for people, or one JSON object a line.
func writePlan(w io.Writer, name string, wants []verify.Want, format report.Format, o []report.Option) error {
	if format == report.Text {
		return report.WritePlan(w, name, wants, o...)
	}
	for _, x := range wants {
		line, err := json.Marshal(plannedFetch{name, string(x.Type), hex.EncodeToString(x.For[:]), x.Subject, x.Reason, x.URLs})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s\n", line); err != nil {
			return err
		}
	}
	return nil
}
