package trustlist

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// Codes of Lint, beside those of a list's Notes.
const (
	CodeListStale      note.Code = "K-TRL-004" // past its next update
	CodeListSoonStale  note.Code = "K-TRL-005"
	CodeListEndless    note.Code = "K-TRL-006" // without a next update it never gets stale
	CodeNoAnchors      note.Code = "K-TRL-007" // nothing that a path could end at
	CodeAnchorExpired  note.Code = "K-TRL-008" // its certificate has run out
	CodeAnchorSoonEnds note.Code = "K-TRL-009"
	CodeAnchorEnded    note.Code = "K-TRL-010" // its sunset date has come
	CodeAnchorEarly    note.Code = "K-TRL-011" // its certificate is not yet in force
	CodeAnchorTwice    note.Code = "K-TRL-012" // one certificate under several services
	CodeKeyTwice       note.Code = "K-TRL-013" // one key in several certificates
	CodeKeyWeak        note.Code = "K-TRL-014" // below 112 bits of strength
	CodeKeyUnknown     note.Code = "K-TRL-015" // of an algorithm that is not known here
	CodeAnchorNoCA     note.Code = "K-TRL-016" // its certificate may not issue
	CodePinUnresolved  note.Code = "K-TRL-017" // a fingerprint without its certificate
	CodeAddressPlain   note.Code = "K-TRL-018" // an address without https, and no fingerprint that would tell
	CodeServiceEnded   note.Code = "K-TRL-019" // its status is none that holds, and its anchors have no end
)

// An Issue is something about a list that its operator should look at. It is
// no error: the list is read and used as it stands.
type Issue struct {
	note.Note        // Where names the service
	Line, Column int // in the list's file, 0 if it has none
}

// Lint looks at a list at a moment; what ends within the span is told too.
// Issues stand in the order of the list.
func Lint(l *List, at time.Time, within time.Duration) []Issue {
	t := &linter{at: at, soon: at.Add(within)}
	t.list(l)
	for i := range l.Services {
		t.service(&l.Services[i])
	}
	t.shared(l)
	for _, n := range l.Notes {
		t.issues = append(t.issues, Issue{Note: n})
	}
	return t.issues
}

type linter struct {
	at, soon time.Time
	issues   []Issue
}

func (t *linter) tell(code note.Code, where string, line, column int, params note.Params) {
	t.issues = append(t.issues, Issue{note.New(code, where, params), line, column})
}

func (t *linter) list(l *List) {
	about := note.Params{"list": l.ID, "time": day(l.NextUpdate)}
	switch {
	case l.NextUpdate.IsZero() && l.Schema != "":
		t.tell(CodeListEndless, "", 0, 0, about)
	case l.State(t.at) == Stale:
		t.tell(CodeListStale, "", 0, 0, about)
	case l.State(t.soon) == Stale:
		t.tell(CodeListSoonStale, "", 0, 0, about)
	}
	if l.State(t.at) == None {
		t.tell(CodeNoAnchors, "", 0, 0, about)
	}
	if l.URL != "" && !strings.HasPrefix(l.URL, "https://") {
		t.tell(CodeAddressPlain, "", 0, 0, note.Params{"url": l.URL})
	}
}

func (t *linter) service(s *Service) {
	name := s.Name.String()
	if st, known := s.StatusAt(t.at); known && !holds(st.Status) {
		for i := range s.Anchors {
			if s.Anchors[i].Until.IsZero() {
				t.tell(CodeServiceEnded, name, s.line, s.column, note.Params{"service": name, "status": st.Status, "time": day(st.From)})
				break
			}
		}
	}
	for i := range s.Anchors {
		t.anchor(name, &s.Anchors[i])
	}
}

// holds says whether a service of this status is in good order.
func holds(status string) bool {
	return status == Granted || status == Recognised || status == Supervision
}

