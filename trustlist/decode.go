package trustlist

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
)

// maxErrors ends the reading of a list that is wrong all over.
const maxErrors = 20

// A decoder turns the nodes of a list into values and collects what is wrong.
type decoder struct {
	base  fs.FS
	purse *purse.Purse
	errs  Errors
}

func (d *decoder) fail(n ast.Node, fix, format string, args ...any) {
	if len(d.errs) >= maxErrors {
		return
	}
	line, column := place(n)
	d.errs = append(d.errs, &Error{Line: line, Column: column, What: fmt.Sprintf(format, args...), Fix: fix})
}

// A field is one key of a mapping and what reads its value.
type field struct {
	key  string
	read func(ast.Node)
}

// mapping reads the keys of n; a key that has no field is an error.
func (d *decoder) mapping(n ast.Node, what string, fields ...field) {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		d.fail(n, "write keys and values: "+keys(fields), "%s is not a mapping", what)
		return
	}
	seen := make(map[string]bool, len(values))
	for _, v := range values {
		key, _ := text(v.Key)
		f := find(fields, key)
		switch {
		case f == nil:
			d.fail(v.Key, "known here: "+keys(fields), "unknown key %q in %s", clip(key), what)
		case seen[key]:
			d.fail(v.Key, "keep one of them", "key %q stands twice in %s", key, what)
		case v.Value == nil || v.Value.Type() == ast.NullType:
			d.fail(v.Key, "give a value or leave the key out", "key %q of %s has no value", key, what)
		default:
			f.read(v.Value)
		}
		seen[key] = true
	}
}

func find(fields []field, key string) *field {
	for i := range fields {
		if fields[i].key == key {
			return &fields[i]
		}
	}
	return nil
}

func keys(fields []field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.key
	}
	return strings.Join(names, ", ")
}

// sequence reads each item of n.
func (d *decoder) sequence(n ast.Node, what string, read func(ast.Node)) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fail(n, "write it as a sequence: `- …`", "%s is not a sequence", what)
		return
	}
	for _, item := range s.Values {
		if item == nil || item.Type() == ast.NullType {
			d.fail(n, "remove it", "%s has an empty item", what)
			continue
		}
		read(item)
	}
}

func (d *decoder) list(n ast.Node) *List {
	l := &List{}
	d.mapping(n, "the list",
		field{"schema", d.word(&l.Schema, "schema", Schema)},
		field{"id", d.id(&l.ID)},
		field{"sequence", d.sequenceNumber(&l.Sequence)},
		field{"issued", d.time(&l.Issued)},
		field{"nextUpdate", d.time(&l.NextUpdate)},
		field{"operator", d.line(&l.Operator)},
		field{"url", d.url(&l.URL)},
		field{"services", func(n ast.Node) {
			d.sequence(n, "services", func(n ast.Node) { l.Services = append(l.Services, d.service(n)) })
		}})
	if l.Schema == "" && len(d.errs) == 0 {
		d.fail(n, "add `schema: "+Schema+"`", "the list does not name its schema")
	}
	if l.ID == "" && len(d.errs) == 0 {
		d.fail(n, "add `id: your.organisation`", "the list has no id")
	}
	if !l.Issued.IsZero() && !l.NextUpdate.IsZero() && !l.NextUpdate.After(l.Issued) {
		d.fail(n, "", "nextUpdate %s is not after issued %s", day(l.NextUpdate), day(l.Issued))
	}
	for i := range l.Services {
		l.Services[i].List = l.ID
		l.Notes = append(l.Notes, l.Services[i].contradictions()...)
	}
	return l
}

// contradictions are claims of a service that it cannot have by its own words.
func (s *Service) contradictions() []note.Note {
	var out []note.Note
	name := note.Params{"service": s.Name.String(), "framework": s.Framework}
	if s.Accreditation() && len(s.Identity) == 0 {
		out = append(out, note.New(CodeNoIdentity, "services", name))
	}
	if s.Accreditation() && len(s.Status) == 0 {
		out = append(out, note.New(CodeNoStatus, "services", name))
	}
	for i := range s.Anchors {
		if a := &s.Anchors[i]; a.Certificate == nil && a.Confidence == ConfidenceSecondary {
			out = append(out, note.New(CodeUncheckedPin, "services", note.Params{"service": s.Name.String(), "sha256": fmt.Sprintf("%x", a.SHA256)}))
		}
	}
	return out
}

