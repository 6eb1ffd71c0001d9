package revocation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kakuin/kakuin/verify/internal/revocation"
	vt "github.com/kakuin/kakuin/verify/verifytest"
)

func ExampleCheck() {
	var t testing.T // the world cannot fail
	w := vt.New()
	list := w.CRL(w.SealCA, vt.CRLTemplate{Revoked: []vt.Revocation{{Serial: w.Seal.Serial, At: w.Now.Add(-48 * time.Hour), Reason: vt.Superseded}}})
	st := revocation.Check(ask(&t, w, w.Seal, crl(&t, list)))
	fmt.Println(st.State, st.RevokedAt.Format(time.DateOnly), st.Reason, revocation.Fresh(st.ThisUpdate, st.NextUpdate, st.HasNextUpdate, nil, w.Now))
	// Output: revoked 2026-10-30 superseded true
}
