package fetch

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
)

// items reads an answer of the network. Items and a failure may come together:
// what came is about something else than was asked, and may yet serve.
func (f *Fetcher) items(w evidence.Want, q question, got *fetched, p *purse.Purse) ([]*evidence.Item, *evidence.Failure) {
	origin := evidence.Fetched
	if got.confirmed {
		origin = evidence.Cache
	}
	items, failure := f.parse(w, got.stored, origin, p)
	if failure == nil && q.nonce != nil && items[0].OCSP.Nonce != nil && !bytes.Equal(items[0].OCSP.Nonce, q.nonce) {
		return nil, &evidence.Failure{Kind: evidence.OtherAnswer, Params: map[string]string{"what": "nonce"}, Err: errors.New("the answer has another nonce than the request")}
	}
	return items, failure
}

// parse reads octets as what the want asks for. A failure comes without its
// address.
func (f *Fetcher) parse(w evidence.Want, s evidence.Stored, origin evidence.Origin, p *purse.Purse) ([]*evidence.Item, *evidence.Failure) {
	if err := p.Take(purse.Bytes, int64(len(s.Raw))); err != nil {
		return nil, overBudget("", err)
	}
	var items []*evidence.Item
	var err error
	switch w.Type {
	case evidence.Certificate:
		items, err = f.certificates(s.Raw, origin, p)
	case evidence.List: // octets: whoever asks knows its form
		items = []*evidence.Item{f.parsed.NewItem(w.Type, s.Raw, origin, "", p)}
	case evidence.CRL, evidence.OCSP:
		items, err = f.single(w.Type, s.Raw, origin, p)
	default:
		err = fmt.Errorf("evidence of type %q is not fetched", w.Type)
	}
	var empty *purse.Empty
	var known *evidence.Failure
	switch {
	case errors.As(err, &known):
		return nil, known
	case errors.As(err, &empty):
		return nil, overBudget("", err)
	case err != nil:
		return nil, &evidence.Failure{Kind: evidence.Unparsable, Params: map[string]string{"found": whatIs(s.Raw), "reason": cut(err.Error())}, Err: err}
	}
	for _, it := range items {
		it.URL, it.FetchedAt = s.URL, s.FetchedAt
	}
	return answersTo(w, items)
}

// item parses one piece; octets after its end do not belong to it.
func (f *Fetcher) item(t evidence.Type, raw []byte, origin evidence.Origin, p *purse.Purse) (*evidence.Item, error) {
	it := f.parsed.NewItem(t, raw, origin, "", p)
	if it.Err != nil {
		return nil, it.Err
	}
	whole := raw
	switch {
	case it.Certificate != nil:
		whole = it.Certificate.Raw
	case it.CRL != nil:
		whole = it.CRL.Raw
	case it.OCSP != nil:
		whole = it.OCSP.Raw
	}
	if len(whole) != len(raw) {
		it = f.parsed.NewItem(t, whole, origin, "", p)
	}
	return it, it.Err
}

// blocks are the PEM blocks of an answer by type.
func blocks(raw []byte) (all []*pem.Block) {
	for b, rest := pem.Decode(raw); b != nil && len(all) <= maxCertificates; b, rest = pem.Decode(rest) {
		all = append(all, b)
	}
	return all
}

// single reads a CRL (RFC 5280 4.2.1.13: DER; PEM is met too) or an OCSP
// response (RFC 6960 A.2).
func (f *Fetcher) single(t evidence.Type, raw []byte, origin evidence.Origin, p *purse.Purse) ([]*evidence.Item, error) {
	if t == evidence.CRL && !isDER(raw) {
		for _, b := range blocks(raw) {
			if b.Type == "X509 CRL" {
				raw = b.Bytes
				break
			}
		}
	}
	it, err := f.item(t, raw, origin, p)
	if err != nil {
		return nil, err
	}
	return []*evidence.Item{it}, nil
}

func isDER(raw []byte) bool { return len(raw) > 0 && raw[0] == 0x30 }

// maxCertificates of one bundle; bridges of nations have some hundred.
const maxCertificates = 500

// certificates reads one certificate or a certs-only CMS message, in DER or PEM
// (RFC 5280 4.2.2.1).
func (f *Fetcher) certificates(raw []byte, origin evidence.Origin, p *purse.Purse) ([]*evidence.Item, error) {
	raws := [][]byte{raw}
	if !isDER(raw) {
		raws = nil
		for _, b := range blocks(raw) {
			switch b.Type {
			case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CMS", "PKCS #7 SIGNED DATA":
				raws = append(raws, b.Bytes)
			}
		}
	}
	var out []*evidence.Item
	var last error = errors.New("no certificate")
	for _, r := range raws {
		items, err := f.bundle(r, origin, p)
		var empty *purse.Empty
		var known *evidence.Failure
		if errors.As(err, &empty) || errors.As(err, &known) {
			return nil, err
		}
		if err != nil {
			last = err
		}
		if out = append(out, items...); len(out) > maxCertificates {
			return nil, tooMany()
		}
	}
	if len(out) == 0 {
		return nil, last
	}
	return out, nil
}

