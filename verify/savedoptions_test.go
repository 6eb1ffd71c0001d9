package verify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/trustlist/japan"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// failing is a source that has nothing and says why.
type failing struct{}

func (failing) Get(_ context.Context, w verify.Want, _ *purse.Purse) ([]*evidence.Item, error) {
	return nil, errors.Join(&evidence.Failure{URL: "http://example.jp/a", Kind: evidence.TimedOut, Params: map[string]string{"limit": "5s"}, Err: errors.New("slow")},
		fmt.Errorf("no route for %s", w.Type))
}

// TestSavedOptions: every option that touches a report is saved with it.
func TestSavedOptions(t *testing.T) {
	t.Parallel()
	w := verifytest.New()
	documents := []string{"certificate.pdf", "disposition-notice.pdf", "notice.txt.p7s", "unsigned.pdf"}
	if testing.Short() {
		documents = documents[:1] // enough for the race detector
	}
	lists := map[string]*trustlist.List{"sample": sampleList(t)}
	builtIn, err := japan.List()
	if err != nil {
		t.Fatal(err)
	}
	lists["built-in"] = builtIn
	if lists["merged"], err = trustlist.Merge(builtIn, sampleList(t)); err != nil {
		t.Fatal(err)
	}
	if lists["plain"], err = trustlist.FromCertificates("root", sample(t, "certs/root.cer")); err != nil {
		t.Fatal(err)
	}
	lists["none"] = verify.NoTrust()
	broken := evidence.NewItem(evidence.CRL, []byte("no list"), evidence.Supplied, "x.crl", purse.New(purse.Limits{}))
	supplied := evidence.NewItem(evidence.Certificate, w.Seal.DER, evidence.Supplied, "", purse.New(purse.Limits{}))
	for name, o := range map[string][]verify.Option{
		"explained":     {verify.WithExplanation()},
		"forecast":      {verify.WithForecast(true)},
		"personal data": {verify.WithPersonalData()},
		"constraints":   {verify.WithAnchorConstraints()},
		"soft":          {verify.WithPolicy(policyNamed(t, "strict", policy.Prefer))},
		"no revocation": {verify.WithPolicy(policyNamed(t, "rfc5280", policy.None))},
		"supplied":      {verify.WithEvidence(supplied, broken)},
		"misses":        {verify.WithSource(failing{})},
		"few paths":     {verify.WithLimits(purse.Limits{Paths: 1, Signatures: 40})},
		"version":       {verify.WithVersion("1.2.3")},
	} {
		for listName, list := range lists {
			for _, doc := range documents {
				v, err := verify.New(list, append([]verify.Option{verify.WithTime(sampleTime)}, o...)...)
				if err != nil {
					t.Fatal(err)
				}
				expect := []verify.Expect{verify.SealedBy("5000020999999"), verify.RequireLevel("B-T"), verify.AnySealerUnsafe()}
				opened := eseal.Options{Name: name + ", " + listName + ", " + doc}
				if doc == "notice.txt.p7s" {
					opened.Detached = detached("notice.txt", sample(t, "notice.txt"))
				}
				rep := verified(t, v, sample(t, doc), opened, expect...)
				replayed(t, v, sample(t, doc), opened, rep, expect...)
			}
		}
	}
}

// TestSavedDocuments: documents that are read with something besides, or not
// to their end.
func TestSavedDocuments(t *testing.T) {
	t.Parallel()
	w := verifytest.New()
	v := sampleVerifier(t)
	content := []byte("Ed25519 takes the message itself")
	for _, c := range []struct {
		name string
		data []byte
		o    eseal.Options
	}{
		{"empty", nil, eseal.Options{}},
		{"text", []byte("no document"), eseal.Options{}},
		{"xml", []byte("<?xml version='1.0'?><a/>"), eseal.Options{}},
		{"cut off", sample(t, "certificate.pdf")[:30000], eseal.Options{}},
		{"few objects", sample(t, "certificate.pdf"), eseal.Options{Limits: purse.Limits{Objects: 900}}},
		{"few octets", sample(t, "certificate.pdf"), eseal.Options{Limits: purse.Limits{Bytes: 120 << 10}}},
		{"shallow", sample(t, "notice.txt.p7m"), eseal.Options{Limits: purse.Limits{Depth: 9}}},
		{"no content", sample(t, "notice.txt.p7s"), eseal.Options{}},
		{"two contents", sample(t, "notice.txt.p7s"), eseal.Options{Detached: append(detached("a", []byte("x")), detached("b", sample(t, "notice.txt"))...)}},
		{"other content", sample(t, "certificate.pdf"), eseal.Options{Detached: detached("a", []byte("x"))}},
		{"attached", w.CMS(verifytest.CMSTemplate{Content: content}), eseal.Options{}},
	} {
		c.o.Name = c.name
		replayed(t, v, c.data, c.o, verified(t, v, c.data, c.o))
	}
	for k := int64(1); k < 40; k++ { // a limit at every stage
		o := eseal.Options{Name: fmt.Sprint("objects ", 100*k), Limits: purse.Limits{Objects: 100 * k}}
		replayed(t, v, sample(t, "certificate.pdf"), o, verified(t, v, sample(t, "certificate.pdf"), o))
	}
}

