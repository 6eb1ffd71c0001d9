package verifytest

import (
	"slices"
	"time"
)

// A BridgeQuestion is what is asked of the bridge PKI: a leaf seen from an anchor. Its zero switches are RFC 5280's.
type BridgeQuestion struct {
	Leaf, Anchor      string   // names of certificates
	Policies          []string // user-initial-policy-set
	Explicit          bool
	InhibitMapping    bool
	InhibitAny        bool
	AnchorConstraints bool
	Purpose           string
	ExtKeyUsage       []string
}

// AskBridge is the question as it holds: the anchor's side accepts its own policy alone, and an explicit one is required.
func AskBridge(leaf, anchor string) BridgeQuestion {
	q := BridgeQuestion{Leaf: leaf, Anchor: anchor, Explicit: true, InhibitAny: true, Purpose: "seal"}
	for _, side := range BridgeSides() {
		if slices.Contains(side.Anchors, anchor) {
			q.Policies = []string{side.Policy}
		}
	}
	return q
}

// A BridgeDeviation is one thing wrong in the bridge PKI, and how the question that it spoils is answered.
type BridgeDeviation struct {
	Name         string
	Leaf, Anchor string
	Certs        map[string]func(*CertDraft)
	CRLs         map[string]func(*CRLDraft) // nil function: the list is not at hand
	Then         func(*Bridge)              // when all certificates stand
	Ask          func(*BridgeQuestion)

	Want string // indication and sub-indication
	Code string // of a finding or a refused candidate
	Rule string // its clause
}

// Question is the one that the deviation spoils.
func (d BridgeDeviation) Question() BridgeQuestion {
	q := AskBridge(d.Leaf, d.Anchor)
	if d.Ask != nil {
		d.Ask(&q)
	}
	return q
}

// RevocationAlone tells whether path validation by itself has nothing against it.
func (d BridgeDeviation) RevocationAlone() bool { return d.Code[:5] == "K-REV" }

// Outcomes of the deviations.
const (
	noChain     = "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"
	general     = "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
	constraints = "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE"
	tryLater    = "INDETERMINATE/TRY_LATER"
	caRevoked   = "INDETERMINATE/REVOKED_CA_NO_POE"
)

const (
	ruleSignature = "RFC 5280 6.1.3 (a)(1)"
	ruleValidity  = "RFC 5280 6.1.3 (a)(2)"
	ruleNames     = "RFC 5280 6.1.3 (b), (c)"
	ruleCA        = "RFC 5280 6.1.4 (k)"
	ruleLength    = "RFC 5280 6.1.4 (l)"
	ruleKeyUsage  = "RFC 5280 6.1.4 (n)"
	ruleCritical  = "RFC 5280 6.1.4 (o)"
	ruleForm      = "RFC 5280 4.2"
	ruleMissing   = "RFC 4158 2.4"
	rulePolicies  = "RFC 9618 5.2 (d), (f)"
	ruleMapping   = "RFC 9618 5.3 (a), (b)"
	ruleUser      = "RFC 9618 5.4 (g)"
	ruleCRL       = "RFC 5280 6.3.3"
	ruleNoData    = "EN 319 102-1 5.2.6.4 step 4"
)

func onCert(name string, f func(*CertDraft)) map[string]func(*CertDraft) {
	return map[string]func(*CertDraft){name: f}
}

func onList(name string, f func(*CRLDraft)) map[string]func(*CRLDraft) {
	return map[string]func(*CRLDraft){name: f}
}

// BridgeDeviations are the single deviations of the bridge PKI.
func BridgeDeviations() []BridgeDeviation {
	return slices.Concat(bridgeLeaves, bridgeCAs, bridgePolicies, bridgeNames, bridgeCallers, bridgeRevocation)
}

// Most deviations spoil the longest road: an office seen from the oldest root of the local governments.
func far(name, want, code, rule, object string, f func(*CertDraft)) BridgeDeviation {
	return BridgeDeviation{Name: object + ": " + name, Leaf: "office", Anchor: "lgpki-1", Certs: onCert(object, f), Want: want, Code: code, Rule: rule}
}

