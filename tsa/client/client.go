// Package client asks a time-stamp authority over HTTP (RFC 3161 3.4) and takes
// nothing from it that is not the answer to what was asked. It does not verify
// the token: whether the authority is to be trusted is for the court.
package client

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/digitorus/timestamp"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa"
)

// Defaults of Options, each with its origin.
const (
	// The largest real response of the corpora has 35 KB.
	DefaultMaxResponse = 1 << 20
	// Accredited services promise an answer within seconds; half a minute covers a queue.
	DefaultTimeout = 30 * time.Second
	// One hop to another host, one to a path: more is a loop.
	DefaultMaxRedirects = 2
)

// Options of a Client. The zero Options are the strict defaults.
type Options struct {
	HTTP          *http.Client  // transport and jar; nil: a plain one. Its redirect rule and timeout are not used
	Header        http.Header   // sent beside the client's own, for authorities that want credentials
	Policy        ber.OID       // empty: the authority's choice
	NoCertificate bool          // do not ask for the certificate of the authority
	MaxResponse   int64         // octets; 0: DefaultMaxResponse
	Timeout       time.Duration // of the whole exchange; 0: DefaultTimeout
	MaxRedirects  int           // 0: DefaultMaxRedirects; negative: none
	Limits        purse.Limits  // of reading the answer
}

// A Client asks one authority. It is safe for concurrent use.
type Client struct {
	url     string
	options Options
	http    *http.Client
}

// New makes a client of the authority at url. A bad address is the error of
// Timestamp.
func New(url string, o Options) *Client {
	if o.MaxResponse <= 0 {
		o.MaxResponse = DefaultMaxResponse
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxRedirects == 0 {
		o.MaxRedirects = DefaultMaxRedirects
	}
	c := &Client{url: url, options: o, http: &http.Client{}}
	if o.HTTP != nil {
		c.http.Transport, c.http.Jar = o.HTTP.Transport, o.HTTP.Jar
	}
	c.http.CheckRedirect = c.redirect
	return c
}

// redirect follows only what repeats the question: a redirect that turns POST
// into GET (301 to 303) asks nothing, and one away from https gives away what
// was protected.
func (c *Client) redirect(next *http.Request, via []*http.Request) error {
	switch last := via[len(via)-1]; {
	case len(via) > c.options.MaxRedirects:
		return fmt.Errorf("%w: more than %d", ErrRedirect, max(c.options.MaxRedirects, 0))
	case next.Method != http.MethodPost:
		return fmt.Errorf("%w: the request would become %s", ErrRedirect, next.Method)
	case next.URL.Scheme != "https" && (next.URL.Scheme != "http" || last.URL.Scheme == "https"):
		return fmt.Errorf("%w: from %s to %s", ErrRedirect, last.URL.Scheme, next.URL.Scheme)
	}
	return nil
}

// hashes are those that the request maker knows and that are fit for new time-stamps.
var hashes = map[sigalg.Digest]crypto.Hash{sigalg.SHA256: crypto.SHA256, sigalg.SHA384: crypto.SHA384, sigalg.SHA512: crypto.SHA512}

// Timestamp asks for a time-stamp over a digest value. The answer it returns
// is granted, holds a token, and the token answers this request: imprint,
// nonce, policy, certificate (RFC 3161 2.4.2). The error is *Error, or
// *sigalg.Unsupported for a digest that is not asked with.
func (c *Client) Timestamp(ctx context.Context, d sigalg.Digest, imprint []byte) (*tsa.Response, error) {
	query, err := c.request(d, imprint)
	if err != nil {
		return nil, err
	}
	asked, err := tsa.ParseRequest(query, nil)
	if err != nil {
		return nil, fmt.Errorf("time-stamp request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	body, err := c.post(ctx, query)
	if err != nil {
		return nil, c.failure(ctx, err)
	}
	resp, err := tsa.ParseResponse(body, purse.New(c.options.Limits))
	if err != nil {
		return nil, &Error{URL: c.url, Kind: ErrMalformed, Err: err}
	}
	if err := c.judge(resp, asked); err != nil {
		return nil, err
	}
	return resp, nil
}

// request makes a TimeStampReq with a nonce of 64 bits (RFC 3161 2.4.1).
func (c *Client) request(d sigalg.Digest, imprint []byte) ([]byte, error) {
	h, ok := hashes[d]
	if !ok {
		return nil, &sigalg.Unsupported{Name: d.String() + " for new time-stamps", OID: string(d.OID())}
	}
	if len(imprint) != d.Size() {
		return nil, fmt.Errorf("time-stamp request: %d octets are no %s digest; hash the data first", len(imprint), d)
	}
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, fmt.Errorf("time-stamp request: %w", err)
	}
	policy, err := arcs(c.options.Policy)
	if err != nil {
		return nil, err
	}
	r := timestamp.Request{HashAlgorithm: h, HashedMessage: imprint, Certificates: !c.options.NoCertificate, Nonce: nonce, TSAPolicyOID: policy}
	der, err := r.Marshal()
	if err != nil {
		return nil, fmt.Errorf("time-stamp request: %w", err)
	}
	return der, nil
}

func arcs(o ber.OID) (asn1.ObjectIdentifier, error) {
	if o == "" {
		return nil, nil
	}
	var out asn1.ObjectIdentifier
	for _, s := range strings.Split(string(o), ".") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("time-stamp request: policy %q is no object identifier", o)
		}
		out = append(out, n)
	}
	return out, nil
}

