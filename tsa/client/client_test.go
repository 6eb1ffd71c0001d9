package client

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa"
)

var hashed = sha256.Sum256([]byte("角印"))

// authority is a time-stamp authority in memory.
var authority = sync.OnceValue(func() (a struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}) {
	var err error
	if a.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		panic(err)
	}
	ext, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test TSA"},
		NotBefore: time.Unix(1700000000, 0), NotAfter: time.Unix(2000000000, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: ext}}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
	if err != nil {
		panic(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		panic(err)
	}
	return a
})

// answer makes a good response to a query, but for what change does to it.
func answer(t testing.TB, query []byte, change func(*timestamp.Timestamp)) []byte {
	t.Helper()
	req, err := timestamp.ParseRequest(query)
	if err != nil {
		t.Error(err)
		return nil
	}
	policy := req.TSAPolicyOID
	if policy == nil {
		policy = asn1.ObjectIdentifier{1, 2, 3, 4}
	}
	ts := &timestamp.Timestamp{HashAlgorithm: req.HashAlgorithm, HashedMessage: req.HashedMessage, Time: time.Unix(1800000000, 0),
		Accuracy: time.Second, SerialNumber: big.NewInt(7), Policy: policy, Nonce: req.Nonce, AddTSACertificate: req.Certificates}
	if change != nil {
		change(ts)
	}
	der, err := ts.CreateResponseWithOpts(authority().cert, authority().key, crypto.SHA256)
	if err != nil {
		t.Error(err)
	}
	return der
}

// serve answers each query by reply.
func serve(t testing.TB, reply func(w http.ResponseWriter, r *http.Request, query []byte)) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/timestamp-reply")
		reply(w, r, query)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestTimestamp(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request, query []byte) {
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/timestamp-query" || r.Header.Get("Authorization") != "Basic eDp5" {
			t.Errorf("%s %v", r.Method, r.Header)
		}
		w.Write(answer(t, query, nil))
	})
	for d, imprint := range map[sigalg.Digest][]byte{sigalg.SHA256: hashed[:], sigalg.SHA512: make([]byte, 64)} {
		c := New(s.URL, Options{Policy: "1.2.3.4.5", Header: http.Header{"Authorization": {"Basic eDp5"}}})
		resp, err := c.Timestamp(context.Background(), d, imprint)
		if err != nil {
			t.Fatal(err)
		}
		if i := resp.Token.Info; !bytes.Equal(i.Imprint, imprint) || i.Policy != "1.2.3.4.5" || i.Nonce == nil || i.Accuracy != time.Second {
			t.Errorf("%+v", i)
		}
		if b := resp.Token.MatchesCertificate(authority().cert.Raw); b != tsa.Bound {
			t.Errorf("certificate %v", b)
		}
	}
}

