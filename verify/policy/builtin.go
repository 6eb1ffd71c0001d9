package policy

import (
	"embed"
	"fmt"
	"slices"
	"strings"
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

// ByName reads a built-in policy.
func ByName(name string) (*Policy, error) {
	data, err := Source(name)
	if err != nil {
		return nil, err
	}
	return Parse(data)
}