// post sends the query and returns the whole answer, within the limits.
func (c *Client) post(ctx context.Context, query []byte) ([]byte, error) {
	u, err := url.Parse(c.url)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%w: not an http or https address", ErrAddress)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(query))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	for k, v := range c.options.Header {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", "application/timestamp-query") // RFC 3161 3.4
	req.Header.Set("Accept", "application/timestamp-reply")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s", ErrHTTPStatus, resp.Status)
	}
	if !isReply(resp.Header.Get("Content-Type")) {
		return nil, fmt.Errorf("%w: %q", ErrContentType, resp.Header.Get("Content-Type"))
	}
	if resp.ContentLength > c.options.MaxResponse {
		return nil, fmt.Errorf("%w: %d octets announced, %d are read", ErrTooLarge, resp.ContentLength, c.options.MaxResponse)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.options.MaxResponse+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > c.options.MaxResponse {
		return nil, fmt.Errorf("%w: more than %d octets", ErrTooLarge, c.options.MaxResponse)
	}
	return body, nil
}

// isReply: RFC 3161 3.4, and the name of RFC 2510's drafts that some still send.
func isReply(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "application/timestamp-reply" || t == "application/timestamp-response")
}

// failure gives an error of the exchange its kind.
func (c *Client) failure(ctx context.Context, err error) error {
	for _, kind := range []error{ErrAddress, ErrHTTPStatus, ErrContentType, ErrTooLarge, ErrRedirect} {
		if errors.Is(err, kind) {
			return &Error{URL: c.url, Kind: kind, Err: err}
		}
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Error{URL: c.url, Kind: ErrTimeout, Err: err}
	case ctx.Err() != nil:
		return &Error{URL: c.url, Kind: ctx.Err(), Err: err}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{URL: c.url, Kind: ErrTruncated, Err: err}
	}
	return &Error{URL: c.url, Kind: ErrUnreachable, Err: err}
}

// unanswered is the kind of each way in which a token is not the answer.
// Certificates that were not asked for do no harm.
var unanswered = map[note.Code]error{
	tsa.CodeOtherImprint: ErrImprint, tsa.CodeOtherNonce: ErrNonce,
	tsa.CodeOtherPolicy: ErrPolicy, tsa.CodeNoCertificate: ErrNoCertificate,
}

// judge holds the answer against the question.
func (c *Client) judge(resp *tsa.Response, asked *tsa.Request) error {
	if !resp.Granted() {
		return &Error{URL: c.url, Kind: ErrRefused, Err: errors.New(resp.StatusText()), Response: resp}
	}
	if resp.Token == nil {
		err := resp.TokenErr
		if err == nil {
			err = errors.New("granted without a token")
		}
		return &Error{URL: c.url, Kind: ErrMalformed, Err: err, Response: resp}
	}
	for _, n := range resp.Token.Answers(asked) {
		if kind := unanswered[n.Code]; kind != nil {
			return &Error{URL: c.url, Kind: kind, Err: errors.New(n.String()), Response: resp}
		}
		resp.Notes = append(resp.Notes, n)
	}
	return nil
}
