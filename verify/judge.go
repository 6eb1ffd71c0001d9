package verify

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/baseline"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// judge is the one judge behind Verify, Collect, Plan and Judge.
func (v *Verifier) judge(ctx context.Context, ev *Evidence, at time.Time, expect []Expect) (*Report, []Want, error) {
	if ev == nil || ev.Document == nil || ev.Items == nil {
		return nil, nil, errors.New("verify: evidence without a document")
	}
	if err := errors.Join(ctx.Err(), checkExpectations(expect)); err != nil {
		return nil, nil, err
	}
	b := v.newReport(ev, at)
	doc := ev.Document
	switch {
	case doc.Unreadable != nil:
		b.rep.Verdict = verdict.Unreadable
		b.document(verdict.Finding{Code: verdict.CodeUnreadable, Severity: verdict.Error, Params: map[string]string{"reason": doc.Unreadable.Error()}})
	case doc.NotBuilt != "":
		b.rep.Verdict = verdict.DocumentIndeterminate
		b.document(verdict.Finding{Code: CodeFormatNotBuilt, Severity: verdict.Error, Params: map[string]string{"format": doc.NotBuilt}})
	default:
		b.judgeAll(expect)
	}
	b.finish(expect)
	return b.rep, b.wants, nil
}

// CodeFormatNotBuilt: the format is recognised and this version cannot check it.
const CodeFormatNotBuilt verdict.Code = "K-DOC-006"

// CodeUnsealed: content that the caller gave is not what was signed here.
const CodeUnsealed verdict.Code = "K-DOC-104"

// A reportBuilder turns one judgement into a report.
type reportBuilder struct {
	v     *Verifier
	ev    *Evidence
	doc   *eseal.Document
	at    time.Time
	trust *trustView
	state string // of the trust list
	court *process.Court
	rep   *Report
	wants []Want

	findings   int
	evidenceID map[[32]byte]string
	known      map[string]*certFacts // besides those of the stock
	hidden     []*certFacts          // whose subjects are not to be told, the longest first
	layers     []*Layers
	views      map[int][]Finding   // what can make a revision of a PDF look different
	book       *baseline.Book      // nil until a PDF signature is measured
	limits     map[string]bool     // kinds of the purse that ran out
	names      map[string][]string // by which each signer may be expected, unmasked, by id
	ahead      *outlook            // nil where nothing was judged
}

func (v *Verifier) newReport(ev *Evidence, at time.Time) *reportBuilder {
	doc := ev.Document
	b := &reportBuilder{v: v, ev: ev, doc: doc, at: at, evidenceID: map[[32]byte]string{}, known: map[string]*certFacts{}, hidden: slices.Clone(v.stock.secrets), names: map[string][]string{}, limits: map[string]bool{}}
	b.state = v.trustState(at)
	list := v.list
	if b.state == trustlist.None {
		list = NoTrust()
	}
	b.trust = newTrustView(list, ev.Items.Certificate)
	b.court = &process.Court{At: at, Policy: v.policy, Trust: b.trust, Evidence: ev.Items, Standing: v.stock.standing, Verifier: v.memory, Memory: v.reading, Purse: purse.New(v.limits), AnchorConstraints: v.anchorConstraints, Document: doc}
	b.court.Trailing = !doc.TrailingBlank && slices.ContainsFunc(doc.Notes, func(n note.Note) bool { return n.Code == pdf.CodeTrailingOctets })
	b.court.Changes, b.court.Describe = doc.Changes, func(it diff.Item) (ja, en string) { t := describe(it); return t.JA, t.EN }
	if doc.PDF != nil {
		b.court.Readings = doc.PDF.Readings
	}
	if doc.PDF != nil && doc.PDF.DocMDP != nil {
		b.court.DocMDP = doc.PDF.DocMDP.P
	}
	if b.state == trustlist.Stale {
		f := b.stale()
		b.court.Stale = &f
	}
	b.rep = &Report{
		Schema: Schema, Tool: v.tool, ValidationTime: At(at),
		Policy:   policyInfo(v.policy),
		Trust:    TrustInfo{ID: v.list.ID, SHA256: sha(v.list.SHA256), Sequence: v.list.Sequence, State: b.state, BuiltIn: v.list.BuiltIn, Anchors: len(b.trust.entries)},
		Document: DocumentInfo{Name: doc.Name, Size: doc.Size, SHA256: sha(doc.SHA256), Format: string(doc.Format), Encrypted: doc.Encrypted},
	}
	b.listEvidence()
	return b
}

func sha(s [32]byte) string {
	if s == [32]byte{} {
		return ""
	}
	return hex.EncodeToString(s[:])
}

// trustState is the list's state at the control time; the policy may widen
// the grace of a stale one.
func (v *Verifier) trustState(at time.Time) string {
	state := v.list.State(at)
	if state == trustlist.Stale && v.list.State(at.AddDate(0, 0, -v.policy.StaleGrace.Days)) == trustlist.Fresh {
		return trustlist.Fresh
	}
	return state
}

