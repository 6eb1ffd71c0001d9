package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/exit"
	"github.com/kakuin/kakuin/trustlist"
	"github.com/kakuin/kakuin/verify/report"
	"github.com/kakuin/kakuin/verify/report/msg"
)

// A listIssue is something that the operator of a list should look at.
type listIssue struct {
	Code     string            `json:"code"`
	Severity string            `json:"severity"`
	Service  string            `json:"service,omitempty"`
	Line     int               `json:"line,omitempty"`
	Column   int               `json:"column,omitempty"`
	Params   map[string]string `json:"params,omitempty"`
	Text     shownText         `json:"text"`
	Remedy   *shownText        `json:"remedy,omitempty"`
}

// A listCheck is what `trust check` says, schema kakuin/trustcheck/v1.
type listCheck struct {
	Schema     string      `json:"schema"`
	ID         string      `json:"id"`
	State      string      `json:"state"`
	Sequence   int64       `json:"sequence"`
	NextUpdate string      `json:"nextUpdate,omitempty"`
	Services   int         `json:"services"`
	Issues     []listIssue `json:"issues,omitempty"`
}

func newTrustCheck(e *env) *cobra.Command {
	s := &shared{}
	var within time.Duration
	strict := false
	c := &cobra.Command{
		Use: "check", Short: "Check a trust list: in force, sound anchors, no contradictions", Args: noArgs,
		Long: `Check a trust list: that it can be read and is in force, that its anchors are
certificates of CAs that have not run out, with keys that are strong enough and
not there twice, and that it does not contradict itself. What is wrong in its
writing (unknown keys, dates) is told with line and column.

Exit code 0: it can be used, whatever stands below it as a warning; 5: it cannot
be read, is stale, has no anchor, or --strict is given and there is a warning.`,
		Example: "  kakuin trust check --trust trust.yaml\n  kakuin trust check --trust trust.yaml --strict --within 2160h --json",
		RunE: func(*cobra.Command, []string) error {
			at, err := s.moment(e)
			if err != nil {
				return err
			}
			lang, err := s.language(e)
			if err != nil {
				return err
			}
			asJSON, err := s.wantsJSON()
			if err != nil {
				return err
			}
			l, err := s.list(e)
			if err != nil {
				return err
			}
			out := checked(l, at, within)
			for _, i := range out.Issues {
				if i.Severity == "error" || strict && i.Severity == "warning" {
					e.result(exit.NoTrust)
				}
			}
			return s.write(e, s.trust, func(w io.Writer) error {
				if asJSON {
					return writeJSON(w, out)
				}
				return out.write(w, lang)
			})
		},
	}
	s.registerTrust(c)
	s.registerOutput(c)
	s.registerLang(c)
	c.Flags().StringVar(&s.at, "at", "", "at this time instead of now")
	c.Flags().DurationVar(&within, "within", 90*24*time.Hour, "tell what ends within this time")
	c.Flags().BoolVar(&strict, "strict", false, "exit 5 for warnings too")
	return c
}

func checked(l *trustlist.List, at time.Time, within time.Duration) listCheck {
	out := listCheck{Schema: "kakuin/trustcheck/v1", ID: l.ID, State: l.State(at), Sequence: l.Sequence, NextUpdate: moment(l.NextUpdate), Services: len(l.Services)}
	for _, i := range trustlist.Lint(l, at, within) {
		e, _ := msg.Lookup(string(i.Code))
		issue := listIssue{Code: string(i.Code), Severity: e.Severity, Service: i.Params["service"], Line: i.Line, Column: i.Column, Params: i.Params}
		text, remedy := e.Text.Fill(i.Params), e.Remedy.Fill(i.Params)
		issue.Text = shownText{JA: text.JA, EN: text.EN}
		if remedy.EN != "" {
			issue.Remedy = &shownText{JA: remedy.JA, EN: remedy.EN}
		}
		out.Issues = append(out.Issues, issue)
	}
	return out
}

func (t shownText) in(lang string) string { return inLang(trustlist.Text(t), lang) }

func (c *listCheck) write(w io.Writer, lang string) error {
	next := c.NextUpdate
	if next == "" {
		next = "none"
	}
	if _, err := fmt.Fprintf(w, "%s: %s, %d services, next update %s\n", report.Safe(c.ID), c.State, c.Services, next); err != nil {
		return err
	}
	for _, i := range c.Issues {
		place := ""
		if i.Line > 0 {
			place = fmt.Sprintf("%d:%d: ", i.Line, i.Column)
		}
		if _, err := fmt.Fprintf(w, "%s%s %s: %s\n", place, i.Severity, i.Code, report.Safe(i.Text.in(lang))); err != nil {
			return err
		}
		if i.Remedy != nil {
			if _, err := fmt.Fprintf(w, "    %s\n", report.Safe(i.Remedy.in(lang))); err != nil {
				return err
			}
		}
	}
	return nil
}
