package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// endless writes until nobody reads any more.
func endless(w http.ResponseWriter, r *http.Request, piece []byte) {
	for r.Context().Err() == nil {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

// bomb is a gigabyte of zeros, packed.
func bomb(t testing.TB) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 256 {
		z.Write(zeros)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hijack answers with raw octets and closes the connection.
func hijack(raw string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		conn.Write([]byte(raw))
		conn.Close()
	}
}

// TestLies: whatever a server does, the answer is one failure that says what
// it did, in bounded time and memory.
func TestLies(t *testing.T) {
	s := newSite(t)
	crl := s.world.CRL(s.world.SealCA, verifytest.CRLTemplate{})
	packed := bomb(t)
	write := func(body string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(body)) }
	}
	status := func(code int, header ...string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
		}
	}
	to := func(code int, target string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, code) }
	}
	for _, c := range []struct {
		name  string
		way   func(http.ResponseWriter, *http.Request)
		kind  evidence.FailureKind
		param string // "name=value" of the failure, a part of it
	}{
		{"no answer, ever", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, evidence.TimedOut, "limit=300ms"},
		{"drop by drop", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.Write([]byte{0x30})
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		}, evidence.TimedOut, "limit=300ms"},
		{"endless", func(w http.ResponseWriter, r *http.Request) { endless(w, r, make([]byte, 64<<10)) }, evidence.TooLarge, "limit=2097152"},
		{"announced too large", status(200, "Content-Length", "99999999999"), evidence.TooLarge, "limit=2097152"},
		{"gzip bomb", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(packed)
		}, evidence.TooLarge, "limit=2097152"},
		{"unknown packing", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			w.Write(crl)
		}, evidence.Broken, `reason=packed in a way that was not asked for: "br"`},
		{"gzip that is none", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(crl)
		}, evidence.Broken, "reason=gzip"},
		{"a page", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/pkix-crl")
			w.Write([]byte("\xef\xbb\xbf\n<!DOCTYPE html><p>hello"))
		}, evidence.Unparsable, "found=found-html"},
		{"a page without head", write("<p>hello</p>"), evidence.Unparsable, "found=found-html"},
		{"a text", write("not here"), evidence.Unparsable, "found=found-text"},
		{"nothing", write(""), evidence.Unparsable, "found=found-nothing"},
		{"noise", write("\x00\x01\x02\xff\xfe"), evidence.Unparsable, "found=found-data"},
		{"a certificate", func(w http.ResponseWriter, _ *http.Request) { w.Write(s.world.Root.DER) }, evidence.Unparsable, "found=found-asn1"},
		{"a PEM certificate", func(w http.ResponseWriter, _ *http.Request) { w.Write(s.world.Root.PEM()) }, evidence.Unparsable, "found=found-pem"},
		{"half of it", func(w http.ResponseWriter, _ *http.Request) { w.Write(crl[:len(crl)/2]) }, evidence.Unparsable, "found=found-asn1"},
		{"truncated", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5000")
			w.Write(crl)
		}, evidence.Broken, "reason=unexpected EOF"},
		{"closed", hijack(""), evidence.Broken, "reason=EOF"},
		{"no HTTP", hijack("220 mail.example ESMTP\r\n"), evidence.Broken, "reason="},
		{"header flood", func(w http.ResponseWriter, _ *http.Request) {
			for i := range 3000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 100))
			}
			w.Write(crl)
		}, evidence.Broken, "reason="},
		{"flood of interim answers", func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			for {
				if _, err := conn.Write([]byte("HTTP/1.1 103 Early Hints\r\nX: " + strings.Repeat("x", 1000) + "\r\n\r\n")); err != nil {
					return
				}
			}
		}, evidence.Broken, "reason="},
		{"404", status(404), evidence.BadStatus, "status=404"},
		{"204", status(204), evidence.BadStatus, "status=204"},
		{"206", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(206); w.Write(crl) }, evidence.BadStatus, "status=206"},
		{"wants credentials", status(401, "WWW-Authenticate", "Basic"), evidence.BadStatus, "status=401"},
		{"304 that was not asked for", status(304), evidence.BadStatus, "status=304"},
		{"Retry-After huge", status(503, "Retry-After", "86400"), evidence.BadStatus, "retryAfter=86400"},
		{"Retry-After in a year", status(429, "Retry-After", "Mon, 01 Nov 2027 00:00:00 GMT"), evidence.BadStatus, "retryAfter=Mon, 01 Nov 2027"},
		{"Retry-After of noise", status(503, "Retry-After", "soon\u001b[31m"), evidence.Broken, "reason="},
		{"redirect to loopback", to(302, "http://127.0.0.1:1/x"), evidence.BadRedirect, "target=http://127.0.0.1:1/x"},
		{"redirect to metadata", to(307, "http://169.254.169.254/latest/meta-data"), evidence.BadRedirect, "target=http://169.254"},
		{"redirect to a neighbour", to(301, "http://printer/"), evidence.BadRedirect, "target=http://printer/"},
		{"redirect to a file", to(302, "file:///etc/passwd"), evidence.BadRedirect, "target=file:///etc/passwd"},
		{"redirect to a directory", to(302, "ldap://x.example.jp/"), evidence.BadRedirect, "target=ldap:"},
		{"redirect with credentials", to(302, "http://a:b@"+repository+"/"), evidence.BadRedirect, "target="},
		{"redirect round and round", to(302, "/x"), evidence.BadRedirect, "target=/x"},
		{"redirect to a flood", status(302, "Location", "http://127.0.0.1/"+strings.Repeat("x", 30<<10)), evidence.BadRedirect, "target=http://127.0.0.1/xxx"},
		{"redirect to noise", status(302, "Location", "ftp://a/\xff\xfe"), evidence.BadRedirect, "target=ftp://a/"},
		{"redirect to nothing", status(302, "Location", "http://[::1"), evidence.BadRedirect, "target=http://["},
		{"redirect without target", status(302), evidence.BadStatus, "status=302"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.lie(func(w http.ResponseWriter, r *http.Request) bool { c.way(w, r); return true })
			f := s.fetcher(func(o *Options) { o.Limits.CRL = 2 << 20; o.Limits.Request = 10 * time.Second })
			if c.kind == evidence.TimedOut {
				f.limits.Request = 300 * time.Millisecond
			}
			before := s.asked.Load()
			fail := failedAs(t, f, s.want(evidence.CRL), c.kind)
			name, value, _ := strings.Cut(c.param, "=")
			if !strings.HasPrefix(fail.Params[name], value) || fail.Params[name] == "" {
				t.Errorf("%v, want %s", fail.Params, c.param)
			}
			if n := s.asked.Load() - before; n > DefaultRedirects+1 {
				t.Errorf("%d requests", n)
			}
			for k, v := range fail.Params {
				if len(v) > 220 || strings.ContainsAny(v, "\x1b\x00") || !utf8.ValidString(v) {
					t.Errorf("%s is %q", k, v)
				}
			}
			if len(f.memory.answers) > 0 {
				t.Error("something of it is kept")
			}
		})
	}
}

