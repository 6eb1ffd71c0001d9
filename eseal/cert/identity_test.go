package cert

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/internal/corpora"
)

// Numbers of the register of corporate numbers, and one changed digit each.
func TestCheckDigit(t *testing.T) {
	for _, n := range []string{"3010401064771", "4011001040781", "8000012010038", "8040001079502", "2010401059681", "7000012050002"} {
		if !IsCorporateNumber(n) {
			t.Errorf("%s is a corporate number", n)
		}
		for i := range n {
			if n[i] == '9' { // the sum is taken modulo 9: a 0 in its place is not noticed
				continue
			}
			wrong := []byte(n)
			wrong[i] = '0' + (wrong[i]-'0'+1)%10
			if IsCorporateNumber(string(wrong)) {
				t.Errorf("%s passes", wrong)
			}
		}
	}
	for _, bad := range []string{"", "123", "30104010647710", "301040106477a", "３０１０４０１０６４７７１"} {
		if IsCorporateNumber(bad) {
			t.Errorf("%q passes", bad)
		}
	}
}

func subject(t testing.TB, name []byte, extensions ...[]byte) Identity {
	t.Helper()
	s := sound()
	s.subject, s.extensions = name, extensions
	if extensions == nil {
		s.extensions = [][]byte{ext(oidSubjectKeyID, octs([]byte{1}))}
	}
	c, err := Parse(s.der(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.Identity()
}

func TestCorporateNumbers(t *testing.T) {
	id := func(v string) []byte { return atv(OIDOrganizationIdentifier, utf8s(v)) }
	ou := func(v string) []byte { return atv(OIDOrganizationalUnit, utf8s(v)) }
	for _, tc := range []struct {
		name   []byte
		want   string
		source NumberSource
		codes  string
	}{
		{seq(id("NTRJP-8000012010038")), "8000012010038", NumberNTR, ""},
		{seq(id("JCN3010401064771")), "3010401064771", NumberJCN, ""},
		{seq(id("JCN-3010401064771")), "3010401064771", NumberJCN, ""},
		{seq(ou("CN-4011001040781")), "4011001040781", NumberOU, ""},
		{seq(id("NTRJP-010401064771")), "3010401064771", NumberNTR, ""},
		{seq(id("NTRJP-8000012010039")), "", NumberNTR, "040"},
		{seq(id("NTRJP-abc")), "", NumberNTR, "040"},
		{seq(id("VATDE-123456789")), "", "", ""},
		{seq(ou("Common")), "", "", ""},
		{seq(id("NTRJP-8000012010038"), ou("CN-8000012010038")), "8000012010038", NumberNTR, ""},
		{seq(id("NTRJP-8000012010038"), ou("CN-4011001040781")), "", NumberNTR, "041"},
	} {
		got := subject(t, tc.name)
		if got.CorporateNumber != tc.want || codes(got.Notes) != tc.codes {
			t.Errorf("%+v: notes %v", got, got.Notes)
		}
		if tc.source != "" && got.CorporateNumbers[0].Source != tc.source {
			t.Errorf("source %v", got.CorporateNumbers)
		}
	}
}

func TestNameJa(t *testing.T) {
	alt := ext(oidSubjectAltName, seq(ctx(4, dn("C=JP", "O=日本国政府", "OU=官職認証局")), str(0x81, "a@b.jp")))
	got := subject(t, dn("C=JP", "O=Japanese Government", "OU=OfficialStatusCA"), alt)
	if got.NameJa != "日本国政府 官職認証局" || got.OrganizationJa != "日本国政府" || got.Organization != "Japanese Government" || got.Country != "JP" || got.NaturalPerson {
		t.Errorf("%+v", got)
	}
	if len(got.Emails) != 1 || got.Emails[0].Reveal() != "a@b.jp" || got.Emails[0].String() != Masked {
		t.Errorf("mail %v", got.Emails)
	}
	if got := subject(t, dn("C=JP", "O=株式会社見本", "OU=CN-8000012010038", "CN=見本印")); got.NameJa != "株式会社見本 見本印" {
		t.Errorf("from the subject: %q", got.NameJa)
	}
	if got := subject(t, dn("C=JP", "O=Sample")); got.NameJa != "" || got.JPKI != nil || got.MOJ != nil {
		t.Errorf("%+v", got)
	}
}

func TestJPKI(t *testing.T) {
	item := func(n int, v []byte) []byte {
		return ctx(0, oid(ber.OID(fmt.Sprint(jpkiArc, n))), ctx(0, v))
	}
	got := subject(t, dn("C=JP", "CN=2023071512345678ABC"), ext(oidSubjectAltName, seq(
		item(1, utf8s("公的　太郎")), item(4, utf8s("319700101")), item(3, utf8s("1")), item(5, utf8s("東京都")),
		item(2, utf8s("00010")), item(6, utf8s("000")), item(9, utf8s("later")))))
	j := got.JPKI
	if j == nil || j.Name.Reveal() != "公的　太郎" || j.BirthDate.Reveal() != "319700101" || j.Gender.Reveal() != "1" || j.Address.Reveal() != "東京都" ||
		!j.Substituted || codes(got.Notes) != "043" || !got.NaturalPerson {
		t.Fatalf("%+v %v", j, got.Notes)
	}
	// Nothing of the person leaves by accident.
	out, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{string(out), fmt.Sprint(j), fmt.Sprintf("%+v %#v %s %q", *j, *j, j.Name, j.Address)} {
		if strings.Contains(s, "太郎") || strings.Contains(s, "東京") || strings.Contains(s, "319700101") || !strings.Contains(s, Masked) {
			t.Errorf("shown: %s", s)
		}
	}
	if Personal("").String() != "" {
		t.Error("an absent item is not masked")
	}
	if got := subject(t, dn("CN=x"), ext(oidSubjectAltName, seq(item(1, num(1))))); codes(got.Notes) != "042" || got.JPKI.Name != "" {
		t.Errorf("a name that is an integer: %v", got.Notes)
	}
}

func TestRoles(t *testing.T) {
	actor := seq(ctx(0, set(ctx(0, oid("1.2.392.100495.1.6.1.1")), ctx(2, utf8s("Medical Doctor")))))
	attr := func(v []byte) []byte { return ext(oidDirectoryAttributes, seq(seq(oid(oidHCRole), set(v)))) }
	got := subject(t, dn("C=JP", "CN=Hanako"), attr(set(actor, actor)))
	if len(got.Roles) != 2 || got.Roles[0] != (Role{CodingScheme: "1.2.392.100495.1.6.1.1", Text: "Medical Doctor"}) || !got.NaturalPerson {
		t.Errorf("%+v", got.Roles)
	}
	if got := subject(t, dn("CN=x"), attr(set(num(1)))); len(got.Roles) != 0 || codes(got.Notes) != "042" {
		t.Errorf("%+v %v", got.Roles, got.Notes)
	}
}

func TestQcKinds(t *testing.T) {
	got := subject(t, dn("O=x"), ext(oidQCStatements, seq(seq(oid(OIDQcCompliance)), seq(oid(OIDQcSSCD)), seq(oid(OIDQcType), seq(oid(OIDQcTypeESeal))))))
	if !got.QcCompliance || !got.QcSSCD || !got.QcSeal || got.QcSign || got.QcWeb {
		t.Errorf("%+v", got)
	}
}

// The vectors of the private extensions of the Ministry of Justice.
func TestMOJVectors(t *testing.T) {
	dir := corpora.Open(t, "japan/moj-corpreg-vectors")
	value := func(name string) []byte { return unhex(t, string(corpora.Read(t, dir, name+".hex"))) }
	got := subject(t, dn("C=JP", "CN=1"),
		ext(oidMOJPolicies, value("certificatePoliciesJP")), ext(oidMOJRegistrar, value("registrar")), ext(oidMOJCorporate, value("registeredCorporationInfo")))
	m := got.MOJ
	if len(got.Notes) != 0 || m == nil {
		t.Fatal(got.Notes)
	}
	if m.Registrar != "東京法務局登記官" || m.CorporateName != "サンプル株式会社" || m.Number != "012345678901" || m.Title != "代表取締役" ||
		m.Address != "東京都渋谷区神宮前一丁目２番３号" || m.Representative.Reveal() != "佐藤サンプル" || m.RegistryOffice != "東京法務局渋谷出張所" {
		t.Errorf("%+v %s", m, m.Representative.Reveal())
	}
	if got.NameJa != "サンプル株式会社" || got.CorporateNumber != "6012345678901" || got.CorporateNumbers[0].Source != NumberMOJ {
		t.Errorf("%+v", got)
	}
	p := m.Policies
	if len(p) != 1 || p[0].OID != "1.2.392.100300.1.3.4" || p[0].Qualifiers[0].Notice.Organization != "法務省" || !strings.HasPrefix(p[0].Qualifiers[0].Notice.Text, "この証明書は") {
		t.Errorf("%+v", p)
	}
	if got := subject(t, dn("CN=1"), ext(oidMOJCorporate, num(1))); codes(got.Notes) != "042" {
		t.Errorf("%v", got.Notes)
	}
}

// Real certificates, and what they must say.
func TestJapaneseCertificates(t *testing.T) {
	for file, want := range map[string]string{
		"aatl-localdobe/gpki-JapaneseGovernment-Root-CA-2023-P384.cer":  "P-384|日本国政府 日本政府ルート認証局|8000012010038",
		"aatl-localdobe/gpki-OfficialStatusCA-2007.cer":                 "RSA-2048|日本国政府 官職認証局|",
		"aatl-localdobe/secom-DocumentSigning-RSA-RootCA-2023.cer":      "RSA-4096||4011001040781",
		"aatl-tl-create/cybertrust-iTrust-Root.cer":                     "RSA-3072||3010401064771",
		"jpki-local-signer/jpki-signca03.cer":                           "RSA-2048|公的個人認証サービス 公的個人認証サービス署名用 地方公共団体情報システム機構|",
		"medisignverifier/extracted/cert-006b92234d59.der":              "RSA-2048|医療情報大学病院 神楽坂　三十四|",
		"aatl-localdobe/lgpki-Bridge-CA-U8-2008.cer":                    "RSA-2048||",
		"socratic-qa-accredited-ts/tsa-Seiko-A3W02-203.pem":             "RSA-2048||",
		"apple-security-certificates/removed_MPHPT_CA.cer":              "RSA-2048||",
		"apple-security-certificates/removed_JCSSecureSignRootCA11.cer": "RSA-2048||",
	} {
		t.Run(file, func(t *testing.T) {
			dir := corpora.Open(t, "japan")
			data, err := fs.ReadFile(dir, file)
			if err != nil {
				t.Fatal(err)
			}
			all := pieces(file, data)
			c, err := Parse(all[len(all)-1], nil)
			if err != nil {
				t.Fatal(err)
			}
			id := c.Identity()
			if got := c.KeyName() + "|" + id.NameJa + "|" + id.CorporateNumber; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}