// TestSavedWithoutContent: what was signed is not in the archive.
func TestSavedWithoutContent(t *testing.T) {
	ctx := context.Background()
	w := verifytest.New()
	secret := bytes.Repeat([]byte("The content stays with its owner. "), 100)
	for name, c := range map[string]struct {
		data []byte
		o    eseal.Options
	}{
		"attached":     {w.CMS(verifytest.CMSTemplate{Content: secret}), eseal.Options{}},
		"large pieces": {w.CMS(verifytest.CMSTemplate{Content: bytes.Repeat(secret, 1000)}), eseal.Options{}},
		"detached":     {w.CMS(verifytest.CMSTemplate{Content: secret, Detached: true}), eseal.Options{Detached: detached("x", secret)}},
	} {
		v := sampleVerifier(t)
		doc, err := eseal.Open(ctx, bytes.NewReader(c.data), int64(len(c.data)), c.o)
		if err != nil {
			t.Fatal(err)
		}
		ev, err := v.Collect(ctx, doc, sampleTime)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := v.Save(ctx, &out, ev, sampleTime); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if bytes.Contains(out.Bytes(), secret[:40]) {
			t.Errorf("%s: the archive has the content", name)
		}
		s, err := verify.OpenSaved(out.Bytes(), verify.SavedOptions{})
		if err != nil {
			t.Fatal(err)
		}
		rep, err := s.Replay(ctx)
		if err != nil || len(rep.Signatures) != 1 || integrity(&rep.Signatures[0]) != "confirmed" {
			t.Errorf("%s: %v %s", name, err, codes(rep))
		}
	}
}

// TestSavedPolicies: every built-in policy, and one that was changed after it
// was read, are saved as they were used.
func TestSavedPolicies(t *testing.T) {
	t.Parallel()
	data := sample(t, "certificate.pdf")
	for _, name := range policy.Names() {
		for _, mode := range []policy.Mode{policy.Require, policy.Prefer, policy.None} {
			p := *policyNamed(t, name, mode)
			if mode == policy.Prefer {
				p.ID, p.Revocation.MaxAge = "mine", []policy.MaxAge{{Position: "signer", Hours: 1}}
			}
			v := sampleVerifier(t, verify.WithPolicy(&p))
			o := eseal.Options{Name: name + " " + string(mode)}
			replayed(t, v, data, o, verified(t, v, data, o))
		}
	}
}

// TestSavedRefusals: calls that cannot be answered are errors.
func TestSavedRefusals(t *testing.T) {
	ctx := context.Background()
	v := sampleVerifier(t)
	if _, err := v.Save(ctx, &bytes.Buffer{}, &verify.Evidence{Document: &eseal.Document{}, Items: evidence.NewSet()}, sampleTime); err == nil {
		t.Error("a document that nobody opened")
	}
	data := sample(t, "certificate.pdf")
	s, err := verify.OpenSaved(savedSample(t, "certificate.pdf"), verify.SavedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ReplayWith(ctx, eseal.Detached{}, nil); err == nil {
		t.Error("no document")
	}
	if _, err := s.ReplayWith(ctx, eseal.Detached{R: bytes.NewReader(data), Size: int64(len(data))}, nil, detached("x", data)...); err == nil {
		t.Error("content beside a document that had none")
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Replay(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// ExampleVerifier_Save saves what a verdict rests on and verifies from it.
func ExampleVerifier_Save() {
	ctx := context.Background()
	v, err := sampleJudge()
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := openSample("certificate.pdf")
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	ev, err := v.Collect(ctx, doc, at)
	if err != nil {
		fmt.Println(err)
		return
	}
	var archive bytes.Buffer
	if _, err := v.Save(ctx, &archive, ev, at); err != nil {
		fmt.Println(err)
		return
	}
	saved, err := verify.OpenSaved(archive.Bytes(), verify.SavedOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rep, err := saved.Replay(ctx) // ReplayWith holds the document against it
	fmt.Println(rep.Verdict, err)
	// Output: TOTAL-PASSED <nil>
}
