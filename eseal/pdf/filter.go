package pdf

import (
	"bytes"
	"compress/flate"
	"encoding/ascii85"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/kakuin/kakuin/eseal/purse"
)

// maxFilters bounds a filter chain; real ones have two.
const maxFilters = 8

// Unsupported says that a stream needs a filter that this reader does not have.
type Unsupported struct{ Filter string }

func (e *Unsupported) Error() string { return "filter /" + e.Filter + " is not read here" }

var errTooLong = errors.New("the decoded stream is longer than allowed")

// A filterStep is one filter with its parameters (7.4.1).
type filterStep struct {
	name  Name
	parms *Dict
}

// decodeAll runs data through the steps. Each result is held to limit octets
// and paid for; what the last step gave stays paid.
func decodeAll(data []byte, steps []filterStep, limit int64, p *purse.Purse) ([]byte, error) {
	paid := int64(0)
	for _, s := range steps {
		if n := s.parms.Name("Name"); s.name == "Crypt" && (n == "" || n == "Identity") {
			continue // 7.4.10: leaves the octets as they are
		}
		out, err := decodeStep(data, s, limit, p)
		p.Give(purse.Bytes, paid)
		paid = int64(cap(out))
		if err != nil {
			p.Give(purse.Bytes, paid)
			return nil, fmt.Errorf("/%s: %w", s.name, err)
		}
		data = out
	}
	return data, nil
}

func decodeStep(data []byte, s filterStep, limit int64, p *purse.Purse) ([]byte, error) {
	var r io.Reader
	switch s.name {
	case "FlateDecode", "Fl":
		return flateStep(data, s, limit, p)
	case "LZWDecode", "LZW":
		early, ok := s.parms.Int("EarlyChange")
		r = newLZW(data, !ok || early != 0)
		out, err := drain(r, len(data), limit, p)
		if err != nil {
			return out, err
		}
		return unpredict(out, s.parms)
	case "ASCIIHexDecode", "AHx":
		r = &asciiHex{data: data}
	case "ASCII85Decode", "A85":
		if i := bytes.Index(data, []byte("~>")); i >= 0 {
			data = data[:i]
		}
		r = ascii85.NewDecoder(bytes.NewReader(bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~"))))
	case "RunLengthDecode", "RL":
		r = &runLength{data: data}
	default:
		return nil, &Unsupported{string(s.name)}
	}
	return drain(r, len(data), limit, p)
}

var flatePool = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// flateStep inflates zlib data (RFC 1950). The checksum is not asked for, and
// octets before damage are kept: writers cut it short.
func flateStep(data []byte, s filterStep, limit int64, p *purse.Purse) ([]byte, error) {
	for len(data) > 0 && class[data[0]] == space {
		data = data[1:]
	}
	if len(data) < 2 || data[0]&0x0f != 8 {
		return nil, errors.New("not zlib data")
	}
	r := flatePool.Get().(io.ReadCloser)
	defer flatePool.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(data[2:]), nil); err != nil {
		return nil, err
	}
	out, err := drain(r, 4*len(data), limit, p)
	if err != nil && (len(out) == 0 || fatal(err)) {
		return out, err
	}
	return unpredict(out, s.parms)
}

// fatal tells errors of limits from damage in the data.
func fatal(err error) bool {
	var empty *purse.Empty
	return errors.Is(err, errTooLong) || errors.As(err, &empty)
}

// drain reads all of r, at most limit octets, and pays for the buffer.
func drain(r io.Reader, guess int, limit int64, p *purse.Purse) ([]byte, error) {
	size := max(512, min(int64(guess), limit, 1<<20))
	if err := p.Take(purse.Bytes, size); err != nil {
		return nil, err
	}
	buf := make([]byte, 0, size)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > limit {
			return buf, errTooLong
		}
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
		if len(buf) == cap(buf) {
			grow := max(64, min(int64(cap(buf)), limit+1-int64(cap(buf))))
			if err := p.Take(purse.Bytes, grow); err != nil {
				return buf, err
			}
			bigger := make([]byte, len(buf), int64(cap(buf))+grow)
			copy(bigger, buf)
			buf = bigger
		}
	}
}

// asciiHex is ASCIIHexDecode (7.4.2).
type asciiHex struct {
	data []byte
}

func (a *asciiHex) Read(out []byte) (int, error) {
	n := 0
	for n < len(out) {
		hi, ok := a.digit()
		if !ok {
			return n, io.EOF
		}
		lo, _ := a.digit()
		out[n] = hi<<4 | lo
		n++
	}
	return n, nil
}

func (a *asciiHex) digit() (byte, bool) {
	for len(a.data) > 0 {
		c := a.data[0]
		a.data = a.data[1:]
		if c == '>' {
			a.data = nil
			break
		}
		if v := hexValue[c]; v < 16 {
			return v, true
		}
	}
	return 0, false
}

// runLength is RunLengthDecode (7.4.5).
type runLength struct {
	data  []byte
	count int  // octets of the present run still to give
	copy  bool // the run is literal
}

func (r *runLength) Read(out []byte) (int, error) {
	n := 0
	for n < len(out) {
		if r.count == 0 {
			if len(r.data) < 2 || r.data[0] == 128 {
				return n, io.EOF
			}
			l := int(r.data[0])
			r.data = r.data[1:]
			if r.copy = l < 128; r.copy {
				r.count = l + 1
			} else {
				r.count = 257 - l
			}
		}
		if len(r.data) == 0 {
			return n, io.EOF
		}
		out[n] = r.data[0]
		n, r.count = n+1, r.count-1
		if r.copy || r.count == 0 {
			r.data = r.data[1:]
		}
	}
	return n, nil
}