func tooMany() error {
	limit := fmt.Sprintf("%d certificates", maxCertificates)
	return &evidence.Failure{Kind: evidence.TooLarge, Params: map[string]string{"limit": limit}, Err: errors.New("more than " + limit)}
}

// bundle reads a certificate, or the certificates of a CMS message. Odd ones in
// a message cost only themselves.
func (f *Fetcher) bundle(raw []byte, origin evidence.Origin, p *purse.Purse) ([]*evidence.Item, error) {
	it, err := f.item(evidence.Certificate, raw, origin, p)
	var empty *purse.Empty
	switch {
	case err == nil && int64(len(it.Raw)) > f.limits.Certificate:
		return nil, tooLarge(f.limits.Certificate)
	case err == nil:
		return []*evidence.Item{it}, nil
	case errors.As(err, &empty):
		return nil, err
	}
	message, notCMS := cms.Parse(raw, p)
	if notCMS != nil {
		if errors.As(notCMS, &empty) {
			return nil, notCMS
		}
		return nil, err
	}
	if len(message.Certificates) > maxCertificates {
		return nil, tooMany()
	}
	return f.carried(message, origin, p)
}

// carried are the certificates of a CMS message that can be read.
func (f *Fetcher) carried(message *cms.SignedData, origin evidence.Origin, p *purse.Purse) (out []*evidence.Item, err error) {
	last := errors.New("a CMS message without certificates")
	for i := range message.Certificates {
		raw := message.Certificates[i].Raw
		if int64(len(raw)) > f.limits.Certificate {
			last = tooLarge(f.limits.Certificate)
			continue
		}
		it, err := f.item(evidence.Certificate, raw, origin, p)
		var empty *purse.Empty
		switch {
		case err == nil:
			out = append(out, it)
		case errors.As(err, &empty):
			return nil, err
		default: // attribute certificates too
			last = err
		}
	}
	if len(out) == 0 {
		return nil, last
	}
	return out, nil
}

// answersTo tells whether what was read speaks of what was asked. It is no
// judgement: the court looks at signatures, names and keys itself.
func answersTo(w evidence.Want, items []*evidence.Item) ([]*evidence.Item, *evidence.Failure) {
	other := func(what string) *evidence.Failure {
		return &evidence.Failure{Kind: evidence.OtherAnswer, Params: map[string]string{"what": what}, Err: errors.New("the answer is about something else: " + what)}
	}
	switch {
	case w.Type == evidence.OCSP && items[0].OCSP.Status != cert.ResponseSuccessful:
		status := items[0].OCSP.Status.String()
		return nil, &evidence.Failure{Kind: evidence.OCSPRefused, Params: map[string]string{"status": status}, Err: errors.New("OCSP response status " + status)}
	case w.Type == evidence.OCSP && !mentions(items[0].OCSP, w):
		return nil, other("certificate")
	case w.Type == evidence.Certificate && w.Target != nil && !issuerAmong(items, w.Target):
		return items, other("issuer")
	}
	return items, nil
}

func mentions(o *cert.OCSPResponse, w evidence.Want) bool {
	for _, r := range o.Responses {
		if same, err := r.ID.Matches(w.Target.RawIssuer, w.OCSPIssuer.PublicKey, w.Target.Serial); same || err != nil {
			return true // a hash that is not known here is for the court to tell
		}
	}
	return false
}

func issuerAmong(items []*evidence.Item, target *cert.Certificate) bool {
	for _, it := range items {
		if cert.NamesEqual(it.Certificate.RawSubject, target.RawIssuer) {
			return true
		}
	}
	return false
}

// whatIs says in a term of the report's catalogue what stands where evidence
// was expected.
func whatIs(raw []byte) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(raw[:min(len(raw), 1024)], []byte("\xef\xbb\xbf")), " \t\r\n")
	lower := strings.ToLower(string(head))
	switch {
	case len(head) == 0 && len(raw) <= 1024:
		return "found-nothing"
	case isDER(raw):
		return "found-asn1"
	case strings.HasPrefix(lower, "-----begin "):
		return "found-pem"
	case strings.HasPrefix(lower, "<!doctype html"), strings.Contains(lower, "<html"), strings.HasPrefix(http.DetectContentType(head), "text/html"):
		return "found-html"
	case strings.HasPrefix(http.DetectContentType(head), "text/"):
		return "found-text"
	}
	return "found-data"
}
