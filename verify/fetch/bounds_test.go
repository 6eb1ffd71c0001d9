package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// serve answers every request with one body.
func (s *site) always(body []byte) {
	s.lie(func(w http.ResponseWriter, _ *http.Request) bool { w.Write(body); return true })
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// TestToTheLastOctet: what is as large as the limit is read, one octet more is
// not, alone and within a message.
func TestToTheLastOctet(t *testing.T) {
	s := newSite(t)
	w := s.world
	crl := w.CRL(w.SealCA, verifytest.CRLTemplate{})
	certsOnly := w.CMS(verifytest.CMSTemplate{Certificates: []*verifytest.Cert{w.SealCA}, Signers: []verifytest.Signer{{}}})
	for name, c := range map[string]struct {
		t     evidence.Type
		body  []byte
		limit func(*Limits) *int64
		n     int
	}{
		"CRL":                   {evidence.CRL, crl, func(l *Limits) *int64 { return &l.CRL }, len(crl)},
		"bundle":                {evidence.Certificate, certsOnly, func(l *Limits) *int64 { return &l.Bundle }, len(certsOnly)},
		"certificate":           {evidence.Certificate, w.SealCA.DER, func(l *Limits) *int64 { return &l.Certificate }, len(w.SealCA.DER)},
		"certificate in a CMS":  {evidence.Certificate, certsOnly, func(l *Limits) *int64 { return &l.Certificate }, len(w.SealCA.DER)},
		"certificate, in chunk": {evidence.CRL, append(bytes.Clone(crl), make([]byte, 8<<10)...), func(l *Limits) *int64 { return &l.CRL }, len(crl) + 8<<10},
	} {
		t.Run(name, func(t *testing.T) {
			s.always(c.body)
			f := s.fetcher(func(o *Options) { *c.limit(&o.Limits) = int64(c.n) })
			got(t, f, s.want(c.t), evidence.Fetched)
			f = s.fetcher(func(o *Options) { *c.limit(&o.Limits) = int64(c.n - 1) })
			failedAs(t, f, s.want(c.t), evidence.TooLarge)
		})
	}
}

// TestManyCertificates: five hundred in one answer, no more, in PEM and in CMS;
// blocks beyond are not even decoded.
func TestManyCertificates(t *testing.T) {
	s := newSite(t)
	many := func(n int) (ders []*verifytest.Cert) { return slices.Repeat([]*verifytest.Cert{s.world.SealCA}, n) }
	for n, kind := range map[int]evidence.FailureKind{maxCertificates: evidence.Failed, maxCertificates + 1: evidence.TooLarge} {
		bodies := map[string][]byte{
			"PEM": bytes.Repeat(s.world.SealCA.PEM(), n),
			"CMS": s.world.CMS(verifytest.CMSTemplate{Certificates: many(n), Signers: []verifytest.Signer{{}}}),
		}
		for name, body := range bodies {
			s.always(body)
			items, err := s.fetcher(nil).Get(t.Context(), s.want(evidence.Certificate), full())
			all := evidence.Failures(err)
			switch {
			case kind == evidence.Failed && (err != nil || len(items) != n):
				t.Errorf("%d in %s: %d items %v", n, name, len(items), err)
			case kind != evidence.Failed && (len(items) > 0 || len(all) != 1 || all[0].Kind != kind):
				t.Errorf("%d in %s: %d items %v", n, name, len(items), err)
			}
		}
	}
	if n := len(blocks(bytes.Repeat(block("X", nil), 9999))); n != maxCertificates+1 {
		t.Errorf("%d blocks decoded", n)
	}
}

// TestForeignForms: PEM is undone where it is customary, of the whole answer
// and not within it; the reason told is that of the last thing tried.
func TestForeignForms(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.always(block("X509 CRL", w.OCSP(verifytest.OCSPTemplate{Cert: w.Seal})))
	if fail := failedAs(t, s.fetcher(nil), s.want(evidence.OCSP), evidence.Unparsable); fail.Params["found"] != "found-pem" {
		t.Error(fail.Params)
	}
	inner := w.CRL(w.OfficeCA, verifytest.CRLTemplate{})
	crl := w.CRL(w.SealCA, verifytest.CRLTemplate{Extensions: []verifytest.Extension{{ID: "1.3.6.1.4.1.32473.1", Value: append([]byte{0x0a}, block("X509 CRL", inner)...)}}})
	s.always(crl)
	if it := got(t, s.fetcher(nil), s.want(evidence.CRL), evidence.Fetched); !bytes.Equal(it.Raw, crl) {
		t.Error("a CRL within an extension is taken for the answer")
	}
	for name, c := range map[string]struct{ body, reason string }{
		"PEM of noise":    {string(block("CERTIFICATE", []byte{0x30, 0x01})), "no certificate"},
		"PEM of a key":    {string(block("PUBLIC KEY", w.SealCA.DER)), ""},
		"CMS without any": {string(w.CMS(verifytest.CMSTemplate{Certificates: []*verifytest.Cert{}, Signers: []verifytest.Signer{{}}})), ""},
	} {
		s.always([]byte(c.body))
		fail := failedAs(t, s.fetcher(nil), s.want(evidence.Certificate), evidence.Unparsable)
		if fail.Params["reason"] == "" || fail.Params["reason"] == c.reason {
			t.Errorf("%s: %v", name, fail.Params)
		}
	}
	if whatIs(bytes.Repeat([]byte(" "), 1024)) != "found-nothing" || whatIs(bytes.Repeat([]byte(" "), 1025)) != "found-text" {
		t.Error("blanks")
	}
}

// TestPurseInTheMiddle: a purse that runs out while an answer is read is told
// as that, at whatever step.
func TestPurseInTheMiddle(t *testing.T) {
	s := newSite(t)
	w := s.world
	certsOnly := w.CMS(verifytest.CMSTemplate{Certificates: []*verifytest.Cert{w.SealCA, w.Root}, Signers: []verifytest.Signer{{}}})
	s.always(certsOnly)
	f := s.fetcher(nil)
	stored := evidence.Stored{Raw: certsOnly}
	kinds := map[evidence.FailureKind]int{}
	for n := 1; n < 64<<10; n += 97 {
		items, failure := f.parse(s.want(evidence.Certificate), stored, evidence.Fetched, purse.New(purse.Limits{Bytes: int64(n)}))
		if failure == nil {
			if len(items) != 2 {
				t.Fatalf("%d items with %d octets", len(items), n)
			}
			break
		}
		kinds[failure.Kind]++
	}
	for n := 1; n < 4096; n++ {
		_, failure := f.parse(s.want(evidence.Certificate), stored, evidence.Fetched, purse.New(purse.Limits{Objects: int64(n)}))
		if failure == nil {
			break
		}
		kinds[failure.Kind]++
	}
	if len(kinds) != 1 || kinds[evidence.OverBudget] < 10 {
		t.Errorf("told as %v", kinds)
	}
}

// TestWithoutTarget: an issuer may be asked for without saying whose.
func TestWithoutTarget(t *testing.T) {
	s := newSite(t)
	w := s.want(evidence.Certificate)
	w.Target = nil
	got(t, s.fetcher(nil), w, evidence.Fetched)
}

// TestKindsOfFailure: errors of the system in the terms of the report.
func TestKindsOfFailure(t *testing.T) {
	f := New(Options{})
	expired, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	x := &x509.Certificate{NotAfter: time.Unix(1e9, 0)}
	verification := func(err error) error { return &tls.CertificateVerificationError{Err: err} }
	op := func(op string) error { return &net.OpError{Op: op, Net: "tcp", Err: syscall.ECONNRESET} }
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		kind evidence.FailureKind
	}{
		"the context ended":              {expired, io.ErrUnexpectedEOF, evidence.TimedOut},
		"a deadline":                     {t.Context(), fmt.Errorf("x: %w", context.DeadlineExceeded), evidence.TimedOut},
		"a deadline of the system":       {t.Context(), &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, evidence.TimedOut},
		"a name that took too long":      {t.Context(), &net.DNSError{IsTimeout: true}, evidence.TimedOut},
		"no name":                        {t.Context(), &net.DNSError{Name: "x", Err: "no such host"}, evidence.NoName},
		"expired":                        {t.Context(), verification(x509.CertificateInvalidError{Cert: x, Reason: x509.Expired}), evidence.TLSExpired},
		"not for this name":              {t.Context(), verification(x509.CertificateInvalidError{Cert: x, Reason: x509.CANotAuthorizedForThisName}), evidence.TLSFailed},
		"an alert":                       {t.Context(), fmt.Errorf("x: %w", tls.AlertError(40)), evidence.TLSFailed},
		"no TLS":                         {t.Context(), tls.RecordHeaderError{Msg: "x"}, evidence.TLSFailed},
		"dialled in vain":                {t.Context(), op("dial"), evidence.Unreachable},
		"the proxy dialled in vain":      {t.Context(), op("proxyconnect"), evidence.Unreachable},
		"reset while reading":            {t.Context(), op("read"), evidence.Broken},
		"no network, whatever the place": {t.Context(), &net.OpError{Op: "write", Err: os.NewSyscallError("x", syscall.ENETDOWN)}, evidence.NoNetwork},
		"anything else":                  {t.Context(), errors.New("x"), evidence.Broken},
	} {
		if got := f.failure(c.ctx, "u", c.err); got.Kind != c.kind || got.URL != "u" || len(got.Params) == 0 && c.kind != evidence.Failed {
			t.Errorf("%s: %+v, want kind %d", name, got, c.kind)
		}
	}
}

