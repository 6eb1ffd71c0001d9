package cli

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/cmd/internal/exit"
)

const exitCodes = `Exit codes: 0 everything passed, 1 something failed (altered or forged), 2 usage,
3 indeterminate (not confirmed yet, or an expectation is not met), 4 not signed,
5 trust list missing or stale, 6 unreadable input, 7 internal error,
130 interrupted. Of several results the worst counts: 7, 1, 6, 5, 3, 4, 0.`

func newRoot(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:   "kakuin",
		Short: "Verify electronic seals, signatures and time-stamps on official documents",
		Long: `kakuin verifies electronic seals, signatures and RFC 3161 time-stamps on
official documents against a trust list of your choice and answers with a
layered trust report.

角印 (かくいん) は、公的文書の電子シール・電子署名・タイムスタンプを、
利用者が選んだトラストリストに基づいて検証し、層に分けて報告します。

` + exitCodes,
		Example: `  kakuin verify certificate.pdf
  kakuin verify --trust list.yaml --lang ja certificate.pdf
  kakuin explain TRY_LATER`,
		Version:       build.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(e.out)
	root.SetErr(e.err)
	root.SetIn(e.in)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &failure{exit.Usage, err} })
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveDefault)
	group(root)
	root.AddCommand(newVerify(e), newBatch(e), newCert(e), newInspect(e), newExplain(e), newTimestamp(e), newTrust(e), newPolicy(e), newRegistry(e), newVersion(e))
	root.SetHelpCommand(newHelp())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, sub := range root.Commands() {
		if sub.Name() == "completion" {
			group(sub)
		}
	}
	wrapRuns(root)
	return root
}

// group makes a command that only holds others: without one of them, or with
// one that does not exist, the call is wrong, and the nearest names are told.
func group(c *cobra.Command) *cobra.Command {
	c.Args = cobra.ArbitraryArgs
	c.SuggestionsMinimumDistance = 2
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage("say what to do: %s", strings.Join(verbs(c), ", "))
		}
		if near := c.SuggestionsFor(args[0]); len(near) > 0 {
			return usage("unknown command %q for %s; did you mean %s?", args[0], c.CommandPath(), strings.Join(near, " or "))
		}
		if st, err := os.Stat(args[0]); err == nil && !st.IsDir() && !c.HasParent() {
			return usage("unknown command %q; to verify that file: kakuin verify %s", args[0], args[0])
		}
		return usage("unknown command %q for %s; there are %s", args[0], c.CommandPath(), strings.Join(verbs(c), ", "))
	}
	return c
}

func verbs(c *cobra.Command) (names []string) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Help about any command", DisableFlagsInUseLine: true,
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usage("no help about %q; there are %s", strings.Join(args, " "), strings.Join(verbs(c.Root()), ", "))
			}
			return about.Help()
		},
	}
}

// wrapRuns makes every error of our own a failure with a code, so that what is
// left without one is cobra's own and about usage.
func wrapRuns(c *cobra.Command) {
	for _, sub := range c.Commands() {
		wrapRuns(sub)
	}
	run := c.RunE
	if run == nil {
		return
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		err := run(c, args)
		var f *failure
		if err != nil && !errors.As(err, &f) {
			return &failure{exit.Internal, err}
		}
		return err
	}
}

func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no arguments", c.CommandPath())
	}
	return nil
}

func oneArg(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("%s needs exactly one %s", c.CommandPath(), what)
		}
		return nil
	}
}

// someArgs wants so many arguments at least, and at most as many unless most
// is 0.
func someArgs(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < least || most > 0 && len(args) > most {
			return usage("%s needs %s", c.CommandPath(), what)
		}
		return nil
	}
}
