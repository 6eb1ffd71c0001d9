package msg

import (
	"regexp"
	"strings"
	"time"
)

// A text names values as {param}. A part in [[…]] is left out when one of its
// values is missing. A value that is itself a term ("value.keyCompromise") is
// said in words (the blanks of a phrase are hyphens in its key), a time in the
// manner of the language.
var (
	placeholder = regexp.MustCompile(`\{([a-zA-Z][a-zA-Z0-9]*)\}`)
	optional    = regexp.MustCompile(`\[\[(.*?)\]\]`)
)

func fill(lang, text string, params map[string]string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	if strings.Contains(text, "[[") {
		text = withOptional(lang, text, params)
	}
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		v := given(lang, p[1:len(p)-1], params)
		if v == "" {
			return unknown(lang)
		}
		return value(lang, v)
	})
}

// withOptional leaves out the optional parts that lack a value.
func withOptional(lang, text string, params map[string]string) string {
	return optional.ReplaceAllStringFunc(text, func(part string) string {
		inner := part[2 : len(part)-2]
		for _, m := range placeholder.FindAllStringSubmatch(inner, -1) {
			if given(lang, m[1], params) == "" {
				return ""
			}
		}
		return inner
	})
}

// given finds a value; "name.ja" stands before "name" in a Japanese text.
func given(lang, name string, params map[string]string) string {
	if v := params[name+"."+lang]; v != "" {
		return v
	}
	return params[name]
}

func unknown(lang string) string {
	if lang == "ja" {
		return "(不明)"
	}
	return "(not known)"
}

func value(lang, v string) string {
	if t, ok := load().words["value."+strings.ReplaceAll(v, " ", "-")]; ok {
		return t.Text.In(lang)
	}
	if len(v) >= len("2006-01-02T15:04:05Z") && strings.HasSuffix(v, "Z") {
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return Time(lang, at)
		}
	}
	return v
}

// jst is fixed: the words of a report do not hang on the machine's time zones.
var jst = time.FixedZone("JST", 9*60*60)

// Time writes an instant for people: Japanese time in Japanese, UTC in English.
func Time(lang string, at time.Time) string {
	if lang == "ja" {
		return at.In(jst).Format("2006年1月2日 15時04分05秒") + "(日本時間)"
	}
	return at.UTC().Format("2006-01-02 15:04:05 UTC")
}

// Params lists the values that a text names, each once, in order of first use.
func Params(text string) []string {
	var out []string
	seen := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			out = append(out, m[1])
		}
	}
	return out
}
