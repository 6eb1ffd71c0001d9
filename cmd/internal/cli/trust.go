package cli

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/report"
)

func newTrust(e *env) *cobra.Command {
	c := &cobra.Command{Use: "trust", Short: "List, show and check trust lists", Args: noArgs, RunE: needVerb}
	c.AddCommand(newTrustList(e), newTrustShow(e), newTrustCheck(e))
	return c
}

func newTrustList(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "list", Short: "List the services of a trust list, one a line", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			lang, err := s.language(e)
			if err != nil {
				return err
			}
			l, err := s.list()
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
	c.Flags().StringVar(&s.lang, "lang", "", "ja or en")
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
		RunE: func(*cobra.Command, []string) error {
			lang, err := s.language(e)
			if err != nil {
				return err
			}
			l, err := s.list()
			if err != nil {
				return err
			}
			showList(e, l, lang)
			return nil
		},
	}
	s.registerTrust(c)
	c.Flags().StringVar(&s.lang, "lang", "", "ja or en")
	return c
}

func showList(e *env, l *trustlist.List, lang string) {
	fmt.Fprintf(e.out, "id: %s\nsequence: %d\nissued: %s\nnextUpdate: %s\nsha256: %s\n", report.Safe(l.ID), l.Sequence, day(l.Issued), day(l.NextUpdate), hex.EncodeToString(l.SHA256[:]))
	for _, svc := range l.Services {
		fmt.Fprintf(e.out, "\n%s\n  type: %s\n  framework: %s\n", report.Safe(inLang(svc.Name, lang)), svc.Type, svc.Framework)
		if svc.URL != "" {
			fmt.Fprintf(e.out, "  url: %s\n", report.Safe(svc.URL))
		}
		for _, a := range svc.Anchors {
			kind := "pin"
			subject := a.Subject
			if a.Certificate != nil {
				kind, subject = "certificate", a.Certificate.Subject.String()
			}
			fmt.Fprintf(e.out, "  anchor: %s\n    %s %s\n", hex.EncodeToString(a.SHA256[:]), kind, report.Safe(subject))
			if a.Confidence != "" {
				fmt.Fprintf(e.out, "    confidence: %s\n", a.Confidence)
			}
			if !a.Until.IsZero() {
				fmt.Fprintf(e.out, "    until: %s\n", day(a.Until))
			}
		}
		for _, st := range svc.Status {
			fmt.Fprintf(e.out, "  status: %s from %s\n", st.Status, day(st.From))
		}
	}
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

func newTrustCheck(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "check", Short: "Check that a trust list can be read and is in force; exit 5 if not", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			at, err := s.moment()
			if err != nil {
				return err
			}
			if at.IsZero() {
				at = time.Now()
			}
			l, err := s.list()
			if err != nil {
				return err
			}
			state := l.State(at)
			fmt.Fprintf(e.out, "%s: %s, %d services, next update %s\n", report.Safe(l.ID), state, len(l.Services), day(l.NextUpdate))
			for _, n := range l.Notes {
				fmt.Fprintf(e.err, "kakuin: %s\n", report.Safe(n.String()))
			}
			if state != trustlist.Fresh {
				e.result(ExitNoTrust)
			}
			return nil
		},
	}
	s.registerTrust(c)
	c.Flags().StringVar(&s.at, "at", "", "at this time instead of now")
	return c
}
