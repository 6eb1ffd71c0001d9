package report

import (
	"bufio"
	"encoding/json"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// SARIF 2.1.0 (OASIS Standard, errata 01): a result a problem; a document that
// passed without a warning has none.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID     string          `json:"ruleId"`
	Level      string          `json:"level"`
	Message    sarifMessage    `json:"message"`
	Locations  []sarifLocation `json:"locations,omitempty"`
	Prints     sarifPrints     `json:"partialFingerprints"`
	Properties sarifProperties `json:"properties"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
	} `json:"physicalLocation"`
}

// sarifPrints tell the same problem of the same document in another run.
type sarifPrints struct {
	V1 string `json:"kakuinFinding/v1"`
}

type sarifProperties struct {
	Document      string           `json:"document"`
	Verdict       verdict.Document `json:"verdict"`
	SubIndication string           `json:"subIndication,omitempty"`
	SHA256        string           `json:"sha256,omitempty"`
	Object        string           `json:"object,omitempty"`
	Clause        string           `json:"clause,omitempty"`
}

type sarifRule struct {
	ID    string        `json:"id"`
	Short sarifMessage  `json:"shortDescription"`
	Full  *sarifMessage `json:"fullDescription,omitempty"`
	Help  *sarifMessage `json:"help,omitempty"`
}

// writeSARIF writes results as they come; the rules that they name follow.
func writeSARIF(w io.Writer, c Cases, o options) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	out.WriteString(`{"$schema":"` + sarifSchema + `","version":"2.1.0","runs":[{"results":[`)
	rules := map[string]bool{}
	between := ""
	for one, err := range c.All {
		if err != nil {
			return err
		}
		for _, p := range one.problems() {
			rules[string(p.Code)] = true
			out.WriteString(between)
			between = ","
			if err := enc.Encode(sarifOf(one, p, o.lang)); err != nil {
				return err
			}
		}
	}
	out.WriteString(`],"invocations":[{"executionSuccessful":true`)
	if !c.Time.IsZero() {
		out.WriteString(`,"properties":{"validationTime":"` + c.Time.String() + `"}`)
	}
	out.WriteString(`}],"tool":{"driver":`)
	driver := map[string]any{"name": first(c.Tool.Name, "kakuin"), "rules": sarifRules(rules, o.lang)}
	if c.Tool.Version != "" {
		driver["version"] = c.Tool.Version
	}
	if err := enc.Encode(driver); err != nil {
		return err
	}
	out.WriteString("}}]}\n")
	return out.Flush()
}

func sarifOf(c *Case, p Problem, lang string) sarifResult {
	text := Safe(p.Text.In(lang))
	if remedy := p.Remedy.In(lang); remedy != "" {
		text += " " + Safe(remedy)
	}
	r := sarifResult{
		RuleID: string(p.Code), Level: "error", Message: sarifMessage{text},
		Prints:     sarifPrints{first(c.SHA256, c.Name) + "/" + string(p.Code) + "/" + p.Object},
		Properties: sarifProperties{Safe(c.Name), c.Verdict, c.SubIndication, c.SHA256, p.Object, p.Clause},
	}
	if p.Severity == verdict.Warning {
		r.Level = "warning"
	}
	if c.Name != "" {
		r.Locations = make([]sarifLocation, 1)
		r.Locations[0].Physical.Artifact.URI = location(c.Name)
	}
	return r
}

// location is a path as a URI reference (RFC 3986); an absolute one has the
// scheme file.
func location(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	u := url.URL{Path: name}
	switch {
	case path.IsAbs(name):
		u.Scheme = "file"
	case len(name) > 2 && name[1] == ':' && name[2] == '/': // a drive
		u.Scheme, u.Path = "file", "/"+name
	}
	return u.String()
}

func sarifRules(used map[string]bool, lang string) []sarifRule {
	all := []sarifRule{}
	for _, code := range sorted(used) {
		r := sarifRule{ID: code, Short: sarifMessage{first(General(verdict.Code(code)).In(lang), code)}}
		if e, known := msg.Lookup(code); known {
			why, remedy := e.Why.In(lang), e.Remedy.Fill(blanks(e.Remedy)).In(lang)
			if why != "" {
				r.Full = &sarifMessage{bare(why)}
			}
			if remedy != "" {
				r.Help = &sarifMessage{remedy}
			}
		}
		all = append(all, r)
	}
	return slices.Clip(all)
}
