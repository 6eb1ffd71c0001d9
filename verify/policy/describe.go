package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Constraint is one line of a policy as it is applied, whether it stands in
// the file or not.
type Constraint struct {
	Key      string `json:"key"`
	Value    string `json:"value"`
	Strict   string `json:"strict"` // what an absent line means
	Source   string `json:"source,omitempty"`
	Explicit bool   `json:"explicit"` // stands in the file
	Weaker   bool   `json:"weaker,omitempty"`
	Disabled bool   `json:"disabled,omitempty"` // a check that is left out (EN 319 102-1 5.1.4.1)
}

const (
	unconstrained = "not constrained"
	byNextUpdate  = "nextUpdate"
	nothing       = "none"
)

// Constraints are all constraints but the lifetimes of algorithms, in a fixed order.
func (p *Policy) Constraints() []Constraint {
	d := &description{}
	d.revocation(p)
	d.answers(p)
	d.purposes(p)
	d.elements(p)
	d.stamps(p)
	d.choice("algorithms.lifetimes", p.Algorithms.Lifetimes, "enforced", p.Algorithms.Source, "none")
	d.more("algorithms.catalogue", p.Algorithms.Catalogue, p.Algorithms.Source)
	return d.list
}

// Disabled are the checks that the policy leaves out. They count as succeeded
// and have to be listed in the report (EN 319 102-1 5.1.4.1).
func (p *Policy) Disabled() []string {
	var out []string
	for _, c := range p.Constraints() {
		if c.Disabled {
			out = append(out, c.Key+"="+c.Value)
		}
	}
	return out
}

type description struct{ list []Constraint }

// choice is a constraint of which the strict answer is known; any other is weaker.
func (d *description) choice(key, value, strict, source string, off ...string) {
	d.list = append(d.list, Constraint{Key: key, Value: value, Strict: strict, Source: source, Explicit: source != "",
		Weaker: value != strict, Disabled: slices.Contains(off, value)})
}

// more is a constraint that asks for more than the standards do.
func (d *description) more(key, value, source string) {
	if value == "" {
		value = unconstrained
	}
	d.list = append(d.list, Constraint{Key: key, Value: value, Strict: unconstrained, Source: source, Explicit: value != unconstrained})
}

func (d *description) demand(key string, x Demand) {
	if x.Required {
		d.more(key, "required", x.Source)
		return
	}
	d.more(key, "", x.Source)
}

var positions = []string{"signer", "ca", "tsa", "responder"}

func (d *description) revocation(p *Policy) {
	r := &p.Revocation
	d.choice("revocation.mode", string(r.Mode), string(Require), r.Source, string(None))
	for _, e := range []string{NoCheck, NoRevAvail, ShortTerm} {
		i := slices.IndexFunc(r.Exempt, func(x Exemption) bool { return x.Extension == e })
		if i < 0 {
			d.choice("revocation.exempt."+e, "no", "no", "")
			continue
		}
		d.choice("revocation.exempt."+e, "exempt", "no", r.Exempt[i].Source)
	}
	for _, pos := range positions {
		i := slices.IndexFunc(r.MaxAge, func(m MaxAge) bool { return m.Position == pos })
		c := Constraint{Key: "revocation.max-age." + pos, Value: byNextUpdate, Strict: byNextUpdate}
		if i >= 0 {
			m := r.MaxAge[i]
			c.Value, c.Source, c.Explicit = strconv.Itoa(m.Hours)+" h", m.Source, true
			c.Weaker = m.Hours > longAge
			c.Disabled = m.Hours >= maxHours
		}
		d.list = append(d.list, c)
	}
	for _, pos := range positions {
		source := ""
		for _, s := range r.Sources {
			if s.Position == pos {
				source = s.Source
			}
		}
		d.list = append(d.list, Constraint{Key: "revocation.sources." + pos, Value: string(p.Need(pos)), Strict: string(NeedEither), Source: source, Explicit: source != ""})
	}
}

// longAge is a month: older data than any common nextUpdate would let pass.
const longAge = 31 * 24

func (d *description) answers(p *Policy) {
	d.choice("signing-certificate-reference.need", p.Reference.Need, "required", p.Reference.Source, "optional")
	d.choice("revocation.empty-list.answer", p.Revocation.EmptyList.Answer, "refuse", p.Revocation.EmptyList.Source)
	d.choice("anchor-as-signer.answer", p.AnchorSigns.Answer, RefuseAnchor, p.AnchorSigns.Source)
	d.choice("validity-model.answer", p.Model.Answer, Shell, p.Model.Source)
	d.choice("ca-validity.answer", p.CAExpiry.Answer, RejectCA, p.CAExpiry.Source, IgnoreCA)
	d.choice("stale-list-grace.days", strconv.Itoa(p.StaleGrace.Days), "0", p.StaleGrace.Source)
	for _, level := range []string{"long-term-material", "later-signature", "form-filling", "annotations", "other"} {
		source := ""
		for _, c := range p.PDFChanges {
			if c.Level == level {
				source = c.Source
			}
		}
		d.choice("pdf-changes."+level, p.PDFChange(level), "no", source)
	}
}

