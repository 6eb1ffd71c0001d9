package pdf

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/purse"
)

func openWith(t testing.TB, b []byte, password string) *File {
	t.Helper()
	f, err := OpenWith(bytes.NewReader(b), int64(len(b)), nil, Options{Password: []byte(password)})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wantSample holds that all of the sample is read as if it were plain.
func wantSample(t *testing.T, f *File) {
	t.Helper()
	if !f.Encrypted || !f.Decrypted || f.Encryption != "Standard" || len(f.Notes) > 0 {
		t.Fatalf("encrypted %v, decrypted %v, by %s; notes %v", f.Encrypted, f.Decrypted, f.Encryption, f.Notes)
	}
	s := f.Signatures[0]
	if s.Field.Name != "Seal" || s.Reason != sampleReason || s.M == nil || !s.Coverage.Valid || string(s.Contents[:2]) != "\x30\x06" {
		t.Errorf("field %q, reason %q, time %v, coverage %+v, contents %x", s.Field.Name, s.Reason, s.M, s.Coverage, s.Contents)
	}
	if d := f.SecurityStore; d == nil || len(d.Certs) != 1 || string(d.Certs[0].Data) != sampleCert {
		t.Errorf("security store %+v", d)
	}
	if inner, _ := f.Object(1, 12, 0); inner == nil || string(inner.(*String).Value) != sampleInner {
		t.Errorf("object stream: %+v", inner)
	}
	for num, want := range map[int]string{6: samplePage, 14: sampleXML, 16: samplePage} {
		o, _ := f.Object(2, num, 0)
		if b, err := f.decode(o.(*Stream), 1000); string(b) != want || err != nil {
			t.Errorf("stream %d: %q %v", num, b, err)
		}
	}
}

func TestEveryHandlerAndPassword(t *testing.T) {
	long := strings.Repeat("long ", 40) // longer than what any handler takes of it
	for _, c := range []struct{ user, owner, give string }{
		{"", "owner", ""}, {"", "owner", "owner"}, {"", "owner", "wrong"}, // the empty password opens it whatever is given
		{"user", "owner", "user"}, {"user", "owner", "owner"}, {"user", "", "user"}, {long[:127], "", long},
	} {
		for _, k := range cryptors(c.user, c.owner) {
			t.Run(fmt.Sprintf("%s/%.4q %.4q %.4q", k.name, c.user, c.owner, c.give), func(t *testing.T) {
				wantSample(t, openWith(t, k.sealed().Bytes(), c.give))
			})
		}
	}
}

// A password of Latin letters is PDFDocEncoding up to revision 4, UTF-8 later.
func TestPasswordBeyondASCII(t *testing.T) {
	for _, k := range cryptors("caf\xe9 \x80", "o") {
		if k.r < 5 {
			wantSample(t, openWith(t, k.sealed().Bytes(), "café •"))
		}
	}
	for _, k := range cryptors("印鑑", "o") {
		wantSample(t, openWith(t, k.sealed().Bytes(), "印鑑")) // up to revision 4 some writers take UTF-8 as it is
	}
	for _, s := range []string{"印", "\xff", "\u0080"} {
		if b, ok := docEncoded([]byte(s)); ok {
			t.Errorf("%q is %q in PDFDocEncoding", s, b)
		}
	}
}

func TestWithoutThePassword(t *testing.T) {
	for _, k := range cryptors("user", "owner") {
		for _, password := range []string{"", "User", "use", "user\x00"} {
			f := openWith(t, k.sealed().Bytes(), password)
			wantCode(t, CodeEncrypted, f.Notes)
			s := f.Signatures[0]
			if !f.Encrypted || f.Decrypted || s.Reason == sampleReason || s.Field.Name == "Seal" {
				t.Errorf("%s: opened by %q", k.name, password)
			}
			// The structure is read as in plain files, /Contents is never encrypted.
			if !s.Coverage.Valid || s.Revision != 1 || len(f.Revisions) != 2 || string(s.Contents[:2]) != "\x30\x06" || f.Rebuilt {
				t.Errorf("%s: %+v", k.name, s)
			}
			if f.SecurityStore != nil && len(f.SecurityStore.Certs) > 0 {
				t.Errorf("%s: an encrypted stream was taken for a certificate", k.name)
			}
		}
	}
}

// What stands in object streams is hidden without the key; the rest of the
// structure is not.
func TestOpaque(t *testing.T) {
	for _, k := range cryptors("user", "owner") {
		w := k.sealed()
		if f := openWith(t, w.Bytes(), ""); !f.Opaque {
			t.Errorf("%s: the object stream is locked", k.name)
		}
		if f := openWith(t, w.Bytes(), "user"); f.Opaque {
			t.Errorf("%s: opened", k.name)
		}
	}
	w := newWriter()
	w.root += "/Encrypt 9 0 R/ID[<00><00>]"
	w.obj(1, "<</Type/Catalog/Pages 2 0 R>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>").obj(9, "<</Filter/Adobe.PubSec/V 2>>")
	data := w.end("").Bytes()
	if f := openWith(t, data, ""); f.Opaque || !f.Encrypted || f.Decrypted {
		t.Errorf("opaque %v, encrypted %v, decrypted %v", f.Opaque, f.Encrypted, f.Decrypted)
	}
	if f := openWith(t, bytes.Replace(data, []byte("startxref"), []byte("startxxxx"), 1), ""); !f.Opaque || !f.Rebuilt {
		t.Errorf("rebuilt %v, opaque %v", f.Rebuilt, f.Opaque)
	}
}

// aes256 is the newest handler with an empty user password.
func aes256() *cryptor { all := cryptors("", "owner"); return all[len(all)-2] }

func TestHandlersThatAreNotOpened(t *testing.T) {
	k := aes256()
	for name, c := range map[string]struct{ dict, what string }{
		"public key":        {"<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 5/CF<</DefaultCryptFilter<</CFM/AESV3>>>>/StmF/DefaultCryptFilter/StrF/DefaultCryptFilter>>", "recipient"},
		"public key, old":   {"<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s4/V 2>>", "recipient"},
		"V 3":               {"<</Filter/Standard/V 3/R 3>>", "/V"},
		"AES-GCM":           {"<</Filter/Standard/V 6/R 7>>", "/V"},
		"R 7":               {"<</Filter/Standard/V 5/R 7>>", "revision 7"},
		"R 6 with V 4":      {strings.Replace(k.dict, "/V 5", "/V 4", 1), "revision 6"},
		"R 2 with V 5":      {"<</Filter/Standard/V 5/R 2>>", "revision 2"},
		"AES-256 with V 4":  {strings.Replace(cryptors("", "owner")[6].dict, "/AESV2", "/AESV3", 1), "/V 5"},
		"unknown method":    {strings.Replace(k.dict, "/AESV3", "/None", 1), "crypt filter"},
		"absent filter":     {strings.Replace(k.dict, "/StrF/StdCF", "/StrF/Other", 1), "crypt filter"},
		"short /U":          {strings.Replace(k.dict, "/U<", "/U<00>/X<", 1), "/U"},
		"no /O":             {strings.Replace(k.dict, "/O<", "/X<", 1), "/O"},
		"/UE and /OE short": {strings.NewReplacer("/UE<", "/UE<00>/X<", "/OE<", "/OE<00>/Y<").Replace(k.dict), "password"},
		"no dictionary":     {"(x)", "cannot be read"},
		"huge":              {"<</Filter/Standard/X[" + strings.Repeat("0 ", 2000) + "]>>", "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			broken := *k
			broken.dict = c.dict
			f := openWith(t, broken.sealed().Bytes(), "")
			if f.Decrypted || !f.Encrypted || !f.Signatures[0].Coverage.Valid {
				t.Errorf("decrypted %v, coverage %+v", f.Decrypted, f.Signatures[0].Coverage)
			}
			for _, n := range f.Notes {
				if n.Code == CodeEncrypted && strings.Contains(n.Params["what"], c.what) {
					return
				}
			}
			t.Errorf("%q is missing in %v", c.what, f.Notes)
		})
	}
}