// TestRefusals: each way to go wrong has its own kind.
func TestRefusals(t *testing.T) {
	write := func(change func(*timestamp.Timestamp)) func(http.ResponseWriter, *http.Request, []byte) {
		return func(w http.ResponseWriter, _ *http.Request, query []byte) { w.Write(answer(t, query, change)) }
	}
	for _, c := range []struct {
		name  string
		reply func(w http.ResponseWriter, r *http.Request, query []byte)
		kind  error
	}{
		{"other nonce", write(func(ts *timestamp.Timestamp) { ts.Nonce = new(big.Int).Add(ts.Nonce, big.NewInt(1)) }), ErrNonce},
		{"negated nonce", write(func(ts *timestamp.Timestamp) { ts.Nonce = new(big.Int).Neg(ts.Nonce) }), ErrNonce},
		{"no nonce", write(func(ts *timestamp.Timestamp) { ts.Nonce = nil }), ErrNonce},
		{"other imprint", write(func(ts *timestamp.Timestamp) { ts.HashedMessage = make([]byte, 32) }), ErrImprint},
		{"other policy", write(func(ts *timestamp.Timestamp) { ts.Policy = asn1.ObjectIdentifier{1, 2, 9} }), ErrPolicy},
		{"no certificate", write(func(ts *timestamp.Timestamp) { ts.AddTSACertificate = false }), ErrNoCertificate},
		{"rejection", func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			der, err := timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.UnacceptedPolicy)
			if err != nil {
				t.Error(err)
			}
			w.Write(der)
		}, ErrRefused},
		{"waiting", func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.Write([]byte{0x30, 5, 0x30, 3, 2, 1, 3}) }, ErrRefused},
		{"granted, no token", func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.Write([]byte{0x30, 5, 0x30, 3, 2, 1, 0}) }, ErrMalformed},
		{"broken token", func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			w.Write([]byte{0x30, 7, 0x30, 3, 2, 1, 0, 0x30, 0})
		}, ErrMalformed},
		{"no ASN.1", func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.Write([]byte("sorry")) }, ErrMalformed},
		{"empty", func(http.ResponseWriter, *http.Request, []byte) {}, ErrMalformed},
		{"half of it", func(w http.ResponseWriter, _ *http.Request, query []byte) {
			der := answer(t, query, nil)
			w.Write(der[:len(der)/2])
		}, ErrMalformed},
		{"HTTP 500", func(w http.ResponseWriter, _ *http.Request, query []byte) { w.WriteHeader(500) }, ErrHTTPStatus},
		{"HTTP 204", func(w http.ResponseWriter, _ *http.Request, query []byte) { w.WriteHeader(204) }, ErrHTTPStatus},
		{"a page", func(w http.ResponseWriter, _ *http.Request, query []byte) {
			w.Header().Set("Content-Type", "text/html")
			w.Write(answer(t, query, nil))
		}, ErrContentType},
		{"no type", func(w http.ResponseWriter, _ *http.Request, query []byte) {
			w.Header()["Content-Type"] = nil
			w.Write(answer(t, query, nil))
		}, ErrContentType},
		{"connection cut", func(w http.ResponseWriter, _ *http.Request, query []byte) {
			w.Header().Set("Content-Length", "5000")
			w.Write(query)
		}, ErrTruncated},
		{"announced too large", func(w http.ResponseWriter, _ *http.Request, query []byte) {
			w.Header().Set("Content-Length", "99999999")
			w.Write(query)
		}, ErrTooLarge},
		{"endless", func(w http.ResponseWriter, r *http.Request, _ []byte) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}, ErrTooLarge},
		{"no body, ever", func(w http.ResponseWriter, r *http.Request, _ []byte) {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, ErrTimeout},
		{"no answer, ever", func(w http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() }, ErrTimeout},
		{"drop by drop", func(w http.ResponseWriter, r *http.Request, _ []byte) {
			for r.Context().Err() == nil {
				w.Write([]byte{0})
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		}, ErrTimeout},
		{"turned into GET", func(w http.ResponseWriter, r *http.Request, _ []byte) { http.Redirect(w, r, "/x", http.StatusFound) }, ErrRedirect},
		{"round and round", func(w http.ResponseWriter, r *http.Request, _ []byte) {
			http.Redirect(w, r, "/x", http.StatusTemporaryRedirect)
		}, ErrRedirect},
		{"to a file", func(w http.ResponseWriter, r *http.Request, _ []byte) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusTemporaryRedirect)
		}, ErrRedirect},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, c.reply)
			o := Options{Policy: "1.2.3.4.5", Timeout: 10 * time.Second}
			if c.kind == ErrTimeout {
				o.Timeout = 150 * time.Millisecond
			}
			resp, err := New(s.URL, o).Timestamp(context.Background(), sigalg.SHA256, hashed[:])
			var e *Error
			if resp != nil || !errors.As(err, &e) || e.Kind != c.kind || !errors.Is(err, c.kind) {
				t.Fatalf("%v %v, want %v", resp, err, c.kind)
			}
			if !strings.HasPrefix(err.Error(), s.URL+": ") || strings.Count(err.Error(), c.kind.Error()) != 1 {
				t.Errorf("words: %v", err)
			}
			if (c.kind == ErrRefused || c.kind == ErrNonce) && e.Response == nil {
				t.Error("the answer is lost")
			}
		})
	}
}

