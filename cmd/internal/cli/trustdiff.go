package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/report"
)

// A listDiff is what `trust diff` says, schema kakuin/trustdiff/v1.
type listDiff struct {
	Schema  string       `json:"schema"`
	From    diffSide     `json:"from"`
	To      diffSide     `json:"to"`
	Changes []listChange `json:"changes,omitempty"`
}

type diffSide struct {
	ID       string `json:"id"`
	Sequence int64  `json:"sequence"`
	SHA256   string `json:"sha256"`
}

type listChange struct {
	Service string `json:"service,omitempty"`
	Anchor  string `json:"anchor,omitempty"`
	What    string `json:"what"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
}

func newTrustDiff(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "diff A B", Short: "Tell what two trust lists do not share, whatever their order", Args: someArgs(2, 2, "two lists, A and B"),
		Long: `Tell what two trust lists do not share: services, anchors, dates, statuses,
policies. The order of what stands in a list does not matter.

Exit code 0: both say the same; 3: they differ; 5: one cannot be read.`,
		Example: "  kakuin trust diff old.yaml new.yaml",
		RunE: func(_ *cobra.Command, args []string) error {
			asJSON, err := s.wantsJSON()
			if err != nil {
				return err
			}
			var lists [2]*trustlist.List
			for i, path := range args {
				if lists[i], err = trustlist.Load(path); err != nil {
					return noTrust("%s: %w", path, err)
				}
			}
			out := listDiff{Schema: "kakuin/trustdiff/v1", From: sideOf(lists[0]), To: sideOf(lists[1])}
			for _, x := range trustlist.Diff(lists[0], lists[1]) {
				out.Changes = append(out.Changes, listChange(x))
			}
			if len(out.Changes) > 0 {
				e.result(exit.Indeterminate)
			}
			return s.write(e, args, func(w io.Writer) error {
				if asJSON {
					return writeJSON(w, out)
				}
				return out.write(w)
			})
		},
	}
	s.registerOutput(c)
	return c
}

func sideOf(l *trustlist.List) diffSide { return diffSide{l.ID, l.Sequence, hexOf(l.SHA256[:])} }

// write tells changes under the service and the anchor that they are about.
func (d *listDiff) write(w io.Writer) error {
	service, anchor := "", ""
	for i, c := range d.Changes {
		if i == 0 || c.Service != service {
			if service, anchor = c.Service, ""; service != "" {
				fmt.Fprintf(w, "%s\n", report.Safe(service))
			}
		}
		if c.Anchor != anchor {
			if anchor = c.Anchor; anchor != "" {
				fmt.Fprintf(w, "  anchor %s\n", anchor)
			}
		}
		lead := ""
		if service != "" {
			lead = "  "
		}
		if anchor != "" {
			lead = "    "
		}
		what := report.Safe(c.What)
		var err error
		switch {
		case c.From == "":
			_, err = fmt.Fprintf(w, "%s+ %s: %s\n", lead, what, report.Safe(c.To))
		case c.To == "":
			_, err = fmt.Fprintf(w, "%s- %s: %s\n", lead, what, report.Safe(c.From))
		default:
			_, err = fmt.Fprintf(w, "%s~ %s: %s -> %s\n", lead, what, report.Safe(c.From), report.Safe(c.To))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
