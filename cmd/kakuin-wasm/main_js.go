//go:build js && wasm

package main

import (
	"encoding/base64"
	"errors"
	"syscall/js"
)

func main() {
	js.Global().Set("kakuinVerify", js.FuncOf(func(_ js.Value, args []js.Value) any {
		document, options, err := read("kakuinVerify(document, options): document", args)
		if err != nil {
			return string(problem(err))
		}
		c, err := parseCall(document, options)
		if err != nil {
			return string(problem(err))
		}
		return string(answer(c))
	}))
	js.Global().Set("kakuinReplay", js.FuncOf(func(_ js.Value, args []js.Value) any {
		evidence, options, err := read("kakuinReplay(evidence, options): evidence", args)
		if err != nil {
			return string(problem(err))
		}
		r, err := parseReplay(evidence, options)
		if err != nil {
			return string(problem(err))
		}
		return string(r.answer())
	}))
	select {} // the page calls; the program stays
}

// read takes octets and options from the page.
func read(what string, args []js.Value) (octets []byte, options string, err error) {
	if len(args) < 1 || !isBytes(args[0]) {
		return nil, "", errors.New(what + " must be a Uint8Array")
	}
	if len(args) > 1 && !args[1].IsNull() && !args[1].IsUndefined() {
		if args[1].Type() == js.TypeString {
			options = args[1].String()
		} else {
			options = js.Global().Get("JSON").Call("stringify", args[1], replacer).String()
		}
	}
	return bytesOf(args[0]), options, nil
}

// replacer lives as long as the program: a Func must be released or kept.
var replacer = js.FuncOf(replace)

// replace is the replacer of JSON.stringify: a Uint8Array becomes marked base64.
func replace(_ js.Value, args []js.Value) any {
	if v := args[1]; isBytes(v) {
		return binaryMark + base64.StdEncoding.EncodeToString(bytesOf(v))
	}
	return args[1]
}

func isBytes(v js.Value) bool {
	return v.Type() == js.TypeObject && v.InstanceOf(js.Global().Get("Uint8Array"))
}

func bytesOf(v js.Value) []byte {
	out := make([]byte, v.Get("length").Int())
	js.CopyBytesToGo(out, v)
	return out
}