// TestBombsCostLittle: an endless or packed answer is not held in memory.
func TestBombsCostLittle(t *testing.T) {
	s := newSite(t)
	packed := bomb(t)
	s.lie(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed)
		return true
	})
	f := s.fetcher(func(o *Options) { o.Limits.CRL = 1 << 20 })
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	failedAs(t, f, s.want(evidence.CRL), evidence.TooLarge)
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
		t.Errorf("%d octets for a limit of one megabyte", n)
	}
}

// TestRetries: a moment's trouble is asked again, with the patience that the
// server wants within bounds.
func TestRetries(t *testing.T) {
	for name, c := range map[string]struct {
		trouble func(http.ResponseWriter)
		wait    time.Duration
	}{
		"503":              {func(w http.ResponseWriter) { w.WriteHeader(503) }, 300 * time.Millisecond},
		"503, Retry-After": {func(w http.ResponseWriter) { w.Header().Set("Retry-After", "7"); w.WriteHeader(503) }, 7 * time.Second},
		"429, at a date": {func(w http.ResponseWriter) {
			w.Header().Set("Date", "Sun, 01 Nov 2026 00:00:00 GMT")
			w.Header().Set("Retry-After", "Sun, 01 Nov 2026 00:00:05 GMT")
			w.WriteHeader(429)
		}, 5 * time.Second},
		"429, at a past one": {func(w http.ResponseWriter) {
			w.Header().Set("Date", "Sun, 01 Nov 2026 00:00:00 GMT")
			w.Header().Set("Retry-After", "Sun, 01 Nov 2025 00:00:05 GMT")
			w.WriteHeader(429)
		}, 0},
		"closed": {func(w http.ResponseWriter) { hijack("")(w, nil) }, 300 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			var waited []time.Duration
			s.lie(func(w http.ResponseWriter, _ *http.Request) bool {
				if s.asked.Load() > 2 {
					return false
				}
				c.trouble(w)
				return true
			})
			f := s.fetcher(nil)
			f.wait = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }
			got(t, f, s.want(evidence.CRL), evidence.Fetched)
			if len(waited) != 2 || waited[0] != c.wait {
				t.Errorf("waited %v", waited)
			}
		})
	}
	s := newSite(t)
	s.lie(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(503); return true })
	failedAs(t, s.fetcher(nil), s.want(evidence.CRL), evidence.BadStatus)
	if n := s.asked.Load(); n != DefaultRetries+1 {
		t.Errorf("%d requests", n)
	}
}

