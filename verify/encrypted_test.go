package verify_test

import (
	"bytes"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A file that opens with somebody's key alone is not signed only where its
// whole structure can be read; what object streams hold is not known.
func TestEncryptedWithoutASignature(t *testing.T) {
	const locked = "/Encrypt << /Filter /Adobe.PubSec /V 2 >> /Root"
	for _, streams := range []bool{false, true} {
		want, tells := verdict.NotSigned, verdict.CodeNotSigned
		if streams {
			want, tells = verdict.DocumentIndeterminate, verdict.CodeEncrypted
		}
		plain := verifytest.New().PDF(verifytest.PDFTemplate{Streams: streams}).Bytes()
		data := bytes.Replace(plain, []byte("/Root"), []byte(locked), 1)
		rep := judged(t, data, eseal.Options{Name: "locked.pdf"}, verify.NoTrust())
		if rep.Verdict != want || !rep.Document.Encrypted || unless(rep.Findings, tells) != verdict.Refuted {
			t.Errorf("object streams %v: %s, want %s with %s", streams, codes(rep), want, tells)
		}
		if rep := judged(t, plain, eseal.Options{Name: "plain.pdf"}, verify.NoTrust()); rep.Verdict != verdict.NotSigned {
			t.Errorf("object streams %v, plain: %s", streams, codes(rep))
		}
	}
}
