package verdict

// A Code is a stable finding code such as "K-REV-002". Its words stand in verify/report/msg.
type Code string

// Severity says what a finding does to the verdict. The zero value is none of
// the three and is refused by the report's schema.
type Severity string

// An error stands behind a verdict other than passed, a warning is to be told
// but did not decide, an info explains.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// rank orders severities, worst first; unknown ones rank with errors.
func (s Severity) rank() int {
	switch s {
	case Info:
		return 0
	case Warning:
		return 1
	}
	return 2
}

// Worse says whether s is graver than t.
func (s Severity) Worse(t Severity) bool { return s.rank() > t.rank() }

// Known says whether s is one of the three.
func (s Severity) Known() bool { return s == Error || s == Warning || s == Info }

// A Finding is one thing that the court has to tell, without words.
type Finding struct {
	Code     Code
	Severity Severity
	Clause   string            // the clause that was judged by
	Object   string            // id in the report (S1, T1, E2, R1) or SHA-256 of a certificate; empty for the document
	Params   map[string]string // values that the text names
}
