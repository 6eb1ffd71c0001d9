package cli

import (
	"runtime"
	"time"

	"github.com/spf13/cobra"
)

// batchFlags are the flags of `kakuin batch`.
type batchFlags struct {
	verifyFlags
	filesFrom string
	manifest  string
	workers   int
	timeout   time.Duration
	memory    int
	ordered   bool
	summary   bool
	journal   string
	resume    bool
	totals    []string
	worker    bool
	began     string // the basis that the run began with, for its workers
	fetches   bool   // a worker may ask the run for evidence
}

// notForWorkers are flags about the run as a whole.
var notForWorkers = []string{"files-from", "manifest", "workers", "host-pace", "timeout", "ordered", "journal", "resume", "output", "totals", "at", "worker", "quiet", "offline", "allow-host", "no-cache", "fetches", "basis"}

func newBatch(e *env) *cobra.Command {
	b := &batchFlags{}
	c := &cobra.Command{
		Use:   "batch DIR|FILE…",
		Short: "Verify many documents, one line of output each",
		Long: `Verify many documents and write one line for each: its report (NDJSON), or with
--summary the few facts that a table needs. Folders are read with everything
below them; a pattern in quotes stands for what it matches.

A manifest is a table (CSV in UTF-8 or Shift_JIS, as spreadsheets write it) whose
first row names its columns: path, and as far as they are wanted sha256,
sealed-by, level, detached, note (or in Japanese: パス, ハッシュ, 発行者, レベル,
署名対象, 備考). Each row is a document and what is expected of it, an empty cell
expects nothing; paths are relative to the folder of the table. Numbers of 13
digits must be kept as text (spreadsheets make 5.00002E+12 of them).

Documents are judged by worker processes. One that cannot be read, takes too
long (--timeout) or needs too much memory (--memory) gets a line that says so,
and the run goes on. All are judged at one time, --at or the start of the run.

Evidence that many documents lack (CRLs, OCSP answers, certificates) is fetched
once for all, and no host is asked more often than --host-pace says. With --plan
nothing is judged or dialled: what all documents together lack is told.

With --journal the run can be ended at any moment, by kill, power cut or a full
disk, and goes on with --resume: every document stands in the output once. Until
it is over the output is called FILE.part.

--format csv writes a table that spreadsheets open (UTF-8 with a byte order mark,
times in UTC). --totals FILE writes what the run came to (counts, the documents
that did not pass, what must be renewed by when), in the form that the end of its
name says: .txt, .json, .csv, .html, .xml (JUnit, a test case a document) or
.sarif (a result a finding).

` + exitCodes,
		Example: `  kakuin batch --output results.ndjson documents/
  kakuin batch --summary --journal run.journal --output results.ndjson documents/
  kakuin batch --summary --journal run.journal --output results.ndjson --resume documents/
  kakuin batch --manifest register.csv --format csv --output results.csv --totals totals.html
  find documents -name '*.pdf' -print0 | kakuin batch --files-from - --output results.ndjson`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case b.worker:
			case len(args) == 0 && b.filesFrom == "" && b.manifest == "":
				return usage("batch needs at least one DIR or FILE, --files-from or --manifest")
			case len(args) > 0 && b.filesFrom+b.manifest != "" || b.filesFrom != "" && b.manifest != "":
				return usage("documents are named as arguments, by --files-from or by --manifest: one of these")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if b.worker {
				return b.serve(c.Context(), e)
			}
			if err := refuseEmpty(c, "sealed-by", "require-level", "require-assurance", "registry", "manifest", "files-from", "journal"); err != nil {
				return err
			}
			return b.run(c, e, args)
		},
	}
	b.register(c)
	b.registerPassword(c)
	b.registerExpectations(c)
	f := c.Flags()
	f.Lookup("json").Hidden, f.Lookup("explain").Hidden, f.Lookup("color").Hidden = true, true, true
	f.Lookup("format").Usage, f.Lookup("format").DefValue = "ndjson (one report a line) or csv (a row a document); with --plan text too", "ndjson"
	f.Lookup("quiet").Usage = "no progress and no totals on standard error; the exit code says the rest"
	f.StringVar(&b.filesFrom, "files-from", "", "read the names of documents from `FILE` (- is standard input), one a line or each ended by NUL")
	f.StringVar(&b.manifest, "manifest", "", "read documents and what is expected of them from the table `CSV` (- is standard input)")
	f.BoolVar(&b.plan, "plan", false, "tell what evidence the documents lack and where it may be had, judge and dial nothing")
	f.DurationVar(&b.network.pace, "host-pace", 100*time.Millisecond, "time between two requests to one host")
	f.IntVar(&b.workers, "workers", runtime.GOMAXPROCS(0), "how many documents are judged at a time")
	f.DurationVar(&b.timeout, "timeout", 5*time.Minute, "how long one document may take")
	f.IntVar(&b.memory, "memory", 512, "how many `MiB` of memory one document may need")
	f.BoolVar(&b.ordered, "ordered", false, "write lines in the order of the documents, not as they are done")
	f.BoolVar(&b.summary, "summary", false, "write a summary of each document, not its whole report")
	f.StringVar(&b.journal, "journal", "", "keep a record of what is done in `FILE`, for --resume; needs --output")
	f.BoolVar(&b.resume, "resume", false, "go on with the run of --journal")
	f.StringArrayVar(&b.totals, "totals", nil, "write the totals of the run to `FILE` (.txt, .json, .csv, .html, .xml for JUnit, .sarif); repeatable")
	f.BoolVar(&b.worker, "worker", false, "")
	f.BoolVar(&b.fetches, "fetches", false, "")
	f.StringVar(&b.began, "basis", "", "")
	for _, name := range []string{"worker", "fetches", "basis"} {
		f.Lookup(name).Hidden = true
	}
	return c
}
