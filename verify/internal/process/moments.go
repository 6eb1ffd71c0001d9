package process

import (
	"cmp"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/revocation"
	"github.com/kakuin/kakuin/verify/policy"
)

// A Moment is the first time at which something that a judgement rests on is
// no longer so. Between two moments the same evidence gives the same answer.
type Moment struct {
	At          time.Time
	Kind        string            // one of the Moment constants
	Object      string            // of a finding: a certificate, a piece of evidence, a signature or time-stamp
	Certificate *cert.Certificate // that Object names, nil for others
	Algorithm   string
	// Aside: the judgement does not rest on it as far as it is known, but the
	// evidence has it.
	Aside bool
}

// The kinds of moments, as reports spell them.
const (
	MomentExpires    = "certificate-expires"
	MomentBegins     = "certificate-begins"
	MomentCRL        = "crl-next-update"
	MomentOCSP       = "ocsp-next-update"
	MomentTooOld     = "revocation-data-too-old"
	MomentRevoked    = "revocation-takes-effect"
	MomentRetired    = "algorithm-retired"
	MomentAnchorEnds = "anchor-ends"
	MomentStamped    = "time-stamp-begins"
)

// Moments are those after the court's time and not after the last one asked
// for, in order of time: of everything that was judged, and aside of
// everything that the evidence has of its own.
func (c *Court) Moments(js []*Judgement, stamps []*Stamp, last time.Time) []Moment {
	c.prepare()
	g := &gatherer{court: c, last: last, seen: map[momentKey]int{}}
	for _, ch := range c.chains {
		g.chain(ch)
	}
	for _, j := range js {
		g.judgement(j)
	}
	for _, st := range stamps {
		g.stamp(st)
	}
	g.evidence()
	slices.SortFunc(g.out, Moment.Compare)
	return g.out
}

// Compare orders moments by time.
func (m Moment) Compare(b Moment) int {
	return cmp.Or(m.At.Compare(b.At), cmp.Compare(m.Kind, b.Kind), cmp.Compare(m.Algorithm, b.Algorithm), cmp.Compare(m.Object, b.Object))
}

type gatherer struct {
	court *Court
	last  time.Time
	aside bool
	seen  map[momentKey]int
	out   []Moment
}

type momentKey struct {
	at                      [2]int64
	kind, object, algorithm string
}

func (g *gatherer) add(m Moment) {
	if !m.At.After(g.court.At) || m.At.After(g.last) {
		return
	}
	m.Aside = g.aside
	key := momentKey{[2]int64{m.At.Unix(), int64(m.At.Nanosecond())}, m.Kind, m.Object, m.Algorithm}
	if i, known := g.seen[key]; known {
		g.out[i].Aside = g.out[i].Aside && m.Aside
		return
	}
	g.seen[key] = len(g.out)
	g.out = append(g.out, m)
}

// certificate: its last second counts whole.
func (g *gatherer) certificate(x *cert.Certificate) {
	g.add(Moment{At: x.NotAfter.Truncate(time.Second).Add(time.Second), Kind: MomentExpires, Object: ID(x), Certificate: x})
	g.add(Moment{At: x.NotBefore, Kind: MomentBegins, Object: ID(x), Certificate: x})
}

func (g *gatherer) beside(f func()) {
	before := g.aside
	g.aside = true
	f()
	g.aside = before
}

// chain are the moments of a path, of the data about it and of their signers.
func (g *gatherer) chain(ch *Chain) {
	for _, e := range ch.Entries {
		switch {
		case e.Anchor && e.Certificate != nil: // a key that is trusted, whatever its certificate says (RFC 5280 6.1.1 (d))
			g.beside(func() { g.certificate(e.Certificate) })
		default:
			g.certificate(e.Certificate)
		}
		g.status(e)
	}
	if ch.Path == nil {
		return
	}
	if a := ch.Path.Anchor; !a.Until.IsZero() {
		m := Moment{At: a.Until, Kind: MomentAnchorEnds, Certificate: a.Certificate}
		if a.Certificate != nil {
			m.Object = ID(a.Certificate)
		}
		g.add(m)
	}
	for i, x := range ch.Path.Certificates {
		if ch.Path.LeafIsAnchor {
			break
		}
		g.suite(g.court.suite(x.SignatureAlgorithm, ch.Path.Issuer(i).Key), policy.UseCertificate, policy.Relied, Moment{Object: ID(x), Certificate: x})
	}
}

