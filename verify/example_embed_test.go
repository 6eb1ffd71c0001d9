package verify_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/registry"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// Check an upload: only a document that passed, sealed by the body that is
// expected, is taken; everybody else is told why not.
func Example_upload() {
	v, err := sampleJudge()
	if err != nil {
		fmt.Println(err)
		return
	}
	const most = 10 << 20
	handler := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		doc, err := eseal.Open(r.Context(), bytes.NewReader(body), int64(len(body)), eseal.Options{Name: "upload"})
		if err != nil { // it could not be read at all; a bad document is no error
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		err = v.Check(r.Context(), doc, verify.SealedBy("5000020999999"))
		var refusal *verify.Refusal
		switch {
		case err == nil:
			fmt.Fprintln(w, "taken")
		case errors.As(err, &refusal):
			w.WriteHeader(http.StatusUnprocessableEntity)
			report.Write(w, refusal.Report, report.Text, report.Quiet(true))
		default: // the judge could not work: try again later, do not take it
			http.Error(w, "not checked", http.StatusServiceUnavailable)
		}
	}
	for _, name := range []string{"certificate.pdf", "certificate-altered.pdf", "unsigned.pdf"} {
		body, err := os.ReadFile("../testdata/samples/" + name)
		if err != nil {
			fmt.Println(err)
			return
		}
		w := httptest.NewRecorder()
		handler(w, httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body)))
		line, _, _ := bytes.Cut(w.Body.Bytes(), []byte("\n"))
		fmt.Printf("%s: %d %s\n", name, w.Code, line)
	}
	// Output:
	// certificate.pdf: 200 taken
	// certificate-altered.pdf: 422 Altered or forged - Signature that names Mihon Town (not confirmed)
	// unsigned.pdf: 422 Not sealed - upload
}

// A folder is a source of evidence of one's own: whatever lies there, by
// its address.
type folder map[string][]byte

func (a folder) Get(_ context.Context, w verify.Want, p *purse.Purse) (items []*evidence.Item, err error) {
	for _, url := range w.URLs {
		if raw, ok := a[url]; ok {
			return []*evidence.Item{evidence.NewItem(w.Type, raw, evidence.Supplied, "", p)}, nil
		}
	}
	return nil, nil // nothing: the report says what is missing
}

// Bring evidence from a place of one's own. What a source gives is not believed:
// it is signed by who issued it, and checked.
func ExampleWithSource() {
	w := verifytest.New()
	list, err := trustlist.Parse(w.TrustList(verifytest.TrustListTemplate{}), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	message := w.CMS(verifytest.CMSTemplate{Content: []byte("notice"), Signers: []verifytest.Signer{{Cert: w.Seal, Timestamp: &verifytest.TokenTemplate{}}}})
	for _, source := range []folder{{}, w.Addresses()} {
		v, err := verify.New(list, verify.WithTime(w.Now), verify.WithSource(source))
		if err != nil {
			fmt.Println(err)
			return
		}
		doc, err := eseal.Open(context.Background(), bytes.NewReader(message), int64(len(message)), eseal.Options{})
		if err != nil {
			fmt.Println(err)
			return
		}
		rep, err := v.Verify(context.Background(), doc)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(rep.Verdict)
	}
	// Output:
	// INDETERMINATE
	// TOTAL-PASSED
}

// Judge many documents at once: one Verifier serves them all, and remembers
// certificates, CRLs and OCSP responses that they share.
func Example_many() {
	v, err := sampleJudge()
	if err != nil {
		fmt.Println(err)
		return
	}
	names := []string{"certificate.pdf", "certificate-altered.pdf", "course-completion.pdf"}
	verdicts := make([]verdict.Document, len(names))
	var all sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0)) // as many at a time as there are cores
	for i, name := range names {
		all.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			doc, err := openSample(name)
			if err != nil {
				return // the zero value is no pass
			}
			rep, err := v.Verify(context.Background(), doc)
			if err != nil {
				return
			}
			verdicts[i] = rep.Verdict
		})
	}
	all.Wait()
	fmt.Println(verdicts)
	// Output:
	// [TOTAL-PASSED TOTAL-FAILED TOTAL-PASSED]
}

