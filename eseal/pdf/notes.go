package pdf

import "github.com/kakuin/kakuin/eseal/note"

// Codes of what the reader saw and did not expect. Clauses are of ISO 32000-2
// unless another document is named.
const (
	CodeHeaderOffset      note.Code = "K-PDF-001" // 7.5.2: the header is not at the first octet
	CodeTrailingOctets    note.Code = "K-PDF-002" // 7.5.5: octets follow the last %%EOF
	CodeRebuilt           note.Code = "K-PDF-003" // 7.5.4: no cross-reference could be followed; objects were found by scanning
	CodeStartXRef         note.Code = "K-PDF-004" // 7.5.5: startxref of a revision is absent or leads elsewhere
	CodeXRefBroken        note.Code = "K-PDF-005" // 7.5.4, 7.5.8: a cross-reference section is broken in part
	CodeXRefEntry         note.Code = "K-PDF-006" // 7.5.4: the offset of an entry does not lead to "n g obj" of that object
	CodePrevLoop          note.Code = "K-PDF-007" // 7.5.5: the chain of /Prev comes back to itself
	CodeHybrid            note.Code = "K-PDF-008" // 7.5.8.4: hybrid-reference file; two views of one revision
	CodeHybridDiffers     note.Code = "K-PDF-009" // 7.5.8.4: the two views give different objects for a number
	CodeNoEOF             note.Code = "K-PDF-010" // 7.5.5: a revision does not end with %%EOF
	CodeDoubleEntry       note.Code = "K-PDF-011" // 7.5.4: an object has two entries in one section
	CodeMalformedObject   note.Code = "K-PDF-012" // 7.3: an object is not well formed
	CodeDuplicateKey      note.Code = "K-PDF-013" // 7.3.7: a dictionary has a key twice
	CodeStreamLength      note.Code = "K-PDF-014" // 7.3.8.2: /Length of a stream is wrong
	CodeObjectStream      note.Code = "K-PDF-015" // 7.5.7: an object stream cannot be read
	CodeEncrypted         note.Code = "K-PDF-016" // 7.6: encrypted; what stands in object streams and strings is not readable
	CodeExhausted         note.Code = "K-PDF-017" // a limit of this reader was reached: the facts are not complete
	CodeShrunk            note.Code = "K-PDF-018" // the file ended or failed before its size while it was read
	CodeNoCatalog         note.Code = "K-PDF-019" // 7.7.2: the document catalogue cannot be read
	CodeFieldTree         note.Code = "K-PDF-020" // 12.7.4: a field or the field tree is broken or comes back to itself
	CodePageTree          note.Code = "K-PDF-021" // 7.7.3: the page tree is broken or comes back to itself
	CodeSecurityStore     note.Code = "K-PDF-022" // 12.8.4.3: a part of the security store cannot be read
	CodeRevisionOrder     note.Code = "K-PDF-023" // 7.5.6: a cross-reference section lies inside an older revision
	CodeOffsetBeyond      note.Code = "K-PDF-024" // 7.5.4: an entry points behind the end of its revision
	CodeEncryptChanged    note.Code = "K-PDF-025" // 7.5.6, 7.6: a later revision has another encryption dictionary than the first, or none
	CodeEncryptOdd        note.Code = "K-PDF-026" // Table 21: entries of the encryption dictionary contradict each other
	CodePDFMAC            note.Code = "K-PDF-027" // ISO/TS 32004: the file has a PDF MAC, which is not checked here
	CodeSigNotReached     note.Code = "K-PDF-030" // 12.7.5.5: a signature dictionary that no field reaches
	CodeSigShadowed       note.Code = "K-PDF-031" // a field reached this dictionary in an earlier revision and does not any more
	CodeSigReplaced       note.Code = "K-PDF-032" // the revision that the signature covers holds another dictionary under this number
	CodeTwoFields         note.Code = "K-PDF-033" // several fields share one signature dictionary
	CodeSigType           note.Code = "K-PDF-034" // Table 255: /Type does not fit the SubFilter
	CodeSubFilter         note.Code = "K-PDF-035" // 12.8.3: SubFilter absent or not known
	CodeSigCompressed     note.Code = "K-PDF-036" // 12.8.1: the dictionary stands in an object stream; its /Contents has no place in the file
	CodeSigNotDict        note.Code = "K-PDF-037" // 12.8.1: the value of a signature field is no signature dictionary
	CodeSigIndirectEntry  note.Code = "K-PDF-038" // 12.8.1: /Contents or /ByteRange is not a direct object
	CodeSigDate           note.Code = "K-PDF-039" // 7.9.4: /M is not a date
	CodeSigCutOff         note.Code = "K-PDF-040" // 12.8.1: the file ends within a signature dictionary
	CodeRangeAbsent       note.Code = "K-PDF-050" // Table 255: /ByteRange is absent
	CodeRangeCount        note.Code = "K-PDF-051" // 12.8.1: /ByteRange has not four numbers
	CodeRangeNotNumbers   note.Code = "K-PDF-052" // 12.8.1: /ByteRange holds something else than integers
	CodeRangeNegative     note.Code = "K-PDF-053" // 12.8.1: /ByteRange has a negative number
	CodeRangeStart        note.Code = "K-PDF-054" // 12.8.1: the range does not begin at octet 0
	CodeRangeOrder        note.Code = "K-PDF-055" // 12.8.1: ranges overlap or do not ascend
	CodeRangeBeyond       note.Code = "K-PDF-056" // 12.8.1: a range goes beyond the end of the file
	CodeGapWide           note.Code = "K-PDF-057" // EN 319 142-1 4.1 d: the gap is not exactly the /Contents string of this dictionary
	CodeGapElsewhere      note.Code = "K-PDF-058" // EN 319 142-1 4.1 d: the gap is not at the /Contents of this dictionary at all
	CodeRangeFromHeader   note.Code = "K-PDF-059" // 7.5.2: the ranges count from the header, not from the file's first octet
	CodeRangeEnd          note.Code = "K-PDF-060" // 12.8.1: the range does not end where a revision ends
	CodeContentsAbsent    note.Code = "K-PDF-061" // Table 255: /Contents is absent or no string
	CodeContentsNotHex    note.Code = "K-PDF-062" // 12.8.1: /Contents is not a hexadecimal string
	CodeContentsOddDigits note.Code = "K-PDF-063" // 7.3.4.3: /Contents has an odd count of digits
	CodeContentsBlank     note.Code = "K-PDF-064" // white space between the digits of /Contents
	CodeContentsForeign   note.Code = "K-PDF-065" // octets other than digits and white space inside /Contents
	CodeSigOutside        note.Code = "K-PDF-066" // 12.8.1: the signature dictionary does not lie inside the signed range
	CodePagesUnreached    note.Code = "K-PDF-070" // 7.7.3: pages that nothing leads to lie in the sealed revision
	CodeHiddenDrawing     note.Code = "K-PDF-071" // 12.5.3: a hidden annotation of the sealed revision draws something
	CodeRangeEOL          note.Code = "K-PDF-067" // the range ends within the end of line behind %%EOF
	CodeTwoObjects        note.Code = "K-PDF-080" // 7.5.4: as written and as repaired by scanning the file leads to different objects
	CodeBeyondSize        note.Code = "K-PDF-081" // 7.5.5: /Size says that objects in use are missing
	CodeTwoTables         note.Code = "K-PDF-082" // 7.5.4, 7.5.8: the cross-reference has two answers for an object
	CodeTwoLengths        note.Code = "K-PDF-083" // 7.3.8.2: a stream has other data by its /Length than up to endstream
	CodeTwoIndexes        note.Code = "K-PDF-084" // 7.5.8.3: by its index in the object stream it is another object than by its number
	CodeTwoValues         note.Code = "K-PDF-085" // 7.3: a key with two values, or tokens or a reference that readers do not read alike
	CodeTwoPageTrees      note.Code = "K-PDF-086" // 7.7.3: /Kids, /Count, /Type and /Parent of the page tree contradict each other
	CodeGoesOn            note.Code = "K-PDF-088" // 7.5.6: an object in use stands, or goes on, behind the end of its revision
	CodeTwoFirstPages     note.Code = "K-PDF-087" // Annex F: the linearization dictionary leads to another cross-reference or first page
)
