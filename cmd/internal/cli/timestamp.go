package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/tsa/client"
)

func newTimestamp(e *env) *cobra.Command {
	c := group(&cobra.Command{Use: "timestamp", Short: "Request and inspect RFC 3161 time-stamps"})
	c.AddCommand(newTimestampInspect(e), newRequest(e))
	return c
}

func newTimestampInspect(e *env) *cobra.Command {
	f := &inspectFlags{stamps: true}
	c := &cobra.Command{
		Use: "inspect FILE", Short: "Show what a time-stamp token or response says, without judging it", Args: oneArg("FILE"),
		Long:    "Show what a time-stamp token, a response (refusals too) or the time-stamps of a document say. Nothing is judged: see kakuin verify.",
		Example: "  kakuin timestamp inspect notice.txt.tsr",
		RunE:    func(c *cobra.Command, args []string) error { return f.run(c.Context(), e, args[0]) },
	}
	f.registerOutput(c)
	return c
}

type requestFlags struct {
	shared
	url, digest, policy string
	noCertificate       bool
	timeout             time.Duration
}

func newRequest(e *env) *cobra.Command {
	r := &requestFlags{}
	c := &cobra.Command{
		Use: "request FILE", Short: "Ask a time-stamp authority for a time-stamp of FILE", Args: oneArg("FILE"),
		Long: `Ask a time-stamp authority for a time-stamp of FILE. Only a digest leaves this
machine. The response is held against the request (imprint, nonce, policy,
certificate) and written to --output; whether the authority is to be trusted is
for kakuin verify --detached FILE to say.

Exit codes: 0 the response is there, 1 the authority refused or answered
something else than was asked, 2 usage, 6 FILE or the answer cannot be read or
had.`,
		Example: "  kakuin timestamp request --url http://tsa.example/ --output notice.tsr notice.pdf",
		RunE:    func(c *cobra.Command, args []string) error { return r.run(c.Context(), e, args[0]) },
	}
	f := c.Flags()
	f.StringVar(&r.url, "url", "", "address of the authority")
	f.StringVarP(&r.output, "output", "o", "", "write the response to `FILE`")
	f.StringVar(&r.digest, "digest", "SHA-256", "`ALGORITHM` of the imprint")
	f.StringVar(&r.policy, "tsa-policy", "", "ask for this policy, `OID`")
	f.BoolVar(&r.noCertificate, "no-certificate", false, "do not ask for the certificate of the authority")
	f.DurationVar(&r.timeout, "timeout", client.DefaultTimeout, "for the whole exchange")
	return c
}

func (r *requestFlags) run(ctx context.Context, e *env, path string) error {
	if r.url == "" || r.output == "" {
		return usage("timestamp request needs --url and --output")
	}
	d, ok := digestByName(r.digest)
	if !ok {
		return usage("--digest %s: not a digest that is known; write SHA-256, SHA-384, SHA-512", r.digest)
	}
	if strings.Trim(r.policy, "0123456789.") != "" {
		return usage("--tsa-policy %s: write an object identifier, as in 1.2.3.4", r.policy)
	}
	imprint, err := e.digest(ctx, path, d)
	if err != nil {
		return err
	}
	o := client.Options{Policy: ber.OID(r.policy), NoCertificate: r.noCertificate, Timeout: r.timeout}
	resp, err := client.New(r.url, o).Timestamp(ctx, d, imprint)
	if err != nil {
		return &failure{codeOfExchange(err), err}
	}
	err = r.write(e, []string{path}, func(w io.Writer) error { _, err := w.Write(resp.Raw); return err })
	if err != nil {
		return err
	}
	tellStamp(e, resp)
	return nil
}

// tellStamp goes to standard error: the response is the result.
func tellStamp(e *env, resp *tsa.Response) {
	fmt.Fprintf(e.err, "kakuin: time-stamp of %s received; not yet verified\n", moment(resp.Token.Info.GenTime))
}

// digest reads a file once, for its digest.
func (e *env) digest(ctx context.Context, path string, d sigalg.Digest) ([]byte, error) {
	h, err := d.New()
	if err != nil {
		return nil, usage("--digest: %w", err)
	}
	in, err := e.open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer in.done()
	if _, err := io.Copy(h, io.NewSectionReader(in.r, 0, in.size)); err != nil {
		return nil, unreadable("%s: %w", path, err)
	}
	return h.Sum(nil), nil
}

// codeOfExchange tells a wrong call, an answer that is no, and no answer apart.
func codeOfExchange(err error) int {
	var un *sigalg.Unsupported
	if errors.Is(err, client.ErrAddress) || errors.As(err, &un) {
		return exit.Usage
	}
	for _, no := range []error{client.ErrRefused, client.ErrImprint, client.ErrNonce, client.ErrPolicy, client.ErrNoCertificate} {
		if errors.Is(err, no) {
			return exit.Failed
		}
	}
	return exit.Unreadable
}

// digestByName finds a digest by its name in reports; case, hyphens and
// slashes are free.
func digestByName(name string) (sigalg.Digest, bool) {
	plain := func(n string) string {
		return strings.ToUpper(strings.NewReplacer("-", "", "_", "", "/", "").Replace(n))
	}
	for d := sigalg.Digest(1); d.Available(); d++ {
		if plain(d.Name()) == plain(name) {
			return d, true
		}
	}
	return 0, false
}
