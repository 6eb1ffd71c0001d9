package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/internal/exactjson"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/internal/archive"
	"github.com/kakuin/kakuin/verify/policy"
)

// SavedSchema is the version of the form of saved evidence.
const SavedSchema = "kakuin/saved-evidence/v1"

// Members of saved evidence: a plain ZIP file without compression. Every
// member is named by a digest: octets by their name, the facts of the document
// by the manifest, the manifest by savedDigest, in the form of sha256sum.
const (
	savedFacts    = "document.json"
	savedManifest = "manifest.json"
	savedDigest   = "manifest.sha256"
	savedOctets   = "octets/"
)

// A savedEvidence is the manifest: everything that a judgement rests on
// besides the document.
type savedEvidence struct {
	Schema         string
	ValidationTime time.Time
	Facts          [32]byte // SHA-256 of the facts of the document
	Document       savedDocument
	Policy         savedPolicy
	Trust          savedTrust
	Limits         purse.Limits
	Purse          []int64 // what reading left of the limits of the document
	Expectations   []savedExpectation
	// Options of the Verifier that touch the report.
	AnchorConstraints, PersonalData, Explain, Forecast bool
	// Supplied is what the caller gave for all documents; Items what came with
	// this one, from a cache or over the network.
	Supplied, Items []savedItem
	// Apart: the items stand by themselves, not on top of those supplied.
	Apart bool
	// Misses are the addresses that gave nothing, Wants what was lacking in the
	// end, for people; wants follow from the rest.
	Misses []savedMiss
	Wants  []Want
	// Register is what the register said, nil where none was asked.
	Register *Consulted
}

// savedDocument is told for people; the facts have it too.
type savedDocument struct {
	Name   string
	Size   int64
	SHA256 [32]byte
	Format eseal.Format
}

// savedPolicy is the policy as it was used. File is what it was read from, for
// people: later versions may read more into it.
type savedPolicy struct {
	Policy policy.Policy
	File   []byte
}

// savedTrust is the list as it was used. Files are what it was read from, for
// people and for signatures over them.
type savedTrust struct {
	List  trustlist.List
	Files [][]byte
}

type savedExpectation struct{ Kind, Wanted string }

type savedItem struct {
	Type      evidence.Type
	Raw       []byte
	Origin    evidence.Origin
	URL       string
	Where     string
	FetchedAt time.Time
	Err       error // it could not be read
}

type savedMiss struct {
	Want   Want
	URL    string
	Code   string // the finding of its kind
	Params map[string]string
	Err    error
}

// savedRules: lists and policies are written by their fields, certificates as they stand.
// All certificates that are read are paid from one purse: a manifest can name
// the same one any number of times.
func savedRules(p *purse.Purse) exactjson.Rules {
	return exactjson.Rules{
		Skip: map[reflect.Type][]string{
			reflect.TypeFor[trustlist.List]():    {"Source", "raw", "files"},  // where it lay on the machine that saved, see savedTrust
			reflect.TypeFor[trustlist.Anchor]():  {"loose", "line", "column"}, // for the signature of a list file, and for whoever mends it
			reflect.TypeFor[trustlist.Service](): {"line", "column"},
			reflect.TypeFor[policy.Policy]():     {"octets"}, // see savedPolicy
		},
		Octets: map[reflect.Type]exactjson.Octets{
			reflect.TypeFor[*cert.Certificate](): {
				Write: func(v any) []byte { return v.(*cert.Certificate).Raw },
				Read:  func(b []byte) (any, error) { return cert.Parse(b, p) },
			},
		},
		Causes: eseal.ErrorCauses(),
	}
}

// Save judges and writes everything that the report rests on into one archive, from
// which OpenSaved gives the same report years later, with or without the
// document. The archive holds certificates of persons as they are, whatever
// the report masks, and no signed content, see [eseal.Facts]. It is replayed
// before it is written; one that does not give the same report is an error.
func (v *Verifier) Save(ctx context.Context, w io.Writer, ev *Evidence, at time.Time, expect ...Expect) (*Report, error) {
	if ev == nil || ev.Document == nil || ev.Document.Purse == nil {
		return nil, errors.New("verify: no evidence to save, or of a document that was not opened")
	}
	at = at.UTC().Round(0)
	left := ev.Document.Purse.Levels()
	rep, wants, err := v.judge(ctx, ev, at, expect)
	if err != nil {
		return nil, err
	}
	data, err := v.saved(ctx, ev, at, expect, wants, left)
	if err != nil {
		return nil, err
	}
	s, err := OpenSaved(data, SavedOptions{Version: v.tool.Version, Limits: widest(v.limits, ev.Document)})
	if err != nil {
		return nil, fmt.Errorf("verify: saved evidence does not open: %w", err)
	}
	again, err := s.Replay(ctx)
	if err != nil {
		return nil, fmt.Errorf("verify: saved evidence does not replay: %w", err)
	}
	if at := otherReport(rep, again); at != "" {
		return nil, fmt.Errorf("verify: evidence was not saved: its replay would give another report, at %s", at)
	}
	_, err = w.Write(data)
	return rep, err
}

