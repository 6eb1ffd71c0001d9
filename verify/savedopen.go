package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/exactjson"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/archive"
)

// SavedOptions are what the reader of saved evidence decides, not the archive.
type SavedOptions struct {
	// Version names the program in the report.
	Version string
	// Limits are the widest that an archive may ask for; zero fields take the
	// defaults.
	Limits purse.Limits
}

// A Saved is evidence that was saved and opened again. No octet of it was
// changed since; who saved it, it does not prove.
type Saved struct {
	m        savedEvidence
	facts    *eseal.Facts
	document []byte // the facts as written
	options  SavedOptions
}

// An OtherDocument is a document that is not the one the evidence is about.
type OtherDocument struct{ Want, Got [32]byte }

func (e *OtherDocument) Error() string {
	return fmt.Sprintf("verify: this is not the document of the saved evidence: its SHA-256 is %x, that of the evidence %x", e.Got, e.Want)
}

// ErrSaysOtherwise is wrapped by the error for a document that has the right
// digest and of which the archive tells other facts than this version reads.
var ErrSaysOtherwise = errors.New("the document does not say what the saved evidence tells of it")

// OpenSaved reads an archive that Save wrote. Anything else is refused: an
// octet that was changed, a member too many or too few, another order.
func OpenSaved(data []byte, o SavedOptions) (*Saved, error) {
	s := &Saved{options: o}
	if err := s.open(data); err != nil {
		return nil, fmt.Errorf("verify: saved evidence: %w", err)
	}
	return s, nil
}

func (s *Saved) open(data []byte) error {
	members, err := archive.Read(data)
	if err != nil {
		return err
	}
	if len(members) < 3 || members[0].Name != savedFacts || members[1].Name != savedManifest || members[2].Name != savedDigest {
		return fmt.Errorf("the members %s, %s and %s do not stand at its head", savedFacts, savedManifest, savedDigest)
	}
	s.document = members[0].Data
	manifest := members[1].Data
	if !bytes.Equal(members[2].Data, digestLine(manifest)) {
		return fmt.Errorf("member %q: changed, %s has another digest", savedManifest, savedDigest)
	}
	blobs, err := octetsOf(members[3:])
	if err != nil {
		return err
	}
	named := map[[32]byte]bool{}
	use := func(sum [32]byte) { named[sum] = true }
	if err := savedRules(s.reading()).Unmarshal(manifest, &s.m, blobs, use); err != nil {
		return fmt.Errorf("member %q: %w", savedManifest, err)
	}
	if s.m.Schema != SavedSchema {
		return fmt.Errorf("member %q: schema %q; this version reads %q", savedManifest, s.m.Schema, SavedSchema)
	}
	if sha256.Sum256(s.document) != s.m.Facts {
		return fmt.Errorf("member %q: changed, %s has another digest", savedFacts, savedManifest)
	}
	if s.facts, err = eseal.ReadFacts(s.document, blobs, use); err != nil {
		return fmt.Errorf("member %q: %w", savedFacts, err)
	}
	for sum := range blobs {
		if !named[sum] {
			return fmt.Errorf("member %q: nothing names it", savedOctets+hex.EncodeToString(sum[:]))
		}
	}
	return s.consistent()
}

// reading is a purse to read evidence with: at least the defaults, under which
// it was read before.
func (s *Saved) reading() *purse.Purse {
	return purse.New(purse.New(s.options.Limits).Limits().Max(purse.New(purse.Limits{}).Limits()))
}

// octetsOf holds each member against its name.
func octetsOf(members []archive.Member) (exactjson.Blobs, error) {
	blobs := exactjson.Blobs{}
	for _, m := range members {
		name, ok := strings.CutPrefix(m.Name, savedOctets)
		if !ok {
			return nil, fmt.Errorf("member %q: not known", m.Name)
		}
		if sum := blobs.Add(m.Data); hex.EncodeToString(sum[:]) != name {
			return nil, fmt.Errorf("member %q: changed, its SHA-256 is %x", m.Name, sum)
		}
	}
	return blobs, nil
}

// consistent holds what stands twice against each other, and the limits
// against what the reader allows.
func (s *Saved) consistent() error {
	d := s.m.Document
	if d.Name != s.facts.Name() || d.Size != s.facts.Size() || d.SHA256 != s.facts.SHA256() {
		return fmt.Errorf("member %q: it names another document than %s", savedManifest, savedFacts)
	}
	allowed := purse.New(s.options.Limits).Limits()
	for _, l := range []purse.Limits{s.m.Limits, s.facts.Limits()} {
		if l.Max(allowed) != allowed {
			return errors.New("it asks for wider limits than are allowed here")
		}
	}
	if files := s.m.Trust.Files; len(files) == 1 && sha256.Sum256(files[0]) != s.m.Trust.List.SHA256 {
		return errors.New("the file of the trust list is another one than the list names")
	}
	if p := s.m.Policy; p.File != nil && sha256.Sum256(p.File) != p.Policy.SHA256 {
		return errors.New("the file of the policy is another one than the policy names")
	}
	if s.m.ValidationTime.IsZero() {
		return errors.New("it has no validation time")
	}
	return nil
}

