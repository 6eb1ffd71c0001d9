package cert

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ocsp"
)

// TestCRLsAgainstX509 compares fields and every entry with crypto/x509 on the
// CRLs that it accepts, and looks each entry up.
func TestCRLsAgainstX509(t *testing.T) {
	m := corporaMaterial(t)
	accepted, refused := 0, map[string]int{}
	for _, f := range m.crls {
		c, err := ParseCRL(f.der, nil)
		if err != nil {
			t.Errorf("%s: %v", f.file, err)
			continue
		}
		if strings.HasSuffix(f.file, "crl_inval_cert_issuer_entry_ext.pem") {
			if err := c.Entries(func(Entry) bool { return true }); err == nil {
				t.Errorf("%s: a certificateIssuer that cannot be read was passed over", f.file)
			}
			continue
		}
		entries := allEntries(t, f.file, c)
		std, err := x509.ParseRevocationList(c.Raw)
		if err != nil {
			refused[generalise(err.Error())]++
			continue
		}
		accepted++
		for _, d := range crlDifferences(c, entries, std) {
			t.Errorf("%s: %s", f.file, d)
		}
	}
	t.Logf("%d CRLs: crypto/x509 accepts %d", len(m.crls), accepted)
	for _, k := range slices.Sorted(maps.Keys(refused)) {
		t.Logf("%4d %s", refused[k], k)
	}
	if len(m.crls) < 290 || accepted < 280 {
		t.Errorf("%d CRLs, %d compared: the corpora are not whole", len(m.crls), accepted)
	}
}

func allEntries(t *testing.T, file string, c *CRL) []Entry {
	t.Helper()
	var out []Entry
	err := c.Entries(func(e Entry) bool {
		out = append(out, e)
		return true
	})
	if err != nil {
		t.Errorf("%s: %v", file, err)
		return nil
	}
	for _, e := range out {
		got, ok, err := c.Lookup(integer(e.Serial), e.Issuer)
		if err != nil || !ok || !bytes.Equal(minimal(got.Serial), minimal(e.Serial)) {
			t.Errorf("%s: entry %x not found: %v", file, e.Serial, err)
		}
	}
	if len(out) != c.Count {
		t.Errorf("%s: %d entries, counted %d", file, len(out), c.Count)
	}
	return out
}

func crlDifferences(c *CRL, entries []Entry, x *x509.RevocationList) diff {
	var d diff
	d.bytes("Raw", c.Raw, x.Raw)
	d.bytes("RawTBS", c.RawTBS, x.RawTBSRevocationList)
	d.bytes("RawIssuer", c.RawIssuer, x.RawIssuer)
	if !hasNote(c.Notes, CodeUnusedBits) { // crypto/x509 shifts the octets then
		d.bytes("Signature", c.Signature, x.Signature)
	}
	d.names("Issuer", c.Issuer, x.Issuer.Names, x.RawIssuer)
	d.eq("ThisUpdate", c.ThisUpdate, x.ThisUpdate.UTC())
	d.eq("NextUpdate", c.NextUpdate, x.NextUpdate.UTC())
	d.eq("Number", c.Number, x.Number)
	d.bytes("AuthorityKeyID", c.AuthorityKeyID, x.AuthorityKeyId)
	d.eq("extensions", len(c.Extensions), len(x.Extensions))
	for i, e := range x.Extensions {
		if i < len(c.Extensions) {
			d.eq("extension", string(c.Extensions[i].OID)+fmt.Sprint(c.Extensions[i].Critical), e.Id.String()+fmt.Sprint(e.Critical))
			d.bytes("extension value", c.Extensions[i].Value, e.Value)
		}
	}
	d.eq("entries", len(entries), len(x.RevokedCertificateEntries))
	if len(entries) != len(x.RevokedCertificateEntries) {
		return d
	}
	for i, e := range x.RevokedCertificateEntries {
		d.eq("serial", integer(entries[i].Serial), e.SerialNumber)
		d.eq("revocation date", entries[i].RevocationDate, e.RevocationTime.UTC())
		if entries[i].Reason == ReasonUnknown {
			d.eq("reason", e.ReasonCode < 0 || e.ReasonCode == 7 || e.ReasonCode > 10, true)
		} else {
			d.eq("reason", max(0, int(entries[i].Reason)), e.ReasonCode)
		}
		d.bytes("entry", entries[i].Raw, e.Raw)
	}
	return d
}

// TestOCSPAgainstXCrypto compares with golang.org/x/crypto/ocsp where that
// accepts the response; it reads one SingleResponse only.
func TestOCSPAgainstXCrypto(t *testing.T) {
	m := corporaMaterial(t)
	compared, refused := 0, map[string]int{}
	for _, f := range m.ocsps {
		o, err := ParseOCSP(f.der, nil)
		if err != nil {
			t.Errorf("%s: %v", f.file, err)
			continue
		}
		std, err := ocsp.ParseResponse(o.Raw, nil)
		if err != nil {
			refused[generalise(err.Error())]++
			continue
		}
		compared++
		for _, d := range ocspDifferences(o, std) {
			t.Errorf("%s: %s", f.file, d)
		}
	}
	t.Logf("%d OCSP responses: %d compared", len(m.ocsps), compared)
	for _, k := range slices.Sorted(maps.Keys(refused)) {
		t.Logf("%4d %s", refused[k], k)
	}
	if compared < 60 {
		t.Errorf("only %d were compared: the corpora are not whole", compared)
	}
}

func ocspDifferences(o *OCSPResponse, x *ocsp.Response) diff {
	var d diff
	d.bytes("RawTBS", o.RawTBS, x.TBSResponseData)
	d.bytes("Signature", o.Signature, x.Signature)
	d.eq("ProducedAt", o.ProducedAt, x.ProducedAt.UTC())
	d.bytes("ResponderKeyHash", o.ResponderKeyHash, x.ResponderKeyHash)
	d.bytes("ResponderName", o.ResponderName, x.RawResponderName)
	if len(o.Responses) == 0 {
		return append(d, "no responses")
	}
	one := o.Responses[0]
	d.eq("Serial", one.ID.Serial, x.SerialNumber)
	d.eq("ThisUpdate", one.ThisUpdate, x.ThisUpdate.UTC())
	d.eq("NextUpdate", one.NextUpdate, x.NextUpdate.UTC())
	d.eq("Status", one.Status, map[int]CertStatus{ocsp.Good: CertGood, ocsp.Revoked: CertRevoked, ocsp.Unknown: CertUnknown}[x.Status])
	if x.Status == ocsp.Revoked {
		d.eq("RevokedAt", one.RevokedAt, x.RevokedAt.UTC())
		d.eq("Reason", max(0, int(one.Reason)), x.RevocationReason)
	}
	d.eq("extensions", len(one.Extensions), len(x.Extensions))
	if x.Certificate != nil {
		d.bytes("certificate", o.Certificates[0], x.Certificate.Raw)
	}
	return d
}
