package c14n_test

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/lestrrat-go/helium"

	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/eseal/xml"
	"github.com/kakuin/kakuin/eseal/xml/c14n"
	"github.com/kakuin/kakuin/internal/corpora"
)

func parse(t testing.TB, raw []byte) *helium.Document {
	t.Helper()
	d, err := xml.Parse(raw, nil)
	if err != nil {
		t.Fatalf("%v: %.200s", err, raw)
	}
	return d.Tree()
}

// each calls f with every element, in document order.
func each(n helium.Node, f func(*helium.Element)) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if e, ok := c.(*helium.Element); ok {
			f(e)
			each(e, f)
		}
	}
}

func named(d *helium.Document, name string) []*helium.Element {
	var out []*helium.Element
	each(d, func(e *helium.Element) {
		if e.Name() == name {
			out = append(out, e)
		}
	})
	return out
}

// TestSuiteSantuario: pairs of input and canonical form. 37 and 38 select
// parts by XPath, 34 of the other kind wants a validating parser.
func TestSuiteSantuario(t *testing.T) {
	const dir = "src/test/resources/org/apache/xml/security/c14n/"
	suite := corpora.Open(t, "documents/santuario.zip")
	exclusive, inclusive := c14n.Method{Exclusive: true}, c14n.Method{}
	for _, c := range []struct {
		in, out, apex string
		m             c14n.Method
	}{
		{"in/31_input.xml", "in/31_c14n.xml", "", inclusive},
		{"in/31_input.xml", "in/31_c14n-comments.xml", "", c14n.Method{Comments: true}},
		{"in/32_input.xml", "in/32_c14n.xml", "", inclusive},
		{"in/33_input.xml", "in/33_c14n.xml", "", inclusive},
		{"in/34_input.xml", "in/34_c14n.xml", "", inclusive},
		{"in/36_input.xml", "in/36_c14n.xml", "", inclusive},
		{"in/default_ns_redefinition_input.xml", "in/default_ns_redefinition_c14n.xml", "dsig:Object", exclusive},
		{"inExcl/example2_2_1.xml", "inExcl/example2_2_1_c14nized.xml", "n1:elem2", inclusive},
		{"inExcl/example2_2_1.xml", "inExcl/example2_2_c14nized_exclusive.xml", "n1:elem2", exclusive},
		{"inExcl/example2_2_2.xml", "inExcl/example2_2_2_c14nized.xml", "n1:elem2", inclusive},
		{"inExcl/example2_2_2.xml", "inExcl/example2_2_c14nized_exclusive.xml", "n1:elem2", exclusive},
		{"inExcl/example2_2_3.xml", "inExcl/example2_2_3_c14nized_exclusive.xml", "p", exclusive},
		{"inExcl/example2_4.xml", "inExcl/example2_4_c14nized.xml", "etsi:elem2", exclusive},
		{"inExcl/plain-soap-1.1.xml", "inExcl/plain-soap-c14nized.xml", "env:Body", exclusive},
	} {
		want := string(corpora.Read(t, suite, dir+c.out))
		d := parse(t, corpora.Read(t, suite, dir+c.in))
		var apex *helium.Element
		if c.apex != "" {
			apex = named(d, c.apex)[0]
		}
		got, err := c14n.Bytes(d, apex, c.m)
		if err != nil || string(got) != want {
			t.Errorf("%s, %s: %v\n%.900s\nwant\n%.900s", c.in, c.m.URI(), err, got, want)
		}
	}
	// 35 has a part of its text in another file, which is never opened.
	if _, err := xml.Parse(corpora.Read(t, suite, dir+"in/35_input.xml"), nil); !errors.Is(err, xml.ErrOutside) {
		t.Errorf("an external entity: %v", err)
	}
	if _, err := c14n.Bytes(parse(t, corpora.Read(t, suite, dir+"in/relative-ns-behaviour.xml")), nil, inclusive); err == nil {
		t.Error("a relative namespace name passed")
	}
}

var subtree = regexp.MustCompile(`<XPath xmlns:ietf="http://www.ietf.org">ancestor-or-self::(ietf:e[0-9]+)</XPath>`)

