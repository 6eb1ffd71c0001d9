package revocation_test

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/internal/path"
)

// A says is somebody's answer to a question.
type says struct {
	passed bool
	why    string // "passed", or the reason in few words that do not name the case
	depth  int    // how far above the leaf the reason lies, where the tool says that
	left   string // why the tool was not asked; the rest is then empty
}

// A peer is a tool of other people that judges certification paths.
type peer interface {
	name() string
	version() string
	// wants is the question as the tool can take it, for us to be asked the
	// same; or why it cannot be asked.
	wants(question) (question, string)
	ask(t *testing.T, q question) says
}

// x509Peer is crypto/x509. It takes no CRLs and none of the switches of
// policy processing, and holds paths to what the anchor's certificate says.
type x509Peer struct{}

func (x509Peer) name() string    { return "crypto/x509" }
func (x509Peer) version() string { return runtime.Version() }

func (x509Peer) wants(q question) (question, string) {
	if q.ExplicitPolicy || q.InhibitMapping || q.InhibitAny {
		return q, "explicit policy and its like cannot be asked"
	}
	q.crls, q.ocsps, q.CheckRevocation, q.constraints = nil, nil, false, true
	return q, ""
}

var ekuOfX509 = map[string]x509.ExtKeyUsage{
	"serverAuth": x509.ExtKeyUsageServerAuth, "clientAuth": x509.ExtKeyUsageClientAuth, "codeSigning": x509.ExtKeyUsageCodeSigning,
	"emailProtection": x509.ExtKeyUsageEmailProtection, "timeStamping": x509.ExtKeyUsageTimeStamping, "OCSPSigning": x509.ExtKeyUsageOCSPSigning,
	"anyExtendedKeyUsage": x509.ExtKeyUsageAny,
}

func (x509Peer) ask(t *testing.T, q question) says {
	unread := ""
	pool := func(list [][]byte) *x509.CertPool {
		p := x509.NewCertPool()
		for _, der := range list {
			if c, err := x509.ParseCertificate(der); err == nil {
				p.AddCert(c)
			} else if unread == "" {
				unread = "a candidate is unread: " + brief(err.Error())
			}
		}
		return p
	}
	opts := x509.VerifyOptions{Roots: pool(q.anchors), Intermediates: pool(q.intermediates), CurrentTime: q.at(t)}
	for _, p := range q.InitialPolicies {
		oid, err := x509.ParseOID(p)
		if err != nil {
			t.Fatal(err)
		}
		if p != anyPolicy { // nil is any policy
			opts.CertificatePolicies = append(opts.CertificatePolicies, oid)
		}
	}
	opts.KeyUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
	if len(q.RequiredEKU) > 0 {
		opts.KeyUsages = nil
	}
	for _, e := range q.RequiredEKU {
		opts.KeyUsages = append(opts.KeyUsages, ekuOfX509[e])
	}
	if q.timestamping() {
		opts.KeyUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}
	}
	leaf, err := x509.ParseCertificate(q.leaf)
	if err != nil {
		return says{why: "parse: " + brief(err.Error())}
	}
	if _, err := leaf.Verify(opts); err != nil {
		why := strings.TrimPrefix(reflect.TypeOf(err).String(), "x509.") + ": " + brief(err.Error())
		return says{why: cmp.Or(unread, why)}
	}
	return says{passed: true, why: "passed"}
}

const anyPolicy = "2.5.29.32.0"

// brief leaves out of a message what names the case.
func brief(s string) string {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "x509: "), "malformed certificate: ")
	s = quoted.ReplaceAllString(s, "_")
	s = numbers.ReplaceAllString(s, "_")
	if len(s) > 90 {
		s = s[:90]
	}
	return strings.TrimSpace(strings.ReplaceAll(s, "|", "/"))
}

var (
	quoted  = regexp.MustCompile(`"[^"]*"|“[^”]*”|'[^']*'|\([^)]*\)`)
	numbers = regexp.MustCompile(`[0-9][-0-9:.TZ]*`)
)

// opensslPeer is openssl verify: CRLs, all inputs of policy processing, the
// purposes that it knows. It holds paths to what the anchor's certificate
// says, and takes no OCSP responses.
type opensslPeer struct{ program, dir string }

func (opensslPeer) name() string { return "openssl" }

func (o opensslPeer) version() string {
	out, _, _ := corpora.Run(o.program, "version")
	return strings.TrimSpace(out)
}

var purposesOfOpenSSL = map[string]string{"serverAuth": "sslserver", "clientAuth": "sslclient", "emailProtection": "smimesign", "timeStamping": "timestampsign", "anyExtendedKeyUsage": "any"}

func (o opensslPeer) wants(q question) (question, string) {
	switch {
	case len(q.ocsps) > 0:
		return q, "OCSP responses cannot be given"
	case len(q.RequiredEKU) > 1 || len(q.RequiredEKU) == 1 && purposesOfOpenSSL[q.RequiredEKU[0]] == "":
		return q, "no such purpose"
	}
	q.constraints = true
	return q, ""
}

