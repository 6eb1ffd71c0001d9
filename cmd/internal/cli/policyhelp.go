package cli

const policyHelp = `Show every constraint of a policy with its value, its source, and whether it
stands in the file or is the strict answer to an absent line. --source prints
the file of a built-in policy, to start one's own from. Every line of a policy
names its source; a line that is absent means the strict answer, but where the
standards have one of their own: then it is not constrained.

Under "revocation":
  mode     require (without data nothing is confirmed), prefer or none
  exempt   extensions whose certificates need no revocation data
  max-age  by position (signer, ca, tsa, responder): how many hours old the
           data may be; without a line its own nextUpdate decides
  sources  by position: which kinds of data must answer
             either  one answer of either kind (EN 319 102-1 5.2.6.4 step 4)
             ocsp    an OCSP response, whether the certificate names one or not
             crl     a CRL, likewise
             both    of each kind that the certificate names; one that names
                     a single kind needs that one, and the report says so
           A revocation counts whichever kind tells it.

validity-model says when the certificates of CAs must be in force:
  shell    at the time judged at (RFC 5280 6.1.3)
  hybrid   at the time that is proven for the signature
  chain    when they issued the certificate below; revoking a CA for another
           reason than compromise does not reach back
ca-validity, under shell: a CA that has run out breaks the path (reject) or
asks for proof of an earlier time (record).

signature-policies says what follows from the signature policy that a signature
names: unknown ones stop the validation (stop) or are passed over (default);
known ones stand by id, with file or sha256 where the digest must match.

signature-elements asks for formats, least-level, signed-attributes (mandated,
forbidden), claimed-time (required, in-certificate, not-before, not-after),
content-type, commitment-types, signer-location, signer-attributes,
content-time-stamp, signature-time-stamp, references-for-whole-path and
counter-signature (optional, valid, required). signing-certificate asks for
extensions and QC statements, time-stamps for a delay in hours, for those that
must hold (mandated-valid) and for their order, trust-service for an assurance.

algorithms takes its lines from a catalogue by name (cryptrec-ls0003-2022r1,
etsi-ts119312-v1.5.1, eu-dss-6.4), from the file, or from both: of two lines for
the same thing the file's own counts.`