// Ask the corporate number register whether the body that sealed exists.
func ExampleWithRegister() {
	var index bytes.Buffer // a file, see kakuin registry build; here in memory
	if _, err := registry.Build(context.Background(), &index, registry.BuildOptions{}, "testdata/register_20261030.csv"); err != nil {
		fmt.Println(err)
		return
	}
	register, err := registry.OpenReader(bytes.NewReader(index.Bytes()), int64(index.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := sampleJudge(verify.WithRegister(register))
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := openSample("certificate.pdf")
	if err != nil {
		fmt.Println(err)
		return
	}
	rep, err := v.Verify(context.Background(), doc)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rep.Verdict, rep.Signatures[0].Signer.Registry.Status, rep.Signatures[0].Signer.Registry.NameMatch)
	fmt.Println(rep.Layers.Find(verdict.Registry).Text.EN)
	// Output:
	// TOTAL-PASSED active same
	// The corporate number 5000020999999 stands in the base registry as of 2026-10-30: 見本町.
}

// Load a trust list anew while judging goes on. A Verifier does not change; a
// new one takes its place, and never with a list that is older.
func Example_reload() {
	var current atomic.Pointer[verify.Verifier]
	var used *trustlist.List
	use := func(file []byte) error {
		list, err := trustlist.Parse(file, nil)
		if err != nil {
			return err
		}
		if err := trustlist.CheckSequence(used, list); err != nil {
			return err
		}
		v, err := verify.New(list)
		if err != nil {
			return err
		}
		used = list
		current.Store(v)
		return nil
	}
	edition := func(n int) []byte {
		return fmt.Appendf(nil, "schema: kakuin/trustlist/v1\nid: example.office\nsequence: %d\nservices:\n  - name: {en: Root}\n    anchors:\n      - sha256: %064x\n", n, 1)
	}
	fmt.Println(use(edition(42)))
	fmt.Println(use(edition(41)))
	fmt.Println(current.Load() != nil)
	// Output:
	// <nil>
	// trust list "example.office" goes back from sequence 42 to 41; get the newest from its operator
	// true
}

// Keep what a verdict rests on, and judge from it years later without network
// and without the document.
func ExampleOpenSaved() {
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
	var kept bytes.Buffer
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	ev, err := v.Collect(ctx, doc, at)
	if err != nil {
		fmt.Println(err)
		return
	}
	rep, err := v.Save(ctx, &kept, ev, at)
	if err != nil {
		fmt.Println(err)
		return
	}
	saved, err := verify.OpenSaved(kept.Bytes(), verify.SavedOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := saved.Replay(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(again.Verdict, again.Verdict == rep.Verdict)
	kept.Bytes()[kept.Len()/2] ^= 1
	_, err = verify.OpenSaved(kept.Bytes(), verify.SavedOptions{})
	fmt.Println(err != nil)
	// Output:
	// TOTAL-PASSED true
	// true
}

// Read a report that another program wrote, with the public types.
func ExampleDecodeReport() {
	f, err := os.Open("report/testdata/missing.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	rep, err := verify.DecodeReport(f)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rep.Verdict)
	for _, s := range rep.Signatures {
		fmt.Println(s.ID, s.Indication, s.SubIndication)
	}
	for _, f := range report.Findings(rep) {
		if f.Severity == verdict.Error {
			fmt.Println(f.Code, f.Text.EN)
		}
	}
	if q := rep.Layers.Find(verdict.NotRevoked); q != nil {
		fmt.Println(q.ID, q.Status)
	}
	// Output:
	// INDETERMINATE
	// S1 INDETERMINATE TRY_LATER
	// K-EXP-001 The document is not sealed by whom you expect: you expect 見本市, it says 見本省.
	// K-REV-001 It is not yet known whether the certificate of CN=Seal 1 was revoked: there is no revocation data at hand.
	// not-revoked unconfirmed
}

// Expect a certificate by its fingerprint: the strictest name that there is.
func ExampleSealedBy() {
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
	rep, err := v.Verify(context.Background(), doc)
	if err != nil {
		fmt.Println(err)
		return
	}
	raw, err := hex.DecodeString(rep.Signatures[0].Signer.Certificate)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(v.Check(context.Background(), doc, verify.SealedBy(hex.EncodeToString(raw))))
	fmt.Println(v.Check(context.Background(), doc, verify.SealedBy("Somebody Else")) != nil)
	// Output:
	// <nil>
	// true
}
