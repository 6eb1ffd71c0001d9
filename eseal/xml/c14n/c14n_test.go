package c14n_test

import (
	"strings"
	"testing"

	"github.com/lestrrat-go/helium"

	"github.com/kakuin/kakuin/eseal/xml"
	"github.com/kakuin/kakuin/eseal/xml/c14n"
	"github.com/kakuin/kakuin/internal/corpora"
)

var (
	m10 = c14n.Method{}
	m11 = c14n.Method{V11: true}
	mEx = c14n.Method{Exclusive: true}
)

func TestRules(t *testing.T) {
	for name, c := range map[string]struct {
		in, apex string
		m        c14n.Method
		want     string
	}{
		"escapes":                  {`<a b='"&lt;&#9;&#10;&#13;&amp;>'>&lt;&gt;&amp;&#13;"</a>`, "", m10, "<a b=\"&quot;&lt;&#x9;&#xA;&#xD;&amp;>\">&lt;&gt;&amp;&#xD;\"</a>"},
		"CDATA is text":            {`<a><![CDATA[<&]]></a>`, "", m10, "<a>&lt;&amp;</a>"},
		"empty elements":           {`<a/>`, "", m10, "<a></a>"},
		"attributes by name":       {`<a xmlns:y="urn:1" xmlns:x="urn:2" x:a="" y:b="" c=""/>`, "", m10, `<a xmlns:x="urn:2" xmlns:y="urn:1" c="" y:b="" x:a=""></a>`},
		"a declaration once":       {`<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:1"/></p:a>`, "", m10, `<p:a xmlns:p="urn:1"><p:b></p:b></p:a>`},
		"default taken back":       {`<a xmlns="urn:1"><b xmlns=""/></a>`, "", m10, `<a xmlns="urn:1"><b xmlns=""></b></a>`},
		"nothing to take back":     {`<a xmlns=""><b xmlns=""/></a>`, "", m10, `<a><b></b></a>`},
		"unused stays, inclusive":  {`<r xmlns:u="urn:u"><a/></r>`, "a", m10, `<a xmlns:u="urn:u"></a>`},
		"unused goes, exclusive":   {`<r xmlns:u="urn:u"><a/></r>`, "a", mEx, `<a></a>`},
		"listed stays":             {`<r xmlns:u="urn:u"><a><b xmlns:u="urn:v"/></a></r>`, "a", c14n.Method{Exclusive: true, Prefixes: []string{"u"}}, `<a xmlns:u="urn:u"><b xmlns:u="urn:v"></b></a>`},
		"#default listed":          {`<r xmlns="urn:u"><x:a xmlns:x="urn:x"/></r>`, "x:a", c14n.Method{Exclusive: true, Prefixes: []string{"#default"}}, `<x:a xmlns="urn:u" xmlns:x="urn:x"></x:a>`},
		"used where it is used":    {`<r xmlns:u="urn:u"><a><u:b/><u:c/></a></r>`, "a", mEx, `<a><u:b xmlns:u="urn:u"></u:b><u:c xmlns:u="urn:u"></u:c></a>`},
		"used by an attribute":     {`<r xmlns:u="urn:u"><a u:x="1"/></r>`, "a", mEx, `<a xmlns:u="urn:u" u:x="1"></a>`},
		"exclusive takes back":     {`<a xmlns="urn:1"><b xmlns=""/></a>`, "", mEx, `<a xmlns="urn:1"><b xmlns=""></b></a>`},
		"xml attributes inherited": {`<r xml:lang="ja" xml:id="i" xml:base="b/"><a/></r>`, "a", m10, `<a xml:base="b/" xml:id="i" xml:lang="ja"></a>`},
		"xml:id is not, in 1.1":    {`<r xml:lang="ja" xml:id="i"><a/></r>`, "a", m11, `<a xml:lang="ja"></a>`},
		"nearest wins":             {`<r xml:lang="ja"><s xml:lang="en"><a/></s></r>`, "a", m10, `<a xml:lang="en"></a>`},
		"own wins":                 {`<r xml:lang="ja"><a xml:lang="en"/></r>`, "a", m11, `<a xml:lang="en"></a>`},
		"none, exclusive":          {`<r xml:lang="ja"><a/></r>`, "a", mEx, `<a></a>`},
		"bases joined in 1.1":      {`<r xml:base="http://x/a/b"><s xml:base="../c/"><a xml:base="d"/></s></r>`, "a", m11, `<a xml:base="http://x/c/d"></a>`},
		"relative bases":           {`<r xml:base="foo/bar"><s xml:base=".."><a xml:base="x"/></s></r>`, "a", m11, `<a xml:base="x"></a>`},
		"xml is never declared":    {`<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="ja"/>`, "", m10, `<a xml:lang="ja"></a>`},
		"comments left out":        {`<!--1--><a><!--2-->x</a><!--3-->`, "", m10, `<a>x</a>`},
		"comments kept":            {`<!--1--><a><!--2-->x</a><!--3-->`, "", c14n.Method{Comments: true}, "<!--1-->\n<a><!--2-->x</a>\n<!--3-->"},
		"processing instructions":  {"<?p  d ?><a><?q?></a><?r\r\ns?>", "", m10, "<?p d ?>\n<a><?q?></a>\n<?r s?>"},
		"line ends":                {"<a>1\r\n2\r3</a>", "", m10, "<a>1\n2\n3</a>"},
		"entities":                 {`<!DOCTYPE a [<!ENTITY e "x&#38;#38;y"><!ATTLIST a d CDATA "v">]><a>&e;</a>`, "", m10, `<a d="v">x&amp;y</a>`},
		"UTF-16":                   {"\xfe\xff\x00<\x00a\x00>0\x42\x00<\x00/\x00a\x00>", "", m10, "<a>\u3042</a>"},
	} {
		d := parse(t, []byte(c.in))
		var apex *helium.Element
		if c.apex != "" {
			apex = named(d, c.apex)[0]
		}
		got, err := c14n.Bytes(d, apex, c.m)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%q, want\n%q", name, err, got, c.want)
		}
	}
}

