package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/report"
)

// shared are the flags that several verbs have.
type shared struct {
	trust      []string
	trustSign  string
	policy     string
	revocation string
	at         string
	certs      []string
	crls       []string
	ocsps      []string
	offline    bool
	format     string
	json       bool
	lang       string
	output     string
	quiet      bool
	explain    bool
	color      string
}

func (s *shared) register(c *cobra.Command) {
	f := c.Flags()
	s.registerTrust(c)
	f.StringVar(&s.policy, "policy", policy.Default, "validation policy: "+strings.Join(policy.Names(), ", ")+", or a file")
	f.StringVar(&s.revocation, "revocation", "", "require, prefer (accept without, with a warning) or none; default: as the policy says")
	f.StringVar(&s.at, "at", "", "judge at this time (2026-11-01, 2026-11-01T00:00:00Z) instead of now")
	f.StringArrayVar(&s.certs, "cert", nil, "extra certificate, `FILE|DIR`, a candidate and never an anchor; repeatable")
	f.StringArrayVar(&s.crls, "crl", nil, "extra CRL, `FILE|DIR`; repeatable")
	f.StringArrayVar(&s.ocsps, "ocsp", nil, "extra OCSP response, `FILE|DIR`; repeatable")
	f.BoolVar(&s.offline, "offline", false, "never dial (this version never does)")
	s.registerOutput(c)
	f.BoolVar(&s.explain, "explain", false, "show the steps and the rejected paths")
}

func (s *shared) registerTrust(c *cobra.Command) {
	c.Flags().StringArrayVar(&s.trust, "trust", nil, "trust list, `FILE`: YAML list or PEM/DER anchors; repeatable; default: the built-in Japanese catalogue")
	c.Flags().StringVar(&s.trustSign, "trust-signer", "", "certificate, `FILE`, that must have signed the list (LIST.p7s beside it)")
}

func (s *shared) registerOutput(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.format, "format", "text", "text, json or ndjson")
	f.BoolVar(&s.json, "json", false, "short for --format json")
	f.StringVar(&s.lang, "lang", "", "language of texts: ja or en (default: by LC_ALL, LC_MESSAGES, LANG)")
	f.StringVar(&s.output, "output", "", "write the result to `FILE` instead of standard output")
	f.BoolVar(&s.quiet, "quiet", false, "only the bottom line")
	f.StringVar(&s.color, "color", "auto", "auto, always or never (NO_COLOR is honoured)")
}

// moment is the time of --at, zero for now.
func (s *shared) moment() (time.Time, error) {
	if s.at == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s.at); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usage("--at %s: not a time; write 2026-11-01 or 2026-11-01T00:00:00Z", s.at)
}

// language is --lang, or the environment's, or English.
func (s *shared) language(e *env) (string, error) {
	switch s.lang {
	case "ja", "en":
		return s.lang, nil
	case "":
		for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
			if v, ok := e.lookup(name); ok && v != "" {
				if strings.HasPrefix(v, "ja") {
					return "ja", nil
				}
				return "en", nil
			}
		}
		return "en", nil
	}
	return "", usage("--lang %s: write ja or en", s.lang)
}

func (s *shared) reportFormat(several bool) (report.Format, error) {
	f := s.format
	if s.json {
		f = "json"
	}
	switch {
	case f == "json" && several:
		return report.NDJSON, nil
	case f == "json":
		return report.JSON, nil
	case f == "ndjson":
		return report.NDJSON, nil
	case f == "text":
		return report.Text, nil
	}
	return "", usage("--format %s: this version writes text, json and ndjson", f)
}

// colored follows --color, NO_COLOR and CLICOLOR_FORCE.
func (s *shared) colored(e *env, w io.Writer) (bool, error) {
	switch s.color {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
		if v, ok := e.lookup("NO_COLOR"); ok && v != "" {
			return false, nil
		}
		if v, ok := e.lookup("CLICOLOR_FORCE"); ok && v != "" && v != "0" {
			return true, nil
		}
		f, ok := w.(*os.File)
		return ok && term.IsTerminal(int(f.Fd())), nil
	}
	return false, usage("--color %s: write auto, always or never", s.color)
}

// pickPolicy reads --policy and --revocation.
func (s *shared) pickPolicy() (*policy.Policy, error) {
	p, err := readPolicy(s.policy)
	if err != nil {
		return nil, err
	}
	switch m := policy.Mode(s.revocation); m {
	case "":
		return p, nil
	case policy.Require, policy.Prefer, policy.None:
		return p.WithRevocation(m), nil
	}
	return nil, usage("--revocation %s: write require, prefer or none", s.revocation)
}

func readPolicy(name string) (*policy.Policy, error) {
	p, err := policy.ByName(name)
	if err == nil {
		return p, nil
	}
	data, ferr := readSmall(name)
	if ferr != nil {
		return nil, usage("--policy %s: no built-in policy (%s) and no file: %v", name, strings.Join(policy.Names(), ", "), ferr)
	}
	if p, err = policy.Parse(data); err != nil {
		return nil, usage("--policy %s: %v", name, err)
	}
	return p, nil
}

// write sends a result to --output or standard output.
func (s *shared) write(e *env, render func(io.Writer) error) error {
	if s.output == "" {
		return render(e.out)
	}
	if err := writeFile(s.output, render); err != nil {
		return fmt.Errorf("--output %s: %w", s.output, err)
	}
	return nil
}
