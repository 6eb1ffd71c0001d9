package ers_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/tsa/ers"
	"github.com/kakuin/kakuin/verify/verifytest"
)

func object(data string) ers.Object {
	return ers.Object{Name: data, Digests: func(d sigalg.Digest) [][]byte { h, _ := d.Sum([]byte(data)); return [][]byte{h} }}
}

func parse(t testing.TB, raw []byte) *ers.Record {
	t.Helper()
	r, err := ers.Parse(raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func holds(cov *ers.Coverage) bool {
	return !slices.ContainsFunc(cov.Stamps, func(c *ers.Covered) bool { return !c.Holds() })
}

func noteCodes(r *ers.Record, cov *ers.Coverage) string {
	all := slices.Clone(r.Notes)
	for _, c := range cov.Stamps {
		all = append(all, c.Notes...)
	}
	var out []string
	for _, n := range all {
		out = append(out, string(n.Code))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

// TestRenewals: groups, trees, renewals of both kinds in any order, in both forms.
func TestRenewals(t *testing.T) {
	w := verifytest.New()
	stamp, tree := verifytest.Renewal{Kind: verifytest.RenewStamp}, verifytest.Renewal{Kind: verifytest.RenewTree, Algorithm: "SHA-384"}
	alone := verifytest.Renewal{Kind: verifytest.RenewStamp, NoTree: true}
	for name, renewals := range map[string][]verifytest.Renewal{
		"none": nil, "time-stamp": {stamp}, "time-stamp without a tree": {alone}, "hash tree": {tree},
		"all": {stamp, alone, tree, stamp, verifytest.Renewal{Kind: verifytest.RenewTree, Algorithm: "SHA-512"}, alone},
	} {
		for _, xml := range []bool{false, true} {
			raw := w.Record(verifytest.RecordTemplate{XML: xml, Objects: [][]byte{[]byte("a"), []byte("b")}, Others: [][]byte{[]byte("c"), []byte("d")}, Renewals: renewals})
			r := parse(t, raw)
			cov := r.Cover([]ers.Object{object("a"), object("b"), object("z")})
			if !holds(cov) || cov.Broken() || !slices.Equal(cov.Objects, []int{0, 1}) || !slices.Equal(cov.Others, []int{2}) || len(cov.Stamps) != 1+len(renewals) {
				t.Errorf("%s, XML %v: %v %v", name, xml, cov.Objects, noteCodes(r, cov))
			}
			if cov := r.Cover([]ers.Object{object("z")}); cov.Broken() || len(cov.Objects) > 0 {
				t.Errorf("%s, XML %v: a stranger: %v %v", name, xml, cov.Objects, noteCodes(r, cov))
			}
			if cov := r.Cover(nil); cov.Broken() || len(cov.Objects) > 0 {
				t.Errorf("%s, XML %v: without objects: %v", name, xml, noteCodes(r, cov))
			}
		}
	}
}

// TestDeviations: what is wrong is seen here already, under its code.
func TestDeviations(t *testing.T) {
	w := verifytest.New()
	for name, want := range map[string]note.Code{
		"tree-changed": ers.CodeRoot, "xml-tree-changed": ers.CodeRoot,
		"renewal-misses-stamp": ers.CodePrevious, "xml-renewal-misses-stamp": ers.CodePrevious,
		"renewal-misses-chain": ers.CodePrevious, "xml-renewal-misses-chain": ers.CodePrevious, "xml-renewal-misses-object": ers.CodeDropped,
		"chain-two-algorithms": ers.CodeOneAlgorithm, "order": ers.CodeOrder, "imprint-other-algorithm": ers.CodeImprintAlgorithm,
		"value-short": ers.CodeDigestLength,
	} {
		tmpl := verifytest.RecordTemplate{Objects: [][]byte{[]byte(verifytest.Notice)}}
		verifytest.RenewedRecord(&tmpl)
		r := parse(t, w.Record(tmpl, verifytest.RecordDeviation("record-"+name)))
		cov := r.Cover([]ers.Object{object(verifytest.Notice)})
		if got := noteCodes(r, cov); !strings.Contains(got, string(want)) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		told := name == "order" || name == "chain-two-algorithms" // these two are for the court: every link holds
		if cov.Broken() == told || holds(cov) != told {
			t.Errorf("%s: broken %v, holds %v", name, cov.Broken(), holds(cov))
		}
	}
}

func der(tag byte, parts ...[]byte) []byte {
	b := bytes.Join(parts, nil)
	if len(b) > 0x7f {
		return append([]byte{tag, 0x82, byte(len(b) >> 8), byte(len(b))}, b...)
	}
	return append([]byte{tag, byte(len(b))}, b...)
}

func TestBroken(t *testing.T) {
	w := verifytest.New()
	good, xml := w.Record(verifytest.RecordTemplate{}), w.Record(verifytest.RecordTemplate{XML: true})
	version, none := der(2, []byte{1}), der(0x30)
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"nothing":           {nil, "EvidenceRecord"},
		"no sequence":       {der(0x30, version, none), "archiveTimeStampSequence"},
		"empty sequence":    {der(0x30, version, none, none), "is empty"},
		"empty chain":       {der(0x30, version, none, der(0x30, none)), "is empty"},
		"empty stamp":       {der(0x30, version, none, der(0x30, der(0x30, none))), "ArchiveTimeStamp[0][0]"},
		"no tree in a tree": {der(0x30, version, none, der(0x30, der(0x30, der(0x30, der(0xa2), none)))), "list of hash values"},
		"cut off":           {good[:len(good)-1], ""},
		"something after":   {der(0x30, version, none, der(0x30, der(0x30, der(0x30, none))), none), "follows"},
		"other root":        {[]byte("<a/>"), "root element"},
		"no namespace":      {bytes.Replace(xml, []byte("urn:ietf:params:xml:ns:ers"), []byte("urn:x"), 1), "root element"},
		"chain twice":       {bytes.Replace(xml, []byte(`<ArchiveTimeStamp Order="1">`), []byte(`<ArchiveTimeStamp Order="x">`), 1), "Order"},
		"element unknown":   {bytes.Replace(xml, []byte(`</TimeStamp>`), []byte(`<x/></TimeStamp>`), 1), "not expected"},
		"no base64":         {bytes.Replace(xml, []byte(`<DigestValue>`), []byte(`<DigestValue>?`), 1), "base64"},
		"form not known":    {bytes.Replace(xml, []byte("xml-exc-c14n#"), []byte("xml-exc-c14n#2"), 1), "xml-exc-c14n#2"},
		"no token":          {bytes.Replace(bytes.Replace(xml, []byte("<TimeStampToken"), []byte("<!--"), 1), []byte("</TimeStampToken>"), []byte("-->"), 1), "TimeStampToken"},
	} {
		if r, err := ers.Parse(c.raw, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v %v", name, r, err)
		}
	}
	var empty *purse.Empty
	if _, err := ers.Parse(good, purse.New(purse.Limits{Objects: 20})); !errors.As(err, &empty) {
		t.Errorf("a small purse: %v", err)
	}
	if _, err := ers.Parse(xml, purse.New(purse.Limits{Bytes: 2000})); !errors.As(err, &empty) {
		t.Errorf("a small purse: %v", err)
	}
}

// TestTokenUnreadable: a stamp without a readable token stays, and breaks nothing else.
func TestTokenUnreadable(t *testing.T) {
	version := der(2, []byte{1})
	r := parse(t, der(0x30, version, der(0x30), der(0x30, der(0x30, der(0x30, der(0x30))))))
	cov := r.Cover([]ers.Object{object("a")})
	if len(cov.Stamps) != 1 || cov.Stamps[0].TokenErr == nil || cov.Stamps[0].Holds() || cov.Broken() || len(cov.Objects) > 0 {
		t.Errorf("%+v", cov.Stamps[0])
	}
}

// TestUnknownDigest: an algorithm that cannot be computed is neither right nor wrong.
func TestUnknownDigest(t *testing.T) {
	w := verifytest.New()
	xml := bytes.Replace(w.Record(verifytest.RecordTemplate{XML: true}), []byte("xmlenc#sha256"), []byte("xmlenc#sha999"), 1)
	cov := parse(t, xml).Cover([]ers.Object{object(verifytest.Notice)})
	var un *sigalg.Unsupported
	if c := cov.Stamps[0]; !errors.As(c.Err, &un) || c.Holds() || c.Broken() || len(cov.Objects) > 0 {
		t.Errorf("%+v", c)
	}
}

// TestByDigest: without the digest for a later chain the tree is still walked,
// and nothing is claimed of the object.
func TestByDigest(t *testing.T) {
	w := verifytest.New()
	raw := w.Record(verifytest.RecordTemplate{Objects: [][]byte{[]byte("a")}, Others: [][]byte{[]byte("b")}, Renewals: []verifytest.Renewal{{Kind: verifytest.RenewTree, Algorithm: "SHA-512"}}})
	only := object("a")
	all := only.Digests
	only.Digests = func(d sigalg.Digest) [][]byte {
		if d == sigalg.SHA256 {
			return all(d)
		}
		return nil
	}
	cov := parse(t, raw).Cover([]ers.Object{only})
	second := cov.Stamps[1]
	if !second.Missing || !second.Leads || second.Broken() || second.Holds() || !slices.Equal(cov.Unknown, []int{0}) || len(cov.Objects) > 0 {
		t.Errorf("%+v %+v", second, cov)
	}
}

// fuzz holds what must be true of every input.
func fuzz(t *testing.T, raw []byte) {
	r, err := ers.Parse(raw, nil)
	if err != nil {
		return
	}
	cov := r.Cover([]ers.Object{object("in no archive"), object(verifytest.Notice)})
	if slices.Contains(cov.Objects, 0) {
		t.Error("a stranger is covered")
	}
	if len(cov.Stamps) != len(r.Stamps()) || len(cov.Objects)+len(cov.Others) != 2 {
		t.Errorf("%d of %d stamps, %v %v", len(cov.Stamps), len(r.Stamps()), cov.Objects, cov.Others)
	}
	for i, c := range cov.Stamps {
		if c.Holds() && c.Broken() || c.Holds() && c.Token == nil || c.Leads && !bytes.Equal(c.Root, c.Token.Info.Imprint) {
			t.Errorf("stamp %d: %+v", i, c)
		}
	}
	again, err := ers.Parse(raw, nil)
	if err != nil || noteCodes(again, again.Cover(nil)) != noteCodes(r, r.Cover(nil)) {
		t.Errorf("a second reading differs: %v", err)
	}
}

// seeds are few and small: every worker makes its own world.
func seeds(f *testing.F, xml bool) {
	w := verifytest.New()
	t := verifytest.RecordTemplate{XML: xml, CRLs: [][]byte{}}
	f.Add(w.Record(t))
	verifytest.RenewedRecord(&t)
	f.Add(w.Record(t))
}

func FuzzRecord(f *testing.F) {
	seeds(f, false)
	f.Fuzz(fuzz)
}

func FuzzRecordXML(f *testing.F) {
	seeds(f, true)
	f.Fuzz(fuzz)
}
