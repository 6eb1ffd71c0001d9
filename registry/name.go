package registry

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Match is how a name that a certificate gives fits a record. The number
// decides who is meant; the name is there to make people look twice.
type Match struct {
	Kind       MatchKind
	Written    string    // the name that was compared
	Registered string    // with what
	Variants   []Variant // in what the two are written differently
	Since      string    // of a former name
}

// MatchKind is the answer of a comparison.
type MatchKind string

// The answers, the best first.
const (
	NameSame        MatchKind = "same"
	NameVariant     MatchKind = "variant" // the same but for how it is written, see Variants
	NameFormer      MatchKind = "former"  // a name that was in force before
	NameDifferent   MatchKind = "different"
	NameNotCompared MatchKind = "not-compared" // no name in a script that the record has one in
)

// A Variant is one way of writing a name differently.
type Variant string

// The ways that do not make another name of it.
const (
	VariantWidth       Variant = "width"       // wide and narrow characters, case, spaces
	VariantPunctuation Variant = "punctuation" // dots, hyphens, prolonged sounds, small kana
	VariantKanji       Variant = "kanji"       // old and new forms of characters
	VariantForm        Variant = "form"        // 株式会社 and (株), at the head or the end, Co., Ltd. and Corporation, or left out
)

// steps make a name comparable, in this order.
var steps = []struct {
	variant Variant
	fold    func(string) string
}{
	{VariantWidth, foldWidth},
	{VariantPunctuation, foldPunctuation},
	{VariantKanji, foldKanji},
	{VariantForm, foldForm},
}

// folded is a name after all steps but one.
func folded(s string, without Variant) string {
	for _, f := range steps {
		if f.variant != without {
			s = f.fold(s)
		}
	}
	return strings.ReplaceAll(s, " ", "")
}

// compare gives the variants in which two names differ, false where they are
// two names. A variant counts where the names differ without its step.
func compare(a, b string) ([]Variant, bool) {
	if a == b {
		return nil, true
	}
	if x := folded(a, ""); x == "" || x != folded(b, "") || !sameForm(a, b) {
		return nil, false
	}
	var out []Variant
	for _, s := range steps {
		if folded(a, s.variant) != folded(b, s.variant) {
			out = append(out, s.variant)
		}
	}
	if out == nil { // spaces, or two steps that do the same
		out = []Variant{VariantWidth}
	}
	return out, true
}

// Match compares the names of a certificate with those of the record and gives
// the best answer. Japanese names are held against the name, others against the
// English name too, which is voluntary.
func (r *Record) Match(names ...string) Match {
	best := Match{Kind: NameNotCompared}
	for _, n := range names {
		if n = strings.TrimSpace(n); n == "" {
			continue
		}
		if m := r.match(n); rank(m.Kind) < rank(best.Kind) || best.Written == "" {
			best = m
		}
	}
	return best
}

func rank(k MatchKind) int {
	return slices.Index([]MatchKind{NameSame, NameVariant, NameFormer, NameDifferent, NameNotCompared}, k)
}

func (r *Record) match(name string) Match {
	out := Match{Kind: NameNotCompared, Written: name}
	try := func(registered string, hit func(Match) Match) bool {
		if registered == "" {
			return false
		}
		v, same := compare(name, registered)
		if same {
			out.Registered, out.Variants = registered, v
			out = hit(out)
		}
		return same
	}
	current := func(m Match) Match {
		m.Kind = NameSame
		if len(m.Variants) > 0 {
			m.Kind = NameVariant
		}
		return m
	}
	if try(r.Name, current) || try(r.EnName, current) {
		return out
	}
	for _, f := range r.Former {
		former := func(m Match) Match { m.Kind, m.Since = NameFormer, f.Since; return m }
		if try(f.Name, former) || try(f.EnName, former) {
			return out
		}
	}
	switch {
	case inJapanese(name) && !r.NameImage && r.Name != "":
		out.Kind, out.Registered = NameDifferent, r.Name
	case !inJapanese(name) && r.EnName != "":
		out.Kind, out.Registered = NameDifferent, r.EnName
	case !inJapanese(name) && r.Name != "" && !inJapanese(foldForm(foldWidth(r.Name))): // ＡＢＣ株式会社 and ABC Co., Ltd.
		out.Kind, out.Registered = NameDifferent, r.Name
	}
	return out
}

// inJapanese tells whether a name has a character of a Japanese script.
func inJapanese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
	})
}

// foldWidth: compatibility characters (㈱, ｶﾅ, Ａ, U+F900…) become plain ones
// (UAX 15), case and spaces go.
func foldWidth(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Variation_Selector) {
			return -1 // 葛󠄀 is 葛 in another drawing
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
}

// small kana are written large in registered names: キヤノン.
var large = strings.NewReplacer("ァ", "ア", "ィ", "イ", "ゥ", "ウ", "ェ", "エ", "ォ", "オ", "ッ", "ツ", "ャ", "ヤ", "ュ", "ユ", "ョ", "ヨ", "ヵ", "カ", "ヶ", "ケ", "ヮ", "ワ",
	"ぁ", "あ", "ぃ", "い", "ぅ", "う", "ぇ", "え", "ぉ", "お", "っ", "つ", "ゃ", "や", "ゅ", "ゆ", "ょ", "よ", "ゎ", "わ", "&", " and ", "＆", " and ")

const hyphens = "-‐‑‒–—―−─ーｰ－~〜～"

// foldPunctuation leaves letters, digits and brackets. Brackets stay for the
// abbreviations of forms.
func foldPunctuation(s string) string {
	var out strings.Builder
	for _, r := range large.Replace(s) {
		switch {
		case strings.ContainsRune(hyphens, r), !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune(" ()（）", r):
			if r < unicode.MaxLatin1 {
				out.WriteByte(' ')
			}
		default:
			out.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}
