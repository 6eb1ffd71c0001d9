package cache_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/fetch/cache"
)

var day = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func stored(text string) evidence.Stored {
	return evidence.Stored{Raw: []byte(text), URL: "http://a.example/" + text[:1], ETag: `"1"`, LastModified: "x", FetchedAt: day, Confirm: time.Hour}
}

// made is a cache in a new folder with the notices that it gave.
func made(t testing.TB, limit int64) (*cache.Cache, string, *[]error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "deep", "evidence.db")
	var notices []error
	return cache.New(path, cache.Options{Limit: limit, Patience: 200 * time.Millisecond, Notice: func(err error) { notices = append(notices, err) }}), path, &notices
}

func same(a, b evidence.Stored) bool {
	return bytes.Equal(a.Raw, b.Raw) && a.URL == b.URL && a.ETag == b.ETag && a.LastModified == b.LastModified && a.FetchedAt.Equal(b.FetchedAt) && a.Confirm == b.Confirm
}

func TestKeeps(t *testing.T) {
	c, path, notices := made(t, 0)
	if _, ok := c.Load("k"); ok {
		t.Error("found in nothing")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a look makes a file")
	}
	for key, text := range map[string]string{"a": "one", "b": "two", "c": "one"} {
		c.Save(key, stored(text))
	}
	again := cache.New(path, cache.Options{})
	for key, text := range map[string]string{"a": "one", "b": "two", "c": "one"} {
		if s, ok := again.Load(key); !ok || !same(s, stored(text)) {
			t.Errorf("%s: %v %+v", key, ok, s)
		}
	}
	c.Save("a", stored("new"))
	if s, _ := again.Load("a"); string(s.Raw) != "new" {
		t.Errorf("after a change: %s", s.Raw)
	}
	if s, ok := again.Load("c"); !ok || string(s.Raw) != "one" {
		t.Error("octets of another request went with it")
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	if len(*notices) > 0 {
		t.Error(*notices)
	}
}

// TestBounded: the oldest go first, what is kept anew is young again, and the
// file does not grow without end.
func TestBounded(t *testing.T) {
	const limit = 64 << 10
	c, path, notices := made(t, limit)
	body := func(i int) evidence.Stored {
		return evidence.Stored{Raw: bytes.Repeat([]byte{byte(i), byte(i >> 8)}, 4<<10), FetchedAt: day}
	}
	c.Save("kept", stored("kept"))
	for i := range 40 {
		c.Save(strconv.Itoa(i), body(i))
		c.Save("kept", stored("kept"))
	}
	held := 0
	for i := range 40 {
		if _, ok := c.Load(strconv.Itoa(i)); ok {
			held++
			if i < 32 {
				t.Errorf("%d is older than what went", i)
			}
		}
	}
	if _, ok := c.Load("kept"); !ok || held == 0 || held > 7 {
		t.Errorf("kept %v, %d of the others", ok, held)
	}
	c.Save("large", evidence.Stored{Raw: make([]byte, limit/4+1)})
	if _, ok := c.Load("large"); ok {
		t.Error("one answer fills the cache")
	}
	if st, err := os.Stat(path); err != nil || st.Size() > 2*limit+2<<20 {
		t.Errorf("%d octets %v", st.Size(), err)
	}
	if len(*notices) > 0 {
		t.Error(*notices)
	}
}

// TestToTheLast: what just fits is kept, in one answer and in all together,
// and keys as long as the file takes them.
func TestToTheLast(t *testing.T) {
	const limit = 4 << 10
	c, _, notices := made(t, limit)
	for i := range 4 {
		c.Save(strconv.Itoa(i), evidence.Stored{Raw: bytes.Repeat([]byte{byte(i)}, limit/4)})
	}
	for i := range 4 {
		if _, ok := c.Load(strconv.Itoa(i)); !ok {
			t.Errorf("%d is gone", i)
		}
	}
	c.Save("4", evidence.Stored{Raw: []byte{4}})
	if _, ok := c.Load("0"); ok {
		t.Error("more is kept than may be")
	}
	long := strings.Repeat("k", bbolt.MaxKeySize)
	c.Save(long, evidence.Stored{Raw: []byte{5}})
	c.Save(long+"k", evidence.Stored{Raw: []byte{6}})
	if _, ok := c.Load(long); !ok {
		t.Error("the longest key is not kept")
	}
	if len(*notices) > 0 {
		t.Error(*notices)
	}
}

// TestAllThatIsTooMuch: where the limit fell, everything goes at once, octets
// that nothing names any more too, and a file that is far too large.
func TestAllThatIsTooMuch(t *testing.T) {
	c, path, notices := made(t, 0)
	for i := range 40 {
		c.Save(strconv.Itoa(i), evidence.Stored{Raw: bytes.Repeat([]byte{byte(i), 1}, 4<<10)})
	}
	less := cache.New(path, cache.Options{Limit: 64 << 10, Notice: func(err error) { *notices = append(*notices, err) }})
	less.Save("new", stored("new"))
	if index, content := counted(t, path); index != 8 || content != 8 { // seven of 8 KB and the new one
		t.Errorf("%d lines, %d answers", index, content)
	}
	c.Save("large", evidence.Stored{Raw: make([]byte, 4<<20)})
	less.Save("newer", stored("newer"))
	if _, err := os.Stat(path); err == nil {
		t.Error("the file stays as large as it was")
	}
	less.Save("newest", stored("newest"))
	if _, ok := less.Load("newest"); !ok || len(*notices) > 0 {
		t.Errorf("%v %v", ok, *notices)
	}
}

// counted are the entries of the buckets of a file.
func counted(t *testing.T, path string) (index, content int) {
	t.Helper()
	inFile(t, path, func(tx *bbolt.Tx) error {
		index, content = tx.Bucket([]byte("index")).Stats().KeyN, tx.Bucket([]byte("content")).Stats().KeyN
		return nil
	})
	return index, content
}

func inFile(t *testing.T, path string, do func(tx *bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(do), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestOneAfterAnother: with each new answer what is too much goes, octets too.
func TestOneAfterAnother(t *testing.T) {
	c, path, _ := made(t, 64<<10)
	for i := range 40 {
		c.Save(strconv.Itoa(i), evidence.Stored{Raw: bytes.Repeat([]byte{byte(i), 1}, 4<<10)})
	}
	if index, content := counted(t, path); index != 8 || content != 8 {
		t.Errorf("%d lines, %d answers", index, content)
	}
}

// TestSavedAgain: an answer that is kept anew mends its damaged octets.
func TestSavedAgain(t *testing.T) {
	c, path, notices := made(t, 0)
	c.Save("a", stored("the first answer"))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[bytes.Index(data, []byte("the first answer"))] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Save("b", stored("the first answer"))
	for _, key := range []string{"a", "b"} {
		if s, ok := c.Load(key); !ok || string(s.Raw) != "the first answer" {
			t.Errorf("%s: %q", key, s.Raw)
		}
	}
	if len(*notices) > 0 {
		t.Error(*notices)
	}
}

// TestNoise: a file that is no cache at all is set aside, and another begun.
func TestNoise(t *testing.T) {
	c, path, notices := made(t, 0)
	c.Save("a", stored("one"))
	for name, noise := range map[string][]byte{"text": []byte(strings.Repeat("no cache", 4<<10)), "zeros": make([]byte, 64<<10)} {
		*notices = nil
		c := cache.New(path, cache.Options{Notice: func(err error) { *notices = append(*notices, err) }})
		if err := os.WriteFile(path, noise, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := c.Load("a"); ok || len(*notices) != 1 || !errors.Is((*notices)[0], cache.ErrDamaged) {
			t.Errorf("%s: %v %v", name, ok, *notices)
		}
		if aside, err := os.ReadFile(path + ".damaged"); err != nil || !bytes.Equal(aside, noise) {
			t.Errorf("%s: not set aside: %v", name, err)
		}
	}
}

// TestMissingBucket: a file without all that it must have is damaged.
func TestMissingBucket(t *testing.T) {
	for _, name := range []string{"index", "content", "kakuin/cache/v1"} {
		c, path, notices := made(t, 0)
		c.Save("a", stored("one"))
		inFile(t, path, func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte(name)) })
		if _, ok := c.Load("a"); ok || len(*notices) != 1 || !errors.Is((*notices)[0], cache.ErrDamaged) {
			t.Errorf("without %s: %v %v", name, ok, *notices)
		}
	}
}

// TestNoFile: a file that is not there is none; one that cannot be made is told.
func TestNoFile(t *testing.T) {
	c, path, notices := made(t, 0)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Load("a"); ok || len(*notices) > 0 {
		t.Errorf("an empty file: %v %v", ok, *notices)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(t.TempDir(), "gone", "x"), path); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if _, ok := c.Load("a"); ok || len(*notices) > 0 {
		t.Errorf("a link to nowhere: %v %v", ok, *notices)
	}
	c.Save("a", stored("one"))
	if len(*notices) != 1 || !errors.Is((*notices)[0], cache.ErrFile) {
		t.Errorf("what cannot be kept is not told: %v", *notices)
	}
}

// TestChangedOctets: octets that are not those that were kept are never given,
// the file is set aside and told.
func TestChangedOctets(t *testing.T) {
	c, path, notices := made(t, 0)
	c.Save("a", stored("the first answer"))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("the first answer"))
	data[at] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, ok := c.Load("a"); ok {
		t.Errorf("given: %s", s.Raw)
	}
	if len(*notices) != 1 || !errors.Is((*notices)[0], cache.ErrDamaged) || !strings.Contains((*notices)[0].Error(), path) {
		t.Error(*notices)
	}
	if aside, err := os.ReadFile(path + ".damaged"); err != nil || !bytes.Equal(aside, data) {
		t.Errorf("not set aside: %v", err)
	}
	c.Save("a", stored("the second answer"))
	if s, ok := c.Load("a"); !ok || string(s.Raw) != "the second answer" {
		t.Error("not begun anew")
	}
}

// TestDamage flips octets everywhere and cuts the file off: no panic, and what
// is given is what was kept.
func TestDamage(t *testing.T) {
	c, path, _ := made(t, 0)
	want := map[string]evidence.Stored{}
	for i := range 20 {
		key := strconv.Itoa(i)
		want[key] = stored(fmt.Sprintf("%d%s", i, strings.Repeat("x", i*500)))
		c.Save(key, want[key])
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	damage := func(round int) []byte {
		bad := bytes.Clone(good)
		switch round % 4 {
		case 0:
			return bad[:r.IntN(len(bad))]
		case 1: // the pages that say where others are
			bad[r.IntN(min(len(bad), 4*os.Getpagesize()))] ^= byte(1 + r.IntN(255))
		case 2:
			for range 200 {
				bad[r.IntN(len(bad))] = byte(r.Uint32())
			}
		default:
			from := r.IntN(len(bad))
			clear(bad[from:min(from+os.Getpagesize(), len(bad))])
		}
		return bad
	}
	for round := range 200 {
		if err := os.WriteFile(path, damage(round), 0o600); err != nil {
			t.Fatal(err)
		}
		c := cache.New(path, cache.Options{Patience: 200 * time.Millisecond})
		for key, w := range want {
			if s, ok := c.Load(key); ok && !bytes.Equal(s.Raw, w.Raw) {
				t.Fatalf("round %d: %s gives %d octets that were not kept for it", round, key, len(s.Raw))
			}
		}
		c.Save("after", stored("after"))
		if s, ok := c.Load("after"); ok && string(s.Raw) != "after" {
			t.Fatalf("round %d: %q", round, s.Raw)
		}
	}
}

// TestBusy: whoever cannot have the file in time does without, and says so once.
func TestBusy(t *testing.T) {
	c, path, notices := made(t, 0)
	c.Save("a", stored("one"))
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, ok := c.Load("a"); ok {
			t.Error("read in spite of the lock")
		}
		c.Save("b", stored("two"))
	}
	start := time.Now()
	cache.New(path, cache.Options{Patience: time.Millisecond}).Load("a")
	if d := time.Since(start); d >= cache.DefaultPatience {
		t.Errorf("waits for %s with a patience of a millisecond", d)
	}
	if cache.New(path, cache.Options{}).Load("a"); time.Since(start) > time.Minute {
		t.Error("waits without end by default")
	}
	if len(*notices) != 1 || !errors.Is((*notices)[0], cache.ErrBusy) {
		t.Error(*notices)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Load("a"); !ok {
		t.Error("still not read")
	}
}

// TestNoPlace: a folder that cannot be made is told once and is no failure.
func TestNoPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var notices []error
	c := cache.New(filepath.Join(file, "evidence.db"), cache.Options{Notice: func(err error) { notices = append(notices, err) }})
	c.Save("a", stored("one"))
	c.Save("a", stored("one"))
	if _, ok := c.Load("a"); ok || len(notices) != 1 || !errors.Is(notices[0], cache.ErrFile) {
		t.Error(notices)
	}
}

// TestOtherFile: a file that is none of ours is not written into.
func TestOtherFile(t *testing.T) {
	c, path, notices := made(t, 0)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("other")); return err }); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Load("a"); ok || len(*notices) != 1 || !errors.Is((*notices)[0], cache.ErrDamaged) {
		t.Error(*notices)
	}
}

