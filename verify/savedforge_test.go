package verify_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/internal/archive"
	"github.com/kakuin/kakuin/verify/verdict"
)

// savedSample saves the judgement of a sample.
func savedSample(t testing.TB, name string, o ...verify.Option) []byte {
	t.Helper()
	ctx := context.Background()
	v := sampleVerifier(t, o...)
	data := sample(t, name)
	doc, err := eseal.Open(ctx, bytes.NewReader(data), int64(len(data)), eseal.Options{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	ev, err := v.Collect(ctx, doc, sampleTime)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := v.Save(ctx, &out, ev, sampleTime); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// forged changes members and makes all digests fit again, as somebody would
// who made an archive to deceive.
func forged(t testing.TB, data []byte, change func(map[string]string)) []byte {
	t.Helper()
	members, err := archive.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, m := range members {
		all[m.Name] = string(m.Data)
	}
	before := maps.Clone(all)
	change(all)
	hash := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	for name, now := range before {
		if _, still := all[name]; still && now != all[name] && strings.HasPrefix(name, "octets/") {
			changed := all[name]
			delete(all, name)
			all["octets/"+hash(changed)] = changed
			for _, json := range []string{"document.json", "manifest.json"} {
				all[json] = strings.ReplaceAll(all[json], hash(now), hash(changed))
			}
		}
	}
	all["manifest.json"] = strings.ReplaceAll(all["manifest.json"], hash(before["document.json"]), hash(all["document.json"]))
	all["manifest.sha256"] = hash(all["manifest.json"]) + "  manifest.json\n"
	var out []archive.Member
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, archive.Member{Name: name, Data: []byte(all[name])})
	}
	data, err = archive.Write(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestSavedChanged: no octet of an archive can be changed.
func TestSavedChanged(t *testing.T) {
	data := savedSample(t, "certificate.pdf")
	if _, err := verify.OpenSaved(data, verify.SavedOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d octets", len(data))
	step := 1
	if testing.Short() {
		step = 97
	}
	for i := 0; i < len(data); i += step {
		data[i] ^= 0x10
		if _, err := verify.OpenSaved(data, verify.SavedOptions{}); err == nil {
			t.Fatalf("octet %d: a change is accepted", i)
		}
		data[i] ^= 0x10
	}
	for _, n := range []int{0, 1, 30, len(data) - 1} {
		if _, err := verify.OpenSaved(data[:n], verify.SavedOptions{}); err == nil {
			t.Errorf("%d octets are accepted", n)
		}
	}
}

// TestSavedMembers: members that do not belong together are refused by name,
// whatever their digests.
func TestSavedMembers(t *testing.T) {
	data := savedSample(t, "certificate.pdf")
	for name, c := range map[string]struct {
		change func(map[string]string)
		want   string
	}{
		"nothing names it": {func(m map[string]string) { m["octets/"+strings.Repeat("0", 64)] = "x" }, "octets/0000"},
		"another member":   {func(m map[string]string) { m["readme"] = "x" }, "readme"},
		"no octets":        {func(m map[string]string) { delete(m, firstOctets(m)) }, "are not there"},
		"no facts":         {func(m map[string]string) { delete(m, "document.json") }, "document.json"},
		"a newer schema": {func(m map[string]string) {
			m["manifest.json"] = strings.Replace(m["manifest.json"], "evidence/v1", "evidence/v2", 1)
		}, "evidence/v2"},
		"newer facts": {func(m map[string]string) {
			m["document.json"] = strings.Replace(m["document.json"], "facts/v1", "facts/v2", 1)
		}, "facts/v2"},
		"unknown key": {func(m map[string]string) {
			m["manifest.json"] = strings.Replace(m["manifest.json"], "{\n", "{\n \"A\": 1,\n", 1)
		}, "does not know"},
		"another document": {func(m map[string]string) {
			m["document.json"] = strings.Replace(m["document.json"], "certificate.pdf", "x.pdf", 1)
		}, "another document"},
		"wide limits": {func(m map[string]string) {
			m["manifest.json"] = strings.Replace(m["manifest.json"], ` "Policy"`, " \"Limits\": {\n  \"Signatures\": 1000000000\n },\n \"Policy\"", 1)
		}, "wider limits"},
		"revocation off": {func(m map[string]string) {
			m["manifest.json"] = strings.Replace(m["manifest.json"], `"Mode": "require"`, `"Mode": "never"`, 1)
		}, `"never"`},
		"no time": {func(m map[string]string) { m["manifest.json"] = dropLine(m["manifest.json"], `"ValidationTime"`) }, "validation time"},
		"fewer sources": {func(m map[string]string) {
			m["document.json"] = strings.Replace(m["document.json"], `"Name": "byte ranges"`, `"Name": "content"`, 1)
		}, "do not fit"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := verify.OpenSaved(forged(t, data, c.change), verify.SavedOptions{})
			if err == nil {
				_, err = s.Replay(context.Background())
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func firstOctets(m map[string]string) string {
	for _, n := range slices.Sorted(maps.Keys(m)) {
		if strings.HasPrefix(n, "octets/") {
			return n
		}
	}
	return ""
}

func dropLine(s, with string) string {
	lines := slices.DeleteFunc(strings.SplitAfter(s, "\n"), func(l string) bool { return strings.Contains(l, with) })
	out := strings.Join(lines, "")
	return strings.Replace(out, ",\n}", "\n}", 1)
}

// TestSavedForged: what is worked out of octets cannot be made up by changing
// the octets; what only the document could tell can, and the document shows it.
func TestSavedForged(t *testing.T) {
	ctx := context.Background()
	altered := savedSample(t, "certificate-altered.pdf")
	s, err := verify.OpenSaved(altered, verify.SavedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := s.Replay(ctx)
	if err != nil || rep.Verdict != verdict.DocumentFailed {
		t.Fatalf("%v %v", err, rep)
	}
	genuine, doc := savedSample(t, "certificate.pdf"), sample(t, "certificate.pdf")
	for _, c := range []struct {
		name   string
		change func(map[string]string)
		holds  func(*verify.Report) bool // what must not be believed
		word   bool                      // it is on the word of the archive
	}{
		{"the year of every genTime", func(m map[string]string) {
			for n, data := range m {
				if i := strings.Index(data, "\x18\x0f2026"); i >= 0 && strings.HasPrefix(n, "octets/") {
					m[n] = data[:i+5] + "5" + data[i+6:]
				}
			}
		}, func(r *verify.Report) bool {
			return r.Signatures[0].Timestamps[0].Indication == verdict.Passed || r.Signatures[0].BestSignatureTime.Time.Year() == 2025
		}, false},
		{"the digest of what was signed", func(m map[string]string) {
			before, rest, _ := strings.Cut(m["document.json"], `"Value": "`)
			m["document.json"] = before + `"Value": "AAAA` + rest[4:]
		}, func(r *verify.Report) bool { return r.Verdict != verdict.DocumentFailed }, false},
		{"the reason in the dictionary", func(m map[string]string) {
			m["document.json"] = strings.Replace(m["document.json"], "納税証明書の発行", "他の証明書の発行", 1)
		}, func(r *verify.Report) bool { return r.Signatures[0].Field.Reason == "納税証明書の発行" }, true},
	} {
		data := forged(t, genuine, c.change)
		if bytes.Equal(data, genuine) {
			t.Errorf("%s: nothing was changed", c.name)
			continue
		}
		s, err := verify.OpenSaved(data, verify.SavedOptions{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if rep, err := s.Replay(ctx); err != nil || c.holds(rep) || rep.Passed() != c.word && c.name != "the year of every genTime" {
			t.Errorf("%s: %v, %s", c.name, err, codes(rep))
		}
		if _, err := s.ReplayWith(ctx, eseal.Detached{R: bytes.NewReader(doc), Size: int64(len(doc))}, nil); !errors.Is(err, verify.ErrSaysOtherwise) {
			t.Errorf("%s, with the document: %v", c.name, err)
		}
	}
	if s, err = verify.OpenSaved(genuine, verify.SavedOptions{}); err != nil {
		t.Fatal(err)
	}
	other := sample(t, "certificate-altered.pdf")
	var od *verify.OtherDocument
	if _, err := s.ReplayWith(ctx, eseal.Detached{R: bytes.NewReader(other), Size: int64(len(other))}, nil); !errors.As(err, &od) || od.Got != sha256.Sum256(other) {
		t.Errorf("another document: %v", err)
	}
}
