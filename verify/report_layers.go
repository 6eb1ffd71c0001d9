package verify

import "github.com/kakuin/kakuin/verify/verdict"

// Layers is the layered trust report: the three layers of METI's
// Cyber/Physical Security Framework and the time axis beside them.
type Layers struct {
	Framework     Framework     `json:"framework"`
	DataIntegrity DataIntegrity `json:"dataIntegrity"`
	Organization  Layer         `json:"organization"`
	Transcription Layer         `json:"transcription"`
	Data          Layer         `json:"data"`
	Time          Layer         `json:"time"`
	Content       ContentAnswer `json:"content"`
}

// Framework names what the layers follow.
type Framework struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// DataIntegrity gives in one status what the paper's seal gave (真正性・非改ざん性).
type DataIntegrity struct {
	Status  verdict.QuestionStatus `json:"status"`
	RestsOn []verdict.QuestionID   `json:"restsOn"`
}

// A Layer is some questions and the worst of their answers.
type Layer struct {
	CPSF      int                    `json:"cpsf,omitempty"` // number of the layer in the framework
	Name      *Text                  `json:"name,omitempty"`
	Status    verdict.QuestionStatus `json:"status"`
	Questions []Question             `json:"questions"`
}

// A Question is one plain question with its answer and what the answer rests on.
type Question struct {
	ID       verdict.QuestionID     `json:"id"`
	Status   verdict.QuestionStatus `json:"status"`
	Element  string                 `json:"element"`
	Text     Text                   `json:"text"`
	Evidence []string               `json:"evidence,omitempty"` // S1, T1, F3, E2
}

// The six elements of CPSF: ソシキ ヒト モノ データ プロシージャ システム.
const (
	ElementOrganization = "organization"
	ElementPeople       = "people"
	ElementComponent    = "component"
	ElementData         = "data"
	ElementProcedure    = "procedure"
	ElementSystem       = "system"
)

// ContentAnswer says that the truth of the statements is not for a verifier to know.
type ContentAnswer struct {
	Status verdict.QuestionStatus `json:"status"`
	Answer Text                   `json:"answer"`
}

// Find gives the question with an id, nil when the layers do not ask it.
func (l *Layers) Find(id verdict.QuestionID) *Question {
	if l == nil {
		return nil
	}
	for _, layer := range []*Layer{&l.Organization, &l.Transcription, &l.Data, &l.Time} {
		for i := range layer.Questions {
			if layer.Questions[i].ID == id {
				return &layer.Questions[i]
			}
		}
	}
	return nil
}
