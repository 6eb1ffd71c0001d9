package verify_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A rawPDF is written object by object, without any rule but the offsets.
type rawPDF struct {
	b       bytes.Buffer
	offsets map[int]int
}

func newRawPDF() *rawPDF {
	p := &rawPDF{offsets: map[int]int{}}
	p.b.WriteString("%PDF-1.7\n")
	return p
}

func (p *rawPDF) object(n int, body string) {
	p.offsets[n] = p.b.Len()
	fmt.Fprintf(&p.b, "%d 0 obj\n%s\nendobj\n", n, body)
}

func (p *rawPDF) stream(n int, dict string, data []byte) {
	p.object(n, fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dict, len(data), data))
}

// end writes a classic table and the trailer. more is added to the trailer.
func (p *rawPDF) end(size int, more string) []byte {
	at := p.b.Len()
	fmt.Fprintf(&p.b, "xref\n0 %d\n0000000000 65535 f \n", size)
	for n := 1; n < size; n++ {
		fmt.Fprintf(&p.b, "%010d 00000 n \n", p.offsets[n])
	}
	fmt.Fprintf(&p.b, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", size, more, at)
	return p.b.Bytes()
}

// zeros is the zlib form of n MB of zeros. Only the first two megabytes are
// compressed: with a window full of zeros every further one gives the octets
// of the second.
func zeros(n int) []byte {
	var b bytes.Buffer
	z, _ := zlib.NewWriterLevel(&b, zlib.BestCompression)
	chunk, from := make([]byte, 1<<20), 0
	for range 2 {
		from = b.Len()
		_, _ = z.Write(chunk)
		_ = z.Flush()
	}
	out := append(b.Bytes(), bytes.Repeat(b.Bytes()[from:], n-2)...)
	out = append(out, 3, 0) // an empty last block (RFC 1951 3.2.6)
	return binary.BigEndian.AppendUint32(out, uint32(n<<20%65521)<<16|1)
}

const catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[3 0 R]>>>>"

// signedAs is a PDF whose signature dictionary has a made /ByteRange.
func signedAs(byteRange string, contents []byte) []byte {
	p := newRawPDF()
	p.object(1, catalog)
	p.object(2, "<</Type/Pages/Kids[]/Count 0>>")
	p.object(3, "<</FT/Sig/T(S)/V 4 0 R/Rect[0 0 0 0]/Subtype/Widget>>")
	p.object(4, "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange"+byteRange+"/Contents<"+hex.EncodeToString(contents)+">>>")
	return p.end(5, "")
}

func bombs() map[string][]byte {
	cms := verifytest.New().CMS(verifytest.CMSTemplate{Content: []byte("x"), Signers: []verifytest.Signer{{}}})
	chunks := append([]byte{0x30, 0x80, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2, 0xa0, 0x80, 0x30, 0x80, 2, 1, 1, 0x31, 0, 0x30, 0x80,
		6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1, 0xa0, 0x80, 0x24, 0x80}, bytes.Repeat([]byte{4, 1, 'x'}, 300_000)...)
	out := map[string][]byte{
		"empty":                    {},
		"one octet":                {0x30},
		"30 80 over 4 MB":          bytes.Repeat([]byte{0x30, 0x80}, 2<<20),
		"24 80 over 4 MB":          bytes.Repeat([]byte{0x24, 0x80}, 2<<20),
		"0.9 MB of 3-byte chunks":  chunks,
		"message and 4 MB of tail": append(cms[:len(cms):len(cms)], make([]byte, 4<<20)...),
		"nested arrays":            pdfWith(strings.Repeat("[", 1<<20)),
		"nested dictionaries":      pdfWith(strings.Repeat("<</A", 1<<19)),
		"a million fields":         pdfWith("[" + strings.Repeat("3 0 R ", 1<<20) + "]"),
		"flate bomb as contents":   flateBomb("/Filter/FlateDecode"),
		"flate bomb twice":         flateBomb("/Filter[/FlateDecode/FlateDecode]"),
		"object stream in itself":  objectStreamInItself(),
		"xref loop":                xrefLoop(),
	}
	for _, r := range []string{"[0 -1 10 10]", "[-5 10 10 10]", "[0 100 50 100]", "[0 9223372036854775807 9223372036854775807 1]", "[0 1 2]", "[]", "7",
		"[" + strings.Repeat("0 1 ", 1<<18) + "]", "[99999999999999999999999999 1 1 1]", "[0.5 1 2 3]", "4 0 R"} {
		out["ByteRange "+r[:min(len(r), 60)]] = signedAs(r, cms)
	}
	return out
}

func pdfWith(fields string) []byte {
	p := newRawPDF()
	p.object(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields "+fields+">>>>")
	p.object(2, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")
	p.object(3, "<</FT/Sig/T(S)/Kids[3 0 R 3 0 R]/Parent 3 0 R>>")
	return p.end(4, "")
}

// flateBomb is a megabyte that inflates to a gigabyte, as an object stream
// and as a security store's certificate.
func flateBomb(filter string) []byte {
	p := newRawPDF()
	p.object(1, "<</Type/Catalog/Pages 2 0 R/DSS<</Certs[4 0 R 4 0 R]/CRLs[4 0 R]>>>>")
	p.object(2, "<</Type/Pages/Kids[]/Count 0>>")
	data := zeros(1 << 10)
	p.stream(3, "/Type/ObjStm/N 5/First 100"+filter, data)
	p.stream(4, filter, data)
	return p.end(5, "")
}

func objectStreamInItself() []byte {
	p := newRawPDF()
	p.object(2, "<</Type/Pages/Kids[]/Count 0>>")
	p.stream(3, "/Type/ObjStm/N 2/First 8/Extends 3 0 R", []byte("1 0 3 2 <</Type/Catalog/Pages 2 0 R>>"))
	at := p.b.Len()
	var rows []byte
	for _, r := range [][3]int{{0, 0, 255}, {2, 3, 0}, {1, p.offsets[2], 0}, {2, 3, 1}, {1, at, 0}} {
		rows = append(rows, byte(r[0]), byte(r[1]>>8), byte(r[1]), byte(r[2]))
	}
	p.stream(4, "/Type/XRef/Size 5/W[1 2 1]/Root 1 0 R", rows)
	fmt.Fprintf(&p.b, "startxref\n%d\n%%%%EOF\n", at)
	return p.b.Bytes()
}

func xrefLoop() []byte {
	p := newRawPDF()
	p.object(1, catalog)
	p.object(2, "<</Type/Pages/Kids[]/Count 0>>")
	p.object(3, "<</FT/Sig/T(S)>>")
	at := p.b.Len()
	return p.end(4, fmt.Sprintf("/Prev %d/XRefStm %d", at, at))
}

func TestZeros(t *testing.T) {
	z, err := zlib.NewReader(bytes.NewReader(zeros(5)))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, make([]byte, 5<<20)) {
		t.Errorf("%d octets, %v", len(got), err)
	}
}

// TestBombs: every bomb ends as a report within 2 s and 256 MB, and keeps the
// contract of the report. None passes.
func TestBombs(t *testing.T) {
	c := newInvariants(t)
	for name, data := range bombs() {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			f := corpusFile{"bomb", name, data}
			rep, _ := c.judge(f)
			if used := allocated() - before; used > hostileMemory {
				t.Errorf("%d MB allocated", used>>20)
			}
			if rep.Passed() {
				t.Error("it passes")
			}
			c.check(f, corpora.TimeBar())
		})
	}
	t.Log(c.verdicts)
}

