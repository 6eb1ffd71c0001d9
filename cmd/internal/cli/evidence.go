package cli

import (
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
)

// evidence reads --cert, --crl and --ocsp.
func (s *shared) evidence(e *env) ([]*evidence.Item, error) {
	var out []*evidence.Item
	for _, kind := range []struct {
		flag  string
		t     evidence.Type
		paths []string
	}{{"--cert", evidence.Certificate, s.certs}, {"--crl", evidence.CRL, s.crls}, {"--ocsp", evidence.OCSP, s.ocsps}} {
		for _, path := range kind.paths {
			items, err := e.readEvidence(kind.t, path)
			if err != nil {
				return nil, unreadable("%s %s: %w", kind.flag, path, err)
			}
			out = append(out, items...)
		}
	}
	kept, err := s.resolved(e)
	return append(out, kept...), err
}

// resolved are certificates that `trust update` got for the fingerprints of the
// lists. They are candidates like others: a fingerprint decides.
func (s *shared) resolved(e *env) (out []*evidence.Item, err error) {
	for _, folder := range s.certificateFolders(e) {
		names, err := filepath.Glob(filepath.Join(folder, "*.cer"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			items, err := evidenceFile(evidence.Certificate, name)
			if err != nil {
				e.tell(fmt.Errorf("not used: %w", err))
			}
			out = append(out, items...)
		}
	}
	return out, nil
}

// readEvidence reads a file, or every regular file of a folder in order of
// names. A folder may hold other things too: they are told, not read.
func (e *env) readEvidence(t evidence.Type, path string) ([]*evidence.Item, error) {
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
		if err != nil {
			e.tell(fmt.Errorf("not used as %s: %w", t, err))
		}
		out = append(out, items...)
		return nil
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("no %s in this folder", t)
	}
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
