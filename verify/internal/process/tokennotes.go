package process

import (
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/verify/verdict"
)

// tokenConsequences are the rules of RFC 3161 whose breach decides about a token.
var tokenConsequences = map[note.Code]verdict.SubIndication{}
