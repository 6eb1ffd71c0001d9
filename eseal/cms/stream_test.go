package cms

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// large is content that Open leaves in the file.
var large = bytes.Repeat([]byte("0123456789abcdef"), inlineContent/8)

// chunks writes a constructed OCTET STRING in pieces.
func chunks(b []byte, n int) []byte {
	var parts [][]byte
	for c := range slices.Chunk(b, n) {
		parts = append(parts, octetString(c))
	}
	return indef(0x24, parts...)
}

func streamed(data []byte) (*SignedData, error) {
	m := newMessage(nil)
	if err := m.stream(&scanner{src: bytes.NewReader(data), size: int64(len(data)), purse: m.sd.purse}); err != nil {
		return nil, err
	}
	return &m.sd, nil
}

// Whatever Parse reads, Open reads alike; only where the content lies differs.
func TestOpenReadsAsParse(t *testing.T) {
	for name, set := range map[string]func(*parts){
		"small":               func(*parts) {},
		"definite":            func(p *parts) { p.content = tlv(0xa0, octetString(large)) },
		"indefinite, chunks":  func(p *parts) { p.wrap, p.content = indef, indef(0xa0, chunks(large, 1000)) },
		"definite around BER": func(p *parts) { p.content = tlv(0xa0, chunks(large, 4096)) },
		"chunks of chunks": func(p *parts) {
			p.content = tlv(0xa0, tlv(0x24, chunks(large[:1<<20], 99999), chunks(large[1<<20:], 1<<19)))
		},
		"not an octet string":   func(p *parts) { p.content = tlv(0xa0, seq(octetString(large))) },
		"indefinite sequence":   func(p *parts) { p.content = tlv(0xa0, indef(0x30, octetString(large), indef(0x30))) },
		"bare":                  func(p *parts) { p.bare, p.content = true, tlv(0xa0, octetString(large)) },
		"bare and indefinite":   func(p *parts) { p.bare, p.wrap, p.content = true, indef, tlv(0xa0, octetString(large)) },
		"padding":               func(p *parts) { p.content, p.trailing = tlv(0xa0, octetString(large)), make([]byte, 100_000) },
		"garbage behind":        func(p *parts) { p.content, p.trailing = tlv(0xa0, octetString(large)), []byte{0, 1} },
		"detached, much behind": func(p *parts) { p.content, p.trailing = nil, make([]byte, 2<<20) },
		"large certificates":    func(p *parts) { p.certs = tlv(0xa0, seq(octetString(large))) },
		"content in pieces, small": func(p *parts) {
			p.content, p.certs = tlv(0xa0, chunks([]byte("content"), 2)), tlv(0xa0, seq(octetString(large)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			data := messageWith(set)
			want := mustParse(t, data)
			got, err := Open(bytes.NewReader(data), int64(len(data)), nil)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
			if got, err = streamed(data); err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
			if want.Content != nil && want.Content.Size() > inlineContent {
				if _, held := got.Content.Bytes(); held {
					t.Error("large content is held in memory")
				}
			}
		})
	}
}

// same compares what two readers say of one message.
func same(t *testing.T, got, want *SignedData) {
	t.Helper()
	view := func(sd *SignedData) []any {
		v := []any{sd.Version, sd.DigestAlgorithms, sd.ContentType, sd.CRLs, sd.OCSPs, sd.OtherRevocation,
			sd.Trailing, inOrder(sd.Notes), sd.RawCertificates, sd.RawCRLs, sd.RawDigestAlgorithms, sd.Content == nil}
		for _, c := range sd.Certificates {
			v = append(v, c.Kind, c.Raw)
		}
		for _, s := range sd.Signers {
			v = append(v, s.Raw, s.Err == nil, codes(s.Notes), s.Version, s.Issuer, s.SubjectKeyID, s.Signature,
				s.SignedAttrs, s.UnsignedAttrs, len(s.SignedForms()), len(s.CertRefs()))
		}
		encap, err := io.ReadAll(sd.EncapsulatedContentInfo())
		v = append(v, encap, err)
		if sd.Content != nil {
			content, err := io.ReadAll(sd.Content.Reader())
			v = append(v, content, err, sd.Content.Size())
		}
		return v
	}
	g, w := view(got), view(want)
	for i := range min(len(g), len(w)) {
		if !reflect.DeepEqual(g[i], w[i]) {
			t.Errorf("item %d: %.200v, want %.200v", i, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Errorf("%d items, want %d", len(g), len(w))
	}
}

// inOrder sorts notes: the two readers meet the end of the file at different times.
func inOrder(list []note.Note) []string {
	out := make([]string, 0, len(list))
	for _, n := range list {
		out = append(out, n.String())
	}
	slices.Sort(out)
	return out
}

func TestOpenRefuses(t *testing.T) {
	big := octetString(large)
	with := func(set func(*parts)) []byte {
		return messageWith(func(p *parts) { p.certs = tlv(0xa0, seq(big)); set(p) })
	}
	whole := with(func(*parts) {})
	for _, tc := range []struct {
		name, want string
		in         []byte
	}{
		{"cut", "claims", whole[:len(whole)-1]},
		{"set", "ContentInfo", set(big)},
		{"another type", "not signed data", seq(oid(oidData), big)},
		{"no type", "contentType", seq(null, big)},
		{"no content", "content", seq(oid(oidSignedData), big)},
		{"high tag", "no place", append([]byte{0x3f}, big...)},
		{"length of nine octets", "length has 9", append([]byte{0x30, 0x89}, big...)},
		{"huge length", "too large", append([]byte{0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, big...)},
		{"two contents", "ambiguous", with(func(p *parts) { p.content = tlv(0xa0, octetString(nil), octetString(nil)) })},
		{"two contents, indefinite", "ambiguous", with(func(p *parts) { p.content = indef(0xa0, octetString(nil), octetString(nil)) })},
		{"empty eContent", "eContent", with(func(p *parts) { p.content = tlv(0xa0) })},
		{"integer in the content", "inside a constructed octet string", with(func(p *parts) { p.content = tlv(0xa0, tlv(0x24, integer(1))) })},
		{"primitive indefinite", "primitive", with(func(p *parts) { p.content = tlv(0xa0, []byte{4, 0x80, 0, 0}) })},
		{"content claims more", "claims", with(func(p *parts) { p.content = tlv(0xa0, []byte{4, 0x70, 0, 0}) })},
		{"nested strings", "depth", with(func(p *parts) {
			p.content = tlv(0xa0, bytes.Repeat([]byte{0x24, 0x80}, 100), bytes.Repeat([]byte{0, 0}, 100))
		})},
		{"nested sequences", "depth", with(func(p *parts) {
			p.content = tlv(0xa0, bytes.Repeat([]byte{0x30, 0x80}, 100), bytes.Repeat([]byte{0, 0}, 100))
		})},
		{"no end-of-contents", "missing", with(func(p *parts) { p.content = tlv(0xa0, []byte{0x30, 0x80}) })},
		{"version is missing", "version", seq(oid(oidSignedData), tlv(0xa0, seq(set(), big)))},
		{"no encapContentInfo", "encapContentInfo", seq(oid(oidSignedData), tlv(0xa0, seq(integer(1), set(), set(), big)))},
		{"no eContentType", "eContentType", seq(oid(oidSignedData), tlv(0xa0, seq(integer(1), set(), seq(null), big)))},
		{"no signerInfos", "signerInfos", seq(oid(oidSignedData), tlv(0xa0, seq(integer(1), set(), seq(oid(oidData)), tlv(0xa0, big))))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if len(tc.in) <= inlineContent {
				t.Fatal("too small to be streamed")
			}
			_, err := Open(bytes.NewReader(tc.in), int64(len(tc.in)), nil)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v does not name %q", err, tc.want)
			}
			if _, err := Parse(tc.in, nil); err == nil {
				t.Error("Parse reads it")
			}
		})
	}
}

// shrinking is a file that becomes shorter after n octets were read.
type shrinking struct {
	data []byte
	left int
}

func (s *shrinking) ReadAt(b []byte, off int64) (int, error) {
	s.left -= len(b)
	if s.left < 0 {
		return bytes.NewReader(s.data[:len(s.data)/4]).ReadAt(b, off)
	}
	return bytes.NewReader(s.data).ReadAt(b, off)
}

func TestFileThatShrinks(t *testing.T) {
	data := messageWith(func(p *parts) { p.content = tlv(0xa0, octetString(large)) })
	file := &shrinking{data: data, left: 1 << 20}
	sd, err := Open(file, int64(len(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.Copy(io.Discard, sd.Content.Reader()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("content of a file that shrank: %v", err)
	}
	if _, err := io.Copy(io.Discard, sd.EncapsulatedContentInfo()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("encapContentInfo of a file that shrank: %v", err)
	}
	for _, size := range []int64{100, int64(len(data)) + 5<<20} {
		if _, err := Open(&shrinking{data: data, left: 0}, size+int64(len(data)), nil); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("file shorter than it said: %v", err)
		}
	}
	if _, err := Open(broken{}, 100, nil); !errors.Is(err, errDisk) {
		t.Errorf("disk error: %v", err)
	}
}

type broken struct{}

var errDisk = errors.New("disk")

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

// What stands beside SignedData in ContentInfo is noted, streamed or not.
func TestElementBesideSignedData(t *testing.T) {
	for _, w := range []func(byte, ...[]byte) []byte{tlv, indef} {
		p := goodMessage()
		p.bare = true
		for _, c := range []struct {
			data []byte
			want int
		}{
			{w(0x30, oid(oidSignedData), w(0xa0, p.bytes(), integer(1))), 1},
			{w(0x30, oid(oidSignedData), w(0xa0, p.bytes()), integer(1)), 1},
			{w(0x30, oid(oidSignedData), w(0xa0, p.bytes(), integer(1)), integer(1)), 2},
		} {
			want := mustParse(t, c.data)
			if got := codes(want.Notes); !slices.Equal(got, slices.Repeat([]note.Code{CodeUnknownElement}, c.want)) {
				t.Errorf("notes %v", want.Notes)
			}
			got, err := streamed(c.data)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
		}
	}
}

// Large content costs the purse nothing; what is held does.
func TestOpenHoldsOnlyTheRest(t *testing.T) {
	data := messageWith(func(p *parts) { p.content = tlv(0xa0, octetString(large)) })
	p := purse.New(purse.Limits{Bytes: 128 << 10})
	if _, err := Open(bytes.NewReader(data), int64(len(data)), p); err != nil {
		t.Errorf("2 MB of content under 128 KiB: %v", err)
	}
	data = messageWith(func(p *parts) { p.certs = tlv(0xa0, seq(octetString(large))) })
	var empty *purse.Empty
	if _, err := Open(bytes.NewReader(data), int64(len(data)), purse.New(purse.Limits{Bytes: 128 << 10})); !errors.As(err, &empty) {
		t.Errorf("2 MB of certificates under 128 KiB: %v", err)
	}
}

func TestContentInPieces(t *testing.T) {
	const pay = 16 << 10 // for the rest of the message
	p := purse.New(purse.Limits{Bytes: pay})
	data := messageWith(func(p *parts) { p.content = tlv(0xa0, chunks([]byte("content in pieces"), 9)) })
	sd, err := Parse(data, p)
	if err != nil {
		t.Fatal(err)
	}
	need := pay - p.Left(purse.Bytes)
	for range 2 {
		if b, ok := sd.Content.Bytes(); !ok || string(b) != "content in pieces" {
			t.Errorf("%q %v", b, ok)
		}
	}
	if sd, err = Parse(data, purse.New(purse.Limits{Bytes: need})); err != nil {
		t.Fatal(err)
	}
	if _, ok := sd.Content.Bytes(); ok {
		t.Error("joined without paying")
	}
	r := sd.Content.Reader()
	if n, err := r.Read(nil); n != 0 || err != nil {
		t.Errorf("empty read: %d %v", n, err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "content in pieces" {
		t.Errorf("%q %v", b, err)
	}
	if _, err := Parse(data, purse.New(purse.Limits{Bytes: need - extentSize})); err == nil {
		t.Error("the list of pieces was not paid for")
	}
}
