package ers

import "github.com/kakuin/kakuin/eseal/note"

// Finding codes of this room: what a record says.
const (
	// CodeVersion: the version is not 1. RFC 4998 3.1, RFC 6283 2.1.
	CodeVersion note.Code = "K-ERS-001"
	// CodeUndeclared: a chain uses an algorithm that digestAlgorithms does not name. RFC 4998 3.1.
	CodeUndeclared note.Code = "K-ERS-002"
	// CodeEncrypted: the objects were hashed in an encrypted form. RFC 4998 6, RFC 6283 2.1.
	CodeEncrypted note.Code = "K-ERS-003"
	// CodeAttribute: attributes or information that this tool makes no use of. RFC 4998 3.1, 4.1.
	CodeAttribute note.Code = "K-ERS-004"
	// CodeElement: octets or elements that the syntax does not have. RFC 4998 3.1.
	CodeElement note.Code = "K-ERS-005"
	// CodeDuplicate: a hash value stands twice in one list. RFC 4998 4.2.
	CodeDuplicate note.Code = "K-ERS-006"
	// CodeDigestLength: a hash value has not the length of its algorithm. RFC 4998 4.2.
	CodeDigestLength note.Code = "K-ERS-007"
	// CodeCanonical: an object is covered in a canonical form, not as it stands. RFC 6283 4.1.1.
	CodeCanonical note.Code = "K-ERS-008"
)

// Finding codes of this room: what the trees lead to.
const (
	// CodeRoot: the hash tree does not lead to the imprint of the time-stamp. RFC 4998 4.3, RFC 6283 3.3.
	CodeRoot note.Code = "K-ERS-020"
	// CodePrevious: a renewal does not cover what it renews. RFC 4998 5.3, RFC 6283 4.3.
	CodePrevious note.Code = "K-ERS-021"
	// CodeDropped: a chain does not cover an object that an older chain covers. RFC 4998 5.3 step 3.
	CodeDropped note.Code = "K-ERS-023"
	// CodeImprintAlgorithm: the imprint is made by another algorithm than the tree. RFC 4998 4.3 step 4.
	CodeImprintAlgorithm note.Code = "K-ERS-024"
	// CodeOneAlgorithm: Archive Time-Stamps of one chain use different algorithms. RFC 4998 5.3 step 2.
	CodeOneAlgorithm note.Code = "K-ERS-025"
	// CodeOrder: an Archive Time-Stamp is not later than the one before. RFC 4998 5.1, RFC 6283 4.1.
	CodeOrder note.Code = "K-ERS-026"
	// CodeOthers: the first list has hash values of objects that were not given. RFC 4998 4.3.
	CodeOthers note.Code = "K-ERS-027"
	// CodeUncomputable: what should be hashed cannot be computed. RFC 4998 5.3.
	CodeUncomputable note.Code = "K-ERS-028"
)

// CodeSeparate: a hash-tree renewal holds the hash values of the object and of
// the older chains side by side. RFC 4998 5.2.
const CodeSeparate note.Code = "K-ERS-029"
