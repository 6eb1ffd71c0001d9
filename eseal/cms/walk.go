package cms

import (
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/purse"
)

// What one item costs the purse in octets of memory: six times its size, which
// is what a long list costs in all while it grows by quarters. A hostile item
// may be two octets long in the input; real messages have some hundred items.
const (
	costSlice       = 6 * 24
	costAlgorithm   = 6 * 64
	costAttribute   = 8 * 64
	costCertificate = 6 * 80
	costRef         = 6 * 200 // with its serial number or error
	costNote        = 6 * 200 // with its parameters
	costSigner      = 4 << 10 // with room for attributes, or its error
)

// pay takes the cost of one item.
func pay(p *purse.Purse, octets int64) error { return p.Take(purse.Bytes, octets) }

// The steps below do what Expect and ExpectEnter of [ber.Reader] do, but hand
// on slices in place of whole elements: copying elements was half the time
// that a message cost.

// enter reads one constructed element with the given tag, sets in to its
// contents and gives its octets; what names it in the error.
func enter(r *ber.Reader, tag ber.Tag, what string, in *ber.Reader) ([]byte, error) {
	e, err := r.Next()
	if err != nil || e.Tag != tag {
		return nil, unexpected(e.Tag, e.Offset, tag, what, err)
	}
	if *in, err = r.Enter(e); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return e.Raw, nil
}

// element reads one element with the given tag and gives its octets.
func element(r *ber.Reader, tag ber.Tag, what string) ([]byte, error) {
	e, err := r.Next()
	if err != nil || e.Tag != tag {
		return nil, unexpected(e.Tag, e.Offset, tag, what, err)
	}
	return e.Raw, nil
}

// objectID reads one OBJECT IDENTIFIER.
func objectID(r *ber.Reader, what string) (ber.OID, error) {
	e, err := r.Next()
	if err != nil || e.Tag != ber.ObjectID {
		return "", unexpected(e.Tag, e.Offset, ber.ObjectID, what, err)
	}
	id, err := e.OID()
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	return id, nil
}

// octets reads one OCTET STRING, constructed ones joined.
func octets(r *ber.Reader, what string) ([]byte, error) {
	e, err := r.Next()
	if err != nil || e.Tag != ber.OctetString {
		return nil, unexpected(e.Tag, e.Offset, ber.OctetString, what, err)
	}
	if !e.Constructed {
		return e.Body, nil
	}
	b, err := r.Octets(e)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return b, nil
}

// version reads a CMSVersion (RFC 5652 10.2.5).
func version(r *ber.Reader) (int, error) {
	e, err := r.Next()
	if err != nil || e.Tag != ber.Integer {
		return 0, unexpected(e.Tag, e.Offset, ber.Integer, "version", err)
	}
	v, err := e.Int64()
	if err == nil && (v < 0 || v > 1<<15) {
		err = fmt.Errorf("octet %d: %d is out of range", e.Offset, v)
	}
	if err != nil {
		return 0, fmt.Errorf("version: %w", err)
	}
	return int(v), nil
}

// unexpected is the error for an element that is missing, broken, or of
// another tag.
func unexpected(got ber.Tag, off int, want ber.Tag, what string, err error) error {
	if err == nil {
		err = &ber.SyntaxError{Offset: off, Msg: fmt.Sprintf("%s found where %s is needed", got, want)}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// cause is an error without its place, where the note has the place.
func cause(err error) string {
	var syntax *ber.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Msg
	}
	return err.Error()
}

// countedFrom says where the octets of an error are counted from, when that is not
// the start of the message: what follows streamed content is read by itself.
func countedFrom(base int64, err error) error {
	if base <= 0 || err == nil {
		return err
	}
	return fmt.Errorf("counted from octet %d: %w", base, err)
}
