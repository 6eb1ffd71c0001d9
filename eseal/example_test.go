package eseal_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// Open says what a document says, and judges nothing.
func ExampleOpen() {
	f, err := os.Open("../testdata/samples/certificate.pdf")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		log.Fatal(err)
	}
	doc, err := eseal.Open(context.Background(), f, info.Size(), eseal.Options{Name: info.Name()})
	if err != nil {
		log.Fatal(err) // the medium failed; a bad document is no error
	}
	fmt.Println(doc.Format, len(doc.Signatures), "signature")
	for _, s := range doc.Signatures {
		fmt.Println(s.ID, s.Format, s.Level, s.References[0].Name, s.References[0].Matches())
	}
	// Output:
	// pdf 1 signature
	// S1 PAdES B-LTA byte ranges true
}

// The content of a detached signature lies beside it.
func ExampleOpen_detached() {
	w := verifytest.New()
	message := string(w.CMS(verifytest.CMSTemplate{Content: []byte("notice"), Detached: true}))
	for _, content := range []string{"notice", "another notice"} {
		doc, err := eseal.Open(context.Background(), strings.NewReader(message), int64(len(message)), eseal.Options{
			Detached: []eseal.Detached{{Name: "notice.txt", R: strings.NewReader(content), Size: int64(len(content))}},
		})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(doc.Signatures[0].Content.Name, doc.Signatures[0].References[0].Matches())
	}
	// Output:
	// notice.txt true
	// notice.txt false
}
