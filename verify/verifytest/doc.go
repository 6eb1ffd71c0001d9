// Package verifytest makes a whole public-key infrastructure and the documents sealed under it, in memory, for tests:
// certificates, CRLs, OCSP responses, CMS signatures, time-stamp tokens, PDF files, trust lists.
//
// Everything is right by default; a test states only its deviation, by one mutator. All mutators with the
// consequence expected of them stand in one registry, see Deviations and World.Specimen.
//
// Documents that last are made by a Plan: when it was sealed, stamped, archived again and with what, and what was revoked.
// Plan.History gives the document, a trust list, the planned events, and the status information published at any time.
// NewPlan is one in which all goes well, SeededPlan a random one. CAdES and PDF build the same by hand, step by step.
//
// The output is deterministic: keys are embedded test keys (public, worth nothing), signatures are deterministic
// (PKCS #1 v1.5, RFC 6979, Ed25519, RSA-PSS with a fixed salt), and no clock is read. The same calls give the same bytes.
//
// The package makes bytes and imports nothing of kakuin: what it makes is an outside witness for the readers and the
// court. Misuse by a test (an unknown key name, say) panics with the reason.
package verifytest