// listEvidence lists what is the document's own, in the order of the set. What
// many documents are judged with is listed when something refers to it.
func (b *reportBuilder) listEvidence() {
	items := b.ev.Items.Items()
	if b.ev.Items.IsOver(b.v.stock.set) {
		items = b.ev.Items.Own()
	}
	for _, it := range items {
		b.list(it)
		if it.Certificate != nil {
			b.knows(it.Certificate)
		}
	}
}

// lists makes sure that a piece of evidence is listed, and gives its short id.
func (b *reportBuilder) lists(sha [32]byte) string {
	if id, done := b.evidenceID[sha]; done {
		return id
	}
	if it := b.ev.Items.Get(sha); it != nil {
		return b.list(it)
	}
	return ""
}

func (b *reportBuilder) list(it *evidence.Item) string {
	id := "E" + strconv.Itoa(len(b.rep.Evidence)+1)
	b.evidenceID[it.SHA256] = id
	info := EvidenceInfo{ID: id, Type: string(it.Type), SHA256: hex.EncodeToString(it.SHA256[:]), Origin: string(it.Origin), URL: it.URL, FetchedAt: At(it.FetchedAt)}
	switch {
	case it.CRL != nil:
		info.ThisUpdate, info.NextUpdate = At(it.CRL.ThisUpdate), At(it.CRL.NextUpdate)
	case it.OCSP != nil:
		info.ProducedAt = At(it.OCSP.ProducedAt)
		if len(it.OCSP.Responses) > 0 {
			info.ThisUpdate, info.NextUpdate = At(it.OCSP.Responses[0].ThisUpdate), At(it.OCSP.Responses[0].NextUpdate)
		}
	}
	b.rep.Evidence = append(b.rep.Evidence, info)
	return id
}

// judgeAll judges, looks ahead and writes down.
func (b *reportBuilder) judgeAll(expect []Expect) {
	b.unreadableEvidence()
	b.appearance()
	now := sceneOf(b.court, b.doc)
	b.ahead = b.foresee(now, expect)
	b.write(now)
}

func (b *reportBuilder) write(s scene) {
	stamps := s.stamps
	for _, j := range s.signatures {
		b.rep.Signatures = append(b.rep.Signatures, b.signature(j, stamps))
	}
	alone := len(b.doc.Signatures) == 0
	for _, st := range stamps {
		b.rep.Timestamps = append(b.rep.Timestamps, b.timestamp(st, alone))
	}
	if !alone {
		for _, st := range stamps {
			if !st.Passed() {
				b.document(verdict.Finding{Code: verdict.CodeTimestampFailed, Severity: verdict.Warning, Object: st.Facts.ID, Params: map[string]string{"id": st.Facts.ID, "reason": st.Outcome.String()}})
			}
		}
	}
	b.records(s.records)
	b.response()
	b.rep.Verdict = VerdictOf(b.rep)
	switch {
	case b.rep.Verdict != verdict.NotSigned || b.doc.Response != nil:
	case b.doc.Encrypted && b.doc.PDF.Opaque:
		// Signatures may stand in the object streams that cannot be read; elsewhere
		// only strings and streams are encrypted (ISO 32000-2 7.6.2).
		b.rep.Verdict = verdict.DocumentIndeterminate
		b.document(verdict.Finding{Code: verdict.CodeEncrypted, Severity: verdict.Error, Params: map[string]string{"reason": b.doc.PDF.Encryption}})
	default:
		b.document(verdict.Finding{Code: verdict.CodeNotSigned, Severity: verdict.Error})
	}
}

func (b *reportBuilder) unreadableEvidence() {
	items := b.ev.Items.Items()
	if b.ev.Items.IsOver(b.v.stock.set) {
		items = slices.Concat(b.ev.Items.Own(), b.v.stock.broken)
	}
	for _, it := range items {
		var empty *purse.Empty
		if errors.As(it.Err, &empty) && empty.Kind != purse.Depth { // too deep is one item's own fault: nothing else went unread
			b.limit(empty.Kind.String(), empty)
		} else if it.Err != nil {
			b.document(verdict.Finding{Code: verdict.CodeEvidenceUnusable, Object: process.EvidenceID(it), Params: map[string]string{"where": it.Where, "reason": it.Err.Error()}})
		}
	}
}

// response tells a time-stamp response that carries no token: there is
// nothing to judge but the authority's refusal.
func (b *reportBuilder) response() {
	r := b.doc.Response
	if r == nil || len(b.doc.Timestamps) > 0 {
		return
	}
	b.document(verdict.Finding{Code: verdict.CodeResponseRefused, Severity: verdict.Error, Clause: "RFC 3161 2.4.2", Params: map[string]string{"status": r.StatusText()}})
}

