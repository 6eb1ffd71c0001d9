package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
)

func newExplain(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "explain [CODE]", Short: "Say what a finding code, verdict or sub-indication means, why it matters and what to do",
		Long:    "Say what a finding code (K-REV-001), a verdict (NOT-SIGNED) or a sub-indication (TRY_LATER) means, why it matters and what to do. Without CODE: list all codes.",
		Example: "  kakuin explain K-REV-001\n  kakuin explain --lang ja TRY_LATER",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("explain takes one CODE")
			}
			return nil
		},
		ValidArgs: msg.Codes(),
		RunE: func(_ *cobra.Command, args []string) error {
			lang, err := s.language(e)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return listCodes(e.out, lang)
			}
			if err := report.Describe(e.out, args[0], lang); err != nil {
				return usage("%s: no finding code, verdict or sub-indication that is known; `kakuin explain` lists the codes", args[0])
			}
			return nil
		},
	}
	s.registerLang(c)
	return c
}

// optional takes off the brackets around parts of a text that depend on a parameter.
var optional = strings.NewReplacer("[[", "", "]]", "")

func listCodes(w io.Writer, lang string) error {
	for _, code := range msg.Codes() {
		entry, _ := msg.Lookup(code)
		if _, err := fmt.Fprintf(w, "%s  %-7s  %s\n", code, entry.Severity, optional.Replace(entry.Text.In(lang))); err != nil {
			return err
		}
	}
	return nil
}
