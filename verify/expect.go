package verify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/verdict"
)

// An Expect is something that the caller wants to be true of the document
// besides its being intact and trusted.
type Expect struct {
	kind, wanted string
}

// SealedBy expects every signature (without any, every time-stamp) to be by
// this one: the organization's name as the certificate has it (its common name
// only where it has no organization), a corporate number of 13 digits,
// or the SHA-256 of the certificate in hexadecimal.
func SealedBy(who string) Expect { return Expect{ExpectSealedBy, who} }

// RequireLevel expects at least this baseline level: "B-T", "B-LT", "B-LTA".
func RequireLevel(level string) Expect { return Expect{ExpectLevel, level} }

// RequireAssurance expects the trust list to give this level, at the proven time.
func RequireAssurance(level string) Expect { return Expect{ExpectAssurance, level} }

// SameDocument expects the document to have this SHA-256, in hexadecimal: that it
// is the one that was registered, whoever sealed it.
func SameDocument(digest string) Expect { return Expect{ExpectDocument, strings.ToLower(digest)} }

// AnySealerUnsafe says that it does not matter who sealed. A seal that anybody
// under the trust list could make then passes.
func AnySealerUnsafe() Expect { return Expect{kind: anySealer} }

const anySealer = "any-sealer"

// Err is why this expectation cannot be held against any document; nil if it can.
func (e Expect) Err() error {
	switch {
	case e.kind == anySealer:
	case expectCode[e.kind] == "":
		return errors.New("verify: an empty expectation; use SealedBy, RequireLevel, RequireAssurance, SameDocument or AnySealerUnsafe")
	case e.wanted == "":
		return fmt.Errorf("verify: the expectation %s does not say what is expected", e.kind)
	case e.kind == ExpectLevel && levelRank[e.wanted] == 0:
		return fmt.Errorf("verify: %q is no baseline level; write B-B, B-T, B-LT or B-LTA", e.wanted)
	case e.kind == ExpectDocument && !isSHA256(e.wanted):
		return fmt.Errorf("verify: %q is no SHA-256; write 64 hexadecimal digits", e.wanted)
	}
	return nil
}

// checkExpectations refuses what could be met by accident: an expectation
// without a kind, or one of nothing.
func checkExpectations(expect []Expect) error {
	for _, e := range expect {
		if err := e.Err(); err != nil {
			return err
		}
	}
	return nil
}

func isSHA256(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == sha256.Size
}

// A Refusal is why Check said no. It carries the whole report.
type Refusal struct {
	Report *Report
	Reason string
}

func (r *Refusal) Error() string { return "verify: " + r.Reason }

// Check is a strict yes or no: nil only if everything passed and the sealer is
// the one expected. Who should have sealed, or AnySealerUnsafe, is mandatory.
func (v *Verifier) Check(ctx context.Context, doc *eseal.Document, expect ...Expect) error {
	if !slices.ContainsFunc(expect, func(e Expect) bool { return e.kind == ExpectSealedBy || e.kind == anySealer }) {
		return errors.New("verify: Check needs to know who should have sealed: SealedBy(…); AnySealerUnsafe() opts out")
	}
	rep, err := v.Verify(ctx, doc, expect...)
	if err != nil {
		return err
	}
	if rep.Passed() {
		return nil
	}
	return &Refusal{Report: rep, Reason: refusalReason(rep)}
}

func refusalReason(rep *Report) string {
	for _, e := range rep.Expectations {
		if !e.Met {
			return fmt.Sprintf("%s: expected %s %q, found %q", rep.Verdict, e.Kind, e.Wanted, e.Found)
		}
	}
	for _, s := range rep.Signatures {
		if s.Indication != verdict.TotalPassed {
			return fmt.Sprintf("%s: %s is %s", rep.Verdict, s.ID, s.Outcome())
		}
	}
	return string(rep.Verdict)
}

// expectations holds the report against what the caller wants.
func (b *reportBuilder) expectations(expect []Expect) {
	for _, e := range expect {
		switch e.kind {
		case anySealer:
			b.document(verdict.Finding{Code: verdict.CodeOptOut, Severity: verdict.Warning, Params: map[string]string{"what": anySealer}})
		case ExpectSealedBy:
			b.expect(e, b.sealers(), b.shownSealers(numberShape.MatchString(e.wanted)), sealedBy)
		case ExpectLevel:
			b.expect(e, b.levels(), firsts(b.levels()), atLeast)
		case ExpectAssurance:
			b.expect(e, b.assurances(), firsts(b.assurances()), func(wanted string, found []string) bool { return len(found) == 1 && found[0] == wanted })
		case ExpectDocument:
			is := nonEmpty(b.rep.Document.SHA256)
			b.expect(e, [][]string{is}, is, func(wanted string, found []string) bool { return slices.Contains(found, wanted) })
		}
	}
}

var expectCode = map[string]verdict.Code{ExpectSealedBy: verdict.CodeSealerNotExpected, ExpectLevel: verdict.CodeLevelNotMet, ExpectAssurance: verdict.CodeAssuranceNotMet,
	ExpectDocument: verdict.CodeOtherDocument}