// finish adds what concerns the whole and settles the verdict.
func (b *reportBuilder) finish(expect []Expect) {
	b.notes()
	b.trustFindings()
	b.policyFindings()
	b.unboundSigners()
	b.expectations(b.demanded(expect))
	b.spared()
	b.rep.Layers = WorstLayers(b.layers...)
	b.cap()
	b.forecast()
	if r, ok := jnsa(b.rep); ok {
		b.rep.Readings = map[string]Reading{JNSA: r}
	}
	b.wants = b.planned(b.wants)
}

// cap lowers a pass that the list or an expectation does not carry.
func (b *reportBuilder) cap() {
	if b.rep.Verdict != verdict.DocumentPassed {
		return
	}
	met := !slices.ContainsFunc(b.rep.Expectations, func(e Expectation) bool { return !e.Met })
	if b.state != trustlist.Fresh || !met || len(b.limits) > 0 || len(b.doc.Unsealed) > 0 {
		b.rep.Verdict = verdict.DocumentIndeterminate
	}
}

func (b *reportBuilder) notes() {
	for _, name := range b.doc.Unsealed {
		b.document(verdict.Finding{Code: CodeUnsealed, Severity: verdict.Error, Params: map[string]string{"name": name}})
	}
	for _, f := range process.Tell(b.doc.Notes, "") {
		b.document(f)
	}
	if b.doc.PDF != nil && b.doc.PDF.Exhausted != nil {
		b.limit("pdf", b.doc.PDF.Exhausted)
	}
}

// limit tells that not everything was looked at, once for each kind: nothing
// passes then.
func (b *reportBuilder) limit(kind string, err error) {
	if b.limits[kind] {
		return
	}
	b.limits[kind] = true
	b.document(verdict.Finding{Code: verdict.CodeLimit, Severity: verdict.Error, Params: map[string]string{"kind": kind, "limit": err.Error()}})
}

func (b *reportBuilder) trustFindings() {
	switch b.state {
	case trustlist.None:
		b.document(verdict.Finding{Code: verdict.CodeNoList, Severity: verdict.Error})
	case trustlist.Stale:
		b.document(b.stale())
	}
	if b.v.list.BuiltIn {
		b.document(verdict.Finding{Code: verdict.CodeBuiltInList, Severity: verdict.Info, Params: map[string]string{"id": b.v.list.ID}})
	}
}

func (b *reportBuilder) stale() verdict.Finding {
	return verdict.Finding{Code: verdict.CodeListStale, Severity: verdict.Error, Params: map[string]string{"nextUpdate": At(b.v.list.NextUpdate).String()}}
}

func (b *reportBuilder) policyFindings() {
	for _, o := range b.v.policy.OptOuts {
		b.document(verdict.Finding{Code: verdict.CodeOptOut, Severity: verdict.Warning, Params: map[string]string{"what": o}})
	}
	if b.v.policy.Algorithms.Lifetimes == "none" {
		b.document(verdict.Finding{Code: verdict.CodeNoAlgorithmDates, Severity: verdict.Info})
	}
	if b.v.policy.Revocation.Mode == policy.None {
		b.document(verdict.Finding{Code: verdict.CodeRevocationNotRequired, Severity: verdict.Warning})
	}
}

// unboundSigners echoes that the policy let a signature pass whose signed
// attributes name no certificate.
func (b *reportBuilder) unboundSigners() {
	need := b.v.policy.Reference.Need
	if need == "required" {
		return
	}
	for _, s := range b.rep.Signatures {
		if slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Code == verdict.CodeNoSignerReference && f.Severity != verdict.Error }) {
			b.rep.Policy.OptOuts = append(slices.Clone(b.rep.Policy.OptOuts), optOutReference+need)
			return
		}
	}
}

const optOutReference = "signing-certificate-reference="

// document adds a finding about the document as a whole.
func (b *reportBuilder) document(f verdict.Finding) {
	b.rep.Findings = append(b.rep.Findings, b.words(f))
}

// words numbers a finding, puts words to it and leads its object to an id of
// the report.
func (b *reportBuilder) words(f verdict.Finding) Finding {
	b.findings++
	f.Object = b.object(f.Object)
	f.Params = b.concealed(f.Params)
	out := Words("F"+strconv.Itoa(b.findings), f)
	if f.Severity == "" && out.Severity == verdict.Error {
		out.Severity = verdict.Warning // a reader's note that decided nothing
	}
	return out
}

func (b *reportBuilder) object(o string) string {
	const prefix = "evidence:"
	if len(o) > len(prefix) && o[:len(prefix)] == prefix {
		raw, err := hex.DecodeString(o[len(prefix):])
		if err != nil || len(raw) != 32 {
			return ""
		}
		return b.lists([32]byte(raw))
	}
	if len(o) == 64 {
		if b.fact(o) == nil {
			return ""
		}
		b.use(o)
	}
	return o
}
