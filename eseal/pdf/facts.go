package pdf

import (
	"time"

	"github.com/kakuin/kakuin/eseal/note"
)

// A Signature is one signature dictionary (12.8.1) that a field or the
// catalogue's /Perms reaches, or that stands in the file and is reached from
// nowhere any more (a note says so). Broken ones are entries too.
type Signature struct {
	Field         Field
	ObjectNumber  int // of the indirect object that holds the dictionary
	Generation    int
	Introduced    int      // number of the revision that holds the dictionary's octets, 0 when none does
	Revision      int      // number of the revision whose octets it covers, 0 when none ends there
	Entries       []string // keys of the dictionary, in alphabetical order
	Type          string
	Filter        string
	SubFilter     string
	Name          string
	Reason        string
	Location      string
	ContactInfo   string
	M             *time.Time // claimed signing time; nil when absent or not a date
	MRaw          string
	Cert          [][]byte // DER certificates of adbe.x509.rsa_sha1
	Contents      []byte
	ContentsStart int64 // file offset of '<'
	ContentsEnd   int64 // file offset after '>'
	ByteRange     []int64
	DocTimeStamp  bool // a document time-stamp by its SubFilter ETSI.RFC3161
	DocMDP        int  // P of its DocMDP transform, 0 none, 1 to 3
	FieldMDP      *FieldMDP
	Lock          *Lock
	SeedValue     *SeedValue
	UsageRights   bool // reached through /Perms /UR3 (or /UR)
	Reached       bool // by a field or /Perms in the newest revision
	Coverage      Coverage
	Notes         []note.Note
	Problem       error // why the dictionary cannot be read as a signature; nil when it can

	dict  *Dict
	shift int64 // added to the offsets of ByteRange
	size  int64 // of the file
}

// A Field is where a signature dictionary is reached from.
type Field struct {
	Name    string     // fully qualified (12.7.4.2), "" when none
	Names   []string   // of all fields that share the dictionary
	Page    int        // 1-based, 0 when on no page
	Visible bool       // a rectangle with an area, not hidden (12.5.3)
	Rect    [4]float64 // as written, in default user space
	Type    string     // "approval" or "certification"
	Object  int        // number of the field's object
	Widget  Ref        // of Rect and Page
}

// FieldMDP names the fields that a signature locks (12.8.2.4).
type FieldMDP struct {
	Action string // All, Include, Exclude
	Fields []string
}

// Lock is the field lock dictionary of the signature field (Table 236).
type Lock struct {
	Action string
	Fields []string
	P      int // 0 absent, 1 to 3
}

// SeedValue is what the field asks of the signature (Table 237).
type SeedValue struct {
	Flags         int64 // which entries are mandatory
	Filter        string
	SubFilters    []string
	DigestMethods []string
	Reasons       []string
	MDP           int // -1 absent, else P
	AddRevInfo    bool
}

// Range is a half-open piece of the file.
type Range struct{ Start, End int64 }

// Coverage says which octets a signature covers. Facts only.
type Coverage struct {
	Valid         bool // four numbers, from 0, around exactly this /Contents, inside the file, ending at a revision
	WholeFile     bool // all octets of the file but /Contents
	WholeRevision bool // the range ends where a revision ends
	GapIsContents bool // the gap is the hexadecimal string of /Contents with its delimiters
	SignedBytes   int64
	NotCovered    []Range // octets outside the ranges other than the gap for /Contents
	Problems      []note.Note
}

// SecurityStore is the document security store (12.8.4.3), of all revisions
// together, each stream once.
type SecurityStore struct {
	Certs, CRLs, OCSPs []StoreItem
	VRI                []VRI
	Revisions          []int // the revisions whose catalogue has a /DSS of its own
}

// StoreItem is one decoded stream of the security store.
type StoreItem struct {
	Data     []byte
	Object   int
	Revision int  // where first seen, and whole: not before the revision whose octets have it
	Gone     bool // not in the store of the newest revision
}

// VRI is the validation-related information of one signature (12.8.4.4).
type VRI struct {
	Key                string // SHA-1 of the signature's /Contents, upper-case hexadecimal
	Certs, CRLs, OCSPs []StoreItem
	TS                 []byte
	TU                 string
	Revision           int
	Gone               bool
}

// Certification is what /Perms /DocMDP of the catalogue says (12.8.6).
type Certification struct {
	Signature *Signature
	P         int
}