// otherReport tells where a replay begins to differ from the report, empty
// where it does not.
func otherReport(rep, replay *Report) string {
	want, err := json.Marshal(rep)
	got, err2 := json.Marshal(replay)
	if err := errors.Join(err, err2); err != nil {
		return err.Error()
	}
	if bytes.Equal(want, got) {
		return ""
	}
	i := 0
	for i < min(len(want), len(got)) && want[i] == got[i] {
		i++
	}
	const around = 60
	return fmt.Sprintf("octet %d: %q, was %q", i, got[max(0, i-around):min(i+around, len(got))], want[max(0, i-around):min(i+around, len(want))])
}

func (v *Verifier) saved(ctx context.Context, ev *Evidence, at time.Time, expect []Expect, wants []Want, left []int64) ([]byte, error) {
	facts, err := ev.Document.Facts(ctx)
	if err != nil {
		return nil, err
	}
	blobs := exactjson.Blobs{}
	document, err := facts.Marshal(blobs)
	if err != nil {
		return nil, err
	}
	m := v.manifest(ev, at, expect, wants)
	m.Facts, m.Purse = sha256.Sum256(document), left
	manifest, err := savedRules(nil).Marshal(m, blobs)
	if err != nil {
		return nil, err
	}
	members := []archive.Member{{Name: savedFacts, Data: document}, {Name: savedManifest, Data: manifest}, {Name: savedDigest, Data: digestLine(manifest)}}
	for _, sum := range slices.SortedFunc(maps.Keys(blobs), func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) }) {
		members = append(members, archive.Member{Name: savedOctets + hex.EncodeToString(sum[:]), Data: blobs[sum]})
	}
	return archive.Write(members)
}

func digestLine(manifest []byte) []byte {
	return fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(manifest), savedManifest)
}

func (v *Verifier) manifest(ev *Evidence, at time.Time, expect []Expect, wants []Want) *savedEvidence {
	d := ev.Document
	m := &savedEvidence{
		Schema: SavedSchema, ValidationTime: at,
		Document: savedDocument{Name: d.Name, Size: d.Size, SHA256: d.SHA256, Format: d.Format},
		Policy:   savedPolicy{Policy: *v.policy, File: v.policy.Octets()},
		Trust:    savedTrust{List: *v.list, Files: v.list.Files()},
		Limits:   v.limits, AnchorConstraints: v.anchorConstraints, PersonalData: v.personalData, Explain: v.explain, Forecast: v.foreseeAll,
		Supplied: savedItems(evidence.NewSet(v.supplied...).Items()), Items: savedItems(ev.Items.Own()), Wants: wants, Register: ev.Register,
	}
	if !ev.Items.IsOver(v.stock.set) {
		m.Apart, m.Items = true, savedItems(ev.Items.Items())
	}
	for _, e := range expect {
		m.Expectations = append(m.Expectations, savedExpectation{e.kind, e.wanted})
	}
	for _, x := range ev.Misses {
		m.Misses = append(m.Misses, savedMiss{Want: x.Want, URL: x.Failure.URL, Code: string(missCodes[x.Failure.Kind]), Params: x.Failure.Params, Err: x.Failure.Err})
	}
	return m
}

func savedItems(items []*evidence.Item) (out []savedItem) {
	for _, it := range items {
		out = append(out, savedItem{Type: it.Type, Raw: it.Raw, Origin: it.Origin, URL: it.URL, Where: it.Where, FetchedAt: it.FetchedAt, Err: it.Err})
	}
	return out
}

// widest allows a replay what the first judgement had.
func widest(l purse.Limits, d *eseal.Document) purse.Limits {
	p := purse.New(l).Limits().Max(purse.New(purse.Limits{}).Limits())
	if d.Purse != nil {
		p = p.Max(d.Purse.Limits())
	}
	return p
}
