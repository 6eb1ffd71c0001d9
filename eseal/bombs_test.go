package eseal_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// The bars for hostile files: two seconds and 256 MB.
const (
	bombTime   = 2 * time.Second
	bombMemory = 256 << 20
)

// peak samples the heap while f runs.
func peak(f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // so that a busy machine does not count garbage
	runtime.GC()
	var top atomic.Uint64
	var stop atomic.Bool
	done := make(chan struct{})
	var base runtime.MemStats
	runtime.ReadMemStats(&base)
	go func() {
		defer close(done)
		for !stop.Load() {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if m.HeapInuse > base.HeapInuse {
				top.Store(max(top.Load(), m.HeapInuse-base.HeapInuse))
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	f()
	stop.Store(true)
	<-done
	return top.Load()
}

// message is a SignedData from its parts.
func message(certificates, signers []byte) []byte {
	oid := func(last byte) []byte { return tlv(6, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last}) }
	sha := tlv(0x30, tlv(6, []byte{0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1}))
	body := [][]byte{{2, 1, 1}, tlv(0x31, sha), tlv(0x30, oid(1), tlv(0xa0, tlv(4, []byte("x"))))}
	if certificates != nil {
		body = append(body, tlv(0xa0, certificates))
	}
	return tlv(0x30, oid(2), tlv(0xa0, tlv(0x30, append(body, tlv(0x31, signers))...)))
}

// parts are the certificates and the one SignerInfo of a message of the world.
func parts(t testing.TB, s verifytest.Signer) (certificates, signer []byte) {
	w := verifytest.New()
	if s.Cert == nil {
		s.Cert = w.Seal
	}
	sig := open(t, w.CMS(verifytest.CMSTemplate{Content: []byte("x"), Signers: []verifytest.Signer{s}}), eseal.Options{}).Signatures[0]
	return bytes.Join(sig.Embedded, nil), sig.SignerInfo.Raw
}

// serials is a certificate n times with another serial number each.
func serials(t testing.TB, n int) []byte {
	w := verifytest.New()
	at := bytes.Index(w.Seal.DER, w.Seal.Serial.Bytes())
	if at < 0 {
		t.Fatal("no serial number")
	}
	out := make([]byte, 0, n*len(w.Seal.DER))
	for i := range n {
		out = append(out, w.Seal.DER...)
		c := out[len(out)-len(w.Seal.DER):]
		c[at+1], c[at+2], c[at+3] = byte(i>>16), byte(i>>8), byte(i)
	}
	return out
}

// references is a signed attribute with n references to nobody.
func references(n int) verifytest.Attribute {
	var list []byte
	sha512 := tlv(0x30, tlv(6, []byte{0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3}))
	for i := range n {
		hash := make([]byte, 64)
		hash[0], hash[1], hash[2] = byte(i>>16), byte(i>>8), byte(i)
		list = append(list, tlv(0x30, sha512, tlv(4, hash))...)
	}
	return verifytest.Attribute{ID: "1.2.840.113549.1.9.16.2.47", Values: [][]byte{tlv(0x30, tlv(0x30, list))}}
}

// nestedStamps is a token in the unsigned attributes of a token, and so on.
func nestedStamps(n int) []byte {
	w := verifytest.New()
	token := w.Token(verifytest.TokenTemplate{Data: []byte("x"), NoCertificates: true})
	for range n {
		token = w.Token(verifytest.TokenTemplate{Data: []byte("x"), NoCertificates: true, ExtraUnsigned: []verifytest.Attribute{
			{ID: "1.2.840.113549.1.9.16.2.14", Values: [][]byte{token}}}})
	}
	return token
}

// fields is a PDF with n signature dictionaries that claim nearly all of it.
func fields(n, size int) []byte {
	var b bytes.Buffer
	offsets := make([]int, 0, n)
	b.WriteString("%PDF-1.7\n")
	for i := range n {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj<</FT/Sig/T(S%d)/V<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[1 2 4 %d]/Contents<%s>>>>>endobj\n", i+3, i, size-4, hex.EncodeToString(tiny()))
	}
	b.WriteString("%" + strings.Repeat("x", max(size-b.Len()-100*n, 0)) + "\n")
	root := b.Len()
	b.WriteString("1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[")
	for i := range n {
		fmt.Fprintf(&b, "%d 0 R ", i+3)
	}
	b.WriteString("]>>>>endobj\n")
	pages := b.Len()
	b.WriteString("2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n")
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n", n+3, root, pages)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", n+3, xref)
	return b.Bytes()
}

// tiny is a signature without certificates and attributes.
func tiny() []byte {
	sha := tlv(0x30, tlv(6, []byte{0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1}))
	rsa := tlv(0x30, tlv(6, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1}))
	return message(nil, tlv(0x30, []byte{2, 1, 3}, tlv(0x80, []byte("k")), sha, rsa, tlv(4, []byte("v"))))
}

