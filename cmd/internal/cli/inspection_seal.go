package cli

import (
	"encoding/hex"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
)

type inspectedSeal struct {
	ID                 string               `json:"id"`
	Format             string               `json:"format"`
	Level              string               `json:"level"`
	Unreadable         string               `json:"unreadable,omitempty"`
	DigestAlgorithm    string               `json:"digestAlgorithm,omitempty"`
	SignatureAlgorithm string               `json:"signatureAlgorithm,omitempty"`
	SignerID           *inspectedSignerID   `json:"signerID,omitempty"`
	ClaimedSigningTime string               `json:"claimedSigningTime,omitempty"`
	PolicyID           string               `json:"policyID,omitempty"`
	Field              *inspectedField      `json:"field,omitempty"`
	References         []inspectedReference `json:"references,omitempty"`
	SignedAttributes   []string             `json:"signedAttributes,omitempty"`
	Timestamps         []inspectedStamp     `json:"timestamps,omitempty"`
	CounterSignatures  []inspectedSeal      `json:"counterSignatures,omitempty"`
	Notes              []inspectedNote      `json:"notes,omitempty"`
}

type inspectedSignerID struct {
	Serial       string `json:"serial,omitempty"`
	SubjectKeyID string `json:"subjectKeyID,omitempty"`
}

type inspectedField struct {
	Name      string  `json:"name"`
	Page      int     `json:"page"`
	Visible   bool    `json:"visible"`
	Type      string  `json:"type"`
	SubFilter string  `json:"subFilter"`
	ByteRange []int64 `json:"byteRange"`
	WholeFile bool    `json:"wholeFile"`
	Revision  int     `json:"revision"`
	DocMDP    int     `json:"docMDP,omitempty"`
	FieldMDP  string  `json:"fieldMDP,omitempty"`
	Lock      string  `json:"lock,omitempty"`
	Problem   string  `json:"problem,omitempty"`
}

type inspectedReference struct {
	Name      string `json:"name"`
	Algorithm string `json:"algorithm"`
	Want      string `json:"want"`
	Got       string `json:"got,omitempty"`
	Missing   bool   `json:"missing,omitempty"` // the data is not at hand
	Matches   bool   `json:"matches"`
}

type inspectedStamp struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind"`
	Unreadable string          `json:"unreadable,omitempty"`
	GenTime    string          `json:"genTime,omitempty"`
	Accuracy   string          `json:"accuracy,omitempty"`
	Ordering   bool            `json:"ordering,omitempty"`
	Policy     string          `json:"policy,omitempty"`
	Serial     string          `json:"serial,omitempty"`
	Nonce      string          `json:"nonce,omitempty"`
	Imprint    *stampedImprint `json:"imprint,omitempty"`
	Signature  *inspectedSeal  `json:"signature,omitempty"`
	Notes      []inspectedNote `json:"notes,omitempty"`
}