// Document is name, size and SHA-256 of the document.
func (s *Saved) Document() (name string, size int64, sha256 [32]byte) {
	return s.m.Document.Name, s.m.Document.Size, s.m.Document.SHA256
}

// Explained tells whether the report has the steps and the rejected paths.
func (s *Saved) Explained() bool { return s.m.Explain }

// Replay judges the saved evidence without the document: what the document
// says is on the word of the archive.
func (s *Saved) Replay(ctx context.Context) (*Report, error) {
	doc, err := s.facts.Document(ctx)
	if err != nil {
		return nil, err
	}
	return s.judge(ctx, doc)
}

// ReplayWith judges the saved evidence with the document: it must be the same
// file, and say what the archive tells of it. Detached content is compared
// where it is given again, all of it in the same order.
func (s *Saved) ReplayWith(ctx context.Context, document eseal.Detached, password []byte, detached ...eseal.Detached) (*Report, error) {
	if document.R == nil || document.Size < 0 {
		return nil, errors.New("verify: a document without reader or size")
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(document.R, 0, document.Size)); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	if got := [32]byte(h.Sum(nil)); got != s.m.Document.SHA256 {
		return nil, &OtherDocument{Want: s.m.Document.SHA256, Got: got}
	}
	doc, err := s.facts.Open(ctx, document, password, detached...)
	if err != nil {
		return nil, err
	}
	facts, err := doc.Facts(ctx)
	if err != nil {
		return nil, err
	}
	again, err := facts.Marshal(exactjson.Blobs{})
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, s.document) {
		return nil, fmt.Errorf("verify: %w (content beside it and passwords must be the same, and so must the version that reads it)", ErrSaysOtherwise)
	}
	return s.judge(ctx, doc)
}

func (s *Saved) judge(ctx context.Context, doc *eseal.Document) (*Report, error) {
	v, err := s.verifier()
	if err != nil {
		return nil, err
	}
	if !doc.Purse.Bring(s.m.Purse) {
		return nil, errors.New("verify: saved evidence: it does not say what reading cost")
	}
	items, err := s.items(s.m.Items)
	if err != nil {
		return nil, err
	}
	ev := &Evidence{Document: doc, Items: evidence.Over(v.stock.set), Register: s.m.Register}
	if s.m.Apart {
		ev.Items = evidence.NewSet()
	}
	for _, it := range items {
		ev.Items.Add(it)
	}
	if ev.Misses, err = s.misses(); err != nil {
		return nil, err
	}
	var expect []Expect
	for _, e := range s.m.Expectations {
		expect = append(expect, Expect{e.Kind, e.Wanted})
	}
	return v.Judge(ctx, ev, s.m.ValidationTime, expect...)
}

func (s *Saved) verifier() (*Verifier, error) {
	p := s.m.Policy.Policy
	if err := p.Restore(); err != nil {
		return nil, fmt.Errorf("verify: saved evidence: %w", err)
	}
	supplied, err := s.items(s.m.Supplied)
	if err != nil {
		return nil, err
	}
	list := s.m.Trust.List
	options := []Option{WithPolicy(&p), WithEvidence(supplied...), WithTime(s.m.ValidationTime), WithLimits(s.m.Limits), WithVersion(s.options.Version), WithForecast(s.m.Forecast)}
	for _, o := range []struct {
		on     bool
		option func() Option
	}{{s.m.AnchorConstraints, WithAnchorConstraints}, {s.m.PersonalData, WithPersonalData}, {s.m.Explain, WithExplanation}} {
		if o.on {
			options = append(options, o.option())
		}
	}
	return New(&list, options...)
}

// items reads evidence again. What could not be read then is not read now:
// its error is part of the report.
func (s *Saved) items(saved []savedItem) ([]*evidence.Item, error) {
	var out []*evidence.Item
	seen := map[string]bool{}
	for _, x := range saved {
		it := &evidence.Item{Type: x.Type, Raw: x.Raw, SHA256: sha256.Sum256(x.Raw), Err: x.Err}
		key := string(x.Type) + string(it.SHA256[:])
		if seen[key] {
			return nil, fmt.Errorf("verify: saved evidence: %s %x stands twice", x.Type, it.SHA256)
		}
		seen[key] = true
		if x.Err == nil {
			it = evidence.NewItem(x.Type, x.Raw, x.Origin, x.Where, s.reading())
		}
		if x.Err == nil && it.Err != nil {
			return nil, fmt.Errorf("verify: saved evidence: %s %x: %w", x.Type, it.SHA256, it.Err)
		}
		it.Origin, it.Where, it.URL, it.FetchedAt = x.Origin, x.Where, x.URL, x.FetchedAt
		out = append(out, it)
	}
	return out, nil
}

func (s *Saved) misses() ([]evidence.Miss, error) {
	var out []evidence.Miss
	for _, m := range s.m.Misses {
		f := &evidence.Failure{URL: m.URL, Params: m.Params, Err: m.Err}
		known := false
		for kind, code := range missCodes {
			if string(code) == m.Code {
				f.Kind, known = kind, true
			}
		}
		if !known {
			return nil, fmt.Errorf("verify: saved evidence: a failure of the kind %q", m.Code)
		}
		out = append(out, evidence.Miss{Want: m.Want, Failure: f})
	}
	return out, nil
}
