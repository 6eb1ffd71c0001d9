package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/kakuin/kakuin/verify/evidence"
)

// failure gives an error of an exchange its kind. ctx is that of the one
// request, whose end is a timeout.
func (f *Fetcher) failure(ctx context.Context, address string, err error) *evidence.Failure {
	out := &evidence.Failure{URL: address, Err: err, Params: map[string]string{}}
	var known *evidence.Failure
	var refused *errRefused
	var dns *net.DNSError
	switch {
	case errors.As(err, &known):
		out.Kind, out.Params = known.Kind, known.Params
	case errors.As(err, &refused):
		out.Kind, out.Params["address"] = evidence.Refused, refused.address
	case timedOut(ctx, err):
		out.Kind, out.Params["limit"] = evidence.TimedOut, f.limits.Request.String()
	case errors.As(err, &dns):
		out.Kind, out.Params["host"], out.Params["reason"] = evidence.NoName, dns.Name, dns.Err
	case f.tlsFailure(out, err):
	default:
		out.Kind, out.Params["reason"] = connection(err)
	}
	return out
}

func timedOut(ctx context.Context, err error) bool {
	var n net.Error
	return errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// tlsFailure tells an expired certificate of the server from all else that
// stands between us and a protected connection.
func (f *Fetcher) tlsFailure(out *evidence.Failure, err error) bool {
	var verification *tls.CertificateVerificationError
	var invalid x509.CertificateInvalidError
	var alert tls.AlertError
	var header tls.RecordHeaderError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		out.Kind, out.Params["notAfter"] = evidence.TLSExpired, invalid.Cert.NotAfter.UTC().Format(time.RFC3339)
	case errors.As(err, &verification), errors.As(err, &alert), errors.As(err, &header):
		out.Kind, out.Params["reason"] = evidence.TLSFailed, cut(err.Error())
	default:
		return false
	}
	return true
}

func connection(err error) (evidence.FailureKind, string) {
	var op *net.OpError
	switch {
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.ENETDOWN):
		return evidence.NoNetwork, cut(err.Error())
	case errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect"):
		return evidence.Unreachable, cut(op.Err.Error())
	}
	return evidence.Broken, cut(err.Error())
}

// cut keeps what a server can put into an error short.
func cut(s string) string {
	const most = 200
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "")
}

// again tells whether the same request may do better in a moment, and how long
// the server asks to wait (RFC 9110 10.2.3).
func (f *Fetcher) again(a *answer, err *evidence.Failure) (time.Duration, bool) {
	const moment = 300 * time.Millisecond
	switch err.Kind {
	case evidence.Broken:
		return moment, a == nil // a connection that ended before an answer
	case evidence.BadStatus:
	default:
		return 0, false
	}
	switch a.status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		return 0, false
	}
	d, ok := retryAfter(a.header)
	if !ok {
		d = moment
	}
	return d, d <= f.limits.RetryAfter
}

// retryAfter is a number of seconds, or a date to be read by the server's own
// clock.
func retryAfter(h http.Header) (time.Duration, bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseUint(v, 10, 32); err == nil {
		return time.Duration(n) * time.Second, true
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, false
	}
	return max(at.Sub(date), 0), true
}

// ask repeats a request that may do better.
func (f *Fetcher) ask(ctx context.Context, r request) (*answer, *evidence.Failure) {
	for try := 0; ; try++ {
		one, cancel := context.WithTimeout(ctx, f.limits.Request)
		a, err := f.exchange(one, r)
		if err == nil {
			cancel()
			return a, nil
		}
		failure := f.failure(one, r.url, err)
		cancel()
		wait, ok := f.again(a, failure)
		if !ok || try >= f.limits.Retries || f.wait(ctx, wait) != nil {
			return nil, failure
		}
	}
}
