package eseal

import (
	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/pdf"
)

// Baseline levels, spelled as in the report.
const (
	LevelNone = "none"
	LevelB    = "B-B"
	LevelT    = "B-T"
	LevelLT   = "B-LT"
	LevelLTA  = "B-LTA"
)

const (
	oidContentType   ber.OID = "1.2.840.113549.1.9.3"
	oidMessageDigest ber.OID = "1.2.840.113549.1.9.4"
)

// levelOf climbs the levels and stops at the first one that lacks something.
func levelOf(b, t, lt, lta bool) string {
	level := LevelNone
	for _, step := range []struct {
		met  bool
		name string
	}{{b, LevelB}, {t, LevelT}, {lt, LevelLT}, {lta, LevelLTA}} {
		if !step.met {
			break
		}
		level = step.name
	}
	return level
}

func (s *Signature) signs(t ber.OID) bool {
	for _, a := range s.SignedAttributes {
		if a == t {
			return true
		}
	}
	return false
}

func (s *Signature) stamped(kind string) bool {
	for _, t := range s.Timestamps {
		if t.Kind == kind && t.Err == nil {
			return true
		}
	}
	return false
}

// baseline are the attributes that B-B of every CMS form asks for.
func (s *Signature) baseline() bool {
	return s.Err == nil && len(s.CertificateRefs) > 0 && s.signs(oidContentType) && s.signs(oidMessageDigest)
}

// cadesLevel reads the level from what is there (EN 319 122-1 6.3 table 1).
func cadesLevel(s *Signature, sd *cms.SignedData) string {
	return levelOf(
		s.baseline() && s.ClaimedSigningTime != nil,
		s.stamped(SignatureTimestamp),
		len(sd.CRLs)+len(sd.OCSPs) > 0,
		s.stamped(ArchiveTimestamp),
	)
}

// padesLevel reads the level from what is there (EN 319 142-1 6.3 table 1):
// trusted time by a signature or document time-stamp, a security store after
// the signature, a document time-stamp after the security store.
func padesLevel(s *Signature, f *pdf.File) string {
	if s.Format != PAdES {
		return LevelNone
	}
	from := s.Field.Revision
	store, stamp, sealedStore := 0, false, false
	if f.SecurityStore != nil && len(f.SecurityStore.CRLs)+len(f.SecurityStore.OCSPs) > 0 {
		for _, r := range f.SecurityStore.Revisions {
			if r > from && (store == 0 || r < store) {
				store = r
			}
		}
	}
	for _, ps := range f.Signatures {
		if ps.DocTimeStamp && ps.Revision > from {
			stamp = true
			sealedStore = sealedStore || (store > 0 && ps.Revision >= store)
		}
	}
	return levelOf(s.baseline() && s.Field.MRaw != "", s.stamped(SignatureTimestamp) || stamp, store > 0, sealedStore)
}
