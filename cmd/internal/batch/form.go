package batch

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
	"github.com/kakuin/kakuin/verify/verdict"
)

// A Form is what stands in the output for each document.
type Form string

// The forms.
const (
	Reports   Form = "ndjson"  // its whole report
	Summaries Form = "summary" // its Summary, as JSON
	Table     Form = "csv"     // a row for a spreadsheet
)

// Forms are all of them.
func Forms() []Form { return []Form{Table, Reports, Summaries} }

// line is what stands there for one document, without the end of the line.
func (f Form) line(s *Summary, rep *verify.Report, lang string) ([]byte, error) {
	switch f {
	case Summaries:
		return json.Marshal(s)
	case Table:
		return row(s.cells(lang))
	}
	var line bytes.Buffer
	err := report.Write(&line, rep, report.NDJSON)
	return bytes.TrimSuffix(line.Bytes(), []byte("\n")), err
}

// head is what the output begins with: a table has the mark by which
// spreadsheets know UTF-8, and the names of its columns.
func (f Form) head(lang string) []byte {
	if f != Table {
		return nil
	}
	var names []string
	for _, c := range tableColumns {
		names = append(names, msg.Word("batch.column."+c).Text.In(lang))
	}
	line, _ := row(names) // a buffer takes all
	return append([]byte(mark), append(line, '\n')...)
}

// mark is the byte order mark in UTF-8.
const mark = "\ufeff"

// each reads an output back.
func (f Form) each(r io.Reader, do func(*Summary) error) error {
	if f == Table {
		return eachRow(r, do)
	}
	in := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			s, err := summaryOf(bytes.TrimSuffix(line, []byte("\n")))
			if err == nil {
				err = do(s)
			}
			if err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// summaryOf reads a line of either kind.
func summaryOf(line []byte) (*Summary, error) {
	var which struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(line, &which); err != nil {
		return nil, err
	}
	var s Summary
	switch which.Schema {
	case SummarySchema:
		return &s, json.Unmarshal(line, &s)
	case verify.Schema:
		var rep verify.Report
		if err := json.Unmarshal(line, &rep); err != nil {
			return nil, err
		}
		s = summarize(rep.Document.Name, &rep)
		return &s, nil
	}
	return nil, fmt.Errorf("schema %q is none of a line", which.Schema)
}

// tableColumns are the columns of a table, in order. Their names for people are
// in the catalogue.
var tableColumns = []string{
	"path", "result", "sealers", "bestSignatureTime", "verifiableUntil", "ending", "cause",
	"verdict", "subIndication", "level", "endsBy", "causeCode", "findings", "unmet", "exit", "format", "size", "sha256", "pathOctets",
}

// apart separates several things in one cell.
const apart = " | "

// cells are a summary by column.
func (s *Summary) cells(lang string) []string {
	ending, cause, sealers := "", "", s.Sealers
	if lang == "ja" && len(s.SealersJa) >= len(s.Sealers) {
		sealers = s.SealersJa
	}
	if s.EndsBy != "" {
		ending = msg.Word("event." + s.EndsBy).Text.In(lang)
	}
	if s.Cause != nil {
		cause = s.Cause.In(lang)
	}
	found := s.PathOctets
	if found == "" && report.Safe(s.Path) != s.Path {
		found = hex.EncodeToString([]byte(s.Path)) // its cell shows escapes
	}
	return []string{
		s.Path, msg.Word("batch.verdict." + string(s.Verdict)).Text.In(lang), strings.Join(sealers, apart), s.BestTime, s.VerifiableUntil, ending, cause,
		string(s.Verdict), s.SubIndication, s.Level, s.EndsBy, s.CauseCode, strings.Join(s.Findings, apart), strings.Join(s.Unmet, apart), strconv.Itoa(s.Exit), s.Format,
		strconv.FormatInt(s.Size, 10), s.SHA256, found,
	}
}

// row is one line of CSV (RFC 4180), which ends at its carriage return: the line
// feed is the output's.
func row(cells []string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for i, c := range cells {
		cells[i] = shown(c)
	}
	err := w.Write(cells)
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// shown is a text as a spreadsheet may show it: no character turns the line
// around or breaks it, and nothing is a formula.
func shown(text string) string { return guard(report.Safe(text)) }

// guard keeps a spreadsheet from taking a name out of a document for a formula.
func guard(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n'＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}

// eachRow reads a table back. What totals do not count stays in the words of
// its language.
func eachRow(r io.Reader, do func(*Summary) error) error {
	in := csv.NewReader(r)
	in.FieldsPerRecord = len(tableColumns)
	for n := 0; ; n++ {
		cells, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		if err := do(summaryOfRow(cells)); err != nil {
			return err
		}
	}
}

func summaryOfRow(cells []string) *Summary {
	cell := map[string]string{}
	for i, c := range tableColumns {
		cell[c] = strings.TrimPrefix(cells[i], "'")
	}
	many := func(c string) []string {
		if cell[c] == "" {
			return nil
		}
		return strings.Split(cell[c], apart)
	}
	s := &Summary{
		Schema: SummarySchema, Path: cell["path"], PathOctets: cell["pathOctets"], SHA256: cell["sha256"], Format: cell["format"],
		Verdict: verdict.Document(cell["verdict"]), SubIndication: cell["subIndication"], Sealers: many("sealers"), Level: cell["level"],
		BestTime: cell["bestSignatureTime"], CauseCode: cell["causeCode"], Findings: many("findings"), Unmet: many("unmet"), VerifiableUntil: cell["verifiableUntil"], EndsBy: cell["endsBy"],
	}
	if raw, err := hex.DecodeString(s.PathOctets); err == nil && len(raw) > 0 {
		s.Path, s.PathOctets = Name(string(raw)), octets(string(raw))
	}
	if c := cell["cause"]; c != "" {
		s.Cause = &verify.Text{JA: c, EN: c}
	}
	s.Exit, _ = strconv.Atoi(cell["exit"])
	s.Size, _ = strconv.ParseInt(cell["size"], 10, 64)
	return s
}
