package registry

import "slices"

// A Record is what the register says of one corporate number. Dates are written
// 2006-01-02, codes as the agency writes them.
type Record struct {
	Number   string `json:"number"` // 13 digits
	Name     string `json:"name"`
	Furigana string `json:"furigana,omitempty"`
	EnName   string `json:"enName,omitempty"` // voluntary
	Kind     string `json:"kind,omitempty"`   // 101 state, 201 municipality, 301 stock company …
	Address  string `json:"address,omitempty"`
	Process  string `json:"process,omitempty"` // of the newest row: 01 new, 11 name changed, 21 closed, 99 deleted …

	AssignmentDate string `json:"assignmentDate,omitempty"`
	ChangeDate     string `json:"changeDate,omitempty"` // since when the newest row holds
	UpdateDate     string `json:"updateDate,omitempty"` // when the register took it

	CloseDate  string `json:"closeDate,omitempty"`
	CloseCause string `json:"closeCause,omitempty"` // 01 wound up, 11 merged, 21 by the registrar, 31 other
	Successor  string `json:"successor,omitempty"`  // number of the body that took over

	NameImage  bool     `json:"nameImage,omitempty"`  // the name has characters that are published as a picture only
	Hidden     bool     `json:"hidden,omitempty"`     // left out of the agency's own search
	Superseded bool     `json:"superseded,omitempty"` // the files hold only rows that others replaced
	Former     []Former `json:"former,omitempty"`     // the newest first
}

// A Former is a name that was in force before.
type Former struct {
	Name   string `json:"name"`
	EnName string `json:"enName,omitempty"`
	Since  string `json:"since,omitempty"`
}

// Status says whether a body exists, by its record.
type Status string

// The states of a record.
const (
	Active     Status = "active"
	Closed     Status = "closed"     // the registration was closed, see CloseDate
	Deleted    Status = "deleted"    // the number was taken back (process 99)
	Superseded Status = "superseded" // what is in force now is not in the files
)

const processDeleted = "99"

// Status is the state that the newest row gives.
func (r *Record) Status() Status {
	switch {
	case r.Process == processDeleted:
		return Deleted
	case r.Superseded:
		return Superseded
	case r.CloseDate != "" || r.CloseCause != "":
		return Closed
	}
	return Active
}

// manyFormer bounds the former names of one record: real ones have a few.
const manyFormer = 32

// A body is what the rows of one number come to, the newest last.
type body struct {
	last   row
	former []Former // the newest first
}

func (b *body) add(r row) {
	if old := b.last; old.Name != "" {
		b.former = slices.DeleteFunc(b.former, func(f Former) bool { return f.Name == old.Name })
		b.former = slices.Insert(b.former, 0, Former{Name: old.Name, EnName: old.EnName, Since: old.ChangeDate})
		b.former = b.former[:min(len(b.former), manyFormer)]
	}
	b.last = r
}

func (b *body) record() Record {
	out := b.last.Record
	out.Superseded = !b.last.Latest
	for _, f := range b.former {
		if f.Name != out.Name {
			out.Former = append(out.Former, f)
		}
	}
	return out
}
