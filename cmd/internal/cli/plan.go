package cli

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

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

// printPlan writes what would be fetched, in order of need, one a line.
func (r *verifyRun) printPlan(ctx context.Context, w io.Writer, doc *eseal.Document) error {
	if doc.Unreadable != nil {
		return unreadable("%s: %w", doc.Name, doc.Unreadable)
	}
	wants, err := r.judge.Plan(ctx, doc)
	if err != nil {
		return err
	}
	return writePlan(w, doc.Name, wants, r.format)
}

func writePlan(w io.Writer, name string, wants []verify.Want, format report.Format) (err error) {
	for _, x := range wants {
		if format == report.Text {
			_, err = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", report.Safe(name), x.Type, report.Safe(x.Subject), x.Reason, report.Safe(strings.Join(x.URLs, " ")))
		} else {
			var line []byte
			if line, err = json.Marshal(plannedFetch{name, string(x.Type), hex.EncodeToString(x.For[:]), x.Subject, x.Reason, x.URLs}); err == nil {
				_, err = fmt.Fprintf(w, "%s\n", line)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
