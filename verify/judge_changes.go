package verify

import (
	"strconv"

	"github.com/kakuin/kakuin/eseal/pdf/diff"
	"github.com/kakuin/kakuin/verify/internal/process"
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// changes writes down what came after a sealed revision.
func (b *reportBuilder) changes(ch process.Changes) *Changes {
	out := &Changes{Level: ch.Level, Permitted: ch.Permitted, DecidedBy: ch.DecidedBy, Rules: b.doc.Changes.Rules}
	for _, it := range ch.Items {
		out.Items = append(out.Items, ChangeItem{Object: it.Object, Level: it.Level, Code: changeCode(it.Level, it.Permitted), Kind: string(it.Kind),
			Page: it.Page, Field: it.Field, Annotation: it.Annotation, Revision: it.Revision, Text: describe(it.Item)})
	}
	return out
}

func changeCode(level, permitted string) verdict.Code {
	switch {
	case level == ChangeNotAnalysed:
		return verdict.CodeNotAnalysed
	case permitted == PermittedNo:
		return verdict.CodeChangeForbidden
	case permitted == PermittedDoubtful:
		return verdict.CodeChangeDoubtful
	}
	return verdict.CodeChangePermitted
}

// describe puts a change into words: "page 2 was replaced".
func describe(it diff.Item) Text {
	key := "changed." + string(it.Kind)
	if !msg.Has(key) {
		key = "changed.changed"
	}
	ja, en := map[string]string{}, map[string]string{}
	put := func(name, value string) {
		if value != "" && value != "0" {
			ja[name], en[name] = value, value
		}
	}
	put("page", strconv.Itoa(it.Page))
	put("field", it.Field)
	put("detail", it.Detail)
	if it.Annotation != "" {
		word := Text{JA: it.Annotation, EN: it.Annotation}
		if k := "annotation." + it.Annotation; msg.Has(k) {
			word = Term(k, nil)
		}
		ja["annotation"], en["annotation"] = word.JA, word.EN
	}
	out := Text{JA: Term(key, ja).JA, EN: Term(key, en).EN}
	if it.Shows {
		shows := Term("changed.shows", nil)
		out.JA, out.EN = out.JA+" ("+shows.JA+")", out.EN+" ("+shows.EN+")"
	}
	return out
}