// TestManyArchiveTimestamps: hundreds of archive time-stamps, each over all that
// is before it, cost what reading them costs.
func TestManyArchiveTimestamps(t *testing.T) {
	for _, c := range []struct {
		name string
		v2   bool
		n    int
	}{{"version 3", false, 300}, {"version 2", true, 400}} {
		if testing.Short() {
			c.n /= 4 // the race detector's own memory counts too
		}
		w := verifytest.New()
		m := w.CAdES(verifytest.CMSTemplate{Content: []byte(verifytest.Notice)}).AddSignatureTimestamp(0, verifytest.TokenTemplate{})
		m.AddEvidence([]*verifytest.Cert{w.SealCA, w.TSACA}, w.CRLs(w.Seal, w.TSA), nil)
		for range c.n {
			m.AddArchiveTimestamp(0, verifytest.ArchiveTimestamp{V2: c.v2})
		}
		data := m.Bytes()
		list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
		before, begun := allocated(), time.Now()
		doc := opened(t, data, eseal.Options{Name: "notice.p7m"})
		v, err := verify.New(list, verify.WithTime(w.Now), verify.WithPolicy(policyNamed(t, "strict", policy.Require)))
		if err != nil {
			t.Fatal(err)
		}
		rep, err := v.Verify(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		took, used := time.Since(begun), allocated()-before
		t.Logf("%s: %d KB, %s, %d MB allocated, %s", c.name, len(data)>>10, took, used>>20, rep.Verdict)
		if used > hostileMemory || took > corpora.TimeBar() {
			t.Errorf("%s: %s and %d MB", c.name, took, used>>20)
		}
	}
}
