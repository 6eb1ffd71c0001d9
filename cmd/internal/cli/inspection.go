package cli

import (
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/note"
)

// inspectionSchema names the JSON of `kakuin inspect`. Names are fixed, as in reports.
const inspectionSchema = "kakuin/inspection/v1"

// An inspection is a document's facts, for JSON and for people alike. Names of
// persons are left out: certificates stand here by fingerprint, issuer and
// serial number.
type inspection struct {
	Schema     string             `json:"schema"`
	Document   inspectedDocument  `json:"document"`
	PDF        *inspectedPDF      `json:"pdf,omitempty"`
	Response   *inspectedResponse `json:"response,omitempty"`
	Signatures []inspectedSeal    `json:"signatures,omitempty"`
	Timestamps []inspectedStamp   `json:"timestamps,omitempty"`
	Material   []inspectedItem    `json:"material,omitempty"`
	Notes      []inspectedNote    `json:"notes,omitempty"`
}

type inspectedDocument struct {
	Name      string `json:"name"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
	Format    string `json:"format"`
	Encrypted bool   `json:"encrypted,omitempty"`
	NotBuilt  string `json:"notBuilt,omitempty"` // recognised, and not read by this version
}

type inspectedPDF struct {
	Version    string              `json:"version"`
	Linearized bool                `json:"linearized,omitempty"`
	Rebuilt    bool                `json:"rebuilt,omitempty"`
	Encryption string              `json:"encryption,omitempty"`
	DocMDP     int                 `json:"docMDP,omitempty"`
	Revisions  []inspectedRevision `json:"revisions"`
}

type inspectedRevision struct {
	Number int    `json:"number"`
	Start  int64  `json:"start"`
	End    int64  `json:"end"`
	XRef   string `json:"crossReference"`
	Offset int64  `json:"crossReferenceOffset"`
}

type inspectedResponse struct {
	Status   string   `json:"status"`
	Text     string   `json:"text,omitempty"`
	Failures []string `json:"failures,omitempty"`
}

type inspectedNote struct {
	Code   string            `json:"code"`
	Where  string            `json:"where,omitempty"`
	Offset int64             `json:"offset,omitempty"`
	Params map[string]string `json:"params,omitempty"`
}

func notes(all []note.Note) (out []inspectedNote) {
	for _, n := range all {
		out = append(out, inspectedNote{string(n.Code), n.Where, max(n.Offset, 0), n.Params})
	}
	return out
}

func inspected(d *eseal.Document) inspection {
	out := inspection{
		Schema:   inspectionSchema,
		Document: inspectedDocument{d.Name, d.Size, hexOf(d.SHA256[:]), string(d.Format), d.Encrypted, d.NotBuilt},
		Notes:    notes(d.Notes),
	}
	if d.PDF != nil {
		out.PDF = inspectPDF(d)
	}
	if r := d.Response; r != nil {
		out.Response = &inspectedResponse{Status: r.Status.String(), Text: r.StatusText()}
		for _, f := range r.Failures {
			out.Response.Failures = append(out.Response.Failures, f.String())
		}
		out.Notes = append(out.Notes, notes(r.Notes)...)
	}
	for _, s := range d.Signatures {
		out.Signatures = append(out.Signatures, inspectSeal(s))
	}
	for _, t := range d.Timestamps {
		out.Timestamps = append(out.Timestamps, inspectStamp(t))
	}
	for _, m := range d.Material {
		out.Material = append(out.Material, inspectItem(m))
	}
	return out
}

func inspectPDF(d *eseal.Document) *inspectedPDF {
	f := d.PDF
	out := &inspectedPDF{Version: f.Version, Linearized: f.Linearized, Rebuilt: f.Rebuilt, Encryption: f.Encryption}
	if f.DocMDP != nil {
		out.DocMDP = f.DocMDP.P
	}
	for _, r := range f.Revisions {
		out.Revisions = append(out.Revisions, inspectedRevision{r.Number, r.Start, r.End, r.Kind, r.XRefOffset})
	}
	return out
}

// moment spells a time as reports do; the zero time is absent.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
