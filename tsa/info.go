package tsa

import (
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

const (
	oidQCStatements ber.OID = "1.3.6.1.5.5.7.1.3"
	oidQualified    ber.OID = "0.4.0.19422.1.1" // esi4-qtstStatement-1
)

// maxSerialOctets: "clients MUST be able to handle integers of up to 160 bits" (RFC 3161 2.4.2).
const maxSerialOctets = 21

// An infoReader reads one TSTInfo and notes what is odd.
type infoReader struct {
	in    ber.Reader
	purse *purse.Purse
	info  Info
	notes []note.Note
}

func (r *infoReader) note(code note.Code, where string, params note.Params) {
	r.notes = append(r.notes, note.New(code, "TSTInfo."+where, params))
}

// readInfo reads
//
//	TSTInfo ::= SEQUENCE {
//	    version        INTEGER { v1(1) },
//	    policy         TSAPolicyId,
//	    messageImprint MessageImprint,
//	    serialNumber   INTEGER,
//	    genTime        GeneralizedTime,
//	    accuracy       Accuracy OPTIONAL,
//	    ordering       BOOLEAN DEFAULT FALSE,
//	    nonce          INTEGER OPTIONAL,
//	    tsa            [0] GeneralName OPTIONAL,
//	    extensions     [1] IMPLICIT Extensions OPTIONAL }
//
// Without version, imprint, number or time there is no token; what follows
// them is noted where it cannot be read.
func readInfo(octets []byte, p *purse.Purse) (Info, []note.Note, error) {
	outer := ber.NewReader(octets, p)
	seq, in, err := outer.ExpectEnter(ber.Sequence, "TSTInfo")
	if err != nil {
		return Info{}, nil, err
	}
	r := &infoReader{in: in, purse: p, info: Info{Raw: octets}}
	if !outer.Empty() {
		r.note(CodeInfoElement, "", note.Params{"what": itoa(len(octets)-len(seq.Raw)) + " octets after it"})
	}
	for _, read := range []func() error{r.version, r.policy, r.imprint, r.serial, r.genTime, r.optional} {
		if err := read(); err != nil {
			return Info{}, nil, fmt.Errorf("TSTInfo: %w", err)
		}
	}
	return r.info, r.notes, nil
}

func (r *infoReader) version() error {
	e, err := r.in.Expect(ber.Integer, "version")
	if err != nil {
		return err
	}
	v, err := e.Int64()
	if err != nil {
		return err
	}
	r.info.Version = int(v)
	if v != 1 {
		r.note(CodeVersion, "version", note.Params{"version": fmt.Sprint(v)})
	}
	return nil
}

// policy may be broken without harm to the time: a Polish TSA writes it as text.
func (r *infoReader) policy() error {
	e, err := r.in.Expect(ber.ObjectID, "policy")
	if err != nil {
		return err
	}
	if r.info.Policy, err = e.OID(); err != nil {
		r.note(CodePolicy, "policy", note.Params{"octets": fmt.Sprintf("%x", e.Body)})
	}
	return nil
}

func (r *infoReader) imprint() (err error) {
	r.info.ImprintAlgorithm, r.info.Imprint, err = readImprint(&r.in, r.purse)
	if err != nil {
		return err
	}
	r.info.ImprintDigest = sigalg.DigestByOID(r.info.ImprintAlgorithm.OID)
	switch d := r.info.ImprintDigest; {
	case d == 0:
		r.note(CodeImprintAlgorithm, "messageImprint", note.Params{"oid": r.info.ImprintAlgorithm.OID.Name()})
	case len(r.info.Imprint) != d.Size():
		r.note(CodeImprintLength, "messageImprint", note.Params{"digest": d.Name(), "octets": itoa(len(r.info.Imprint))})
	}
	return nil
}

// readImprint reads MessageImprint ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashedMessage OCTET STRING }.
func readImprint(r *ber.Reader, p *purse.Purse) (cert.Algorithm, []byte, error) {
	_, in, err := r.ExpectEnter(ber.Sequence, "messageImprint")
	if err != nil {
		return cert.Algorithm{}, nil, err
	}
	id, err := in.Expect(ber.Sequence, "hashAlgorithm")
	if err != nil {
		return cert.Algorithm{}, nil, err
	}
	a, err := cert.ParseAlgorithm(id.Raw, p)
	if err != nil {
		return a, nil, fmt.Errorf("hashAlgorithm: %w", err)
	}
	h, err := in.Expect(ber.OctetString, "hashedMessage")
	if err != nil {
		return a, nil, err
	}
	octets, err := in.Octets(h)
	if err == nil && !in.Empty() {
		err = fmt.Errorf("octet %d: an element follows hashedMessage", in.Offset())
	}
	return a, octets, err
}

func (r *infoReader) serial() error {
	e, err := r.in.Expect(ber.Integer, "serialNumber")
	if err != nil {
		return err
	}
	if r.info.Serial, err = e.Int(); err != nil {
		return err
	}
	if r.info.Serial.Sign() < 0 || len(e.Body) > maxSerialOctets {
		r.note(CodeSerial, "serialNumber", note.Params{"octets": itoa(len(e.Body))})
	}
	return nil
}

func (r *infoReader) genTime() error {
	e, err := r.in.Expect(ber.GeneralizedTime, "genTime")
	if err != nil {
		return err
	}
	t, der, err := e.Time()
	if err != nil {
		return fmt.Errorf("genTime: %w", err)
	}
	r.info.GenTime = t
	if !der {
		r.note(CodeGenTime, "genTime", note.Params{"value": string(e.Body)})
	}
	return nil
}

// optional reads what may follow genTime. Elements out of order or unknown
// are noted and stepped over.
func (r *infoReader) optional() error {
	order := []ber.Tag{ber.Sequence, ber.Boolean, ber.Integer, ber.Context(0), ber.Context(1)}
	next := 0
	for !r.in.Empty() {
		e, err := r.in.Next()
		if err != nil {
			return err
		}
		at := next
		for at < len(order) && order[at] != e.Tag {
			at++
		}
		if at == len(order) {
			r.note(CodeInfoElement, "", note.Params{"what": e.Tag.String()})
			continue
		}
		next = at + 1
		if err := r.field(at, e); err != nil {
			return err
		}
	}
	return nil
}

func (r *infoReader) field(at int, e ber.Element) (err error) {
	switch at {
	case 0:
		return r.accuracy(e)
	case 1:
		r.info.Ordering, err = e.Bool()
	case 2:
		r.info.Nonce, err = e.Int()
	case 3:
		// [0] is explicit, GeneralName being a CHOICE (X.680 31.2.7).
		name, err := cert.ParseGeneralName(e.Body, r.purse)
		if err != nil {
			r.note(CodeTSAName, "tsa", note.Params{"reason": err.Error()})
			return nil
		}
		r.info.TSA = &name
	case 4:
		return r.extensions(e)
	}
	return err
}

// accuracy reads Accuracy ::= SEQUENCE { seconds INTEGER OPTIONAL, millis [0]
// INTEGER (1..999) OPTIONAL, micros [1] INTEGER (1..999) OPTIONAL }. Values
// out of range count as they stand, so that the interval is never too small.
func (r *infoReader) accuracy(e ber.Element) error {
	in, err := r.in.Enter(e)
	if err != nil {
		return err
	}
	r.info.HasAccuracy = true
	units := []struct {
		tag  ber.Tag
		unit time.Duration
		max  int64
	}{{ber.Integer, time.Second, math.MaxInt32}, {ber.Context(0), time.Millisecond, 999}, {ber.Context(1), time.Microsecond, 999}}
	for _, u := range units {
		v, ok, err := in.Optional(u.tag)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		n, err := v.Int64()
		if err != nil {
			return fmt.Errorf("accuracy: %w", err)
		}
		if n < 0 || n > u.max || n == 0 && u.max == 999 {
			r.note(CodeAccuracy, "accuracy", note.Params{"value": fmt.Sprint(n), "unit": u.unit.String()})
		}
		n = max(n, 0)
		r.info.Accuracy += time.Duration(min(n, math.MaxInt32)) * u.unit
	}
	if !in.Empty() {
		r.note(CodeAccuracy, "accuracy", note.Params{"value": "an element that it does not have", "unit": "-"})
	}
	return nil
}

// extensions reads Extensions (RFC 5280 4.1). An unknown critical one is the
// court's to refuse (RFC 3161 2.4.2).
func (r *infoReader) extensions(e ber.Element) error {
	in, err := r.in.Enter(e)
	if err != nil {
		return err
	}
	list, err := readExtensions(&in)
	if err != nil {
		return err
	}
	r.info.Extensions = list
	for _, x := range list {
		switch {
		case x.OID == oidQCStatements:
			r.info.Qualified = r.info.Qualified || r.names(x.Value, oidQualified)
		case x.Critical:
			r.note(CodeCriticalExtension, "extensions", note.Params{"oid": x.OID.Name()})
		}
	}
	return nil
}

// readExtensions reads what is left of a SEQUENCE OF Extension.
func readExtensions(in *ber.Reader) ([]cert.Extension, error) {
	var list []cert.Extension
	for !in.Empty() {
		e, x, err := in.ExpectEnter(ber.Sequence, "extension")
		if err != nil {
			return nil, err
		}
		id, err := x.Expect(ber.ObjectID, "extnID")
		if err != nil {
			return nil, err
		}
		ext := cert.Extension{Raw: e.Raw}
		if ext.OID, err = id.OID(); err != nil {
			return nil, err
		}
		if b, ok, err := x.Optional(ber.Boolean); err != nil {
			return nil, err
		} else if ok {
			if ext.Critical, err = b.Bool(); err != nil {
				return nil, err
			}
		}
		v, err := x.Expect(ber.OctetString, "extnValue")
		if err != nil {
			return nil, err
		}
		if ext.Value, err = x.Octets(v); err != nil {
			return nil, err
		}
		list = append(list, ext)
	}
	return list, nil
}

// names tells whether QCStatements, SEQUENCE OF SEQUENCE { statementId OBJECT
// IDENTIFIER, ... }, has this statement.
func (r *infoReader) names(statements []byte, want ber.OID) bool {
	outer := ber.NewReader(statements, r.purse)
	_, in, err := outer.ExpectEnter(ber.Sequence, "QCStatements")
	for err == nil && !in.Empty() {
		var one ber.Reader
		if _, one, err = in.ExpectEnter(ber.Sequence, "QCStatement"); err != nil {
			break
		}
		id, e := one.Expect(ber.ObjectID, "statementId")
		if oid, _ := id.OID(); e == nil && oid == want {
			return true
		}
	}
	return false
}

// sameInt compares two optional integers.
func sameInt(a, b *big.Int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Cmp(b) == 0
}
