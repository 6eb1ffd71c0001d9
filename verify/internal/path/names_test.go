package path_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/internal/path"
)

func subtrees(permitted, excluded [][]byte) option {
	var body []byte
	for i, list := range [][][]byte{permitted, excluded} {
		if list == nil {
			continue
		}
		var trees []byte
		for _, base := range list {
			trees = append(trees, seq(base)...)
		}
		body = ber.Append(body, byte(0xa0+i), trees)
	}
	return ext(true, ber.Append(nil, 0x30, body), 2, 5, 29, 30)
}

func mail(s string) []byte { return ber.Append(nil, 0x81, []byte(s)) }
func dns(s string) []byte  { return ber.Append(nil, 0x82, []byte(s)) }
func uri(s string) []byte  { return ber.Append(nil, 0x86, []byte(s)) }
func rid(s string) []byte  { return ber.Append(nil, 0x88, ber.EncodeOID(ber.OID(s))) }
func ip(cidr string) []byte {
	_, n, err := net.ParseCIDR(cidr)
	if err != nil {
		panic(err)
	}
	return ber.Append(nil, 0x87, append(append([]byte{}, n.IP...), n.Mask...))
}

// dn is a directoryName of one O and CNs below it, in UTF8Strings.
func dn(o string, cns ...string) []byte {
	var body []byte
	rdn := func(typ, v string) {
		body = append(body, ber.Append(nil, 0x31, seq(oid(typ), ber.Append(nil, 12, []byte(v))))...)
	}
	rdn("2.5.4.10", o)
	for _, cn := range cns {
		rdn("2.5.4.3", cn)
	}
	return ber.Append(nil, 0xa4, ber.Append(nil, 0x30, body))
}

// wideDN is a directoryName of one O in a BMPString.
func wideDN(o string) []byte {
	var wide []byte
	for _, r := range o {
		wide = append(wide, byte(r>>8), byte(r))
	}
	return ber.Append(nil, 0xa4, seq(ber.Append(nil, 0x31, seq(oid("2.5.4.10"), ber.Append(nil, 0x1e, wide)))))
}

// other is an otherName with a UTF8String.
func other(typ, text string) []byte {
	return ber.Append(nil, 0xa0, append(oid(typ), ber.Append(nil, 0xa0, ber.Append(nil, 12, []byte(text)))...))
}

const smtpUTF8 = "1.3.6.1.5.5.7.8.9"

func alt(names ...[]byte) option { return ext(false, seq(names...), 2, 5, 29, 17) }

func subject(n pkix.Name) option { return func(c *x509.Certificate) { c.Subject = n } }

