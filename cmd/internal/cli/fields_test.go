package cli

import (
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/verify"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestJSONFields pins the names of every JSON that the command writes: other
// people's programs read them. Additions are welcome, renames are not.
func TestJSONFields(t *testing.T) {
	for name, v := range map[string]any{
		"report": verify.Report{}, "path": verify.PathReport{}, "inspection": inspection{}, "trust": shownList{}, "plan": plannedFetch{},
	} {
		t.Run(name, func(t *testing.T) {
			lines := fields(reflect.TypeOf(v), "", nil)
			slices.Sort(lines)
			got := strings.Join(lines, "\n") + "\n"
			golden := "testdata/fields/" + name + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got == string(want) {
				return
			}
			for _, l := range strings.Fields(string(want)) {
				if !slices.Contains(lines, l) {
					t.Errorf("%s is gone", l)
				}
			}
			for _, l := range lines {
				if !slices.Contains(strings.Fields(string(want)), l) {
					t.Errorf("%s is new: if it should be, go test ./cmd/internal/cli -update", l)
				}
			}
		})
	}
}

// fields lists the JSON paths of a type; [] is a list, {} a map.
func fields(t reflect.Type, path string, above []reflect.Type) []string {
	marshals := reflect.TypeFor[interface{ MarshalJSON() ([]byte, error) }]()
	switch {
	case t.Kind() == reflect.Pointer:
		return fields(t.Elem(), path, above)
	case t.Kind() == reflect.Struct && (t.Implements(marshals) || reflect.PointerTo(t).Implements(marshals)):
		return []string{path}
	case t.Kind() == reflect.Slice:
		return fields(t.Elem(), path+"[]", above)
	case t.Kind() == reflect.Map:
		return fields(t.Elem(), path+"{}", above)
	case t.Kind() != reflect.Struct:
		return []string{path}
	case slices.Contains(above, t):
		return []string{path + "…"}
	}
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case name == "" && f.Anonymous:
			out = append(out, fields(f.Type, path, above)...)
		default:
			out = append(out, fields(f.Type, path+"."+name, append(above, t))...)
		}
	}
	return out
}
