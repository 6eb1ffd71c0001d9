package path_test

import (
	"crypto/x509"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
)

func usage(bits x509.KeyUsage) option { return func(c *x509.Certificate) { c.KeyUsage = bits } }

func eku(critical bool, list ...string) option {
	var body [][]byte
	for _, o := range list {
		body = append(body, oid(o))
	}
	return ext(critical, seq(body...), 2, 5, 29, 37)
}

const (
	serverAuth   = "1.3.6.1.5.5.7.3.1"
	timeStamping = "1.3.6.1.5.5.7.3.8"
	ocspSigning  = "1.3.6.1.5.5.7.3.9"
	anyEKU       = "2.5.29.37.0"
)

func TestUsage(t *testing.T) {
	root, ee := newEntity("Root"), newEntity("EE")
	rootCert := issue(t, root, root)
	const sign, commit = x509.KeyUsageDigitalSignature, x509.KeyUsageContentCommitment
	for _, tc := range []struct {
		name  string
		leaf  []option
		usage path.Usage
		eku   []ber.OID
		want  bool
	}{
		{name: "nothing asked", leaf: []option{usage(x509.KeyUsageKeyEncipherment)}, want: true},
		{name: "any of two", leaf: []option{usage(commit)}, usage: path.Usage{AnyOf: cert.KeyUsageDigitalSignature | cert.KeyUsageContentCommitment}, want: true},
		{name: "none of two", leaf: []option{usage(x509.KeyUsageKeyEncipherment)}, usage: path.Usage{AnyOf: cert.KeyUsageDigitalSignature | cert.KeyUsageContentCommitment}},
		{name: "all of two", leaf: []option{usage(commit)}, usage: path.Usage{AllOf: cert.KeyUsageDigitalSignature | cert.KeyUsageContentCommitment}},
		{name: "absent", leaf: []option{usage(0)}, usage: path.Usage{AllOf: cert.KeyUsageContentCommitment}, want: true},
		{name: "absent but required", leaf: []option{usage(0)}, usage: path.Usage{Required: true}},
		{name: "eku absent", eku: []ber.OID{serverAuth}, want: true},
		{name: "eku there", leaf: []option{eku(false, serverAuth)}, eku: []ber.OID{serverAuth}, want: true},
		{name: "eku any", leaf: []option{eku(false, anyEKU)}, eku: []ber.OID{serverAuth}, want: true},
		{name: "eku another", leaf: []option{eku(false, ocspSigning)}, eku: []ber.OID{serverAuth}},
		{name: "eku one of two", leaf: []option{eku(false, ocspSigning)}, eku: []ber.OID{ocspSigning, serverAuth}},
		{name: "eku with a key for lists alone", leaf: []option{usage(x509.KeyUsageCRLSign)}, eku: []ber.OID{serverAuth}},
		{name: "time-stamping", leaf: []option{usage(sign), eku(true, timeStamping)}, usage: path.Usage{Purpose: path.Timestamping}, want: true},
		{name: "time-stamping not critical", leaf: []option{usage(sign), eku(false, timeStamping)}, usage: path.Usage{Purpose: path.Timestamping}},
		{name: "time-stamping and more", leaf: []option{usage(sign), eku(true, timeStamping, serverAuth)}, usage: path.Usage{Purpose: path.Timestamping}},
		{name: "time-stamping by any", leaf: []option{usage(sign), eku(true, anyEKU)}, usage: path.Usage{Purpose: path.Timestamping}},
		{name: "time-stamping without signature bits", leaf: []option{usage(x509.KeyUsageKeyAgreement), eku(true, timeStamping)}, usage: path.Usage{Purpose: path.Timestamping}},
		{name: "responder", leaf: []option{usage(sign), eku(false, ocspSigning)}, usage: path.Usage{Purpose: path.OCSPSigning}, want: true},
		{name: "responder by any", leaf: []option{usage(sign), eku(false, anyEKU)}, usage: path.Usage{Purpose: path.OCSPSigning}},
		{name: "list signer", leaf: []option{usage(x509.KeyUsageCRLSign)}, usage: path.Usage{Purpose: path.CRLSigning}, want: true},
		{name: "list signer without the bit", leaf: []option{usage(sign)}, usage: path.Usage{Purpose: path.CRLSigning}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := path.Input{Leaf: issue(t, root, ee, append([]option{leaf}, tc.leaf...)...), Anchors: anchors(rootCert), Usage: tc.usage, RequiredEKU: tc.eku}
			if got, res := search(t, in); res.Accepted != tc.want {
				t.Errorf("path %q, %s", got, tell(res))
			}
		})
	}
}

func TestPurposeNames(t *testing.T) {
	for p, want := range map[path.Purpose]string{path.Any: "any", path.Seal: "seal", path.Timestamping: "timestamping", path.OCSPSigning: "ocsp", path.CRLSigning: "crl", 99: "unknown"} {
		if p.String() != want {
			t.Errorf("%d: %s", p, p)
		}
	}
}
