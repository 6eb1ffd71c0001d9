package cli

import (
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

func newPolicy(e *env) *cobra.Command {
	c := group(&cobra.Command{Use: "policy", Short: "List, show and check validation policies"})
	c.AddCommand(newPolicyList(e), newPolicyShow(e), newPolicyLint(e), newPolicyImport(e))
	return c
}

func newPolicyList(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "list", Short: "List the built-in policies", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			lang, err := s.language(e)
			if err != nil {
				return err
			}
			for _, n := range policy.Names() {
				p, err := policy.ByName(n)
				if err != nil {
					return err
				}
				fmt.Fprintf(e.out, "%-11s  %s  %s\n", n, hex.EncodeToString(p.SHA256[:8]), inLanguage(lang, p.Title)+": "+inLanguage(lang, p.Description))
			}
			return nil
		},
	}
	s.registerLang(c)
	return c
}

func inLanguage(lang string, t policy.Text) string { return verify.Text{JA: t.JA, EN: t.EN}.In(lang) }

func newPolicyShow(e *env) *cobra.Command {
	s := &shared{}
	source := false
	c := &cobra.Command{
		Use: "show NAME|FILE", Short: "Show every constraint of a policy, or its file", Args: oneArg("NAME"), ValidArgs: policy.Names(),
		Long: policyHelp,
		Example: `  kakuin policy show japan
  kakuin policy show strict --source > ours.yaml
  kakuin verify --policy ours.yaml certificate.pdf`,
		RunE: func(_ *cobra.Command, args []string) error {
			if source {
				data, err := policy.Source(args[0])
				if err != nil {
					return usage("%w", err)
				}
				return s.write(e, nil, func(w io.Writer) error { _, err := w.Write(data); return err })
			}
			p, err := readPolicy(args[0])
			if err != nil {
				return err
			}
			return s.showPolicy(e, p)
		},
	}
	s.registerOutput(c)
	s.registerLang(c)
	c.Flags().BoolVar(&source, "source", false, "print the file of a built-in policy, to start one's own from")
	return c
}

// policyView is a policy as `policy show --json` writes it.
type policyView struct {
	Schema      string              `json:"schema"`
	ID          string              `json:"id"`
	SHA256      string              `json:"sha256"`
	Title       verify.Text         `json:"title,omitzero"`
	Description verify.Text         `json:"description,omitzero"`
	Constraints []policy.Constraint `json:"constraints"`
	Algorithms  []algorithmView     `json:"algorithms,omitempty"`
}

type algorithmView struct {
	Name          string `json:"name"`
	Kind          string `json:"kind"`
	MinBits       int    `json:"minBits,omitempty"`
	Digest        string `json:"digest,omitempty"`
	Use           string `json:"use,omitempty"`
	GenerateUntil string `json:"generateUntil"`
	VerifyUntil   string `json:"verifyUntil"`
	Source        string `json:"source"`
}

func (s *shared) showPolicy(e *env, p *policy.Policy) error {
	asJSON, err := s.wantsJSON()
	if err != nil {
		return err
	}
	lang, err := s.language(e)
	if err != nil {
		return err
	}
	v := policyView{Schema: "kakuin/policy-view/v1", ID: p.ID, SHA256: hex.EncodeToString(p.SHA256[:]), Constraints: p.Constraints(),
		Title: verify.Text{JA: p.Title.JA, EN: p.Title.EN}, Description: verify.Text{JA: p.Description.JA, EN: p.Description.EN}}
	for kind, lines := range []([]policy.Lifetime){p.Algorithms.Digests, p.Algorithms.Signatures, p.Algorithms.Strengths} {
		for _, l := range lines {
			v.Algorithms = append(v.Algorithms, algorithmView{Name: l.Name, Kind: []string{"digest", "signature", "strength"}[kind], MinBits: l.MinBits, Digest: l.Digest,
				Use: string(l.Use), GenerateUntil: l.GenerateUntil, VerifyUntil: l.LastRelied(), Source: l.Source})
		}
	}
	return s.write(e, nil, func(w io.Writer) error {
		if asJSON {
			return writeJSON(w, v)
		}
		return v.text(w, lang)
	})
}

