package tsa

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// A Status is a PKIStatus (RFC 3161 2.4.2).
type Status int

// The statuses that exist.
const (
	Granted Status = iota
	GrantedWithMods
	Rejection
	Waiting
	RevocationWarning
	RevocationNotification
)

var statusNames = []string{"granted", "grantedWithMods", "rejection", "waiting", "revocationWarning", "revocationNotification"}

// String is the name in RFC 3161.
func (s Status) String() string {
	if s >= 0 && int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("status(%d)", int(s))
}

// A Failure is one bit of PKIFailureInfo (RFC 3161 2.4.2).
type Failure int

var failureNames = map[Failure]string{0: "badAlg", 2: "badRequest", 5: "badDataFormat", 14: "timeNotAvailable",
	15: "unacceptedPolicy", 16: "unacceptedExtension", 17: "addInfoNotAvailable", 25: "systemFailure"}

// String is the name in RFC 3161.
func (f Failure) String() string {
	if n, ok := failureNames[f]; ok {
		return n
	}
	return fmt.Sprintf("failure(%d)", int(f))
}

// A Response is a TimeStampResp (RFC 3161 2.4.2).
type Response struct {
	Raw      []byte
	Status   Status
	Text     []string  // statusString
	Failures []Failure // failInfo, bits that are set
	TokenRaw []byte    // nil when there is none
	Token    *Token    // nil also when TokenErr says why
	TokenErr error
	Notes    []note.Note
}

// Granted tells whether the authority says that it gave a token.
func (r *Response) Granted() bool { return r.Status == Granted || r.Status == GrantedWithMods }

// A Request is a TimeStampReq (RFC 3161 2.4.1).
type Request struct {
	Raw              []byte
	Version          int
	ImprintAlgorithm cert.Algorithm
	ImprintDigest    sigalg.Digest // zero when ImprintAlgorithm is no known hash
	Imprint          []byte
	Policy           ber.OID  // empty: any
	Nonce            *big.Int // nil: none
	CertReq          bool
	Extensions       []cert.Extension
	Notes            []note.Note
}

// ParseResponse reads
//
//	TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken TimeStampToken OPTIONAL }
//
// A token that cannot be read is in TokenErr: the answer of the authority
// stands without it. A nil purse means the default limits.
func ParseResponse(der []byte, p *purse.Purse) (*Response, error) {
	if p == nil {
		p = purse.New(purse.Limits{})
	}
	outer := ber.NewReader(der, p)
	seq, in, err := outer.ExpectEnter(ber.Sequence, "TimeStampResp")
	if err != nil {
		return nil, err
	}
	r := &Response{Raw: seq.Raw}
	if !outer.Empty() {
		r.note(CodeTrailing, "TimeStampResp", note.Params{"octets": itoa(len(outer.Rest()))})
	}
	if err := r.readStatus(&in); err != nil {
		return nil, fmt.Errorf("TimeStampResp: %w", err)
	}
	if !in.Empty() {
		tok, err := in.Next()
		if err != nil {
			return nil, fmt.Errorf("timeStampToken: %w", err)
		}
		r.TokenRaw = tok.Raw
		r.Token, r.TokenErr = ParseToken(tok.Raw, p)
	}
	if !in.Empty() {
		r.note(CodeStatus, "TimeStampResp", note.Params{"what": "an element after the token"})
	}
	switch {
	case r.Granted() && r.TokenRaw == nil:
		r.note(CodeNoToken, "TimeStampResp", note.Params{"status": r.Status.String()})
	case !r.Granted() && r.TokenRaw != nil:
		r.note(CodeTokenOnRefusal, "TimeStampResp", note.Params{"status": r.Status.String()})
	}
	return r, nil
}

func (r *Response) note(code note.Code, where string, params note.Params) {
	r.Notes = append(r.Notes, note.New(code, where, params))
}

// readStatus reads
//
//	PKIStatusInfo ::= SEQUENCE { status PKIStatus, statusString PKIFreeText OPTIONAL, failInfo PKIFailureInfo OPTIONAL }
func (r *Response) readStatus(in *ber.Reader) error {
	_, info, err := in.ExpectEnter(ber.Sequence, "status")
	if err != nil {
		return err
	}
	e, err := info.Expect(ber.Integer, "PKIStatus")
	if err != nil {
		return err
	}
	v, err := e.Int64()
	if err != nil {
		return err
	}
	r.Status = Status(v)
	if v < 0 || v >= int64(len(statusNames)) {
		r.Status = -1 // never granted by a number cut short
		r.note(CodeStatus, "PKIStatusInfo.status", note.Params{"what": fmt.Sprint(v)})
	}
	if err := r.readText(&info); err != nil {
		return err
	}
	if bits, ok, err := info.Optional(ber.BitString); err != nil {
		return err
	} else if ok {
		if err := r.readFailures(bits); err != nil {
			return err
		}
	}
	if !info.Empty() {
		r.note(CodeStatus, "PKIStatusInfo", note.Params{"what": "an element that it does not have"})
	}
	return nil
}

