package verify

import (
	"strings"

	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/verdict"
)

// facts is the positive evidence for the layers of one signature.
func (b *reportBuilder) facts(s *Signature, j *process.Judgement, st standing, stamps []*process.Stamp) Facts {
	basic := j.Basic
	f := b.common(basic, st)
	f.ProvableUntil, f.NextAction = b.lasting(j.Outcome, j.Facts.Parent != nil)
	f.Covered = confirmedIf(len(basic.Arithmetic.Causes) == 0 && (s.Coverage == nil || j.Facts.Field.Coverage.Valid), s.ID)
	f.Covered.Params = map[string]string{"extent": extent(s)}
	f.AsIssued = confirmedIf(s.Changes == nil || s.Changes.Permitted == PermittedYes, s.ID)
	if j.Source != "" {
		f.When = confirmedIf(true, j.Source)
		f.When.Params = map[string]string{"time": At(j.Best).String()}
	}
	f.Portable = b.portable(basic.Chain)
	if s.Path == nil {
		f.Portable = Basis{}
	}
	return f
}

// common are the questions that signatures and time-stamps share.
func (b *reportBuilder) common(basic *process.Basic, st standing) Facts {
	f := Facts{Registry: notAssessed()}
	if basic == nil {
		return f
	}
	a := basic.Arithmetic
	f.Intact = confirmedIf(a.Digests == process.Holds && a.Value == process.Holds)
	if a.Digests == process.Fails || a.Value == process.Fails {
		f.Intact.Status = verdict.Refuted
	}
	f.SealedBy = confirmedIf(a.Value == process.Holds && basic.Bound)
	f.Algorithms = confirmedIf(a.Value == process.Holds && b.v.policy.Algorithms.Lifetimes != "none")
	ch := basic.Chain
	if ch == nil || ch.Path == nil {
		return f
	}
	anchor := ""
	if c := ch.Path.Anchor.Certificate; c != nil {
		anchor = c.Subject.String()
	}
	f.Issuer = confirmedIf(true)
	f.Issuer.Params = map[string]string{"anchor": anchor}
	f.Authority = confirmedIf(b.state == trustlist.Fresh)
	f.Authority.Params = map[string]string{"list": b.v.list.ID}
	if st.service != nil {
		nameService(f.Authority.Params, st.service)
	}
	f.NotRevoked = b.notRevoked(ch)
	f.Assurance = assurance(st)
	return f
}

func notAssessed() Basis { return Basis{Status: verdict.NotAssessed} }

func confirmedIf(ok bool, evidence ...string) Basis {
	if !ok {
		return Basis{Status: verdict.Unconfirmed}
	}
	return Basis{Status: verdict.Confirmed, Evidence: evidence}
}

// notRevoked is confirmed where the whole path is good or exempt.
func (b *reportBuilder) notRevoked(ch *process.Chain) Basis {
	out := Basis{Status: verdict.Confirmed}
	for _, e := range ch.Entries {
		if e.Anchor {
			continue
		}
		switch e.State {
		case RevocationGood:
			if id := b.object(process.ItemID(e.Status.Item)); id != "" {
				out.Evidence = append(out.Evidence, id)
			}
		case RevocationRevoked:
			// A revocation after the proven time does not lower the answer; one
			// before it does, through its sub-indication.
		default:
			if !e.Exempt {
				out.Status = verdict.Unconfirmed
			}
		}
	}
	return out
}

// assurance: accredited at the proven time, or a service that is granted; what
// the list does not say is not assessed.
func assurance(st standing) Basis {
	switch {
	case st.accredited, granted(st):
		level := st.service.Assurance.Level
		return Basis{Status: verdict.Confirmed, Params: map[string]string{"level": level}}
	case st.service == nil && st.named == nil, st.service != nil && len(st.service.Status) == 0 && !st.service.Accreditation():
		return Basis{Status: verdict.NotAssessed}
	}
	return Basis{Status: verdict.Unconfirmed}
}

// portable: every certificate and all revocation data used travel in the document.
func (b *reportBuilder) portable(ch *process.Chain) Basis {
	if ch == nil {
		return Basis{}
	}
	var missing []string
	for _, e := range ch.Entries {
		if !e.Anchor && e.Status.Item == nil && e.State != RevocationNotChecked {
			missing = append(missing, b.conceal(e.Certificate.Subject.String()))
		}
		if it := process.EvidenceOf(e.Status.Item); it != nil && it.Origin != "document" {
			missing = append(missing, b.object(process.ItemID(e.Status.Item)))
		}
		if it := b.ev.Items.Get(e.Certificate.SHA256); !e.Anchor && it != nil && it.Origin != "document" {
			missing = append(missing, b.conceal(e.Certificate.Subject.String()))
		}
	}
	if len(missing) > 0 {
		return Basis{Status: verdict.Unconfirmed, Params: map[string]string{"missing": strings.Join(missing, ", ")}}
	}
	return Basis{Status: verdict.Confirmed}
}

// extent says in a term of the catalogue how much is covered.
func extent(s *Signature) string {
	switch {
	case s.Coverage == nil:
		return "content"
	case s.Coverage.WholeFile:
		return "whole-file"
	}
	return "revision"
}

// stampFacts is the same for a time-stamp that stands by itself.
func (b *reportBuilder) stampFacts(t *Timestamp, st *process.Stamp, sd standing) Facts {
	f := b.common(st.Basic, sd)
	f.ProvableUntil, f.NextAction = b.lasting(st.Outcome, false)
	good := t.Imprint != nil && t.Imprint.Matches != nil && *t.Imprint.Matches
	switch {
	case t.Imprint != nil && t.Imprint.Matches != nil && !good:
		f.Intact.Status = verdict.Refuted
	case !good:
		f.Intact.Status = verdict.WorstStatus(f.Intact.Status, verdict.Unconfirmed)
	}
	covered := good && (st.Facts.Field == nil || st.Facts.Field.Coverage.Valid)
	f.Covered, f.AsIssued = confirmedIf(covered, t.ID), confirmedIf(covered, t.ID)
	if st.Passed() {
		f.When = confirmedIf(true, t.ID)
		f.When.Params = map[string]string{"time": t.GenTime.String()}
	}
	if st.Basic != nil {
		f.Portable = b.portable(st.Basic.Chain)
	}
	return f
}

func granted(st standing) bool {
	return st.service != nil && (st.status.Status == trustlist.Granted || st.status.Status == trustlist.Recognised)
}
