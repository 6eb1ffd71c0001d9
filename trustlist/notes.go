package trustlist

import "github.com/kakuin/kakuin/eseal/note"

// Finding codes of this room.
const (
	// CodeNoIdentity: an accredited service names anchors and no identity, so
	// nothing under them can be told to be the service (DESIGN section 8).
	CodeNoIdentity note.Code = "K-TRL-001"
	// CodeNoStatus: an accredited service has no status history, so it was
	// granted at no time.
	CodeNoStatus note.Code = "K-TRL-002"
	// CodeUncheckedPin: a pin of the user's own list rests on a secondary
	// source; it anchors because the list says so.
	CodeUncheckedPin note.Code = "K-TRL-003"
)
