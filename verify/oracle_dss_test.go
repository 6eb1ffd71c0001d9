package verify_test

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// oracleRow is what EU DSS says of one document, at several times and with
// several sets of anchors.
type oracleRow struct {
	Suite, File string
	Detached    []struct {
		File, Name, Base64 string
		Digests            map[string]string
	}
	Missing []string
	Run     []oracleRun
}

type oracleRun struct {
	Rule, AnchorsFile string
	At                time.Time
	Signatures        []oracleSignature
}

type oracleSignature struct {
	Format, Indication, SubIndication, SignerCert string
}

// compared are the formats of this version.
var compared = []string{"PAdES", "CAdES", "PKCS7", "PDF"}

// TestOracleDSS compares every conclusion of EU DSS with ours under its own
// policy, at its time and with its anchors. EU DSS only warns about what came
// after a signature, so that the sealed revision is compared.
func TestOracleDSS(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the whole comparison runs without -short")
	}
	dir := corpora.Dir(t)
	lists := corpora.Open(t, "oracle/anchors.zip")
	s := newSuite(t, "oracle-dss", 1107, 157)
	zips := map[string]fs.FS{}
	for _, row := range oracleRows[oracleRow](t, dir+"/oracle/dss.jsonl.gz") {
		for _, run := range row.Run {
			if !slices.ContainsFunc(run.Signatures, oracleSignature.compared) {
				continue
			}
			if zips[row.Suite] == nil {
				zips[row.Suite] = corpora.Open(t, "documents/"+row.Suite+".zip")
			}
			row.compare(t, s, run, row.judge(t, zips[row.Suite], lists, run))
		}
	}
	own := 0
	for _, reason := range s.ledger {
		if !strings.HasPrefix(reason, "READINGS ") {
			own++
		}
	}
	s.done()
	if own*20 > s.scored {
		t.Errorf("%d of %d conclusions differ for reasons of our own, at most 5 %% may", own, s.scored)
	}
}

func (o oracleSignature) compared() bool { return slices.Contains(compared, o.Format) }

// compare scores the signatures of one run. Signatures in containers that this
// version cannot open are cases that are not scored.
func (r oracleRow) compare(t *testing.T, s *suite, run oracleRun, rep *verify.Report) {
	t.Helper()
	ours := allSignatures(rep.Signatures)
	for i, o := range run.Signatures {
		if !o.compared() {
			continue
		}
		if s.cases++; len(ours) == 0 && rep.Verdict == verdict.DocumentIndeterminate {
			continue
		}
		id := fmt.Sprintf("%s@%s#%d", r.File, run.Rule, i+1)
		want := strings.ReplaceAll(o.Indication, "_", "-") + "/" + o.SubIndication
		if i >= len(ours) {
			s.score(id, false, false, want+", and not found here")
			continue
		}
		mine := ours[i]
		got := string(mine.Indication) + "/" + string(mine.SubIndication)
		if sealed := mine.SealedRevision; sealed != nil {
			got = string(sealed.Indication) + "/" + string(sealed.SubIndication)
		}
		lenient := mine.Indication == verdict.TotalPassed && o.Indication != "TOTAL_PASSED"
		s.score(id, sameConclusion(want, got), lenient, want+", here "+got+" "+findingCodes(mine))
	}
}

func findingCodes(s *verify.Signature) string {
	var out []string
	for _, f := range s.Findings {
		if f.Severity != verdict.Info {
			out = append(out, string(f.Code))
		}
	}
	return strings.Join(slices.Compact(out), " ")
}

// sameConclusion: equal, where the token for "no revocation data" is one of two
// (EN319102 section 4: the text has none).
func sameConclusion(want, got string) bool {
	fold := func(s string) string {
		return strings.Replace(s, "/CERTIFICATE_CHAIN_GENERAL_FAILURE", "/TRY_LATER", 1)
	}
	return fold(want) == fold(got)
}

func oracleRows[Row any](t *testing.T, name string) (rows []Row) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var r Row
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	if sc.Err() != nil {
		t.Fatal(sc.Err())
	}
	return rows
}

func (r oracleRow) judge(t *testing.T, fsys, lists fs.FS, run oracleRun) *verify.Report {
	t.Helper()
	o := eseal.Options{Name: r.File, Password: []byte(corpora.Password("documents/" + r.Suite + ".zip/" + r.File))}
	for _, d := range r.Detached {
		if d.Base64 != "" {
			raw, err := base64.StdEncoding.DecodeString(d.Base64)
			if err != nil {
				t.Fatal(err)
			}
			o.Detached = append(o.Detached, detached(d.Name, raw)...)
		}
		if d.File != "" {
			o.Detached = append(o.Detached, detached(d.File, corpora.Read(t, fsys, d.File))...)
		}
		for name, value := range d.Digests {
			raw, err := base64.StdEncoding.DecodeString(value)
			if err != nil || name != "SHA256" {
				t.Fatal(name, err)
			}
			o.Digests = append(o.Digests, eseal.KnownDigest{Algorithm: sigalg.SHA256, Value: raw})
		}
	}
	var roots [][]byte
	if run.AnchorsFile != "" {
		roots = oracleAnchors(t, lists, run.AnchorsFile)
	}
	list := verify.NoTrust()
	if len(roots) > 0 {
		list = anchors(t, roots)
	}
	return judged(t, corpora.Read(t, fsys, r.File), o, list, verify.WithPolicy(policyNamed(t, "dss-default", policy.Require)), verify.WithTime(run.At))
}

var anchorsRead = map[string][][]byte{}

func oracleAnchors(t *testing.T, lists fs.FS, name string) (out [][]byte) {
	if held, ok := anchorsRead[name]; ok {
		return held
	}
	seen := map[[32]byte]bool{}
	data := corpora.Read(t, lists, name)
	for {
		var b *pem.Block
		if b, data = pem.Decode(data); b == nil {
			break
		}
		if sum := sha256.Sum256(b.Bytes); !seen[sum] {
			seen[sum] = true
			out = append(out, b.Bytes)
		}
	}
	anchorsRead[name] = out
	return out
}

// oracleRoots are anchors by their digests; those that no set has are left out.
func oracleRoots(t *testing.T, lists fs.FS, sums []string) (out [][]byte) {
	if len(rootsByDigest) == 0 {
		names, err := fs.Glob(lists, "*.pem")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			for _, der := range oracleAnchors(t, lists, name) {
				rootsByDigest[fmt.Sprintf("%x", sha256.Sum256(der))] = der
			}
		}
	}
	for _, sum := range sums {
		if der := rootsByDigest[sum]; der != nil {
			out = append(out, der)
		}
	}
	return out
}

var rootsByDigest = map[string][]byte{}
