package verify

import "github.com/kakuin/kakuin/verify/verdict"

// Contradictions lists what in a path report breaks its own contract, as
// [Report.Contradictions] does for documents.
func (r *PathReport) Contradictions() []string {
	c := checker{rep: &Report{Certificates: r.Certificates, Evidence: r.Evidence, Findings: r.Findings}, ids: map[string]bool{}}
	if r.Schema != PathSchema {
		c.add("schema is %q", r.Schema)
	}
	c.collectIDs()
	c.block("path", r.Outcome())
	c.refers("report", "certificate", r.Certificate)
	c.path("path", r.Path)
	c.findings("certificate", r.Findings)
	for _, p := range r.Rejected {
		for _, sha := range append([]string{p.Anchor, p.At}, p.Path...) {
			c.refers("rejected "+string(p.Code), "path", sha)
		}
	}
	if r.Passed() {
		c.held(r)
	} else if !c.error {
		c.add("%s without an error finding that says what to do", r.Outcome())
	}
	return c.out
}

// held: a path that holds begins with the certificate, ends at an anchor of a
// fresh list, and nothing of it is revoked.
func (c *checker) held(r *PathReport) {
	if n := len(r.Path); n == 0 || r.Path[0].Certificate != r.Certificate || !r.Path[n-1].Anchor {
		c.add("a path that holds leads from the certificate to an anchor")
	}
	if r.Trust.State != TrustFresh {
		c.add("PASSED by a list that is %s", r.Trust.State)
	}
	for _, e := range r.Path {
		if e.Revocation != nil && e.Revocation.Status == RevocationRevoked {
			c.add("PASSED with a revoked certificate")
		}
	}
	for _, f := range r.Findings {
		if f.Severity == verdict.Error {
			c.add("PASSED with the error %s", f.Code)
		}
	}
}
