package batch

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/verify/evidence"
)

// Between the run and a worker go messages: four octets of length, one of kind,
// then JSON, but for lines, which go as they are. A worker gets a task and answers with its result; in between it may
// ask for evidence, which the run gets for all workers.
type kind byte

const (
	kindTask   kind = 'T' // to the worker
	kindWant   kind = 'W' // from the worker
	kindItems  kind = 'I' // to the worker
	kindLine   kind = 'L' // from the worker: the octets of the line, before its result
	kindResult kind = 'R' // from the worker
)

// maxMessage bounds one message: the largest CRL that is fetched, as base64.
const maxMessage = 160 << 20

func send(w io.Writer, k kind, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return sendOctets(w, k, body)
}

func sendOctets(w io.Writer, k kind, body []byte) error {
	if len(body) > maxMessage {
		return fmt.Errorf("a message of %d octets", len(body))
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	_, err := w.Write(append(append(head, byte(k)), body...))
	return err
}

func receive(r io.Reader) (kind, []byte, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[:4])
	if n > maxMessage {
		return 0, nil, fmt.Errorf("a message of %d octets", n)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return 0, nil, io.ErrUnexpectedEOF
	}
	return kind(head[4]), body, nil
}

// A task is a document on its way to a worker. Paths are octets: JSON strings
// could not carry them.
type task struct {
	Path     []byte
	Detached [][]byte `json:",omitempty"`
	SHA256   string   `json:",omitempty"`
	SealedBy string   `json:",omitempty"`
	Level    string   `json:",omitempty"`
}

func (d *Document) task() task {
	t := task{Path: []byte(d.Path), SHA256: d.SHA256, SealedBy: d.SealedBy, Level: d.Level}
	for _, p := range d.Detached {
		t.Detached = append(t.Detached, []byte(p))
	}
	return t
}

func (t *task) document() *Document {
	d := &Document{Path: string(t.Path), SHA256: t.SHA256, SealedBy: t.SealedBy, Level: t.Level}
	for _, p := range t.Detached {
		d.Detached = append(d.Detached, string(p))
	}
	return d
}

// A result is what became of a task: the line to write, and what is counted.
type result struct {
	Line    []byte `json:"-"`
	Summary Summary
	Plan    []wanted `json:",omitempty"` // instead of both, where nothing is judged
	Unread  bool     `json:",omitempty"`
}

// A wanted is an evidence.Want on its way.
type wanted struct {
	Type           evidence.Type
	For            []byte
	Subject        string
	URLs           []string
	Issuer, Target []byte `json:",omitempty"` // certificates
	Reason         string
	Anew           bool
}

func asWanted(w evidence.Want) wanted {
	out := wanted{Type: w.Type, For: w.For[:], Subject: w.Subject, URLs: w.URLs, Reason: w.Reason, Anew: w.Anew}
	if w.OCSPIssuer != nil {
		out.Issuer = w.OCSPIssuer.Raw
	}
	if w.Target != nil {
		out.Target = w.Target.Raw
	}
	return out
}

func (w *wanted) want(p *purse.Purse) (out evidence.Want, err error) {
	out = evidence.Want{Type: w.Type, Subject: w.Subject, URLs: w.URLs, Reason: w.Reason, Anew: w.Anew}
	copy(out.For[:], w.For)
	for _, c := range []struct {
		der []byte
		to  **cert.Certificate
	}{{w.Issuer, &out.OCSPIssuer}, {w.Target, &out.Target}} {
		if len(c.der) == 0 {
			continue
		}
		if *c.to, err = cert.Parse(c.der, p); err != nil {
			return out, err
		}
	}
	return out, nil
}

// got is the answer to a want: items, and the addresses that gave nothing.
type got struct {
	Items    []carried
	Failures []failed `json:",omitempty"`
}

type carried struct {
	Type      evidence.Type
	Raw       []byte `json:",omitempty"`
	Kept      int    `json:",omitempty"` // instead of Raw: place on the shelf, from 1
	Origin    evidence.Origin
	URL       string
	FetchedAt time.Time
}

type failed struct {
	Kind   evidence.FailureKind
	URL    string
	Params map[string]string
	Text   string
}

func asGot(items []*evidence.Item, err error, sent *shelf) (out got) {
	for _, it := range items {
		c := carried{Type: it.Type, Origin: it.Origin, URL: it.URL, FetchedAt: it.FetchedAt}
		if c.Kept = sent.find(it.SHA256); c.Kept == 0 {
			c.Raw = it.Raw
			sent.put(it.Raw, it.SHA256)
		}
		out.Items = append(out.Items, c)
	}
	for _, f := range evidence.Failures(err) {
		x := failed{Kind: f.Kind, URL: f.URL, Params: f.Params}
		if f.Err != nil {
			x.Text = f.Err.Error()
		}
		out.Failures = append(out.Failures, x)
	}
	return out
}

// items are what was got, read by the worker that asked.
func (g *got) items(m *evidence.Memory, kept *shelf, p *purse.Purse) (items []*evidence.Item, err error) {
	for _, c := range g.Items {
		raw := c.Raw
		if c.Kept != 0 {
			if raw = kept.at(c.Kept); raw == nil {
				return nil, fmt.Errorf("item %d was not sent before", c.Kept)
			}
		}
		it := m.NewItem(c.Type, raw, c.Origin, "", p)
		if c.Kept == 0 {
			kept.put(raw, it.SHA256)
		}
		it.URL, it.FetchedAt = c.URL, c.FetchedAt
		items = append(items, it)
	}
	var all []error
	for _, f := range g.Failures {
		x := &evidence.Failure{Kind: f.Kind, URL: f.URL, Params: f.Params}
		if f.Text != "" {
			x.Err = errors.New(f.Text)
		}
		all = append(all, x)
	}
	return items, errors.Join(all...)
}
