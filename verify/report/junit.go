package report

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"

	"github.com/kakuin/kakuin/verify/verdict"
)

// JUnit XML as build servers read it (the schema of Jenkins' xUnit plugin): a
// test case a document. One that is altered or forged, not yet confirmed or not
// sealed is a failure, since none of these may go on; one that cannot be read is
// an error: nothing was tested.
type junitCase struct {
	XMLName xml.Name    `xml:"testcase"`
	Name    string      `xml:"name,attr"`
	Class   string      `xml:"classname,attr"`
	Failure *junitCause `xml:"failure"`
	Error   *junitCause `xml:"error"`
	Out     string      `xml:"system-out,omitempty"`
}

type junitCause struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

func writeJUnit(w io.Writer, c Cases, o options) error {
	out := bufio.NewWriter(w)
	tests := 0
	for _, n := range c.Verdicts {
		tests += n
	}
	unread := c.Verdicts[verdict.Unreadable]
	counts := fmt.Sprintf(`tests="%d" failures="%d" errors="%d"`, tests, tests-c.Verdicts[verdict.DocumentPassed]-unread, unread)
	at := ""
	if !c.Time.IsZero() {
		at = fmt.Sprintf(` timestamp="%s"`, c.Time.UTC().Format("2006-01-02T15:04:05")) // the schema has no zone: UTC
	}
	fmt.Fprintf(out, "%s<testsuites name=\"kakuin\" %s>\n<testsuite name=\"kakuin\" %s%s>\n", xml.Header, counts, counts, at)
	enc := xml.NewEncoder(out)
	seen := map[verdict.Document]int{}
	for one, err := range c.All {
		if err != nil {
			return err
		}
		seen[one.Verdict]++
		if err := enc.Encode(junitOf(one, o.lang)); err != nil {
			return err
		}
		out.WriteByte('\n')
	}
	for v, n := range seen {
		if c.Verdicts[v] != n {
			return fmt.Errorf("report: %d documents are %s, %d were announced", n, v, c.Verdicts[v])
		}
	}
	out.WriteString("</testsuite>\n</testsuites>\n")
	return out.Flush()
}

func junitOf(c *Case, lang string) junitCase {
	t := junitCase{Name: Safe(first(c.Name, "-")), Class: "kakuin"}
	cause := &junitCause{Type: string(c.Verdict)}
	if c.SubIndication != "" {
		cause.Type += "/" + c.SubIndication
	}
	for _, p := range c.problems() {
		text := Safe(p.Text.In(lang))
		line := text + " (" + string(p.Code) + ")\n"
		if remedy := p.Remedy.In(lang); remedy != "" {
			line += "  " + Safe(remedy) + "\n"
		}
		if cause.Message == "" && p.Severity == verdict.Error {
			cause.Message = text
		}
		cause.Text += line
	}
	switch c.Verdict {
	case verdict.DocumentPassed:
		t.Out = cause.Text // warnings
	case verdict.Unreadable:
		t.Error = cause
	default:
		t.Failure = cause
	}
	return t
}
