package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/report"
)

// trustImport are the flags of `trust import`.
type trustImport struct {
	shared
	draft      trustlist.Draft
	nextUpdate string
	anyone     bool
}

func newTrustImport(e *env) *cobra.Command {
	t := &trustImport{}
	c := &cobra.Command{
		Use: "import FILE|DIR…", Short: "Make a trust list of certificates: PEM, DER, PKCS#7", Args: someArgs(1, 0, "at least one FILE or DIR"),
		Long: `Make a trust list of certificates in PEM, DER or PKCS#7 (.p7b), one service for
each. Folders are read whole; - is standard input. What comes out is a draft:
look at it, hold each fingerprint against what the operator publishes, and write
down for each service its name, framework, status and identity.

An anchor vouches for everything below it. Certificates that are not those of a
CA are refused unless --any is given.`,
		Example: "  kakuin trust import --id example.prefecture --output trust.yaml roots/ bridge.p7b",
		RunE:    func(_ *cobra.Command, args []string) error { return t.run(e, args) },
	}
	f := c.Flags()
	f.StringVar(&t.draft.ID, "id", "", "the list's `ID`: a stable name of your own, as example.prefecture")
	f.StringVar(&t.draft.Operator, "operator", "", "who answers for the list")
	f.StringVar(&t.draft.Type, "type", trustlist.TypeCA, "type of the services: ca, seal-ca, tsa, ocsp, crl-issuer, registry")
	f.StringVar(&t.draft.Framework, "framework", "private", "framework of the services: gpki, lgpki, jpki, moj, hpki, accredited-tsa, accredited-seal, eu, private")
	f.Int64Var(&t.draft.Sequence, "sequence", 1, "number of this edition; it never goes back")
	f.StringVar(&t.nextUpdate, "next-update", "", "until when the list is in force (2027-05-01); default: half a year")
	f.BoolVar(&t.anyone, "any", false, "take certificates that are not those of a CA too")
	f.StringVar(&t.at, "at", "", "the day of issue, instead of today")
	f.StringVarP(&t.output, "output", "o", "", "write the list to `FILE` instead of standard output")
	return c
}

func (t *trustImport) run(e *env, args []string) error {
	if t.draft.ID == "" {
		return usage("--id is needed: a stable name of your own, as example.prefecture")
	}
	at, err := t.moment(e)
	if err != nil {
		return err
	}
	t.draft.Issued = at.UTC().Truncate(24 * time.Hour)
	t.draft.NextUpdate = t.draft.Issued.AddDate(0, 6, 0)
	if t.nextUpdate != "" {
		if t.draft.NextUpdate, err = time.Parse(time.DateOnly, t.nextUpdate); err != nil {
			return usage("--next-update %s: write a day, as 2027-05-01", t.nextUpdate)
		}
	}
	for _, path := range args {
		if err := t.take(e, path); err != nil {
			return err
		}
	}
	out, err := t.draft.YAML()
	if err != nil {
		return usage("%w", err)
	}
	for _, c := range t.draft.Certificates {
		if c.NotAfter.Before(at) {
			e.tell(fmt.Errorf("%s ran out on %s", c.Subject, moment(c.NotAfter)))
		}
	}
	return t.write(e, args, func(w io.Writer) error { _, err := w.Write(out); return err })
}

// take reads one file, or all that lie in a folder and below.
func (t *trustImport) take(e *env, path string) error {
	if path == "-" {
		data, err := io.ReadAll(io.LimitReader(e.in, trustlist.MaxCertificateSize+1))
		if err != nil {
			return err
		}
		return t.add(path, data)
	}
	return filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return unreadable("%w", err)
		}
		if d.IsDir() {
			return nil
		}
		f, err := os.Open(at)
		if err != nil {
			return unreadable("%w", err)
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, trustlist.MaxCertificateSize+1))
		if err != nil {
			return unreadable("%w", err)
		}
		return t.add(at, data)
	})
}

func (t *trustImport) add(path string, data []byte) error {
	all, err := trustlist.ReadCertificates(data)
	if err != nil {
		return unreadable("%s: %w", report.Safe(path), err)
	}
	for _, c := range all {
		if !t.anyone && !mayIssue(c) {
			return unreadable("%s: %w", report.Safe(path), errors.New(c.Subject.String()+" is not the certificate of a CA; --any takes it all the same"))
		}
	}
	t.draft.Certificates = append(t.draft.Certificates, all...)
	return nil
}

// mayIssue tells a CA (RFC 5280 4.2.1.9); a certificate of version 1 cannot say.
func mayIssue(c *cert.Certificate) bool {
	if c.BasicConstraints == nil {
		return c.Version < 3 && c.SelfIssued()
	}
	return c.BasicConstraints.CA
}
