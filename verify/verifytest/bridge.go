package verifytest

import (
	"maps"
	"slices"
)

// Bridge is the government PKI in full: a bridge CA between an office CA (the shape of GPKI), a PKI of local
// governments whose root has three generations under one name (LGPKI) and a CA for persons (JPKI). Every side certifies
// the bridge and is certified by it, in its own policy, which the bridge maps; directoryName constraints keep each to
// its own names; an explicit policy is required. Where lists are found differs as it does in Japan: an address that
// everybody reaches (office), a directory name alone (bridge and persons), an address in a closed network beside a
// directory name (local governments).
//
//	office <- osca <-> bca <-> lgpki-3 <-> lgpki-2 <-> lgpki-1
//	person <- jpki <-> bca     lgpki-3 -> orgca -> post
type Bridge struct {
	*World
	Certs map[string]*Cert // by name: "bca-by-osca" is the certificate of the bridge that osca issued

	change map[string]func(*CertDraft)
	lists  map[string]func(*CRLDraft)
}

// Policies of the sides; each is accepted on its own side alone.
const (
	BridgeOffice = "1.3.6.1.4.1.32473.1.50.1"
	BridgeLocal  = "1.3.6.1.4.1.32473.1.50.2"
	BridgePerson = "1.3.6.1.4.1.32473.1.50.3"
	BridgeOwn    = "1.3.6.1.4.1.32473.1.50.9"
)

// A BridgeSide is one of the three PKIs: its anchors by name, whose leaf it issues, in which policy.
type BridgeSide struct {
	Name, Leaf, Policy string
	Anchors            []string
}

// BridgeSides are the three.
func BridgeSides() []BridgeSide {
	return []BridgeSide{
		{"gpki", "office", BridgeOffice, []string{"osca"}},
		{"lgpki", "post", BridgeLocal, []string{"lgpki-1", "lgpki-2", "lgpki-3"}},
		{"jpki", "person", BridgePerson, []string{"jpki"}},
	}
}

var (
	government = NewName("C", "JP", "O", "Mihon Government")
	locals     = NewName("C", "JP", "O", "Mihon Local Governments")
	jpkiName   = NewName("C", "JP", "O", "Mihon JPKI", "OU", "Mihon JPKI for digital signature")
	bcaName    = NewName("C", "JP", "O", "Mihon Government", "OU", "Mihon Bridge CA")
	oscaName   = NewName("C", "JP", "O", "Mihon Government", "OU", "OfficialStatusCA")
	localRoot  = under(locals, "CN", "Mihon LGPKI Root CA")
	orgName    = under(locals, "CN", "Mihon LGPKI Organization CA")
)

// ClosedNetwork is the address that only the local governments' own network reaches.
const ClosedNetwork = "http://repository.lgwan.mihon.example/"

func under(n Name, pairs ...string) Name { return slices.Concat(n, NewName(pairs...)) }

// bridgeCert is one line of the table below.
type bridgeCert struct {
	name    string
	profile Profile
	subject Name
	key     string
	issuer  string // of an entry before it; empty: self-signed
	policy  []string
	pathLen int // + 1
	more    []Extension
}

