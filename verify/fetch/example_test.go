package fetch_test

import (
	"fmt"
	"time"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/fetch"
	"github.com/kakuin/kakuin/verify/fetch/cache"
)

// A verifier that asks the network for what a document lacks. In the closed
// network of local governments its repositories are allowed by name.
func ExampleNew() {
	source := fetch.New(fetch.Options{
		AllowHosts: []string{".lgwan.jp"},
		Store:      cache.New("/var/cache/kakuin/evidence.db", cache.Options{}),
		Now:        time.Now,
	})
	defer source.Close()
	_, err := verify.New(verify.NoTrust(), verify.WithSource(source))
	fmt.Println(err)
	// Output: <nil>
}
