package verifytest

import "time"

// stamped is the good message with a content time-stamp inside the signed attributes, and a signature time-stamp.
func (s *Specimen) stamped(w *World, leaf *Cert, inside TokenTemplate, change func(*Signer)) {
	signer := Signer{Cert: leaf, ContentTimestamp: &inside, Timestamp: &TokenTemplate{}}
	if change != nil {
		change(&signer)
	}
	s.File = "notice.p7m"
	s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: w.CRLs(leaf, w.TSA), Signers: []Signer{signer}})
}

// ending is a seal certificate with another end.
func (w *World) ending(at time.Time) *Cert {
	return w.Issue(w.SealTemplate(), CertMutator{Apply: func(d *CertDraft) { d.NotAfter = at }})
}

// timeSpecimens are what time-stamps prove of a signature, in either direction.
var timeSpecimens = []maker{
	mk("time", "time-content-stamp", "a content time-stamp before the seal, a signature time-stamp after it (no deviation)", passed("EN 319 102-1 5.5.4 step 4e"),
		func(w *World, s *Specimen) { s.stamped(w, w.Seal, TokenTemplate{}, nil) }),
	mk("time", "time-order", "the content time-stamp is later than the signature time-stamp", unclear("TIMESTAMP_ORDER_FAILURE", "EN 319 102-1 5.5.4 step 4e"),
		func(w *World, s *Specimen) {
			s.stamped(w, w.Seal, TokenTemplate{GenTime: w.StampTime.Add(time.Hour)}, nil)
		}),
	mk("time", "time-order-accuracy", "the order of the time-stamps is within their accuracy (no deviation)", passed("RFC 3161 2.4.2"),
		func(w *World, s *Specimen) {
			s.stamped(w, w.Seal, TokenTemplate{GenTime: w.StampTime.Add(time.Second)}, nil)
		}),
	mk("time", "time-sealed-after-revocation", "a content time-stamp proves that the seal came after the revocation", failed("REVOKED", "EN 319 102-1 5.3.4 step 4"),
		func(w *World, s *Specimen) {
			w.Revoke(w.Seal, date(2026, 10, 1), KeyCompromise)
			s.stamped(w, w.Seal, TokenTemplate{}, nil)
		}),
	mk("time", "time-sealed-after-expiry", "a content time-stamp proves that the seal came after the end of its certificate", failed("EXPIRED", "EN 319 102-1 5.3.4 step 4"),
		func(w *World, s *Specimen) { s.stamped(w, w.ending(date(2026, 9, 30)), TokenTemplate{}, nil) }),
	mk("time", "time-sealed-with-weak", "a content time-stamp proves that SHA-1 had ended when it was used", unclear("CRYPTO_CONSTRAINTS_FAILURE", "EN 319 102-1 5.3.4 step 6"),
		func(w *World, s *Specimen) {
			s.stamped(w, w.Seal, TokenTemplate{}, func(x *Signer) { x.Digest = "SHA-1" })
		}),
	mk("time", "time-unstamped", "no time-stamp: good at the time of judgement (B-B)", passed("EN 319 102-1 5.3"),
		func(w *World, s *Specimen) { s.plain(w, w.Seal) }),
	mk("time", "time-expired-since", "the certificate ended after the time-stamp and before the judgement", passed("EN 319 102-1 5.5.4 step 4b"),
		func(w *World, s *Specimen) {
			leaf := w.ending(date(2026, 10, 31))
			s.cms(w, leaf, w.CRLs(leaf, w.TSA))
		}),
	mk("time", "time-expired-unstamped", "the certificate ended before the judgement, and nothing proves the time", unclear("OUT_OF_BOUNDS_NOT_REVOKED",
		"EN 319 102-1 5.2.6.4 step 7").or("INDETERMINATE/OUT_OF_BOUNDS_NO_POE"), func(w *World, s *Specimen) { s.plain(w, w.ending(date(2026, 10, 31))) }),
	mk("time", "time-revoked-ca-later", "the CA was revoked after the time-stamp", passed("EN 319 102-1 5.5.4 step 4a: not forgery"),
		func(w *World, s *Specimen) {
			w.Revoke(w.SealCA, w.StampTime.Add(30*time.Minute), CessationOfOperation)
			s.cms(w, w.Seal, w.CRLs(w.Seal, w.TSA))
		}),
	mk("time", "time-stamp-in-future", "the signature time-stamp is later than the judgement: it proves nothing yet", passed("EN 319 102-1 5.5.4 step 3"),
		func(w *World, s *Specimen) {
			s.File = "notice.p7m"
			s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: w.CRLs(w.Seal, w.TSA),
				Signers: []Signer{{Timestamp: &TokenTemplate{GenTime: date(2026, 12, 1)}}}})
		}),
}

// plain fills the specimen with a CMS signature that nothing stamps.
func (s *Specimen) plain(w *World, leaf *Cert) {
	s.File = "notice.p7m"
	s.Document = w.CMS(CMSTemplate{Content: []byte(Notice), CRLs: w.CRLs(leaf), Signers: []Signer{{Cert: leaf}}})
}
