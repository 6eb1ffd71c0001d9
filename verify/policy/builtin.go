package policy

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed data/*.yaml
var files embed.FS

// Default is the policy used when none is named.
const Default = "japan"

// Names are the built-in policies in alphabetical order.
func Names() []string {
	entries, err := files.ReadDir("data")
	if err != nil {
		panic(err) // embedded at build time
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	slices.Sort(out)
	return out
}

// Source is the file of a built-in policy.
func Source(name string) ([]byte, error) {
	name = strings.TrimPrefix(name, "kakuin:")
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("no built-in policy is called %q; there are: %s", name, strings.Join(Names(), ", "))
	}
	return files.ReadFile("data/" + name + ".yaml")
}

// ByName is a built-in policy, parsed once. The caller gets a copy of its own.
func ByName(name string) (*Policy, error) {
	name = strings.TrimPrefix(name, "kakuin:")
	if p, ok := parsed.Load(name); ok {
		q := *p.(*Policy)
		return &q, nil
	}
	data, err := Source(name)
	if err != nil {
		return nil, err
	}
	p, err := Parse(data)
	if err != nil {
		return nil, err
	}
	parsed.Store(name, p)
	q := *p
	return &q, nil
}

// parsed are the built-in policies that were asked for; there are a handful.
var parsed sync.Map
