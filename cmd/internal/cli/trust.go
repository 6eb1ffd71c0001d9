package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/report"
)

func newTrust(e *env) *cobra.Command {
	c := group(&cobra.Command{Use: "trust", Short: "List, show, check, compare, import and update trust lists"})
	c.AddCommand(newTrustList(e), newTrustShow(e), newTrustCheck(e), newTrustDiff(e), newTrustImport(e), newTrustUpdate(e))
	return c
}

func newTrustList(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "list", Short: "List the services of a trust list, one a line", Args: noArgs,
		Long: "List the services of a trust list, one a line: framework, type, number of anchors, name. Without --trust: the built-in catalogue.",
		RunE: func(*cobra.Command, []string) error {
			lang, err := s.language(e)
			if err != nil {
				return err
			}
			l, err := s.list(e)
			if err != nil {
				return err
			}
			for _, svc := range l.Services {
				fmt.Fprintf(e.out, "%-15s  %-10s  %2d  %s\n", svc.Framework, svc.Type, len(svc.Anchors), report.Safe(inLang(svc.Name, lang)))
			}
			return nil
		},
	}
	s.registerTrust(c)
	s.registerLang(c)
	return c
}

func inLang(t trustlist.Text, lang string) string {
	if lang == "ja" && t.JA != "" {
		return t.JA
	}
	return t.String()
}

func newTrustShow(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "show", Short: "Show a trust list in full: anchors, fingerprints, confidence, history", Args: noArgs,
		Long: "Show a trust list in full, and where each fact comes from. Without --trust: the built-in catalogue.",
		RunE: func(*cobra.Command, []string) error {
			asJSON, err := s.wantsJSON()
			if err != nil {
				return err
			}
			l, err := s.list(e)
			if err != nil {
				return err
			}
			return s.write(e, s.trust, func(w io.Writer) error {
				if asJSON {
					return writeJSON(w, shown(l))
				}
				return writeTree(w, shown(l))
			})
		},
	}
	s.registerTrust(c)
	s.registerOutput(c)
	return c
}
