package verdict

import (
	"strings"
	"testing"
)

// table6 is EN 319 102-1 Table 6 written down once more, by hand.
const table6 = `FAILED FORMAT_FAILURE HASH_FAILURE SIG_CRYPTO_FAILURE REVOKED EXPIRED NOT_YET_VALID
INDETERMINATE SIG_CONSTRAINTS_FAILURE CHAIN_CONSTRAINTS_FAILURE CERTIFICATE_CHAIN_GENERAL_FAILURE
CRYPTO_CONSTRAINTS_FAILURE POLICY_PROCESSING_ERROR SIGNATURE_POLICY_NOT_AVAILABLE TIMESTAMP_ORDER_FAILURE
NO_SIGNING_CERTIFICATE_FOUND NO_CERTIFICATE_CHAIN_FOUND NO_CERTIFICATE_CHAIN_FOUND_NO_POE REVOKED_NO_POE
REVOKED_CA_NO_POE OUT_OF_BOUNDS_NOT_REVOKED OUT_OF_BOUNDS_NO_POE REVOCATION_OUT_OF_BOUNDS_NO_POE
CRYPTO_CONSTRAINTS_FAILURE_NO_POE NO_POE TRY_LATER SIGNED_DATA_NOT_FOUND CUSTOM`

func TestLegalPairs(t *testing.T) {
	class := map[SubIndication]string{}
	current := ""
	for _, w := range strings.Fields(table6) {
		if w == "FAILED" || w == "INDETERMINATE" {
			current = w
			continue
		}
		class[SubIndication(w)] = current
	}
	subs := append(SubIndications(), "", "NO_SUCH_TOKEN")
	if len(SubIndications()) != 26 || len(class) != 26 {
		t.Fatalf("%d tokens, %d in the table, want 26", len(SubIndications()), len(class))
	}
	for _, ind := range []Indication{TotalPassed, TotalFailed, Passed, Failed, Indeterminate, "", "VALID"} {
		for _, sub := range subs {
			want := false
			switch ind {
			case TotalPassed, Passed:
				want = sub == ""
			case TotalFailed, Failed:
				want = class[sub] == "FAILED"
			case Indeterminate:
				want = class[sub] == "INDETERMINATE"
			}
			if got := Legal(ind, sub); got != want {
				t.Errorf("Legal(%q, %q) = %v", ind, sub, got)
			}
		}
	}
}

func TestZeroIsNeverAPass(t *testing.T) {
	var o Outcome
	if o.IsPassed() || o.Legal() || o.Indication.IsPassed() || o.Indication.Document().Known() || Document("").Known() {
		t.Error("a zero value passes")
	}
	if Worst().IsPassed() || Worst(Pass(), o).IsPassed() || Worst(o, Pass()).IsPassed() {
		t.Error("Worst makes a pass of what was not judged")
	}
	if (Outcome{TotalPassed, HashFailure}).IsPassed() {
		t.Error("an illegal pair passes")
	}
	if QuestionStatus("").Known() || WorstStatus("") != Unconfirmed || WorstStatus("", Confirmed) != Unconfirmed {
		t.Error("a zero answer counts as an answer")
	}
}

func TestWorst(t *testing.T) {
	failed, open := Of(HashFailure), Of(TryLater)
	for _, c := range []struct {
		in   []Outcome
		want Outcome
	}{
		{nil, Outcome{}},
		{[]Outcome{Pass()}, Pass()},
		{[]Outcome{Pass(), open}, open},
		{[]Outcome{open, failed, Pass()}, failed},
		{[]Outcome{failed.Total(), failed}, failed.Total()},
		{[]Outcome{{}, open}, open},
		{[]Outcome{Pass(), {}}, Outcome{}},
		{[]Outcome{open, Of(NoPOE)}, open},
	} {
		if got := Worst(c.in...); got != c.want {
			t.Errorf("Worst(%v) = %v, want %v", c.in, got, c.want)
		}
	}
}

func TestOutcomeWords(t *testing.T) {
	for _, s := range SubIndications() {
		o := Of(s)
		if !o.Legal() || !o.Total().Legal() || o.Total().Block() != o {
			t.Errorf("%v: the words do not go round", o)
		}
		if want := string(o.Indication) + "/" + string(s); o.String() != want {
			t.Errorf("String = %q, want %q", o, want)
		}
		if got := s.URI(); got != "urn:etsi:019102:subindication:"+string(s) {
			t.Errorf("URI = %q", got)
		}
	}
	if Of("NONSENSE") != (Outcome{Indeterminate, Custom}) {
		t.Error("an unknown token must be INDETERMINATE/CUSTOM")
	}
	if got := Pass().Total().String(); got != "TOTAL-PASSED" {
		t.Error(got)
	}
	if got := (Outcome{}).String(); got != "not judged" {
		t.Error(got)
	}
	if SubIndication("X").URI() != "" || Indication("X").URI() != "" || TotalFailed.URI() != "urn:etsi:019102:mainindication:total-failed" {
		t.Error("URI of an unknown word")
	}
	for _, i := range []Indication{TotalPassed, TotalFailed, Passed, Failed, Indeterminate} {
		if i.URI() == "" || !i.Known() || !i.Document().Known() {
			t.Errorf("%s lacks a URI or a document verdict", i)
		}
	}
}

func TestWorstStatus(t *testing.T) {
	for _, c := range []struct {
		in   []QuestionStatus
		want QuestionStatus
	}{
		{nil, NotAssessed},
		{[]QuestionStatus{NotAssessed, NotAssessed}, NotAssessed},
		{[]QuestionStatus{NotAssessed, Confirmed}, Confirmed},
		{[]QuestionStatus{Confirmed, NotAssessed}, Confirmed},
		{[]QuestionStatus{Unconfirmed, Confirmed}, Unconfirmed},
		{[]QuestionStatus{Confirmed, Unconfirmed, Refuted}, Refuted},
		{[]QuestionStatus{"yes", Confirmed}, Unconfirmed},
	} {
		if got := WorstStatus(c.in...); got != c.want {
			t.Errorf("WorstStatus(%v) = %q, want %q", c.in, got, c.want)
		}
	}
	if len(Questions()) != 15 || len(QuestionStatuses()) != 4 || len(Documents()) != 5 {
		t.Error("a word was lost")
	}
}

func TestSeverity(t *testing.T) {
	if !Error.Worse(Warning) || !Warning.Worse(Info) || Info.Worse(Warning) || !Severity("").Worse(Warning) {
		t.Error("order of severities")
	}
	if Severity("").Known() || !Info.Known() {
		t.Error("known severities")
	}
}
