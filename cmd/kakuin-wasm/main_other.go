//go:build !(js && wasm)

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "kakuin-wasm runs in a browser: GOOS=js GOARCH=wasm go build ./cmd/kakuin-wasm; here, use kakuin")
	os.Exit(2)
}
