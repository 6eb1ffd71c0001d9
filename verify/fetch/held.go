package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
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

// Ages after which the server is asked again, revocation data sooner where its
// server says so. A CA may issue a CRL or an answer before the time that it
// announced; a certificate is only ever replaced.
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
	return held{state: f.stateOf(items, stored), stored: stored, items: items}
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
func (f *Fetcher) stateOf(items []*evidence.Item, s evidence.Stored) state {
	now := f.moment()
	if s.FetchedAt.IsZero() || s.FetchedAt.After(now) { // so is everything without a clock
		return doubtful
	}
	worst := current
	for _, it := range items {
		worst = max(worst, itemState(it, now, s))
	}
	return worst
}

func itemState(it *evidence.Item, now time.Time, s evidence.Stored) state {
	age, confirm := now.Sub(s.FetchedAt), confirmRevocation
	if s.Confirm > 0 {
		confirm = min(confirm, s.Confirm)
	}
	switch {
	case it.Certificate != nil:
		if age < confirmCertificate {
			return current
		}
		return aging
	case it.CRL != nil:
		return periodState(it.CRL.ThisUpdate, it.CRL.NextUpdate, now, age < confirm)
	case it.OCSP != nil:
		worst := current
		for _, r := range it.OCSP.Responses {
			worst = max(worst, periodState(r.ThisUpdate, r.NextUpdate, now, age < confirm))
		}
		return worst
	}
	return doubtful
}

// periodState: without nextUpdate something newer may be had at any time (RFC
// 6960 4.2.2.1; RFC 5280 5.1.2.5 requires it in CRLs).
func periodState(this, next, now time.Time, confirmed bool) state {
	switch {
	case next.IsZero(), this.After(now):
		return doubtful
	case !now.Before(next):
		return stale
	case confirmed:
		return current
	}
	return aging
}

// confirmAfter is how long the server wants caches to do without asking (RFC
// 9111 5.2.2, RFC 5019 5), less the time that the answer spent in others; zero
// where it does not say. Servers that want to be asked each time are asked as
// often as we ask anything.
func confirmAfter(h http.Header) time.Duration {
	for _, d := range strings.Split(strings.ToLower(strings.Join(h.Values("Cache-Control"), ",")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), "=")
		switch name {
		case "no-cache", "no-store":
			return remembered
		case "max-age":
			return max(remembered, seconds(strings.Trim(value, `"`))-seconds(h.Get("Age")))
		}
	}
	return 0
}

// seconds is a delta-seconds (RFC 9111 1.2.2); none is none.
func seconds(s string) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}