type stampedImprint struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"value"`
	Over      string `json:"over,omitempty"`
	Missing   bool   `json:"missing,omitempty"` // the data is not at hand
	Matches   bool   `json:"matches"`
}

type inspectedItem struct {
	Type       string `json:"type"`
	Where      string `json:"where"`
	Size       int    `json:"size"`
	SHA256     string `json:"sha256"`
	Unreadable string `json:"unreadable,omitempty"`
	Issuer     string `json:"issuer,omitempty"`
	Serial     string `json:"serial,omitempty"`
	Key        string `json:"key,omitempty"`
	NotBefore  string `json:"notBefore,omitempty"`
	NotAfter   string `json:"notAfter,omitempty"`
	ThisUpdate string `json:"thisUpdate,omitempty"`
	NextUpdate string `json:"nextUpdate,omitempty"`
	Entries    int    `json:"entries,omitempty"`
	ProducedAt string `json:"producedAt,omitempty"`
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func inspectSeal(s *eseal.Signature) inspectedSeal {
	out := inspectedSeal{
		ID: s.ID, Format: s.Format, Level: s.Level, Unreadable: textOf(s.Err),
		DigestAlgorithm: s.DigestName, SignatureAlgorithm: s.SignatureName, PolicyID: string(s.PolicyID), Notes: notes(s.Notes),
	}
	if id := s.SignerID; id.Serial != nil || id.SubjectKeyID != nil {
		out.SignerID = &inspectedSignerID{SubjectKeyID: hexOf(id.SubjectKeyID)}
		if id.Serial != nil {
			out.SignerID.Serial = id.Serial.String()
		}
	}
	if s.ClaimedSigningTime != nil {
		out.ClaimedSigningTime = moment(*s.ClaimedSigningTime)
	}
	if s.Field != nil {
		out.Field = inspectField(s.Field)
	}
	for _, r := range s.References {
		out.References = append(out.References, inspectedReference{r.Name, r.DigestName, hexOf(r.Want), hexOf(r.Got), r.Missing, r.Matches()})
	}
	for _, a := range s.SignedAttributes {
		out.SignedAttributes = append(out.SignedAttributes, a.Name())
	}
	for _, t := range s.Timestamps {
		out.Timestamps = append(out.Timestamps, inspectStamp(t))
	}
	for _, c := range s.CounterSignatures {
		out.CounterSignatures = append(out.CounterSignatures, inspectSeal(c))
	}
	return out
}

func inspectField(f *pdf.Signature) *inspectedField {
	out := &inspectedField{
		Name: f.Field.Name, Page: f.Field.Page, Visible: f.Field.Visible, Type: f.Field.Type, SubFilter: f.SubFilter,
		ByteRange: f.ByteRange, WholeFile: f.Coverage.WholeFile, Revision: f.Revision, DocMDP: f.DocMDP, Problem: textOf(f.Problem),
	}
	if f.FieldMDP != nil {
		out.FieldMDP = f.FieldMDP.Action
	}
	if f.Lock != nil {
		out.Lock = f.Lock.Action
	}
	return out
}

func inspectStamp(t *eseal.Timestamp) inspectedStamp {
	out := inspectedStamp{ID: t.ID, Kind: t.Kind, Unreadable: textOf(t.Err), Notes: notes(t.Notes)}
	if t.Token == nil {
		return out
	}
	i := t.Token.Info
	out.GenTime, out.Ordering, out.Policy = moment(i.GenTime), i.Ordering, string(i.Policy)
	if i.HasAccuracy {
		out.Accuracy = i.Accuracy.String()
	}
	if i.Serial != nil {
		out.Serial = i.Serial.String()
	}
	if i.Nonce != nil {
		out.Nonce = i.Nonce.String()
	}
	out.Imprint = &stampedImprint{i.ImprintDigest.Name(), hexOf(i.Imprint), t.Imprint.Over, t.Imprint.Missing, t.Imprint.Matches}
	if t.Signature != nil {
		s := inspectSeal(t.Signature)
		out.Signature = &s
	}
	return out
}

// inspectItem reads one piece of validation material for what it says of itself.
func inspectItem(m eseal.Material) inspectedItem {
	it := evidence.NewItem(evidence.Type(m.Type), m.Raw, evidence.Document, m.Where, purse.New(purse.Limits{}))
	out := inspectedItem{Type: m.Type, Where: m.Where, Size: len(m.Raw), SHA256: hexOf(it.SHA256[:]), Unreadable: textOf(it.Err)}
	switch {
	case it.Certificate != nil:
		c := it.Certificate
		out.Issuer, out.Serial, out.Key = c.Issuer.String(), hexOf(c.RawSerial), c.KeyName()
		out.NotBefore, out.NotAfter = moment(c.NotBefore), moment(c.NotAfter)
	case it.CRL != nil:
		out.Issuer, out.Entries = it.CRL.Issuer.String(), it.CRL.Count
		out.ThisUpdate, out.NextUpdate = moment(it.CRL.ThisUpdate), moment(it.CRL.NextUpdate)
	case it.OCSP != nil:
		out.ProducedAt = moment(it.OCSP.ProducedAt)
	}
	return out
}
