package fetch

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1" // RFC 5019 2.1.1: the hash of a CertID that every responder knows; it protects nothing there
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/evidence"
)

// OIDs of a request.
const (
	oidSHA1      ber.OID = "1.3.14.3.2.26"
	oidOCSPNonce ber.OID = "1.3.6.1.5.5.7.48.1.2" // RFC 9654 2.1
)

const (
	idSequence = 0x30
	idInteger  = 0x02
	idOctets   = 0x04
	idOID      = 0x06
	idNull     = 0x05
)

func sequence(parts ...[]byte) []byte { return ber.Append(nil, idSequence, bytes.Join(parts, nil)) }

func objectID(o ber.OID) []byte { return ber.Append(nil, idOID, ber.EncodeOID(o)) }

// certID names the target as its issuer does (RFC 6960 4.1.1):
//
//	CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }
func certID(target, issuer *cert.Certificate) []byte {
	name, key := sha1.Sum(target.RawIssuer), sha1.Sum(issuer.PublicKey)
	return sequence(
		sequence(objectID(oidSHA1), []byte{idNull, 0}),
		ber.Append(nil, idOctets, name[:]), ber.Append(nil, idOctets, key[:]), ber.Append(nil, idInteger, target.RawSerial))
}

// ocspRequest is an OCSPRequest for one certificate, unsigned, with a nonce if
// one is given (RFC 6960 4.1.1).
func ocspRequest(target, issuer *cert.Certificate, nonce []byte) []byte {
	tbs := [][]byte{sequence(sequence(certID(target, issuer)))}
	if nonce != nil {
		inner := ber.Append(nil, idOctets, nonce)
		ext := sequence(objectID(oidOCSPNonce), ber.Append(nil, idOctets, inner))
		tbs = append(tbs, ber.Append(nil, 0xa2, sequence(ext)))
	}
	return sequence(sequence(tbs...))
}

// longestGET: RFC 6960 A.1 permits GET for requests below 255 octets in all.
const longestGET = 255

// ocspGET is the address of a request by GET (RFC 6960 A.1), or "" where it
// would be too long.
func ocspGET(server string, der []byte) string {
	if strings.ContainsAny(server, "?#") {
		return ""
	}
	at := strings.TrimSuffix(server, "/") + "/" + url.QueryEscape(base64.StdEncoding.EncodeToString(der))
	if len(at) >= longestGET {
		return ""
	}
	return at
}

// newNonce has the length that RFC 9654 2.1 asks for.
func newNonce() []byte {
	n := make([]byte, 32)
	rand.Read(n) // never fails
	return n
}

// ocspQuestions are the ways to ask one responder, in order: GET lets caches on
// the way answer, POST is what every responder knows. A nonce and a want that a
// cache did not serve go past caches.
func (f *Fetcher) ocspQuestions(w evidence.Want, server string) []question {
	post := question{}
	if f.options.Nonce {
		post.nonce = newNonce()
	}
	der := ocspRequest(w.Target, w.OCSPIssuer, post.nonce)
	post.request = request{method: http.MethodPost, url: server, body: der, contentType: "application/ocsp-request"}
	get := question{request: request{method: http.MethodGet, url: ocspGET(server, der)}}
	if get.request.url == "" || w.Anew || post.nonce != nil {
		return []question{post}
	}
	return []question{get, post}
}
