package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
)

// A session is what one document may ask. It belongs to one goroutine at a
// time, as the document's purse does.
type session struct {
	f      *Fetcher
	ctx    context.Context // ends with the time of the document
	cancel context.CancelCauseFunc
	timer  context.CancelFunc
	hosts  map[string]bool
	given  map[string]given
	asked  int // requests of the present want
}

// given is what this document got by a key already.
type given struct {
	items   []*evidence.Item
	network bool
}

// errDocumentTime ends the session of a document that asked for too long.
var errDocumentTime = errors.New("the time for one document is over")

func (s *session) end(cause error) {
	if s.timer != nil {
		s.timer()
	}
	s.cancel(cause)
}

// within is a context that ends with the caller's and with the session. The
// session's time begins with its first want.
func (s *session) within(ctx context.Context) (context.Context, func()) {
	if s.timer == nil {
		s.ctx, s.timer = context.WithTimeoutCause(s.ctx, s.f.limits.Document, errDocumentTime)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })
	return ctx, func() { stop(); cancel(context.Canceled) }
}

// maxAddresses bounds the addresses of one want; LGPKI has three.
const maxAddresses = 16

// Get asks the addresses of a want in order until one serves. The error holds
// an evidence.Failure for every address that did not.
func (s *session) Get(ctx context.Context, w evidence.Want, p *purse.Purse) ([]*evidence.Item, error) {
	ctx, done := s.within(ctx)
	defer done()
	s.asked = 0
	var misses []error
	for i, address := range w.URLs {
		if i == maxAddresses {
			misses = append(misses, overBudget(address, fmt.Errorf("limit of %d addresses reached", maxAddresses)))
			break
		}
		items, failure := s.address(ctx, w, address, p)
		if failure != nil {
			misses = append(misses, failure)
		}
		if len(items) > 0 {
			return items, errors.Join(misses...)
		}
	}
	return nil, errors.Join(misses...)
}

func overBudget(address string, err error) *evidence.Failure {
	return &evidence.Failure{URL: address, Kind: evidence.OverBudget, Params: map[string]string{"limit": err.Error()}, Err: err}
}

// A question is one way to put a want to an address.
type question struct {
	address string // that the want names
	request request
	nonce   []byte
}

// address serves a want from what is held, or asks.
func (s *session) address(ctx context.Context, w evidence.Want, address string, p *purse.Purse) ([]*evidence.Item, *evidence.Failure) {
	u, err := s.f.guard.parse(address)
	if err != nil {
		return nil, s.f.failure(ctx, address, err)
	}
	if w.Type == evidence.OCSP && (w.Target == nil || w.OCSPIssuer == nil) { // a CertID names the issuer's key
		return nil, &evidence.Failure{URL: address, Kind: evidence.Failed, Params: map[string]string{"reason": "no certificate of the issuer to ask by"}}
	}
	key := s.f.key(w, address)
	if g, ok := s.given[key]; ok && (g.network || !w.Anew) {
		return g.items, nil
	}
	h := s.f.held(w, key, p)
	if s.f.serves(h, w, key) {
		return s.keep(key, h.items, false), nil
	}
	p.Give(purse.Bytes, int64(len(h.stored.Raw)))
	failure := s.f.memory.failure(key, s.f.moment())
	if failure == nil {
		failure = s.host(u.Hostname(), address)
	}
	if failure == nil {
		var items []*evidence.Item
		if items, failure = s.ask(ctx, w, address, key, h, p); len(items) > 0 {
			return s.keep(key, items, true), failure
		}
	}
	if h.state == aging && !w.Anew { // still in force by its own word
		return s.keep(key, h.items, false), failure
	}
	return nil, failure
}

func (s *session) keep(key string, items []*evidence.Item, network bool) []*evidence.Item {
	s.given[key] = given{items, network}
	return items
}

// host counts the hosts of the document.
func (s *session) host(name, address string) *evidence.Failure {
	name = canonical(name)
	if !s.hosts[name] && len(s.hosts) >= s.f.limits.Hosts {
		return overBudget(address, fmt.Errorf("limit of %d hosts reached", s.f.limits.Hosts))
	}
	s.hosts[name] = true
	return nil
}

