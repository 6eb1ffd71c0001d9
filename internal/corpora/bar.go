package corpora

import (
	"os"
	"time"
)

// TimeBar is how long one hostile input may take: two seconds in the long runs
// on a quiet machine (KAKUIN_DEEP), ten times that elsewhere, where a test
// shall find what hangs and not how busy the machine is.
func TimeBar() time.Duration {
	bar := 2 * time.Second
	if os.Getenv("KAKUIN_DEEP") == "" {
		bar *= 10
	}
	return bar
}