// TestShortened: what servers can put into reports and requests is short.
func TestShortened(t *testing.T) {
	long := strings.Repeat("x", 200)
	for in, want := range map[string]string{"": "", "a\xffb": "ab", long: long, long + "x": long + "…", strings.Repeat("あ", 70): strings.Repeat("あ", 66) + "…"} {
		if got := cut(in); got != want {
			t.Errorf("%d octets become %q", len(in), got)
		}
	}
	for in, want := range map[string]string{" ~": " ~", "\x1f": "", "\x7f": "", "é": "", strings.Repeat("x", 64): strings.Repeat("x", 64), strings.Repeat("x", 65): ""} {
		if got := ascii(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
	tag := strings.Repeat("x", 256)
	if short(tag) != tag || short(tag+"x") != "" {
		t.Error("validators")
	}
}

// TestRetryAfter is RFC 9110 10.2.3; a date counts from the server's own.
func TestRetryAfter(t *testing.T) {
	const now, later = "Sun, 01 Nov 2026 00:00:00 GMT", "Sun, 01 Nov 2026 00:01:00 GMT"
	for _, c := range []struct {
		value, date string
		wait        time.Duration
		ok          bool
	}{
		{" 7 ", "", 7 * time.Second, true}, {later, now, time.Minute, true}, {now, later, 0, true}, {"", now, 0, false}, {"soon", now, 0, false}, {"-1", now, 0, false},
		{later, "", 0, false}, {later, "today", 0, false}, {"99999999999", now, 0, false},
	} {
		h := http.Header{"Retry-After": {c.value}, "Date": {c.date}}
		if wait, ok := retryAfter(h); wait != c.wait || ok != c.ok {
			t.Errorf("%+v: %s %v", c, wait, ok)
		}
	}
	f := New(Options{})
	busy := func(status int, after string) *answer {
		return &answer{status: status, header: http.Header{"Retry-After": {after}}}
	}
	bad := &evidence.Failure{Kind: evidence.BadStatus}
	for _, c := range []struct {
		a    *answer
		wait time.Duration
		ok   bool
	}{{busy(503, "10"), 10 * time.Second, true}, {busy(503, "11"), 11 * time.Second, false}, {busy(429, "soon"), 300 * time.Millisecond, true}, {busy(502, ""), 300 * time.Millisecond, true}, {busy(504, "0"), 0, true}, {busy(404, "0"), 0, false}, {busy(500, "0"), 0, false}} {
		if wait, ok := f.again(c.a, bad); ok != c.ok || ok && wait != c.wait {
			t.Errorf("%d, %s: %s %v", c.a.status, c.a.header, wait, ok)
		}
	}
}

// TestMemoryToTheLast: by octets and by entries, the oldest go first; of
// failures and of what was asked all go at once.
func TestMemoryToTheLast(t *testing.T) {
	m := newMemory()
	half := evidence.Stored{Raw: make([]byte, memoryOctets/2)}
	has := func(key string) bool { _, ok := m.Load(key); return ok }
	m.Save("too large", evidence.Stored{Raw: make([]byte, memoryOctets/2+1)})
	m.Save("a", half)
	m.Save("b", half)
	if has("too large") || !has("a") || !has("b") {
		t.Error("what fits is not kept, or what is too large is")
	}
	m.Save("b", half) // the same again takes no more place
	m.Save("c", evidence.Stored{Raw: []byte{1}})
	if has("a") || !has("b") || !has("c") || m.octets != memoryOctets/2+1 {
		t.Errorf("%d octets", m.octets)
	}
	m = newMemory()
	at := time.Unix(1e9, 0)
	for i := range memoryEntries {
		key := fmt.Sprint(i)
		m.Save(key, evidence.Stored{})
		m.fail(key, at, &evidence.Failure{})
	}
	if !has("0") || m.failure("0", at) == nil || len(m.failures) != memoryEntries {
		t.Error("less is kept than may be")
	}
	m.Save("more", evidence.Stored{})
	m.fail("more", at, &evidence.Failure{})
	if has("0") || !has("1") || m.failure("0", at) != nil || m.failure("more", at) == nil || len(m.answers) != memoryEntries {
		t.Error("more is kept than may be")
	}
	for i := range memoryEntries {
		m.fetched(fmt.Sprint(i), at)
	}
	if !m.recent("0", at) {
		t.Error("less is remembered than may be")
	}
	if m.fetched("more", at); m.recent("0", at) || !m.recent("more", at) {
		t.Error("more is remembered than may be")
	}
}

// TestMoments: what was a moment ago is that within its time, by a clock that
// goes forward.
func TestMoments(t *testing.T) {
	m := newMemory()
	at := time.Unix(1e9, 0)
	m.fetched("k", at)
	m.fail("f", at, &evidence.Failure{})
	for d, want := range map[time.Duration]bool{0: true, remembered - 1: true, remembered: false, -1: false} {
		if m.recent("k", at.Add(d)) != want || (m.failure("f", at.Add(d)) != nil) != want {
			t.Errorf("after %s", d)
		}
	}
	if m.fetched("zero", time.Time{}); m.recent("zero", time.Time{}) {
		t.Error("without a clock nothing was a moment ago")
	}
	if m.recent("never", at) {
		t.Error("what was never asked was a moment ago")
	}
}

// TestAnnouncedIsNotBelieved before something of it has come.
func TestAnnouncedIsNotBelieved(t *testing.T) {
	const n = 40 << 20
	var before, after runtime.MemStats
	for most, came := range map[uint64]int64{1 << 20: 64 << 10, 4 << 20: believed - 1, n + 3<<20: believed + 1} {
		runtime.ReadMemStats(&before)
		out, err := bounded(io.LimitReader(zeros{}, came), n, n)
		runtime.ReadMemStats(&after)
		if err != nil || int64(len(out)) != came || after.TotalAlloc-before.TotalAlloc > most {
			t.Errorf("%d octets came: %d, %v, %d allocated", came, len(out), err, after.TotalAlloc-before.TotalAlloc)
		}
	}
}
