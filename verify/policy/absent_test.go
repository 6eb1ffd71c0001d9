package policy

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestEveryAbsentLineIsStrict takes each line of each built-in policy away, at
// every depth: the file is refused then, or no constraint is weaker than it was.
func TestEveryAbsentLineIsStrict(t *testing.T) {
	for _, name := range Names() {
		whole, err := ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		before, read := weakness(whole), 0
		for where, data := range without(t, whole.Octets()) {
			p, err := Parse(data)
			if err != nil {
				continue
			}
			read++
			for key, value := range weakness(p) {
				if value != before[key] {
					t.Errorf("%s without %s: %s is %s, was %q", name, where, key, value, before[key])
				}
			}
		}
		if read < 10 {
			t.Errorf("%s: only %d lines could be taken away", name, read)
		}
	}
}

// weakness is what a policy asks less for than strict does.
func weakness(p *Policy) map[string]string {
	out := map[string]string{}
	for _, c := range p.Constraints() {
		if c.Weaker || c.Disabled {
			out[c.Key] = c.Value
		}
	}
	for _, u := range p.Purposes {
		strict := strictPurposes[u.Name]
		for key, l := range map[string][2][]string{"any-of": {u.KeyUsageAny, strict.KeyUsageAny}, "ext": {u.ExtKeyUsage, strict.ExtKeyUsage}, "ext-not": {u.ExtKeyUsageNot, strict.ExtKeyUsageNot}} {
			if !slices.Equal(l[0], l[1]) {
				out[u.Name+" "+key] = fmt.Sprint(l[0])
			}
		}
	}
	return out
}

// without are the files with one line taken away, by its place.
func without(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	var root map[string]any
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	keep := func(where string) {
		data, err := yaml.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		out[where] = data
	}
	var walk func(where string, node any, set func(any))
	walk = func(where string, node any, set func(any)) {
		switch x := node.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(x)) {
				v := x[k]
				delete(x, k)
				keep(where + "." + k)
				x[k] = v
				walk(where+"."+k, v, func(n any) { x[k] = n })
			}
		case []any:
			for i, v := range x {
				if _, line := v.(map[string]any); !line {
					continue // a word of a list, not a line
				}
				set(slices.Delete(slices.Clone(x), i, i+1))
				keep(fmt.Sprintf("%s[%d]", where, i))
				set(x)
				walk(fmt.Sprintf("%s[%d]", where, i), v, func(n any) { x[i] = n })
			}
		}
	}
	walk("", root, nil)
	return out
}

// TestStrictPurposes: what an absent line of a purpose means is what the policy
// strict says.
func TestStrictPurposes(t *testing.T) {
	strict, err := ByName("strict")
	if err != nil {
		t.Fatal(err)
	}
	bare := parsedPolicy(t, "purposes:\n  - {name: seal, source: s}\n  - {name: timestamping, source: s}\n")
	for _, name := range []string{"seal", "timestamping"} {
		a, _ := strict.Purpose(name)
		b, _ := bare.Purpose(name)
		if !slices.Equal(a.KeyUsageAny, b.KeyUsageAny) || !slices.Equal(a.ExtKeyUsage, b.ExtKeyUsage) || !slices.Equal(a.ExtKeyUsageNot, b.ExtKeyUsageNot) || len(b.KeyUsageAny) == 0 {
			t.Errorf("%s: strict %+v, absent %+v", name, a, b)
		}
	}
	open := parsedPolicy(t, "purposes:\n  - {name: seal, key-usage-any: [any], source: s}\n")
	if !slices.Contains(open.Disabled(), "purposes.seal.key-usage-any=any") {
		t.Errorf("an opt-out is not told: %v", open.Disabled())
	}
}