func between(leaf, anchor string, d BridgeDeviation) BridgeDeviation {
	d.Leaf, d.Anchor = leaf, anchor
	return d
}

func setCritical(d *CertDraft)  { d.Set(Extension{"1.3.6.1.4.1.32473.9.1", true, null()}) }
func signedWrong(d *CertDraft)  { d.SignatureHook = flip }
func ranOut(d *CertDraft)       { d.NotAfter = date(2026, 10, 31) }
func tooEarly(d *CertDraft)     { d.NotBefore = date(2026, 11, 2) }
func namedTwice(d *CertDraft)   { d.Extensions = append(d.Extensions, keyUsage(kuDigitalSignature)) }
func noPolicies(d *CertDraft)   { d.Drop(extPolicies) }
func noCA(d *CertDraft)         { d.Set(basicConstraints(false, -1)) }
func noBasic(d *CertDraft)      { d.Drop(extBasicConstraints) }
func onlyCRLs(d *CertDraft)     { d.Set(keyUsage(kuCRLSign)) }
func versionOne(d *CertDraft)   { d.Version, d.Extensions = 0, nil }
func otherIssuer(d *CertDraft)  { d.Issuer = NewName("C", "JP", "O", "Nobody").DER() }
func otherSubject(d *CertDraft) { d.Subject = NewName("C", "JP", "O", "Nobody").DER() }

func policiesAre(ids ...string) func(*CertDraft) {
	return func(d *CertDraft) { d.Set(certificatePolicies(false, ids...)) }
}

func depth(n int) func(*CertDraft) {
	return func(d *CertDraft) { d.Set(basicConstraints(true, n)) }
}

func names(permitted, excluded []Name) func(*CertDraft) {
	return func(d *CertDraft) { d.Set(NameSubtrees(permitted, excluded)) }
}

func altName(n Name) func(*CertDraft) {
	return func(d *CertDraft) { d.Set(Extension{extSubjectAltName, false, seq(directoryName(n))}) }
}

var bridgeLeaves = []BridgeDeviation{
	far("signature changed", noChain, "K-PTH-014", ruleSignature, "office", signedWrong),
	far("issuer that nobody is", noChain, "K-PTH-017", ruleMissing, "office", otherIssuer),
	far("another CA's name as issuer", noChain, "K-PTH-017", ruleMissing, "office", func(d *CertDraft) { d.Issuer = orgName.DER() }),
	far("ran out", "FAILED/EXPIRED", "K-PTH-026", "EN 319 102-1 5.2.6.4 step 7", "office", ranOut),
	far("not yet in force", "FAILED/NOT_YET_VALID", "K-PTH-027", "EN 319 102-1 5.2.6.4 step 7", "office", tooEarly),
	far("unknown critical extension", general, "K-PTH-010", ruleCritical, "office", setCritical),
	far("an extension twice", general, "K-PTH-022", ruleForm, "office", namedTwice),
	far("a policy twice", general, "K-PTH-022", "RFC 5280 4.2.1.4", "office", policiesAre(BridgeOffice, BridgeOffice)),
	far("key usage for encryption", constraints, "K-PTH-008", "RFC 5280 4.2.1.3", "office", func(d *CertDraft) { d.Set(keyUsage(kuKeyEncipherment)) }),
	far("for time-stamping alone", constraints, "K-PTH-009", "RFC 5280 4.2.1.12", "office", func(d *CertDraft) { d.Set(extendedKeyUsage(false, ekuTimestamping)) }),
	far("no issuer name", noChain, "K-PTH-023", "RFC 5280 4.1.2.4", "office", func(d *CertDraft) { d.Issuer = Name{}.DER() }),
	far("an alternative name that is no address", general, "K-PTH-022", ruleForm, "office",
		func(d *CertDraft) { d.Set(Extension{extSubjectAltName, false, seq(primitive(7, []byte{1, 2, 3}))}) }),
	between("person", "osca", far("signature changed", noChain, "K-PTH-014", ruleSignature, "person", signedWrong)),
	between("post", "osca", far("unknown critical extension", general, "K-PTH-010", ruleCritical, "post", setCritical)),
}