// ask puts the questions to the network and reads the answers.
func (s *session) ask(ctx context.Context, w evidence.Want, address, key string, h held, p *purse.Purse) ([]*evidence.Item, *evidence.Failure) {
	var last *evidence.Failure
	for _, q := range s.f.questions(w, address, h) {
		if s.asked++; s.asked > 1 { // the court paid for the first
			if err := p.Take(purse.Fetches, 1); err != nil {
				return nil, overBudget(address, err)
			}
		}
		got, failure, err := s.f.fetch(ctx, key, q, h)
		if err != nil {
			return nil, s.ended(ctx, address, err)
		}
		var items []*evidence.Item
		if failure == nil {
			items, failure = s.f.items(w, q, got, p)
		}
		if failure != nil {
			failure = at(address, failure)
		}
		if len(items) > 0 {
			got.save.Do(func() { s.f.save(key, got.stored) })
			return items, failure
		}
		last = failure
		if ctx.Err() != nil {
			return nil, s.ended(ctx, address, context.Cause(ctx))
		}
		if !otherWay(failure.Kind) {
			break
		}
	}
	if last.Kind != evidence.OverBudget {
		s.f.memory.fail(key, s.f.moment(), last)
	}
	return nil, last
}

// at names the address in a failure, which other documents may share.
func at(address string, f *evidence.Failure) *evidence.Failure {
	named := *f
	named.URL = address
	return &named
}

// otherWay tells whether a server may answer to POST what it did not to GET.
func otherWay(k evidence.FailureKind) bool {
	return slices.Contains([]evidence.FailureKind{evidence.BadStatus, evidence.BadRedirect, evidence.Broken, evidence.Unparsable, evidence.OCSPRefused, evidence.OtherAnswer}, k)
}

// ended is the failure of a want whose context ended.
func (s *session) ended(ctx context.Context, address string, err error) *evidence.Failure {
	f := &evidence.Failure{URL: address, Kind: evidence.TimedOut, Err: err}
	if errors.Is(context.Cause(ctx), errDocumentTime) {
		f.Params = map[string]string{"limit": s.f.limits.Document.String()}
	}
	return f
}

// A fetched answer is shared by the documents that asked for it together.
type fetched struct {
	stored    evidence.Stored
	confirmed bool // the server says that what is stored still stands
	save      sync.Once
}

// fetch makes one exchange, or shares the one that is on its way.
func (f *Fetcher) fetch(ctx context.Context, key string, q question, h held) (*fetched, *evidence.Failure, error) {
	r := q.request
	if r.method == http.MethodGet && !r.uncached { // nothing where nothing is held
		r.etag, r.modified = h.stored.ETag, h.stored.LastModified
	}
	sum := sha256.Sum256(r.body)
	// The key is in it, since the limit and what is held are those of its want.
	flight := strings.Join([]string{key, r.method, r.url, hex.EncodeToString(sum[:]), strconv.FormatBool(r.uncached), r.etag, r.modified}, "\n")
	return f.flights.do(ctx, flight, func(ctx context.Context) (*fetched, *evidence.Failure) {
		a, failure := f.ask(ctx, r)
		if failure != nil {
			return nil, failure
		}
		f.memory.fetched(key, f.moment())
		if a.notModified {
			s := h.stored
			s.FetchedAt = f.moment()
			if again := confirmAfter(a.header); again > 0 {
				s.Confirm = again
			}
			return &fetched{stored: s, confirmed: true}, nil
		}
		return &fetched{stored: evidence.Stored{
			Raw: a.body, URL: q.address, ETag: short(a.header.Get("ETag")), LastModified: short(a.header.Get("Last-Modified")), FetchedAt: f.moment(), Confirm: confirmAfter(a.header),
		}}, nil
	})
}

// short drops validators that no server needs to be that long.
func short(s string) string {
	if len(s) > 256 {
		return ""
	}
	return s
}

// questions are the ways to ask an address for a want, in order.
func (f *Fetcher) questions(w evidence.Want, address string, h held) []question {
	var all []question
	limit := map[evidence.Type]int64{evidence.Certificate: f.limits.Bundle, evidence.CRL: f.limits.CRL, evidence.OCSP: f.limits.OCSP, evidence.List: f.limits.Bundle}[w.Type]
	if w.Type == evidence.OCSP {
		all = f.ocspQuestions(w, address)
	} else {
		all = []question{{request: request{method: http.MethodGet, url: address}}}
	}
	for i := range all {
		r := &all[i].request
		r.limit, r.accept = limit, accepts[w.Type]
		all[i].address = address
		r.uncached = w.Anew || h.state == stale
	}
	return all
}

// accepts are the media types of RFC 2585 4, RFC 6960 A.2 and RFC 5751.
var accepts = map[evidence.Type]string{
	evidence.Certificate: "application/pkix-cert, application/pkcs7-mime, */*;q=0.1",
	evidence.CRL:         "application/pkix-crl, */*;q=0.1",
	evidence.OCSP:        "application/ocsp-response, */*;q=0.1",
	evidence.List:        "*/*",
}
