package verify

import (
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/registry"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/verdict"
)

// jst is the time zone of the dates of the register.
var jst = time.FixedZone("JST", 9*60*60)

func dayOf(t time.Time) string { return t.In(jst).Format(time.DateOnly) }

// A registration is what the register says of the body that a certificate
// names, as an answer, as findings and as part of the report. It never decides.
type registration struct {
	basis    Basis
	findings []verdict.Finding
	entry    *Registration
}

func (r *registration) tell(code verdict.Code, severity verdict.Severity, object string, params map[string]string) {
	r.findings = append(r.findings, verdict.Finding{Code: code, Severity: severity, Object: object, Params: params})
}

// registered asks what the register said. best is when the seal existed at the
// latest; proven, that a time-stamp says so.
func (b *reportBuilder) registered(basic *process.Basic, object string, best time.Time, proven bool) registration {
	out := registration{basis: notAssessed()}
	told := b.ev.Register
	if told == nil || basic == nil || basic.Signer == nil {
		return out
	}
	c := basic.Signer
	id := c.Identity()
	out.basis.Params = map[string]string{"date": told.Snapshot.Date}
	answer := told.answer(id.CorporateNumber)
	switch {
	case id.NaturalPerson && !id.QcSeal, len(id.CorporateNumbers) == 0 && id.OrganizationIdentifier != "":
		return out // a person, or a body that another register knows by another number
	case id.CorporateNumber == "":
		out.basis.Status = verdict.Unconfirmed
		out.tell(verdict.CodeRegisterNoNumber, verdict.Info, object, nil)
		return out
	case answer == nil || answer.Failed != "":
		out.basis.Status = verdict.Unconfirmed
		params := map[string]string{"number": id.CorporateNumber}
		if answer != nil {
			params["reason"] = answer.Failed
		}
		out.tell(verdict.CodeRegisterUnread, verdict.Warning, object, params)
		return out
	case !answer.Found:
		out.basis.Status = verdict.Unconfirmed
		out.tell(verdict.CodeRegisterNotFound, verdict.Warning, object, map[string]string{"number": id.CorporateNumber, "date": told.Snapshot.Date})
		return out
	}
	rec := &answer.Record
	out.basis.Params["number"], out.basis.Params["name"] = rec.Number, rec.Name
	out.basis.Status = verdict.Confirmed
	names := namesHeld(id)
	match := rec.Match(names...)
	out.entry = entryOf(rec, match, told)
	out.standing(rec, c, object, best, proven)
	out.named(rec, match, object)
	out.differs(rec, names, object)
	if told.Snapshot.Date < dayOf(best) {
		out.tell(verdict.CodeRegisterOlder, verdict.Info, object, map[string]string{"date": told.Snapshot.Date, "time": At(best).String()})
	}
	return out
}

// namesHeld are the names that are held against the register: of the
// organization, and the common name only where there is none.
func namesHeld(id cert.Identity) []string {
	if id.Organization == "" && id.OrganizationJa == "" {
		return []string{id.CommonName}
	}
	return slices.Compact([]string{id.OrganizationJa, id.Organization})
}

// standing: does the body exist, and did it when it sealed? A time-stamp proves
// the latest moment of a seal; the earliest is the start of the certificate.
func (r *registration) standing(rec *registry.Record, c *cert.Certificate, object string, best time.Time, proven bool) {
	params := map[string]string{"number": rec.Number, "name": rec.Name, "time": At(best).String()}
	if rec.CloseDate != "" {
		params["closed"] = rec.CloseDate
	}
	if cause := closings[rec.CloseCause]; cause != "" {
		params["cause"] = cause
	}
	if rec.Successor != "" {
		params["successor"] = rec.Successor
	}
	switch st := rec.Status(); {
	case st == registry.Active:
	case st != registry.Closed:
		r.basis.Status = verdict.Unconfirmed
		params["status"] = "registration-" + string(st)
		r.tell(verdict.CodeRegisterGone, verdict.Warning, object, params)
	case rec.CloseDate != "" && dayOf(c.NotBefore) > rec.CloseDate:
		r.basis.Status = verdict.Refuted
		r.tell(verdict.CodeRegisterClosedBefore, verdict.Warning, object, params)
	case rec.CloseDate != "" && proven && dayOf(best) <= rec.CloseDate:
		r.tell(verdict.CodeRegisterClosedSince, verdict.Info, object, params)
	default:
		r.basis.Status = verdict.Unconfirmed
		r.tell(verdict.CodeRegisterClosed, verdict.Warning, object, params)
	}
}

// differs tells of each name that is another one, also beside one that fits.
func (r *registration) differs(rec *registry.Record, names []string, object string) {
	for _, name := range names {
		m := rec.Match(name)
		if m.Kind != registry.NameDifferent {
			continue
		}
		r.basis.Status = verdict.WorstStatus(r.basis.Status, verdict.Unconfirmed)
		r.tell(verdict.CodeRegisterNameDiffers, verdict.Warning, object, map[string]string{"written": m.Written, "registered": m.Registered, "number": rec.Number})
	}
}

// closings are the codes of why a registration was closed, as terms.
var closings = map[string]string{"01": "closingWoundUp", "11": "closingMerged", "21": "closingByRegistrar", "31": "closingOther"}

// named tells how the name that fits best is written. A mismatch is a warning:
// the number decides who is meant.
func (r *registration) named(rec *registry.Record, m registry.Match, object string) {
	params := map[string]string{"written": m.Written, "registered": m.Registered, "number": rec.Number}
	switch m.Kind {
	case registry.NameSame:
	case registry.NameVariant:
		r.tell(verdict.CodeRegisterNameVariant, verdict.Info, object, params)
	case registry.NameFormer:
		params["name"] = rec.Name
		if rec.ChangeDate != "" {
			params["changed"] = rec.ChangeDate
		}
		r.tell(verdict.CodeRegisterNameFormer, verdict.Info, object, params)
	case registry.NameDifferent: // see differs
	default:
		params["registered"] = rec.Name
		r.tell(verdict.CodeRegisterNameUnread, verdict.Info, object, params)
	}
}

func entryOf(rec *registry.Record, m registry.Match, told *Consulted) *Registration {
	out := &Registration{Number: rec.Number, Name: rec.Name, EnName: rec.EnName, Status: string(rec.Status()), CloseDate: rec.CloseDate, Successor: rec.Successor,
		NameMatch: string(m.Kind), Snapshot: RegisterSnapshot{Date: told.Snapshot.Date, SHA256: told.Snapshot.SHA256}}
	for _, v := range m.Variants {
		out.Variants = append(out.Variants, string(v))
	}
	return out
}