func (t *linter) anchor(service string, a *Anchor) {
	about := func(at time.Time) note.Params {
		return note.Params{"service": service, "anchor": a.name(), "time": day(at)}
	}
	tell := func(code note.Code, at time.Time) { t.tell(code, service, a.line, a.column, about(at)) }
	from, until := a.NotBefore, a.NotAfter
	if c := a.Certificate; c != nil {
		from, until = c.NotBefore, c.NotAfter
		t.certificate(service, a)
	} else {
		tell(CodePinUnresolved, time.Time{})
	}
	switch {
	case a.Ended(t.at):
		tell(CodeAnchorEnded, a.Until)
	case !until.IsZero() && t.at.After(until):
		tell(CodeAnchorExpired, until)
	case a.Ended(t.soon):
		tell(CodeAnchorSoonEnds, a.Until)
	case !until.IsZero() && t.soon.After(until):
		tell(CodeAnchorSoonEnds, until)
	case t.at.Before(from):
		tell(CodeAnchorEarly, from)
	}
}

// certificate looks at what an anchor's certificate is and at its key.
func (t *linter) certificate(service string, a *Anchor) {
	c := a.Certificate
	about := note.Params{"service": service, "anchor": a.name()}
	if b := c.BasicConstraints; b == nil && c.Version >= 3 || b != nil && !b.CA {
		t.tell(CodeAnchorNoCA, service, a.line, a.column, about)
	}
	key, err := sigalg.ParsePublicKey(c.RawSPKI)
	if err != nil {
		t.tell(CodeKeyUnknown, service, a.line, a.column, about)
		return
	}
	if key.Strength() < minStrength {
		t.tell(CodeKeyWeak, service, a.line, a.column, note.Params{"service": service, "anchor": a.name(), "key": fmt.Sprintf("%s-%d", key.Algorithm, key.Bits)})
	}
}

// name is the anchor for people.
func (a *Anchor) name() string {
	if a.Certificate != nil {
		return a.Certificate.Subject.String()
	}
	if a.Subject != "" {
		return a.Subject
	}
	return fmt.Sprintf("%x", a.SHA256)
}

// shared finds one certificate under several services, and one key in several
// certificates: a withdrawal of one would leave the other.
func (t *linter) shared(l *List) {
	type use struct {
		anchor     *Anchor
		service    string
		identified bool // the service says which units are its own
	}
	by := map[[32]byte][]use{}
	keys := map[[32]byte][]use{}
	var order, keyOrder [][32]byte
	for i := range l.Services {
		s := &l.Services[i]
		for j := range s.Anchors {
			a := &s.Anchors[j]
			if by[a.SHA256] == nil {
				order = append(order, a.SHA256)
			}
			first := by[a.SHA256] == nil
			by[a.SHA256] = append(by[a.SHA256], use{a, s.Name.String(), len(s.Identity) > 0})
			if a.Certificate == nil || !first {
				continue
			}
			k := sha256.Sum256(a.Certificate.RawSPKI)
			if keys[k] == nil {
				keyOrder = append(keyOrder, k)
			}
			keys[k] = append(keys[k], use{a, s.Name.String(), false})
		}
	}
	told := func(code note.Code, uses []use) {
		if len(uses) < 2 || !slices.ContainsFunc(uses, func(u use) bool { return !u.identified }) {
			return // services of one CA that tell their units apart
		}
		var services []string
		for _, u := range uses {
			services = append(services, u.service)
		}
		slices.SortFunc(services, cmp.Compare)
		services = slices.Compact(services)
		t.tell(code, uses[1].service, uses[1].anchor.line, uses[1].anchor.column, note.Params{"anchor": uses[0].anchor.name(), "service": strings.Join(services, ", "), "count": fmt.Sprint(len(uses))})
	}
	for _, k := range order {
		told(CodeAnchorTwice, by[k])
	}
	for _, k := range keyOrder {
		told(CodeKeyTwice, keys[k])
	}
}
