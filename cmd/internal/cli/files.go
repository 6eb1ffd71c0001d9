package cli

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/trustlist/japan"
	"github.com/kakuin/kakuin/verify/evidence"
)

// Bounds of what is held in memory: small files are keys, lists, policies and
// requests; an evidence file may be a CRL, of which the largest seen has 60 MB.
const (
	maxSmall    = 16 << 20
	maxEvidence = 256 << 20
	maxStdin    = 1 << 30
)

func readBounded(path string, bound int64) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return nil, fmt.Errorf("%s is a folder", path)
	}
	if st.Size() > bound {
		return nil, fmt.Errorf("%s has %d octets, at most %d are read", path, st.Size(), bound)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, bound))
}

func readSmall(path string) ([]byte, error) { return readBounded(path, maxSmall) }

// writeFile writes to a temporary file beside the target and renames it, so
// that a failure never leaves half a result.
func writeFile(path string, render func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".kakuin-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err = render(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// An input is a document to read: a file, or standard input held in memory.
type input struct {
	name string
	r    io.ReaderAt
	size int64
	done func() error
}

func (e *env) open(path string) (*input, error) {
	if path == "-" {
		data, err := io.ReadAll(io.LimitReader(e.in, maxStdin+1))
		if err != nil {
			return nil, &unreadableError{fmt.Errorf("standard input: %w", err)}
		}
		if len(data) > maxStdin {
			return nil, &unreadableError{fmt.Errorf("standard input is longer than %d octets; give a file", maxStdin)}
		}
		return &input{name: "-", r: bytes.NewReader(data), size: int64(len(data)), done: func() error { return nil }}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &unreadableError{err}
	}
	st, err := f.Stat()
	switch {
	case err != nil:
	case st.IsDir():
		err = fmt.Errorf("%s is a folder, not a document", path)
	case !st.Mode().IsRegular():
		err = fmt.Errorf("%s is not a regular file; pipe it to standard input (-)", path)
	}
	if err != nil {
		f.Close()
		return nil, &unreadableError{err}
	}
	return &input{name: filepath.Base(path), r: f, size: st.Size(), done: f.Close}, nil
}

// A trustError is a list that cannot be used.
type trustError struct{ err error }

func (t *trustError) Error() string { return t.err.Error() }
func (t *trustError) Unwrap() error { return t.err }

// list is the trust list of --trust; none given: the built-in catalogue.
func (s *shared) list() (*trustlist.List, error) {
	if len(s.trust) == 0 {
		if s.trustSign != "" {
			return nil, usage("--trust-signer goes with --trust")
		}
		return japan.List()
	}
	var lists []*trustlist.List
	for _, path := range s.trust {
		if err := s.checkListSignature(path); err != nil {
			return nil, &trustError{fmt.Errorf("--trust %s: %w", path, err)}
		}
		l, err := trustlist.Load(path)
		if err != nil {
			return nil, &trustError{fmt.Errorf("--trust %s: %w", path, err)}
		}
		lists = append(lists, l)
	}
	l, err := trustlist.Merge(lists...)
	if err != nil {
		return nil, &trustError{fmt.Errorf("--trust: %w", err)}
	}
	return l, nil
}

// evidence reads --cert, --crl and --ocsp.
func (s *shared) evidence() ([]*evidence.Item, error) {
	var out []*evidence.Item
	for _, kind := range []struct {
		flag  string
		t     evidence.Type
		paths []string
	}{{"--cert", evidence.Certificate, s.certs}, {"--crl", evidence.CRL, s.crls}, {"--ocsp", evidence.OCSP, s.ocsps}} {
		for _, path := range kind.paths {
			items, err := readEvidence(kind.t, path)
			if err != nil {
				return nil, &unreadableError{fmt.Errorf("%s %s: %w", kind.flag, path, err)}
			}
			out = append(out, items...)
		}
	}
	return out, nil
}

// readEvidence reads a file, or every regular file of a folder in order of names.
func readEvidence(t evidence.Type, path string) ([]*evidence.Item, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.IsDir() {
		return evidenceFile(t, path)
	}
	var out []*evidence.Item
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		items, err := evidenceFile(t, p)
		out = append(out, items...)
		return err
	})
	return out, err
}

// evidenceFile takes DER, or every PEM block of a file.
func evidenceFile(t evidence.Type, path string) ([]*evidence.Item, error) {
	data, err := readBounded(path, maxEvidence)
	if err != nil {
		return nil, err
	}
	var raws [][]byte
	rest := data
	for {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			break
		}
		raws = append(raws, b.Bytes)
	}
	if len(raws) == 0 {
		raws = [][]byte{data}
	}
	var out []*evidence.Item
	for _, raw := range raws {
		it := evidence.NewItem(t, raw, evidence.Supplied, filepath.Base(path), purse.New(purse.Limits{}))
		if it.Err != nil {
			return nil, fmt.Errorf("%s: %w", path, it.Err)
		}
		out = append(out, it)
	}
	return out, nil
}

// checkListSignature demands that the list was signed by --trust-signer.
func (s *shared) checkListSignature(path string) error {
	if s.trustSign == "" {
		return nil
	}
	data, err := readSmall(path)
	if err != nil {
		return err
	}
	sig, err := readSmall(path + ".p7s")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--trust-signer demands a signature: %s.p7s is missing", path)
	}
	if err != nil {
		return err
	}
	signers, err := readEvidence(evidence.Certificate, s.trustSign)
	if err != nil {
		return err
	}
	if len(signers) != 1 {
		return fmt.Errorf("--trust-signer %s holds %d certificates, one is needed", s.trustSign, len(signers))
	}
	return trustlist.VerifySignature(data, sig, signers[0].Certificate)
}