// TestGoodRedirects are followed, to where the guard lets.
func TestGoodRedirects(t *testing.T) {
	s := newSite(t)
	s.lie(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/moved" {
			return false
		}
		http.Redirect(w, r, "/moved", http.StatusFound)
		return true
	})
	w := s.want(evidence.CRL)
	s.served["http://"+repository+"/moved"] = s.world.CRL(s.world.SealCA, verifytest.CRLTemplate{})
	if it := got(t, s.fetcher(nil), w, evidence.Fetched); it.URL != w.URLs[0] {
		t.Errorf("from %s", it.URL)
	}
}

// TestNobodyThere: a name without address, a host without server, a machine
// without network are three things.
func TestNobodyThere(t *testing.T) {
	s := newSite(t)
	f := s.fetcher(func(o *Options) { o.Resolver = failing{} })
	if fail := failedAs(t, f, s.want(evidence.CRL), evidence.NoName); fail.Params["host"] != repository {
		t.Error(fail.Params)
	}
	f = s.fetcher(nil)
	s.server.Close()
	if fail := failedAs(t, f, s.want(evidence.CRL), evidence.Unreachable); !strings.Contains(fail.Params["reason"], "refused") {
		t.Error(fail.Params)
	}
	f = s.fetcher(nil)
	f.guard.dialer = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: unreachable}
	}
	failedAs(t, f, s.want(evidence.CRL), evidence.NoNetwork)
}

// TestBounded: an announced length is believed once something of it has come;
// then a long answer is held once and not grown by doubling.
func TestBounded(t *testing.T) {
	const n = 40 << 20
	for _, c := range []struct {
		announced, limit int64
		most             uint64
	}{{n, n, n + 3<<20}, {-1, n, 4 * n}, {n, n - 1, n + 8<<20}, {10, n, 4 * n}, {n, 1 << 10, 1 << 20}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		out, err := bounded(io.LimitReader(zeros{}, n), c.announced, c.limit)
		runtime.ReadMemStats(&after)
		if c.limit < n {
			if err == nil || out != nil {
				t.Errorf("%+v: %d octets", c, len(out))
			}
		} else if err != nil || len(out) != n {
			t.Errorf("%+v: %d octets %v", c, len(out), err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > c.most {
			t.Errorf("%+v: %d octets allocated", c, used)
		}
	}
	if _, err := bounded(io.MultiReader(io.LimitReader(zeros{}, 2<<20), iotest.ErrReader(io.ErrUnexpectedEOF)), n, n); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
