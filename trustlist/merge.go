package trustlist

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Merge makes one list of several, the same whatever their order. The merged
// list is as fresh as the stalest of them; its digest is over their digests.
// One ID with two contents is an error: nobody could tell which one was used.
func Merge(lists ...*List) (*List, error) {
	parts, err := distinctLists(lists)
	if err != nil {
		return nil, err
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	out := &List{Schema: Schema, BuiltIn: true}
	var ids, operators, sources []string
	h := sha256.New()
	for _, l := range parts {
		ids = append(ids, l.ID)
		operators = appendWord(operators, l.Operator)
		sources = appendWord(sources, l.Source)
		out.Services = append(out.Services, l.Services...)
		out.Notes = append(out.Notes, l.Notes...)
		out.BuiltIn = out.BuiltIn && l.BuiltIn
		out.Issued = later(out.Issued, l.Issued)
		out.NextUpdate = earlier(out.NextUpdate, l.NextUpdate)
		h.Write(l.SHA256[:])
		out.files = append(out.files, l.Files()...)
	}
	out.ID = strings.Join(ids, "+")
	out.Operator = strings.Join(operators, "; ")
	out.Source = strings.Join(sources, ", ")
	h.Sum(out.SHA256[:0])
	return out, nil
}

// distinctLists orders the lists by ID and drops repetitions.
func distinctLists(lists []*List) ([]*List, error) {
	parts := slices.DeleteFunc(slices.Clone(lists), func(l *List) bool { return l == nil })
	if len(parts) == 0 {
		return nil, &Error{What: "no list was given", Fix: "name one with --trust"}
	}
	slices.SortStableFunc(parts, func(a, b *List) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), bytes.Compare(a.SHA256[:], b.SHA256[:]))
	})
	parts = slices.CompactFunc(parts, func(a, b *List) bool { return a.ID == b.ID && a.SHA256 == b.SHA256 })
	for i := 1; i < len(parts); i++ {
		// Plain certificates have a file name for an ID; two folders may use one name.
		if a, b := parts[i-1], parts[i]; a.ID == b.ID && a.Schema != "" && b.Schema != "" {
			return nil, &Error{What: fmt.Sprintf("two lists have the id %q (sequence %d and %d)", a.ID, a.Sequence, b.Sequence), Fix: "give the newest only"}
		}
	}
	return parts, nil
}

// Files are the octets of the list files that were read, in the order of
// their IDs; plain certificates have none.
func (l *List) Files() [][]byte {
	if l.raw != nil {
		return [][]byte{l.raw}
	}
	return l.files
}

func appendWord(words []string, w string) []string {
	if w == "" || slices.Contains(words, w) {
		return words
	}
	return append(words, w)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// earlier takes an absent time for the end of time.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// A Rollback is a list that is older than one seen before under its ID:
// somebody may be hiding a withdrawal.
type Rollback struct {
	ID        string
	Seen, Got int64
}

func (r *Rollback) Error() string {
	return fmt.Sprintf("trust list %q goes back from sequence %d to %d; get the newest from its operator", r.ID, r.Seen, r.Got)
}

// CheckSequence compares a list with the one seen before it; of the earlier
// only ID and Sequence are looked at, so a caller may keep those alone. Lists
// of other IDs and plain certificates have no order.
func CheckSequence(previous, next *List) error {
	if previous == nil || next == nil || previous.ID != next.ID || next.Schema == "" || next.Sequence >= previous.Sequence {
		return nil
	}
	return &Rollback{ID: next.ID, Seen: previous.Sequence, Got: next.Sequence}
}
