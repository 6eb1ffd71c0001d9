package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/cmd/internal/lock"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/trustlist/japan"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/report"
)

// trustUpdate are the flags of `trust update`.
type trustUpdate struct {
	shared
	plan bool
	at   time.Time
	e    *env
	src  verify.Source
	w    io.Writer
}

func newTrustUpdate(e *env) *cobra.Command {
	t := &trustUpdate{e: e}
	c := &cobra.Command{
		Use: "update", Short: "Get the newest edition of trust lists, and certificates of their fingerprints", Args: noArgs,
		Long: `Get what the trust lists name addresses for.

A list that says where it is published (url) is replaced by the newest edition,
if --trust-signer signed it (the signature lies at the same address with .p7s),
it is in force, and its sequence is higher: it never goes back. The edition
before is kept as LIST.previous; whatever goes wrong, the list stays as it was.

For fingerprints without a certificate, the certificate is asked for at its
address and kept if it has that fingerprint: in LIST.certs, for the built-in
catalogue in $XDG_DATA_HOME/kakuin/certs. Every command finds it there.

Exit code 0: all is up to date; 3: something could not be had, and what was there
is kept; 5: a list is stale or missing all the same.`,
		Example: "  kakuin trust update\n  kakuin trust update --trust trust.yaml --trust-signer operator.cer",
		RunE: func(c *cobra.Command, _ []string) error {
			return t.run(c.Context())
		},
	}
	t.registerTrust(c)
	t.registerNetwork(c)
	f := c.Flags()
	f.StringVar(&t.shared.at, "at", "", "at this time instead of now")
	f.BoolVar(&t.plan, "plan", false, "print the addresses, dial nothing")
	return c
}

