package exactjson

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

type writer struct {
	rules Rules
	blobs Blobs
}

// value makes what encoding/json writes in one way: texts, numbers, lists and
// objects whose keys it sorts.
func (w *writer) value(v reflect.Value) (any, error) {
	if o, ok := w.rules.Octets[v.Type()]; ok {
		return w.octets(o.Write(v.Interface())), nil
	}
	switch v.Type() {
	case timeType:
		return writeTime(v.Interface().(time.Time))
	case errorType:
		return w.error(v)
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.String:
		return text(v.String()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return json.Number(strconv.FormatInt(v.Int(), 10)), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return json.Number(strconv.FormatUint(v.Uint(), 10)), nil
	case reflect.Float64:
		return number(v.Float()), nil
	case reflect.Pointer:
		if v.IsNil() {
			return nil, fmt.Errorf("a nil %s in a list", v.Type())
		}
		return w.value(v.Elem())
	case reflect.Struct:
		return w.object(v)
	case reflect.Slice, reflect.Array:
		return w.list(v)
	case reflect.Map:
		return w.table(v)
	}
	return nil, fmt.Errorf("no way to write a %s", v.Type())
}

func text(s string) any {
	if utf8.ValidString(s) {
		return s
	}
	return map[string]any{"octets": base64.StdEncoding.EncodeToString([]byte(s))}
}

// number writes a float by its shortest digits; what is no number by its bits.
func number(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) || f == 0 && math.Signbit(f) {
		return strconv.FormatUint(math.Float64bits(f), 16)
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
}

// writeTime keeps the zone by its offset.
func writeTime(t time.Time) (any, error) {
	if y := t.Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("the year %d cannot be written", y)
	}
	if _, off := t.Zone(); off%60 != 0 {
		t = t.UTC() // RFC 3339 has no seconds in zones
	}
	return t.Format(time.RFC3339Nano), nil
}

func (w *writer) octets(b []byte) any {
	if len(b) < BlobSize {
		return base64.StdEncoding.EncodeToString(b)
	}
	sum := w.blobs.Add(b)
	return map[string]any{"sha256": hex.EncodeToString(sum[:])}
}

func (w *writer) object(v reflect.Value) (any, error) {
	fields, err := w.rules.fields(v.Type())
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	for _, f := range fields {
		fv := v.FieldByIndex(f.Index)
		if fv.IsZero() {
			continue
		}
		if out[f.Name], err = w.value(fv); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return out, nil
}

func (w *writer) list(v reflect.Value) (any, error) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		if v.Kind() == reflect.Slice {
			return w.octets(v.Bytes()), nil
		}
		b := make([]byte, v.Len())
		reflect.Copy(reflect.ValueOf(b), v)
		return hex.EncodeToString(b), nil
	}
	out := make([]any, v.Len())
	for i := range out {
		var err error
		if out[i], err = w.value(v.Index(i)); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return out, nil
}

func (w *writer) table(v reflect.Value) (any, error) {
	if v.Type().Key().Kind() != reflect.String {
		return nil, fmt.Errorf("no way to write a %s", v.Type())
	}
	out := map[string]any{}
	for it := v.MapRange(); it.Next(); {
		if !utf8.ValidString(it.Key().String()) {
			return nil, fmt.Errorf("the key %q is no UTF-8", it.Key().String())
		}
		x, err := w.value(it.Value())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", it.Key(), err)
		}
		out[it.Key().String()] = x
	}
	return out, nil
}

func (w *writer) error(v reflect.Value) (any, error) {
	if v.IsNil() {
		return nil, errors.New("no error in a list of errors")
	}
	err := v.Interface().(error)
	out := map[string]any{"text": text(err.Error())}
	if c, cv, ok := w.rules.cause(err); ok {
		fields, err := w.value(cv)
		if err != nil {
			return nil, err
		}
		out[c.Name] = fields
	}
	return out, nil
}
