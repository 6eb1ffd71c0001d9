package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Time is an instant of the report: RFC 3339, always UTC. The zero value is
// "absent" and is not written.
type Time struct{ time.Time }

// At makes a report time of an instant.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Round(0)}
}

// String writes RFC 3339 in UTC with as many fractional digits as there are.
func (t Time) String() string { return t.UTC().Format(time.RFC3339Nano) }

// MarshalJSON writes the string form.
func (t Time) MarshalJSON() ([]byte, error) {
	if y := t.UTC().Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("report: year %d cannot be written as RFC 3339", y)
	}
	return json.Marshal(t.String())
}

// UnmarshalJSON reads an RFC 3339 time and keeps it in UTC.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("report: time: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("report: time %q is not RFC 3339: %w", s, err)
	}
	*t = At(at)
	return nil
}

// Duration writes an accuracy as the report has it: "1s", "500ms", "1m30s".
func Duration(d time.Duration) string { return d.String() }

// DecodeReport reads a report. It refuses a document of another schema and one
// without a verdict, so that a broken input can never look like a pass.
func DecodeReport(r io.Reader) (*Report, error) {
	var rep Report
	if err := json.NewDecoder(r).Decode(&rep); err != nil {
		return nil, fmt.Errorf("report: not a report: %w", err)
	}
	if rep.Schema != Schema {
		return nil, fmt.Errorf("report: schema %q, want %q", rep.Schema, Schema)
	}
	if !rep.Verdict.Known() {
		return nil, errors.New("report: it has no verdict")
	}
	return &rep, nil
}
