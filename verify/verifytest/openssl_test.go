package verifytest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// tool runs an outside tool; a test that needs one that is not installed is skipped.
func tool(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// files writes files into a fresh folder.
func files(t *testing.T, content map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range content {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func pems(certs ...*Cert) []byte {
	var out []byte
	for _, c := range certs {
		out = append(out, c.PEM()...)
	}
	return out
}

const at = "1793491200" // 2026-11-01T00:00:00Z

func TestOpensslAcceptsEveryPath(t *testing.T) {
	w := New()
	cases := map[string]struct {
		leaf    *Cert
		anchor  *Cert
		between []*Cert
		flags   []string
	}{
		"seal":           {w.Seal, w.Root, []*Cert{w.SealCA}, nil},
		"office":         {w.Office, w.Root, []*Cert{w.OfficeCA}, nil},
		"person":         {w.Person, w.PersonCA, nil, nil},
		"time-stamp":     {w.TSA, w.TSARoot, []*Cert{w.TSACA}, []string{"-purpose", "timestampsign"}},
		"responder":      {w.Responder, w.Root, []*Cert{w.SealCA}, nil},
		"by bridge":      {w.Seal, w.Bridge, []*Cert{w.SealCA, w.RootByBridge}, []string{"-policy_check", "-explicit_policy", "-policy", BridgePolicy}},
		"by link":        {w.Seal, w.RootNext, []*Cert{w.SealCA, w.RootByNext}, nil},
		"by bridge loop": {w.BridgeByRoot, w.Root, nil, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := files(t, map[string][]byte{"leaf.pem": c.leaf.PEM(), "anchor.pem": c.anchor.PEM(), "between.pem": append(pems(c.between...), c.anchor.PEM()...)})
			args := append([]string{"verify", "-x509_strict", "-attime", at, "-CAfile", "anchor.pem", "-untrusted", "between.pem"}, c.flags...)
			tool(t, dir, "openssl", append(args, "leaf.pem")...)
		})
	}
}

func TestOpensslReadsCRLs(t *testing.T) {
	w := New()
	var crls []byte
	for _, der := range w.CRLs(w.Seal) {
		dir := files(t, map[string][]byte{"a.crl": der})
		crls = append(crls, tool(t, dir, "openssl", "crl", "-inform", "DER", "-in", "a.crl")...)
	}
	dir := files(t, map[string][]byte{"leaf.pem": w.Seal.PEM(), "root.pem": w.Root.PEM(), "ca.pem": w.SealCA.PEM(), "crls.pem": crls})
	tool(t, dir, "openssl", "verify", "-attime", at, "-crl_check_all", "-CRLfile", "crls.pem", "-CAfile", "root.pem", "-untrusted", "ca.pem", "leaf.pem")
}

func TestOpensslVerifiesOCSP(t *testing.T) {
	w := New()
	dir := files(t, map[string][]byte{"resp.der": w.OCSP(OCSPTemplate{Cert: w.Seal}), "leaf.pem": w.Seal.PEM(),
		"ca.pem": w.SealCA.PEM(), "root.pem": w.Root.PEM()})
	out := tool(t, dir, "openssl", "ocsp", "-respin", "resp.der", "-issuer", "ca.pem", "-cert", "leaf.pem", "-attime", at,
		"-CAfile", "root.pem", "-verify_other", "ca.pem", "-validity_period", "315360000", "-no_nonce")
	if !bytes.Contains([]byte(out), []byte("leaf.pem: good")) {
		t.Errorf("openssl ocsp:\n%s", out)
	}
}

func TestOpensslVerifiesCMS(t *testing.T) {
	notice := []byte("見本 SAMPLE\n")
	for name, tpl := range map[string]func(w *World) CMSTemplate{
		"plain":         func(*World) CMSTemplate { return CMSTemplate{} },
		"time-stamped":  func(*World) CMSTemplate { return CMSTemplate{SetTimestamp: true} },
		"indefinite":    func(*World) CMSTemplate { return CMSTemplate{Indefinite: true, SetTimestamp: true} },
		"no attributes": func(*World) CMSTemplate { return CMSTemplate{Signers: []Signer{{NoAttributes: true}}} },
		"key id":        func(*World) CMSTemplate { return CMSTemplate{Signers: []Signer{{SubjectKeyID: true}}} },
		"v1":            func(*World) CMSTemplate { return CMSTemplate{Signers: []Signer{{ESS: "v1"}}} },
		"pss":           func(*World) CMSTemplate { return CMSTemplate{Signers: []Signer{{Scheme: RSAPSS, Digest: "SHA-384"}}} },
		"sha-512": func(*World) CMSTemplate {
			return CMSTemplate{Signers: []Signer{{Digest: "SHA-512", ESSDigest: "SHA-512"}}}
		},
		"ecdsa":   func(w *World) CMSTemplate { return CMSTemplate{Signers: []Signer{{Cert: w.SealWith("p256-01")}}} },
		"p-384":   func(w *World) CMSTemplate { return CMSTemplate{Signers: []Signer{{Cert: w.SealWith("p384-03")}}} },
		"p-521":   func(w *World) CMSTemplate { return CMSTemplate{Signers: []Signer{{Cert: w.SealWith("p521-01")}}} },
		"counter": func(*World) CMSTemplate { return CMSTemplate{Signers: []Signer{{CounterSigners: []Signer{{}}}}} },
		"archive": func(w *World) CMSTemplate {
			return CMSTemplate{CRLs: w.CRLs(w.Seal, w.TSA), Signers: []Signer{{Timestamp: &TokenTemplate{}, ArchiveTimestamp: &TokenTemplate{},
				ContentTimestamp: &TokenTemplate{}, AlgorithmProtection: true}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := New()
			template := tpl(w)
			template.Content = notice
			dir := files(t, map[string][]byte{"x.p7m": w.CMS(template), "root.pem": w.Root.PEM()})
			tool(t, dir, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "x.p7m", "-CAfile", "root.pem", "-attime", at, "-purpose", "any", "-out", "out")
			if got, _ := os.ReadFile(filepath.Join(dir, "out")); !bytes.Equal(got, notice) {
				t.Errorf("content is %q", got)
			}
			template.Detached = true
			dir = files(t, map[string][]byte{"x.p7s": w.CMS(template), "root.pem": w.Root.PEM(), "notice": notice})
			tool(t, dir, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "x.p7s", "-content", "notice", "-CAfile", "root.pem", "-attime", at, "-purpose", "any", "-out", "out")
		})
	}
}

func TestOpensslVerifiesTokens(t *testing.T) {
	w := New()
	data := []byte("見本 SAMPLE\n")
	for name, template := range map[string]TokenTemplate{
		"plain":   {Data: data},
		"sha-512": {Data: data, Algorithm: "SHA-512", Digest: "SHA-512"},
		"v1":      {Data: data, ESS: "v1"},
		"nothing": {Data: data, Accuracy: -1, NoTSAName: true},
	} {
		t.Run(name, func(t *testing.T) {
			token := w.Token(template)
			dir := files(t, map[string][]byte{"t.tst": token, "r.tsr": w.Response(token), "q.tsq": w.Request(template), "data": data, "root.pem": w.TSARoot.PEM()})
			tool(t, dir, "openssl", "ts", "-verify", "-in", "t.tst", "-token_in", "-data", "data", "-CAfile", "root.pem", "-attime", at)
			tool(t, dir, "openssl", "ts", "-verify", "-in", "r.tsr", "-data", "data", "-CAfile", "root.pem", "-attime", at)
			tool(t, dir, "openssl", "ts", "-verify", "-in", "r.tsr", "-queryfile", "q.tsq", "-CAfile", "root.pem", "-attime", at)
		})
	}
}
