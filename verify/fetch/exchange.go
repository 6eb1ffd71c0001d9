package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/kakuin/kakuin/verify/evidence"
)

// A request is what one server is asked, in the terms of HTTP.
type request struct {
	method, url, accept string
	body                []byte // POST
	contentType         string
	limit               int64 // octets of the answer
	etag, modified      string
	uncached            bool // caches on the way shall ask too
}

// An answer is what came back.
type answer struct {
	status      int
	notModified bool
	body        []byte
	header      http.Header
}

// exchange asks and follows redirects, each checked like the first address.
func (f *Fetcher) exchange(ctx context.Context, r request) (*answer, error) {
	at, err := f.guard.parse(r.url)
	if err != nil {
		return nil, err
	}
	for hop := 0; ; hop++ {
		resp, err := f.send(ctx, at, r)
		if err != nil {
			return nil, err
		}
		if !redirects(resp) {
			return read(resp, r)
		}
		target := resp.Header.Get("Location")
		resp.Body.Close()
		if hop >= f.limits.Redirects {
			return nil, &evidence.Failure{Kind: evidence.BadRedirect, Params: map[string]string{"target": cut(target)}, Err: fmt.Errorf("more than %d redirects", f.limits.Redirects)}
		}
		if at, err = f.follow(at, target, resp.StatusCode, r.method); err != nil {
			return nil, err
		}
	}
}

func redirects(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return resp.Header.Get("Location") != ""
	}
	return false
}

// follow checks where a redirect leads. One that would turn a question by POST
// into GET asks nothing.
func (f *Fetcher) follow(at *url.URL, target string, status int, method string) (*url.URL, error) {
	bad := func(err error) error {
		return &evidence.Failure{Kind: evidence.BadRedirect, Params: map[string]string{"target": cut(target)}, Err: fmt.Errorf("redirect to %q: %w", cut(target), err)}
	}
	if method != http.MethodGet && status < http.StatusTemporaryRedirect {
		return nil, bad(errors.New("the request would become GET"))
	}
	next, err := at.Parse(target)
	if err != nil {
		return nil, bad(err)
	}
	next, err = f.guard.parse(next.String())
	if err != nil {
		return nil, bad(err)
	}
	return next, nil
}

type proxyKey struct{}

// chosenProxy is the proxy that send chose for a request.
func chosenProxy(r *http.Request) (*url.URL, error) {
	if u, ok := r.Context().Value(proxyKey{}).(*url.URL); ok {
		return u, nil
	}
	return nil, errors.New("no proxy was chosen")
}

// maxResolve is how long a name is looked up that a proxy will resolve anyway.
const maxResolve = 2 * time.Second

// send makes one request. By a proxy, the name is held against the guard as
// far as it resolves here: many closed networks resolve no outer names.
func (f *Fetcher) send(ctx context.Context, at *url.URL, r request) (*http.Response, error) {
	if err := f.pacer.wait(ctx, at.Host); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, r.method, at.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	set(req.Header, "User-Agent", f.options.UserAgent)
	set(req.Header, "Accept", r.accept)
	set(req.Header, "Accept-Encoding", "identity")
	set(req.Header, "Content-Type", r.contentType)
	set(req.Header, "If-None-Match", r.etag)
	set(req.Header, "If-Modified-Since", r.modified)
	if r.uncached {
		set(req.Header, "Cache-Control", "no-cache")
	}
	by, err := f.proxy(req)
	if err != nil {
		return nil, &evidence.Failure{Kind: evidence.Failed, Params: map[string]string{"reason": cut(err.Error())}, Err: err}
	}
	if by == nil {
		return f.direct.RoundTrip(req)
	}
	if !f.guard.allows(at.Hostname()) {
		looking, cancel := context.WithTimeout(ctx, maxResolve)
		defer cancel()
		var refused *errRefused
		if _, err := f.guard.resolve(looking, at.Hostname()); errors.As(err, &refused) {
			return nil, err
		}
	}
	return f.proxied.RoundTrip(req.WithContext(context.WithValue(ctx, proxyKey{}, by)))
}

func set(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// read takes the body within its limit.
func read(resp *http.Response, r request) (*answer, error) {
	defer resp.Body.Close()
	a := &answer{status: resp.StatusCode, header: resp.Header}
	if resp.StatusCode == http.StatusNotModified && (r.etag != "" || r.modified != "") {
		a.notModified = true
		return a, nil
	}
	if resp.StatusCode != http.StatusOK {
		return a, &evidence.Failure{Kind: evidence.BadStatus, Params: map[string]string{"status": strconv.Itoa(resp.StatusCode), "retryAfter": ascii(resp.Header.Get("Retry-After"))},
			Err: fmt.Errorf("HTTP status %d", resp.StatusCode)}
	}
	if resp.ContentLength > r.limit {
		return a, tooLarge(r.limit)
	}
	body, err := plain(resp)
	if err != nil {
		return a, err
	}
	a.body, err = bounded(body, resp.ContentLength, r.limit)
	return a, err
}

func ascii(s string) string {
	if len(s) > 64 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return s
}

func tooLarge(limit int64) error {
	return &evidence.Failure{Kind: evidence.TooLarge, Params: map[string]string{"limit": strconv.FormatInt(limit, 10)}, Err: fmt.Errorf("more than %d octets", limit)}
}

// plain undoes a packing that was not asked for; the limit is on what comes out.
func plain(resp *http.Response) (io.Reader, error) {
	switch packing := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); packing {
	case "", "identity", "binary":
		return resp.Body, nil
	case "gzip", "x-gzip":
		return gzip.NewReader(resp.Body)
	default:
		return nil, fmt.Errorf("packed in a way that was not asked for: %.40q", packing)
	}
}

// believed is how much must have come before an announced length is believed.
const believed = 1 << 20

// bounded reads at most limit octets.
func bounded(r io.Reader, announced, limit int64) ([]byte, error) {
	out := make([]byte, 0, 16<<10)
	r = io.LimitReader(r, limit+1)
	for {
		if len(out) == cap(out) {
			size := 2 * cap(out)
			if len(out) >= believed {
				size = max(size, int(announced)+1) // at most limit: see read
			}
			out = append(make([]byte, 0, size), out...)
		}
		n, err := r.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		switch {
		case int64(len(out)) > limit:
			return nil, tooLarge(limit)
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		}
	}
}
