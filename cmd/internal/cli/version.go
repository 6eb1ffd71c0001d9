package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/build"
)

func newVersion(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(e.out, "kakuin %s %s/%s %s\n", build.Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
			return err
		},
	}
}
