package revocation_test

import (
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
)

// crlStatus: the status of the leaf by one list; the issuer is given as trusted.
func (w *world) crlStatus(c suiteCase) outcome {
	leaf, issuer := w.certs(c.Leaf), w.certs(c.Anchors...)
	if len(leaf) == 0 || len(issuer) == 0 {
		w.t.Errorf("%s: certificate cannot be parsed", c.ID)
		return outcome{}
	}
	return w.status(c, leaf[0], issuer[0], question{crls: w.all(c.CRLs)}.items())
}

// ocspStatus: the status of a certificate by one response, or a whole chain.
func (w *world) ocspStatus(c suiteCase) outcome {
	if c.Leaf != "" {
		return w.chain(c)
	}
	if c.Issuer == "" {
		for _, der := range w.blocks(c.Response) {
			_, _ = cert.ParseOCSP(der, nil) // no crash
		}
		return outcome{}
	}
	issuer := w.certs(c.Issuer)
	if len(issuer) == 0 {
		w.t.Errorf("%s: issuer cannot be parsed", c.ID)
		return outcome{}
	}
	var target *cert.Certificate
	if c.Cert != "" {
		target = w.certs(c.Cert)[0]
	} else { // only the number is known
		serial, _ := new(big.Int).SetString(c.Serial, 16)
		target = &cert.Certificate{Serial: serial, RawIssuer: issuer[0].RawSubject, NotAfter: c.at(w.t).AddDate(1, 0, 0)}
	}
	return w.status(c, target, issuer[0], question{ocsps: w.blocks(c.Response)}.items())
}

func (w *world) status(c suiteCase, target, issuer *cert.Certificate, items []revocation.Item) outcome {
	key, err := sigalg.ParsePublicKey(issuer.RawSPKI)
	if err != nil {
		return outcome{detail: err.Error()}
	}
	at := c.at(w.t)
	st := revocation.Check(revocation.Input{
		Target: target, Issuer: path.Step{Name: issuer.RawSubject, SPKI: issuer.RawSPKI, Key: key, Certificate: issuer},
		Items: items, At: at,
		Delegate: func(signer *cert.Certificate, purpose path.Purpose) (*sigalg.PublicKey, error) {
			var key *sigalg.PublicKey
			path.Search(path.Input{Leaf: signer, Anchors: []path.Anchor{{Certificate: issuer}}, Time: at, Usage: path.Usage{Purpose: purpose}},
				func(p *path.Path) bool { key = p.Keys[0]; return true })
			if key == nil {
				return nil, errors.New("no path")
			}
			return key, nil
		},
	})
	fresh := c.fresh(st, at)
	got := st.State.String()
	if !fresh && st.State == revocation.Good {
		got = "unknown"
	}
	if c.ExpectStatus != "" && got != c.ExpectStatus && c.scored() {
		w.t.Errorf("%s: status %s (fresh %v), want %s; %v", c.ID, st.State, fresh, c.ExpectStatus, st.Unusable)
	}
	return outcome{good: st.State == revocation.Good && fresh, detail: fmt.Sprint(st.State, " fresh=", fresh, " ", st.Unusable)}
}

func (c suiteCase) fresh(st revocation.Status, at time.Time) bool {
	if c.CheckFreshness != nil && !*c.CheckFreshness {
		return true
	}
	fresh := true
	if st.HasNextUpdate || c.MaxAgeSeconds == 0 {
		fresh = revocation.Fresh(st.ThisUpdate, st.NextUpdate, st.HasNextUpdate, nil, at)
	}
	if c.MaxAgeSeconds > 0 {
		age := time.Duration(c.MaxAgeSeconds) * time.Second
		fresh = fresh && revocation.Fresh(st.ThisUpdate, st.NextUpdate, st.HasNextUpdate, &age, at)
	}
	return fresh
}
