package process

import (
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/verify/verdict"
)

// readings are the causes against a signature in a PDF that programs do not
// all read alike: what one of them shows need not be what was sealed (format
// checking, EN 319 102-1 5.2.2). It is no proof of forgery, so that it leaves
// the answer open. Those of the sealed revision and those that only a later
// one brought are asked for apart.
func (c *Court) readings(f *pdf.Signature, object string, later bool) (out []Cause) {
	if f == nil {
		return nil
	}
	about := AboutOther
	if later {
		about = AboutChange
	}
	for _, r := range c.Readings {
		if later == (f.Revision > 0 && r.Since > f.Revision) {
			out = append(out, Cause{Sub: verdict.Custom, About: about, Finding: verdict.Finding{Code: verdict.Code(r.Code), Severity: verdict.Error,
				Clause: "EN 319 102-1 5.2.2", Object: object, Params: noteParams(r.Note)}})
		}
	}
	return out
}