// TestBombs: what is built to wear a reader out ends in time and memory, as a
// report that is no pass. Those of single structures stand with verify.
func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	certs, signer := parts(t, verifytest.Signer{})
	_, ski := parts(t, verifytest.Signer{SubjectKeyID: true})
	_, many := parts(t, verifytest.Signer{ESS: "none", ExtraSigned: []verifytest.Attribute{references(10_000)}})
	bombs := map[string]func() []byte{ // made one by one: the collector must not look at all of them
		"100 000 signatures":                   func() []byte { return message(certs, bytes.Repeat(tlv(0x30, []byte{2, 1, 1}), 100_000)) },
		"20 000 whole signatures":              func() []byte { return message(certs, bytes.Repeat(signer, 20_000)) },
		"100 000 certificates":                 func() []byte { return message(bytes.Repeat(certs, 50_000), signer) },
		"20 000 different certificates":        func() []byte { return message(serials(t, 20_000), signer) },
		"2 000 signatures, 5 000 certificates": func() []byte { return message(serials(t, 5_000), bytes.Repeat(ski, 2_000)) },
		"10 000 references, certificates":      func() []byte { return message(serials(t, 10_000), many) },
		"300 nested time-stamps":               func() []byte { return nestedStamps(300) },
		"10 000 signature fields over 10 MB":   func() []byte { return fields(10_000, 10<<20) },
		"nested arrays, 12 MB": func() []byte {
			return []byte("%PDF-1.7\n1 0 obj" + strings.Repeat("[", 12<<20) + "endobj\ntrailer<</Root 1 0 R>>")
		},
		"48 MB of spread base64":   func() []byte { return bytes.Repeat([]byte("M "), 24<<20) },
		"48 MB of PEM without end": func() []byte { return bytes.Repeat([]byte("-----BEGIN CMS-----\n"), 48<<20/20) },
		"48 MB of mail header": func() []byte {
			return append([]byte("Content-Type: x\r\n"), bytes.Repeat([]byte("a: b\r\n"), 8<<20)...)
		},
		"48 MB of delimiters": func() []byte {
			return append([]byte("Content-Type: multipart/signed; boundary=b\r\n\r\n"), bytes.Repeat([]byte("--b\r\n"), 9<<20)...)
		},
		"48 MB of PEM messages": func() []byte {
			return bytes.Repeat([]byte("-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n"), 48<<20/43)
		},
	}
	for name, bomb := range bombs {
		t.Run(name, func(t *testing.T) {
			data := bomb()
			v, err := verify.New(verify.NoTrust(), verify.WithTime(verifytest.New().Now))
			if err != nil {
				t.Fatal(err)
			}
			var took time.Duration
			var used uint64
			for range 3 { // the machine has other work: the best of three counts
				start := time.Now()
				explode(t, v, data)
				took = time.Since(start)
				used = peak(func() { explode(t, v, data) }) // apart: looking at memory takes time
				if took <= bombTime && used <= bombMemory {
					break
				}
			}
			t.Logf("%d MB: %v, %d MB at most", len(data)>>20, took.Round(time.Millisecond), used>>20)
			if took > bombTime || used > bombMemory {
				t.Errorf("more than %v or %d MB", bombTime, bombMemory>>20)
			}
		})
	}
}

func explode(t *testing.T, v *verify.Verifier, data []byte) {
	doc, err := eseal.Open(context.Background(), bytes.NewReader(data), int64(len(data)), eseal.Options{})
	if err != nil {
		t.Error(err)
		return
	}
	rep, err := v.Verify(context.Background(), doc)
	if err != nil || rep.Passed() {
		t.Errorf("%v, passed %v", err, rep.Passed())
		return
	}
	t.Logf("%s, %d signatures", rep.Verdict, len(doc.Signatures))
}
