package exactjson

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

type reader struct {
	rules Rules
	blobs Blobs
	used  func([32]byte)
}

// value fills v, which is settable, with what tree says.
func (r *reader) value(tree any, v reflect.Value, where string) error {
	wrong := func() error { return fmt.Errorf("%s: not a %s", where, v.Type()) }
	if o, ok := r.rules.Octets[v.Type()]; ok {
		b, err := r.octets(tree, where)
		if err != nil {
			return err
		}
		x, err := o.Read(b)
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		v.Set(reflect.ValueOf(x))
		return nil
	}
	switch v.Type() {
	case timeType:
		return readTime(tree, v, where)
	case errorType:
		return r.error(tree, v, where)
	}
	switch v.Kind() {
	case reflect.Bool:
		b, ok := tree.(bool)
		if !ok {
			return wrong()
		}
		v.SetBool(b)
		return nil
	case reflect.String:
		return readText(tree, v, where)
	case reflect.Pointer:
		if tree == nil {
			return wrong()
		}
		v.Set(reflect.New(v.Type().Elem()))
		return r.value(tree, v.Elem(), where)
	case reflect.Struct:
		return r.object(tree, v, where)
	case reflect.Slice:
		return r.slice(tree, v, where)
	case reflect.Array:
		return r.array(tree, v, where)
	case reflect.Map:
		return r.table(tree, v, where)
	}
	return readNumber(tree, v, where)
}

func readNumber(tree any, v reflect.Value, where string) (err error) {
	n, isNumber := tree.(json.Number)
	s, isText := tree.(string)
	switch {
	case isNumber && v.CanInt():
		var x int64
		if x, err = strconv.ParseInt(string(n), 10, v.Type().Bits()); err == nil {
			v.SetInt(x)
		}
	case isNumber && v.CanUint():
		var x uint64
		if x, err = strconv.ParseUint(string(n), 10, v.Type().Bits()); err == nil {
			v.SetUint(x)
		}
	case isNumber && v.CanFloat():
		var x float64
		if x, err = strconv.ParseFloat(string(n), 64); err == nil {
			v.SetFloat(x)
		}
	case isText && v.CanFloat():
		var x uint64
		if x, err = strconv.ParseUint(s, 16, 64); err == nil {
			v.SetFloat(math.Float64frombits(x))
		}
	default:
		return fmt.Errorf("%s: not a %s", where, v.Type())
	}
	if err != nil {
		return fmt.Errorf("%s: not a %s", where, v.Type())
	}
	return nil
}

func readText(tree any, v reflect.Value, where string) error {
	switch t := tree.(type) {
	case string:
		v.SetString(t)
		return nil
	case map[string]any:
		if s, ok := t["octets"].(string); ok && len(t) == 1 {
			b, err := base64.StdEncoding.DecodeString(s)
			v.SetString(string(b))
			return err
		}
	}
	return fmt.Errorf("%s: not a text", where)
}

func readTime(tree any, v reflect.Value, where string) error {
	s, _ := tree.(string)
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("%s: not a time", where)
	}
	if _, off := t.Zone(); off == 0 {
		t = t.UTC() // never the zone of this machine
	} else {
		t = t.In(time.FixedZone("", off))
	}
	v.Set(reflect.ValueOf(t))
	return nil
}

// octets gives those that the tree holds or names.
func (r *reader) octets(tree any, where string) ([]byte, error) {
	switch t := tree.(type) {
	case string:
		b, err := base64.StdEncoding.DecodeString(t)
		if err != nil {
			return nil, fmt.Errorf("%s: not base64", where)
		}
		return b, nil
	case map[string]any:
		s, _ := t["sha256"].(string)
		raw, err := hex.DecodeString(s)
		if err != nil || len(raw) != 32 || len(t) != 1 {
			break
		}
		b, ok := r.blobs[[32]byte(raw)]
		if !ok {
			return nil, fmt.Errorf("%s: the octets %s are not there", where, s)
		}
		r.used([32]byte(raw))
		return b, nil
	}
	return nil, fmt.Errorf("%s: not octets", where)
}

func (r *reader) object(tree any, v reflect.Value, where string) error {
	t, ok := tree.(map[string]any)
	if !ok {
		return fmt.Errorf("%s: not an object", where)
	}
	fields, err := r.rules.fields(v.Type())
	if err != nil {
		return err
	}
	left := len(t)
	for _, f := range fields {
		x, ok := t[f.Name]
		if !ok {
			continue
		}
		left--
		if err := r.value(x, v.FieldByIndex(f.Index), where+"."+f.Name); err != nil {
			return err
		}
	}
	if left > 0 {
		return fmt.Errorf("%s: a key that this version does not know; a newer one wrote it", where)
	}
	return nil
}

func (r *reader) slice(tree any, v reflect.Value, where string) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		b, err := r.octets(tree, where)
		if err == nil {
			v.SetBytes(b)
		}
		return err
	}
	t, ok := tree.([]any)
	if !ok {
		return fmt.Errorf("%s: not a list", where)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(t), len(t)))
	return r.items(t, v, where)
}

func (r *reader) array(tree any, v reflect.Value, where string) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		s, _ := tree.(string)
		b, err := hex.DecodeString(s)
		if err != nil || len(b) != v.Len() {
			return fmt.Errorf("%s: not %d octets in hexadecimal", where, v.Len())
		}
		reflect.Copy(v, reflect.ValueOf(b))
		return nil
	}
	t, ok := tree.([]any)
	if !ok || len(t) != v.Len() {
		return fmt.Errorf("%s: not a list of %d", where, v.Len())
	}
	return r.items(t, v, where)
}

func (r *reader) items(t []any, v reflect.Value, where string) error {
	for i, x := range t {
		if err := r.value(x, v.Index(i), fmt.Sprintf("%s[%d]", where, i)); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) table(tree any, v reflect.Value, where string) error {
	t, ok := tree.(map[string]any)
	if !ok || v.Type().Key().Kind() != reflect.String {
		return fmt.Errorf("%s: not a table", where)
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(t)))
	for k, x := range t {
		e := reflect.New(v.Type().Elem()).Elem()
		if err := r.value(x, e, where+"."+k); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(k).Convert(v.Type().Key()), e)
	}
	return nil
}

func (r *reader) error(tree any, v reflect.Value, where string) error {
	t, ok := tree.(map[string]any)
	if !ok {
		return fmt.Errorf("%s: not an error", where)
	}
	e := &Error{}
	if err := readText(t["text"], reflect.ValueOf(e).Elem().Field(0), where); err != nil {
		return err
	}
	for _, c := range r.rules.Causes {
		x, ok := t[c.Name]
		if !ok {
			continue
		}
		cause := reflect.New(c.Type.Elem())
		if err := r.value(x, cause.Elem(), where+"."+c.Name); err != nil {
			return err
		}
		e.Cause = cause.Interface().(error)
	}
	v.Set(reflect.ValueOf(e))
	return nil
}
