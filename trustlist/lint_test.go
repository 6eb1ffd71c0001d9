package trustlist_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/verifytest"
)

func linted(t *testing.T, yaml string, at string) (codes []string) {
	t.Helper()
	l, err := trustlist.Parse([]byte(yaml), nil)
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.Parse(time.DateOnly, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range trustlist.Lint(l, when, 30*24*time.Hour) {
		codes = append(codes, strings.TrimPrefix(string(i.Code), "K-TRL-"))
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// TestLint changes a sound list by one thing each.
func TestLint(t *testing.T) {
	w := verifytest.New()
	pem := func(c *verifytest.Cert) string {
		return "pem: |\n          " + strings.ReplaceAll(strings.TrimSpace(string(c.PEM())), "\n", "\n          ")
	}
	list := func(head, service, anchors string) string {
		return "schema: kakuin/trustlist/v1\nid: a.b\nissued: 2026-01-01\n" + head + "services:\n  - name: {en: S}\n" + service + "    anchors:\n" + anchors
	}
	const next = "nextUpdate: 2030-01-01\n"
	root := "      - " + pem(w.Root) + "\n"
	pin := "      - sha256: " + strings.Repeat("ab", 32) + "\n"
	for name, c := range map[string]struct{ yaml, at, want string }{
		"sound":                 {list(next, "", root), "2026-11-01", ""},
		"stale":                 {list("nextUpdate: 2026-10-01\n", "", root), "2026-11-01", "004"},
		"soon stale":            {list("nextUpdate: 2026-11-20\n", "", root), "2026-11-01", "005"},
		"endless":               {list("", "", root), "2026-11-01", "006"},
		"not https":             {list(next+"url: http://a.example/l\n", "", root), "2026-11-01", "018"},
		"pin":                   {list(next, "", pin), "2026-11-01", "017"},
		"ended":                 {list(next, "", root[:len(root)-1]+"\n        until: 2026-10-01\n"), "2026-11-01", "010"},
		"ends soon":             {list(next, "", root[:len(root)-1]+"\n        until: 2026-11-10\n"), "2026-11-01", "009"},
		"expired":               {list(strings.Replace(next, "2030", "2060", 1), "", root), "2059-11-01", "008"},
		"not yet":               {list(next, "", root), "2020-11-01", "011"},
		"no CA":                 {list(next, "", "      - "+pem(w.Seal)+"\n"), "2026-11-01", "016"},
		"withdrawn":             {list(next, "    status: [{from: 2020-01-01, status: withdrawn}]\n", root), "2026-11-01", "019"},
		"withdrawn with an end": {list(next, "    status: [{from: 2020-01-01, status: withdrawn}]\n", root[:len(root)-1]+"\n        until: 2028-01-01\n"), "2026-11-01", ""},
		"twice":                 {list(next, "", root+"  - name: {en: Other}\n    anchors:\n"+root), "2026-11-01", "012"},
		"empty":                 {"schema: kakuin/trustlist/v1\nid: a.b\nissued: 2026-01-01\nnextUpdate: 2030-01-01\nservices: []\n", "2026-11-01", "007"},
	} {
		if got := strings.Join(linted(t, c.yaml, c.at), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestDiffKnowsNoOrder: the same facts in another order are the same list, and
// each fact that is changed is told once.
func TestDiffKnowsNoOrder(t *testing.T) {
	w := verifytest.New()
	yaml := string(w.TrustList(verifytest.TrustListTemplate{}))
	a, err := trustlist.Parse([]byte(yaml), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := trustlist.Parse([]byte(yaml), nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(b.Services)
	for i := range b.Services {
		slices.Reverse(b.Services[i].Anchors)
		slices.Reverse(b.Services[i].Identity)
	}
	if d := trustlist.Diff(a, b); len(d) != 0 {
		t.Errorf("%+v", d)
	}
	b.Services[0].Anchors[0].Until = time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
	b.Sequence = 99
	d := trustlist.Diff(a, b)
	if len(d) != 2 || d[0].What != "sequence" || d[1].What != "until" || d[1].From != "" || d[1].To != "2028-01-01T00:00:00Z" || d[1].Anchor != fmt.Sprintf("%x", b.Services[0].Anchors[0].SHA256) {
		t.Errorf("%+v", d)
	}
}

// FuzzReadCertificates: whatever is read as certificates makes a list that
// reads back with exactly these as anchors.
func FuzzReadCertificates(f *testing.F) {
	w := verifytest.New()
	f.Add(w.Root.DER)
	f.Add(w.Root.PEM())
	f.Add(w.CMS(verifytest.CMSTemplate{Content: []byte("x")}))
	f.Add([]byte("-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := trustlist.ReadCertificates(data)
		if err != nil {
			return
		}
		d := trustlist.Draft{ID: "a.b", Type: trustlist.TypeCA, Framework: "private", Issued: w.Now, NextUpdate: w.Now.AddDate(1, 0, 0), Certificates: all}
		out, err := d.YAML()
		if err != nil {
			return // names that no list can carry
		}
		l, err := trustlist.Parse(out, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := map[[32]byte]*cert.Certificate{}
		for _, c := range all {
			want[c.SHA256] = c
		}
		for _, e := range l.Anchors(trustlist.PurposeAny) {
			delete(want, e.SHA256)
		}
		if len(want) > 0 {
			t.Errorf("%d certificates are lost", len(want))
		}
	})
}