var bridgeCAs = []BridgeDeviation{
	far("signature changed", noChain, "K-PTH-014", ruleSignature, "osca-by-bca", signedWrong),
	far("signature changed", noChain, "K-PTH-014", ruleSignature, "bca-by-lgpki-3", signedWrong),
	far("signature changed", noChain, "K-PTH-014", ruleSignature, "lgpki-3-by-2", signedWrong),
	far("signature changed", noChain, "K-PTH-014", ruleSignature, "lgpki-2-by-1", signedWrong),
	far("ran out", general, "K-PTH-002", ruleValidity, "bca-by-lgpki-3", ranOut),
	far("ran out", general, "K-PTH-002", ruleValidity, "lgpki-2-by-1", ranOut),
	far("not yet in force", general, "K-PTH-004", ruleValidity, "osca-by-bca", tooEarly),
	far("no CA", general, "K-PTH-013", ruleCA, "osca-by-bca", noCA),
	far("no basicConstraints", general, "K-PTH-013", ruleCA, "bca-by-lgpki-3", noBasic),
	far("version 1", general, "K-PTH-013", ruleCA, "lgpki-3-by-2", versionOne),
	far("signs lists alone", constraints, "K-PTH-008", ruleKeyUsage, "osca-by-bca", onlyCRLs),
	far("signs lists alone", constraints, "K-PTH-008", ruleKeyUsage, "lgpki-2-by-1", onlyCRLs),
	far("unknown critical extension", general, "K-PTH-010", ruleCritical, "bca-by-lgpki-3", setCritical),
	far("an extension twice", general, "K-PTH-022", ruleForm, "lgpki-3-by-2", namedTwice),
	far("another subject", noChain, "K-PTH-001", "RFC 5280 6.1.1 (d)", "osca-by-bca", otherSubject),
	far("another key", noChain, "K-PTH-014", ruleSignature, "osca-by-bca", func(d *CertDraft) { d.SPKI = spki(Key("rsa2048-16")) }),
	far("another generation's key", noChain, "K-PTH-014", ruleSignature, "lgpki-3-by-2", func(d *CertDraft) { d.SPKI = spki(Key("p256-01")) }),
	far("no CA below it", general, "K-PTH-012", ruleLength, "bca-by-lgpki-3", depth(0)),
	far("one CA below it, self-issued not counted", general, "K-PTH-012", ruleLength, "lgpki-2-by-1", depth(1)),
	between("post", "osca", far("no CA below it", general, "K-PTH-012", ruleLength, "lgpki-3-by-bca", depth(0))),
	between("post", "osca", far("one CA below it", general, "K-PTH-012", ruleLength, "bca-by-osca", depth(1))),
	between("post", "osca", far("no CA", general, "K-PTH-013", ruleCA, "orgca", noCA)),
	between("person", "lgpki-2", far("ran out", general, "K-PTH-002", ruleValidity, "jpki-by-bca", ranOut)),
	between("office", "jpki", far("ran out", general, "K-PTH-002", ruleValidity, "bca-by-jpki", ranOut)),
	{Name: "a link between generations is not at hand", Leaf: "office", Anchor: "lgpki-1", Then: func(b *Bridge) { delete(b.Certs, "lgpki-3-by-2") },
		Want: noChain, Code: "K-PTH-001", Rule: "RFC 5280 6.1.1 (d)"},
}

