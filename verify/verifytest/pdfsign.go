package verifytest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Signature formats of PDF (ISO 32000-2 12.8.3, EN 319 142-1).
const (
	PAdES        = "ETSI.CAdES.detached"
	PKCS7        = "adbe.pkcs7.detached"
	PKCS7SHA1    = "adbe.pkcs7.sha1"
	RFC3161      = "ETSI.RFC3161"
	fieldWidth   = 10 // digits reserved for each number of ByteRange
	defaultSpace = 12000
)

// SignOptions says how a PDF file is signed; zero fields take good defaults.
type SignOptions struct {
	Cert            *Cert  // default the world's seal
	SubFilter       string // default PAdES
	Field           string // default Signature1, Signature2 …; an existing empty signature field is used
	Reason          string
	Location        string
	Name            string
	Time            time.Time // /M; default the world's SealTime
	DocMDP          int       // 1, 2, 3: a certification signature
	FieldMDP        string    // "All", "Include", "Exclude": what this signature locks
	MDPFields       []string
	Lock            string // the same as a Lock dictionary of the field
	Rect            [4]int // visible seal
	Seal            string // words of the visible seal; default 見本町長之印
	Space           int    // octets reserved for the CMS
	NoTimestamp     bool   // without signature time-stamp (B-B)
	Scheme, Digest  string
	AdobeRevocation bool                  // CRLs in the signed attribute adbe-revocationInfoArchival
	ByteRange       func(r [4]int) [4]int // changes the ranges before digesting
	Written         func(r [4]int) [4]int // changes only what is written
	Dictionary      func(entries string) string
	Contents        func(hexDigits string) string
	Gap             [2]string                   // octets before and behind /Contents that are left out as well
	Room            func(entries string) string // changes /ByteRange and /Contents as written, before digesting; the length stays
	Value           func(token string) string   // changes the string of /Contents, its delimiters included; at most as long
	Widget          func(entries string) string
	Look            string // content of the appearance, instead of the seal
}

// Sign adds a signature in a revision of its own.
func (p *PDF) Sign(o SignOptions, mutators ...CMSMutator) *PDF {
	if o.Cert == nil {
		o.Cert = p.w.Seal
	}
	o.SubFilter = or(o.SubFilter, PAdES)
	o.Time = orTime(o.Time, p.w.SealTime)
	value := p.number()
	entries := fmt.Sprintf("/Type /Sig /Filter /Adobe.PPKLite /SubFilter /%s /M %s", o.SubFilter, pdfDate(o.Time))
	for _, e := range [][2]string{{"Name", o.Name}, {"Reason", o.Reason}, {"Location", o.Location}} {
		if e[1] != "" {
			entries += fmt.Sprintf(" /%s %s", e[0], textString(e[1]))
		}
	}
	entries += p.references(o)
	if o.DocMDP != 0 {
		p.perms = value
	}
	p.signatureField(o, value)
	return p.seal(o, value, entries, func(covered []byte) []byte { return p.cms(o, covered, mutators) })
}

// cms is the CMS of a signature over the covered octets.
func (p *PDF) cms(o SignOptions, covered []byte, mutators []CMSMutator) []byte {
	s := Signer{Cert: o.Cert, Scheme: o.Scheme, Digest: o.Digest, NoSigningTime: o.SubFilter == PAdES, SigningTime: o.Time}
	t := CMSTemplate{Content: covered, Detached: true}
	if o.SubFilter == PKCS7SHA1 {
		t.Content, t.Detached = Digest("SHA-1", covered), false // ISO 32000-1 12.8.3.3: the content is the digest
	}
	if !o.NoTimestamp {
		s.Timestamp = &TokenTemplate{GenTime: o.Time.Add(time.Minute)}
	}
	if o.AdobeRevocation {
		archive := seq(explicit(0, seq(bytes.Join(p.w.CRLs(o.Cert, p.w.TSA), nil))))
		s.ExtraSigned = []Attribute{{"1.2.840.113583.1.1.8", [][]byte{archive}}}
	}
	t.Signers = []Signer{s}
	return p.w.CMS(t, mutators...)
}

// AddDocTimestamp adds a document time-stamp in a revision of its own (EN 319 142-1 5.4.3).
func (p *PDF) AddDocTimestamp(t TokenTemplate, mutators ...TokenMutator) *PDF {
	return p.docTimestamp(SignOptions{SubFilter: RFC3161}, t, mutators...)
}

func (p *PDF) docTimestamp(o SignOptions, t TokenTemplate, mutators ...TokenMutator) *PDF {
	value := p.number()
	p.signatureField(o, value)
	t.GenTime = orTime(t.GenTime, p.w.FinalTime)
	return p.seal(o, value, "/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161", func(covered []byte) []byte {
		stamp := t
		stamp.Data = covered
		return p.w.Token(stamp, mutators...)
	})
}

