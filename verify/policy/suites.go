package policy

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// Suites are the lifetimes of algorithms read from a machine-readable
// catalogue (RFC 5698, ETSI TS 119 322), in XML or JSON.
type Suites struct {
	Name, Issued string
	Digests      []Lifetime
	Signatures   []Lifetime
	Left         []string // what has no place in a policy file, and why
}

// maxSuites bounds the evaluations of a catalogue; the one of ETSI has 150.
const maxSuites = 5000

// A suitability is the part of the catalogue that is read. The member names
// are those of both forms; encoding/json does not mind their case.
type suitability struct {
	PolicyName struct {
		Name             string `xml:"Name" json:"Name"`
		ObjectIdentifier string `xml:"ObjectIdentifier" json:"ObjectIdentifier"`
	} `xml:"PolicyName" json:"PolicyName"`
	PolicyIssueDate string           `xml:"PolicyIssueDate" json:"PolicyIssueDate"`
	Algorithm       many[suiteEntry] `xml:"Algorithm" json:"Algorithm"`
}

type suiteEntry struct {
	AlgorithmIdentifier struct {
		Name             string       `xml:"Name" json:"Name"`
		ObjectIdentifier many[string] `xml:"ObjectIdentifier" json:"ObjectIdentifier"`
	} `xml:"AlgorithmIdentifier" json:"AlgorithmIdentifier"`
	Evaluation many[evaluation] `xml:"Evaluation" json:"Evaluation"`
}

type evaluation struct {
	Parameter many[parameter] `xml:"Parameter" json:"Parameter"`
	Validity  struct {
		Start string `xml:"Start" json:"Start"`
		End   string `xml:"End" json:"End"`
	} `xml:"Validity" json:"Validity"`
}

type parameter struct {
	Name string `xml:"name,attr" json:"name"`
	Min  int    `xml:"Min" json:"Min"`
	Max  int    `xml:"Max" json:"Max"`
}

// many is one value or a list of them, as JSON made from XML has it.
type many[T any] []T

func (m *many[T]) UnmarshalJSON(data []byte) error {
	if data = bytes.TrimSpace(data); len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]T)(m))
	}
	var one T
	err := json.Unmarshal(data, &one)
	*m = many[T]{one}
	return err
}

// ImportSuites reads a catalogue. An end date is the first day on which the
// algorithm is no longer accepted: of two readings of RFC 5698 the strict one.
func ImportSuites(data []byte) (*Suites, error) {
	if len(data) > maxFile {
		return nil, fail("file of %d octets, at most %d are read", len(data), maxFile)
	}
	doc, err := readSuites(bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))))
	if err != nil {
		return nil, fail("no catalogue of TS 119 322: %v", err)
	}
	out := &Suites{Name: strings.TrimSpace(doc.PolicyName.Name + " " + doc.PolicyName.ObjectIdentifier), Issued: firstDay(doc.PolicyIssueDate)}
	count := 0
	for _, a := range doc.Algorithm {
		if count += 1 + len(a.Evaluation); count > maxSuites {
			return nil, fail("more than %d evaluations", maxSuites)
		}
		if err := out.algorithm(&a); err != nil {
			return nil, err
		}
	}
	if len(out.Digests)+len(out.Signatures) == 0 {
		return nil, fail("the catalogue has no algorithm that a policy file can name")
	}
	return out, nil
}

func readSuites(data []byte) (*suitability, error) {
	doc := &suitability{}
	if bytes.HasPrefix(data, []byte("<")) {
		root := struct {
			XMLName xml.Name
			suitability
		}{}
		err := xml.Unmarshal(data, &root)
		if err == nil && (root.XMLName.Local != "SecuritySuitabilityPolicy" || root.XMLName.Space != "urn:ietf:params:xml:ns:dssc") {
			return nil, fmt.Errorf("the root is %s", root.XMLName.Local)
		}
		*doc = root.suitability
		return doc, err
	}
	root := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	for _, name := range []string{"SecuritySuitabilityPolicy", "SecuritySuitabilityPolicyType"} {
		if raw, ok := root[name]; ok {
			return doc, json.Unmarshal(raw, doc)
		}
	}
	return nil, fmt.Errorf("there is no SecuritySuitabilityPolicy")
}

// algorithm turns one entry into lines: a digest, or a scheme by size of key.
func (s *Suites) algorithm(a *suiteEntry) error {
	name := a.AlgorithmIdentifier.Name
	digest, scheme := suiteNames(a)
	if digest == "" && scheme == "" {
		s.Left = append(s.Left, name+": not an algorithm that a policy names")
		return nil
	}
	if len(a.Evaluation) == 0 {
		s.Left = append(s.Left, name+": not evaluated")
	}
	for _, e := range a.Evaluation {
		day, err := lastDay(e.Validity.End)
		if err != nil {
			return fail("%s: %v", name, err)
		}
		if e.Validity.Start != "" {
			s.Left = append(s.Left, name+": suitable only from "+firstDay(e.Validity.Start)+", which a policy cannot say")
		}
		l := Lifetime{GenerateUntil: day}
		if scheme == "" {
			l.Name = digest
			s.Digests = keepEarliest(s.Digests, l)
			continue
		}
		l.Name, l.Digest, l.MinBits = scheme, digest, s.size(name, e.Parameter)
		s.Signatures = keepEarliest(s.Signatures, l)
	}
	return nil
}

