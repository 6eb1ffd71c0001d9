package verify

import v "github.com/kakuin/kakuin/verify/verdict"

// A lowering is one row of the mapping: the question and the status that it
// falls to. Rows with always hold for findings of any severity.
type lowering struct {
	id     v.QuestionID
	to     v.QuestionStatus
	always bool
}

func refutes(ids ...v.QuestionID) []lowering { return rows(v.Refuted, false, ids) }

func leavesOpen(ids ...v.QuestionID) []lowering { return rows(v.Unconfirmed, false, ids) }

func alwaysOpen(ids ...v.QuestionID) []lowering { return rows(v.Unconfirmed, true, ids) }

func rows(to v.QuestionStatus, always bool, ids []v.QuestionID) []lowering {
	out := make([]lowering, len(ids))
	for i, id := range ids {
		out[i] = lowering{id, to, always}
	}
	return out
}

// rests says which answers cannot be better than others.
var rests = []struct {
	id v.QuestionID
	on []v.QuestionID
}{
	{v.Authority, []v.QuestionID{v.Issuer}},           // nobody vouches where no path leads
	{v.AsIssued, []v.QuestionID{v.Intact, v.Covered}}, // REPORT: rests on intact, covered, changes
}

// integrity is what dataIntegrity rests on.
var integrity = []v.QuestionID{v.Intact, v.Covered, v.SealedBy, v.When}

// bySubIndication and byCode are the one mapping from what the court found to
// what a question's answer may then be at best.
//
// FORMAT_FAILURE and CUSTOM have many causes; their codes say which question it
// is, and what stands here is only what holds for every cause.
var bySubIndication = map[v.SubIndication][]lowering{
	v.FormatFailure:    leavesOpen(v.AsIssued),
	v.HashFailure:      refutes(v.Intact),
	v.SigCryptoFailure: refutes(v.Intact, v.SealedBy),
	v.Revoked:          refutes(v.NotRevoked),
	v.Expired:          refutes(v.NotRevoked),
	v.NotYetValid:      refutes(v.NotRevoked),

	v.SigConstraintsFailure:         leavesOpen(v.SealedBy),
	v.ChainConstraintsFailure:       leavesOpen(v.Issuer),
	v.CertificateChainGeneral:       leavesOpen(v.Issuer),
	v.CryptoConstraintsFailure:      refutes(v.Algorithms),
	v.PolicyProcessingError:         leavesOpen(v.SealedBy),
	v.SignaturePolicyNotAvailable:   leavesOpen(v.SealedBy),
	v.TimestampOrderFailure:         refutes(v.When),
	v.NoSigningCertificateFound:     leavesOpen(v.SealedBy, v.Issuer),
	v.NoCertificateChainFound:       leavesOpen(v.Issuer, v.Authority, v.NotRevoked),
	v.NoCertificateChainFoundNoPOE:  leavesOpen(v.Issuer, v.When),
	v.RevokedNoPOE:                  refutes(v.NotRevoked),
	v.RevokedCANoPOE:                refutes(v.NotRevoked),
	v.OutOfBoundsNotRevoked:         leavesOpen(v.When, v.NotRevoked),
	v.OutOfBoundsNoPOE:              leavesOpen(v.When, v.NotRevoked),
	v.RevocationOutOfBoundsNoPOE:    leavesOpen(v.NotRevoked),
	v.CryptoConstraintsFailureNoPOE: leavesOpen(v.Algorithms),
	v.NoPOE:                         leavesOpen(v.When),
	v.TryLater:                      leavesOpen(v.NotRevoked),
	v.SignedDataNotFound:            leavesOpen(v.Intact),
	v.Custom:                        nil,
}

// notPassed holds for every sub-indication.
var notPassed = leavesOpen(v.ProvableUntil, v.NextAction)

