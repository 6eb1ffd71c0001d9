package verify_test

import (
	"bytes"
	"encoding/asn1"
	"io"
	"io/fs"
	"path"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// children are the encodings of the elements inside one.
func children(t *testing.T, raw []byte) [][]byte {
	t.Helper()
	if len(raw) == 0 {
		return nil
	}
	r := ber.NewReader(raw, purse.New(purse.Limits{}))
	e, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	in, err := r.Enter(e)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for !in.Empty() {
		e, err := in.Next()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e.Raw)
	}
	return out
}

// signedFields are those of a SignerInfo from version to signature.
func signedFields(t *testing.T, s *cms.SignerInfo) []byte {
	t.Helper()
	var out []byte
	for _, f := range children(t, s.Raw) {
		if len(s.RawUnsignedAttrs) > 0 && bytes.Equal(f, s.RawUnsignedAttrs) {
			break
		}
		out = append(out, f...)
	}
	return out
}

// archived holds the archive time-stamps v3 of a signature against the rule by
// which verifytest makes its own, and gives their count.
func archived(t *testing.T, name string, sd *cms.SignedData, content []byte) int {
	t.Helper()
	if sd.Content != nil {
		content, _ = io.ReadAll(sd.Content.Reader())
	}
	contentType, err := asn1.Marshal(arcsOf(t, string(sd.ContentType)))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, s := range sd.Signers {
		for _, a := range s.ArchiveTimestamps() {
			token, err := tsa.ParseToken(a.Token, purse.New(purse.Limits{}))
			if err != nil || a.Version != 3 {
				continue
			}
			count++
			version, index := token.Signer.ATSHashIndex()
			alg := token.Info.ImprintDigest.String()
			sum := func(b []byte) []byte { return verifytest.Digest(alg, b) }
			data := verifytest.ArchiveImprint(contentType, sum(content), signedFields(t, s), index)
			if err := token.CheckImprint(func(sigalg.Digest) []byte { return sum(data) }); err != nil {
				t.Errorf("%s: archive time-stamp at %s: %v", name, token.Info.GenTime, err)
			}
			own := verifytest.HashIndex(version, alg, children(t, sd.RawCertificates), children(t, sd.RawCRLs), children(t, s.RawUnsignedAttrs))
			within(t, name, children(t, index), children(t, own))
		}
	}
	return count
}

// within: each digest of an index is among those that verifytest would list.
func within(t *testing.T, name string, index, own [][]byte) {
	t.Helper()
	if len(index) > 4 || len(own) < len(index) {
		t.Fatalf("%s: the index has %d parts, ours %d", name, len(index), len(own))
	}
	for i := 1; i <= 3; i++ {
		ours := map[string]bool{}
		for _, h := range children(t, own[len(own)-i]) {
			ours[string(h)] = true
		}
		for _, h := range children(t, index[len(index)-i]) {
			if !ours[string(h)] {
				t.Errorf("%s: part %d from the end: a digest that ours has not", name, i)
			}
		}
	}
}

func arcsOf(t *testing.T, dotted string) (out asn1.ObjectIdentifier) {
	t.Helper()
	if dotted != "1.2.840.113549.1.7.1" {
		t.Fatalf("content type %s", dotted)
	}
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
}

// TestArchiveImprintOfOthers: archive time-stamps that EU DSS made follow the
// rule by which verifytest makes them (EN 319 122-1 5.5.2, 5.5.3).
func TestArchiveImprintOfOthers(t *testing.T) {
	fsys := corpora.Open(t, "documents/interop.zip")
	var m struct{ Cases []interopCase }
	corpora.JSON(t, fsys, "manifest.json", &m)
	seen, count := map[string]bool{}, 0
	for _, c := range m.Cases {
		if c.Container != "cms" || c.Expect.Level != "B-LTA" || seen[c.File] || c.Deviation != "" && c.Expect.Verdict == "TOTAL-FAILED" {
			continue
		}
		seen[c.File] = true
		var content []byte
		if len(c.Detached) > 0 {
			content = corpora.Read(t, fsys, c.Detached[0])
		}
		count += archivedFile(t, fsys, c.File, content)
	}
	if count < 6 {
		t.Errorf("only %d archive time-stamps", count)
	}
	t.Log(count, "archive time-stamps of", len(seen), "files")
}

