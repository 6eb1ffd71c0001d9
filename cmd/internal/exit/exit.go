// Package exit has the exit codes of the command and which of several counts.
package exit

import (
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
)

// Exit codes.
const (
	Passed        = 0
	Failed        = 1
	Usage         = 2
	Indeterminate = 3
	NotSigned     = 4
	NoTrust       = 5
	Unreadable    = 6
	Internal      = 7
	Interrupted   = 130
)

// rank orders exit codes of several results: 7 before 1, 6, 5, 3, 4, 0.
var rank = map[int]int{Passed: 0, NotSigned: 1, Indeterminate: 2, NoTrust: 3, Unreadable: 4, Failed: 5, Internal: 6}

// Worst is the one of two results that counts. One that no result has, such as
// that of a worker, is never lost behind another.
func Worst(a, b int) int {
	if order(b) > order(a) {
		return b
	}
	return a
}

func order(code int) int {
	if n, known := rank[code]; known {
		return n
	}
	return len(rank)
}

// Of is the exit code of one report.
func Of(rep *verify.Report) int {
	switch rep.Verdict {
	case verdict.DocumentPassed:
		return Passed
	case verdict.DocumentFailed:
		return Failed
	case verdict.NotSigned:
		return NotSigned
	case verdict.Unreadable:
		return Unreadable
	case verdict.DocumentIndeterminate:
		if rep.Trust.State != verify.TrustFresh {
			return NoTrust
		}
		return Indeterminate
	}
	return Internal
}