// status: freshness ends with nextUpdate or the policy's age (5.2.5.4), and a
// revocation that is known may count only later.
func (g *gatherer) status(e *Entry) {
	st := &e.Status
	if st.Item != nil {
		g.datum(&st.Datum, e.position)
		if x := st.Signer; x != nil {
			g.certificate(x)
		}
		key := g.court.signerKey(st)
		g.suite(g.court.suite(algorithmOf(st.Item), key), policy.UseRevocation, policy.Relied, Moment{Object: ItemID(st.Item)})
	}
	for i := range st.All {
		d := &st.All[i]
		if d.State == revocation.Revoked || d.State == revocation.OnHold {
			g.add(Moment{At: effective(d), Kind: MomentRevoked, Object: ID(e.Certificate), Certificate: e.Certificate})
		}
		g.beside(func() {
			g.datum(d, e.position)
			if d.Signer != nil {
				g.certificate(d.Signer)
			}
		})
	}
}

func (g *gatherer) datum(d *revocation.Datum, position string) {
	if age := g.court.Policy.MaxAge(position); age != nil {
		g.add(Moment{At: d.ThisUpdate.Add(*age), Kind: MomentTooOld, Object: ItemID(d.Item)})
		return
	}
	if d.HasNextUpdate {
		g.add(Moment{At: d.NextUpdate, Kind: dueKind(d.Item.CRL != nil), Object: ItemID(d.Item)})
	}
}

func dueKind(crl bool) string {
	if crl {
		return MomentCRL
	}
	return MomentOCSP
}

// suite: what the policy no longer relies on at the last moment ends before.
func (g *gatherer) suite(s policy.Suite, use policy.Use, epoch policy.Epoch, m Moment) {
	for _, w := range g.court.Policy.Check(s, use, epoch, g.last) {
		if !w.Until.IsZero() {
			m.At, m.Kind, m.Algorithm = w.Until, MomentRetired, w.Algorithm
			g.add(m)
		}
	}
}

func (g *gatherer) judgement(j *Judgement) {
	g.basic(j.Facts, j.Basic)
	for _, st := range j.Stamps {
		g.stamp(st)
	}
	for _, cs := range j.Counter {
		g.judgement(cs)
	}
}

// basic are the algorithms of a signature and of what its attributes name.
func (g *gatherer) basic(s *eseal.Signature, b *Basic) {
	if b == nil {
		return
	}
	m := Moment{Object: s.ID}
	if a := b.Arithmetic; a.Value == Holds {
		g.suite(policy.Suite{Digest: a.Algorithm.Digest, Signature: a.Algorithm.Name, Key: a.Key}, policy.UseSignature, policy.Made, m)
	}
	for _, r := range s.References {
		g.suite(policy.Suite{Digest: r.Digest}, policy.UseSignature, policy.Made, m)
	}
	for _, r := range s.CertificateRefs {
		g.suite(policy.Suite{Digest: r.Digest}, policy.UseReference, policy.Made, m)
	}
}

func (g *gatherer) stamp(st *Stamp) {
	if st.Facts.Token == nil {
		return
	}
	m := Moment{Object: st.Facts.ID}
	if st.Facts.Signature != nil {
		g.basic(st.Facts.Signature, st.Basic)
	}
	g.suite(policy.Suite{Digest: st.Facts.Token.Info.ImprintDigest}, policy.UseImprint, policy.Made, m)
	m.At, m.Kind = st.GenTime, MomentStamped
	g.add(m)
}

// evidence are the moments of what came with the document, used or not: what
// is no good today may be what is asked for tomorrow.
func (g *gatherer) evidence() {
	g.aside = true
	items := g.court.Evidence.Items()
	if g.court.Standing != nil && g.court.Evidence.IsOver(g.court.Standing.set) {
		items = g.court.Evidence.Own()
	}
	for _, it := range items {
		switch {
		case it.Certificate != nil:
			g.certificate(it.Certificate)
		case it.CRL != nil:
			g.period(EvidenceID(it), true, it.CRL.ThisUpdate, it.CRL.NextUpdate)
		case it.OCSP != nil:
			for i := range it.OCSP.Responses {
				r := &it.OCSP.Responses[i]
				g.period(EvidenceID(it), false, r.ThisUpdate, r.NextUpdate)
			}
		}
	}
	g.aside = false
}

// period is the same for data whose certificate is not known: the policy's
// ages for each position.
func (g *gatherer) period(object string, crl bool, this, next time.Time) {
	g.add(Moment{At: next, Kind: dueKind(crl), Object: object})
	for _, position := range []string{"signer", "ca", "tsa", "responder"} {
		if age := g.court.Policy.MaxAge(position); age != nil {
			g.add(Moment{At: this.Add(*age), Kind: MomentTooOld, Object: object})
		}
	}
}
