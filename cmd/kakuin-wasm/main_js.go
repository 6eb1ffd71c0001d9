//go:build js && wasm

package main

import (
	"encoding/base64"
	"errors"
	"syscall/js"
)

func main() {
	js.Global().Set("kakuinVerify", js.FuncOf(func(_ js.Value, args []js.Value) any {
		c, err := read(args)
		if err != nil {
			return string(problem(err))
		}
		return string(answer(c))
	}))
	select {} // the page calls; the program stays
}

func read(args []js.Value) (call, error) {
	if len(args) < 1 || !isBytes(args[0]) {
		return call{}, errors.New("kakuinVerify(document, options): document must be a Uint8Array")
	}
	options := ""
	if len(args) > 1 && !args[1].IsNull() && !args[1].IsUndefined() {
		if args[1].Type() == js.TypeString {
			options = args[1].String()
		} else {
			options = js.Global().Get("JSON").Call("stringify", args[1], replacer).String()
		}
	}
	return parseCall(bytesOf(args[0]), options)
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
