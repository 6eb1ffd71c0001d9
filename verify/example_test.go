package verify_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// openSample opens one of the sample documents.
func openSample(name string) (*eseal.Document, error) {
	f, err := os.Open("../testdata/samples/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return eseal.Open(context.Background(), f, info.Size(), eseal.Options{Name: name})
}

// sampleJudge trusts the sample list and judges on the day after the samples
// were sealed; leave WithTime out to judge now.
func sampleJudge(options ...verify.Option) (*verify.Verifier, error) {
	list, err := trustlist.Load("../testdata/samples/trust.yaml")
	if err != nil {
		return nil, err
	}
	options = append(options, verify.WithTime(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)))
	return verify.New(list, options...)
}

func ExampleNew() {
	list, err := trustlist.Load("../testdata/samples/trust.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = verify.New(list)
	fmt.Println(err)
	_, err = verify.New(nil)
	fmt.Println(err)
	// Output:
	// <nil>
	// verify: nil trust list; to check integrity alone say verify.NoTrust()
}

func ExampleVerifier_Verify() {
	v, err := sampleJudge()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"certificate.pdf", "certificate-altered.pdf", "unsigned.pdf"} {
		doc, err := openSample(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		rep, err := v.Verify(context.Background(), doc)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(name, rep.Verdict)
		for _, s := range rep.Signatures {
			fmt.Println(s.ID, s.Outcome(), s.Signer.Organization, s.Signer.CorporateNumber)
		}
	}
	// Output:
	// certificate.pdf TOTAL-PASSED
	// S1 TOTAL-PASSED Mihon Town 5000020999999
	// certificate-altered.pdf TOTAL-FAILED
	// S1 TOTAL-FAILED/HASH_FAILURE Mihon Town 5000020999999
	// unsigned.pdf NOT-SIGNED
}

func ExampleVerifier_Check() {
	v, err := sampleJudge()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, who := range []string{"5000020999999", "Other Town"} {
		doc, err := openSample("certificate.pdf")
		if err != nil {
			fmt.Println(err)
			return
		}
		err = v.Check(context.Background(), doc, verify.SealedBy(who))
		fmt.Println(who, err == nil)
		var no *verify.Refusal
		if errors.As(err, &no) {
			fmt.Println(no)
			_ = report.Write(os.Stdout, no.Report, report.Text, report.Quiet(true))
		}
	}
	// Output:
	// 5000020999999 true
	// Other Town false
	// verify: INDETERMINATE: expected sealed-by "Other Town", found "Mihon Town"
	// Not yet confirmed - Electronic seal of Mihon Town
	// Vouched for by: Mihon Electronic Seal CA in the trust list mihon.sample.
	// Sealer: Other Town was expected, Mihon Town was found.
}

func ExampleVerifier_Path() {
	b := verifytest.NewBridge() // a bridge CA between three government PKIs
	list, err := trustlist.FromCertificates("local governments", b.Certs["lgpki-1"].DER)
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := verify.New(list, verify.WithTime(b.Now), verify.WithEvidence(bridgeEvidence(b)...))
	if err != nil {
		fmt.Println(err)
		return
	}
	office, err := cert.Parse(b.Certs["office"].DER, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	rep, err := v.Path(context.Background(), office, verify.PathOptions{Purpose: verify.PurposeSeal, RequireExplicitPolicy: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rep.Outcome(), "under", rep.Policies)
	for _, e := range rep.Path {
		fmt.Println(rep.Certificates[e.Certificate].Subject)
	}
	// Output:
	// PASSED under [1.3.6.1.4.1.32473.1.50.2]
	// CN=Director-General,OU=Ministry of Samples,O=Mihon Government,C=JP
	// OU=OfficialStatusCA,O=Mihon Government,C=JP
	// OU=Mihon Bridge CA,O=Mihon Government,C=JP
	// CN=Mihon LGPKI Root CA,O=Mihon Local Governments,C=JP
	// CN=Mihon LGPKI Root CA,O=Mihon Local Governments,C=JP
	// CN=Mihon LGPKI Root CA,O=Mihon Local Governments,C=JP
}
