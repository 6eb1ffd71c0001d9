package cli

import (
	"cmp"
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

// previous is what `trust update` calls the edition before.
const previous = ".previous"

// signed demands that the list, as it was loaded, was signed by --trust-signer.
func (s *shared) signed(e *env, path string, l *trustlist.List) error {
	if s.trustSign == "" {
		return nil
	}
	_, err := s.signature(e, path, l)
	return err
}

// signature is the one by --trust-signer that the list has. While `trust update`
// puts a new edition in place, and after it was killed there, the signature of
// the old one stands at its second name.
func (s *shared) signature(e *env, path string, l *trustlist.List) ([]byte, error) {
	signers, err := e.readEvidence(evidence.Certificate, s.trustSign)
	if err != nil {
		return nil, fmt.Errorf("--trust-signer: %w", err)
	}
	if len(signers) != 1 {
		return nil, fmt.Errorf("--trust-signer %s holds %d certificates, one is needed", s.trustSign, len(signers))
	}
	var why error
	for _, name := range []string{path + ".p7s", path + previous + ".p7s"} {
		sig, err := readSmall(name)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("--trust-signer demands a signature: %s is missing", name)
		} else if err == nil {
			err = l.VerifySignature(sig, signers[0].Certificate)
		}
		if err == nil {
			return sig, nil
		}
		why = cmp.Or(why, err)
	}
	return nil, why
}