// expect is met when it holds for each signature; nothing signed meets nothing.
func (b *reportBuilder) expect(e Expect, found [][]string, shown []string, holds func(string, []string) bool) {
	met := len(found) > 0
	for _, f := range found {
		met = met && holds(e.wanted, f)
	}
	was := strings.Join(shown, ", ")
	b.rep.Expectations = append(b.rep.Expectations, Expectation{Kind: e.kind, Wanted: e.wanted, Found: was, Met: met})
	if !met {
		b.document(verdict.Finding{Code: expectCode[e.kind], Severity: verdict.Error, Params: map[string]string{"wanted": e.wanted, "found": was}})
	}
}

func firsts(found [][]string) []string {
	var out []string
	for _, f := range found {
		out = append(out, f[:min(len(f), 1)]...)
	}
	return out
}

// shownSealers are the sealers as the report may name them, with their numbers
// where one was expected.
func (b *reportBuilder) shownSealers(numbers bool) []string {
	var out []string
	for _, s := range b.rep.Signatures {
		if s.Signer == nil {
			continue
		}
		name := cmp.Or(s.Signer.Organization, s.Signer.NameJa, s.Signer.CommonName, s.Signer.Certificate)
		if n := s.Signer.CorporateNumber; numbers && n != "" {
			name = fmt.Sprintf("%s (%s)", name, n)
		}
		out = append(out, name)
	}
	for _, t := range b.rep.Timestamps {
		if t.TSA != nil && len(b.rep.Signatures) == 0 {
			out = append(out, t.TSA.Subject)
		}
	}
	return out
}

// sealers are the names of each sealer; without signatures, of each
// time-stamp's unit. They are compared as the certificates have them; the
// report shows what it may.
func (b *reportBuilder) sealers() [][]string {
	var out [][]string
	for i := range b.rep.Signatures {
		out = append(out, b.names[b.rep.Signatures[i].ID])
	}
	if len(out) > 0 {
		return out
	}
	for i := range b.rep.Timestamps {
		out = append(out, b.names[b.rep.Timestamps[i].ID])
	}
	return out
}

// What the words of a sealer are. A number or a fingerprint that is expected
// must be the certificate's own: a common name can say anything.
const (
	wordName        = "name:"
	wordNumber      = "number:"
	wordIdentifier  = "identifier:"
	wordFingerprint = "sha256:"
)

// namesOf are the words by which a sealer may be expected, each with what it is.
func namesOf(c *cert.Certificate) []string {
	id := c.Identity()
	common := id.CommonName
	if id.Organization != "" {
		common = "" // beside an organization it is a label: anybody may choose it
	}
	var out []string
	for _, n := range nonEmpty(id.Organization, id.NameJa, common, c.Subject.String()) {
		out = append(out, wordName+n)
	}
	return append(out, wordNumber+id.CorporateNumber, wordIdentifier+id.OrganizationIdentifier, wordFingerprint+process.ID(c))
}

func nonEmpty(all ...string) []string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

var (
	fingerprintShape = regexp.MustCompile(`^[0-9a-f]{64}$`)
	numberShape      = regexp.MustCompile(`^[0-9]{13}$`)
	identifierShape  = regexp.MustCompile(`^[A-Z]{5}-`) // EN 319 412-1 5.1.4: NTRJP-, VATDE-
)

// sealedBy compares exactly, but for the case of hexadecimal and the colons
// that fingerprints are printed with.
func sealedBy(wanted string, found []string) bool {
	print := strings.ToLower(strings.ReplaceAll(wanted, ":", ""))
	switch {
	case fingerprintShape.MatchString(print):
		return slices.Contains(found, wordFingerprint+print)
	case numberShape.MatchString(wanted):
		return slices.Contains(found, wordNumber+wanted)
	case identifierShape.MatchString(wanted):
		return slices.Contains(found, wordIdentifier+wanted)
	}
	return slices.Contains(found, wordName+wanted)
}

var levelRank = map[string]int{LevelNone: 0, LevelBB: 1, LevelBT: 2, LevelBLT: 3, LevelBLTA: 4}

func atLeast(wanted string, found []string) bool {
	want, known := levelRank[wanted]
	return known && len(found) == 1 && levelRank[found[0]] >= want
}

func (b *reportBuilder) levels() [][]string {
	var out [][]string
	for i := range b.rep.Signatures {
		out = append(out, []string{b.provenLevel(&b.rep.Signatures[i])})
	}
	return out
}

// provenLevel is the structural level as far as its time-stamps hold: one
// that proves nothing meets no expectation.
func (b *reportBuilder) provenLevel(s *Signature) string {
	level := s.Level
	archived := slices.ContainsFunc(slices.Concat(s.Timestamps, b.rep.Timestamps), func(t Timestamp) bool {
		return (t.Kind == TimestampDocument || t.Kind == TimestampArchive) && t.Indication == verdict.Passed
	})
	if level == LevelBLTA && !archived {
		level = LevelBLT
	}
	if levelRank[level] > levelRank[LevelBB] && (s.BestSignatureTime == nil || s.BestSignatureTime.Source == SourceValidationTime) {
		level = LevelBB
	}
	return level
}

func (b *reportBuilder) assurances() [][]string {
	var out [][]string
	level := func(t *TrustService) []string {
		if t == nil || t.Assurance == nil || t.Status != "granted" && t.Status != "recognised" {
			return nil
		}
		return []string{t.Assurance.Level}
	}
	for i := range b.rep.Signatures {
		out = append(out, level(b.rep.Signatures[i].TrustService))
	}
	if len(b.rep.Signatures) == 0 {
		for i := range b.rep.Timestamps {
			out = append(out, level(b.rep.Timestamps[i].TrustService))
		}
	}
	return out
}
