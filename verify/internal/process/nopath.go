package process

import (
	"strings"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/verdict"
)

// nothing explains why no path passed RFC 5280: none reached an anchor, or
// all were refused on the way, or the search ended at a limit.
func (s *chainSearch) nothing(leaf *cert.Certificate) *Chain {
	ch := &Chain{}
	object := ID(leaf)
	if s.stopped != nil {
		ch.cause(verdict.Custom, verdict.CodeSearchLimit, "RFC 4158 7.1", object, AboutOther, nil, params("limit", s.stopped.Error()))
		return ch
	}
	top, found := top(s.rejected)
	if !found {
		ch.cause(verdict.NoCertificateChainFound, verdict.CodeNoPath, clauseX509+" step 2", object, AboutOther, nil, params("subject", leaf.Subject.String()))
		s.missing(ch)
		return ch
	}
	at := object
	if top.At != nil {
		at = ID(top.At)
	}
	sub := verdict.CertificateChainGeneral
	if constraint[top.Code] {
		sub = verdict.ChainConstraintsFailure
	}
	ch.cause(sub, verdict.Code(top.Code), top.Clause, at, AboutOther, nil, top.Params)
	return ch
}

// constraint are the refusals that count as unmet X.509 constraints (step 5);
// the others are failures of path validation (step 4e).
var constraint = map[note.Code]bool{
	path.CodeKeyUsage: true, path.CodeExtKeyUsage: true, path.CodePolicy: true, path.CodeNameConstraint: true,
}

// unreached are the refusals that only say that no path leads on.
var unreached = map[note.Code]bool{path.CodeNoPath: true, path.CodeMissingIssuer: true, path.CodeSignature: true}

// top is the most telling refusal of a path that led, or would have led, to
// an anchor.
func top(rs []path.Rejection) (path.Rejection, bool) {
	var best path.Rejection
	found := false
	for _, r := range rs {
		if r.Anchor == nil && (unreached[r.Code] || r.Detour) {
			continue
		}
		if !found || r.Rank > best.Rank {
			best, found = r, true
		}
	}
	return best, found
}

// missing asks for the issuers at which paths ended.
func (s *chainSearch) missing(ch *Chain) {
	seen := map[[32]byte]bool{}
	for _, r := range s.rejected {
		if r.Code != path.CodeMissingIssuer || r.At == nil || seen[r.At.SHA256] {
			continue
		}
		seen[r.At.SHA256] = true
		urls := r.At.CAIssuers
		ch.finding(verdict.Finding{Code: verdict.CodeMissingIssuer, Severity: verdict.Error, Clause: clauseX509 + " step 2", Object: ID(r.At),
			Params: params("issuer", r.At.Issuer.String(), "urls", strings.Join(urls, " "))})
		ch.want(evidence.Want{Type: evidence.Certificate, For: r.At.SHA256, Subject: r.At.Issuer.String(), URLs: urls, Target: r.At, Reason: string(verdict.CodeMissingIssuer)})
	}
}
