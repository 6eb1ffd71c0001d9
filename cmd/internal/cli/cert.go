package cli

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
)

func newCert(e *env) *cobra.Command {
	c := group(&cobra.Command{
		Use: "cert", Short: "Certificates by themselves",
		Long: "Judge a certificate by itself: its certification path and its revocation.",
	})
	c.AddCommand(newCertVerify(e))
	return c
}

// certFlags are the flags of `kakuin cert verify`.
type certFlags struct {
	shared
	anchors     []string
	options     verify.PathOptions
	constraints bool
	personal    bool
	plan        bool
}

func newCertVerify(e *env) *cobra.Command {
	f := &certFlags{}
	c := &cobra.Command{
		Use:   "verify CERT",
		Short: "Find and validate the certification path of a certificate",
		Long: `Find the certification path of a certificate to a trust anchor and validate it
(RFC 5280, policies by RFC 9618, revocation by CRL and OCSP), at one moment.
Every plausible path is tried: bridge CAs, cross-certificates, several keys
under one name. Prints the path, or every reason why there is none.

CERT is DER or PEM; - is standard input. Of several certificates in one file
the first is the one in question, the others may stand above it.

` + exitCodes,
		Example: `  kakuin cert verify signer.cer
  kakuin cert verify --anchor root.cer --cert intermediates --crl crls signer.cer
  kakuin cert verify --purpose timestamping --explain tsa.cer
  kakuin cert verify --policy-oid 1.2.392.200149.8.5.1.1.20 --require-explicit-policy --json jpki.cer`,
		Args: oneArg("CERT"),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), e, args[0]) },
	}
	f.register(c)
	o := c.Flags()
	o.Lookup("format").Usage = "text, json or ndjson (the same on one line)"
	o.Lookup("explain").Usage = "show the steps and every candidate path as a tree, also where one holds"
	o.StringArrayVar(&f.anchors, "anchor", nil, "trust anchors, `FILE` of DER or PEM certificates; repeatable; without --trust they are the only ones")
	o.StringVar(&f.options.Purpose, "purpose", verify.PurposeAny, strings.Join(verify.Purposes(), ", "))
	o.StringArrayVar(&f.options.Policies, "policy-oid", nil, "acceptable certificate policy, `OID` (user-initial-policy-set); repeatable; default: any")
	o.BoolVar(&f.options.RequireExplicitPolicy, "require-explicit-policy", false, "the path must hold under an acceptable policy (initial-explicit-policy)")
	o.BoolVar(&f.options.InhibitPolicyMapping, "inhibit-policy-mapping", false, "no policy is mapped to another (initial-policy-mapping-inhibit)")
	o.BoolVar(&f.options.InhibitAnyPolicy, "inhibit-any-policy", false, "anyPolicy in a certificate stands for no policy (initial-any-policy-inhibit)")
	o.BoolVar(&f.constraints, "anchor-constraints", false, "what the anchor's own certificate says binds too (RFC 5937)")
	o.StringArrayVar(&f.options.ExtKeyUsage, "require-eku", nil, "extended key usage, `OID`, that the certificate must allow; repeatable")
	o.BoolVar(&f.personal, "personal-data", false, "show personal data, which is masked otherwise")
	o.BoolVar(&f.plan, "plan", false, "print what evidence is missing and where it may be had, dial nothing")
	choices(c, "purpose", verify.Purposes()...)
	return c
}

func (f *certFlags) run(ctx context.Context, e *env, name string) error {
	format, err := f.reportFormat(false)
	if err == nil {
		err = plainOnly(format)
	}
	if err != nil {
		return err
	}
	lang, err := f.language(e)
	if err != nil {
		return err
	}
	color, err := f.colored(e)
	if err != nil {
		return err
	}
	if !slices.Contains(verify.Purposes(), f.options.Purpose) {
		return usage("--purpose %s: write %s", f.options.Purpose, strings.Join(verify.Purposes(), ", "))
	}
	certs, err := e.certificates(ctx, name)
	if err != nil {
		return err
	}
	v, err := f.verifier(e, certs[1:])
	if err != nil {
		return err
	}
	f.options.Name = filepath.Base(name)
	if f.plan {
		return f.printPlan(ctx, e, v, certs[0].Certificate, format, lang)
	}
	rep, err := v.Path(ctx, certs[0].Certificate, f.options)
	if err != nil {
		return f.pathError(ctx, err)
	}
	e.result(exitOfPath(rep))
	return f.write(e, []string{name}, func(w io.Writer) error {
		return report.WritePath(w, rep, format, report.Lang(lang), report.Color(color), report.Explain(f.explain), report.Quiet(f.quiet))
	})
}

// pathError: what Path refuses to run on is a flag that it cannot read.
func (f *certFlags) pathError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return usage("%s", strings.TrimPrefix(err.Error(), "verify: "))
}

func (f *certFlags) printPlan(ctx context.Context, e *env, v *verify.Verifier, c *cert.Certificate, format report.Format, lang string) error {
	wants, err := v.PathPlan(ctx, c, f.options)
	if err != nil {
		return f.pathError(ctx, err)
	}
	return f.write(e, nil, func(w io.Writer) error {
		return writePlan(w, f.options.Name, wants, format, []report.Option{report.Lang(lang)})
	})
}

