package policy

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed catalogues/*.yaml
var catalogueFiles embed.FS

// CatalogueSchema is the only value that a catalogue may have as schema.
const CatalogueSchema = "kakuin/algorithms/v1"

// A Catalogue is the lifetimes of algorithms as one publication gives them.
type Catalogue struct {
	Schema     string     `yaml:"schema"`
	ID         string     `yaml:"id"`
	Title      Text       `yaml:"title"`
	Source     string     `yaml:"source"`
	Digests    []Lifetime `yaml:"digests"`
	Signatures []Lifetime `yaml:"signatures"`
	Strengths  []Lifetime `yaml:"strengths"`

	SHA256 [32]byte `yaml:"-"`
}

// Catalogues are the names of the built-in catalogues in alphabetical order.
func Catalogues() []string {
	entries, err := catalogueFiles.ReadDir("catalogues")
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

// CatalogueByName reads a built-in catalogue.
func CatalogueByName(name string) (*Catalogue, error) {
	if !slices.Contains(Catalogues(), name) {
		return nil, fail("algorithms.catalogue: no built-in catalogue is called %q; there are: %s", name, strings.Join(Catalogues(), ", "))
	}
	data, err := catalogueFiles.ReadFile(path.Join("catalogues", name+".yaml"))
	if err != nil {
		return nil, err
	}
	c := &Catalogue{}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(c); err != nil {
		return nil, syntaxError(err)
	}
	if c.Schema != CatalogueSchema || c.ID != name || c.Source == "" {
		return nil, fail("catalogue %s: schema, id or source is wrong", name)
	}
	lines := checker{}
	lines.lifetimes(&Algorithms{Digests: c.Digests, Signatures: c.Signatures, Strengths: c.Strengths})
	if lines.err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", name, lines.err)
	}
	c.SHA256 = sha256.Sum256(data)
	return c, nil
}

// load puts the lines of the named catalogue behind those of the policy.
func (a *Algorithms) load() error {
	if a.Catalogue == "" {
		return nil
	}
	c, err := CatalogueByName(a.Catalogue)
	if err != nil {
		return err
	}
	a.Digests = slices.Concat(a.Digests, c.Digests)
	a.Signatures = slices.Concat(a.Signatures, c.Signatures)
	a.Strengths = slices.Concat(a.Strengths, c.Strengths)
	return nil
}