var byCode = map[v.Code][]lowering{
	v.CodeFormatFailure:        leavesOpen(v.SealedBy), // intact is what the arithmetic says: a broken rule of form does not undo it
	v.CodeDataDigest:           refutes(v.Intact),
	v.CodeSignatureValue:       refutes(v.Intact, v.SealedBy),
	v.CodeDataNotFound:         leavesOpen(v.Intact, v.Covered),
	v.CodeNoSigner:             leavesOpen(v.SealedBy, v.Issuer),
	v.CodeNoSignerReference:    leavesOpen(v.SealedBy), // a warning where the format has no such attribute
	v.CodeReferenceMismatch:    leavesOpen(v.SealedBy),
	v.CodeUnsupportedAlgorithm: leavesOpen(v.Intact, v.SealedBy),
	v.CodeAttributeConstraint:  leavesOpen(v.SealedBy),
	v.CodePolicyNotAvailable:   leavesOpen(v.SealedBy),
	v.CodeManySigners:          leavesOpen(v.SealedBy),

	v.CodeNoPath:               leavesOpen(v.Issuer),
	v.CodeCAExpired:            leavesOpen(v.NotRevoked),
	v.CodeCertificateExpired:   leavesOpen(v.NotRevoked),
	v.CodeCertificateNotYet:    leavesOpen(v.NotRevoked),
	v.CodeAnchorSunset:         leavesOpen(v.Issuer),
	v.CodeCertificatePolicy:    leavesOpen(v.Issuer),
	v.CodeKeyUsage:             leavesOpen(v.Issuer),
	v.CodeExtKeyUsage:          leavesOpen(v.Issuer),
	v.CodeCriticalExtension:    leavesOpen(v.Issuer),
	v.CodeNameConstraint:       refutes(v.Issuer),
	v.CodePathLength:           refutes(v.Issuer),
	v.CodeNotCA:                refutes(v.Issuer),
	v.CodeCertificateSignature: refutes(v.Issuer),
	v.CodeSearchLimit:          leavesOpen(v.Issuer),
	v.CodeMissingIssuer:        leavesOpen(v.Issuer),

	v.CodeNoRevocationData:      alwaysOpen(v.NotRevoked),
	v.CodeRevoked:               refutes(v.NotRevoked),
	v.CodeCARevoked:             refutes(v.NotRevoked),
	v.CodeOnHold:                leavesOpen(v.NotRevoked),
	v.CodeNotFresh:              leavesOpen(v.NotRevoked),
	v.CodeRevocationNotRequired: alwaysOpen(v.NotRevoked),
	v.CodeRevocationSoftFail:    alwaysOpen(v.NotRevoked),
	v.CodeNotCheckable:          alwaysOpen(v.NotRevoked),
	v.CodeRevocationOutOfBounds: leavesOpen(v.NotRevoked),
	v.CodeOCSPUnknown:           leavesOpen(v.NotRevoked),
	v.CodeRevocationKind:        leavesOpen(v.NotRevoked),

	v.CodeNoProvenTime:         alwaysOpen(v.When),
	v.CodeTimestampOrder:       refutes(v.When),
	v.CodeTimestampDelay:       leavesOpen(v.When),
	v.CodeImprintMismatch:      leavesOpen(v.When), // of a bare token HASH_FAILURE refutes intact
	v.CodeImprintNotChecked:    leavesOpen(v.When),
	v.CodeTimestampLater:       leavesOpen(v.When),
	v.CodeTSAPurpose:           leavesOpen(v.Issuer),
	v.CodeTSAReference:         leavesOpen(v.SealedBy),
	v.CodeSignedBeforeValidity: refutes(v.NotRevoked),
	v.CodeResponseRefused:      leavesOpen(v.Intact, v.When),
	v.CodeResponseMismatch:     leavesOpen(v.Intact),

	v.CodeAlgorithmRetired:   leavesOpen(v.Algorithms),
	v.CodeAlgorithmNotListed: leavesOpen(v.Algorithms),
	v.CodeKeyTooShort:        leavesOpen(v.Algorithms),
	v.CodeConstraint:         leavesOpen(v.SealedBy),
	v.CodePolicyDocument:     leavesOpen(v.SealedBy),
	v.CodeListStale:          alwaysOpen(v.Authority),
	v.CodeNoList:             leavesOpen(v.Issuer, v.Authority),

	v.CodeNotAnalysed:     leavesOpen(v.AsIssued, v.Covered),
	v.CodeChangeForbidden: refutes(v.AsIssued, v.Covered),
	v.CodeChangeDoubtful:  leavesOpen(v.AsIssued, v.Covered),

	v.CodeNotCovered: refutes(v.Covered),
	v.CodeByteRange:  refutes(v.Covered),
	"K-DOC-105":      leavesOpen(v.Covered, v.AsIssued), // octets beside what is sealed
	"K-PDF-080":      leavesOpen(v.AsIssued),            // programs do not all show what is sealed
	"K-PDF-081":      leavesOpen(v.AsIssued),
	"K-PDF-082":      leavesOpen(v.AsIssued),
	"K-PDF-083":      leavesOpen(v.AsIssued),
	"K-PDF-084":      leavesOpen(v.AsIssued),
	"K-PDF-085":      leavesOpen(v.AsIssued),
	"K-PDF-086":      leavesOpen(v.AsIssued),
	"K-PDF-087":      leavesOpen(v.AsIssued),
	"K-PDF-088":      leavesOpen(v.Covered, v.AsIssued), // what was sealed goes on in what was not

	v.CodeNotAccredited: alwaysRefutes(v.Assurance),
	v.CodeOtherUnit:     alwaysRefutes(v.Assurance),
	v.CodeNoService:     alwaysOpen(v.Assurance),
	v.CodeLimit:         leavesOpen(v.Covered, v.AsIssued),

	v.CodeRegisterNoNumber:     alwaysOpen(v.Registry),
	v.CodeRegisterNotFound:     alwaysOpen(v.Registry),
	v.CodeRegisterClosedBefore: alwaysRefutes(v.Registry),
	v.CodeRegisterClosed:       alwaysOpen(v.Registry),
	v.CodeRegisterNameDiffers:  alwaysOpen(v.Registry),
	v.CodeRegisterGone:         alwaysOpen(v.Registry),
	v.CodeRegisterUnread:       alwaysOpen(v.Registry),

	v.CodeFieldContradiction: alwaysRefutes(v.Appearance), // one field, two texts
	v.CodeFieldUndrawn:       alwaysOpen(v.Appearance),
	v.CodeScript:             alwaysOpen(v.Appearance),
	v.CodeFormRedrawn:        alwaysOpen(v.Appearance),
	v.CodeSecondForm:         alwaysOpen(v.Appearance),
	v.CodeLayers:             alwaysOpen(v.Appearance),
	v.CodeSwitches:           alwaysOpen(v.Appearance),
	v.CodeOutside:            alwaysOpen(v.Appearance),
	v.CodePrintDiffers:       alwaysOpen(v.Appearance),
	v.CodeMedia:              alwaysOpen(v.Appearance),
	v.CodeLaunch:             alwaysOpen(v.Appearance),
	v.CodeCollection:         alwaysOpen(v.Appearance),
	v.CodeNotLookedAt:        alwaysOpen(v.Appearance),
}

// alwaysRefutes is for findings that are warnings by nature and yet answer
// their question: neither accreditation nor a field that says two things
// decides the verdict by itself.
func alwaysRefutes(ids ...v.QuestionID) []lowering { return rows(v.Refuted, true, ids) }

// elements says which of CPSF's six elements a question is about.
var elements = map[v.QuestionID]string{
	v.Issuer:        ElementOrganization,
	v.Authority:     ElementOrganization,
	v.NotRevoked:    ElementSystem,
	v.Assurance:     ElementProcedure,
	v.Registry:      ElementOrganization,
	v.SealedBy:      ElementComponent,
	v.AsIssued:      ElementData,
	v.Appearance:    ElementData,
	v.Intact:        ElementData,
	v.Covered:       ElementData,
	v.When:          ElementSystem,
	v.Algorithms:    ElementProcedure,
	v.Portable:      ElementData,
	v.ProvableUntil: ElementData,
	v.NextAction:    ElementProcedure,
}

// element is the table, except that the issuer's question is about people when
// the certificate names a person or a post.
func element(id v.QuestionID, kind string) string {
	if id == v.Issuer && (kind == KindPerson || kind == KindOffice) {
		return ElementPeople
	}
	return elements[id]
}
