package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/registry"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
)

func newRegistry(e *env) *cobra.Command {
	c := group(&cobra.Command{Use: "registry", Short: "Build and ask a register of corporate numbers (法人番号)"})
	c.AddCommand(newRegistryBuild(e), newRegistryShow(e))
	return c
}

func newRegistryBuild(e *env) *cobra.Command {
	s := &shared{}
	var date string
	c := &cobra.Command{
		Use: "build FILE…", Short: "Build a register from the files of the National Tax Agency", Args: someArgs(1, 0, "at least one FILE: CSV, or the ZIP file that was downloaded"),
		Long: `Build a register of corporate numbers from files that the National Tax Agency
publishes for download: CSV in UTF-8 or Shift_JIS, as such or in its ZIP file.
Name the file of the whole country (or of prefectures) and the daily differences
since, in any order; of several rows of one number the newest counts.

The register is one file. Building takes about a minute for the whole country and
as much space again in the folder of --output as the unpacked files.

kakuin verify --registry REGISTER and kakuin batch --registry REGISTER then tell
whether the organization that sealed stands there, under which name, and whether
it is closed.`,
		Example: `  kakuin registry build --output register.kakuin 00_zenkoku_all_20261030.zip
  kakuin registry build --output register.kakuin 00_zenkoku_all_20261030.zip diff_*.zip`,
		RunE: func(c *cobra.Command, args []string) error {
			if s.output == "" || s.output == "-" {
				return usage("say where to write the register: --output FILE")
			}
			if err := sameFile("--output", s.output, args); err != nil {
				return err
			}
			p := newProgress(e, s.quiet, "rows", nil)
			var snap registry.Snapshot
			err := writeFile("--output", s.output, func(w io.Writer) (err error) {
				o := registry.BuildOptions{Scratch: filepath.Dir(s.output), Date: date, Rows: p.at}
				snap, err = registry.Build(c.Context(), w, o, args...)
				return err
			})
			p.end()
			if err != nil {
				var bad *registry.BadRow
				if errors.As(err, &bad) {
					return unreadable("%w", err)
				}
				return err
			}
			return writeSnapshot(e, s, snap)
		},
	}
	c.Flags().StringVarP(&s.output, "output", "o", "", "write the register to `FILE`")
	c.Flags().StringVar(&date, "date", "", "`DATE` of the data (2026-10-30); default: by the names of the files")
	c.Flags().BoolVarP(&s.quiet, "quiet", "q", false, "no progress")
	s.registerLang(c)
	return c
}

// writeSnapshot says what a register holds.
func writeSnapshot(e *env, s *shared, snap registry.Snapshot) error {
	lang, err := s.language(e)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.out, msg.Word("registry.snapshot").Text.Fill(map[string]string{"date": snap.Date, "records": fmt.Sprint(snap.Records), "inactive": fmt.Sprint(snap.Inactive), "digest": snap.SHA256}).In(lang))
	return err
}

// A registryAnswer is what `registry show` says of one number, schema
// kakuin/registration/v1.
type registryAnswer struct {
	Schema   string           `json:"schema"`
	Number   string           `json:"number"`
	Found    bool             `json:"found"`
	Status   registry.Status  `json:"status,omitempty"`
	Record   *registry.Record `json:"record,omitempty"`
	Name     *nameAnswer      `json:"nameMatch,omitempty"`
	Snapshot snapshotAnswer   `json:"snapshot"`
}

type nameAnswer struct {
	Written    string             `json:"written"`
	Match      registry.MatchKind `json:"match"`
	Registered string             `json:"registered,omitempty"`
	Variants   []registry.Variant `json:"variants,omitempty"`
}

type snapshotAnswer struct {
	Date   string `json:"date"`
	SHA256 string `json:"sha256"`
}

