package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/registry"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
)

// verifyFlags are the flags of `kakuin verify`.
type verifyFlags struct {
	shared
	detached  []string
	records   []string
	digests   []string
	request   string
	sealedBy  string
	level     string
	registry  string
	given     string // digest of the evidence and the register that were given
	assurance string
	personal  bool
	plan      bool
	forecast  bool
	save      string
	saved     string
}

func newVerify(e *env) *cobra.Command {
	v := &verifyFlags{}
	c := &cobra.Command{
		Use:   "verify FILE…",
		Short: "Verify the seals, signatures and time-stamps of documents",
		Long: `Verify the seals, signatures and time-stamps of documents (PDF, CMS, RFC 3161)
against a trust list, and answer with the layered report. FILE - is standard
input. Without --trust the built-in Japanese catalogue is used.

What the document lacks (certificates of issuers, CRLs, OCSP answers) is asked
for at the addresses that its certificates name, by http and https, and kept
in $XDG_CACHE_HOME/kakuin for the next time. Closed networks are not asked
unless --allow-host names the host; the proxy is that of HTTP_PROXY, HTTPS_PROXY
and NO_PROXY. With --offline nothing is dialled: --plan tells what is missing,
and --crl, --cert and --ocsp take it from files.

--save-evidence writes all that the verdict rests on to one archive (a plain
ZIP file): certificates, CRLs, OCSP responses, trust list, policy, time, and
what the document says of its seals, without the signed content. --evidence
verifies again from it, years later and without network: the report is the
same, octet for octet, but for the version of the program. A changed octet is
refused. With the document named too, it must be the same and say the same;
without it, what the document says is on the word of the archive, which is as
good as the place where it was kept.

` + exitCodes,
		Example: `  kakuin verify certificate.pdf
  kakuin verify --trust list.yaml --sealed-by 5000020999999 certificate.pdf
  kakuin verify --detached notice.txt notice.txt.p7s
  kakuin verify --json - < certificate.pdf
  kakuin verify --save-evidence certificate.evidence.zip certificate.pdf
  kakuin verify --evidence certificate.evidence.zip certificate.pdf`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && !c.Flags().Changed("evidence") {
				return usage("verify needs at least one FILE")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := refuseEmpty(c, "sealed-by", "require-level", "require-assurance", "registry", "save-evidence", "evidence"); err != nil {
				return err
			}
			if err := v.checkSaved(c, args); err != nil {
				return err
			}
			if v.saved != "" {
				return v.replay(c.Context(), e, args)
			}
			return v.run(c.Context(), e, args)
		},
	}
	v.register(c)
	v.registerPassword(c)
	f := c.Flags()
	f.StringArrayVar(&v.detached, "detached", nil, "signed content that the signature does not carry, `FILE`; repeatable")
	f.StringArrayVar(&v.records, "evidence-record", nil, "an evidence record that lies beside the document, `FILE`; repeatable")
	f.StringArrayVar(&v.digests, "digest", nil, "content known by its digest only, `ALG:HEX`; repeatable")
	f.StringVar(&v.request, "request", "", "the request, `FILE`, that a time-stamp response must answer")
	v.registerExpectations(c)
	f.BoolVar(&v.forecast, "forecast", false, "tell every event to come that the verdict rests on, beyond the first that ends it")
	f.BoolVar(&v.plan, "plan", false, "print what evidence is missing and where it may be had, dial nothing")
	v.registerSaved(c)
	return c
}

// registerExpectations are flags about what every document is held against.
func (v *verifyFlags) registerExpectations(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&v.sealedBy, "sealed-by", "", "expect this sealer: `NAME|NUMBER|FINGERPRINT` (corporate number, SHA-256 of the certificate)")
	f.StringVar(&v.level, "require-level", "", "expect at least `LEVEL` B-T, B-LT or B-LTA")
	f.StringVar(&v.assurance, "require-assurance", "", "expect this assurance `LEVEL` of the trust list")
	f.StringVar(&v.registry, "registry", "", "ask this register, `FILE`, for the corporate numbers of sealers (kakuin registry build)")
	f.BoolVar(&v.personal, "personal-data", false, "show personal data, which is masked otherwise")
	choices(c, "require-level", levels...)
}