func (b *Bridge) table() []bridgeCert {
	cross := func(from, to string, permitted, excluded []Name) []Extension {
		list := []Extension{policyMappings(from, to), policyConstraints(0, -1)}
		return append(list, NameSubtrees(permitted, excluded))
	}
	link := []string{anyPolicy}
	return []bridgeCert{
		{"bca", Root, bcaName, "rsa2048-04", "", nil, 0, nil},
		{"osca", Root, oscaName, "rsa2048-02", "", nil, 0, nil},
		{"lgpki-1", Root, localRoot, "p256-01", "", nil, 0, nil},
		{"lgpki-2", Root, localRoot, "p256-02", "", nil, 0, nil},
		{"lgpki-3", Root, localRoot, "p256-03", "", nil, 0, nil},
		{"jpki", Root, jpkiName, "rsa2048-03", "", nil, 0, nil},

		{"lgpki-2-by-1", CA, localRoot, "p256-02", "lgpki-1", link, 0, nil},
		{"lgpki-1-by-2", CA, localRoot, "p256-01", "lgpki-2", link, 0, nil},
		{"lgpki-3-by-2", CA, localRoot, "p256-03", "lgpki-2", link, 0, nil},
		{"lgpki-2-by-3", CA, localRoot, "p256-02", "lgpki-3", link, 0, nil},

		{"osca-by-bca", CA, oscaName, "rsa2048-02", "bca", []string{BridgeOwn}, 1,
			cross(BridgeOwn, BridgeOffice, []Name{government}, nil)},
		{"lgpki-3-by-bca", CA, localRoot, "p256-03", "bca", []string{BridgeOwn}, 2,
			cross(BridgeOwn, BridgeLocal, []Name{locals}, nil)},
		{"jpki-by-bca", CA, jpkiName, "rsa2048-03", "bca", []string{BridgeOwn}, 1,
			cross(BridgeOwn, BridgePerson, []Name{NewName("C", "JP")}, []Name{government, locals})},
		{"bca-by-osca", CA, bcaName, "rsa2048-04", "osca", []string{BridgeOffice}, 3,
			cross(BridgeOffice, BridgeOwn, nil, []Name{under(government, "OU", "Ministry of Samples")})},
		{"bca-by-lgpki-3", CA, bcaName, "rsa2048-04", "lgpki-3", []string{BridgeLocal}, 3,
			cross(BridgeLocal, BridgeOwn, nil, []Name{locals})},
		{"bca-by-jpki", CA, bcaName, "rsa2048-04", "jpki", []string{BridgePerson}, 3,
			cross(BridgePerson, BridgeOwn, nil, []Name{under(jpkiName[:2])})},
		{"orgca", CA, orgName, "rsa2048-01", "lgpki-3", []string{BridgeLocal}, 1, nil},

		{"office", Office, under(government, "OU", "Ministry of Samples", "CN", "Director-General"), "rsa2048-06", "osca", []string{BridgeOffice}, 0, nil},
		{"post", Office, under(locals, "OU", "Mihon Town", "CN", "Mayor"), "rsa2048-05", "orgca", []string{BridgeLocal}, 0, nil},
		{"person", Person, NewName("C", "JP", "CN", "20261030000001999999999901"), "rsa2048-07", "jpki", []string{BridgePerson}, 0, nil},
	}
}

// NewBridge builds it, with at most one thing changed.
func NewBridge(deviations ...BridgeDeviation) *Bridge {
	b := &Bridge{World: New(), Certs: map[string]*Cert{}, change: map[string]func(*CertDraft){}, lists: map[string]func(*CRLDraft){}}
	for _, d := range deviations {
		maps.Copy(b.change, d.Certs)
		maps.Copy(b.lists, d.CRLs)
	}
	for _, line := range b.table() {
		t := CertTemplate{Profile: line.profile, Subject: line.subject, Key: line.key, Issuer: b.Certs[line.issuer], Policies: line.policy,
			PathLen: line.pathLen, CRL: "-", Extensions: line.more}
		if point := distribution(line); point != nil {
			t.Extensions = append(slices.Clone(line.more), *point)
		}
		var mutators []CertMutator
		if f := b.change[line.name]; f != nil {
			mutators = append(mutators, CertMutator{Apply: f})
		}
		b.Certs[line.name] = b.Issue(t, mutators...)
	}
	for _, d := range deviations {
		if d.Then != nil {
			d.Then(b)
		}
	}
	return b
}

