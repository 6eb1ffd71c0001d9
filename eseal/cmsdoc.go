package eseal

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa"
)

const oidTSTInfo ber.OID = "1.2.840.113549.1.9.16.1.4"

// readCMS reads everything that is ASN.1 at heart: a message, a bare token, a
// time-stamp response, and each of them in a text wrapping.
func (b *builder) readCMS() error {
	if b.in.size == 0 {
		b.unreadable(errors.New("the file is empty"))
		return nil
	}
	content := b.detached()
	if b.absent && b.facts.Wrapped != nil {
		return b.rewrapped(content)
	}
	first := make([]byte, min(b.in.size, sniffed))
	if _, err := b.in.ReadAt(first, 0); b.in.err != nil {
		return err
	}
	if first[0] == 0x30 {
		return b.readDER(b.in, b.in.size, first, content)
	}
	if b.in.size > maxArmoured {
		b.unreadable(fmt.Errorf("%w, and text of %d octets is too much to look for one", errNoFormat, b.in.size))
		return nil
	}
	data, err := b.octets(b.in, b.in.size)
	if err != nil {
		return b.orUnreadable(err)
	}
	der, inner, err := unarmour(data)
	b.beside = beside(data)
	if err == nil {
		err = b.purse.Take(purse.Bytes, int64(len(der)+len(inner)))
	}
	if err != nil {
		b.unreadable(err)
		return nil
	}
	if inner != nil {
		content = b.add(memorySource("content", inner))
		content.apart = true
	}
	b.taken.wrapped(der, inner, b.beside)
	b.level()
	return b.readDER(bytes.NewReader(der), int64(len(der)), der[:min(len(der), sniffed)], content)
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

// readDER tells a message from a response by the first element inside: an
// object identifier or a sequence (PKIStatusInfo, RFC 3161 2.4.2).
func (b *builder) readDER(r io.ReaderAt, size int64, first []byte, content *source) error {
	if in, ok := inside(first); ok && bytes.HasPrefix(in, []byte{0x30}) {
		return b.readResponse(r, size, content)
	}
	sd, err := cms.Open(r, size, b.purse)
	if err != nil {
		b.unreadable(err) // Open returns a failure of the medium instead
		return nil
	}
	if sd.ContentType == oidTSTInfo {
		return b.bareToken(r, size, content)
	}
	b.doc.Format = FormatCMS
	b.message(sd, content)
	return b.embeddedRecords(sd, b.doc.Signatures, content, func() ([]byte, error) { return b.messageOctets(r, size) })
}

func (b *builder) message(sd *cms.SignedData, detached *source) {
	src := detached
	attached := sd.Content != nil
	if attached {
		c := sd.Content
		src = b.add(newSource("content"))
		src.size, src.open = c.Size(), c.Reader
	}
	b.bag(sd, "message")
	b.beside = b.beside || slices.ContainsFunc(sd.Notes, func(n note.Note) bool { return n.Code == cms.CodeTrailing })
	if !attached && len(b.given) == 1 {
		src.held = true
	}
	for _, si := range sd.Signers {
		s := b.signer(sd, si, src)
		for _, g := range b.given {
			g.want(s.DigestAlgorithm)
			g.want(sigalg.SHA256)
		}
		if b.beside {
			s.Notes = append(s.Notes, note.New(CodeBeside, "file", nil))
		}
		s.label(false, "")
		s.Level = cadesLevel(s, sd)
		s.Content = b.content(src, s, attached, sd.ContentType)
		b.doc.Signatures = append(b.doc.Signatures, s)
	}
}

// content describes the signed data; its SHA-256 comes with the same pass. Of
// several detached files it is the one that the signature names, if any.
func (b *builder) content(src *source, s *Signature, attached bool, t ber.OID) *Content {
	c := &Content{Attached: attached, Type: t}
	src.want(sigalg.SHA256)
	b.later = append(b.later, func() {
		one := src.signed(s.References)
		if one == nil {
			c.Known = true
			return
		}
		c.Known, c.ByDigest, c.Name, c.Size, c.SHA256 = !one.missing(), one.byDigest, one.file, one.size, one.known[sigalg.SHA256]
	})
	return c
}

// detached is the content that the caller gave: files, digests, or none.
func (b *builder) detached() *source {
	var all []*source
	for _, d := range b.o.Detached {
		s := b.add(newSource("content"))
		if d.recorded {
			s.file, s.size, s.open, s.recorded = d.Name, d.Size, notKept, true
			all = append(all, s)
			continue
		}
		m := b.medium(cmp.Or(d.Name, "detached content"), d.R, d.Size)
		s.file, s.size, s.open = d.Name, d.Size, func() io.Reader { return io.NewSectionReader(m, 0, m.size) }
		all = append(all, s)
	}
	var by *source
	for _, k := range b.o.Digests {
		if by == nil || by.known[k.Algorithm] != nil { // a second one by the same algorithm is of other content
			by = b.add(newSource("content"))
			by.byDigest = true
			all = append(all, by)
		}
		by.known[k.Algorithm] = k.Value
	}
	if len(all) == 0 {
		return b.add(newSource("content"))
	}
	b.given = all
	all[0].others = all[1:]
	return all[0]
}

func (b *builder) bareToken(r io.ReaderAt, size int64, content *source) error {
	raw, err := b.tokenOctets(r, size)
	if err != nil {
		return b.orUnreadable(err)
	}
	b.doc.Format = FormatTimestamp
	t := b.token(DocumentTimestamp, raw, content)
	content.held = len(b.given) == 1
	t.Request = b.request
	b.doc.Timestamps = append(b.doc.Timestamps, t)
	return nil
}

// maxToken bounds a token or response; the largest real one of the corpora has 35 KB.
const maxToken = 16 << 20

func (b *builder) tokenOctets(r io.ReaderAt, size int64) ([]byte, error) {
	if size > maxToken {
		return nil, &purse.Empty{Kind: purse.Bytes, Limit: maxToken}
	}
	return b.octets(r, size)
}

// octets holds a file in memory.
func (b *builder) octets(r io.ReaderAt, size int64) ([]byte, error) {
	if err := b.purse.Take(purse.Bytes, size); err != nil {
		return nil, err
	}
	raw := make([]byte, size)
	if _, err := r.ReadAt(raw, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return raw, nil
}

func (b *builder) readResponse(r io.ReaderAt, size int64, content *source) error {
	raw, err := b.tokenOctets(r, size)
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
	b.doc.Notes = append(b.doc.Notes, resp.Notes...)
	if len(resp.TokenRaw) == 0 {
		return nil
	}
	t := b.token(DocumentTimestamp, resp.TokenRaw, content)
	content.held = len(b.given) == 1
	t.Response, t.Request = resp, b.request
	b.doc.Timestamps = append(b.doc.Timestamps, t)
	return nil
}

// maxNesting bounds time-stamps in the unsigned attributes of time-stamps: one
// gets a new one when its own certificate ends, every ten years or so.
const maxNesting = 16

// token reads one time-stamp token. src is what its imprint should be over;
// nil where this version does not build the octets (archive time-stamps).
func (b *builder) token(kind string, raw []byte, src *source) *Timestamp {
	return b.tokenBy(kind, src, func() (*tsa.Token, error) { return tsa.ParseToken(raw, b.purse) })
}

// tokenBy is token for one that somebody else reads.
func (b *builder) tokenBy(kind string, src *source, parse func() (*tsa.Token, error)) *Timestamp {
	t := &Timestamp{Kind: kind}
	b.nesting++
	defer func() { b.nesting-- }()
	if b.entries > maxEntries {
		t.Err = errTooMany
		return t
	}
	if b.nesting > maxNesting {
		t.Err = fmt.Errorf("time-stamps within time-stamps: %w", b.purse.TooDeep())
		return t
	}
	tok, err := parse()
	if err != nil {
		t.Err = err
		return t
	}
	t.Token = tok
	t.Notes = tok.Notes
	own := b.add(memorySource("time-stamp information", tok.Info.Raw))
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
