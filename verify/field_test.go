package verify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/policy"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// TestFieldIsTold: where a seal stands, what it draws and what the signature
// dictionary claims; of persons only when personal data was asked for.
func TestFieldIsTold(t *testing.T) {
	w := verifytest.New()
	list := parsedList(t, w.TrustList(verifytest.TrustListTemplate{}))
	contact := func(s string) func(string) string {
		return func(entries string) string { return entries + " /ContactInfo (" + s + ")" }
	}
	for _, c := range []struct {
		name string
		o    verifytest.SignOptions
		opts []verify.Option
		want verify.Field
	}{
		{"visible", verifytest.SignOptions{Rect: [4]int{400, 380, 470, 450}, Reason: "証明", Location: "見本町", Name: "見本町", Dictionary: contact("03-0000-0000")}, nil,
			verify.Field{Page: 1, Visible: true, Rect: []float64{400, 380, 470, 450}, Shows: "見本町長之印", Reason: "証明", Location: "見本町", ClaimedName: "見本町", Contact: "03-0000-0000"}},
		{"upside down", verifytest.SignOptions{Rect: [4]int{470, 450, 400, 380}}, nil, verify.Field{Page: 1, Visible: true, Rect: []float64{400, 380, 470, 450}}},
		{"invisible", verifytest.SignOptions{Name: "見本町"}, nil, verify.Field{Page: 1, ClaimedName: "見本町"}},
		{"mail address", verifytest.SignOptions{Dictionary: contact("mail taro@example.jp or call")}, nil, verify.Field{Page: 1, Contact: "mail *** or call", Masked: true}},
		{"mail address asked for", verifytest.SignOptions{Dictionary: contact("taro@example.jp")}, []verify.Option{verify.WithPersonalData()}, verify.Field{Page: 1, Contact: "taro@example.jp"}},
		{"person", verifytest.SignOptions{Cert: w.Person, Name: "Taro", Seal: "山田", Rect: [4]int{400, 380, 470, 450}}, nil,
			verify.Field{Page: 1, Visible: true, Rect: []float64{400, 380, 470, 450}, Shows: "***", ClaimedName: "***", Masked: true}},
		{"person asked for", verifytest.SignOptions{Cert: w.Person, Name: "Taro", Seal: "山田", Rect: [4]int{400, 380, 470, 450}}, []verify.Option{verify.WithPersonalData()},
			verify.Field{Page: 1, Visible: true, Rect: []float64{400, 380, 470, 450}, Shows: "山田", ClaimedName: "Taro"}},
		{"no certificate", verifytest.SignOptions{Name: "Taro", Contents: func(h string) string { return strings.Repeat("0", len(h)) }}, nil,
			verify.Field{Page: 1, ClaimedName: "***", Masked: true}},
	} {
		opts := append([]verify.Option{verify.WithPolicy(policyNamed(t, "strict", policy.None)), verify.WithTime(w.Now)}, c.opts...)
		rep := judged(t, w.PDF(verifytest.PDFTemplate{}).Sign(c.o).Bytes(), eseal.Options{}, list, opts...)
		got := *rep.Signatures[0].Field
		c.want.Name, c.want.Type = got.Name, verify.FieldApproval
		if c.name == "upside down" {
			c.want.Shows = got.Shows // the appearance has no area of its own
		}
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		for _, lang := range []string{"en", "ja"} {
			text := string(written(t, rep, report.Text, report.Lang(lang)))
			said := []string{got.Shows, got.ClaimedName, got.Contact, got.Reason}
			if slices.ContainsFunc(said, func(s string) bool { return !strings.Contains(text, s) }) {
				t.Errorf("%s: the text (%s) leaves something of the field out", c.name, lang)
			}
			if got.Masked && (strings.Contains(text, "Taro") || strings.Contains(text, "taro@") || strings.Contains(text, "山田")) {
				t.Errorf("%s: the text (%s) tells what is masked", c.name, lang)
			}
		}
	}
}
