package verify

import (
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify/internal/process"
)

// A scene is everything of a document as one court judged it.
type scene struct {
	signatures []*process.Judgement
	stamps     []*process.Stamp // of the document itself
	records    []*process.Record
}

// sceneOf judges the document's own time-stamps first, since they may prove
// the time of its signatures.
func sceneOf(c *process.Court, doc *eseal.Document) scene {
	var s scene
	c.Settle()
	judge := c.Timestamp
	if len(doc.Signatures) == 0 {
		judge = c.Alone
	}
	for _, t := range doc.Timestamps {
		s.stamps = append(s.stamps, judge(t))
	}
	for _, sig := range doc.Signatures {
		s.signatures = append(s.signatures, c.Signature(sig, process.DocumentStamps(sig, s.stamps)))
	}
	for _, er := range doc.EvidenceRecords {
		s.records = append(s.records, c.Record(er))
	}
	return s
}
