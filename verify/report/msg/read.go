package msg

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strings"
)

//go:embed catalogue/*.txt
var files embed.FS

type catalogue struct {
	codes map[string]Entry
	words map[string]Term
	order []string
}

// A block of a catalogue file starts with a line "CODE severity clause" or, for
// a term, "key"; then follow lines "field text" with the fields below. A line
// that starts with a blank continues the one before. Blocks are parted by
// empty lines, # starts a comment.
var (
	headCode = regexp.MustCompile(`^(K-[A-Z]{3}-[0-9]{3}) (error|warning|info) (.+)$`)
	headWord = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)
)

type block struct {
	file   string
	line   int
	head   string
	fields map[string]string
}

// fields that a block can have.
var known = map[string]bool{
	"en": true, "ja": true, "fix.en": true, "fix.ja": true, "why.en": true, "why.ja": true,
}

func read(fsys fs.FS) (catalogue, error) {
	c := catalogue{codes: map[string]Entry{}, words: map[string]Term{}}
	names, err := fs.Glob(fsys, "catalogue/*.txt")
	if err != nil {
		return c, err
	}
	sort.Strings(names)
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return c, err
		}
		blocks, err := parse(name, string(data))
		if err != nil {
			return c, err
		}
		for _, b := range blocks {
			if err := c.add(b); err != nil {
				return c, err
			}
		}
	}
	sort.Strings(c.order)
	c.inherit()
	return c, nil
}

// inherit gives entries that do not say why they matter, or errors that do not
// say what to do, what the term of their room ("K-CMS") says for all.
func (c *catalogue) inherit() {
	for code, e := range c.codes {
		room := c.words[code[:len("K-XXX")]]
		if e.Why.IsZero() {
			e.Why = room.Why
		}
		if e.Remedy.IsZero() && e.Severity == "error" {
			e.Remedy = room.Remedy
		}
		c.codes[code] = e
	}
}

func (c *catalogue) add(b block) error {
	text := Text{b.fields["en"], b.fields["ja"]}
	fix := Text{b.fields["fix.en"], b.fields["fix.ja"]}
	why := Text{b.fields["why.en"], b.fields["why.ja"]}
	if m := headCode.FindStringSubmatch(b.head); m != nil {
		if _, twice := c.codes[m[1]]; twice {
			return fmt.Errorf("%s:%d: %s stands twice", b.file, b.line, m[1])
		}
		clause := m[3]
		if clause == "-" {
			clause = ""
		}
		c.codes[m[1]] = Entry{m[1], m[2], clause, text, fix, why}
		c.order = append(c.order, m[1])
		return nil
	}
	if !headWord.MatchString(b.head) {
		return fmt.Errorf("%s:%d: head %q is neither %q nor a key", b.file, b.line, b.head, "CODE severity clause")
	}
	if _, twice := c.words[b.head]; twice {
		return fmt.Errorf("%s:%d: %s stands twice", b.file, b.line, b.head)
	}
	c.words[b.head] = Term{text, fix, why}
	return nil
}

func parse(name, data string) ([]block, error) {
	var out []block
	var cur *block
	last := ""
	sc := bufio.NewScanner(strings.NewReader(data))
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimRight(sc.Text(), " \t\r")
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "":
			cur, last = nil, ""
		case cur == nil:
			out = append(out, block{file: name, line: n, head: line, fields: map[string]string{}})
			cur = &out[len(out)-1]
		case line[0] == ' ' || line[0] == '\t':
			if last == "" {
				return nil, fmt.Errorf("%s:%d: nothing to continue", name, n)
			}
			cur.fields[last] = join(cur.fields[last], strings.TrimSpace(line), strings.HasSuffix(last, "ja"))
		default:
			field, text, _ := strings.Cut(line, " ")
			if _, twice := cur.fields[field]; twice || !known[field] {
				return nil, fmt.Errorf("%s:%d: field %q is unknown or stands twice", name, n, field)
			}
			cur.fields[field], last = strings.TrimSpace(text), field
		}
	}
	return out, sc.Err()
}

// join puts a continuation line to its text: with a blank in English, without in Japanese.
func join(a, b string, ja bool) string {
	if ja {
		return a + b
	}
	return a + " " + b
}