// distribution says where the list about a certificate is found.
func distribution(c bridgeCert) *Extension {
	points := map[string][][]byte{
		"osca":    {uri(site + "crl/osca.crl")},
		"bca":     {directoryName(under(bcaName, "CN", "ARL"))},
		"lgpki-1": {uri(ClosedNetwork + "arl-1.crl"), directoryName(under(localRoot, "CN", "ARL"))},
		"lgpki-2": {uri(ClosedNetwork + "arl-2.crl"), directoryName(under(localRoot, "CN", "ARL"))},
		"lgpki-3": {uri(ClosedNetwork + "arl-3.crl"), directoryName(under(localRoot, "CN", "ARL"))},
		"orgca":   {uri(ClosedNetwork + "org.crl"), directoryName(under(orgName, "CN", "CRL"))},
		"jpki":    {directoryName(under(jpkiName, "CN", "CRL1"))},
	}
	names := points[c.issuer]
	if c.name == "bca-by-jpki" {
		names = [][]byte{directoryName(under(jpkiName, "CN", "ARL"))}
	}
	if names == nil {
		return nil
	}
	return &Extension{extCRLPoints, false, seq(seq(explicit(0, explicit(0, names...))))}
}

// bridgeList is one list: who issues it, for which point, with which scope.
type bridgeList struct {
	name, issuer string
	point        *IssuingPoint
}

var bridgeLists = []bridgeList{
	{"osca.crl", "osca", nil},
	{"bca.arl", "bca", &IssuingPoint{Directory: under(bcaName, "CN", "ARL"), OnlyCA: true}},
	{"lgpki-1.arl", "lgpki-1", &IssuingPoint{URI: ClosedNetwork + "arl-1.crl", OnlyCA: true}},
	{"lgpki-2.arl", "lgpki-2", &IssuingPoint{URI: ClosedNetwork + "arl-2.crl", OnlyCA: true}},
	{"lgpki-3.arl", "lgpki-3", &IssuingPoint{URI: ClosedNetwork + "arl-3.crl", OnlyCA: true}},
	{"orgca.crl", "orgca", &IssuingPoint{Directory: under(orgName, "CN", "CRL"), OnlyUser: true}},
	{"jpki.crl", "jpki", &IssuingPoint{Directory: under(jpkiName, "CN", "CRL1"), OnlyUser: true}},
	{"jpki.arl", "jpki", &IssuingPoint{Directory: under(jpkiName, "CN", "ARL"), OnlyCA: true}},
}

// Lists are the CRLs by name, as files from a repository.
func (b *Bridge) Lists() map[string][]byte {
	out := map[string][]byte{}
	for _, l := range bridgeLists {
		f, changed := b.lists[l.name]
		if changed && f == nil {
			continue // nobody has it
		}
		var mutators []CRLMutator
		if changed {
			mutators = append(mutators, CRLMutator{Apply: f})
		}
		out[l.name] = b.CRL(b.Certs[l.issuer], CRLTemplate{Point: l.point}, mutators...)
	}
	return out
}

// Candidates are all certificates, in the order of their names.
func (b *Bridge) Candidates() [][]byte {
	var out [][]byte
	for _, name := range slices.Sorted(maps.Keys(b.Certs)) {
		out = append(out, b.Certs[name].DER)
	}
	return out
}

// policyConstraints leaves out what is negative.
func policyConstraints(explicitly, mapping int) Extension {
	var parts [][]byte
	for n, v := range []int{explicitly, mapping} {
		if v >= 0 {
			parts = append(parts, primitive(n, []byte{byte(v)}))
		}
	}
	return Extension{extPolicyConstraint, true, seq(parts...)}
}

// NameSubtrees is the nameConstraints extension over directory names.
func NameSubtrees(permitted, excluded []Name) Extension {
	var parts [][]byte
	for n, list := range [][]Name{permitted, excluded} {
		var trees [][]byte
		for _, base := range list {
			trees = append(trees, seq(directoryName(base)))
		}
		if trees != nil {
			parts = append(parts, explicit(n, trees...))
		}
	}
	return Extension{extNameConstraints, true, seq(parts...)}
}
