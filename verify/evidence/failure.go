package evidence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A FailureKind says why an address gave nothing.
type FailureKind uint8

// The kinds of failure. The zero value is a failure that says no more than its
// error.
const (
	Failed      FailureKind = iota
	Refused                 // the address must not be asked: a closed network, or not allowed by name {address}
	NoName                  // the name of the host cannot be resolved {host,reason}
	NoNetwork               // this machine has no way to the network {reason}
	Unreachable             // nobody answers there {reason}
	TimedOut                // no whole answer within the time {limit}
	TLSFailed               // the connection cannot be protected {reason}
	TLSExpired              // the certificate of the server has run out {notAfter}
	BadStatus               // the server answers with an error {status,retryAfter}
	BadRedirect             // the server leads on where it is not followed {target}
	TooLarge                // more than is read {limit}
	Broken                  // the answer breaks off, or is no HTTP {reason}
	Unparsable              // the answer is not what was asked for {found,reason}
	NotFetched              // an address of a kind that is not asked, LDAP for one {scheme}
	OverBudget              // the document asks for too much {limit}
	OCSPRefused             // the OCSP responder answers with an error {status}
	OtherAnswer             // the answer is about something else than was asked {what}
)

// A Failure is one address that gave nothing for a want: which one, and why.
type Failure struct {
	URL    string
	Kind   FailureKind
	Params map[string]string // what the kind names, for the words of the report
	Err    error
}

// Error names the address and the reason.
func (f *Failure) Error() string {
	if f.Err == nil {
		return fmt.Sprintf("%s: failure %d %v", f.URL, f.Kind, f.Params)
	}
	return f.URL + ": " + f.Err.Error()
}

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Failures are all failures that an error of a Source is made of. What is none
// becomes one, so that nothing is lost.
func Failures(err error) []*Failure {
	if err == nil {
		return nil
	}
	var f *Failure
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*Failure
		for _, e := range many.Unwrap() {
			out = append(out, Failures(e)...)
		}
		return out
	}
	if errors.As(err, &f) {
		return []*Failure{f}
	}
	return []*Failure{{Kind: Failed, Params: map[string]string{"reason": err.Error()}, Err: err}}
}

// A Miss is a failure with the want that it left open.
type Miss struct {
	Want    Want
	Failure *Failure
}

// SortMisses orders by want, address and kind, so that the order of arrival
// does not show, and leaves each out but once.
func SortMisses(all []Miss) []Miss {
	order := func(a, b Miss) int {
		return cmp.Or(cmp.Compare(a.Want.Key(), b.Want.Key()), cmp.Compare(a.Failure.URL, b.Failure.URL), cmp.Compare(a.Failure.Kind, b.Failure.Kind))
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, order)
	return slices.CompactFunc(out, func(a, b Miss) bool { return order(a, b) == 0 })
}

// A PerDocument source bounds what one document can make it do: the court asks
// the source that ForDocument gives and calls done in the end.
type PerDocument interface {
	Source
	ForDocument(ctx context.Context) (s Source, done func())
}

// A Stored answer is what one request brought, as a Store keeps it.
type Stored struct {
	Raw          []byte
	URL          string // that was asked
	ETag         string
	LastModified string
	FetchedAt    time.Time // when it came, or when the server last said that it still stands; zero without a clock
	// Confirm is how long after that its server wants caches to do without
	// asking; zero where it does not say.
	Confirm time.Duration
}

// A Store keeps answers by request, for other documents and later runs. It is
// safe for concurrent use. What it cannot keep it forgets: it has no errors.
type Store interface {
	Load(key string) (Stored, bool)
	Save(key string, s Stored)
}