// TestNameConstraints: root - CA with constraints - leaf with names.
func TestNameConstraints(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	rootCert := issue(t, root, root)
	one := func(b []byte) [][]byte { return [][]byte{b} }
	for _, tc := range []struct {
		name                string
		permitted, excluded [][]byte
		leaf                option
		want                bool
	}{
		{"dns itself", one(dns("example.jp")), nil, alt(dns("example.jp")), true},
		{"dns below", one(dns("example.jp")), nil, alt(dns("a.b.Example.JP")), true},
		{"dns beside", one(dns("example.jp")), nil, alt(dns("myexample.jp")), false},
		{"dns with a dot wants more", one(dns(".example.jp")), nil, alt(dns("example.jp")), false},
		{"dns with a dot", one(dns(".example.jp")), nil, alt(dns("a.example.jp")), true},
		{"dns everything", one(dns("")), nil, alt(dns("example.jp")), true},
		{"dns excluded", nil, one(dns("bad.example.jp")), alt(dns("x.bad.example.jp")), false},
		{"dns not excluded", nil, one(dns("bad.example.jp")), alt(dns("good.example.jp")), true},
		{"dns wildcard over an excluded name", nil, one(dns("bad.example.jp")), alt(dns("*.example.jp")), false},
		{"dns wildcard wider than permitted", one(dns("a.example.jp")), nil, alt(dns("*.example.jp")), false},
		{"dns second of two", one(dns("example.jp")), nil, alt(dns("example.jp"), dns("example.com")), false},
		{"dns permitted and excluded", one(dns("example.jp")), one(dns("bad.example.jp")), alt(dns("bad.example.jp")), false},
		{"dns no host", one(dns("example.jp")), nil, alt(dns("a..example.jp")), false},
		{"form without names", one(dns("example.jp")), nil, alt(mail("a@example.com")), true},
		{"mailbox", one(mail("a@example.jp")), nil, alt(mail("a@EXAMPLE.jp")), true},
		{"mailbox, another case", one(mail("a@example.jp")), nil, alt(mail("A@example.jp")), false},
		{"host of mail", one(mail("example.jp")), nil, alt(mail("a@example.jp")), true},
		{"host of mail, below", one(mail("example.jp")), nil, alt(mail("a@b.example.jp")), false},
		{"domain of mail", one(mail(".example.jp")), nil, alt(mail("a@b.example.jp")), true},
		{"domain of mail, itself", one(mail(".example.jp")), nil, alt(mail("a@example.jp")), false},
		{"mail without host", one(mail("example.jp")), nil, alt(mail("example.jp")), false},
		{"mail in the subject", one(mail("example.jp")), nil, subject(pkix.Name{CommonName: "EE", ExtraNames: []pkix.AttributeTypeAndValue{{Type: []int{1, 2, 840, 113549, 1, 9, 1}, Value: "a@example.com"}}}), false},
		{"international mailbox", one(mail("example.jp")), nil, alt(other(smtpUTF8, "印@example.jp")), true},
		// RFC 9549 2.2, RFC 9598 3: hosts stand as A-labels everywhere; one that does not cannot be judged.
		{"A-label, another case", one(dns("XN--WGV71A.jp")), nil, alt(dns("www.xn--wgv71a.JP")), true},
		{"A-label of another word", one(dns("xn--wgv71a.jp")), nil, alt(dns("www.xn--wgv71b.jp")), false},
		{"A-label excluded", nil, one(dns("xn--wgv71a.jp")), alt(dns("XN--WGV71A.jp")), false},
		{"international mailbox at an A-label", one(mail("XN--wgv71a.jp")), nil, alt(other(smtpUTF8, "印@xn--wgv71a.jp")), true},
		{"international mailbox at a U-label", one(mail("xn--wgv71a.jp")), nil, alt(other(smtpUTF8, "印@日本.jp")), false},
		{"international mailbox at a U-label, another host excluded", nil, one(mail("example.jp")), alt(other(smtpUTF8, "印@日本.jp")), false},
		{"international mailbox at an excluded A-label", nil, one(mail("xn--wgv71a.jp")), alt(other(smtpUTF8, "印@xn--wgv71a.jp")), false},
		{"URI at an A-label", one(uri("xn--wgv71a.jp")), nil, alt(uri("https://XN--WGV71A.jp/")), true},
		{"international mailbox elsewhere", one(mail("example.jp")), nil, alt(other(smtpUTF8, "印@example.com")), false},
		{"international mailbox excluded", nil, one(mail("example.jp")), alt(other(smtpUTF8, "印@example.jp")), false},
		{"international host", nil, one(mail("example.jp")), alt(other(smtpUTF8, "印@例え.jp")), false},
		{"otherName of another kind", one(other("1.3.6.1.4.1.32473.9", "x")), nil, alt(other("1.3.6.1.4.1.32473.8", "x")), true},
		{"otherName that is not processed", one(other("1.3.6.1.4.1.32473.9", "x")), nil, alt(other("1.3.6.1.4.1.32473.9", "x")), false},
		{"uri host", one(uri("example.jp")), nil, alt(uri("https://user@example.jp:8080/x?y#z")), true},
		{"uri host below", one(uri("example.jp")), nil, alt(uri("https://a.example.jp/")), false},
		{"uri domain", one(uri(".example.jp")), nil, alt(uri("ldap://a.example.jp")), true},
		{"uri address", one(uri("example.jp")), nil, alt(uri("https://192.0.2.1/")), false},
		{"uri v6 address", nil, one(uri("example.jp")), alt(uri("https://[2001:db8::1]:443/")), false},
		{"uri without host", nil, one(uri("example.jp")), alt(uri("urn:x:y")), false},
		{"v4 inside", one(ip("192.0.2.0/24")), nil, alt(ber.Append(nil, 0x87, []byte{192, 0, 2, 9})), true},
		{"v4 outside", one(ip("192.0.2.0/24")), nil, alt(ber.Append(nil, 0x87, []byte{192, 0, 3, 9})), false},
		{"v6 in a v4 world", one(ip("192.0.2.0/24")), nil, alt(ber.Append(nil, 0x87, net.ParseIP("2001:db8::1"))), false},
		{"v6 not excluded by v4", nil, one(ip("192.0.2.0/24")), alt(ber.Append(nil, 0x87, net.ParseIP("2001:db8::1"))), true},
		{"address of no known length", nil, nil, alt(ber.Append(nil, 0x87, []byte{1, 2})), false},
		{"directory inside", one(dn("Mihon Town")), nil, subject(pkix.Name{Organization: []string{"Mihon Town"}, CommonName: "EE"}), true},
		{"directory, other string type and case", one(dn("mihon  TOWN")), nil, subject(pkix.Name{Organization: []string{"Mihon Town"}, CommonName: "EE"}), true},
		{"directory outside", one(dn("Mihon Town")), nil, subject(pkix.Name{Organization: []string{"Other Town"}, CommonName: "EE"}), false},
		{"directory excluded", nil, one(dn("Mihon Town", "EE")), subject(pkix.Name{Organization: []string{"Mihon Town"}, CommonName: "EE"}), false},
		{"directory longer than the name", one(dn("Mihon Town", "EE", "Post")), nil, subject(pkix.Name{Organization: []string{"Mihon Town"}, CommonName: "EE"}), false},
		{"directory among the alternatives", one(dn("Mihon Town")), nil, func(c *x509.Certificate) {
			c.Subject = pkix.Name{Organization: []string{"Mihon Town"}}
			alt(dn("Other Town"))(c)
		}, false},
		{"uri with an authority in its query", one(uri("example.jp")), nil, alt(uri("mailto:a@example.com?x=y://example.jp/")), false},
		{"uri without a scheme", one(uri("example.jp")), nil, alt(uri("://example.jp/")), false},
		{"uri host in percent signs", nil, one(uri("example.jp")), alt(uri("https://%65xample.jp/")), false},
		{"uri host that is a number", nil, one(uri("example.jp")), alt(uri("https://3221225985/")), false},
		{"uri host that ends in a number", nil, one(uri("example.jp")), alt(uri("https://192.0.0x201/")), false},
		{"uri host with a number", one(uri("1.example.jp")), nil, alt(uri("https://1.example.jp/")), true},
		{"uri scheme with digits", one(uri("example.jp")), nil, alt(uri("h2.x+y-z://example.jp/")), true},
		{"uri in the constraint", nil, one(uri("https://example.jp")), alt(uri("https://example.jp/")), false},
		{"uri constraint ends in a dot", nil, one(uri("example.jp.")), alt(uri("https://example.jp/")), false},
		{"dns constraint with a star", nil, one(dns("*.example.jp")), alt(dns("a.example.jp")), false},
		{"dns constraint ends in a dot", nil, one(dns("example.jp.")), alt(dns("a.example.jp")), false},
		{"dns constraint with a blank", nil, one(dns(" example.jp")), alt(dns("example.jp")), false},
		{"dns wildcard within a label over an excluded name", nil, one(dns("www.example.jp")), alt(dns("w*.example.jp")), false},
		{"mail constraint without a mailbox", nil, one(mail("@example.jp")), alt(mail("a@example.jp")), false},
		{"mail constraint without a host", nil, one(mail("a@")), alt(mail("a@example.jp")), false},
		{"mail constraint ends in a dot", nil, one(mail("example.jp.")), alt(mail("a@example.jp")), false},
		{"mail with a quoted at sign", nil, one(mail("example.jp")), alt(mail(`"a@b"@example.jp`)), false},
		{"directory excluded in another string type", nil, one(wideDN("Mihon Town")), subject(pkix.Name{Organization: []string{"Mihon Town"}, CommonName: "EE"}), false},
		{"directory of everything excluded", nil, one(ber.Append(nil, 0xa4, seq())), subject(pkix.Name{CommonName: "EE"}), false},
		{"registered identifier", one(rid(polA)), nil, alt(rid(polA)), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var opts []option
			if tc.permitted != nil || tc.excluded != nil {
				opts = append(opts, subtrees(tc.permitted, tc.excluded))
			}
			in := path.Input{
				Leaf: issue(t, ca, ee, leaf, tc.leaf), Pool: path.NewPool([]*cert.Certificate{issue(t, root, ca, opts...)}), Anchors: anchors(rootCert),
			}
			got, res := search(t, in)
			if res.Accepted != tc.want {
				t.Errorf("path %q, %s", got, tell(res))
			}
			if !tc.want && opts != nil && res.Rejections[0].Code != path.CodeNameConstraint {
				t.Errorf("refused for another reason: %s", tell(res))
			}
		})
	}
}

