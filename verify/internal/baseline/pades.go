package baseline

import (
	"regexp"
	"slices"
	"strings"

	"github.com/kakuin/kakuin/eseal"
)

// padesRules is Table 1 of EN 319 142-1 6.3 with what clauses 4.1, 5.4 and 5.6
// add. "should" lines are advised.
var padesRules = []rule{
	{"4.1-contents", "EN 319 142-1 4.1, 6.3", eseal.LevelB, false, derMessage},
	{"4.1-one-signer", "EN 319 142-1 4.1", eseal.LevelB, false, oneSigner},
	{"4.1-detached", "EN 319 142-1 4.1", eseal.LevelB, false, detached},
	{"6.3-certificates", "EN 319 142-1 6.3", eseal.LevelB, false, signerEmbedded},
	{"6.3-content-type", "EN 319 142-1 6.3", eseal.LevelB, false, contentType},
	{"6.3-message-digest", "EN 319 142-1 6.3", eseal.LevelB, false, attribute(oidMessageDigest)},
	{"6.3-signing-certificate", "EN 319 142-1 6.3", eseal.LevelB, false, bound},
	{"6.3-no-signing-time", "EN 319 142-1 6.3", eseal.LevelB, false, absent(oidSigningTime)},
	{"6.3-policy-store", "EN 319 142-1 6.3", eseal.LevelB, false, policyStore},
	{"6.3-m", "EN 319 142-1 6.3", eseal.LevelB, false, claimedTime},
	{"6.3-filter", "EN 319 142-1 6.3", eseal.LevelB, false, entry("Filter")},
	{"6.3-byte-range", "EN 319 142-1 4.1, 6.3", eseal.LevelB, false, wholeFile},
	{"6.3-sub-filter", "EN 319 142-1 6.3", eseal.LevelB, false, subFilter},
	{"6.3-no-cert", "EN 319 142-1 6.3", eseal.LevelB, false, noEntry("Cert")},
	{"6.3-reason", "EN 319 142-1 6.3", eseal.LevelB, false, reason},
	{"5.6-extensions", "EN 319 142-1 5.6", eseal.LevelB, true, extensions},
	{"6.3-trusted-time", "EN 319 142-1 6.3", eseal.LevelT, false, trustedTime},
	{"6.3-dss", "EN 319 142-1 5.4.2, 6.3", eseal.LevelLT, false, storeAfter},
	{"6.3-certificate-values", "EN 319 142-1 6.3", eseal.LevelLT, false, certificateValues},
	{"6.3-anchor-values", "EN 319 142-1 6.3", eseal.LevelLT, true, anchorValues},
	{"6.3-revocation-values", "EN 319 142-1 6.3", eseal.LevelLT, false, revocationValues},
	{"6.3-no-vri", "EN 319 142-1 6.3", eseal.LevelLT, true, noVRI},
	{"5.4.2.3-vri-keys", "EN 319 142-1 5.4.2.3", eseal.LevelLT, false, keysOfVRI},
	{"6.3-document-time-stamp", "EN 319 142-1 5.4.3, 6.3", eseal.LevelLTA, false, archived},
}

// trustedTime: a signature time-stamp, or a document time-stamp of a later
// revision, that can be read.
func trustedTime(in *input) (Status, string) {
	for _, t := range in.signature.Timestamps {
		if t.Kind == eseal.SignatureTimestamp && t.Err == nil {
			return Met, ""
		}
	}
	return answer(len(in.later()) > 0, "")
}

// later are the readable document time-stamps after the signature.
func (in *input) later() []*eseal.Timestamp {
	var out []*eseal.Timestamp
	from := in.signature.Field.Revision
	for _, t := range in.document.Timestamps {
		if f := t.Field; f != nil && t.Err == nil && from > 0 && f.Coverage.Valid && f.Revision > from {
			out = append(out, t)
		}
	}
	return out
}

// storeRevision is the first revision after the signature whose catalogue has
// a security store of its own, 0 for none.
func (in *input) storeRevision() int {
	store, from := in.document.PDF.SecurityStore, in.signature.Field.Revision
	if store == nil || from == 0 {
		return 0
	}
	i := slices.IndexFunc(store.Revisions, func(r int) bool { return r > from })
	if i < 0 {
		return 0
	}
	return store.Revisions[i]
}

func storeAfter(in *input) (Status, string) {
	return answer(in.storeRevision() > 0, "/DSS")
}

// archived: a document time-stamp over the security store, with the type and
// SubFilter of clause 5.4.3.
func archived(in *input) (Status, string) {
	store, detail := in.storeRevision(), ""
	for _, t := range in.later() {
		if store == 0 || t.Field.Revision < store {
			continue
		}
		if t.Field.Type == "DocTimeStamp" {
			return Met, ""
		}
		detail = "/Type"
	}
	return NotMet, detail
}

func noVRI(in *input) (Status, string) {
	store := in.document.PDF.SecurityStore
	return answer(store == nil || len(store.VRI) == 0, "/VRI")
}

// vriKey is the SHA-1 of a signature, in upper-case hexadecimal (ISO 32000-2
// Table 261).
var vriKey = regexp.MustCompile(`^[0-9A-F]{40}$`)

func keysOfVRI(in *input) (Status, string) {
	var odd []string
	if store := in.document.PDF.SecurityStore; store != nil {
		for _, v := range store.VRI {
			if !v.Gone && !vriKey.MatchString(v.Key) && len(odd) < maxNamed {
				odd = append(odd, v.Key)
			}
		}
	}
	return answer(odd == nil, strings.Join(odd, ", "))
}

// maxNamed bounds what one detail lists.
const maxNamed = 5

// extensions: a file of PDF 1.x says that it uses what ETSI added (5.6).
func extensions(in *input) (Status, string) {
	f := in.document.PDF
	if len(f.Revisions) == 0 || f.Encrypted && !f.Decrypted {
		return NotCheckable, "catalogue"
	}
	if max(f.Version, f.Raised) >= "2.0" || f.ESIC {
		return Met, ""
	}
	return NotMet, "/Extensions /ESIC"
}
