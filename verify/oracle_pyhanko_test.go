package verify_test

import (
	"fmt"
	"io/fs"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/verdict"
)

// pyhankoOracleRow is what pyHanko says of one PDF.
type pyhankoOracleRow struct {
	Suite, File, Format string
	Run                 []struct {
		Rule       string
		At         time.Time
		Anchors    []string
		Signatures []struct {
			Field, Kind string
			BottomLine  *bool
			Error       string
			AdES        struct {
				Final struct{ Indication, SubIndication string }
			}
		}
	}
}

// TestOraclePyHanko: what pyHanko does not pass does not pass here either, or
// stands in the ledger. Its AdES result ignores what came after the signature,
// so that only passes are compared.
func TestOraclePyHanko(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the whole comparison runs without -short")
	}
	dir := corpora.Dir(t)
	lists := corpora.Open(t, "oracle/anchors.zip")
	s := newSuite(t, "oracle-pyhanko", 684, 6)
	zips := map[string]fs.FS{}
	for _, row := range oracleRows[pyhankoOracleRow](t, dir+"/oracle/pyhanko.jsonl.gz") {
		if row.Format != "pdf" {
			continue
		}
		for _, run := range row.Run {
			if zips[row.Suite] == nil {
				zips[row.Suite] = corpora.Open(t, "documents/"+row.Suite+".zip")
			}
			list := verify.NoTrust()
			if roots := oracleRoots(t, lists, run.Anchors); len(roots) > 0 {
				list = anchors(t, roots)
			}
			o := eseal.Options{Name: row.File, Password: []byte(corpora.Password("documents/" + row.Suite + ".zip/" + row.File))}
			rep := judged(t, corpora.Read(t, zips[row.Suite], row.File), o, list, verify.WithPolicy(policyNamed(t, "japan", policy.Require)), verify.WithTime(run.At))
			for i, theirs := range run.Signatures {
				s.cases++
				mine := fieldNamed(rep, theirs.Field)
				if mine == nil || theirs.Kind != "signature" {
					continue
				}
				passed := mine.Indication == verdict.TotalPassed
				s.score(fmt.Sprintf("%s@%s#%d", row.File, run.Rule, i+1), !passed || theirs.AdES.Final.Indication == "PASSED", false,
					fmt.Sprintf("passed here, not by pyHanko: %+v %s", theirs.AdES.Final, theirs.Error))
			}
		}
	}
	s.done()
}
