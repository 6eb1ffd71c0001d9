package cli

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/term"
)

// write sends a result to --output or standard output.
func (s *shared) write(e *env, inputs []string, render func(io.Writer) error) error {
	if s.output == "" || s.output == "-" {
		return render(e.out)
	}
	if err := sameFile("--output", s.output, inputs); err != nil {
		return err
	}
	return writeFile("--output", s.output, render)
}

func isSameFile(a, b string) bool {
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(x, y)
}

// writeFile writes beside the target and renames, so that a failure never
// leaves half a result. A link stays a link; a pipe or device is written to.
func writeFile(flag, path string, render func(io.Writer) error) (err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return usage("%s: %w", flag, err)
	case st.IsDir():
		return usage("%s %s is a folder", flag, path)
	case !st.Mode().IsRegular():
		return writeDevice(flag, path, render)
	}
	temp := path + ".kakuin-" + rand.Text()[:8]
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return usage("%s: %w", flag, err)
	}
	renamed := false
	defer func() {
		if !renamed { // also when render panicked
			f.Close()
			os.Remove(temp)
		}
	}()
	if err := fill(flag, f, render); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	renamed = true
	return nil
}

func fill(flag string, f *os.File, render func(io.Writer) error) error {
	k := &keeper{w: f}
	if err := render(k); err != nil {
		return err
	}
	if k.err != nil {
		return fmt.Errorf("%s: %w", flag, k.err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	return nil
}

func writeDevice(flag, path string, render func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return usage("%s: %w", flag, err)
	}
	k := &keeper{w: f}
	err = errors.Join(render(k), k.err)
	return errors.Join(err, f.Close())
}

// colored follows --color, NO_COLOR and CLICOLOR_FORCE.
func (s *shared) colored(e *env) (bool, error) {
	switch s.color {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
		if v, ok := e.lookup("NO_COLOR"); ok && v != "" || s.output != "" && s.output != "-" {
			return false, nil
		}
		if v, ok := e.lookup("CLICOLOR_FORCE"); ok && v != "" && v != "0" {
			return true, nil
		}
		f, ok := e.out.w.(*os.File)
		return ok && term.IsTerminal(int(f.Fd())), nil
	}
	return false, usage("--color %s: write auto, always or never", s.color)
}

// writeJSON writes one value, indented, as reports are.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