func (o opensslPeer) args(t *testing.T, q question) []string {
	args := []string{"verify", "-no-CApath", "-no-CAstore", "-partial_chain", "-auth_level", "0", "-policy_check", "-attime", fmt.Sprint(q.at(t).Unix())}
	wanted := q.InitialPolicies
	if len(wanted) == 0 {
		wanted = []string{anyPolicy} // none would mean that none is wanted
	}
	for _, p := range wanted {
		args = append(args, "-policy", p)
	}
	for flag, on := range map[string]bool{"-explicit_policy": q.ExplicitPolicy, "-inhibit_map": q.InhibitMapping, "-inhibit_any": q.InhibitAny} {
		if on {
			args = append(args, flag)
		}
	}
	purpose := "any"
	if len(q.RequiredEKU) > 0 {
		purpose = purposesOfOpenSSL[q.RequiredEKU[0]]
	}
	if q.timestamping() {
		purpose = "timestampsign"
	}
	args = append(args, "-purpose", purpose)
	if q.revocable() {
		args = append(args, "-crl_check_all", "-extended_crl", "-use_deltas")
	}
	for flag, list := range map[string][][]byte{"-CAfile": q.anchors, "-untrusted": withoutSelfSigned(q.intermediates), "-CRLfile": q.crls} {
		if len(list) > 0 {
			kind := map[bool]string{true: "X509 CRL", false: "CERTIFICATE"}[flag == "-CRLfile"]
			args = append(args, flag, o.write(t, flag[1:]+".pem", kind, list))
		}
	}
	return append(args, o.write(t, "leaf.pem", "CERTIFICATE", [][]byte{q.leaf}))
}

// withoutSelfSigned leaves out candidates that no path can run through, but
// that openssl would take for the end of its path.
func withoutSelfSigned(list [][]byte) [][]byte {
	return slices.DeleteFunc(slices.Clone(list), func(der []byte) bool {
		c := readable(der)
		if c == nil || !bytes.Equal(c[0].RawSubject, c[0].RawIssuer) {
			return false
		}
		key, err := sigalg.ParsePublicKey(c[0].RawSPKI)
		return err == nil && path.NewVerifier(1).Certificate(c[0], key).Err == nil
	})
}

func (o opensslPeer) write(t *testing.T, name, kind string, list [][]byte) string {
	var text []byte
	for _, der := range list {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
	}
	file := filepath.Join(o.dir, name)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

var opensslError = regexp.MustCompile(`(?m)^(\[CRL path\] )?error (\d+) at (\d+) depth lookup: ?(.*)$`)

func (o opensslPeer) ask(t *testing.T, q question) says {
	if len(q.anchors) == 0 {
		return says{why: "no anchor"}
	}
	out, errs, ran := corpora.Run(o.program, o.args(t, q)...)
	if !ran {
		t.Errorf("%s: openssl did not finish", q.ID)
	}
	if strings.HasSuffix(strings.TrimSpace(out), ": OK") {
		return says{passed: true, why: "passed"}
	}
	if m := opensslError.FindStringSubmatch(errs); m != nil {
		s := says{why: m[1] + m[2] + " " + brief(m[4])}
		if m[1] == "" {
			s.depth, _ = strconv.Atoi(m[3])
		}
		return s
	}
	first, _, _ := strings.Cut(strings.TrimSpace(errs), "\n")
	return says{why: "unreadable: " + brief(strings.ReplaceAll(first, o.dir, ""))}
}

// certvalidatorPeer is pyHanko's certvalidator. It takes an anchor as a name
// and a key; the validity of an anchor cannot be asked.
type certvalidatorPeer struct {
	program string
	in      io.Writer
	out     *bufio.Scanner
}

func startCertvalidator(t *testing.T, python string) *certvalidatorPeer {
	t.Helper()
	cmd := exec.Command(python, "testdata/differ/certvalidator_says.py")
	cmd.Env = append(os.Environ(), "PYTHONHASHSEED=0") // its sets have an order that decides now and then
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	return &certvalidatorPeer{python, in, lines}
}

func (*certvalidatorPeer) name() string { return "certvalidator" }

func (p *certvalidatorPeer) version() string {
	out, _, _ := corpora.Run(p.program, "-c", "import pyhanko_certvalidator as v; print('pyhanko-certvalidator', v.__version__)")
	return strings.TrimSpace(out)
}

func (*certvalidatorPeer) wants(q question) (question, string) {
	if q.expiry {
		return q, "the validity of an anchor cannot be asked"
	}
	return q, ""
}

func (p *certvalidatorPeer) ask(t *testing.T, q question) says {
	eku := []string{}
	for _, e := range q.RequiredEKU {
		eku = append(eku, string(ekuNames[e]))
	}
	if q.timestamping() {
		eku = append(eku, string(ekuNames["timeStamping"]))
	}
	text := func(list [][]byte) []string {
		out := []string{}
		for _, der := range list {
			out = append(out, base64.StdEncoding.EncodeToString(der))
		}
		return out
	}
	err := json.NewEncoder(p.in).Encode(map[string]any{
		"leaf": text([][]byte{q.leaf})[0], "anchors": text(q.anchors), "intermediates": text(q.intermediates), "crls": text(q.crls), "ocsps": text(q.ocsps),
		"at": q.at(t).Unix(), "policies": q.InitialPolicies, "explicit": q.ExplicitPolicy, "inhibit_mapping": q.InhibitMapping, "inhibit_any": q.InhibitAny,
		"revocation": q.revocable(), "eku": eku, "constraints": q.constraints,
	})
	if err != nil || !p.out.Scan() {
		t.Fatalf("%s: certvalidator ended: %v", q.ID, err)
	}
	var said struct {
		Passed bool
		Why    string
	}
	if err := json.Unmarshal(p.out.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	return says{passed: said.Passed, why: validatorBrief(said.Why)}
}

// validatorBrief leaves out which certificate of the path is spoken of.
func validatorBrief(s string) string {
	s = strings.ReplaceAll(s, "The path could not be validated because ", "")
	s = certificateOf.ReplaceAllString(s, "_")
	return brief(s)
}

var certificateOf = regexp.MustCompile(`(the )?(end-entity|intermediate|CRL issuer|OCSP responder)( certificate)?( \d+)?`)