func TestRedirectThatRepeatsTheQuestion(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request, query []byte) {
		if r.URL.Path != "/tsa" {
			http.Redirect(w, r, "/tsa", http.StatusPermanentRedirect)
			return
		}
		w.Write(answer(t, query, nil))
	})
	if _, err := New(s.URL, Options{}).Timestamp(context.Background(), sigalg.SHA256, hashed[:]); err != nil {
		t.Error(err)
	}
	if _, err := New(s.URL, Options{MaxRedirects: -1}).Timestamp(context.Background(), sigalg.SHA256, hashed[:]); !errors.Is(err, ErrRedirect) {
		t.Errorf("none allowed: %v", err)
	}
}

// TestAwayFromHTTPS: what was asked under protection is not repeated without.
func TestAwayFromHTTPS(t *testing.T) {
	plain := serve(t, func(http.ResponseWriter, *http.Request, []byte) { t.Error("asked without protection") })
	s := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusTemporaryRedirect))
	t.Cleanup(s.Close)
	if _, err := New(s.URL, Options{HTTP: s.Client()}).Timestamp(context.Background(), sigalg.SHA256, hashed[:]); !errors.Is(err, ErrRedirect) {
		t.Error(err)
	}
}

func TestContext(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := New(s.URL, Options{}).Timestamp(ctx, sigalg.SHA256, hashed[:]); !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's deadline: %v", err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	cancel()
	if _, err := New(s.URL, Options{}).Timestamp(ctx, sigalg.SHA256, hashed[:]); !errors.Is(err, context.Canceled) || errors.Is(err, ErrTimeout) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestWhatIsNotAsked(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request, []byte) { t.Error("asked") })
	var un *sigalg.Unsupported
	for _, d := range []sigalg.Digest{sigalg.SHA1, sigalg.MD5, sigalg.SHA3_256, 0} {
		if _, err := New(s.URL, Options{}).Timestamp(context.Background(), d, make([]byte, d.Size())); !errors.As(err, &un) {
			t.Errorf("%s: %v", d, err)
		}
	}
	if _, err := New(s.URL, Options{}).Timestamp(context.Background(), sigalg.SHA256, hashed[:31]); err == nil {
		t.Error("a digest that is cut")
	}
	if _, err := New(s.URL, Options{Policy: "1.x"}).Timestamp(context.Background(), sigalg.SHA256, hashed[:]); err == nil {
		t.Error("a policy that is none")
	}
	for _, u := range []string{"", "tsa.example", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:x/", "file:///etc/passwd"} {
		if _, err := New(u, Options{}).Timestamp(context.Background(), sigalg.SHA256, hashed[:]); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v", u, err)
		}
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	if _, err := New(gone.URL, Options{}).Timestamp(context.Background(), sigalg.SHA256, hashed[:]); !errors.Is(err, ErrUnreachable) {
		t.Errorf("nobody there: %v", err)
	}
}

// TestWithoutCertificate: certificates that were not asked for are noted and kept.
func TestWithoutCertificate(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, query []byte) {
		w.Write(answer(t, query, func(ts *timestamp.Timestamp) { ts.AddTSACertificate = true }))
	})
	resp, err := New(s.URL, Options{NoCertificate: true}).Timestamp(context.Background(), sigalg.SHA256, hashed[:])
	if err != nil || len(resp.Notes) != 1 || resp.Notes[0].Code != tsa.CodeUnaskedCertificate {
		t.Errorf("%v %v", resp, err)
	}
}

// TestNonces: no two requests are alike.
func TestNonces(t *testing.T) {
	c := New("http://127.0.0.1/", Options{})
	seen := map[string]bool{}
	for range 20 {
		q, err := c.request(sigalg.SHA256, hashed[:])
		if err != nil || seen[string(q)] {
			t.Fatal("twice the same request", err)
		}
		seen[string(q)] = true
	}
}

func ExampleClient_Timestamp() {
	// The address is that of an authority of your choice.
	c := New("http://127.0.0.1:1/", Options{Timeout: time.Second})
	_, err := c.Timestamp(context.Background(), sigalg.SHA256, hashed[:])
	fmt.Println(errors.Is(err, ErrUnreachable))
	// Output: true
}
