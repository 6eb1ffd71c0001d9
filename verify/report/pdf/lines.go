package pdf

import (
	"strings"
	"unicode/utf8"

	"github.com/kakuin/kakuin/verify/report"
)

// A run is a piece of a line in one tone.
type run struct {
	tone report.Tone
	text string
}

// What may not begin a line, and what may not end one (JIS X 4051).
const (
	notFirst = "、。,.・:;?!)]}〕〉》」』】〙〗〟’”»ー々ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥%‰℃"
	notLast  = "([{〔〈《「『【〘〖〝‘“«¥$£№"
)

// wide tells whether a character may stand on a line of its own: kana,
// ideographs and full-width forms, between which lines break.
func wide(r rune) bool { return r >= 0x2e80 && r < 0xfffe || r == '○' || r == '△' || r == '×' }

// units cuts a text into pieces between which a line may break.
func units(text string) (out []string) {
	var at strings.Builder
	last := rune(0)
	for _, r := range text {
		breaks := last != 0 && r != ' ' && (last == ' ' || wide(r) || wide(last))
		if breaks && (strings.ContainsRune(notFirst, r) && last != ' ' || strings.ContainsRune(notLast, last)) {
			breaks = false
		}
		if breaks {
			out = append(out, at.String())
			at.Reset()
		}
		at.WriteRune(r)
		last = r
	}
	if at.Len() > 0 {
		out = append(out, at.String())
	}
	return out
}

// fill sets runs into lines of a width. measure gives the width of a text.
func fill(runs []run, width float64, measure func(string) float64) (lines [][]run) {
	var line []run
	used := 0.0
	end := func() {
		lines = append(lines, line)
		line, used = nil, 0
	}
	put := func(t report.Tone, text string, w float64) {
		if n := len(line); n > 0 && line[n-1].tone == t {
			line[n-1].text += text
		} else {
			line = append(line, run{t, text})
		}
		used += w
	}
	for _, r := range runs {
		for _, u := range units(r.text) {
			w := measure(strings.TrimRight(u, " "))
			if used+w > width && used > 0 {
				end()
			}
			for w > width { // longer than a line: broken where the line is full
				n := 0
				for n < len(u) {
					_, size := utf8.DecodeRuneInString(u[n:])
					if n > 0 && measure(u[:n+size]) > width {
						break
					}
					n += size
				}
				put(r.tone, u[:n], width)
				end()
				u = u[n:]
				w = measure(u)
			}
			put(r.tone, u, measure(u))
		}
	}
	if len(line) > 0 {
		end()
	}
	return lines
}
