package xml_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/xml"
)

func TestElements(t *testing.T) {
	d, err := xml.Parse([]byte("<?xml version='1.0'?><p:a xmlns:p='urn:p' n='1' p:n='2'>\r\n<!--c--><b>x<![CDATA[y]]>&amp;</b><c><d/></c></p:a>"), nil)
	if err != nil {
		t.Fatal(err)
	}
	root := d.Root()
	space, local := root.Name()
	v, ok := root.Attribute("n")
	if space != "urn:p" || local != "a" || v != "1" || !ok || d.HasDoctype() {
		t.Errorf("{%s}%s %q %v", space, local, v, ok)
	}
	if _, ok := root.Attribute("none"); ok {
		t.Error("an attribute that is not there")
	}
	all := root.Children()
	if len(all) != 2 || all[0].Line() != 2 {
		t.Fatalf("%d children, line %d", len(all), all[0].Line())
	}
	if text, ok := all[0].Text(); text != "xy&" || !ok {
		t.Errorf("%q %v", text, ok)
	}
	if _, ok := all[1].Text(); ok {
		t.Error("an element counts as text")
	}
}

func TestUpTo(t *testing.T) {
	d, err := xml.Parse([]byte("<r>\n<a/>\n <b/>\n  <c/>\n</r>"), nil)
	if err != nil {
		t.Fatal(err)
	}
	root := d.Root()
	got, err := root.CanonicalUpTo(xml.Method{}, root.Children()[0])
	if err != nil || len(got) != 2 || string(got[0]) != "<r>\n<a></a>\n \n  \n</r>" || string(got[1]) != "<r>\n<a></a>\n</r>" {
		t.Errorf("%q %v", got, err)
	}
	all, err := root.CanonicalUpTo(xml.Method{}, root.Children()[2])
	if err != nil || len(all) != 1 || string(all[0]) != "<r>\n<a></a>\n <b></b>\n  <c></c>\n</r>" {
		t.Errorf("%q %v", all, err)
	}
}

// TestHostile: nothing outside is opened, nothing grows, nothing is dropped in silence.
func TestHostile(t *testing.T) {
	laughs := `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">`
	for c := 'b'; c < 'k'; c++ {
		laughs += "<!ENTITY " + string(c) + ` "` + strings.Repeat("&"+string(c-1)+";", 20) + `">`
	}
	for name, in := range map[string]string{
		"external entity":            `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>`,
		"external entity in a value": `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a b="&e;"/>`,
		"external in internal":       `<!DOCTYPE a [<!ENTITY e SYSTEM "x"><!ENTITY f "&e;">]><a>&f;</a>`,
		"undeclared entity":          `<a>&e;</a>`,
		"many laughs":                laughs + "]><a>&j;</a>",
		"recursion":                  `<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]><a>&a;</a>`,
		"too deep":                   strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100),
		"two roots":                  "<a/><b/>",
		"nothing":                    "",
		"not closed":                 "<a>",
		"prefix unbound":             "<p:a/>",
		"attribute twice":            "<a b='' b=''/>",
		"zero octet":                 "<a>\x00</a>",
	} {
		d, err := xml.Parse([]byte(in), nil)
		if err != nil {
			continue
		}
		out, err := d.Canonical(xml.Method{})
		if err == nil {
			t.Errorf("%s: %.80q", name, out)
		}
	}
	var empty *purse.Empty
	for _, l := range []purse.Limits{{Objects: 10}, {Bytes: 1000}} {
		if _, err := xml.Parse([]byte(strings.Repeat("<a/>", 50)), purse.New(l)); !errors.As(err, &empty) {
			t.Errorf("%+v: %v", l, err)
		}
	}
	undeclared := `<!DOCTYPE a SYSTEM "a.dtd"><a>1&e;2</a>` // no error of form: a DTD that is not read may declare it
	if d, err := xml.Parse([]byte(undeclared), nil); err == nil {
		if out, err := d.Canonical(xml.Method{}); err == nil {
			t.Errorf("an entity that is not known: %q", out)
		}
	}
}

// FuzzParse: what reads, reads again from its canonical form with the same elements.
func FuzzParse(f *testing.F) {
	f.Add([]byte("<a xmlns='urn:a' b='c'>x<d/><!--e--></a>"))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY e "<b/>">]><a>&e;</a>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p := purse.New(purse.Limits{})
		d, err := xml.Parse(raw, p)
		if err != nil {
			return
		}
		out, err := d.Root().Canonical(xml.Method{Exclusive: true})
		if err != nil {
			return
		}
		again, err := xml.Parse(out, nil)
		if err != nil {
			t.Fatalf("%v: %q", err, out)
		}
		if a, b := shape(d.Root()), shape(again.Root()); a != b {
			t.Errorf("%s, then %s", a, b)
		}
	})
}

func shape(e xml.Element) string {
	space, local := e.Name()
	out := "{" + space + "}" + local + "("
	for _, c := range e.Children() {
		out += shape(c)
	}
	return out + ")"
}
