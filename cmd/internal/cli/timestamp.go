package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa/client"
)

func newTimestamp(e *env) *cobra.Command {
	c := &cobra.Command{Use: "timestamp", Short: "Request and inspect RFC 3161 time-stamps", Args: noArgs, RunE: needVerb}
	inspect := newInspect(e)
	inspect.Short = "Show what a time-stamp token or response says, without judging it"
	c.AddCommand(inspect, newRequest(e))
	return c
}

type requestFlags struct {
	url, output string
	timeout     time.Duration
}

func newRequest(e *env) *cobra.Command {
	r := &requestFlags{}
	c := &cobra.Command{
		Use: "request FILE", Short: "Ask a time-stamp authority for a time-stamp of FILE", Args: oneArg("FILE"),
		Long:    "Ask a time-stamp authority for a time-stamp of FILE. Only the SHA-256 digest leaves this machine. The response is checked against the request (imprint, nonce, policy) and written to --output; judge it with `kakuin verify --detached FILE`.",
		Example: "  kakuin timestamp request --url http://tsa.example/ --output notice.tsr notice.pdf",
		RunE:    func(c *cobra.Command, args []string) error { return r.run(c.Context(), e, args[0]) },
	}
	c.Flags().StringVar(&r.url, "url", "", "address of the authority")
	c.Flags().StringVar(&r.output, "output", "", "write the response to `FILE`")
	c.Flags().DurationVar(&r.timeout, "timeout", 30*time.Second, "for the whole exchange")
	return c
}

func (r *requestFlags) run(ctx context.Context, e *env, path string) error {
	if r.url == "" || r.output == "" {
		return usage("timestamp request needs --url and --output")
	}
	in, err := e.open(path)
	if err != nil {
		return err
	}
	defer in.done()
	h, err := sigalg.SHA256.New()
	if err != nil {
		return err
	}
	if _, err := io.Copy(h, io.NewSectionReader(in.r, 0, in.size)); err != nil {
		return &unreadableError{err}
	}
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	resp, err := client.New(r.url, client.Options{}).Timestamp(ctx, sigalg.SHA256, h.Sum(nil))
	if err != nil {
		return err
	}
	if err := writeFile(r.output, func(w io.Writer) error { _, err := w.Write(resp.Raw); return err }); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s\n", resp.Token.Info.GenTime.Format(time.RFC3339Nano))
	return nil
}