var bridgePolicies = []BridgeDeviation{
	far("no policy", constraints, "K-PTH-007", rulePolicies, "office", noPolicies),
	far("another side's policy", constraints, "K-PTH-007", rulePolicies, "office", policiesAre(BridgePerson)),
	far("anyPolicy, which the caller inhibits", constraints, "K-PTH-007", rulePolicies, "office", policiesAre(anyPolicy)),
	far("no policy", constraints, "K-PTH-007", rulePolicies, "osca-by-bca", noPolicies),
	far("another policy", constraints, "K-PTH-007", rulePolicies, "osca-by-bca", policiesAre(BridgeOffice)),
	far("anyPolicy, which the caller inhibits", constraints, "K-PTH-007", rulePolicies, "osca-by-bca", policiesAre(anyPolicy)),
	far("no mapping", constraints, "K-PTH-007", rulePolicies, "osca-by-bca", func(d *CertDraft) { d.Drop(extPolicyMappings) }),
	far("mapped to another", constraints, "K-PTH-007", rulePolicies, "osca-by-bca", func(d *CertDraft) { d.Set(policyMappings(BridgeOwn, BridgePerson)) }),
	far("anyPolicy is mapped", constraints, "K-PTH-007", ruleMapping, "osca-by-bca", func(d *CertDraft) { d.Set(policyMappings(anyPolicy, BridgeOffice)) }),
	far("mapped to anyPolicy", constraints, "K-PTH-007", ruleMapping, "bca-by-lgpki-3", func(d *CertDraft) { d.Set(policyMappings(BridgeLocal, anyPolicy)) }),
	far("inhibits mapping", constraints, "K-PTH-007", rulePolicies, "bca-by-lgpki-3", func(d *CertDraft) { d.Set(policyConstraints(0, 0)) }),
	far("inhibits mapping, self-issued not counted", constraints, "K-PTH-007", rulePolicies, "lgpki-2-by-1", func(d *CertDraft) { d.Set(policyConstraints(-1, 0)) }),
	far("no policy", constraints, "K-PTH-007", rulePolicies, "lgpki-3-by-2", noPolicies),
	between("person", "osca", far("another policy", constraints, "K-PTH-007", rulePolicies, "person", policiesAre(BridgeOffice))),
	between("post", "jpki", far("no mapping", constraints, "K-PTH-007", rulePolicies, "bca-by-jpki", func(d *CertDraft) { d.Drop(extPolicyMappings) })),
	{Name: "the bridge requires a policy though the caller does not", Leaf: "office", Anchor: "lgpki-1", Certs: onCert("office", noPolicies),
		Ask: func(q *BridgeQuestion) { q.Explicit = false }, Want: constraints, Code: "K-PTH-007", Rule: rulePolicies},
}

var bridgeNames = []BridgeDeviation{
	far("a name of the local governments", constraints, "K-PTH-011", ruleNames, "office", func(d *CertDraft) { d.Subject = under(locals, "CN", "Director-General").DER() }),
	far("a second name outside", constraints, "K-PTH-011", ruleNames, "office", altName(NewName("C", "JP", "O", "Nobody"))),
	far("other names permitted", constraints, "K-PTH-011", ruleNames, "osca-by-bca", names([]Name{locals}, nil)),
	far("the leaf's name excluded", constraints, "K-PTH-011", ruleNames, "osca-by-bca", names(nil, []Name{under(government, "OU", "Ministry of Samples")})),
	far("the CA's name excluded", constraints, "K-PTH-011", ruleNames, "bca-by-lgpki-3", names(nil, []Name{oscaName})),
	far("everything excluded", constraints, "K-PTH-011", ruleNames, "lgpki-2-by-1", names(nil, []Name{{}})),
	far("a constraint with a minimum", constraints, "K-PTH-011", ruleNames, "osca-by-bca", func(d *CertDraft) {
		d.Set(Extension{extNameConstraints, true, seq(explicit(0, seq(directoryName(government), primitive(0, []byte{1}))))})
	}),
	far("a constraint of another spelling that excludes", constraints, "K-PTH-011", ruleNames, "bca-by-lgpki-3", names(nil, []Name{NewName("C", "jp", "O", "mihon  GOVERNMENT", "OU", "OfficialStatusCA")})),
	between("person", "osca", far("a name of the government", constraints, "K-PTH-011", ruleNames, "person", func(d *CertDraft) { d.Subject = under(government, "CN", "Taro").DER() })),
	between("person", "lgpki-3", far("a second name of the local governments", constraints, "K-PTH-011", ruleNames, "person", altName(under(locals, "CN", "Taro")))),
	between("post", "osca", far("a name of the ministry, which the office CA keeps to itself", constraints, "K-PTH-011", ruleNames, "post",
		func(d *CertDraft) { d.Subject = under(government, "OU", "Ministry of Samples", "CN", "Mayor").DER() })),
	between("post", "jpki", far("the CA's name outside", constraints, "K-PTH-011", ruleNames, "orgca", altName(government))),
}

