package cli

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
)

// verifyFlags are the flags of `kakuin verify`.
type verifyFlags struct {
	shared
	detached  []string
	digests   []string
	request   string
	sealedBy  string
	level     string
	assurance string
	personal  bool
	plan      bool
}

func newVerify(e *env) *cobra.Command {
	v := &verifyFlags{}
	c := &cobra.Command{
		Use:   "verify FILE…",
		Short: "Verify the seals, signatures and time-stamps of documents",
		Example: `  kakuin verify certificate.pdf
  kakuin verify --trust list.yaml --sealed-by 1000020131016 certificate.pdf
  kakuin verify --detached notice.txt notice.txt.p7s
  kakuin verify --json - < certificate.pdf`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("verify needs at least one FILE")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return v.run(c.Context(), e, args) },
	}
	v.register(c)
	f := c.Flags()
	f.StringArrayVar(&v.detached, "detached", nil, "signed content that the signature does not carry, `FILE`; repeatable")
	f.StringArrayVar(&v.digests, "digest", nil, "content known by its digest only, `ALG:HEX`; repeatable")
	f.StringVar(&v.request, "request", "", "the request, `FILE`, that a time-stamp response must answer")
	f.StringVar(&v.sealedBy, "sealed-by", "", "expect this sealer: name, corporate number or fingerprint")
	f.StringVar(&v.level, "require-level", "", "expect at least B-T, B-LT or B-LTA")
	f.StringVar(&v.assurance, "require-assurance", "", "expect this assurance level of the trust list")
	f.BoolVar(&v.personal, "personal-data", false, "show personal data, which is masked otherwise")
	f.BoolVar(&v.plan, "plan", false, "print what would be fetched, from where and why; judge nothing further")
	return c
}

func (v *verifyFlags) run(ctx context.Context, e *env, args []string) error {
	format, err := v.reportFormat(len(args) > 1)
	if err != nil {
		return err
	}
	lang, err := v.language(e)
	if err != nil {
		return err
	}
	expect, err := v.expectations()
	if err != nil {
		return err
	}
	o, closeAll, err := v.openOptions(e)
	if err != nil {
		return err
	}
	defer closeAll()
	judge, err := v.verifier()
	if err != nil {
		return err
	}
	return v.write(e, func(w io.Writer) error {
		color, err := v.colored(e, w)
		if err != nil {
			return err
		}
		for i, path := range args {
			if v.plan {
				if err := v.printPlan(ctx, e, judge, path, o, w); err != nil {
					return err
				}
				continue
			}
			rep, err := v.one(ctx, e, judge, path, o, expect)
			if err != nil {
				return err
			}
			e.result(exitOf(rep))
			if i > 0 && format == report.Text {
				fmt.Fprintln(w)
			}
			if err := report.Write(w, rep, format, report.Lang(lang), report.Color(color), report.Explain(v.explain), report.Quiet(v.quiet)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (v *verifyFlags) expectations() ([]verify.Expect, error) {
	var out []verify.Expect
	if v.sealedBy != "" {
		out = append(out, verify.SealedBy(v.sealedBy))
	}
	switch v.level {
	case "":
	case "B-T", "B-LT", "B-LTA":
		out = append(out, verify.RequireLevel(v.level))
	default:
		return nil, usage("--require-level %s: write B-T, B-LT or B-LTA", v.level)
	}
	if v.assurance != "" {
		out = append(out, verify.RequireAssurance(v.assurance))
	}
	return out, nil
}

// verifier puts policy, list and evidence together.
func (s *shared) verifier(more ...verify.Option) (*verify.Verifier, error) {
	p, err := s.pickPolicy()
	if err != nil {
		return nil, err
	}
	at, err := s.moment()
	if err != nil {
		return nil, err
	}
	list, err := s.list()
	if err != nil {
		return nil, err
	}
	items, err := s.evidence()
	if err != nil {
		return nil, err
	}
	options := append([]verify.Option{verify.WithPolicy(p), verify.WithEvidence(items...), verify.WithVersion(Version)}, more...)
	if !at.IsZero() {
		options = append(options, verify.WithTime(at))
	}
	if s.explain {
		options = append(options, verify.WithExplanation())
	}
	return verify.New(list, options...)
}

func (v *verifyFlags) verifier() (*verify.Verifier, error) {
	if v.personal {
		return v.shared.verifier(verify.WithPersonalData())
	}
	return v.shared.verifier()
}

func (v *verifyFlags) openOptions(e *env) (eseal.Options, func(), error) {
	var o eseal.Options
	var closers []func() error
	closeAll := func() {
		for _, c := range closers {
			c()
		}
	}
	for _, path := range v.detached {
		in, err := e.open(path)
		if err != nil {
			closeAll()
			return o, nil, err
		}
		closers = append(closers, in.done)
		o.Detached = append(o.Detached, eseal.Detached{Name: in.name, R: in.r, Size: in.size})
	}
	for _, d := range v.digests {
		k, err := parseDigest(d)
		if err != nil {
			closeAll()
			return o, nil, err
		}
		o.Digests = append(o.Digests, k)
	}
	if v.request != "" {
		data, err := readSmall(v.request)
		if err != nil {
			closeAll()
			return o, nil, &unreadableError{fmt.Errorf("--request: %w", err)}
		}
		o.Request = data
	}
	return o, closeAll, nil
}

// parseDigest reads ALG:HEX, the name as in reports, case and hyphens free.
func parseDigest(s string) (eseal.KnownDigest, error) {
	alg, value, ok := strings.Cut(s, ":")
	raw, err := hex.DecodeString(value)
	plain := func(n string) string {
		return strings.ToUpper(strings.NewReplacer("-", "", "_", "", "/", "").Replace(n))
	}
	if ok && err == nil {
		for d := sigalg.Digest(1); d.Available(); d++ {
			if plain(d.Name()) == plain(alg) && len(raw) == d.Size() {
				return eseal.KnownDigest{Algorithm: d, Value: raw}, nil
			}
		}
	}
	return eseal.KnownDigest{}, usage("--digest %s: write ALG:HEX, as in SHA-256:64 hexadecimal digits", s)
}

func (v *verifyFlags) one(ctx context.Context, e *env, judge *verify.Verifier, path string, o eseal.Options, expect []verify.Expect) (*verify.Report, error) {
	doc, done, err := e.document(ctx, path, o)
	if err != nil {
		return nil, err
	}
	defer done()
	return judge.Verify(ctx, doc, expect...)
}

// document opens a document; a medium that fails is an unreadable input.
func (e *env) document(ctx context.Context, path string, o eseal.Options) (*eseal.Document, func() error, error) {
	in, err := e.open(path)
	if err != nil {
		return nil, nil, err
	}
	o.Name = in.name
	doc, err := eseal.Open(ctx, in.r, in.size, o)
	if err != nil {
		in.done()
		if errors.Is(err, context.Canceled) {
			return nil, nil, err
		}
		return nil, nil, &unreadableError{fmt.Errorf("%s: %w", path, err)}
	}
	return doc, in.done, nil
}

func (v *verifyFlags) printPlan(ctx context.Context, e *env, judge *verify.Verifier, path string, o eseal.Options, w io.Writer) error {
	doc, done, err := e.document(ctx, path, o)
	if err != nil {
		return err
	}
	defer done()
	wants, err := judge.Plan(ctx, doc)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, x := range wants {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", x.Type, report.Safe(x.Subject), x.Reason, report.Safe(strings.Join(x.URLs, " ")))
	}
	_, err = w.Write(b.Bytes())
	return err
}