// TestSuiteC14N11: the interoperability tests of the W3C that select one
// element with all that it contains, as IAIK digested them.
func TestSuiteC14N11(t *testing.T) {
	const dir = "src/test/resources/org/w3c/www/interop/xmldsig/c14n11/"
	suite := corpora.Open(t, "documents/santuario.zip")
	files, err := fs.Glob(suite, dir+"*-IAIK.xml")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, f := range files {
		sig := string(corpora.Read(t, suite, f))
		m := subtree.FindStringSubmatch(sig)
		want, err := fs.ReadFile(suite, strings.TrimSuffix(f, ".xml")+"-ref0.digestinput")
		if m == nil || err != nil || strings.Count(sig, "<XPath") != 1 {
			continue
		}
		uri := regexp.MustCompile(`Reference URI="([^"]+)"`).FindStringSubmatch(sig)[1]
		d := parse(t, corpora.Read(t, suite, dir+uri))
		apexes := named(d, m[1])
		if len(apexes) != 1 {
			continue
		}
		ran++
		got, err := c14n.Bytes(d, apexes[0], c14n.Method{V11: true})
		if err != nil || string(got) != string(want) {
			t.Errorf("%s: %v\n%s\nwant\n%s", path.Base(f), err, got, want)
		}
	}
	t.Logf("%d of %d", ran, len(files))
	if ran < 8 {
		t.Errorf("only %d cases were run", ran)
	}
}

// TestReferencesInTheWild recomputes the digests of references to an element
// of the same document that are canonicalized and nothing else. Broken ones
// are there on purpose, so that a share has to fit, not all.
func TestReferencesInTheWild(t *testing.T) {
	if testing.Short() {
		t.Skip("reads some thousand documents")
	}
	for suite, floor := range map[string]int{"santuario": 100, "xmldsig-misc": 24, "xmlsec": 100} {
		fits, differ := map[string]int{}, []string(nil)
		corpora.Walk(t, corpora.Open(t, "documents/"+suite+".zip"), func(name string, data []byte) {
			if !strings.HasSuffix(name, ".xml") || len(data) > 1<<20 || !strings.Contains(string(data), "Reference") {
				return
			}
			doc, err := xml.Parse(data, nil)
			if err != nil {
				return
			}
			each(doc.Tree(), func(e *helium.Element) {
				switch uri, ok := reference(doc.Tree(), e); {
				case uri == "":
				case ok:
					fits[uri]++
				default:
					differ = append(differ, path.Base(name))
				}
			})
		})
		n := 0
		for _, k := range fits {
			n += k
		}
		t.Logf("%s: %v fit, %d differ: %v", suite, fits, len(differ), differ)
		if n < floor || n < len(differ) {
			t.Errorf("%s: %d references fit, %d differ", suite, n, len(differ))
		}
	}
}

// reference recomputes one ds:Reference; the URI is empty where it is of another kind.
func reference(d *helium.Document, e *helium.Element) (uri string, ok bool) {
	target, _ := e.GetAttribute("URI")
	if e.LocalName() != "Reference" || !strings.HasPrefix(target, "#") || len(target) < 2 || strings.Contains(target, "(") {
		return "", false
	}
	m, digest, want := c14n.Method{}, sigalg.Digest(0), ""
	transforms := 0
	each(e, func(c *helium.Element) {
		alg, _ := c.GetAttribute("Algorithm")
		switch c.LocalName() {
		case "Transform":
			method, known := c14n.ByURI(alg)
			if transforms++; !known {
				transforms = 99
			}
			m = method
		case "InclusiveNamespaces":
			list, _ := c.GetAttribute("PrefixList")
			m.Prefixes = strings.Fields(list)
		case "DigestMethod":
			digest = sigalg.DigestByURI(alg)
		case "DigestValue":
			want = strings.Join(strings.Fields(string(c.Content())), "")
		}
	})
	if transforms > 1 || !digest.Available() {
		return "", false
	}
	apex := byID(d, target[1:])
	if apex == nil {
		return "", false
	}
	out, err := c14n.Bytes(d, apex, m)
	if err != nil {
		return m.URI(), false
	}
	sum, _ := digest.Sum(out)
	return m.URI(), base64.StdEncoding.EncodeToString(sum) == want
}

func byID(d *helium.Document, id string) (found *helium.Element) {
	each(d, func(e *helium.Element) {
		for _, name := range []string{"Id", "ID", "id", "AssertionID"} {
			if v, ok := e.GetAttribute(name); ok && v == id && found == nil {
				found = e
			}
		}
		if v := e.GetAttributeNodeNS("Id", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"); v != nil && v.Value() == id && found == nil {
			found = e
		}
	})
	return found
}
