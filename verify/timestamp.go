package verify

import (
	"bytes"
	"context"
	"errors"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/tsa"
)

// Timestamp judges one token whose data the caller knows by its digest, in
// the algorithm of the token's imprint; nil where it does not, which never
// passes. The report has the token as the document.
func (v *Verifier) Timestamp(ctx context.Context, tok *tsa.Token, imprint []byte) (*Report, error) {
	if tok == nil {
		return nil, errors.New("verify: nil time-stamp token")
	}
	o := eseal.Options{Limits: v.limits}
	if imprint != nil {
		o.Digests = []eseal.KnownDigest{{Algorithm: tok.Info.ImprintDigest, Value: imprint}}
	}
	doc, err := eseal.Open(ctx, bytes.NewReader(tok.Raw), int64(len(tok.Raw)), o)
	if err != nil {
		return nil, err
	}
	return v.Verify(ctx, doc)
}