func TestCryptFilters(t *testing.T) {
	k := aes256()
	k.dict = strings.Replace(k.dict, "/StmF/StdCF", "/StmF/Identity/EFF/StdCF", 1)
	k.dict = strings.Replace(k.dict, "/CF<<", "/CF<</Identity<</CFM/AESV3>>", 1) // no other meaning for a standard name
	w := newWriter()
	w.root += fmt.Sprintf("/Encrypt 9 0 R/ID[<%x>]", fileID)
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/A"+k.text(1, "text")+">>").obj(2, "<</Type/Pages/Kids[]/Count 0>>").obj(9, k.dict)
	w.stream(3, "", "plain").stream(4, "/Type/EmbeddedFile", k.data(4, "file"))
	w.stream(5, "/Filter[/Crypt/ASCIIHexDecode]/DecodeParms[<</Name/StdCF>>null]", k.data(5, "6f6b>"))
	w.stream(6, "/Filter[/ASCIIHexDecode/Crypt]/DecodeParms[null<</Name/StdCF>>]", "6f6b>")
	w.stream(7, "/Filter/Crypt/DecodeParms<</Name/Other>>", "?").stream(10, "/Filter/Crypt/DecodeParms<</Name 11 0 R>>", k.data(10, "by reference"))
	w.obj(11, "/StdCF").stream(12, "/Type/EmbeddedFile/Filter/Crypt", "own")
	f := w.end("").open(t)
	if !f.Decrypted || string(f.catalog(1).Get("A").(*String).Value) != "text" {
		t.Fatalf("%v %v", f.Decrypted, f.Notes)
	}
	for num, want := range map[int]string{3: "plain", 4: "file", 5: "ok", 6: "error", 7: "error", 10: "by reference", 12: "own"} {
		o, _ := f.Object(1, num, 0)
		b, err := f.decode(o.(*Stream), 1000)
		if err != nil {
			b = []byte("error")
		}
		if string(b) != want {
			t.Errorf("stream %d: %q, want %q; %v", num, b, want, err)
		}
	}
}