func TestMethods(t *testing.T) {
	for _, uri := range []string{
		"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
		"http://www.w3.org/2006/12/xml-c14n11", "http://www.w3.org/2006/12/xml-c14n11#WithComments",
		"http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
	} {
		m, ok := c14n.ByURI(uri)
		if !ok || m.URI() != uri || m.Comments != strings.HasSuffix(uri, "WithComments") {
			t.Errorf("%s: %+v %v", uri, m, ok)
		}
	}
	for _, uri := range []string{"", "http://www.w3.org/2001/10/xml-exc-c14n#X", "http://www.w3.org/2000/09/xmldsig#base64", "WithComments"} {
		if m, ok := c14n.ByURI(uri); ok {
			t.Errorf("%s: %+v", uri, m)
		}
	}
}

func TestRelativeNamespace(t *testing.T) {
	for _, in := range []string{`<a xmlns="rel"/>`, `<a><b xmlns:p="../x"/></a>`, `<a xmlns="1:x"/>`} {
		if out, err := c14n.Bytes(parse(t, []byte(in)), nil, m10); err == nil {
			t.Errorf("%s gives %s", in, out)
		}
	}
}

// TestBases: RFC 3986 5.4 and the examples of Canonical XML 1.1 section 2.4.
func TestBases(t *testing.T) {
	for _, c := range [][3]string{
		{"http://a/b/c/d;p?q", "g", "http://a/b/c/g"}, {"http://a/b/c/d;p?q", "../../../g", "http://a/g"},
		{"http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y"}, {"http://a/b/c/d;p?q", "//g", "http://g"},
		{"http://a/b/c/d;p?q", "urn:x", "urn:x"}, {"http://a/b/c/d;p?q", "/g/./h/../i", "http://a/g/i"},
		{"abc/", "../", ""}, {"../..", "..", "../../../"}, {"..", "..", "../../"}, {"a/b", "../../../c", "../../c"},
		{"foo/bar", "..", ""}, {"", "x", "x"}, {"x", "", "x"},
	} {
		in := `<r xml:base="` + c[0] + `"><a xml:base="` + c[1] + `"/></r>`
		d := parse(t, []byte(in))
		got, err := c14n.Bytes(d, named(d, "a")[0], m11)
		if want := `<a xml:base="` + c[2] + `"></a>`; err != nil || string(got) != want {
			t.Errorf("%q in %q: %s, want %s", c[1], c[0], got, want)
		}
	}
}

// TestAgainstXmllint: another implementation over the same documents.
func TestAgainstXmllint(t *testing.T) {
	tool := corpora.Tool(t, "xmllint")
	for _, in := range []string{
		`<a xmlns="urn:1" xmlns:p="urn:2" p:z="1" b="2"><p:b xmlns=""><c xmlns="urn:1"/></p:b></a>`,
		"<?x y?><a>\r\n<b c='&#10;'/><!--k--></a>",
	} {
		for flag, m := range map[string]c14n.Method{"--c14n": {Comments: true}, "--c14n11": {V11: true, Comments: true}, "--exc-c14n": {Exclusive: true, Comments: true}} {
			file := t.TempDir() + "/x.xml"
			write(t, file, in)
			want, stderr, ran := corpora.Run(tool, flag, file)
			got, err := c14n.Bytes(parse(t, []byte(in)), nil, m)
			if !ran || err != nil || string(got) != want {
				t.Errorf("%s %s: %v %s\n%s\nwant\n%s", flag, in, err, stderr, got, want)
			}
		}
	}
}

// FuzzCanonical: a canonical form reads as itself, in every method.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`<a xmlns:b="urn:b" b:c="&#13;"><b:d xmlns=""/><!--x--><?p q?></a>`, `<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a" xml:base="../x"/></b></a>`, `<!DOCTYPE a [<!ENTITY e "1"><!ATTLIST a b CDATA "c">]><a>&e;</a>`, "<a>\r\n<![CDATA[<]]></a>"} {
		f.Add([]byte(s), uint8(0))
		f.Add([]byte(s), uint8(7))
	}
	f.Fuzz(func(t *testing.T, raw []byte, kind uint8) {
		m := c14n.Method{Exclusive: kind&1 != 0, Comments: kind&2 != 0}
		m.V11 = !m.Exclusive && kind&4 != 0
		doc, err := xml.Parse(raw, nil)
		if err != nil {
			return
		}
		once, err := doc.Canonical(m)
		if err != nil {
			return
		}
		again, err := xml.Parse(once, nil)
		if err != nil {
			t.Fatalf("the canonical form is no XML: %v\n%q", err, once)
		}
		if twice, err := again.Canonical(m); err != nil || string(twice) != string(once) {
			t.Errorf("%v\n%q\nthen\n%q", err, once, twice)
		}
	})
}
