package eseal

import "github.com/kakuin/kakuin/eseal/note"

// Finding codes of this room.
const (
	// CodeMaterialUnusable: validation material in the document cannot be read; it is as if it were absent.
	CodeMaterialUnusable note.Code = "K-DOC-101"
	// CodeAttachedInDetached: the message carries content although the PDF's
	// byte ranges are what is signed (ISO 32000-2 12.8.3.3.1).
	CodeAttachedInDetached note.Code = "K-DOC-102"
	// CodeUsageRights: a usage-rights signature enables functions of a viewer; it
	// seals nothing for anybody (ISO 32000-1 12.8.2.3, deprecated in ISO 32000-2).
	CodeUsageRights note.Code = "K-DOC-103"
	// CodeBeside: the file holds octets before or after what is signed that people may see and no signature covers.
	CodeBeside note.Code = "K-DOC-105"
	// CodeHashIndex: the hash index of an archive time-stamp cannot be read, or
	// names something that is not there; the time-stamp then covers nothing (EN
	// 319 122-1 5.5.2).
	CodeHashIndex note.Code = "K-TIM-030"
	// CodeHashIndexDigest: the hash index uses another digest than the imprint (EN 319 122-1 5.5.2).
	CodeHashIndexDigest note.Code = "K-TIM-031"
	// CodeWithdrawnProof: the time-stamp or evidence record in long-term-validation
	// is not read: no standard in force says what it covers (TS 101 733 V2.1.1 6.5.1).
	CodeWithdrawnProof note.Code = "K-TIM-032"
	// CodeSeveralSigners: a PDF signature holds more than one SignerInfo (ISO 32000-2 12.8.3.3.1).
	CodeSeveralSigners note.Code = "K-SIG-014"
)
