package verdict_test

import (
	"fmt"

	"github.com/kakuin/kakuin/verify/verdict"
)

func ExampleLegal() {
	fmt.Println(verdict.Legal(verdict.TotalFailed, verdict.HashFailure))
	fmt.Println(verdict.Legal(verdict.TotalPassed, verdict.HashFailure))
	// Output:
	// true
	// false
}

func ExampleWorst() {
	fmt.Println(verdict.Worst(verdict.Pass(), verdict.Of(verdict.TryLater)))
	// Output: INDETERMINATE/TRY_LATER
}
