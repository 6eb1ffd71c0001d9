package trustlist_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/kakuin/kakuin/trustlist"
)

const list = `schema: kakuin/trustlist/v1
id: example.prefecture
sequence: 42
issued: 2026-11-01
nextUpdate: 2027-05-01
services:
  - name: {ja: 時刻認証局, en: Time-stamp authority}
    type: tsa
    framework: accredited-tsa
    anchors:
      - sha256: 2bcbbfd66282c680491c8cd7735fdbbab7a8079b127bec60c535976834399af7
        confidence: published
    identity:
      - tokenPolicies: [1.3.6.1.4.1.955.1.10.1.5.3]
    status:
      - {from: 2023-02-16, status: granted}
      - {from: 2027-02-16, status: withdrawn}
`

func ExampleParse() {
	l, err := trustlist.Parse([]byte(list), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.ID, l.Sequence, l.State(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)))
	for _, p := range l.Pins() {
		fmt.Printf("%s: %x…, %s\n", p.Service.Name, p.SHA256[:4], p.Confidence)
	}
	// Output:
	// example.prefecture 42 fresh
	// Time-stamp authority: 2bcbbfd6…, published
}

func ExampleParse_error() {
	_, err := trustlist.Parse([]byte("schema: kakuin/trustlist/v1\nid: x\nnextUpdate: tomorrow\n"), nil)
	var e *trustlist.Error
	if errors.As(err, &e) {
		fmt.Printf("line %d, column %d: %s\n%s\n", e.Line, e.Column, e.What, e.Fix)
	}
	// Output:
	// line 3, column 13: "tomorrow" is not a date
	// write 2026-11-01 or 2026-11-01T00:00:00Z
}

func ExampleService_StatusAt() {
	l, err := trustlist.Parse([]byte(list), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, year := range []int{2022, 2025, 2028} {
		st, known := l.Services[0].StatusAt(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
		fmt.Printf("%d: %v %q\n", year, known, st.Status)
	}
	// Output:
	// 2022: false ""
	// 2025: true "granted"
	// 2028: true "withdrawn"
}

func ExampleCheckSequence() {
	seen := &trustlist.List{ID: "example.prefecture", Sequence: 43}
	l, err := trustlist.Parse([]byte(list), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(trustlist.CheckSequence(seen, l))
	// Output: trust list "example.prefecture" goes back from sequence 43 to 42; get the newest from its operator
}
