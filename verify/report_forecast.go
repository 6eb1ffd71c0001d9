package verify

import "github.com/kakuin/kakuin/verify/internal/process"

// Forecast says until when this verdict can be repeated with the evidence now
// at hand. It is about the document, its evidence, the anchors and the policy:
// the trust list counts as kept up to date, since that is the verifier's to
// do; its next update is an event of its own.
type Forecast struct {
	State string `json:"state"` // ends, open, not-now, limit
	// VerifiableUntil is the last second at which the verdict is the same; only with ForecastEnds.
	VerifiableUntil Time            `json:"verifiableUntil,omitzero"`
	Events          []ForecastEvent `json:"events,omitempty"`     // in order of time
	Incomplete      bool            `json:"incomplete,omitempty"` // what comes after was not looked at: too much, or too dear
}

// The states of a forecast.
const (
	ForecastEnds   = "ends"    // the verdict holds until VerifiableUntil
	ForecastOpen   = "open"    // nothing that is known ends it within a hundred years
	ForecastNotNow = "not-now" // the document does not pass now, so there is nothing to last
	ForecastLimit  = "limit"   // not worked out: too many events, or too dear
)

// A ForecastEvent is something to come. With an effect it changes what comes
// out; without one it is told since the judgement rests on it.
type ForecastEvent struct {
	At        Time     `json:"at"`   // the first moment at which it counts
	What      string   `json:"what"` // one of the Event constants
	Object    string   `json:"object,omitempty"`
	Algorithm string   `json:"algorithm,omitempty"`
	Service   *Text    `json:"service,omitempty"`
	Effect    string   `json:"effect,omitempty"`  // "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"
	Affects   []string `json:"affects,omitempty"` // the signatures, or time-stamps that stand alone, that come out otherwise
	Remedy    *Text    `json:"remedy,omitempty"`
}

// The kinds of events.
const (
	EventCertificateExpires  = process.MomentExpires
	EventCertificateBegins   = process.MomentBegins
	EventCRLNextUpdate       = process.MomentCRL
	EventOCSPNextUpdate      = process.MomentOCSP
	EventRevocationTooOld    = process.MomentTooOld
	EventRevocationTakes     = process.MomentRevoked
	EventAlgorithmRetired    = process.MomentRetired
	EventAnchorEnds          = process.MomentAnchorEnds
	EventTimestampBegins     = process.MomentStamped
	EventServiceEnds         = "service-ends"
	EventServiceGranted      = "service-granted"
	EventTrustListNextUpdate = "list-next-update"
)