// verifier puts policy, anchors and evidence together.
func (f *certFlags) verifier(e *env, beside []*evidence.Item) (*verify.Verifier, error) {
	p, err := f.pickPolicy()
	if err != nil {
		return nil, err
	}
	at, err := f.moment(e)
	if err != nil {
		return nil, err
	}
	list, err := f.trusted(e)
	if err != nil {
		return nil, err
	}
	if list == nil {
		if list, err = f.listOrNone(e, at); err != nil {
			return nil, err
		}
	}
	items, err := f.evidence(e)
	if err != nil {
		return nil, err
	}
	source, err := f.source(e)
	if err != nil {
		return nil, err
	}
	options := []verify.Option{verify.WithSource(source), verify.WithPolicy(p), verify.WithEvidence(append(beside, items...)...), verify.WithVersion(build.Version), verify.WithTime(at)}
	if f.constraints {
		options = append(options, verify.WithAnchorConstraints())
	}
	if f.explain {
		options = append(options, verify.WithExplanation())
	}
	if f.personal {
		options = append(options, verify.WithPersonalData())
	}
	return verify.New(list, options...)
}

// trusted are the anchors of --anchor, beside those of --trust where both are
// given; nil without --anchor.
func (f *certFlags) trusted(e *env) (*trustlist.List, error) {
	if len(f.anchors) == 0 {
		return nil, nil
	}
	var files [][]byte
	var names []string
	for _, path := range f.anchors {
		data, err := readSmall(path)
		if err != nil {
			return nil, noTrust("--anchor %s: %w", path, err)
		}
		files, names = append(files, data), append(names, filepath.Base(path))
	}
	list, err := trustlist.FromCertificates(strings.Join(names, " "), files...)
	if err != nil {
		return nil, noTrust("--anchor: %w", err)
	}
	if len(f.trust) == 0 {
		return list, nil
	}
	more, err := f.list(e)
	if err != nil {
		return nil, err
	}
	if list, err = trustlist.Merge(more, list); err != nil {
		return nil, noTrust("--trust, --anchor: %w", err)
	}
	return list, nil
}

// certificates reads the certificates of a file, at least one.
func (e *env) certificates(ctx context.Context, name string) ([]*evidence.Item, error) {
	in, err := e.open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer in.done()
	if in.size > maxSmall {
		return nil, unreadable("%s is longer than %d octets", name, maxSmall)
	}
	data, err := io.ReadAll(io.NewSectionReader(in.r, 0, in.size))
	if err != nil {
		return nil, unreadable("%s: %w", name, err)
	}
	blocks, err := certificateBlocks(data)
	if err != nil {
		return nil, unreadable("%s: %w", name, err)
	}
	var out []*evidence.Item
	for i, raw := range blocks {
		it := evidence.NewItem(evidence.Certificate, raw, evidence.Supplied, filepath.Base(name), purse.New(purse.Limits{}))
		switch {
		case it.Err == nil:
			out = append(out, it)
		case i == 0:
			return nil, unreadable("%s: not a certificate: %w", name, it.Err)
		default:
			e.tell(fmt.Errorf("%s: certificate %d is not used: %w", name, i+1, it.Err))
		}
	}
	return out, nil
}

// certificateBlocks takes PEM apart; what is no PEM is DER, one certificate
// behind the other. A PEM block of another kind is a mistake worth telling.
func certificateBlocks(data []byte) (out [][]byte, err error) {
	for b, rest := pem.Decode(data); b != nil; b, rest = pem.Decode(rest) {
		if b.Type != "CERTIFICATE" && b.Type != "X509 CERTIFICATE" {
			return nil, fmt.Errorf("PEM block %q is no certificate", b.Type)
		}
		out = append(out, b.Bytes)
	}
	if n := bytes.Count(data, []byte("-----BEGIN ")); n != len(out) {
		return nil, fmt.Errorf("%d PEM blocks begin, %d can be read", n, len(out))
	}
	if len(out) > 0 {
		return out, nil
	}
	for r := ber.NewReader(data, nil); len(bytes.TrimSpace(r.Rest())) > 0; {
		el, err := r.Next()
		if err != nil || el.Tag != ber.Sequence {
			return nil, errors.New("neither DER nor PEM certificates")
		}
		out = append(out, el.Raw)
	}
	if len(out) == 0 {
		return nil, errors.New("the file is empty")
	}
	return out, nil
}

// exitOfPath is the exit code of one path report.
func exitOfPath(rep *verify.PathReport) int {
	switch {
	case rep.Passed():
		return exit.Passed
	case rep.Indication == verdict.Failed:
		return exit.Failed
	case rep.Indication == verdict.Indeterminate && rep.Trust.State != verify.TrustFresh:
		return exit.NoTrust
	case rep.Indication == verdict.Indeterminate:
		return exit.Indeterminate
	}
	return exit.Internal
}
