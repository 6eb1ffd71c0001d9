package report

import (
	"fmt"
	"io"
	"strconv"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
)

// WritePlan writes for people what the judgement of a document lacks: what,
// about whom, why, and where it may be had.
func WritePlan(w io.Writer, name string, wants []verify.Want, opts ...Option) error {
	o, err := chosen(opts)
	if err != nil {
		return err
	}
	p := &printer{o: o}
	if len(wants) == 0 {
		p.line(0, p.w("plan.nothing", "name", name))
	} else {
		p.line(0, p.w("plan.missing", "name", name, "count", strconv.Itoa(len(wants))))
	}
	for i, x := range wants {
		p.line(1, fmt.Sprintf("%d. %s", i+1, p.w("plan.about", "type", p.known("evidence", string(x.Type)), "subject", x.Subject)))
		p.line(2, p.aside(p.known("plan.why", x.Reason), x.Reason))
		if len(x.URLs) == 0 {
			p.line(2, p.w("plan.nowhere"))
		}
		for _, u := range x.URLs {
			p.line(2, u)
		}
	}
	if alternatives(wants) {
		p.line(1, p.w("plan.either"))
	}
	return p.flush(w)
}

// alternatives tells whether both kinds of revocation data are wanted about one
// certificate.
func alternatives(wants []verify.Want) bool {
	kinds := map[[32]byte]map[evidence.Type]bool{}
	for _, x := range wants {
		if kinds[x.For] == nil {
			kinds[x.For] = map[evidence.Type]bool{}
		}
		if kinds[x.For][x.Type] = true; kinds[x.For][evidence.OCSP] && kinds[x.For][evidence.CRL] {
			return true
		}
	}
	return false
}