func asked(name, want, code, rule string, f func(*BridgeQuestion)) BridgeDeviation {
	return BridgeDeviation{Name: "caller: " + name, Leaf: "office", Anchor: "lgpki-1", Ask: f, Want: want, Code: code, Rule: rule}
}

var bridgeCallers = []BridgeDeviation{
	asked("accepts another policy", constraints, "K-PTH-007", ruleUser, func(q *BridgeQuestion) { q.Policies = []string{BridgeOffice} }),
	asked("inhibits mapping", constraints, "K-PTH-007", rulePolicies, func(q *BridgeQuestion) { q.InhibitMapping = true }),
	asked("wants a time-stamp unit", constraints, "K-PTH-009", "RFC 3161 2.3", func(q *BridgeQuestion) { q.Purpose = "timestamping" }),
	asked("wants a responder", constraints, "K-PTH-009", "RFC 6960 4.2.2.2", func(q *BridgeQuestion) { q.Purpose = "ocsp" }),
	asked("wants a signer of lists", constraints, "K-PTH-008", "RFC 5280 4.2.1.3", func(q *BridgeQuestion) { q.Purpose = "crl" }),
	{Name: "caller: wants another extended key usage", Leaf: "office", Anchor: "lgpki-1", Certs: onCert("office", func(d *CertDraft) { d.Set(extendedKeyUsage(false, ekuEmail)) }),
		Ask: func(q *BridgeQuestion) { q.ExtKeyUsage = []string{ekuDocumentSigning} }, Want: constraints, Code: "K-PTH-009", Rule: "RFC 5280 4.2.1.12"},
	{Name: "caller: the anchor's own path length binds", Leaf: "office", Anchor: "lgpki-1", Certs: onCert("lgpki-1", depth(1)),
		Ask: func(q *BridgeQuestion) { q.AnchorConstraints = true }, Want: general, Code: "K-PTH-012", Rule: ruleLength},
	{Name: "caller: the anchor's own names bind", Leaf: "office", Anchor: "lgpki-1", Certs: onCert("lgpki-1", names([]Name{locals}, nil)),
		Ask: func(q *BridgeQuestion) { q.AnchorConstraints = true }, Want: constraints, Code: "K-PTH-011", Rule: ruleNames},
	{Name: "caller: the anchor's own validity binds", Leaf: "office", Anchor: "lgpki-1", Certs: onCert("lgpki-1", ranOut),
		Ask: func(q *BridgeQuestion) { q.AnchorConstraints = true }, Want: general, Code: "K-PTH-002", Rule: ruleValidity},
}

func revoked(name, want, code string, reason Reason) BridgeDeviation {
	how := " is revoked"
	if reason == CertificateHold {
		how = " is suspended"
	}
	return BridgeDeviation{Name: name + how, Leaf: "office", Anchor: "lgpki-1", Want: want, Code: code, Rule: ruleNoData + "d",
		Then: func(b *Bridge) { b.Revoke(b.Certs[name], b.ThisUpdate.Add(-time.Hour), reason) }}
}

func listed(name, list, want, code, rule string, f func(*CRLDraft)) BridgeDeviation {
	return BridgeDeviation{Name: list + ": " + name, Leaf: "office", Anchor: "lgpki-1", CRLs: onList(list, f), Want: want, Code: code, Rule: rule}
}

func scoped(p *IssuingPoint) func(*CRLDraft) {
	return func(d *CRLDraft) { d.set(Extension{extIssuingPoint, true, p.encode()}) }
}

func step(d BridgeDeviation, rule string) BridgeDeviation { d.Rule = rule; return d }