var (
	types      = []string{TypeCA, TypeSealCA, TypeTSA, TypeOCSP, TypeCRLIssuer, TypeRegistry}
	frameworks = []string{"gpki", "lgpki", "jpki", "moj", "hpki", "accredited-tsa", "accredited-seal", "eu", "private"}
	statuses   = []string{Granted, Suspended, Withdrawn, Ceased, Recognised, Deprecated, Supervision}
	purposes   = []string{PurposeSeal, PurposeTimestamping, PurposeOCSP, PurposeCRL}
	checkables = []string{CheckableOpen, CheckableRestricted, CheckableNone}
	confidence = []string{ConfidenceBytes, ConfidencePublished, ConfidenceSecondary}
)

func (d *decoder) service(n ast.Node) Service {
	s := Service{Type: TypeCA, Framework: "private", Revocation: Revocation{Checkable: CheckableOpen}}
	s.line, s.column = place(n)
	d.mapping(n, "a service",
		field{"name", d.text(&s.Name)},
		field{"type", d.word(&s.Type, "type", types...)},
		field{"framework", d.word(&s.Framework, "framework", frameworks...)},
		field{"anchors", func(n ast.Node) {
			d.sequence(n, "anchors", func(n ast.Node) { s.Anchors = append(s.Anchors, d.anchor(n)) })
		}},
		field{"identity", func(n ast.Node) {
			d.sequence(n, "identity", func(n ast.Node) { s.Identity = append(s.Identity, d.identity(n)) })
			if len(s.Identity) == 0 {
				d.fail(n, "name one, or leave the key out: everyone under the anchors", "identity is empty")
			}
		}},
		field{"status", func(n ast.Node) { s.Status = d.history(n) }},
		field{"purposes", func(n ast.Node) { s.Purposes = d.words(n, "purposes", purposes) }},
		field{"policies", func(n ast.Node) { s.Policies = d.policies(n) }},
		field{"revocation", func(n ast.Node) {
			d.mapping(n, "revocation",
				field{"checkable", d.word(&s.Revocation.Checkable, "checkable", checkables...)},
				field{"note", d.text(&s.Revocation.Note)})
		}},
		field{"assurance", func(n ast.Node) {
			d.mapping(n, "assurance", field{"level", d.line(&s.Assurance.Level)}, field{"ial", d.line(&s.Assurance.IAL)},
				field{"aal", d.line(&s.Assurance.AAL)}, field{"basis", d.line(&s.Assurance.Basis)})
		}},
		field{"source", d.line(&s.Source)},
		field{"url", d.url(&s.URL)})
	if s.Name == (Text{}) {
		d.fail(n, "add `name: {ja: …, en: …}`", "a service has no name")
	}
	d.distinct(n, s.Anchors)
	return s
}

// distinct refuses one certificate twice in a service: two entries with two
// sunset dates would leave open which one counts.
func (d *decoder) distinct(n ast.Node, anchors []Anchor) {
	seen := make(map[[32]byte]bool, len(anchors))
	for _, a := range anchors {
		if a.SHA256 != [32]byte{} && seen[a.SHA256] {
			d.fail(n, "keep one entry", "anchor %x stands twice in a service", a.SHA256)
		}
		seen[a.SHA256] = true
	}
}

func (d *decoder) policies(n ast.Node) (p Policies) {
	d.mapping(n, "policies",
		field{"accept", func(n ast.Node) { p.Accept = d.oids(n, "accept") }},
		field{"explicit", d.boolean(&p.Explicit)})
	return p
}

// history reads the status entries, which stand oldest first.
func (d *decoder) history(n ast.Node) []Status {
	var out []Status
	d.sequence(n, "status", func(n ast.Node) {
		var st Status
		d.mapping(n, "a status", field{"from", d.time(&st.From)}, field{"status", d.word(&st.Status, "status", statuses...)})
		switch {
		case st.From.IsZero() || st.Status == "":
			d.fail(n, "write `{from: 2023-02-16, status: granted}`", "a status needs from and status")
		case len(out) > 0 && !st.From.After(out[len(out)-1].From):
			d.fail(n, "order the history, newest last", "status of %s stands after that of %s", day(st.From), day(out[len(out)-1].From))
		}
		out = append(out, st)
	})
	return out
}
