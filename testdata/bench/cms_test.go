package bench

import (
	"io/fs"
	"slices"
	"testing"
	"time"

	"go.mozilla.org/pkcs7"

	"github.com/kakuin/kakuin/eseal/cms"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/corpora"
)

// BenchmarkParseCMS parses every message of cms.zip that pkcs7 reads too, turn
// by turn; "x-pkcs7" says how many times kakuin's time the other takes.
func BenchmarkParseCMS(b *testing.B) {
	fsys := corpora.Open(b, "pki/cms.zip")
	var messages [][]byte
	corpora.Walk(b, fs.FS(fsys), func(_ string, data []byte) {
		if p, err := pkcs7.Parse(data); err == nil && len(p.Signers) > 0 {
			if _, err := cms.Parse(data, purse.New(purse.Limits{})); err == nil {
				messages = append(messages, data)
			}
		}
	})
	if len(messages) == 0 {
		b.Fatal("no message that both read")
	}
	var ours, theirs []time.Duration
	for b.Loop() {
		start := time.Now()
		for _, m := range messages {
			_, _ = cms.Parse(m, purse.New(purse.Limits{}))
		}
		middle := time.Now()
		for _, m := range messages {
			_, _ = pkcs7.Parse(m)
		}
		ours, theirs = append(ours, middle.Sub(start)), append(theirs, time.Since(middle))
	}
	own, other := float64(median(ours)), float64(median(theirs))
	b.ReportMetric(float64(len(messages)), "messages")
	b.ReportMetric(own/float64(len(messages)), "kakuin-ns/message")
	b.ReportMetric(other/own, "x-pkcs7")
}

// median, because a collection of the other's garbage may fall into our turn.
func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