// TestNameConstraintsAlongThePath: they bind everything below, self-issued
// certificates excepted unless they are the last.
func TestNameConstraintsAlongThePath(t *testing.T) {
	root, ca, sub, ee := newEntity("Root"), newEntity("CA"), newEntity("Sub"), newEntity("EE")
	caNew := newKey("CA", "new key")
	only := subtrees([][]byte{dns("example.jp")}, nil)
	rootCert := issue(t, root, root)
	bound := issue(t, root, ca, only)
	for _, tc := range []struct {
		name string
		pool []*cert.Certificate
		leaf *cert.Certificate
		want bool
	}{
		{"below the next CA", []*cert.Certificate{bound, issue(t, ca, sub)}, issue(t, sub, ee, leaf, alt(dns("example.com"))), false},
		{"the next CA itself", []*cert.Certificate{bound, issue(t, ca, sub, alt(dns("example.com")))}, issue(t, sub, ee, leaf), false},
		{"widened below", []*cert.Certificate{bound, issue(t, ca, sub, subtrees([][]byte{dns("com")}, nil))}, issue(t, sub, ee, leaf, alt(dns("example.com"))), false},
		{"self-issued on the way", []*cert.Certificate{bound, issue(t, ca, caNew, alt(dns("example.com")))}, issue(t, caNew, ee, leaf), true},
		{"self-issued at the end", []*cert.Certificate{bound}, issue(t, ca, caNew, leaf, alt(dns("example.com"))), false},
		{"another road without constraints", []*cert.Certificate{bound, issue(t, root, ca)}, issue(t, ca, ee, leaf, alt(dns("example.com"))), true},
	} {
		in := path.Input{Leaf: tc.leaf, Pool: path.NewPool(tc.pool), Anchors: anchors(rootCert)}
		if got, res := search(t, in); res.Accepted != tc.want {
			t.Errorf("%s: path %q, %s", tc.name, got, tell(res))
		}
	}
	in := path.Input{Leaf: issue(t, root, ee, leaf, alt(dns("example.com"))), Anchors: anchors(issue(t, root, root, only))}
	if _, res := search(t, in); !res.Accepted {
		t.Errorf("an anchor's constraints bind although nobody asked: %s", tell(res))
	}
	in.AnchorConstraints = true
	if _, res := search(t, in); res.Accepted {
		t.Error("an anchor's constraints do not bind")
	}
}

// TestNameConstraintsCost: names times constraints are paid for; a certificate
// with thousands of both ends the search instead of holding it.
func TestNameConstraintsCost(t *testing.T) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	var names, trees [][]byte
	for i := range 3000 {
		names = append(names, dn("Mihon Town", fmt.Sprint("EE ", i)))
		trees = append(trees, dn("Mihon Town", fmt.Sprint("Other ", i)))
	}
	begin := time.Now()
	_, res := search(t, path.Input{
		Leaf: issue(t, ca, ee, leaf, alt(names...)), Pool: path.NewPool([]*cert.Certificate{issue(t, root, ca, subtrees(nil, trees))}), Anchors: anchors(issue(t, root, root)),
	})
	var empty *purse.Empty
	if res.Accepted || !errors.As(res.Stopped, &empty) || empty.Kind != purse.Objects {
		t.Errorf("accepted %v, stopped %v", res.Accepted, res.Stopped)
	}
	if d := time.Since(begin); d > corpora.TimeBar() {
		t.Errorf("took %v", d)
	}
}
