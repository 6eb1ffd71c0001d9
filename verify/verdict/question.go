package verdict

// A QuestionID names one question of the layered trust report.
type QuestionID string

// The questions of the layered trust report, in the order of the report.
const (
	Issuer        QuestionID = "issuer"      // certification path to an anchor of the trust list
	Authority     QuestionID = "authority"   // which list vouches, by which service or anchor
	NotRevoked    QuestionID = "not-revoked" // the issuer still stood behind the key at the proven time
	Assurance     QuestionID = "assurance"   // service identified, granted, accredited at the proven time
	Registry      QuestionID = "registry"    // corporate number found in the base registry
	SealedBy      QuestionID = "sealed-by"   // made with the key of this certificate
	AsIssued      QuestionID = "as-issued"   // what is on the screen is what was sealed
	Appearance    QuestionID = "appearance"  // a visible seal, form values or scripts that can show something else
	Intact        QuestionID = "intact"      // digests and signature arithmetic
	Covered       QuestionID = "covered"     // how much of the document they cover
	When          QuestionID = "when"        // existed at a proven time
	Algorithms    QuestionID = "algorithms"  // strong enough at the proven time
	Portable      QuestionID = "portable"    // all evidence travels inside the document
	ProvableUntil QuestionID = "provable-until"
	NextAction    QuestionID = "next-action"
)

// Questions lists all questions in the order of the report.
func Questions() []QuestionID {
	return []QuestionID{
		Issuer, Authority, NotRevoked, Assurance, Registry,
		SealedBy, AsIssued, Appearance,
		Intact, Covered, When, Algorithms, Portable,
		ProvableUntil, NextAction,
	}
}

// A QuestionStatus is the answer to a question. The zero value is no answer and
// counts as unconfirmed wherever answers are compared.
type QuestionStatus string

// The four answers: shown by evidence, contradicted by evidence, evidence
// missing, and outside what a verifier can know (or this build does not look).
const (
	Confirmed   QuestionStatus = "confirmed"
	Refuted     QuestionStatus = "refuted"
	Unconfirmed QuestionStatus = "unconfirmed"
	NotAssessed QuestionStatus = "not-assessed"
)

// QuestionStatuses lists the four answers.
func QuestionStatuses() []QuestionStatus {
	return []QuestionStatus{Confirmed, Refuted, Unconfirmed, NotAssessed}
}

// Known says whether s is one of the four answers.
func (s QuestionStatus) Known() bool {
	return s == Confirmed || s == Refuted || s == Unconfirmed || s == NotAssessed
}

// WorstStatus gives the status of a layer: refuted before unconfirmed before
// confirmed. Questions that are not assessed are skipped; if nothing is left
// the answer is not-assessed. An unknown status counts as unconfirmed.
func WorstStatus(statuses ...QuestionStatus) QuestionStatus {
	worst := NotAssessed
	for _, s := range statuses {
		switch {
		case s == Refuted:
			return Refuted
		case s == NotAssessed:
		case s == Confirmed && worst == NotAssessed:
			worst = Confirmed
		case s != Confirmed:
			worst = Unconfirmed
		}
	}
	return worst
}
