package report_test

import (
	"fmt"
	"os"

	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/verdict"
)

func ExampleWrite() {
	rep := &verify.Report{
		Schema:   verify.Schema,
		Document: verify.DocumentInfo{Name: "letter.pdf", Format: verify.FormatPDF},
		Verdict:  verdict.NotSigned,
		Findings: []verify.Finding{verify.Words("F1", verdict.Finding{Code: verdict.CodeNotSigned})},
	}
	if err := report.Write(os.Stdout, rep, report.Text, report.Lang("ja"), report.Quiet(true)); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 電子署名・eシールがありません - letter.pdf
	// この文書には電子署名もeシールもありません。ページ上の印影の画像は、電子的な印ではありません。
}