var bridgeRevocation = []BridgeDeviation{
	step(revoked("office", "FAILED/REVOKED", "K-REV-031", KeyCompromise), ruleNoData+"b"),
	step(revoked("office", "INDETERMINATE/TRY_LATER", "K-REV-004", CertificateHold), ruleNoData+"c"),
	revoked("osca-by-bca", caRevoked, "K-REV-003", CACompromise),
	revoked("bca-by-lgpki-3", caRevoked, "K-REV-003", Superseded),
	revoked("lgpki-3-by-2", caRevoked, "K-REV-003", CessationOfOperation),
	revoked("lgpki-2-by-1", caRevoked, "K-REV-003", Unspecified),
	listed("not at hand", "osca.crl", tryLater, "K-REV-001", ruleNoData, nil),
	listed("not at hand", "bca.arl", tryLater, "K-REV-001", ruleNoData, nil),
	listed("not at hand, in a closed network", "lgpki-3.arl", tryLater, "K-REV-001", ruleNoData, nil),
	listed("signature changed", "osca.crl", tryLater, "K-REV-020", ruleCRL, func(d *CRLDraft) { d.SignatureHook = flip }),
	listed("past its nextUpdate", "bca.arl", tryLater, "K-REV-005", ruleNoData+"a", func(d *CRLDraft) { d.ThisUpdate, d.NextUpdate = date(2026, 10, 1), date(2026, 10, 8) }),
	listed("for users alone", "bca.arl", tryLater, "K-REV-022", ruleCRL, scoped(&IssuingPoint{Directory: under(bcaName, "CN", "ARL"), OnlyUser: true})),
	listed("of another directory name", "bca.arl", tryLater, "K-REV-022", ruleCRL, scoped(&IssuingPoint{Directory: under(bcaName, "CN", "ARL2"), OnlyCA: true})),
	listed("of another address", "lgpki-2.arl", tryLater, "K-REV-022", ruleCRL, scoped(&IssuingPoint{URI: ClosedNetwork + "arl-9.crl", OnlyCA: true})),
	listed("for attribute certificates", "lgpki-1.arl", tryLater, "K-REV-022", ruleCRL, scoped(&IssuingPoint{URI: ClosedNetwork + "arl-1.crl", OnlyAttr: true})),
	listed("for one reason alone", "osca.crl", tryLater, "K-REV-001", ruleNoData, scoped(&IssuingPoint{URI: site + "crl/osca.crl", Reasons: []int{1}})),
	listed("unknown critical extension", "osca.crl", tryLater, "K-REV-023", ruleCRL, func(d *CRLDraft) { d.set(Extension{"1.3.6.1.4.1.32473.9.1", true, null()}) }),
	listed("from before its issuer's certificate", "bca.arl", tryLater, "K-REV-030", ruleCRL, func(d *CRLDraft) { d.ThisUpdate = date(2022, 1, 1) }),
	listed("another's signature", "bca.arl", tryLater, "K-REV-020", ruleCRL, func(d *CRLDraft) { d.Key = &Cert{Key: Key("rsa2048-16")} }),
	{Name: "osca-by-bca signs no lists", Leaf: "office", Anchor: "lgpki-1", Certs: onCert("osca-by-bca", func(d *CertDraft) { d.Set(keyUsage(kuCertSign)) }), Want: tryLater, Code: "K-REV-021", Rule: ruleCRL},
	between("person", "osca", listed("of the CAs' directory name", "jpki.crl", tryLater, "K-REV-022", ruleCRL, scoped(&IssuingPoint{Directory: under(jpkiName, "CN", "ARL"), OnlyUser: true}))),
	between("person", "osca", listed("not at hand, by directory name alone", "jpki.crl", tryLater, "K-REV-001", ruleNoData, nil)),
	between("person", "osca", listed("for CAs alone", "jpki.crl", tryLater, "K-REV-022", ruleCRL, scoped(&IssuingPoint{Directory: under(jpkiName, "CN", "CRL1"), OnlyCA: true}))),
	between("person", "osca", step(revoked("person", "FAILED/REVOKED", "K-REV-031", AffiliationChanged), ruleNoData+"b")),
	between("post", "osca", listed("not at hand, in a closed network", "orgca.crl", tryLater, "K-REV-001", ruleNoData, nil)),
	between("post", "osca", revoked("lgpki-3-by-bca", caRevoked, "K-REV-003", CACompromise)),
	between("post", "osca", revoked("orgca", caRevoked, "K-REV-003", CACompromise)),
}

// set replaces the extension of that identifier, or adds it.
func (d *CRLDraft) set(e Extension) {
	d.Extensions = append(slices.DeleteFunc(slices.Clone(d.Extensions), func(x Extension) bool { return x.ID == e.ID }), e)
}