// references is the Reference array with the transforms (ISO 32000-2 12.8.2).
func (p *PDF) references(o SignOptions) string {
	var list []string
	add := func(method, params string) {
		list = append(list, fmt.Sprintf("<< /Type /SigRef /TransformMethod /%s /TransformParams << /Type /TransformParams %s /V /1.2 >> /Data %d 0 R >>", method, params, objCatalog))
	}
	if o.DocMDP != 0 {
		add("DocMDP", fmt.Sprintf("/P %d", o.DocMDP))
	}
	if o.FieldMDP != "" {
		add("FieldMDP", lockEntries(o.FieldMDP, o.MDPFields))
	}
	if list == nil {
		return ""
	}
	return " /Reference [" + strings.Join(list, " ") + "]"
}

func lockEntries(action string, names []string) string {
	out := "/Action /" + action
	if names != nil {
		out += " /Fields ["
		for _, n := range names {
			out += textString(n)
		}
		out += "]"
	}
	return out
}

// signatureField makes the field, or fills an existing one.
func (p *PDF) signatureField(o SignOptions, value int) {
	name := o.Field
	if name == "" {
		name = fmt.Sprintf("Signature%d", len(p.fields)+1)
	}
	n, exists := p.names[name]
	if !exists {
		n = p.number()
		p.names[name] = n
		p.fields, p.annots = append(p.fields, n), append(p.annots, n)
	}
	entries := fmt.Sprintf("/Type /Annot /Subtype /Widget /FT /Sig /T %s /Rect %s /P %d 0 R /F 132", textString(name), rectangle(o.Rect), objPage)
	if value != 0 {
		entries += fmt.Sprintf(" /V %d 0 R", value)
	}
	if o.Lock != "" {
		entries += " /Lock << /Type /SigFieldLock " + lockEntries(o.Lock, o.MDPFields) + " >>"
	}
	if o.Rect != [4]int{} {
		look := p.number()
		size := o.Rect[2] - o.Rect[0]
		p.put(look, p.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 %d %d] /Resources %s", size, o.Rect[3]-o.Rect[1], fontResources),
			o.art(float64(size))))
		entries += fmt.Sprintf(" /AP << /N %d 0 R >>", look)
	}
	if o.Widget != nil {
		entries = o.Widget(entries)
	}
	p.put(n, "<< "+entries+" >>")
}

func (o SignOptions) art(size float64) []byte {
	if o.Look != "" {
		return []byte(o.Look)
	}
	return stampArt(or(o.Seal, "見本町長之印"), size)
}

// AddSignatureField adds an empty signature field in a revision of its own.
func (p *PDF) AddSignatureField(o SignOptions) *PDF {
	p.signatureField(o, 0)
	p.commit()
	return p
}

// seal writes the revision with room for the signature, digests around it, and fills it in.
func (p *PDF) seal(o SignOptions, value int, entries string, sign func(covered []byte) []byte) *PDF {
	space := o.Space
	if space == 0 {
		space = defaultSpace
	}
	room := "/ByteRange [0 " + strings.Repeat("*", 3*fieldWidth+2) + "] /Contents "
	head := len(room) + len(o.Gap[0])
	room += o.Gap[0] + "<" + strings.Repeat("0", 2*space) + ">" + o.Gap[1]
	if o.Dictionary != nil {
		entries = o.Dictionary(entries)
	}
	p.put(value, "<< "+entries+" "+room+" >>")
	p.commit()
	at := bytes.LastIndex(p.data, []byte("/ByteRange [0 *"))
	return p.enclose(o, at, at+head, at+head+2*space+2, sign)
}

// enclose writes the ranges at an offset, digests around the string of /Contents from open to end, and fills it in.
func (p *PDF) enclose(o SignOptions, at, open, end int, sign func(covered []byte) []byte) *PDF {
	from, to := open-len(o.Gap[0]), end+len(o.Gap[1])
	ranges := [4]int{0, from, to, len(p.data) - to}
	if o.ByteRange != nil {
		ranges = o.ByteRange(ranges)
	}
	written := ranges
	if o.Written != nil {
		written = o.Written(ranges)
	}
	p.writeByteRange(at, written)
	if o.Room != nil {
		p.overwrite(at, end, o.Room(string(p.data[at:end])))
	}
	covered := append(bytes.Clone(p.data[ranges[0]:ranges[0]+ranges[1]]), p.data[ranges[2]:ranges[2]+ranges[3]]...)
	der := sign(covered)
	if space := (end - open - 2) / 2; len(der) > space {
		panic(fmt.Sprintf("verifytest: the signature has %d octets, %d are reserved; raise SignOptions.Space", len(der), space))
	}
	digits := hex.EncodeToString(der)
	if o.Contents != nil {
		digits = o.Contents(digits)
	}
	copy(p.data[open+1:], digits)
	if o.Value != nil {
		p.overwrite(open, end, o.Value(string(p.data[open:end])))
	}
	return p
}

// overwrite puts a text over octets, padded with spaces.
func (p *PDF) overwrite(from, to int, text string) {
	if len(text) > to-from {
		panic("verifytest: no room for " + text)
	}
	copy(p.data[from:to], text+strings.Repeat(" ", to-from-len(text)))
}

// writeByteRange writes the four numbers into the room for them, padded with spaces.
func (p *PDF) writeByteRange(at int, r [4]int) {
	start := at + len("/ByteRange [")
	stop := start + bytes.IndexByte(p.data[start:], ']')
	text := fmt.Sprintf("%d %d %d %d", r[0], r[1], r[2], r[3])
	p.overwrite(start, stop, text)
}
