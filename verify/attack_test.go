package verify_test

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// told are the finding codes and kinds of change of a report.
func allNames(rep *verify.Report) []string {
	var out []string
	find := func(fs []verify.Finding) {
		for _, f := range fs {
			out = append(out, string(f.Code))
		}
	}
	find(rep.Findings)
	for _, s := range rep.Signatures {
		find(s.Findings)
		if s.Changes != nil {
			for _, it := range s.Changes.Items {
				out = append(out, it.Kind)
			}
		}
	}
	for _, s := range rep.Timestamps {
		find(s.Findings)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// leastAttacks is how many attacks of each family there must be.
var leastAttacks = map[string]int{
	verifytest.UniversalForgery: 24, verifytest.IncrementalSaving: 6, verifytest.Wrapping: 9, verifytest.Shadow: 6,
	verifytest.EvilAnnotation: 10, verifytest.SneakySignature: 10, verifytest.Ambiguous: 10, verifytest.Prepared: 5,
}

// TestAttacks judges every forged file under the policies that people use:
// none passes, each says what was done; and every twin passes.
func TestAttacks(t *testing.T) {
	t.Parallel()
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	counts, seen := map[string]int{}, map[string]string{}
	for _, a := range verifytest.Attacks() {
		counts[a.Family]++
		if !strings.HasPrefix(a.Name, a.Family+"-") || a.What == "" || len(a.Named) == 0 {
			t.Errorf("%s: incomplete", a.Name)
		}
		t.Run(a.Name, func(t *testing.T) {
			forged, twin := a.Make()
			if again, _ := a.Make(); !bytes.Equal(forged, again) {
				t.Error("made twice, two files")
			}
			if other, ok := seen[string(forged)]; ok || bytes.Equal(forged, twin) {
				t.Errorf("the same file as its twin or %s", other)
			}
			seen[string(forged)] = a.Name
			for _, name := range []string{"japan", "strict"} {
				refuses(t, a, judgedAttack(t, w, list, forged, name))
				passes(t, a, judgedAttack(t, w, list, twin, name))
			}
		})
	}
	for family, least := range leastAttacks {
		if counts[family] < least {
			t.Errorf("%s: %d attacks, want %d", family, counts[family], least)
		}
	}
	t.Log(counts)
}

func judgedAttack(t *testing.T, w *verifytest.World, list *trustlist.List, data []byte, policyName string) *verify.Report {
	t.Helper()
	return judged(t, data, eseal.Options{Name: "document.pdf"}, list, verify.WithPolicy(policyNamed(t, policyName, policy.Require)), verify.WithTime(w.Now))
}

func refuses(t *testing.T, a verifytest.Attack, rep *verify.Report) {
	t.Helper()
	if got := answer(rep); !a.Want.Allows(got) {
		t.Errorf("%s: want %s, got %s: %s", rep.Policy.ID, a.Want, got, codes(rep))
	}
	if a.Family != verifytest.Prepared && rep.Passed() {
		t.Error("passed")
	}
	have := allNames(rep)
	for _, name := range a.Named {
		if !slices.Contains(have, name) {
			t.Errorf("%s: %s is not told: %s: %s", rep.Policy.ID, name, strings.Join(have, " "), codes(rep))
		}
	}
}

// passes: the twin passes, and nothing is told of it that names the attack.
func passes(t *testing.T, a verifytest.Attack, rep *verify.Report) {
	t.Helper()
	if rep.Verdict != verdict.DocumentPassed {
		t.Errorf("%s: the twin: %s: %s", rep.Policy.ID, rep.Verdict, codes(rep))
	}
	for _, name := range a.Named {
		if slices.Contains(allNames(rep), name) && (strings.HasPrefix(name, "K-") || a.Family == verifytest.Prepared) {
			t.Errorf("%s: the twin tells %s too", rep.Policy.ID, name)
		}
	}
}

// TestPublishedAttacks judges the shadow attacks of the Ruhr University with
// the whole verifier: a manipulated file is refused for what was changed, a
// sealed original is not. Their certificates have no paths.
func TestPublishedAttacks(t *testing.T) {
	fsys := corpora.Open(t, "documents/rub-pdf-attacks.zip")
	forged, sealed := 0, 0
	corpora.Walk(t, fsys, func(name string, data []byte) {
		base := path.Base(name)
		if !strings.HasSuffix(name, ".pdf") || !strings.Contains(base, "signed") {
			return
		}
		for _, policyName := range []string{"japan", "strict"} {
			rep := judged(t, data, eseal.Options{Name: base}, verify.NoTrust(), verify.WithPolicy(policyNamed(t, policyName, policy.Require)), verify.WithTime(when(t, "2026-11-22T00:00:00Z")))
			changes := changesOf(rep)
			switch {
			case strings.Contains(base, "manipulated"):
				forged++
				if rep.Passed() || changes == verify.PermittedYes {
					t.Errorf("%s under %s: %s, changes %s: %s", name, policyName, rep.Verdict, changes, codes(rep))
				}
			default:
				sealed++
				if rep.Verdict == verdict.DocumentFailed || changes != verify.PermittedYes || len(rep.Signatures) == 0 {
					t.Errorf("%s under %s: %s, changes %s: %s", name, policyName, rep.Verdict, changes, codes(rep))
				}
			}
		}
	})
	if forged < 12 || sealed < 10 {
		t.Errorf("%d forged and %d sealed files", forged, sealed)
	}
}

// changesOf is the worst answer to whether the later changes are permitted.
func changesOf(rep *verify.Report) string {
	worst := verify.PermittedYes
	for _, s := range rep.Signatures {
		if c := s.Changes; c != nil && (c.Permitted == verify.PermittedNo || worst == verify.PermittedYes) {
			worst = c.Permitted
		}
	}
	return worst
}