// texts are the types that authorities write PKIFreeText in; UTF8String is the
// one that RFC 4210 5.1.1 knows. A CRL and a certificate of version 1 have an
// algorithm identifier in its place and must not look like a response.
var texts = map[ber.Tag]bool{
	ber.UTF8String: true, ber.PrintableString: true, ber.TeletexString: true, ber.IA5String: true,
	ber.VisibleString: true, ber.UniversalString: true, ber.BMPString: true,
}

func (r *Response) readText(in *ber.Reader) error {
	e, ok, err := in.Optional(ber.Sequence)
	if err != nil || !ok {
		return err
	}
	list, err := in.Enter(e)
	if err != nil {
		return err
	}
	for !list.Empty() {
		s, err := list.Next()
		if err != nil {
			return fmt.Errorf("statusString: %w", err)
		}
		if !texts[s.Tag] {
			return fmt.Errorf("statusString: %s is no text", s.Tag)
		}
		text, _ := s.Text()
		r.Text = append(r.Text, text)
	}
	return nil
}

func (r *Response) readFailures(e ber.Element) error {
	octets, unused, err := e.Bits()
	if err != nil {
		return fmt.Errorf("failInfo: %w", err)
	}
	for i := range min(8*len(octets)-unused, 256) {
		if octets[i/8]&(0x80>>(i%8)) == 0 {
			continue
		}
		f := Failure(i)
		r.Failures = append(r.Failures, f)
		if failureNames[f] == "" {
			r.note(CodeStatus, "PKIStatusInfo.failInfo", note.Params{"what": f.String()})
		}
	}
	return nil
}

// ParseRequest reads
//
//	TimeStampReq ::= SEQUENCE {
//	    version        INTEGER { v1(1) },
//	    messageImprint MessageImprint,
//	    reqPolicy      TSAPolicyId OPTIONAL,
//	    nonce          INTEGER OPTIONAL,
//	    certReq        BOOLEAN DEFAULT FALSE,
//	    extensions     [0] IMPLICIT Extensions OPTIONAL }
//
// A nil purse means the default limits.
func ParseRequest(der []byte, p *purse.Purse) (*Request, error) {
	if p == nil {
		p = purse.New(purse.Limits{})
	}
	outer := ber.NewReader(der, p)
	seq, in, err := outer.ExpectEnter(ber.Sequence, "TimeStampReq")
	if err != nil {
		return nil, err
	}
	r := &Request{Raw: seq.Raw}
	if !outer.Empty() {
		r.Notes = append(r.Notes, note.New(CodeTrailing, "TimeStampReq", note.Params{"octets": itoa(len(outer.Rest()))}))
	}
	if err := r.read(&in, p); err != nil {
		return nil, fmt.Errorf("TimeStampReq: %w", err)
	}
	return r, nil
}

func (r *Request) read(in *ber.Reader, p *purse.Purse) error {
	e, err := in.Expect(ber.Integer, "version")
	if err != nil {
		return err
	}
	v, err := e.Int64()
	if err != nil {
		return err
	}
	if r.Version = int(v); v != 1 {
		r.odd("version", fmt.Sprint(v))
	}
	if r.ImprintAlgorithm, r.Imprint, err = readImprint(in, p); err != nil {
		return err
	}
	r.ImprintDigest = sigalg.DigestByOID(r.ImprintAlgorithm.OID)
	for _, tag := range []ber.Tag{ber.ObjectID, ber.Integer, ber.Boolean, ber.Context(0)} {
		e, ok, err := in.Optional(tag)
		if err != nil {
			return err
		}
		if ok {
			if err := r.field(in, e); err != nil {
				return err
			}
		}
	}
	if !in.Empty() {
		r.odd("element", "one that it does not have")
	}
	return nil
}

func (r *Request) odd(where, what string) {
	r.Notes = append(r.Notes, note.New(CodeRequest, "TimeStampReq."+where, note.Params{"what": what}))
}

func (r *Request) field(in *ber.Reader, e ber.Element) (err error) {
	switch e.Tag {
	case ber.ObjectID:
		r.Policy, err = e.OID()
	case ber.Integer:
		r.Nonce, err = e.Int()
	case ber.Boolean:
		r.CertReq, err = e.Bool()
	default:
		var list ber.Reader
		if list, err = in.Enter(e); err == nil {
			r.Extensions, err = readExtensions(&list)
		}
	}
	return err
}

// StatusText is the answer of the authority in one line: "rejection (badAlg):
// we do not do that". The part after the colon is the authority's own and not
// to be trusted for anything.
func (r *Response) StatusText() string {
	var b strings.Builder
	b.WriteString(r.Status.String())
	for i, f := range r.Failures {
		sep := ", "
		if i == 0 {
			sep = " ("
		}
		b.WriteString(sep + f.String())
	}
	if len(r.Failures) > 0 {
		b.WriteByte(')')
	}
	if len(r.Text) > 0 {
		b.WriteString(": " + strings.Join(r.Text, "; "))
	}
	return b.String()
}
