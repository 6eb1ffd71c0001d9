package path_test

import (
	"fmt"
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
)

func ExampleSearch() {
	var t testing.T // certificates of this example cannot fail
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("Seal of Mihon Town")
	res := path.Search(path.Input{
		Leaf:    issue(&t, ca, ee, leaf),
		Pool:    path.NewPool([]*cert.Certificate{issue(&t, root, ca)}),
		Anchors: []path.Anchor{{Certificate: issue(&t, root, root), ID: "Root 2020"}},
		Time:    noon,
	}, func(p *path.Path) bool {
		for i, c := range p.Certificates {
			fmt.Println(c.Subject, "by", commonName(&t, p.Issuer(i).Name))
		}
		return true // false goes on to the next path
	})
	fmt.Println(res.Accepted)
	// Output:
	// CN=Seal of Mihon Town by CA
	// CN=CA by Root
	// true
}
