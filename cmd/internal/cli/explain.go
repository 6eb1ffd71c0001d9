package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/verify/report/msg"
)

func newExplain(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "explain [CODE]", Short: "Say what a finding code or sub-indication means, why it matters and what to do",
		Long:    "Say what a finding code (K-REV-001) or a sub-indication (TRY_LATER) means, why it matters and what to do. Without CODE: list all codes.",
		Example: "  kakuin explain K-REV-001\n  kakuin explain --lang ja TRY_LATER",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("explain takes one CODE")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			lang, err := s.language(e)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return listCodes(e.out, lang)
			}
			return explain(e.out, lang, args[0])
		},
	}
	c.Flags().StringVar(&s.lang, "lang", "", "ja or en")
	return c
}

func listCodes(w io.Writer, lang string) error {
	for _, code := range msg.Codes() {
		entry, _ := msg.Lookup(code)
		if _, err := fmt.Fprintf(w, "%s  %-7s  %s\n", code, entry.Severity, entry.Text.In(lang)); err != nil {
			return err
		}
	}
	return nil
}

func explain(w io.Writer, lang, code string) error {
	code = strings.ToUpper(code)
	if entry, ok := msg.Lookup(code); ok {
		fmt.Fprintf(w, "%s (%s)  %s\n\n%s\n", code, entry.Severity, entry.Clause, entry.Text.In(lang))
		return paragraphs(w, lang, entry.Why, entry.Remedy)
	}
	if key := "sub." + code; msg.Has(key) {
		word := msg.Word(key)
		fmt.Fprintf(w, "%s\n\n%s\n", code, word.Text.In(lang))
		return paragraphs(w, lang, word.Why, word.Remedy)
	}
	return usage("%s: no such code; `kakuin explain` lists them", code)
}

func paragraphs(w io.Writer, lang string, texts ...msg.Text) error {
	for _, t := range texts {
		if t.IsZero() {
			continue
		}
		if _, err := fmt.Fprintf(w, "\n%s\n", t.In(lang)); err != nil {
			return err
		}
	}
	return nil
}
