package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
)

// A state says what a stored answer is good for. The court judges freshness
// for itself and asks anew where what it got is not enough.
type state uint8

const (
	absent   state = iota
	current        // serves without asking
	aging          // in force by its own word, but to be confirmed; serves where nobody answers
	doubtful       // to be confirmed, and else of no use
	stale          // past its own end: to be had anew, whole
)

// Ages after which the server is asked again. A CA may issue a CRL or an answer
// before the time that it announced; a certificate is only ever replaced.
const (
	confirmRevocation  = 24 * time.Hour
	confirmCertificate = 7 * 24 * time.Hour
)

// held is what a store has for a want.
type held struct {
	state  state
	stored evidence.Stored
	items  []*evidence.Item
}

// key names the answer to a want at an address: not the way of asking, not a
// nonce.
func (f *Fetcher) key(w evidence.Want, address string) string {
	key := string(w.Type) + " " + address
	if w.Type == evidence.OCSP {
		sum := sha256.Sum256(certID(w.Target, w.OCSPIssuer))
		key += " " + hex.EncodeToString(sum[:])
	}
	return key
}

// moment is the time of the clock, zero without one.
func (f *Fetcher) moment() time.Time {
	if f.now == nil {
		return time.Time{}
	}
	return f.now()
}

// held looks into the memory of the run, then into the store. What cannot be
// read any more is as if it were not there.
func (f *Fetcher) held(w evidence.Want, key string, p *purse.Purse) held {
	if f.options.Nonce && w.Type == evidence.OCSP {
		return held{} // the answer is to be made now
	}
	stored, ok := f.memory.Load(key)
	if !ok && f.options.Store != nil {
		if stored, ok = f.options.Store.Load(key); ok {
			f.memory.Save(key, stored)
		}
	}
	if !ok {
		return held{}
	}
	items, failure := f.parse(w, stored, evidence.Cache, p)
	if failure != nil && len(items) == 0 {
		return held{}
	}
	return held{state: f.stateOf(items, stored.FetchedAt), stored: stored, items: items}
}

func (f *Fetcher) save(key string, s evidence.Stored) {
	f.memory.Save(key, s)
	if f.options.Store != nil {
		f.options.Store.Save(key, s)
	}
}

// serves tells whether what is held answers the want without asking. What the
// court refused is only given again if it came a moment ago.
func (f *Fetcher) serves(h held, w evidence.Want, key string) bool {
	if h.state == absent {
		return false
	}
	if w.Anew {
		return f.memory.recent(key, f.moment())
	}
	return h.state == current
}

// stateOf is the worst of the items.
func (f *Fetcher) stateOf(items []*evidence.Item, fetchedAt time.Time) state {
	now := f.moment()
	if fetchedAt.IsZero() || fetchedAt.After(now) { // so is everything without a clock
		return doubtful
	}
	worst := current
	for _, it := range items {
		worst = max(worst, itemState(it, now, now.Sub(fetchedAt)))
	}
	return worst
}

func itemState(it *evidence.Item, now time.Time, age time.Duration) state {
	switch {
	case it.Certificate != nil:
		if age < confirmCertificate {
			return current
		}
		return aging
	case it.CRL != nil:
		return periodState(it.CRL.ThisUpdate, it.CRL.NextUpdate, now, age)
	case it.OCSP != nil:
		worst := current
		for _, r := range it.OCSP.Responses {
			worst = max(worst, periodState(r.ThisUpdate, r.NextUpdate, now, age))
		}
		return worst
	}
	return doubtful
}

// periodState: without nextUpdate something newer may be had at any time (RFC
// 6960 4.2.2.1; RFC 5280 5.1.2.5 requires it in CRLs).
func periodState(this, next, now time.Time, age time.Duration) state {
	switch {
	case next.IsZero(), this.After(now):
		return doubtful
	case !now.Before(next):
		return stale
	case age < confirmRevocation:
		return current
	}
	return aging
}
