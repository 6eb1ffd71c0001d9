package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
)

// A replay is a call of kakuinReplay.
type replay struct {
	Evidence []byte `json:"-"`
	Document octets `json:"document"`
	Detached text   `json:"detached"`
	Password text   `json:"password"`
	Lang     string `json:"lang"`
}

// parseReplay reads the options, as strictly as parseCall.
func parseReplay(evidence []byte, options string) (replay, error) {
	r := replay{Evidence: evidence}
	if strings.TrimSpace(options) == "" {
		return r, nil
	}
	dec := json.NewDecoder(strings.NewReader(options))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return r, fmt.Errorf("options: %w", err)
	}
	return r, nil
}

// answer carries out the call; the answer is JSON whatever happens.
func (r replay) answer() []byte {
	return guarded(func() ([]byte, error) {
		s, err := verify.OpenSaved(r.Evidence, verify.SavedOptions{Version: build.Version})
		if err != nil {
			return nil, err
		}
		rep, err := r.judge(s)
		if err != nil {
			return nil, err
		}
		return rendered(rep, r.Lang, s.Explained())
	})
}

func (r replay) judge(s *verify.Saved) (*verify.Report, error) {
	ctx := context.Background()
	if r.Document == nil {
		if r.Detached != nil {
			return nil, errors.New("detached goes with the document: give it too")
		}
		return s.Replay(ctx)
	}
	var detached []eseal.Detached
	if r.Detached != nil {
		detached = append(detached, eseal.Detached{R: bytes.NewReader(r.Detached), Size: int64(len(r.Detached))})
	}
	return s.ReplayWith(ctx, eseal.Detached{R: bytes.NewReader(r.Document), Size: int64(len(r.Document))}, r.Password, detached...)
}
