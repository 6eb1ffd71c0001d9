package verifytest

var ambiguous = []Attack{}
var preparations = []Attack{}