// text writes one constraint a line, its source below.
func (v *policyView) text(w io.Writer, lang string) error {
	word := func(key string) string {
		t := msg.Word(key).Text
		return verify.Text{JA: t.JA, EN: t.EN}.In(lang)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n%s\n%s\n\n", v.ID, v.SHA256, report.Safe(v.Title.In(lang)), report.Safe(v.Description.In(lang)))
	for _, c := range v.Constraints {
		mark := word("policy.default")
		if c.Explicit {
			mark = word("policy.explicit")
		}
		if c.Weaker || c.Disabled {
			mark += ", " + word("policy.weaker") + " " + c.Strict
		}
		fmt.Fprintf(&b, "%s: %s (%s)\n", report.Safe(c.Key), report.Safe(c.Value), mark)
		if c.Source != "" {
			fmt.Fprintf(&b, "    %s\n", report.Safe(c.Source))
		}
	}
	for _, a := range v.Algorithms {
		name := strings.Join(strings.Fields(fmt.Sprintf("%s %s %s", a.Name, a.Digest, a.Use)), " ")
		if a.MinBits > 0 {
			name += fmt.Sprintf(" >= %d", a.MinBits)
		}
		fmt.Fprintf(&b, "algorithms.%s %s: %s %s, %s %s\n    %s\n", a.Kind, report.Safe(name), word("policy.generate"), a.GenerateUntil, word("policy.verify"), a.VerifyUntil, report.Safe(a.Source))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func newPolicyLint(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "lint FILE", Short: "Check a policy file", Args: oneArg("FILE"),
		Long: `Check a policy file: keys and words that are not known, lines without a source,
lines that contradict each other, algorithm dates that are out of order or over,
and (for information) every line that is weaker than the strict answer.
The exit code is 1 where there is an error, 6 where the file cannot be read, else 0.`,
		Example: "  kakuin policy lint ours.yaml",
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := readSmall(args[0])
			if err != nil {
				return unreadable("%s: %v", args[0], err)
			}
			at, err := s.moment(e)
			if err != nil {
				return err
			}
			return s.lintPolicy(e, args[0], policy.Lint(data, os.DirFS(filepath.Dir(args[0])), at))
		},
	}
	s.registerOutput(c)
	s.registerLang(c)
	c.Flags().StringVar(&s.at, "at", "", "hold the dates against `TIME` instead of now")
	return c
}

// lintView is what `policy lint --json` writes.
type lintView struct {
	Schema   string           `json:"schema"`
	File     string           `json:"file"`
	Findings []verify.Finding `json:"findings"`
}

func (s *shared) lintPolicy(e *env, file string, found []verdict.Finding) error {
	asJSON, err := s.wantsJSON()
	if err != nil {
		return err
	}
	lang, err := s.language(e)
	if err != nil {
		return err
	}
	v := lintView{Schema: "kakuin/policy-lint/v1", File: file, Findings: []verify.Finding{}}
	for i, f := range found {
		v.Findings = append(v.Findings, verify.Words(fmt.Sprintf("F%d", i+1), f))
		if f.Severity == verdict.Error {
			e.result(exit.Failed)
		}
	}
	return s.write(e, []string{file}, func(w io.Writer) error {
		if asJSON {
			return writeJSON(w, v)
		}
		for _, f := range v.Findings {
			if _, err := fmt.Fprintf(w, "%s: %s %s %s\n", report.Safe(file), f.Severity, f.Code, report.Safe(f.Text.In(lang))); err != nil {
				return err
			}
		}
		return nil
	})
}

func newPolicyImport(e *env) *cobra.Command {
	s := &shared{}
	c := &cobra.Command{
		Use: "import FILE", Short: "Turn a catalogue of ETSI TS 119 322 into lines of a policy", Args: oneArg("FILE"),
		Long: `Turn a machine-readable catalogue of algorithms (ETSI TS 119 322 and RFC 5698,
XML or JSON) into the section "algorithms" of a policy file. An end date there is
the first day on which the algorithm is no longer accepted; the lines have the
day before. What a policy cannot say is listed in comments.`,
		Example: "  kakuin policy import suites.xml >> ours.yaml",
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := readSmall(args[0])
			if err != nil {
				return unreadable("%s: %v", args[0], err)
			}
			suites, err := policy.ImportSuites(data)
			if err != nil {
				return unreadable("%s: %v", args[0], err)
			}
			return s.write(e, args, func(w io.Writer) error { _, err := w.Write(suites.YAML()); return err })
		},
	}
	c.Flags().StringVarP(&s.output, "output", "o", "", "write the result to `FILE` instead of standard output")
	return c
}
