package verifytest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestRegistryIsWellFormed(t *testing.T) {
	verdicts := []string{"TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE", "NOT-SIGNED", "UNREADABLE"}
	failed := []string{"FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED", "NOT_YET_VALID"}
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	seen := map[string]bool{}
	for _, d := range Deviations() {
		if !kebab.MatchString(d.Name) || seen[d.Name] {
			t.Errorf("%q is no name, or stands twice", d.Name)
		}
		seen[d.Name] = true
		if d.What == "" || d.Kind == "" || !slices.Contains(verdicts, d.Want.Verdict) {
			t.Errorf("%s: incomplete: %+v", d.Name, d)
		}
		// The legal pairs of EN 319 102-1 table 6.
		sub := d.Want.SubIndication
		switch d.Want.Verdict {
		case "TOTAL-FAILED":
			if !slices.Contains(failed, sub) {
				t.Errorf("%s: TOTAL-FAILED/%s is no pair", d.Name, sub)
			}
		case "INDETERMINATE":
			if sub == "" || slices.Contains(failed, sub) {
				t.Errorf("%s: INDETERMINATE/%s is no pair", d.Name, sub)
			}
		default:
			if sub != "" {
				t.Errorf("%s: %s/%s is no pair", d.Name, d.Want.Verdict, sub)
			}
		}
	}
}

func TestSpecimensAreDeterministicAndDistinct(t *testing.T) {
	seen := map[string]string{}
	for _, d := range Deviations() {
		a, b := MakeSpecimen(d.Name), MakeSpecimen(d.Name)
		if !bytes.Equal(a.Document, b.Document) || !bytes.Equal(a.TrustList, b.TrustList) {
			t.Errorf("%s comes out differently the second time", d.Name)
		}
		if len(a.Document) == 0 || a.File == "" || len(a.TrustList) == 0 {
			t.Errorf("%s is incomplete", d.Name)
		}
		key := string(a.Document) + string(a.TrustList) + string(bytes.Join(a.CRLs, nil))
		if twin, ok := seen[key]; ok {
			t.Errorf("%s and %s are the same", d.Name, twin)
		}
		seen[key] = d.Name
	}
}

// opensslDiffers is the ledger of specimens where openssl cms answers otherwise, with the reason. An entry on which it
// has come to agree fails the test.
var opensslDiffers = map[string]string{
	"good-person":                       "its anchor is another one",
	"cms-attributes-resorted":           "openssl verifies the octets received only",
	"cms-algorithm-protection-mismatch": "openssl does not read RFC 6211",
	"cms-content-type-wrong":            "openssl does not compare",
	"cms-ess-wrong":                     "openssl compares only with -cades",
	"crl-indirect":                      "wants -extended_crl",
	"crl-beside":                        "the CRLs lie elsewhere",
	"crl-revoked-later":                 "openssl has no proven time",
	"crl-later":                         "openssl wants thisUpdate before the time of judgement",
	"crl-no-next-update":                "openssl takes it for fresh for ever",
	"cert-ca-policy-required":           "wants -policy_check",
}

// TestOpensslAgrees asks openssl about every CMS specimen: what should pass passes, what fails by digest, signature,
// path or revocation fails.
func TestOpensslAgrees(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	for _, d := range Deviations() {
		if !slices.Contains([]string{"cms", "cert", "crl"}, d.Kind) || d.Name == "good-ed25519" { // openssl 3.0: no Ed25519 in CMS
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			s := MakeSpecimen(d.Name)
			if strings.HasPrefix(string(s.Document), "\x30\x80") != strings.Contains(d.Name, "indefinite") {
				t.Error("indefinite length where none should be, or the other way round")
			}
			err := opensslCMS(t, s)
			refuses := d.Want.Verdict == "TOTAL-FAILED" || opensslMustRefuse[d.Want.SubIndication]
			agrees := !(d.Want.Verdict == "TOTAL-PASSED" && err != nil || refuses && err == nil)
			reason, differs := opensslDiffers[d.Name]
			switch {
			case !agrees && !differs:
				t.Errorf("wanted %s/%s, openssl says %v", d.Want.Verdict, d.Want.SubIndication, err)
			case agrees && differs:
				t.Errorf("openssl agrees now, remove the entry: %s", reason)
			}
		})
	}
}

var opensslMustRefuse = map[string]bool{"CERTIFICATE_CHAIN_GENERAL_FAILURE": true, "NO_CERTIFICATE_CHAIN_FOUND": true,
	"REVOKED_NO_POE": true, "REVOKED_CA_NO_POE": true, "NO_SIGNING_CERTIFICATE_FOUND": true, "TRY_LATER": true, "OUT_OF_BOUNDS_NO_POE": true}

func opensslCMS(t *testing.T, s Specimen) error {
	w := s.World
	dir := files(t, map[string][]byte{"x": s.Document, "data": s.Detached, "root.pem": w.Root.PEM()})
	args := []string{"cms", "-verify", "-binary", "-inform", "DER", "-in", "x", "-CAfile", "root.pem", "-attime", at, "-purpose", "any", "-crl_check_all", "-out", "out"}
	if s.Detached != nil {
		args = append(args, "-content", "data")
	}
	cmd := exec.Command("openssl", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Logf("%s", out)
		return err
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "out")); !bytes.Equal(got, []byte(Notice)) && s.Want.Verdict == "TOTAL-PASSED" {
		t.Errorf("content %q", got)
	}
	return nil
}
