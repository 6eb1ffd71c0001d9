package process

import (
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/tsa"
	"github.com/kakuin/kakuin/verify/verdict"
)

// tokenConsequences are the rules of RFC 3161 and RFC 5816 whose breach
// decides about a token: the first group is no time-stamp token at all, the
// second does not bind its signer or says what cannot be known.
var tokenConsequences = map[note.Code]verdict.SubIndication{
	tsa.CodeSigners:       verdict.FormatFailure,
	tsa.CodeSignerVersion: verdict.FormatFailure,
	tsa.CodeVersion:       verdict.FormatFailure,
	tsa.CodePolicy:        verdict.FormatFailure,
	tsa.CodeImprintLength: verdict.FormatFailure,
	tsa.CodeInfoElement:   verdict.FormatFailure,
	tsa.CodeAttributes:    verdict.FormatFailure,

	eseal.CodeHashIndex: verdict.HashFailure, // what it was over is not there any more

	tsa.CodeCriticalExtension: verdict.SigConstraintsFailure,
	tsa.CodeNoESS:             verdict.SigConstraintsFailure,
	tsa.CodeESSMalformed:      verdict.SigConstraintsFailure,
	tsa.CodeESSIssuerSerial:   verdict.SigConstraintsFailure,
}
