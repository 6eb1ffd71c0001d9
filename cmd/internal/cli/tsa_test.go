package cli_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// startTSA runs a time-stamp authority for one script. Ways: good, refuse,
// nonce (another one), imprint (of other data), error (HTTP 500), html, slow.
func startTSA(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1)
	way := args[0]
	stop := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		req, err := tsa.ParseRequest(body, purse.New(purse.Limits{}))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer(w, way, req, stop)
	}))
	ts.Setenv("TSA", srv.URL)
	ts.Defer(func() { close(stop); srv.Close() })
}

func answer(w http.ResponseWriter, way string, req *tsa.Request, stop <-chan struct{}) {
	world := verifytest.New()
	t := verifytest.TokenTemplate{Imprint: req.Imprint, Algorithm: req.ImprintDigest.Name(), Nonce: req.Nonce, CRLs: world.CRLs(world.TSA)}
	switch way {
	case "error":
		http.Error(w, "out of order", http.StatusInternalServerError)
		return
	case "html":
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<p>hello")
		return
	case "slow":
		select {
		case <-stop:
		case <-time.After(time.Minute):
		}
		return
	case "nonce":
		t.Nonce = world.Seal.Serial
	case "imprint":
		t.Imprint, t.Data = nil, []byte("something else")
	}
	out := world.Response(world.Token(t))
	if way == "refuse" {
		out = world.Refusal("not today", 14)
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	w.Write(out)
}