// size is the least size of the key; an order is as long as the field for curves.
func (s *Suites) size(name string, all []parameter) int {
	bits := 0
	for _, p := range all {
		switch {
		case p.Max != 0:
			s.Left = append(s.Left, fmt.Sprintf("%s: %s at most %d, which a policy cannot say", name, p.Name, p.Max))
		case p.Name == "moduluslength", p.Name == "plength":
			bits = max(bits, p.Min)
		case p.Name == "qlength" && strings.Contains(name, "ECDSA"):
		default:
			s.Left = append(s.Left, fmt.Sprintf("%s: %s at least %d, which a policy cannot say", name, p.Name, p.Min))
		}
	}
	return max(bits, 0)
}

// keepEarliest: of two evaluations of one thing the stricter counts.
func keepEarliest(lines []Lifetime, l Lifetime) []Lifetime {
	for i := range lines {
		x := &lines[i]
		if x.Name != l.Name || x.Digest != l.Digest || x.MinBits != l.MinBits {
			continue
		}
		if l.GenerateUntil != "open" && (x.GenerateUntil == "open" || l.GenerateUntil < x.GenerateUntil) {
			x.GenerateUntil = l.GenerateUntil
		}
		return lines
	}
	return append(lines, l)
}

// suiteNames are the digest and the scheme of an entry, by its identifiers,
// else by its name: those of published catalogues have slips.
func suiteNames(a *suiteEntry) (digest, scheme string) {
	for _, id := range a.AlgorithmIdentifier.ObjectIdentifier {
		if d := sigalg.DigestByOID(ber.OID(strings.TrimSpace(id))); d != 0 {
			return d.Name(), ""
		}
		if d, s := schemeOf(ber.OID(strings.TrimSpace(id))); s != "" {
			return d, s
		}
	}
	plain := func(s string) string {
		return strings.ToUpper(strings.NewReplacer("-", "", "_", "", " ", "", "/", "").Replace(s))
	}
	for d := sigalg.SHA1; d.Name() != ""; d++ {
		if plain(d.Name()) == plain(a.AlgorithmIdentifier.Name) {
			return d.Name(), ""
		}
	}
	return "", ""
}

// keySchemes are identifiers of keys and families: the line holds for every digest.
var keySchemes = map[ber.OID]string{
	"1.2.840.113549.1.1.1":    "RSA-PKCS1-v1_5",
	"1.2.840.113549.1.1.10":   "RSA-PSS",
	"1.2.840.10040.4.1":       "DSA",
	"1.2.840.10045.2.1":       "ECDSA",
	"0.4.0.127.0.7.1.1.4.1":   "PLAIN-ECDSA",
	"1.3.101.112":             "Ed25519",
	"1.3.101.113":             "Ed448",
	"2.16.840.1.101.3.4.3.17": "ML-DSA-44",
	"2.16.840.1.101.3.4.3.18": "ML-DSA-65",
	"2.16.840.1.101.3.4.3.19": "ML-DSA-87",
}

func schemeOf(id ber.OID) (digest, scheme string) {
	if s := keySchemes[id]; s != "" {
		return "", s
	}
	alg, _, err := sigalg.ByIdentifier(id, nil, 0)
	if err != nil || alg.Digest == 0 {
		return "", ""
	}
	return alg.Digest.Name(), alg.Name
}

// firstDay is the date that a moment begins with. What is none may be cut within
// a letter.
func firstDay(s string) string {
	s = strings.TrimSpace(s)
	return strings.ToValidUTF8(s[:min(len(s), len(time.DateOnly))], "")
}

// lastDay is the day before an end date; none is open.
func lastDay(end string) (string, error) {
	if strings.TrimSpace(end) == "" {
		return "open", nil
	}
	t, err := time.Parse(time.DateOnly, firstDay(end))
	if err != nil {
		return "", fmt.Errorf("%q is no date", end)
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly), nil
}

// YAML is the lines as a section of a policy file.
func (s *Suites) YAML() []byte {
	var b bytes.Buffer
	source := strconv.Quote(strings.Join(strings.Fields(s.Name+" of "+s.Issued+" (TS 119 322)"), " "))
	for _, left := range s.Left {
		fmt.Fprintf(&b, "# left out: %s\n", strings.Join(strings.FieldsFunc(left, func(r rune) bool { return !unicode.IsPrint(r) }), " "))
	}
	fmt.Fprintf(&b, "algorithms:\n  lifetimes: enforced\n  source: %s\n", source)
	section := func(name string, lines []Lifetime) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "  %s:\n", name)
		}
		for _, l := range lines {
			fmt.Fprintf(&b, "    - {name: %s", l.Name)
			if l.Digest != "" {
				fmt.Fprintf(&b, ", digest: %s", l.Digest)
			}
			if l.MinBits > 0 {
				fmt.Fprintf(&b, ", min-bits: %d", l.MinBits)
			}
			fmt.Fprintf(&b, ", generate-until: %q, source: %s}\n", l.GenerateUntil, source)
		}
	}
	section("digests", s.Digests)
	section("signatures", slices.Clone(s.Signatures))
	return b.Bytes()
}
