package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

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
	network
	format   string
	json     bool
	lang     string
	output   string
	quiet    bool
	explain  bool
	color    string
	password string // the file that holds it
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
	s.registerNetwork(c)
	s.registerReport(c)
	f.BoolVar(&s.explain, "explain", false, "show the steps and the rejected paths")
	choices(c, "policy", policy.Names()...)
	choices(c, "revocation", "require", "prefer", "none")
}

func (s *shared) registerTrust(c *cobra.Command) {
	c.Flags().StringArrayVar(&s.trust, "trust", nil, "trust list, `FILE`: YAML list or PEM/DER anchors; repeatable; default: the built-in Japanese catalogue")
	c.Flags().StringVar(&s.trustSign, "trust-signer", "", "certificate, `FILE`, that must have signed the list (LIST.p7s beside it)")
}

func (s *shared) registerLang(c *cobra.Command) {
	c.Flags().StringVar(&s.lang, "lang", "", "language of texts: ja or en (default: by LC_ALL, LC_MESSAGES, LANG)")
	choices(c, "lang", "ja", "en")
}

func (s *shared) registerOutput(c *cobra.Command) {
	f := c.Flags()
	f.BoolVar(&s.json, "json", false, "short for --format json")
	f.StringVarP(&s.output, "output", "o", "", "write the result to `FILE` instead of standard output")
	f.StringVar(&s.format, "format", "text", "text or json")
	choices(c, "format", "text", "json")
}

// registerReport is registerOutput for reports.
func (s *shared) registerReport(c *cobra.Command) {
	s.registerOutput(c)
	s.registerLang(c)
	f := c.Flags()
	f.Lookup("format").Usage = "text, json, ndjson (one report a line; so is json of several FILEs), html, pdf, etsi-xml, sarif or junit"
	f.BoolVarP(&s.quiet, "quiet", "q", false, "only the bottom line; the exit code says the rest")
	f.StringVar(&s.color, "color", "auto", "auto, always or never (NO_COLOR is honoured)")
	choices(c, "color", "auto", "always", "never")
}

// registerPassword has no short form with the password itself: arguments are
// seen by every process and kept in histories.
func (s *shared) registerPassword(c *cobra.Command) {
	c.Flags().StringVar(&s.password, "password-file", "", "`FILE` whose first line is the password of encrypted documents; it is never shown")
}

// readPassword is the first line of --password-file, or nothing.
func (s *shared) readPassword() ([]byte, error) {
	if s.password == "" {
		return nil, nil
	}
	data, err := readSmall(s.password)
	if err != nil {
		return nil, usage("--password-file: %v", err)
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), nil
}

// choices offers the words of a flag to shell completion.
func choices(c *cobra.Command, flag string, words ...string) {
	complete := cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	if err := c.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // a flag that was not declared
	}
}

// wantsJSON is the format of results that are no reports.
func (s *shared) wantsJSON() (bool, error) {
	if s.json || s.format == "json" {
		return true, nil
	}
	if s.format != "text" {
		return false, usage("--format %s: write text or json", s.format)
	}
	return false, nil
}

// moment is the time of --at, or now.
func (s *shared) moment(e *env) (time.Time, error) {
	if s.at == "" {
		return e.clock()(), nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s.at); err == nil && !t.IsZero() {
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
	f := report.Format(s.format)
	if s.json {
		f = report.JSON
	}
	switch {
	case f == report.JSON && several:
		return report.NDJSON, nil
	case !slices.Contains(formats(), f):
		return "", usage("--format %s: write %s", f, listed(formats()))
	case f.Single() && several:
		return "", usage("--format %s is about one document: name one FILE, or write ndjson, sarif or junit", f)
	}
	return f, nil
}

// formats are those of reports on documents.
func formats() []report.Format {
	all := append(report.Formats(), report.PDF)
	slices.Sort(all)
	return all
}

// plainOnly refuses what only reports on documents are written in.
func plainOnly(f report.Format) error {
	if plain := []report.Format{report.Text, report.JSON, report.NDJSON}; !slices.Contains(plain, f) {
		return usage("--format %s: this is written as %s", f, listed(plain))
	}
	return nil
}

func listed(all []report.Format) string {
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
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
	if p, err = policy.ParseIn(data, os.DirFS(filepath.Dir(name))); err != nil {
		return nil, usage("--policy %s: %v", name, err)
	}
	return p, nil
}
