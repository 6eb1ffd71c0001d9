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
	ClaimedSigningTime                            string
	CounterSignatureOf                            string
	Errors                                        []string
}

// compared are the formats of this version.
var compared = []string{"PAdES", "CAdES", "PKCS7", "PDF"}

// TestOracleDSS compares every conclusion of EU DSS with ours under its own
// policy, at its time and with its anchors.
func TestOracleDSS(t *testing.T) {
	dir := corpora.Dir(t)
	lists := corpora.Open(t, "oracle/anchors.zip")
	s := newSuite(t, "oracle-dss", 1000, 60)
	zips := map[string]fs.FS{}
	table := map[string]int{}
	var passes []string
	for _, row := range oracleRows(t, dir+"/oracle/dss.jsonl.gz") {
		for _, run := range row.Run {
			if !slices.ContainsFunc(run.Signatures, func(o oracleSignature) bool { return slices.Contains(compared, o.Format) }) {
				continue
			}
			if zips[row.Suite] == nil {
				zips[row.Suite] = corpora.Open(t, "documents/"+row.Suite+".zip")
			}
			rep := row.judge(t, zips[row.Suite], lists, run)
			if rep == nil {
				continue
			}
			ours := allSignatures(rep.Signatures)
			for i, o := range run.Signatures {
				if !slices.Contains(compared, o.Format) {
					continue
				}
				s.cases++
				id := fmt.Sprintf("%s@%s#%d", row.File, run.Rule, i+1)
				mine := match(ours, o, i)
				got := "none"
				if mine != nil {
					got = string(mine.Indication) + "/" + string(mine.SubIndication)
					if r := mine.SealedRevision; r != nil { // EU DSS only warns about what came later
						got = string(r.Indication) + "/" + string(r.SubIndication)
					}
				}
				want := strings.ReplaceAll(o.Indication, "_", "-") + "/" + o.SubIndication
				table[want+" | "+got]++
				if os.Getenv("KAKUIN_ORACLE") != "" && !sameConclusion(want, got) {
					why := ""
					if mine != nil {
						why = findingCodes(mine)
					}
					fmt.Printf("DIFF\t%s\t%s\t%s\t%s\t%v\n", id, want, got, why, o.Errors)
				}
				if strings.HasPrefix(got, "TOTAL-PASSED") && !strings.HasPrefix(want, "TOTAL-PASSED") {
					passes = append(passes, id)
				}
			}
		}
	}
	for _, k := range slices.Sorted(func(yield func(string) bool) {
		for k := range table {
			if !yield(k) {
				return
			}
		}
	}) {
		t.Logf("%5d %s", table[k], k)
	}
	t.Log("passes alone:", len(passes))
}

func findingCodes(s *verify.Signature) string {
	var out []string
	for _, f := range s.Findings {
		if f.Severity == "error" || f.Severity == "warning" {
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

func match(ours []*verify.Signature, o oracleSignature, i int) *verify.Signature {
	if i < len(ours) {
		return ours[i]
	}
	return nil
}

func oracleRows(t *testing.T, name string) (rows []oracleRow) {
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
		var r oracleRow
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

// judge is nil where the document is of a container that this version cannot open.
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
	rep := judged(t, corpora.Read(t, fsys, r.File), o, list, verify.WithPolicy(policyNamed(t, oraclePolicy, policy.Require)), verify.WithTime(run.At))
	if len(rep.Signatures) == 0 {
		return nil
	}
	return rep
}

const oraclePolicy = "dss-default"

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
