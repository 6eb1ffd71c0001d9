package revocation_test

import (
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
)

// miniCourt judges revocation of every certificate of a path the way the
// court will: each must be known to be good.
type miniCourt struct {
	in       path.Input
	items    []revocation.Item
	verifier *path.Verifier
	purse    *purse.Purse
	soft     bool              // no data is no failure, data that do not count are
	asked    map[[32]byte]bool // signers whose own status is being looked for
	log      []string
	last     string // why the path offered last was not taken
}

func (m *miniCourt) notRevoked(p *path.Path, depth int) bool {
	for i, c := range p.Certificates {
		if p.LeafIsAnchor {
			return true
		}
		st := revocation.Check(revocation.Input{
			Target: c, Issuer: p.Issuer(i), Items: m.items, At: m.in.Time, Pool: m.in.Pool, Purse: m.purse, Verifier: m.verifier,
			Delegate: func(signer *cert.Certificate, purpose path.Purpose) (*sigalg.PublicKey, error) {
				return m.delegate(p, signer, purpose, depth)
			},
		})
		fresh := len(st.All) > 0 && revocation.Fresh(st.ThisUpdate, st.NextUpdate, st.HasNextUpdate, nil, m.in.Time)
		if m.soft && len(st.All)+len(st.Unusable) == 0 {
			continue
		}
		if st.State != revocation.Good || !fresh {
			if depth == 0 {
				m.last = st.State.String()
			}
			m.log = append(m.log, fmt.Sprintf("%s: %s fresh=%v %v", c.Subject.CommonName(), st.State, fresh, problems(st)))
			return false
		}
	}
	return true
}

func problems(st revocation.Status) []string {
	var out []string
	for _, p := range st.Unusable {
		out = append(out, fmt.Sprint(p.Code, p.Params["reason"]))
	}
	return out
}

// delegate finds a path for a CRL signer or responder under the same anchor. A
// signer whose status only its own list can tell (PKITS 4.14.30) is taken at
// its word.
func (m *miniCourt) delegate(p *path.Path, signer *cert.Certificate, purpose path.Purpose, depth int) (*sigalg.PublicKey, error) {
	if depth > 3 {
		return nil, errors.New("revocation data of revocation data is nested too deep")
	}
	in := path.Input{
		Leaf: signer, Pool: m.in.Pool, Anchors: []path.Anchor{p.Anchor}, Time: m.in.Time,
		Usage: path.Usage{Purpose: purpose}, Purse: m.purse, Verifier: m.verifier,
	}
	again := m.asked[signer.SHA256]
	m.asked[signer.SHA256] = true
	defer func() { m.asked[signer.SHA256] = again }()
	var key *sigalg.PublicKey
	res := path.Search(in, func(q *path.Path) bool {
		if !again && !signer.OCSPNoCheck && !m.notRevoked(q, depth+1) {
			return false
		}
		key = q.Keys[0]
		return true
	})
	if key == nil {
		return nil, errors.New(describe(res))
	}
	return key, nil
}