var levels = []string{"B-T", "B-LT", "B-LTA"}

func (v *verifyFlags) run(ctx context.Context, e *env, args []string) error {
	r := verifyRun{verifyFlags: v, e: e, several: len(args) > 1}
	if err := r.prepare(ctx, args); err != nil {
		return err
	}
	defer r.close()
	if v.save != "" {
		if err := sameFile("--save-evidence", v.save, slices.Concat(args, v.detached, v.records)); err != nil {
			return err
		}
	}
	return v.write(e, slices.Concat(args, v.detached, v.records), func(w io.Writer) error {
		for _, path := range args {
			if err := e.each(ctx, path, func() error { return r.one(ctx, w, path) }); err != nil {
				return err
			}
		}
		if r.format.Many() {
			return report.WriteCases(w, report.CasesOf(r.reports...), r.format, r.words...)
		}
		return nil
	})
}

func (v *verifyFlags) expectations() ([]verify.Expect, error) {
	var out []verify.Expect
	if v.sealedBy != "" {
		out = append(out, verify.SealedBy(v.sealedBy))
	}
	if v.level != "" {
		if !slices.Contains(levels, v.level) {
			return nil, usage("--require-level %s: write B-T, B-LT or B-LTA", v.level)
		}
		out = append(out, verify.RequireLevel(v.level))
	}
	if v.assurance != "" {
		out = append(out, verify.RequireAssurance(v.assurance))
	}
	return out, nil
}

// verifier puts policy, list, evidence and the network together.
func (v *verifyFlags) verifier(e *env, at time.Time) (*verify.Verifier, error) {
	source, err := v.source(e)
	if err != nil {
		return nil, err
	}
	return v.verifierWith(e, at, source)
}

// verifierWith is verifier with another source of evidence.
func (v *verifyFlags) verifierWith(e *env, at time.Time, source verify.Source) (*verify.Verifier, error) {
	p, err := v.pickPolicy()
	if err != nil {
		return nil, err
	}
	list, err := v.listOrNone(e, at)
	if err != nil {
		return nil, err
	}
	items, err := v.evidence(e)
	if err != nil {
		return nil, err
	}
	given := sha256.New()
	for _, it := range items {
		given.Write(it.SHA256[:])
	}
	options := []verify.Option{verify.WithSource(source), verify.WithPolicy(p), verify.WithEvidence(items...), verify.WithVersion(build.Version), verify.WithTime(at), verify.WithForecast(v.forecast)}
	if v.registry != "" {
		r, err := registry.Open(v.registry) // open as long as the program runs
		if err != nil {
			return nil, unreadable("--registry: %w", err)
		}
		io.WriteString(given, r.Snapshot().SHA256)
		options = append(options, verify.WithRegister(r))
	}
	v.given = hex.EncodeToString(given.Sum(nil))
	if v.explain {
		options = append(options, verify.WithExplanation())
	}
	if v.personal {
		options = append(options, verify.WithPersonalData())
	}
	return verify.New(list, options...)
}

// parseDigest reads ALG:HEX.
func parseDigest(s string) (eseal.KnownDigest, error) {
	alg, value, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(value)
	d, ok := digestByName(alg)
	if err != nil || !ok || len(raw) != d.Size() {
		return eseal.KnownDigest{}, usage("--digest %s: write ALG:HEX, as in SHA-256:64 hexadecimal digits", s)
	}
	return eseal.KnownDigest{Algorithm: d, Value: raw}, nil
}

// refuseEmpty refuses flags that are given without a value, as a script does
// whose variable is not set: it would ask for less than it means to.
func refuseEmpty(c *cobra.Command, names ...string) error {
	for _, name := range names {
		if f := c.Flags().Lookup(name); f.Changed && strings.TrimSpace(f.Value.String()) == "" {
			return usage("--%s is empty: say what it is", name)
		}
	}
	return nil
}
