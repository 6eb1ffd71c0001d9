package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/trustlist/japan"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
)

// list is the trust list of --trust; none given: the built-in catalogue.
func (s *shared) list(e *env) (*trustlist.List, error) {
	if len(s.trust) == 0 {
		if s.trustSign != "" {
			return nil, usage("--trust-signer goes with --trust")
		}
		return japan.List()
	}
	var lists []*trustlist.List
	for _, path := range s.trust {
		l, err := trustlist.Load(path)
		if err == nil {
			err = s.signed(e, path, l)
		}
		if err != nil {
			return nil, noTrust("--trust %s: %w", path, err)
		}
		lists = append(lists, l)
	}
	if len(lists) == 1 {
		return lists[0], nil
	}
	l, err := trustlist.Merge(lists...)
	if err != nil {
		return nil, noTrust("--trust: %w", err)
	}
	return l, nil
}

// listOrNone is the list to judge by. One that cannot be used is told, and
// then nobody is trusted: the report is whole and says what the document says.
func (s *shared) listOrNone(e *env, at time.Time) (*trustlist.List, error) {
	l, err := s.list(e)
	if err != nil && codeOf(err) == exit.NoTrust {
		e.tell(fmt.Errorf("%w; judged without a trust list", err))
		e.result(exit.NoTrust)
		return verify.NoTrust(), nil
	}
	if err == nil && l.State(at) == trustlist.None {
		e.tell(errors.New("the trust list has no anchors; judged without a trust list"))
		e.result(exit.NoTrust)
	}
	return l, err
}

// signed demands that the list, as it was loaded, was signed by --trust-signer.
func (s *shared) signed(e *env, path string, l *trustlist.List) error {
	if s.trustSign == "" {
		return nil
	}
	sig, err := readSmall(path + ".p7s")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--trust-signer demands a signature: %s.p7s is missing", path)
	}
	if err != nil {
		return err
	}
	signers, err := e.readEvidence(evidence.Certificate, s.trustSign)
	if err != nil {
		return fmt.Errorf("--trust-signer: %w", err)
	}
	if len(signers) != 1 {
		return fmt.Errorf("--trust-signer %s holds %d certificates, one is needed", s.trustSign, len(signers))
	}
	return l.VerifySignature(sig, signers[0].Certificate)
}
