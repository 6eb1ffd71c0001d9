package registry

import "strings"

// abbreviations are those of bank transfers and business cards; the brackets
// stand in either width.
var abbreviations = strings.NewReplacer(
	"(株)", "株式会社", "(有)", "有限会社", "(同)", "合同会社", "(合)", "合同会社", "(資)", "合資会社", "(名)", "合名会社",
	"(一社)", "一般社団法人", "(一財)", "一般財団法人", "(公社)", "公益社団法人", "(公財)", "公益財団法人", "(社)", "社団法人", "(財)", "財団法人",
	"(特非)", "特定非営利活動法人", "npo法人", "特定非営利活動法人", "(医)", "医療法人", "(医社)", "医療法人社団", "(医財)", "医療法人財団",
	"(学)", "学校法人", "(福)", "社会福祉法人", "(独)", "独立行政法人", "(地独)", "地方独立行政法人", "(国)", "国立大学法人", "(大)", "国立大学法人",
	"(宗)", "宗教法人", "(弁)", "弁護士法人", "(税)", "税理士法人", "(監)", "監査法人", "(行)", "行政書士法人", "(司)", "司法書士法人", "(労)", "社会保険労務士法人",
	"(農)", "農事組合法人", "(協)", "協同組合", "(特)", "特殊会社", "(相)", "相互会社",
)

// forms are those that stand at the head or the end of a Japanese name; longer
// ones before those that they contain.
var forms = []string{
	"株式会社", "特例有限会社", "有限会社", "合同会社", "合資会社", "合名会社", "相互会社",
	"一般社団法人", "一般財団法人", "公益社団法人", "公益財団法人", "社団法人", "財団法人", "特定非営利活動法人",
	"医療法人社団", "医療法人財団", "社会医療法人", "医療法人", "学校法人", "社会福祉法人", "地方独立行政法人", "国立研究開発法人", "独立行政法人", "国立大学法人", "公立大学法人",
	"宗教法人", "弁護士法人", "税理士法人", "監査法人", "行政書士法人", "司法書士法人", "社会保険労務士法人", "農事組合法人",
}

// latinForms are words at the end of an English name, which no law fixes.
var latinForms = []string{"co ltd", "company limited", "co limited", "company ltd", "corporation", "corp", "incorporated", "inc", "limited liability company", "llc", "limited", "ltd", "kabushiki kaisha", "kabushikigaisha", "kabushikikaisha", "k k", "kk", "godo kaisha", "g k", "gk", "yugen kaisha", "company", "co", "plc"}

// foldForm leaves the form out.
func foldForm(s string) string {
	_, s = cutForm(s)
	s = strings.TrimSpace(s)
	lower := strings.TrimPrefix(strings.ToLower(s), "the ")
	plain := strings.Join(strings.FieldsFunc(lower, func(r rune) bool { return r == ' ' || r == ',' || r == '.' }), " ")
	for _, f := range latinForms {
		if rest, ok := strings.CutSuffix(plain, " "+f); ok && rest != "" {
			return rest
		}
	}
	if plain != strings.ToLower(s) {
		return plain
	}
	return s
}

// cutForm parts the form of a Japanese name, written out, from the rest.
func cutForm(s string) (form, rest string) {
	s = strings.NewReplacer("（", "(", "）", ")").Replace(s)
	s = abbreviations.Replace(s)
	for _, f := range forms {
		if rest, ok := strings.CutPrefix(s, f); ok && rest != "" {
			return f, rest
		}
		if rest, ok := strings.CutSuffix(s, f); ok && rest != "" {
			return f, rest
		}
	}
	return "", s
}

// sameForm: 合同会社 is another company than 株式会社 of that name; 医療法人 is
// said of a 医療法人社団 too, and a 財団法人 may have become a 一般財団法人. A name
// that states no form leaves it open.
func sameForm(a, b string) bool {
	x, _ := cutForm(foldKanji(foldWidth(a)))
	y, _ := cutForm(foldKanji(foldWidth(b)))
	return strings.Contains(x, y) || strings.Contains(y, x)
}
