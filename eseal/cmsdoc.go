package eseal

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/tsa"
)

const oidTSTInfo ber.OID = "1.2.840.113549.1.9.16.1.4"

// readCMS reads everything that is ASN.1 at heart: a message, a bare token, a
// time-stamp response, and each of them in a text wrapping.
func (b *builder) readCMS() error {
	content := b.detached()
	if b.size == 0 {
		b.unreadable(errors.New("the file is empty"))
		return nil
	}
	first := make([]byte, min(b.size, 64))
	if _, err := b.in.ReadAt(first, 0); err != nil && !errors.Is(err, io.EOF) {
		return readError(err)
	}
	if first[0] == 0x30 {
		return b.readDER(b.in, b.size, first, content)
	}
	data, err := b.whole(maxArmoured)
	if err != nil {
		return b.orUnreadable(err)
	}
	der, inner, ok := unarmour(data)
	if !ok {
		b.unreadable(errors.New("the file is none of the formats that this program knows"))
		return nil
	}
	if inner != nil {
		content = b.add(memorySource("content", inner))
	}
	return b.readDER(bytes.NewReader(der), int64(len(der)), der[:min(len(der), 64)], content)
}

func (b *builder) unreadable(err error) {
	b.doc.Format = FormatUnknown
	b.doc.Unreadable = err
}

// orUnreadable keeps apart the medium, which fails the call, from the limits,
// which make the document unreadable.
func (b *builder) orUnreadable(err error) error {
	var empty *purse.Empty
	if errors.As(err, &empty) {
		b.unreadable(err)
		return nil
	}
	return err
}

// whole holds the file in memory, up to a bound.
func (b *builder) whole(bound int64) ([]byte, error) {
	if b.size > bound {
		return nil, fmt.Errorf("%d octets of text: %w", b.size, &purse.Empty{Kind: purse.Bytes, Limit: bound})
	}
	if err := b.purse.Take(purse.Bytes, b.size); err != nil {
		return nil, err
	}
	data := make([]byte, b.size)
	if n, err := b.in.ReadAt(data, 0); int64(n) < b.size {
		return nil, readError(err)
	}
	return data, nil
}

// readDER tells a message from a response by the first element inside: an
// object identifier or a sequence (PKIStatusInfo, RFC 3161 2.4.2).
func (b *builder) readDER(r io.ReaderAt, size int64, first []byte, content *source) error {
	if isResponse(first) {
		return b.readResponse(r, size, content)
	}
	sd, err := cms.Open(r, size, b.purse)
	if err != nil {
		if ctx := b.ctx.Err(); ctx != nil {
			return ctx
		}
		b.unreadable(err)
		return nil
	}
	if sd.ContentType == oidTSTInfo {
		return b.bareToken(r, size, content)
	}
	b.doc.Format = FormatCMS
	b.doc.Notes = append(b.doc.Notes, sd.Notes...)
	b.message(sd, content)
	return nil
}

func isResponse(first []byte) bool {
	if len(first) < 4 {
		return false
	}
	n := 2
	if first[1] > 0x80 {
		n += int(first[1] & 0x7f)
	}
	return n < len(first) && first[n] == 0x30
}

func (b *builder) message(sd *cms.SignedData, detached *source) {
	src := detached
	attached := sd.Content != nil
	if attached {
		c := sd.Content
		src = b.add(&source{name: "content", size: c.Size(), open: c.Reader})
		src.init()
	}
	b.bag(sd, "message")
	for _, si := range sd.Signers {
		s := b.signer(sd, si, src)
		s.label(false, "")
		s.Level = cadesLevel(s, sd)
		s.Content = b.content(src, attached, sd.ContentType)
		b.doc.Signatures = append(b.doc.Signatures, s)
	}
}

// content describes the signed data; its SHA-256 comes with the same pass.
func (b *builder) content(src *source, attached bool, t ber.OID) *Content {
	c := &Content{Attached: attached, Known: !src.missing() || len(src.known) > 0, ByDigest: src.byDigest, Name: src.file, Size: src.size, Type: t}
	src.want(sha256Digest)
	b.later = append(b.later, func() { c.SHA256 = src.known[sha256Digest] })
	return c
}