func (t *trustUpdate) run(ctx context.Context) (err error) {
	if t.offline && !t.plan {
		return usage("--offline leaves nothing to ask; --plan prints the addresses")
	}
	if t.at, err = t.moment(t.e); err != nil {
		return err
	}
	if t.src, err = t.source(t.e); err != nil {
		return err
	}
	t.w = t.e.out
	if len(t.trust) == 0 {
		if t.trustSign != "" {
			return usage("--trust-signer goes with --trust")
		}
		l, err := japan.List()
		if err != nil {
			return err
		}
		folder, ok := t.e.dataFolder()
		if !ok {
			return usage("there is no folder for data: set XDG_DATA_HOME")
		}
		return t.pins(ctx, l, filepath.Join(folder, "kakuin", "certs"))
	}
	for _, path := range t.trust {
		if err := t.one(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

// one updates one list and what belongs to it.
func (t *trustUpdate) one(ctx context.Context, path string) error {
	l, err := trustlist.Load(path)
	if err == nil {
		err = t.signed(t.e, path, l)
	}
	if err != nil {
		return noTrust("--trust %s: %w", path, err)
	}
	switch {
	case l.URL == "":
		fmt.Fprintf(t.w, "%s: it names no address (url) of newer editions; only certificates of its fingerprints are asked for\n", report.Safe(path))
	case l.URL != "" && t.plan:
		fmt.Fprintf(t.w, "%s: %s, %s.p7s\n", report.Safe(path), l.URL, l.URL)
	case l.URL != "":
		newer, err := t.newest(ctx, path, l)
		if err != nil {
			t.failed("%s is kept: %w", path, err)
		} else {
			l = newer
		}
	}
	if l.State(t.at) != trustlist.Fresh {
		t.e.tell(fmt.Errorf("%s is %s", path, l.State(t.at)))
		t.e.result(exit.NoTrust)
	}
	return t.pins(ctx, l, path+certificatesOf)
}

// certificatesOf is the folder of a list's certificates, beside it.
const certificatesOf = ".certs"

// certificateFolders are where `trust update` keeps certificates of the lists.
func (s *shared) certificateFolders(e *env) (all []string) {
	for _, path := range s.trust {
		all = append(all, path+certificatesOf)
	}
	if folder, ok := e.dataFolder(); ok && len(s.trust) == 0 {
		all = append(all, filepath.Join(folder, "kakuin", "certs"))
	}
	return all
}

// dataFolder is $XDG_DATA_HOME where it is set as its specification wants, else
// where the system keeps such things.
func (e *env) dataFolder() (string, bool) {
	if dir, ok := e.lookup("XDG_DATA_HOME"); ok && filepath.IsAbs(dir) {
		return dir, true
	}
	if runtime.GOOS == "windows" {
		dir, err := os.UserCacheDir() // %LocalAppData%
		return dir, err == nil
	}
	dir, ok := e.lookup("HOME")
	return filepath.Join(dir, ".local", "share"), ok && filepath.IsAbs(dir)
}

func (t *trustUpdate) failed(format string, args ...any) {
	t.e.tell(fmt.Errorf(format, args...))
	t.e.result(exit.Indeterminate)
}

// get asks one address for octets of a kind.
func (t *trustUpdate) get(ctx context.Context, kind evidence.Type, url string) ([]*evidence.Item, error) {
	items, err := t.src.Get(ctx, evidence.Want{Type: kind, URLs: []string{url}, Anew: true}, purse.New(purse.Limits{}))
	if len(items) == 0 && err == nil {
		err = fmt.Errorf("%s gave nothing", url)
	}
	if len(items) > 0 {
		err = nil
	}
	return items, err
}

// newest replaces a list by its newest edition, if there is one that may.
func (t *trustUpdate) newest(ctx context.Context, path string, old *trustlist.List) (*trustlist.List, error) {
	if t.trustSign == "" {
		return nil, errors.New("its newest edition counts only with a signature: name the signer with --trust-signer")
	}
	data, err := t.get(ctx, evidence.List, old.URL)
	if err != nil {
		return nil, err
	}
	sig, err := t.get(ctx, evidence.List, old.URL+".p7s")
	if err != nil {
		return nil, err
	}
	if t.newestAlready(path, old, data[0].Raw) {
		return old, nil
	}
	release, err := lock.Take(path)
	if err != nil {
		return nil, err
	}
	defer release()
	return t.replace(path, data[0].Raw, sig[0].Raw)
}

func (t *trustUpdate) newestAlready(path string, l *trustlist.List, data []byte) bool {
	same := string(data) == string(l.Files()[0])
	if same {
		fmt.Fprintf(t.w, "%s: sequence %d is the newest\n", report.Safe(path), l.Sequence)
	}
	return same
}

// replace puts an edition in the place of the list, after everything that is
// asked of it held. The list is read again, now that it is ours alone: another
// update may have been first.
func (t *trustUpdate) replace(path string, data, sig []byte) (*trustlist.List, error) {
	old, err := trustlist.Load(path)
	if err != nil {
		return nil, err
	}
	oldSig, err := t.signature(t.e, path, old)
	if err != nil {
		return nil, err
	}
	if t.newestAlready(path, old, data) {
		return old, nil
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	l, err := trustlist.Parse(data, root.FS())
	if err != nil {
		return nil, fmt.Errorf("what is published is no list: %w", err)
	}
	signers, err := t.e.readEvidence(evidence.Certificate, t.trustSign)
	if err != nil || len(signers) != 1 {
		return nil, fmt.Errorf("--trust-signer %s: one certificate is needed (%w)", t.trustSign, err)
	}
	if err := l.VerifySignature(sig, signers[0].Certificate); err != nil {
		return nil, err
	}
	if err := trustlist.CheckSequence(old, l); err != nil {
		return nil, err
	}
	switch {
	case l.ID != old.ID:
		return nil, fmt.Errorf("what is published is another list: %s", l.ID)
	case l.Sequence == old.Sequence:
		return nil, fmt.Errorf("two editions have the sequence %d: the operator has to number them", l.Sequence)
	case l.State(t.at) != trustlist.Fresh:
		return nil, fmt.Errorf("what is published is %s", l.State(t.at))
	}
	if err := swap(path, old.Files()[0], oldSig, data, sig); err != nil {
		return nil, err
	}
	fmt.Fprintf(t.w, "%s: sequence %d -> %d, next update %s\n", report.Safe(path), old.Sequence, l.Sequence, moment(l.NextUpdate))
	return l, nil
}

// swap keeps the edition before and puts the new one in place, each file at
// once. The signatures come first: at every moment the list has its own at one
// of the names where signature looks.
func swap(path string, old, oldSig, data, sig []byte) error {
	for _, f := range []struct {
		name string
		data []byte
	}{{path + previous, old}, {path + previous + ".p7s", oldSig}, {path + ".p7s", sig}, {path, data}} {
		if err := keepFile(f.name, f.data); err != nil {
			return err
		}
	}
	return nil
}

func keepFile(path string, data []byte) error {
	return writeFile("trust update", path, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// pins gets certificates of fingerprints that have an address.
func (t *trustUpdate) pins(ctx context.Context, l *trustlist.List, folder string) error {
	for _, a := range l.Pins() {
		if a.URL == "" {
			continue
		}
		sha := hexOf(a.SHA256[:])
		about := sha
		if a.Subject != "" {
			about += " (" + report.Safe(a.Subject) + ")"
		}
		path := filepath.Join(folder, sha+".cer")
		if t.plan {
			fmt.Fprintf(t.w, "%s: %s\n", about, a.URL)
			continue
		}
		if kept, err := os.ReadFile(path); err == nil && evidence.NewItem(evidence.Certificate, kept, evidence.Supplied, "", purse.New(purse.Limits{})).SHA256 == a.SHA256 {
			fmt.Fprintf(t.w, "%s: at hand\n", about)
			continue
		}
		raw, err := t.pin(ctx, a)
		if err == nil {
			err = os.MkdirAll(folder, 0o777)
		}
		if err == nil {
			err = keepFile(path, raw)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			t.failed("%s: %w", about, err)
			continue
		}
		fmt.Fprintf(t.w, "%s: got\n", about)
	}
	return nil
}

// pin is the certificate that has the fingerprint, from its address.
func (t *trustUpdate) pin(ctx context.Context, a trustlist.Entry) ([]byte, error) {
	items, err := t.get(ctx, evidence.Certificate, a.URL)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		if it.SHA256 == a.SHA256 {
			return it.Raw, nil
		}
	}
	return nil, fmt.Errorf("%s gave %d certificates, none with this fingerprint", a.URL, len(items))
}
