// Package japan is the built-in Japanese catalogue: the government's CAs
// (GPKI, LGPKI, JPKI, MOJ, HPKI), the accredited time-stamp services and some
// issuers of e-seals, as pins with official addresses, policies and the
// source of every fact. It holds no certificate.
//
// It is nobody's choice: a report that rests on it says so, and who verifies
// for others should decide on a list of their own. Pins that rest on a
// secondary source do not anchor until such a list names them.
package japan

import (
	_ "embed"

	"github.com/kakuin/kakuin/trustlist"
)

//go:embed catalogue.yaml
var catalogue []byte

// Source is the Source of the list.
const Source = "built-in"

// List gives the catalogue. Each call reads it anew, so the caller may change
// what it got.
func List() (*trustlist.List, error) {
	l, err := trustlist.Parse(catalogue, nil)
	if err != nil {
		return nil, err
	}
	l.BuiltIn, l.Source = true, Source
	for i := range l.Services {
		l.Services[i].BuiltIn = true
	}
	return l, nil
}

// YAML is the file that the catalogue is read from, for people who want to
// begin a list of their own with it.
func YAML() []byte { return append([]byte(nil), catalogue...) }
