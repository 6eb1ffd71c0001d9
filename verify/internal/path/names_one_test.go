package path_test

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// subtree is a GeneralSubtree with whatever follows its base.
func subtree(base []byte, rest ...byte) []byte { return append(bytes.Clone(base), rest...) }

// TestNamesOneByOne goes on where TestNameConstraints ends.
func TestNamesOneByOne(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	rootCert := issue(t, root, root)
	list := func(b ...[]byte) [][]byte { return b }
	kelvin := "\u212a" // folds to k beyond ASCII
	mailAttr := func(v string) option {
		return subject(pkix.Name{CommonName: "EE", ExtraNames: []pkix.AttributeTypeAndValue{{Type: []int{1, 2, 840, 113549, 1, 9, 1}, Value: v}}})
	}
	for _, tc := range []struct {
		name                string
		permitted, excluded [][]byte
		leaf                option
		want                bool
	}{
		{"inside the first of two", list(dns("example.jp"), dns("example.com")), nil, alt(dns("example.jp")), true},
		{"inside the second of two", list(dns("example.com"), dns("example.jp")), nil, alt(dns("example.jp")), true},
		{"excluded by the second of two", nil, list(dns("example.com"), dns("example.jp")), alt(dns("example.jp")), false},
		{"inside one, another cannot be told", list(dns("example.jp"), subtree(dns("example.com"), 0x80, 1, 1)), nil, alt(dns("example.jp")), false},
		{"a minimum", list(subtree(dns("example.jp"), 0x80, 1, 1)), nil, alt(dns("example.jp")), false},
		{"a maximum of nothing", list(subtree(dns("example.jp"), 0x81, 1, 0)), nil, alt(dns("example.jp")), false},
		{"a maximum", nil, list(subtree(dns("example.com"), 0x81, 1, 9)), alt(dns("example.jp")), false},
		{"dns excluded with a dot, itself", nil, list(dns(".example.jp")), alt(dns("example.jp")), true},
		{"dns excluded with a dot, below", nil, list(dns(".example.jp")), alt(dns("a.example.jp")), false},
		{"dns excluded everything", nil, list(dns("")), alt(dns("example.jp")), false},
		{"dns wildcard below an excluded name", nil, list(dns("example.jp")), alt(dns("*.a.example.jp")), false},
		{"dns wildcard beside an excluded name", nil, list(dns("bad.example.jp")), alt(dns("*.good.example.jp")), true},
		{"dns wildcard over an excluded name with a dot", nil, list(dns(".bad.example.jp")), alt(dns("*.example.jp")), false},
		{"dns wildcard over a permitted name", list(dns("bad.example.jp")), nil, alt(dns("*.bad.example.jp")), true},
		{"dns name that is no wildcard's parent", nil, list(dns("bad.example.jp")), alt(dns("example.jp")), true},
		{"dns of the excluded name's length and end", nil, list(dns("bad.example.jp")), alt(dns("xyexample.jp")), true},
		{"dns from A to Z", list(dns("AZ.example.jp")), nil, alt(dns("az.example.jp")), true},
		{"dns of one letter", nil, list(dns("a")), alt(dns("b")), true},
		{"dns other case", list(dns("EXAMPLE.jp")), nil, alt(dns("example.jp")), true},
		{"dns excluded cannot be told", nil, list(dns("example.com")), alt(dns("example.jp.")), false},
		{"dns begins with a dot", list(dns("example.jp")), nil, alt(dns(".example.jp")), false},
		{"dns with a blank", list(dns("jp")), nil, alt(dns("a b.jp")), false},
		{"dns with a delete", list(dns("jp")), nil, alt(dns("a\x7f.jp")), false},
		{"dns with a tilde", list(dns("jp")), nil, alt(dns("a~.jp")), true},
		{"dns with an at", list(dns("jp")), nil, alt(dns("a@b.jp")), false},
		{"dns empty", list(dns("")), nil, alt(dns("")), false},
		{"dns a star alone", list(dns("")), nil, alt(dns("*.")), false},
		{"mail everywhere", list(mail("")), nil, alt(mail("a@example.jp")), true},
		{"mail excluded everywhere", nil, list(mail("")), alt(mail("a@example.jp")), false},
		{"mail without a mailbox", list(mail("example.jp")), nil, alt(mail("@example.jp")), false},
		{"mail at a wildcard", list(mail("")), nil, alt(mail("a@*.example.jp")), true},
		{"mail with two ats", list(mail("example.jp")), nil, alt(mail("a@b@example.jp")), true},
		{"mailbox of another host", list(mail("a@example.com")), nil, alt(mail("a@example.jp")), false},
		{"a constraint that begins with an at", list(mail("@example.jp")), nil, alt(mail("a@example.jp")), false},
		{"mail host beyond ASCII", list(mail("k.example")), nil, mailAttr("a@" + kelvin + ".example"), false},
		{"uri everywhere", list(uri("")), nil, alt(uri("https://example.jp/")), true},
		{"uri domain, itself", list(uri(".example.jp")), nil, alt(uri("https://example.jp")), false},
		{"uri domain excluded", nil, list(uri(".example.jp")), alt(uri("https://a.example.jp")), false},
		{"uri host with a path of its own", list(uri("example.jp")), nil, alt(uri("https://evil.com/@example.jp")), false},
		{"uri host with a query", list(uri("example.jp")), nil, alt(uri("https://evil.com?@example.jp")), false},
		{"uri host with a fragment", list(uri("example.jp")), nil, alt(uri("https://evil.com#@example.jp")), false},
		{"uri user without a name", list(uri("example.jp")), nil, alt(uri("https://@example.jp/")), true},
		{"uri two users", list(uri("example.jp")), nil, alt(uri("https://a@b@example.jp/")), true},
		{"uri port alone", list(uri("")), nil, alt(uri("https://:80/")), false},
		{"uri path alone", list(uri("")), nil, alt(uri("file:///example.jp")), false},
		{"uri wildcard", list(uri("")), nil, alt(uri("https://*.example.jp/")), true},
		{"uri v6 address without a port", nil, list(uri("example.jp")), alt(uri("https://[2001:db8::1]/")), false},
		{"uri address with a port", nil, list(uri("example.jp")), alt(uri("https://192.0.2.1:443/")), false},
		{"v4 excluded", nil, list(ip("192.0.2.0/24")), alt(ber.Append(nil, 0x87, []byte{192, 0, 2, 0})), false},
		{"v4 excluded, beside", nil, list(ip("192.0.2.0/25")), alt(ber.Append(nil, 0x87, []byte{192, 0, 2, 128})), true},
		{"v6 inside", list(ip("2001:db8::/32")), nil, alt(ber.Append(nil, 0x87, []byte{0x20, 1, 0xd, 0xb8, 15: 1})), true},
		{"directory exactly", list(dn("Mihon Town", "EE")), nil, subject(pkix.Name{Organization: []string{"Mihon Town"}, CommonName: "EE"}), true},
		{"directory excluded, longer than the name", nil, list(dn("Mihon Town", "EE", "Post")), subject(pkix.Name{Organization: []string{"Mihon Town"}, CommonName: "EE"}), true},
		{"no subject, bound by its alternatives alone", list(dn("Mihon Town")), nil, func(c *x509.Certificate) {
			c.Subject = pkix.Name{}
			alt(dn("Mihon Town", "EE"))(c)
		}, true},
		{"otherName under a constraint on mail", list(mail("example.jp")), nil, alt(other("1.3.6.1.4.1.32473.9", "x")), true},
		{"international mailbox under a constraint on hosts", list(dns("example.jp")), nil, alt(other(smtpUTF8, "印@example.com")), true},
		{"international mailbox under a constraint on its own type", list(other(smtpUTF8, "a@example.jp")), nil, alt(other(smtpUTF8, "印@example.com")), false},
		{"otherName under a registered identifier alike", list(rid("1.3.6.1.4.1.32473.9")), nil, alt(other("1.3.6.1.4.1.32473.9", "x")), true},
		{"a mailbox that is no UTF-8", nil, nil, alt(ber.Append(nil, 0xa0, append(oid(smtpUTF8), ber.Append(nil, 0xa0, ber.Append(nil, 22, []byte("a@example.jp")))...))), false},
		{"an identifier like the mailbox's", nil, nil, alt(rid(smtpUTF8)), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var opts []option
			if tc.permitted != nil || tc.excluded != nil {
				opts = append(opts, subtrees(tc.permitted, tc.excluded))
			}
			in := path.Input{
				Leaf: issue(t, ca, ee, leaf, tc.leaf), Pool: path.NewPool([]*cert.Certificate{issue(t, root, ca, opts...)}), Anchors: anchors(rootCert),
			}
			if got, res := search(t, in); res.Accepted != tc.want {
				t.Errorf("path %q, %s", got, tell(res))
			}
			// The same constraints in the anchor's own certificate.
			in.Leaf, in.Pool = issue(t, root, ee, leaf, tc.leaf), nil
			in.Anchors, in.AnchorConstraints = anchors(issue(t, root, root, opts...)), true
			if got, res := search(t, in); res.Accepted != tc.want {
				t.Errorf("anchor: path %q, %s", got, tell(res))
			}
		})
	}
}