const childEnv = "KAKUIN_CACHE_TEST_FILE"

// TestManyProcesses: several processes and goroutines use one file at once.
func TestManyProcesses(t *testing.T) {
	if path := os.Getenv(childEnv); path != "" {
		child(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "evidence.db")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestManyProcesses$")
			cmd.Env = append(os.Environ(), childEnv+"="+path)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	c := cache.New(path, cache.Options{})
	for i := range 20 {
		if s, ok := c.Load(strconv.Itoa(i)); !ok || !same(s, common(i)) {
			t.Errorf("%d: %v", i, ok)
		}
	}
}

func common(i int) evidence.Stored {
	sum := sha256.Sum256([]byte{byte(i)})
	return stored(strings.Repeat(fmt.Sprintf("%x", sum), i+1))
}

func child(t *testing.T, path string) {
	c := cache.New(path, cache.Options{Patience: 20 * time.Second, Notice: func(err error) { t.Error(err) }})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for i := range 20 {
				c.Save(strconv.Itoa(i), common(i))
				if s, ok := c.Load(strconv.Itoa(i)); !ok || !same(s, common(i)) {
					t.Errorf("%d: %v", i, ok)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkLoad(b *testing.B) {
	c, _, _ := made(b, 0)
	c.Save("k", evidence.Stored{Raw: make([]byte, 100<<10)})
	for b.Loop() {
		if _, ok := c.Load("k"); !ok {
			b.Fatal("gone")
		}
	}
}