func newRegistryShow(e *env) *cobra.Command {
	s := &shared{}
	var path, name string
	c := &cobra.Command{
		Use: "show [NUMBER…]", Short: "Show what a register says of corporate numbers", Args: cobra.ArbitraryArgs,
		Long: `Show what a register says of corporate numbers; without a number, of which state
it is. With --name a name is compared with the registered one.

Exit code 0: every number was found and is in force (and has that name); 3: one is
not found, closed or named differently; 6: the register cannot be read.`,
		Example: `  kakuin registry show --registry register.kakuin 7000012050002
  kakuin registry show --registry register.kakuin --name '(株)見本' 5010401999901`,
		RunE: func(_ *cobra.Command, args []string) error {
			if path == "" {
				return usage("say which register: --registry FILE")
			}
			asJSON, err := s.wantsJSON()
			if err != nil {
				return err
			}
			lang, err := s.language(e)
			if err != nil {
				return err
			}
			for _, n := range args {
				if !cert.IsCorporateNumber(n) {
					return usage("%s is no corporate number: 13 digits, the first of which checks the others", report.Safe(n))
				}
			}
			r, err := registry.Open(path)
			if err != nil {
				return unreadable("--registry: %w", err)
			}
			defer r.Close()
			if len(args) == 0 && asJSON {
				return writeJSON(e.out, r.Snapshot())
			}
			if len(args) == 0 {
				return writeSnapshot(e, s, r.Snapshot())
			}
			return s.write(e, []string{path}, func(w io.Writer) error {
				for _, n := range args {
					if err := showNumber(e, w, r, n, name, lang, asJSON); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&path, "registry", "", "register, `FILE`, that kakuin registry build wrote")
	c.Flags().StringVar(&name, "name", "", "compare this `NAME` with the registered one")
	s.registerOutput(c)
	s.registerLang(c)
	return c
}

func showNumber(e *env, w io.Writer, r *registry.Register, number, name, lang string, asJSON bool) error {
	rec, found, err := r.Find(number)
	if err != nil {
		return unreadable("--registry: %w", err)
	}
	snap := r.Snapshot()
	out := registryAnswer{Schema: "kakuin/registration/v1", Number: number, Found: found, Snapshot: snapshotAnswer{snap.Date, snap.SHA256}}
	good := found
	if found {
		out.Record, out.Status = &rec, rec.Status()
		good = out.Status == registry.Active
		if name != "" {
			m := rec.Match(name)
			out.Name = &nameAnswer{m.Written, m.Kind, m.Registered, m.Variants}
			good = good && (m.Kind == registry.NameSame || m.Kind == registry.NameVariant)
		}
	}
	if !good {
		e.result(exit.Indeterminate)
	}
	if asJSON {
		return writeJSON(w, out)
	}
	return out.write(w, lang)
}

// write tells an answer in lines.
func (a *registryAnswer) write(w io.Writer, lang string) error {
	term := func(key string, params map[string]string) string { return msg.Word(key).Text.Fill(params).In(lang) }
	if !a.Found {
		_, err := fmt.Fprintf(w, "%s: %s\n", a.Number, term("registry.absent", map[string]string{"date": a.Snapshot.Date}))
		return err
	}
	r := a.Record
	fmt.Fprintf(w, "%s: %s (%s)\n", a.Number, report.Safe(r.Name), term("registration."+string(a.Status), nil))
	row := func(label, value string) {
		if value != "" {
			fmt.Fprintf(w, "  %s: %s\n", term("registry."+label, nil), report.Safe(value))
		}
	}
	row("english", r.EnName)
	row("furigana", r.Furigana)
	row("address", r.Address)
	row("closed", r.CloseDate)
	row("successor", r.Successor)
	var former []string
	for _, f := range r.Former {
		former = append(former, f.Name)
	}
	row("former", strings.Join(former, ", "))
	if a.Name != nil {
		row("match", term("match."+string(a.Name.Match), nil))
	}
	_, err := fmt.Fprintf(w, "  %s\n", term("registry.asof", map[string]string{"date": a.Snapshot.Date}))
	return err
}