func archivedFile(t *testing.T, fsys fs.FS, name string, content []byte) int {
	t.Helper()
	sd, err := cms.Parse(corpora.Read(t, fsys, name), purse.New(purse.Limits{}))
	if err != nil {
		t.Fatal(err)
	}
	return archived(t, path.Base(name), sd, content)
}

// TestArchiveImprintOfOurs: what verifytest makes follows it as well, also in
// BER, where the octets that the file has are hashed.
func TestArchiveImprintOfOurs(t *testing.T) {
	for _, version := range []int{1, 2, 3} {
		for _, indefinite := range []bool{false, true} {
			p := verifytest.NewPlan("CAdES", sealedAt, sealedAt.AddDate(4, 0, 0), sealedAt.AddDate(8, 0, 0))
			p.OCSP, p.Indefinite = version == 2, indefinite
			p.Renewals[0].HashIndex, p.Renewals[1].HashIndex, p.Renewals[1].Digest = version, version, "SHA-512"
			h := p.History()
			sd, err := cms.Parse(h.Document, purse.New(purse.Limits{}))
			if err != nil {
				t.Fatal(err)
			}
			if n := archived(t, h.File, sd, nil); n != 2 {
				t.Errorf("%d archive time-stamps", n)
			}
		}
	}
}

// archivedV2 counts the archive time-stamps v2 of a message in DER whose
// imprint follows the rule by which verifytest makes its own.
func archivedV2(t *testing.T, sd *cms.SignedData, content []byte) (right, all int) {
	t.Helper()
	encap, _ := io.ReadAll(sd.EncapsulatedContentInfo())
	if sd.Content != nil {
		content = nil
	}
	for _, s := range sd.Signers {
		made := map[int]time.Time{} // archive time-stamps by attribute; a SET has no order to tell the older ones by
		tokens := map[int]*tsa.Token{}
		for _, stamp := range s.ArchiveTimestamps() {
			token, err := tsa.ParseToken(stamp.Token, purse.New(purse.Limits{}))
			if err != nil || stamp.Version != 2 {
				t.Fatal(stamp.Version, err)
			}
			made[stamp.Attribute], tokens[stamp.Attribute] = token.Info.GenTime, token
		}
		for at, token := range tokens {
			all++
			var body []byte
			for i, a := range s.UnsignedAttrs {
				if made[i].Before(made[at]) {
					body = append(body, a.Raw...)
				}
			}
			for _, unsigned := range [][]byte{ber.Append(nil, 0xa1, body), body} {
				data := verifytest.ArchiveImprintV2(encap, content, sd.RawCertificates, sd.RawCRLs, signedFields(t, s), unsigned)
				if token.CheckImprint(func(d sigalg.Digest) []byte { return verifytest.Digest(d.String(), data) }) == nil {
					right++
				}
			}
		}
	}
	return right, all
}

// TestArchiveImprintV2OfOthers: archive time-stamps version 2 among the
// documents of EU DSS follow the rule by which verifytest makes them.
func TestArchiveImprintV2OfOthers(t *testing.T) {
	fsys := corpora.Open(t, "documents/dss.zip")
	const folder = "dss-cades/src/test/resources/validation/"
	for name, want := range map[string]int{"dss-1469/cadesLTAwithATv2expired.p7s": 1, "dss-1619/CAdES-XL-T1-Double-AV2.png.p7m": 2} {
		sd, err := cms.Parse(corpora.Read(t, fsys, folder+name), purse.New(purse.Limits{}))
		if err != nil {
			t.Fatal(err)
		}
		if right, all := archivedV2(t, sd, nil); right != want || all != want {
			t.Errorf("%s: %d of %d archive time-stamps follow the rule", name, right, all)
		}
	}
}

// TestArchiveImprintV2OfOurs: ours do, in both forms, and with material added
// to the token before.
func TestArchiveImprintV2OfOurs(t *testing.T) {
	p := verifytest.NewPlan("CAdES", sealedAt, sealedAt.AddDate(4, 0, 0), sealedAt.AddDate(8, 0, 0))
	p.Renewals[0].V2, p.Renewals[1].V2 = true, true
	sd, err := cms.Parse(p.History().Document, purse.New(purse.Limits{}))
	if err != nil {
		t.Fatal(err)
	}
	if right, all := archivedV2(t, sd, nil); right != 2 || all != 2 {
		t.Errorf("%d of %d archive time-stamps follow the rule", right, all)
	}
}
