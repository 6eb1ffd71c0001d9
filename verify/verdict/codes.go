package verdict

// The finding codes of the court. The reading rooms have their own in their
// notes.go; the words of all stand in verify/report/msg. Parameters in braces.

const (
	// K-SIG: a signature could not be judged or does not hold.
	CodeFormatFailure         Code = "K-SIG-001" // the signature cannot be parsed as what it claims to be {reason}
	CodeDataDigest            Code = "K-SIG-002" // a digest of signed data differs {name,algorithm}
	CodeSignatureValue        Code = "K-SIG-003" // the signature value does not fit the key of the signing certificate
	CodeDataNotFound          Code = "K-SIG-004" // signed data is not at hand {name}
	CodeNoSigner              Code = "K-SIG-005" // no signing certificate
	CodeNoSignerReference     Code = "K-SIG-006" // no signed attribute binds the signing certificate
	CodeReferenceMismatch     Code = "K-SIG-007" // the signed reference matches no certificate at hand
	CodeReferenceIssuerSerial Code = "K-SIG-008" // issuer and serial number in the reference differ
	CodeUnsupportedAlgorithm  Code = "K-SIG-009" // the tool cannot compute this algorithm {algorithm}
	CodeAttributeConstraint   Code = "K-SIG-010" // a signed attribute is missing or not as the policy wants it {what}
	CodeClaimedTime           Code = "K-SIG-011" // the signing time is only claimed {time}
	CodePolicyNotAvailable    Code = "K-SIG-012" // the signature policy document is not at hand {policy}
	CodeCounterSignature      Code = "K-SIG-013" // a counter-signature does not hold {id,reason}
	CodeManySigners           Code = "K-SIG-014" // a PDF signature has not exactly one signer {count}
	CodeDigestClaimed         Code = "K-SIG-015" // the content is known only by a digest that the caller gave {algorithm}

	// K-PTH: certification paths.
	CodeNoPath               Code = "K-PTH-001" // no certification path to a trust anchor {subject}
	CodeCAExpired            Code = "K-PTH-002" // a CA certificate of the path had run out {subject,time}
	CodeCertificateExpired   Code = "K-PTH-003" // the certificate had run out {notAfter}
	CodeCertificateNotYet    Code = "K-PTH-004" // a certificate of the path was not yet valid {subject,notBefore}
	CodeAnchorSunset         Code = "K-PTH-005" // the trust anchor is past its sunset date {until}
	CodePathRejected         Code = "K-PTH-006" // a path was tried and rejected {reason}
	CodeCertificatePolicy    Code = "K-PTH-007" // no acceptable certificate policy {wanted}
	CodeKeyUsage             Code = "K-PTH-008" // the key usage does not permit this {purpose}
	CodeExtKeyUsage          Code = "K-PTH-009" // the extended key usage does not permit this {purpose}
	CodeCriticalExtension    Code = "K-PTH-010" // a critical extension is not known {oid}
	CodeNameConstraint       Code = "K-PTH-011" // a name is outside the name constraints {name}
	CodePathLength           Code = "K-PTH-012" // the path is longer than a CA permits {subject}
	CodeNotCA                Code = "K-PTH-013" // a certificate that issued another is no CA {subject}
	CodeCertificateSignature Code = "K-PTH-014" // the signature of a certificate does not hold {subject}
	CodeSignerIsAnchor       Code = "K-PTH-015" // the signing certificate is itself a trust anchor
	CodeSearchLimit          Code = "K-PTH-016" // the search for paths stopped at a limit {limit}
	CodeMissingIssuer        Code = "K-PTH-017" // the certificate of an issuer is missing {issuer,urls}

	// K-REV: revocation.
	CodeNoRevocationData        Code = "K-REV-001" // no revocation data {subject,urls}
	CodeRevoked                 Code = "K-REV-002" // the certificate is revoked {at,reason}
	CodeCARevoked               Code = "K-REV-003" // a CA certificate of the path is revoked {subject,at,reason}
	CodeOnHold                  Code = "K-REV-004" // the certificate is suspended {at}
	CodeNotFresh                Code = "K-REV-005" // the revocation data is not fresh {thisUpdate,nextUpdate,at}
	CodeRevocationUnusable      Code = "K-REV-006" // a piece of revocation data cannot be used {type,reason}
	CodeRevocationNotRequired   Code = "K-REV-007" // the policy does not ask for revocation data
	CodeRevocationSoftFail      Code = "K-REV-008" // revocation data was preferred, none was there {subject}
	CodeRevokedAfterProven      Code = "K-REV-009" // revoked after the proven time {at,bst}
	CodeNotCheckable            Code = "K-REV-010" // the revocation data goes to certified verifiers only {subject}
	CodeRevocationOutOfBounds   Code = "K-REV-011" // outside the validity of the issuer of the revocation data {subject}
	CodeOCSPUnknown             Code = "K-REV-012" // the OCSP responder does not know the certificate {subject}
	CodeRevocationContradiction Code = "K-REV-013" // two pieces of revocation data contradict each other {subject}
	CodeRevocationLater         Code = "K-REV-018" // the revocation data is younger than the time judged at {subject,thisUpdate,at}
	CodeRevokedNotCompromise    Code = "K-REV-014" // revoked for a reason other than compromise {at,reason}
	CodeRevocationKind          Code = "K-REV-015" // the policy wants revocation data of this kind too, and there is none in force {subject,type,urls}
	CodeRevocationOneKind       Code = "K-REV-016" // the policy wants both kinds, the certificate names one {subject,type}
	CodeDeltaWanted             Code = "K-REV-017" // a delta CRL that continues the list at hand may be newer {subject,urls}

	// K-FET: what an address gave instead of the evidence that was asked for.
	CodeFetchFailed      Code = "K-FET-001" // a source could not give it {type,reason}
	CodeFetchRefused     Code = "K-FET-002" // the address must not be asked {url,address}
	CodeFetchName        Code = "K-FET-003" // the name cannot be resolved {url,host,reason}
	CodeFetchNoNetwork   Code = "K-FET-004" // no way to the network {url,reason}
	CodeFetchUnreachable Code = "K-FET-005" // nobody answers {url,reason}
	CodeFetchTimeout     Code = "K-FET-006" // no whole answer within the time {url,limit}
	CodeFetchTLS         Code = "K-FET-007" // the connection cannot be protected {url,reason}
	CodeFetchTLSExpired  Code = "K-FET-008" // the certificate of the server has run out {url,notAfter}
	CodeFetchStatus      Code = "K-FET-009" // the server answers with an error {url,status,retryAfter}
	CodeFetchRedirect    Code = "K-FET-010" // the server leads on where it is not followed {url,target}
	CodeFetchTooLarge    Code = "K-FET-011" // more than is read {url,limit}
	CodeFetchBroken      Code = "K-FET-012" // the answer breaks off or is no HTTP {url,reason}
	CodeFetchUnparsable  Code = "K-FET-013" // the answer is not what was asked for {url,type,found,reason}
	CodeFetchScheme      Code = "K-FET-014" // addresses of this kind are not asked {url,scheme}
	CodeFetchBudget      Code = "K-FET-015" // the document asks for too much {url,limit}
	CodeFetchOCSP        Code = "K-FET-016" // the OCSP responder answers with an error {url,status}
	CodeFetchOther       Code = "K-FET-017" // the answer is about something else {url,what}

	// K-TIM: time.
	CodeBestTime             Code = "K-TIM-001" // the best-signature-time and its source {time,source}
	CodeNoProvenTime         Code = "K-TIM-002" // no proof of time
	CodeTimestampFailed      Code = "K-TIM-003" // a time-stamp does not hold {id,reason}
	CodeImprintMismatch      Code = "K-TIM-004" // the imprint of a time-stamp does not match {id}
	CodeTimestampOrder       Code = "K-TIM-005" // time-stamps contradict each other in their order {first,second}
	CodeTimestampLater       Code = "K-TIM-006" // a time-stamp is later than the validation time {id,time}
	CodeTSAPurpose           Code = "K-TIM-007" // the certificate is not made for time-stamping {id}
	CodeTSAReference         Code = "K-TIM-008" // a time-stamp does not name its signing certificate rightly {id}
	CodeTSANotIdentified     Code = "K-TIM-009" // the list identifies no service for a time-stamp {id}
	CodeTimestampDelay       Code = "K-TIM-010" // the time-stamp came later than the policy permits {delay,limit}
	CodeSignedBeforeValidity Code = "K-TIM-011" // proven time before the certificate became valid {bst,notBefore}
	CodeImprintNotChecked    Code = "K-TIM-012" // the data under an imprint is not at hand {id}
	CodeResponseRefused      Code = "K-TIM-013" // the time-stamp authority refused the request {status}
	CodeResponseMismatch     Code = "K-TIM-014" // the response does not answer the request {what}

	// K-POE: proofs of existence and what they are held against.
	CodeProvenInTime        Code = "K-POE-001" // a time-stamp that has run out is proven to have existed before {id,time,source}
	CodeProofTooLate        Code = "K-POE-002" // the proof lies after the last time that counts {proven,control}
	CodeNoProof             Code = "K-POE-003" // nothing proves that certificate and data existed in time {subject,time}
	CodeNoPastData          Code = "K-POE-004" // no revocation data about the certificate {subject}
	CodeNoCommonTime        Code = "K-POE-005" // the certificates of the path were never valid together {subject}
	CodeRevocationUnbounded Code = "K-POE-006" // no revocation data is proven old enough for its signer's certificate {subject}

	// K-ERS: evidence records. Those below 030 are the reader's.
	CodeRecordNoData Code = "K-ERS-030" // no object of a record is at hand {id,objects}
	CodeRecordOther  Code = "K-ERS-031" // a record is not over what was given {id,objects}
	CodeRecordStamp  Code = "K-ERS-032" // an archive time-stamp does not hold {id,reason}
	CodeRecordFailed Code = "K-ERS-033" // a record beside signatures does not hold {id,reason}
	CodeRecordUnread Code = "K-ERS-034" // a record cannot be parsed as what it claims to be {reason}

	// K-POL: policy and trust list.
	CodeAlgorithmRetired   Code = "K-POL-001" // the algorithm is not accepted since a date {algorithm,until}
	CodeAlgorithmNotListed Code = "K-POL-002" // the policy does not know the algorithm {algorithm}
	CodeKeyTooShort        Code = "K-POL-003" // the key is shorter than the policy wants {key,minimum}
	CodeOptOut             Code = "K-POL-004" // a strict check was switched off {what}
	CodeListStale          Code = "K-POL-005" // the trust list is past its next update {nextUpdate}
	CodeNoList             Code = "K-POL-006" // there is no trust list
	CodeNoAlgorithmDates   Code = "K-POL-007" // this policy has no algorithm lifetimes
	CodeBuiltInList        Code = "K-POL-008" // the built-in trust list was used {id}
	CodeConstraint         Code = "K-POL-009" // a constraint of the policy is not met {constraint,wanted,found}
	CodePolicyDocument     Code = "K-POL-010" // the document of the signature policy cannot be used {policy,reason}

	// Told by `kakuin policy lint`.
	CodePolicyFile          Code = "K-POL-020" // the policy file is not one {reason}
	CodePolicyContradiction Code = "K-POL-021" // two lines contradict each other {first,second}
	CodePolicyDates         Code = "K-POL-022" // the dates of an algorithm are out of order {algorithm,first,second}
	CodePolicyPast          Code = "K-POL-023" // an algorithm's day has passed {algorithm,until}
	CodePolicyName          Code = "K-POL-024" // no algorithm is known by that name {algorithm}
	CodePolicyWeaker        Code = "K-POL-025" // a line is weaker than the strict answer {constraint,value,strict}

	// K-CHG: changes after the seal.
	CodeNotAnalysed     Code = "K-CHG-001" // later revisions could not be analysed {revisions}
	CodeChangeForbidden Code = "K-CHG-002" // changed after sealing, not permitted {what}
	CodeChangeDoubtful  Code = "K-CHG-003" // changed after sealing, doubtful {what}
	CodeChangePermitted Code = "K-CHG-004" // changed after sealing, permitted {what}
	CodeMetadataChanged Code = "K-CHG-005" // metadata changed after sealing {what}

	// K-APP: what can make a document look different. All but 013 name {places,count,revision}.
	CodeFieldContradiction Code = "K-APP-001" // a form field draws other text than its value
	CodeFieldUndrawn       Code = "K-APP-002" // a form field has a value and draws nothing
	CodeScript             Code = "K-APP-003" // a script
	CodeFormRedrawn        Code = "K-APP-004" // the viewer draws the form fields anew
	CodeSecondForm         Code = "K-APP-005" // a second form in XML (XFA)
	CodeLayers             Code = "K-APP-006" // layers that are not always shown
	CodeSwitches           Code = "K-APP-007" // actions that hide, show, reset or import
	CodeOutside            Code = "K-APP-008" // content in another file
	CodePrintDiffers       Code = "K-APP-009" // printed otherwise than shown
	CodeMedia              Code = "K-APP-010" // sound, video, 3D
	CodeLaunch             Code = "K-APP-011" // starts a program or goes elsewhere by itself
	CodeCollection         Code = "K-APP-012" // shows its attachments in place of the pages
	CodeNotLookedAt        Code = "K-APP-013" // not everything could be looked at {reason}
	CodeAttachments        Code = "K-APP-014" // attachments

	// K-PAD: what the format of a PDF signature asks for.
	CodeRequirements     Code = "K-PAD-001" // requirements are not met {rules,requirements}
	CodeOlderForm        Code = "K-PAD-002" // an adbe.* form, which is no PAdES {subFilter}
	CodeRevocationInside Code = "K-PAD-003" // adbe-revocationInfoArchival {crls,ocsps,other}

	// K-COV: coverage.
	CodeNotCovered      Code = "K-COV-001" // bytes are not covered {ranges}
	CodeByteRange       Code = "K-COV-002" // the byte range is wrong {reason}
	CodeEarlierRevision Code = "K-COV-003" // the signature covers an earlier revision only {revision,revisions}

	// K-REG: what the corporate number register says. It never decides.
	CodeRegisterNoNumber     Code = "K-REG-001" // the certificate names no corporate number
	CodeRegisterNotFound     Code = "K-REG-002" // the number is not in the snapshot {number,date}
	CodeRegisterClosedBefore Code = "K-REG-003" // closed before the certificate was issued {number,name,closed,cause,successor}
	CodeRegisterClosedSince  Code = "K-REG-004" // closed after the seal {number,name,closed,cause,successor,time}
	CodeRegisterClosed       Code = "K-REG-005" // closed, and not proven that the seal is older {number,name,closed,cause,successor}
	CodeRegisterNameDiffers  Code = "K-REG-006" // stands there under another name {number,written,registered}
	CodeRegisterNameVariant  Code = "K-REG-007" // the name is written differently {written,registered}
	CodeRegisterNameFormer   Code = "K-REG-008" // the name is a former one {written,name,changed}
	CodeRegisterNameUnread   Code = "K-REG-009" // the names cannot be compared {written,registered}
	CodeRegisterGone         Code = "K-REG-010" // the record was deleted or superseded {number,name,status}
	CodeRegisterOlder        Code = "K-REG-011" // the snapshot is older than the seal {date,time}
	CodeRegisterUnread       Code = "K-REG-012" // the register could not be asked {number,reason}

	// K-EXP: expectations of the caller.
	CodeSealerNotExpected Code = "K-EXP-001" // not sealed by the one expected {wanted,found}
	CodeLevelNotMet       Code = "K-EXP-002" // the level is lower than required {wanted,found}
	CodeAssuranceNotMet   Code = "K-EXP-003" // the assurance is lower than required {wanted,found}
	CodeOtherDocument     Code = "K-EXP-004" // the document has another digest than expected {wanted,found}

	// K-ACC: accreditation.
	CodeAccredited    Code = "K-ACC-001" // the service is identified and accredited {service}
	CodeNotAccredited Code = "K-ACC-002" // the service was not accredited at the proven time {service,time}
	CodeOtherUnit     Code = "K-ACC-003" // the list's identity names another unit {service}
	CodeNoService     Code = "K-ACC-004" // the list names no service for this anchor {anchor}

	// K-DOC: the document as a whole.
	CodeNotSigned        Code = "K-DOC-001" // the document is not signed
	CodeUnreadable       Code = "K-DOC-002" // the document cannot be read {reason}
	CodeEncrypted        Code = "K-DOC-003" // the document is encrypted {reason}
	CodeEvidenceUnusable Code = "K-DOC-004" // an item of validation material cannot be used {where,reason}
	CodeLimit            Code = "K-DOC-005" // a limit was reached {kind,limit}
)
