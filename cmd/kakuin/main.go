// Command kakuin verifies electronic seals, signatures and time-stamps.
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/kakuin/kakuin/cmd/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