func (d *description) purposes(p *Policy) {
	for _, name := range []string{"seal", "timestamping"} {
		u, ok := p.Purpose(name)
		if !ok {
			d.choice("purposes."+name, "nothing permitted", "nothing permitted", "")
			continue
		}
		for key, list := range map[string][]string{"key-usage-any": u.KeyUsageAny, "extended-key-usage": u.ExtKeyUsage, "extended-key-usage-not": u.ExtKeyUsageNot} {
			value := strings.Join(list, ", ")
			d.list = append(d.list, Constraint{Key: "purposes." + name + "." + key, Value: value, Strict: "nothing permitted", Source: u.Source, Explicit: true,
				Disabled: key == "key-usage-any" && value == "any"})
		}
		slices.SortFunc(d.list[len(d.list)-3:], func(a, b Constraint) int { return cmp.Compare(a.Key, b.Key) })
	}
}

func (d *description) elements(p *Policy) {
	s := &p.SignaturePolicies
	d.choice("signature-policies.unknown", s.Unknown, Stop, s.Source)
	d.demand("signature-policies.required", Demand{s.Required, s.Source})
	for _, k := range s.Known {
		d.more("signature-policies.known."+k.ID, strings.Join(strings.Fields("accepted "+k.File+" "+k.SHA256), " "), k.Source)
	}
	const in = "signature-elements."
	e := &p.Elements
	list := func(key string, values []string, source string) { d.more(key, strings.Join(values, ", "), source) }
	list(in+"formats", e.Formats.Accept, e.Formats.Source)
	d.more(in+"least-level", e.Level.Level, e.Level.Source)
	list(in+"signed-attributes.mandated", e.Attributes.Mandated, e.Attributes.Source)
	list(in+"signed-attributes.forbidden", e.Attributes.Forbidden, e.Attributes.Source)
	t := &e.ClaimedTime
	d.demand(in+"claimed-time.required", Demand{t.Required, t.Source})
	d.demand(in+"claimed-time.in-certificate", Demand{t.InCertificate, t.Source})
	d.more(in+"claimed-time.not-before", t.NotBefore, t.Source)
	d.more(in+"claimed-time.not-after", t.NotAfter, t.Source)
	list(in+"content-type", e.ContentType.Accept, e.ContentType.Source)
	list(in+"commitment-types", e.CommitmentTypes.Accept, e.CommitmentTypes.Source)
	d.demand(in+"signer-location.required", Demand{e.Location.Required, e.Location.Source})
	list(in+"signer-location.countries", e.Location.Countries, e.Location.Source)
	d.demand(in+"signer-attributes", e.Roles)
	d.demand(in+"content-time-stamp", e.ContentStamp)
	d.demand(in+"signature-time-stamp", e.SignatureStamp)
	d.demand(in+"references-for-whole-path", e.WholePath)
	d.list = append(d.list, Constraint{Key: in + "counter-signature.need", Value: e.Counter.Need, Strict: CounterOptional, Source: e.Counter.Source, Explicit: e.Counter.Source != ""})
	x := &p.Certificate
	list("signing-certificate.mandated-extensions", x.Mandated, x.Source)
	list("signing-certificate.forbidden-extensions", x.Forbidden, x.Source)
	list("signing-certificate.qc-statements", x.QCStatements, x.Source)
}

func (d *description) stamps(p *Policy) {
	delay := ""
	if h, ok := p.TimestampDelay(); ok {
		delay = fmt.Sprintf("%d h", int(h.Hours()))
	}
	d.more("time-stamps.delay", delay, p.Stamps.Delay.Source)
	for _, kind := range []string{MandateSignature, MandateArchive, MandateRecord} {
		value, source := "", ""
		for _, m := range p.Stamps.Mandated {
			if m.Kind == kind {
				value, source = "must hold", m.Source
			}
		}
		d.more("time-stamps.mandated-valid."+kind, value, source)
	}
	d.choice("time-stamps.order.answer", p.Stamps.Order.Answer, OrderEnforce, p.Stamps.Order.Source, OrderReport)
	d.more("trust-service.assurance", p.TrustService.Assurance, p.TrustService.Source)
}