// detached is the content that the caller gave: files, digests, or none.
func (b *builder) detached() *source {
	var all []*source
	for _, d := range b.o.Detached {
		s := b.add(&source{name: "content", file: d.Name, size: d.Size, open: func() io.Reader { return io.NewSectionReader(d.R, 0, d.Size) }})
		s.init()
		all = append(all, s)
	}
	if len(b.o.Digests) > 0 {
		s := b.add(&source{name: "content"})
		s.init()
		for _, k := range b.o.Digests {
			s.known[k.Algorithm] = k.Value
		}
		s.byDigest = true
		all = append(all, s)
	}
	if len(all) == 0 {
		s := b.add(&source{name: "content"})
		s.init()
		return s
	}
	all[0].others = all[1:]
	return all[0]
}

func (b *builder) bareToken(r io.ReaderAt, size int64, content *source) error {
	raw, err := b.octets(r, size)
	if err != nil {
		return b.orUnreadable(err)
	}
	b.doc.Format = FormatTimestamp
	b.doc.Timestamps = append(b.doc.Timestamps, b.token(DocumentTimestamp, raw, content, nil))
	return nil
}

// maxToken bounds a token or response; the largest real one of the corpora has 35 KB.
const maxToken = 16 << 20

func (b *builder) octets(r io.ReaderAt, size int64) ([]byte, error) {
	if size > maxToken {
		return nil, &purse.Empty{Kind: purse.Bytes, Limit: maxToken}
	}
	if err := b.purse.Take(purse.Bytes, size); err != nil {
		return nil, err
	}
	raw := make([]byte, size)
	if n, err := r.ReadAt(raw, 0); int64(n) < size {
		return nil, readError(err)
	}
	return raw, nil
}

func (b *builder) readResponse(r io.ReaderAt, size int64, content *source) error {
	raw, err := b.octets(r, size)
	if err != nil {
		return b.orUnreadable(err)
	}
	resp, err := tsa.ParseResponse(raw, b.purse)
	if err != nil {
		b.unreadable(err)
		return nil
	}
	b.doc.Format = FormatTimestamp
	b.doc.Response = resp
	if len(resp.TokenRaw) == 0 {
		return nil
	}
	t := b.token(DocumentTimestamp, resp.TokenRaw, content, nil)
	t.Response = resp
	if len(b.o.Request) > 0 {
		req, err := tsa.ParseRequest(b.o.Request, b.purse)
		if err != nil {
			return fmt.Errorf("eseal: time-stamp request: %w", err)
		}
		t.Request = req
	}
	b.doc.Timestamps = append(b.doc.Timestamps, t)
	return nil
}

// token reads one time-stamp token. src is what its imprint should be over;
// nil where this version does not build the octets (archive time-stamps).
func (b *builder) token(kind string, raw []byte, src *source, of *Signature) *Timestamp {
	t := &Timestamp{Kind: kind}
	tok, err := tsa.ParseToken(raw, b.purse)
	if err != nil {
		t.Err = err
		return t
	}
	t.Token = tok
	t.Notes = tok.Notes
	own := b.add(memorySource("time-stamp information", nonNil(tok.Info.Raw)))
	t.Signature = &Signature{Err: errors.New("the token has no signer that can be read (RFC 3161 2.4.2)")}
	if tok.Signer != nil {
		t.Signature = b.signer(tok.CMS, tok.Signer, own)
	}
	t.Signature.label(false, "")
	b.bag(tok.CMS, kind+" time-stamp")
	b.imprint(t, src)
	return t
}

func (b *builder) imprint(t *Timestamp, src *source) {
	if src == nil {
		t.Imprint.Missing = true
		return
	}
	d := t.Token.Info.ImprintDigest
	t.Imprint.Over = src.name
	src.want(d)
	b.later = append(b.later, func() {
		for _, s := range src.all() {
			got := s.known[d]
			if got == nil {
				continue
			}
			if t.Imprint.Matches = bytes.Equal(got, t.Token.Info.Imprint); t.Imprint.Got == nil || t.Imprint.Matches {
				t.Imprint.Got = got
			}
			if t.Imprint.Matches {
				return
			}
		}
		t.Imprint.Missing = t.Imprint.Got == nil && d.Available()
	})
}
