// Package cache keeps fetched evidence on disk for later runs: the octets by
// their SHA-256, and an index by request. It believes nothing that it reads
// without the digest; a file that is damaged is set aside. Evidence is signed
// by its issuer, so a cache can withhold and never forge.
//
// Many processes may use one file: it is opened for each access alone, and
// whoever cannot have it in time does without.
package cache

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/kakuin/kakuin/verify/evidence"
)

// Defaults of Options, each with its origin.
const (
	// All CRLs of the Japanese public PKIs and a few large ones fit twice.
	DefaultLimit = 512 << 20
	// Other processes hold the file for milliseconds.
	DefaultPatience = time.Second
)

// Options of a Cache. The zero Options are safe.
type Options struct {
	Limit    int64         // octets of evidence that are kept; 0: DefaultLimit
	Patience time.Duration // with other processes; 0: DefaultPatience
	// Notice is told, once each kind, what kept the cache from being used.
	Notice func(error)
}

// A Cache is an evidence.Store in one file. It is safe for concurrent use, by
// several processes too.
type Cache struct {
	path    string
	options Options

	mu   sync.Mutex // one access at a time in this process: the lock of the file is for others
	told map[error]bool
}

// What keeps a cache from being used.
var (
	ErrBusy    = errors.New("the cache is in use by another process")
	ErrDamaged = errors.New("the cache was damaged; it is set aside and begun anew")
	ErrFile    = errors.New("the cache cannot be used")
)

// New names the file of a cache. It is made when something is first kept.
func New(path string, o Options) *Cache {
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	return &Cache{path: path, options: o, told: map[error]bool{}}
}

// The buckets of the file.
var (
	bucketContent = []byte("content") // SHA-256 -> octets
	bucketIndex   = []byte("index")   // request -> entry
)

// format is the version of the file; another one is begun anew.
var bucketFormat = []byte("kakuin/cache/v1")

// An entry of the index.
type entry struct {
	SHA256       []byte    `json:"sha256"`
	Size         int64     `json:"size"`
	Turn         uint64    `json:"turn"` // grows with each Save: the lowest goes first
	URL          string    `json:"url"`
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"lastModified,omitempty"`
	FetchedAt    time.Time `json:"fetchedAt"`

	Confirm time.Duration `json:"confirm,omitempty"`
}

// Load gives what is kept for a request, if its octets are still those that
// were kept.
func (c *Cache) Load(key string) (s evidence.Stored, ok bool) {
	if st, err := os.Stat(c.path); err == nil && st.Size() == 0 {
		return s, false // another process is about to make it
	}
	c.access(true, func(db *bbolt.DB) error {
		return db.View(func(tx *bbolt.Tx) (err error) {
			s, ok, err = load(tx, key)
			return err
		})
	})
	return s, ok
}

func load(tx *bbolt.Tx, key string) (s evidence.Stored, ok bool, err error) {
	index, content := tx.Bucket(bucketIndex), tx.Bucket(bucketContent)
	if tx.Bucket(bucketFormat) == nil || index == nil || content == nil {
		return s, false, ErrDamaged
	}
	raw := index.Get([]byte(key))
	if raw == nil {
		return s, false, nil
	}
	var e entry
	if json.Unmarshal(raw, &e) != nil {
		return s, false, ErrDamaged
	}
	octets := append([]byte(nil), content.Get(e.SHA256)...) // the page is gone after the transaction
	if sum := sha256.Sum256(octets); string(sum[:]) != string(e.SHA256) {
		return s, false, ErrDamaged
	}
	return evidence.Stored{Raw: octets, URL: e.URL, ETag: e.ETag, LastModified: e.LastModified, FetchedAt: e.FetchedAt, Confirm: e.Confirm}, true, nil
}

// Save keeps an answer. What alone would take a quarter of the cache is not
// kept.
func (c *Cache) Save(key string, s evidence.Stored) {
	if int64(len(s.Raw)) > c.options.Limit/4 || len(key) > bbolt.MaxKeySize {
		return
	}
	sum := sha256.Sum256(s.Raw)
	e := entry{SHA256: sum[:], Size: int64(len(s.Raw)), URL: s.URL, ETag: s.ETag, LastModified: s.LastModified, FetchedAt: s.FetchedAt.UTC(), Confirm: s.Confirm}
	c.access(false, func(db *bbolt.DB) error {
		return db.Update(func(tx *bbolt.Tx) error { return c.keep(tx, key, e, s.Raw) })
	})
	c.shrink()
}

func (c *Cache) keep(tx *bbolt.Tx, key string, e entry, raw []byte) error {
	_, err1 := tx.CreateBucketIfNotExists(bucketFormat)
	content, err2 := tx.CreateBucketIfNotExists(bucketContent)
	index, err3 := tx.CreateBucketIfNotExists(bucketIndex)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	var err error
	if e.Turn, err = index.NextSequence(); err != nil {
		return err
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := index.Put([]byte(key), line); err != nil {
		return err
	}
	if sha256.Sum256(content.Get(e.SHA256)) != [32]byte(e.SHA256) { // none, or damaged
		if err := content.Put(e.SHA256, raw); err != nil {
			return err
		}
	}
	return evict(index, content, c.options.Limit)
}

// access opens the file for one transaction. It never fails the caller: a cache
// that cannot be used is none.
func (c *Cache) access(readOnly bool, do func(*bbolt.DB) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch err := c.open(readOnly, do); {
	case err == nil, readOnly && errors.Is(err, fs.ErrNotExist):
	case damaged(err):
		c.notice(ErrDamaged, err)
		c.setAside()
	case errors.Is(err, berrors.ErrTimeout):
		c.notice(ErrBusy, err)
	default:
		c.notice(ErrFile, err)
	}
}

func (c *Cache) notice(kind, cause error) {
	if c.told[kind] || c.options.Notice == nil {
		return
	}
	c.told[kind] = true
	c.options.Notice(fmt.Errorf("%w: %s: %w", kind, c.path, cause))
}

// setAside keeps one damaged file for whoever wants to look at it.
func (c *Cache) setAside() {
	if err := os.Rename(c.path, c.path+".damaged"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.notice(ErrFile, err)
	}
}

// shrink begins anew where the file has grown to more than twice what it may
// hold: bbolt reuses pages, it gives none back.
func (c *Cache) shrink() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if st, err := os.Stat(c.path); err == nil && st.Size() > 2*c.options.Limit+1<<20 {
		if err := os.Remove(c.path); err != nil {
			c.notice(ErrFile, err)
		}
	}
}

// folder makes the folder of the cache, for this user alone.
func (c *Cache) folder() error { return os.MkdirAll(filepath.Dir(c.path), 0o700) }
