package process

import (
	"encoding/pem"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/poe"
	"github.com/kakuin/kakuin/verify/policy"
)

// slideCase is one of pyHanko's cases of validation-time sliding and past
// certificate validation (EN 319 102-1 5.6.2.1, 5.6.2.2).
type slideCase struct {
	ID, Leaf, Fairness, Why, Expect string
	TrustAnchors                    []string `json:"trust_anchors"`
	Intermediates                   []string
	ExtraCerts                      []string `json:"extra_certs"`
	CRLs, OCSPs                     []string
	Time                            time.Time
	POE                             map[string]time.Time
	Control                         *time.Time `json:"expect_control_time"`
}

// TestSuiteTimeSlide runs them; proofs of existence are given by file.
func TestSuiteTimeSlide(t *testing.T) {
	fsys, err := fs.Sub(corpora.Open(t, "pki/ocsp.zip"), "pyhanko-ltv")
	if err != nil {
		t.Fatal(err)
	}
	var m struct{ Cases []slideCase }
	corpora.JSON(t, fsys, "manifest.json", &m)
	scored, right, accepted := 0, 0, 0
	for _, c := range m.Cases {
		if c.Fairness != "fair-etsi-319102" {
			continue
		}
		scored++
		past := c.run(t, fsys)
		valid := past.Passed() && (c.Control == nil || past.Control.Equal(*c.Control))
		if valid == (c.Expect == "valid") {
			right++
			continue
		}
		if past.Passed() && c.Expect != "valid" {
			accepted++
		}
		t.Errorf("%s: %s, control time %s, want %s %v (%s) %+v", c.ID, past.Outcome, past.Control, c.Expect, c.Control, c.Why, past.Causes)
	}
	fmt.Printf("suite %-24s cases %4d  scored %4d  right %4d  wrongly accepted %d\n", "time-slide", len(m.Cases), scored, right, accepted)
	if scored != 6 {
		t.Errorf("%d cases scored, 6 are there", scored)
	}
}

func (c slideCase) run(t *testing.T, fsys fs.FS) *Past {
	t.Helper()
	pol, err := policy.ByName("strict")
	if err != nil {
		t.Fatal(err)
	}
	own := *pol
	own.Revocation.EmptyList.Answer = "accept" // as the cases' CRLs have it
	if strings.Contains(c.Why, "100 day") {
		for _, position := range []string{"signer", "ca", "responder"} {
			own.Revocation.MaxAge = append(own.Revocation.MaxAge, policy.MaxAge{Position: position, Hours: 2400, Source: "the case"})
		}
	}
	court := &Court{At: c.Time, Policy: &own, Evidence: evidence.NewSet(), Verifier: path.NewVerifier(0), Purse: purse.New(purse.Limits{})}
	proofs := poe.New(c.Time, court.inside)
	add := func(kind evidence.Type, names ...string) (out []*evidence.Item) {
		for _, name := range names {
			raw := corpora.Read(t, fsys, name)
			if b, _ := pem.Decode(raw); b != nil {
				raw = b.Bytes
			}
			it := evidence.NewItem(kind, raw, evidence.Supplied, name, court.Purse)
			if it.Err != nil {
				t.Fatal(name, it.Err)
			}
			court.Evidence.Add(it)
			if at, proven := c.POE[name[strings.LastIndex(name, "/")+1:]]; proven {
				proofs.Add(poe.Digest(it.SHA256), poe.Proof{At: at, By: "the case"})
			}
			out = append(out, it)
		}
		return out
	}
	leaf := add(evidence.Certificate, c.Leaf)[0].Certificate
	if at, proven := c.POE["leaf"]; proven {
		proofs.Add(poe.Digest(leaf.SHA256), poe.Proof{At: at, By: "the case"})
	}
	add(evidence.Certificate, append(c.Intermediates, c.ExtraCerts...)...)
	add(evidence.CRL, c.CRLs...)
	add(evidence.OCSP, c.OCSPs...)
	var trust testTrust
	for _, root := range add(evidence.Certificate, c.TrustAnchors...) {
		trust = append(trust, path.Anchor{Certificate: root.Certificate, ID: root.Where})
	}
	court.Trust = trust
	court.prepare()
	court.proofs = proofs
	return court.pastCertificate(leaf, path.Any, nil)
}
