package process

import "github.com/kakuin/kakuin/verify/verdict"

// severity ranks causes to choose among paths: those that a proven time can
// clear stand below those that it cannot (the house's reading of step 2, where
// the standard lets the last path win).
var severity = map[verdict.SubIndication]int{
	verdict.TryLater:                      1,
	verdict.RevocationOutOfBoundsNoPOE:    2,
	verdict.OutOfBoundsNotRevoked:         3,
	verdict.OutOfBoundsNoPOE:              4,
	verdict.CryptoConstraintsFailureNoPOE: 5,
	verdict.RevokedCANoPOE:                6,
	verdict.RevokedNoPOE:                  7,
	verdict.NoCertificateChainFoundNoPOE:  8,
	verdict.ChainConstraintsFailure:       9,
	verdict.CertificateChainGeneral:       10,
	verdict.NoCertificateChainFound:       11,
}

// decisive ranks causes of one path: the step that comes first in 5.2.6.4 ends
// it, so that of a certificate that has run out and that nobody answers for the
// missing answer is told first.
var decisive = map[verdict.SubIndication]int{
	verdict.RevocationOutOfBoundsNoPOE:    1, // step 8
	verdict.OutOfBoundsNotRevoked:         2, // 7
	verdict.OutOfBoundsNoPOE:              2,
	verdict.CryptoConstraintsFailureNoPOE: 3,  // 6
	verdict.ChainConstraintsFailure:       4,  // 5
	verdict.CertificateChainGeneral:       5,  // 4e
	verdict.TryLater:                      6,  // 4a, 4c, and no data at all; 7 is a CA that has run out
	verdict.RevokedCANoPOE:                8,  // 4d
	verdict.RevokedNoPOE:                  9,  // 4b
	verdict.NoCertificateChainFoundNoPOE:  10, // 3
	verdict.NoCertificateChainFound:       11,
}

func rank(of map[verdict.SubIndication]int, s verdict.SubIndication) int {
	if r, ok := of[s]; ok {
		return r
	}
	return 100
}

func highest(causes []Cause, rank func(Cause) int) (Cause, bool) {
	var w Cause
	found := false
	for _, c := range causes {
		if !found || rank(c) > rank(w) {
			w, found = c, true
		}
	}
	return w, found
}

// worst is the cause that gives the sub-indication.
func worst(causes []Cause) (Cause, bool) { return highest(causes, Cause.decides) }

// decides ranks a cause among those of one path. That a CA has run out is of
// the path validation of step 4, and nobody answers for what it issued any
// more: that would be no news.
func (cause Cause) decides() int {
	if cause.Sub == verdict.OutOfBoundsNoPOE && cause.About == AboutCA {
		return rank(decisive, verdict.TryLater) + 1
	}
	return rank(decisive, cause.Sub)
}

func (cause Cause) severity() int { return rank(severity, cause.Sub) }

func (ch *Chain) better(than *Chain) bool {
	if len(ch.Causes) == 0 || len(than.Causes) == 0 {
		return len(ch.Causes) == 0 && len(than.Causes) > 0
	}
	a, _ := highest(ch.Causes, Cause.severity)
	b, _ := highest(than.Causes, Cause.severity)
	if ra, rb := a.severity(), b.severity(); ra != rb {
		return ra < rb
	}
	return len(ch.Causes) < len(than.Causes)
}
