// Package exactjson writes Go values as JSON that reads back to the same
// values, octet for octet: facts that are judged again years later. One value
// has one spelling; any other spelling is refused when it is read, and so is a
// key that this version does not know. A field that is not exported is an
// error until a rule says what becomes of it, so that none is lost in silence.
//
// Fields with a zero value are left out. Octets are base64; those of
// [BlobSize] or more are named by their SHA-256 and kept beside the JSON. Text
// that is no UTF-8 is {"octets": base64}. An error is its text and, where one
// of the rules knows it, its cause.
package exactjson

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// BlobSize is the size from which octets stand beside the JSON.
const BlobSize = 64

// Rules say what cannot be told from the types.
type Rules struct {
	// Skip names fields that are not written, by their struct.
	Skip map[reflect.Type][]string
	// Octets are types that are written as octets: a parsed certificate.
	Octets map[reflect.Type]Octets
	// Causes are errors that are looked for in an error and restored.
	Causes []Cause
}

// Octets writes a value of one type as octets and reads it again.
type Octets struct {
	Write func(v any) []byte
	Read  func(octets []byte) (any, error)
}

// A Cause is one type of error with its own fields, by name.
type Cause struct {
	Name string
	Type reflect.Type // a pointer to a struct that implements error
}

// An Error is one that was read back.
type Error struct {
	Text  string
	Cause error
}

func (e *Error) Error() string { return e.Text }

// Unwrap gives the cause, nil where none was known.
func (e *Error) Unwrap() error { return e.Cause }

// Blobs are octets by their SHA-256.
type Blobs map[[32]byte][]byte

// Add keeps octets and gives their name.
func (b Blobs) Add(octets []byte) [32]byte {
	sum := sha256.Sum256(octets)
	b[sum] = octets
	return sum
}

// Marshal writes what v points to; large octets go to blobs.
func (r Rules) Marshal(v any, blobs Blobs) ([]byte, error) {
	w := writer{rules: r, blobs: blobs}
	tree, err := w.value(reflect.ValueOf(v).Elem())
	if err != nil {
		return nil, fmt.Errorf("exactjson: %w", err)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(tree); err != nil {
		return nil, fmt.Errorf("exactjson: %w", err)
	}
	return out.Bytes(), nil
}

// MaxSize bounds what is read, which takes many times as much as a tree: room
// for as many pieces of evidence as an archive has members.
const MaxSize = 32 << 20

// maxDepth bounds the nesting of what is read; written values nest some ten deep.
const maxDepth = 40

// Unmarshal reads what Marshal wrote, and nothing else, into what v points to.
// Blobs that are named must be there; used, if it is not nil, hears of each.
func (r Rules) Unmarshal(data []byte, v any, blobs Blobs, used func([32]byte)) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var tree any
	if len(data) > MaxSize {
		return fmt.Errorf("exactjson: %d octets, at most %d are read", len(data), MaxSize)
	}
	if err := checkDepth(data); err != nil {
		return err
	}
	if err := dec.Decode(&tree); err != nil {
		return fmt.Errorf("exactjson: %w", err)
	}
	if used == nil {
		used = func([32]byte) {}
	}
	rd := reader{rules: r, blobs: blobs, used: used}
	if err := rd.value(tree, reflect.ValueOf(v).Elem(), ""); err != nil {
		return fmt.Errorf("exactjson: %w", err)
	}
	again, err := r.Marshal(v, Blobs{})
	if err != nil {
		return err
	}
	if !bytes.Equal(again, data) {
		return fmt.Errorf("exactjson: octet %d: this is not the one way to write it", differs(again, data))
	}
	return nil
}

func differs(a, b []byte) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}

func checkDepth(data []byte) error {
	depth, text := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("exactjson: octet %d: nested deeper than %d", i, maxDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

var (
	timeType  = reflect.TypeFor[time.Time]()
	errorType = reflect.TypeFor[error]()
)

// fields are the fields of a struct that are written. An unexported one that
// no rule names is an error: what it holds would be lost.
func (r Rules) fields(t reflect.Type) ([]reflect.StructField, error) {
	var out []reflect.StructField
	skip := r.Skip[t]
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case slices.Contains(skip, f.Name):
		case !f.IsExported():
			return nil, fmt.Errorf("field %s of %s is not exported, and no rule says what becomes of it", f.Name, t)
		default:
			out = append(out, f)
		}
	}
	for _, name := range skip {
		if _, ok := t.FieldByName(name); !ok {
			return nil, fmt.Errorf("%s has no field %s any more", t, name)
		}
	}
	return out, nil
}

func (r Rules) cause(err error) (Cause, reflect.Value, bool) {
	for _, c := range r.Causes {
		target := reflect.New(c.Type)
		if errors.As(err, target.Interface()) {
			return c, target.Elem().Elem(), true
		}
	}
	return Cause{}, reflect.Value{}, false
}
