package registry

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// BuildOptions of Build; the zero value is good.
type BuildOptions struct {
	Scratch string         // folder for sorting, about as large as the unpacked files; default: the system's
	Date    string         // 2006-01-02 of the snapshot; default: the latest of the names of the files and their rows
	Rows    func(rows int) // told now and then how many were read
	memory  int            // octets sorted at a time
}

// defaultMemory sorts the rows of a whole country in about ten runs.
const defaultMemory = 96 << 20

// Build reads the agency's files (CSV, or ZIP with one CSV in it) and writes an
// index of them. The order of the files says which of two rows of the same day
// is the newer one.
func Build(ctx context.Context, w io.Writer, o BuildOptions, files ...string) (Snapshot, error) {
	if len(files) == 0 {
		return Snapshot{}, errors.New("registry: no file to build from")
	}
	if o.Date != "" && !isDate(o.Date) {
		return Snapshot{}, fmt.Errorf("registry: %q is no date such as 2026-10-30", o.Date)
	}
	if o.memory == 0 {
		o.memory = defaultMemory
	}
	s := newSorter(o.Scratch, o.memory)
	defer s.close()
	snap := Snapshot{Schema: Schema}
	rows := 0
	for i, file := range files {
		src, err := addFile(ctx, s, i, file, func() {
			if rows++; o.Rows != nil && rows%100_000 == 0 {
				o.Rows(rows)
			}
		})
		if err != nil {
			return Snapshot{}, err
		}
		snap.Sources = append(snap.Sources, src.Source)
		snap.Date = max(snap.Date, src.date)
	}
	if o.Date != "" {
		snap.Date = o.Date
	}
	return writeIndex(ctx, w, snap, s)
}

// A source is what was read of one file.
type source struct {
	Source
	date string
}

func addFile(ctx context.Context, s *sorter, number int, path string, each func()) (source, error) {
	f, err := os.Open(path)
	if err != nil {
		return source{}, fmt.Errorf("registry: %w", err)
	}
	defer f.Close()
	name := filepath.Base(path)
	out := source{Source: Source{Name: name}, date: dateOf(name)}
	head := make([]byte, 4)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return out, fmt.Errorf("registry: %s: %w", name, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return out, fmt.Errorf("registry: %s: %w", name, err)
	}
	h := sha256.New()
	var in io.Reader = io.TeeReader(f, h)
	if string(head[:n]) == "PK\x03\x04" {
		if _, err := io.Copy(h, f); err != nil {
			return out, fmt.Errorf("registry: %s: %w", name, err)
		}
		member, err := member(f)
		if err != nil {
			return out, fmt.Errorf("registry: %s: %w", name, err)
		}
		defer member.Close()
		in = member
	}
	t := newTable(name, in)
	latest, err := addRows(ctx, s, number, t, &out.Rows, each)
	if err != nil {
		return out, err
	}
	out.SHA256 = hex.EncodeToString(h.Sum(nil))
	out.date = max(out.date, t.date)
	if out.date == "" {
		out.date = latest
	}
	return out, nil
}

// member is the one CSV file in what the agency offers for download; beside it
// lies a detached signature.
func member(f *os.File) (io.ReadCloser, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, err
	}
	var csv *zip.File
	for _, m := range z.File {
		if strings.EqualFold(filepath.Ext(m.Name), ".csv") {
			if csv != nil {
				return nil, errors.New("two CSV files in one ZIP file; unpack it and name them")
			}
			csv = m
		}
	}
	if csv == nil {
		return nil, errors.New("no CSV file in the ZIP file; download CSV, not XML")
	}
	return csv.Open()
}

// maxRows bounds the disk that a file may cost; the whole country has some
// five million.
const maxRows = 100_000_000

// addRows hands the rows to the sorter, and gives the latest date of update.
func addRows(ctx context.Context, s *sorter, number int, t *table, count *int, each func()) (latest string, err error) {
	for {
		if *count%4096 == 0 && ctx.Err() != nil {
			return "", ctx.Err()
		}
		r, err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = s.add(r, number, *count)
		}
		var bad *BadRow
		switch {
		case errors.As(err, &bad):
			return "", err
		case err != nil:
			return "", fmt.Errorf("registry: %s: %w", t.file, err)
		}
		if *count++; *count > maxRows {
			return "", fmt.Errorf("registry: %s: more than %d rows: this is not the agency's file", t.file, maxRows)
		}
		each()
		latest = max(latest, r.UpdateDate)
	}
	if *count == 0 {
		return "", fmt.Errorf("registry: %s: no rows", t.file)
	}
	return latest, nil
}

// writeIndex writes the records in the order of their numbers.
func writeIndex(ctx context.Context, w io.Writer, snap Snapshot, s *sorter) (Snapshot, error) {
	x, err := newWriter(w)
	if err != nil {
		return snap, err
	}
	var b body
	flush := func() error {
		if b.last.Number == "" {
			return nil
		}
		rec := b.record()
		b = body{}
		snap.Records++
		if rec.Status() != Active {
			snap.Inactive++
		}
		line, err := json.Marshal(rec)
		if err != nil {
			return err
		}
		return x.add(rec.Number, line)
	}
	lines := 0
	err = s.each(func(r row) error {
		if lines++; lines%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if b.last.Number != r.Number {
			if err := flush(); err != nil {
				return err
			}
		}
		b.add(r)
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err == nil {
		snap, err = x.finish(snap)
	}
	if err != nil {
		return snap, fmt.Errorf("registry: %w", err)
	}
	return snap, nil
}
