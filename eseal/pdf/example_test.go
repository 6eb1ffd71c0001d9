package pdf_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"github.com/kakuin/kakuin/eseal/pdf"
)

// sample is a PDF with one signature dictionary whose range is open.
const sample = "%PDF-1.7\n" +
	"1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>endobj\n" +
	"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" +
	"3 0 obj<</FT/Sig/T(Seal)/V 4 0 R>>endobj\n" +
	"4 0 obj<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 246 250 168]/Contents<30>>>endobj\n" +
	"xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000079 00000 n \n0000000123 00000 n \n0000000164 00000 n \n" +
	"trailer<</Size 5/Root 1 0 R>>\nstartxref\n259\n%%EOF\n"

func ExampleOpen() {
	f, err := pdf.Open(strings.NewReader(sample), int64(len(sample)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range f.Signatures {
		fmt.Printf("field %s, revision %d of %d\n", s.Field.Name, s.Revision, len(f.Revisions))
		fmt.Println("exactly all but its value:", s.Coverage.Valid)
	}
	// Output:
	// field Seal, revision 1 of 1
	// exactly all but its value: true
}

// locked is the sample under RC4 of 40 bits, by the password "sesame".
var locked = strings.NewReplacer("(Seal)", "(Z\x1f\xa2B)", "/Size 5", "/Size 5/ID[<6b616b75696e2d73616d706c652d6964>]/Encrypt<</Filter/Standard/V 1/R 2/P -4"+
	"/O<92fe1f575cbc4c9644693f33c07cb54f587dce1e2682fe9ecea6107a1ef630dd>"+
	"/U<a5054964a6edda136949e6500bd8f02c6b49e2ae8baf8da4b2ffd80407d4ed1d>>>").Replace(sample)

func ExampleOpenWith() {
	for _, password := range []string{"", "sesame"} {
		in := strings.NewReader(locked)
		f, err := pdf.OpenWith(in, in.Size(), nil, pdf.Options{Password: []byte(password)})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%q opens it: %v, its field is readable: %v\n", password, f.Decrypted, f.Signatures[0].Field.Name == "Seal")
	}
	// Output:
	// "" opens it: false, its field is readable: false
	// "sesame" opens it: true, its field is readable: true
}

func ExampleSignature_Signed() {
	in := strings.NewReader(sample)
	f, _ := pdf.Open(in, in.Size(), nil)
	h := sha256.New()
	n, err := io.Copy(h, f.Signatures[0].Signed(in))
	fmt.Println(n, "octets,", err)
	// Output: 414 octets, <nil>
}

func ExampleFile_Object() {
	in := bytes.NewReader([]byte(sample))
	f, _ := pdf.Open(in, in.Size(), nil)
	o, err := f.Object(1, 3, 0)
	fmt.Println(o.(*pdf.Dict).Name("FT"), err)
	// Output: Sig <nil>
}