// Strings that are never encrypted (7.6.2), and /Contents that are.
func TestWhichStringsAreEncrypted(t *testing.T) {
	k := aes256()
	w := newWriter()
	w.root += fmt.Sprintf("/Encrypt 9 0 R/ID[<%x>]", fileID)
	w.obj(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>").obj(2, "<</Type/Pages/Kids[]/Count 0>>")
	w.obj(4, "<</FT/Sig/T"+k.text(4, "Seal")+"/V 5 0 R>>")
	w.obj(5, "<<"+sigEntries+"/Contents 6 0 R/ByteRange[0 1 2 3]/Name"+k.text(5, "Taro")+">>").obj(6, "<30020500>")
	w.obj(7, "<</Contents"+k.text(7, "a note")+"/Empty()/Short(abc)/Deep[[<</X"+k.text(7, "deep")+">>]]>>").obj(9, k.dict)
	f := w.end("").open(t)
	s := f.Signatures[0]
	if s.Name != "Taro" || string(s.Contents) != "\x30\x02\x05\x00" {
		t.Errorf("name %q, contents %x", s.Name, s.Contents)
	}
	wantCode(t, CodeSigIndirectEntry, s.Notes)
	o, _ := f.Object(1, 7, 0)
	d := o.(*Dict)
	deep := d.Get("Deep").(Array)[0].(Array)[0].(*Dict).Get("X").(*String)
	if got := d.Get("Contents").(*String).Text(); got != "a note" || deep.Text() != "deep" || d.Get("Empty").(*String).Text() != "" || d.Get("Short").(*String).Text() != "abc" {
		t.Errorf("%q %q %+v", got, deep.Text(), d)
	}
	wantCode(t, CodeEncrypted, f.Notes) // of /Short, which is no AES block
	own, _ := f.Object(1, 9, 0)
	if u := own.(*Dict).Get("U").(*String).Value; len(u) != 48 {
		t.Errorf("/U of the encryption dictionary was decrypted: %d octets", len(u))
	}
}

// A signature dictionary that nothing reaches any more is decrypted too.
func TestUnreachedInAnEncryptedFile(t *testing.T) {
	for _, k := range cryptors("", "owner") {
		w := k.sealed()
		w.obj(4, "<</Type/Annot/Subtype/Widget/FT/Sig/T"+k.text(4, "Seal")+"/Rect[0 0 0 0]/F 132/P 3 0 R>>").end("")
		s := w.one(t)
		wantCode(t, CodeSigShadowed, s.Notes)
		if s.Reason != sampleReason || string(s.Contents[:2]) != "\x30\x06" || s.Field.Name != "Seal" {
			t.Errorf("%s: %q %x %q", k.name, s.Reason, s.Contents, s.Field.Name)
		}
	}
}

// What an update wrote again is compared in the plain: another initialisation
// vector is no change, and equal octets under two keys are one.
func TestRevisionsOfEncryptedFilesAreCompared(t *testing.T) {
	for _, k := range cryptors("", "owner") {
		w := k.sealed()
		w.stream(6, "", k.again(6, samplePage)).obj(4, "<</Type/Annot/Subtype/Widget/FT/Sig/T<"+fmt.Sprintf("%x", k.again(4, "Seal"))+">/Rect[0 0 0 0]/F 132/P 3 0 R/V 5 0 R>>")
		w.stream(11, "", k.data(11, strings.Replace(sampleCert, "not", "now", 1))).stream(20, "", k.data(11, sampleCert)).stream(21, "", k.data(21, sampleCert))
		f := w.obj(sampleEncrypt, k.dict).end("").open(t)
		object := func(rev, num int) Object {
			o, err := f.Object(rev, num, 0)
			if o == nil || err != nil {
				t.Fatalf("%s: object %d of revision %d: %v", k.name, num, rev, err)
			}
			return o
		}
		for _, c := range []struct {
			was, is int
			same    bool
		}{{6, 6, true}, {4, 4, true}, {11, 11, false}, {11, 20, k.cf == "AESV3"}, {11, 21, true}, {sampleEncrypt, sampleEncrypt, true}} {
			if f.same(object(2, c.was), object(3, c.is)) != c.same {
				t.Errorf("%s: %d and later %d: the same is %v", k.name, c.was, c.is, !c.same)
			}
		}
		for _, n := range f.Notes {
			if n.Code != CodeEncrypted || n.Where != "object 20 0" { // under another number its octets mean nothing
				t.Errorf("%s: %v", k.name, n)
			}
		}
	}
}

func TestLaterEncryptionDictionary(t *testing.T) {
	for name, add := range map[string]func(k *cryptor, w *writer){
		"another": func(k *cryptor, w *writer) {
			w.root = strings.Replace(w.root, "/Encrypt 9 0 R", "/Encrypt 20 0 R", 1)
			w.obj(20, strings.Replace(k.dict, "/P -4", "/P -1", 1))
		},
		"replaced": func(k *cryptor, w *writer) { w.obj(sampleEncrypt, strings.Replace(k.dict, "/P -4", "/P -1", 1)) },
		"in place": func(k *cryptor, w *writer) {
			w.root = strings.Replace(w.root, "/Encrypt 9 0 R", "/Encrypt"+k.dict[:40]+">>", 1)
		},
		"left out":  func(k *cryptor, w *writer) { w.root = strings.Replace(w.root, "/Encrypt 9 0 R", "", 1) },
		"very long": func(k *cryptor, w *writer) { w.obj(sampleEncrypt, "<</X["+strings.Repeat("0 ", 2000)+"]>>") },
	} {
		for _, k := range cryptors("", "owner") {
			w := k.sealed()
			add(k, w)
			f := w.end("").open(t)
			wantCode(t, CodeEncryptChanged, f.Notes)
			if s := f.Signatures[0]; !f.Decrypted || s.Reason != sampleReason || s.Field.Name != "Seal" {
				t.Errorf("%s, %s: the first dictionary does not serve any more: %v", name, k.name, f.Notes)
			}
		}
	}
}

func TestEncryptionThatBeginsLater(t *testing.T) {
	k := aes256()
	w := signed()
	w.root += fmt.Sprintf("/Encrypt 9 0 R/ID[<%x>]", fileID)
	w.obj(9, k.dict).obj(20, k.text(20, "new")).end("")
	f := w.open(t)
	s := f.Signatures[0]
	if s.Field.Name != "Seal" || !f.Decrypted {
		t.Errorf("field %q", s.Field.Name) // the older revision was written plain
	}
	if o, _ := f.Object(3, 20, 0); o.(*String).Text() != "new" {
		t.Errorf("%+v", o)
	}
}

func TestEncryptionDictionaryThatContradictsItself(t *testing.T) {
	for _, c := range []struct{ old, new, what string }{
		{"/P -4", "/P -1", "/P is not"}, {"/Perms<", "/Perms[]/X<", "absent"}, {"/CF<<", "/EncryptMetadata false/CF<<", "/EncryptMetadata"},
		{"/Perms<", "/Perms<00112233445566778899aabbccddeeff>/X<", "with the key"}, {"/OE<", "/OE[]/X<", "/OE or /UE"},
	} {
		k := aes256()
		k.dict = strings.Replace(k.dict, c.old, c.new, 1)
		f := openWith(t, k.sealed().Bytes(), "")
		if !f.Decrypted || len(f.Notes) == 0 || f.Notes[0].Code != CodeEncryptOdd || !strings.Contains(f.Notes[0].Params["what"], c.what) {
			t.Errorf("%s: %v", c.new, f.Notes)
		}
	}
}

// A broken cross-reference does not keep an encrypted file shut.
func TestRebuiltEncryptedFile(t *testing.T) {
	for _, k := range cryptors("user", "owner") {
		b := bytes.ReplaceAll(k.sealed().Bytes(), []byte("startxref\n"), []byte("startxref\n9"))
		f := openWith(t, b, "user")
		s := f.Signatures[0]
		if !f.Rebuilt || !f.Decrypted || s.Field.Name != "Seal" || s.Reason != sampleReason {
			t.Errorf("%s: %v %v %q %v", k.name, f.Rebuilt, f.Decrypted, s.Reason, f.Notes)
		}
		if inner, _ := f.Object(1, 12, 0); inner == nil || string(inner.(*String).Value) != sampleInner {
			t.Errorf("%s: %+v", k.name, inner)
		}
	}
}

func TestPDFMACIsSeen(t *testing.T) {
	k := aes256()
	w := k.sealed()
	w.obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>").end("/AuthCode<</MACLocation/Standalone/MAC<00>/ByteRange[0 1 2 3]>>")
	wantCode(t, CodePDFMAC, w.open(t).Notes)
}

func TestPurseOfEncryptedFiles(t *testing.T) {
	b := aes256().sealed().Bytes()
	for n := int64(1); n < 60_000; n = n*3/2 + 1 {
		for _, l := range []purse.Limits{{Bytes: n}, {Objects: n}} {
			if _, err := Open(bytes.NewReader(b), int64(len(b)), purse.New(l)); err != nil && !isEmpty(err) {
				t.Fatalf("%+v: %v", l, err)
			}
		}
	}
}

// qpdf reads what is written here, and what it writes is read here.
func TestQPDFAgrees(t *testing.T) {
	qpdf, err := exec.LookPath("qpdf")
	if err != nil {
		t.Skip("qpdf is not here")
	}
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		out, err := exec.Command(qpdf, append([]string{"--warning-exit-0"}, args...)...).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s", args, out)
		}
	}
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	save := func(b []byte) {
		if err := os.WriteFile(in, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(password string) *File {
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return openWith(t, b, password)
	}
	for _, k := range cryptors("user", "owner") {
		save(k.sealed().Bytes())
		for _, password := range []string{"user", "owner"} {
			if k.letter && password == "owner" {
				continue
			}
			run("--password="+password, "--decrypt", in, out)
			if f := read(""); f.Encrypted || f.Signatures[0].Reason != sampleReason || string(f.SecurityStore.Certs[0].Data) != sampleCert {
				t.Errorf("%s by %s: %+v", k.name, password, f.Signatures[0])
			}
		}
	}
	save(withStore().Bytes())
	for _, how := range [][]string{
		{"40", "--"}, {"128", "--use-aes=n", "--"}, {"128", "--use-aes=y", "--"}, {"128", "--cleartext-metadata", "--"},
		{"256", "--"}, {"256", "--cleartext-metadata", "--"}, {"256", "--force-R5", "--"},
	} {
		args := append([]string{"--allow-weak-crypto", "--object-streams=generate", "--encrypt", "user", "owner"}, how...)
		run(append(args, in, out)...)
		for _, password := range []string{"user", "owner"} {
			f := read(password)
			if !f.Decrypted || len(f.Signatures) != 2 || f.Signatures[0].Field.Name == "" || len(f.SecurityStore.OCSPs) != 1 || string(f.SecurityStore.OCSPs[0].Data) != "ocsp" {
				t.Errorf("%v by %s: %v %v", how, password, f.Decrypted, f.Notes)
			}
		}
		if f := read("no"); f.Decrypted {
			t.Errorf("%v: opened by a wrong password", how)
		}
	}
}

func FuzzEncrypted(f *testing.F) {
	for _, k := range cryptors("user", "") {
		f.Add(k.sealed().Bytes(), "user")
	}
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		limits := purse.Limits{Bytes: 16 << 20, Objects: 400_000}
		var seen [2]string
		for i := range seen {
			file, err := OpenWith(bytes.NewReader(data), int64(len(data)), purse.New(limits), Options{Password: []byte(password)})
			if err != nil {
				return
			}
			seen[i] = facts(file)
			if file.Decrypted && (!file.Encrypted || file.sec.key == nil) {
				t.Fatal("decrypted without a key")
			}
			for _, s := range file.Signatures {
				checkSignature(t, s, data)
			}
		}
		if seen[0] != seen[1] {
			t.Fatalf("two readings differ:\n%s\n%s", seen[0], seen[1])
		}
	})
}

// BenchmarkEncrypted opens a file by each handler.
func BenchmarkEncrypted(b *testing.B) {
	for _, k := range cryptors("", "owner") {
		data := k.sealed().Bytes()
		b.Run(k.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				openBytes(b, data)
			}
		})
	}
}
