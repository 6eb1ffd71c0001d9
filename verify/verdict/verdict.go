// Package verdict has the court's words: indications, sub-indications and the
// one table that says which pairs of them exist (EN 319 102-1 5.1.3, Tables 5
// and 6), the outcome of a building block, steps, findings, and the questions
// of the layered trust report with their statuses. It decides nothing and
// imports nothing.
package verdict

// An Indication is a status word. The zero value means "not judged" and is
// never a pass.
type Indication string

// The status words of EN 319 102-1: those with TOTAL speak of a signature as a
// whole (Table 5), the others of a building block, a time-stamp or an evidence
// record. INDETERMINATE is common to both.
const (
	TotalPassed   Indication = "TOTAL-PASSED"
	TotalFailed   Indication = "TOTAL-FAILED"
	Passed        Indication = "PASSED"
	Failed        Indication = "FAILED"
	Indeterminate Indication = "INDETERMINATE"
)

// Document is the verdict on a whole document. The zero value means "not
// judged" and is never a pass.
type Document string

// The verdicts on a document: the words of a signature, and two for documents
// that have none to judge.
const (
	DocumentPassed        Document = "TOTAL-PASSED"
	DocumentFailed        Document = "TOTAL-FAILED"
	DocumentIndeterminate Document = "INDETERMINATE"
	NotSigned             Document = "NOT-SIGNED"
	Unreadable            Document = "UNREADABLE"
)

// Documents lists every verdict on a document, best first.
func Documents() []Document {
	return []Document{DocumentPassed, DocumentIndeterminate, DocumentFailed, NotSigned, Unreadable}
}

// Known says whether d is one of the five verdicts; the zero value is not.
func (d Document) Known() bool {
	switch d {
	case DocumentPassed, DocumentFailed, DocumentIndeterminate, NotSigned, Unreadable:
		return true
	}
	return false
}

// class folds the words of both levels onto one scale. Unknown words and the
// zero value are their own class, never the class of a pass.
type class uint8

const (
	classNone class = iota
	classPassed
	classFailed
	classIndeterminate
)

func (i Indication) class() class {
	switch i {
	case TotalPassed, Passed:
		return classPassed
	case TotalFailed, Failed:
		return classFailed
	case Indeterminate:
		return classIndeterminate
	}
	return classNone
}

// IsPassed is true for PASSED and TOTAL-PASSED only.
func (i Indication) IsPassed() bool { return i.class() == classPassed }

// IsFailed is true for FAILED and TOTAL-FAILED only.
func (i Indication) IsFailed() bool { return i.class() == classFailed }

// IsIndeterminate is true for INDETERMINATE only.
func (i Indication) IsIndeterminate() bool { return i.class() == classIndeterminate }

// Known says whether i is a word of the standard; the zero value is not.
func (i Indication) Known() bool { return i.class() != classNone }

// Total gives the word for a signature as a whole (5.1.1: PASSED becomes
// TOTAL-PASSED, FAILED becomes TOTAL-FAILED). What is not known stays as it is.
func (i Indication) Total() Indication {
	switch i {
	case Passed:
		return TotalPassed
	case Failed:
		return TotalFailed
	}
	return i
}

// Block gives the word for a building block or a time-stamp, the way back from Total.
func (i Indication) Block() Indication {
	switch i {
	case TotalPassed:
		return Passed
	case TotalFailed:
		return Failed
	}
	return i
}

// Document gives the verdict that a document has by this word alone. The zero
// value stays zero.
func (i Indication) Document() Document {
	switch i.class() {
	case classPassed:
		return DocumentPassed
	case classFailed:
		return DocumentFailed
	case classIndeterminate:
		return DocumentIndeterminate
	}
	return ""
}

// URI gives the identifier of TS 119 102-2 clause 4.3.4.2, empty for the zero value.
func (i Indication) URI() string {
	const prefix = "urn:etsi:019102:mainindication:"
	switch i {
	case TotalPassed:
		return prefix + "total-passed"
	case TotalFailed:
		return prefix + "total-failed"
	case Passed:
		return prefix + "passed"
	case Failed:
		return prefix + "failed"
	case Indeterminate:
		return prefix + "indeterminate"
	}
	return ""
}
