package client

import (
	"errors"

	"github.com/kakuin/kakuin/tsa"
)

// The kinds of failure, for errors.Is.
var (
	ErrAddress       = errors.New("the address of the time-stamp authority is unusable")
	ErrUnreachable   = errors.New("the time-stamp authority cannot be reached")
	ErrTimeout       = errors.New("the time-stamp authority did not answer in time")
	ErrRedirect      = errors.New("the time-stamp authority redirects where it is not followed")
	ErrHTTPStatus    = errors.New("the time-stamp authority answered with an HTTP error")
	ErrContentType   = errors.New("the answer is not of type application/timestamp-reply")
	ErrTooLarge      = errors.New("the answer is larger than the limit")
	ErrTruncated     = errors.New("the answer breaks off")
	ErrMalformed     = errors.New("the answer is no time-stamp response")
	ErrRefused       = errors.New("the time-stamp authority refused")
	ErrImprint       = errors.New("the time-stamp is over another imprint than asked for")
	ErrNonce         = errors.New("the time-stamp has another nonce than asked for")
	ErrPolicy        = errors.New("the time-stamp is under another policy than asked for")
	ErrNoCertificate = errors.New("the time-stamp lacks the certificate that was asked for")
)

// Error is a failed exchange.
type Error struct {
	URL      string
	Kind     error // one of the Err values, or context.Canceled
	Err      error
	Response *tsa.Response // where one was read
}

// Error says which authority, what and why.
func (e *Error) Error() string {
	if errors.Is(e.Err, e.Kind) {
		return e.URL + ": " + e.Err.Error()
	}
	return e.URL + ": " + e.Kind.Error() + ": " + e.Err.Error()
}

// Unwrap gives kind and cause.
func (e *Error) Unwrap() []error { return []error{e.Kind, e.Err} }
