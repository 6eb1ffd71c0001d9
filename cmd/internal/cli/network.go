package cli

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kakuin/kakuin/cmd/internal/build"
	"github.com/kakuin/kakuin/verify"
	"github.com/kakuin/kakuin/verify/evidence"
	"github.com/kakuin/kakuin/verify/fetch"
	"github.com/kakuin/kakuin/verify/fetch/cache"
)

// network are the flags about asking for evidence that is missing.
type network struct {
	offline bool
	allowed []string
	noCache bool
	pace    time.Duration // between two requests to one host
}

func (n *network) registerNetwork(c *cobra.Command) {
	f := c.Flags()
	f.BoolVar(&n.offline, "offline", false, "never dial: judge by what the document and the files bring")
	f.StringArrayVar(&n.allowed, "allow-host", nil, "ask this `HOST` although it lies in a closed network (.lgwan.jp: all below it); repeatable")
	f.BoolVar(&n.noCache, "no-cache", false, "neither use nor fill the cache of fetched evidence")
}

// source asks the network. Offline there is none, so there is nothing that
// could dial.
func (n *network) source(e *env) (verify.Source, error) {
	for _, h := range n.allowed {
		if !oneHost(h) {
			return nil, usage("--allow-host %q: write the name or the address of a host, without a port, or .NAME for all names below it; a name in other letters by its xn-- form", h)
		}
	}
	if n.offline {
		return nil, nil
	}
	o := fetch.Options{AllowHosts: n.allowed, Limits: fetch.Limits{Pace: n.pace}, Now: e.clock(), UserAgent: "kakuin/" + build.Version}
	if store := n.store(e); store != nil {
		o.Store = store
	}
	return fetch.New(o), nil
}

// oneHost tells whether a host can stand in an address as it is written here;
// what cannot would allow nothing, in silence.
func oneHost(h string) bool {
	if _, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(h, "["), "]")); err == nil {
		return true
	}
	return strings.Trim(h, ".") != "" && !strings.ContainsFunc(h, func(r rune) bool { return r > '~' || strings.ContainsRune(" /@*:%[]", r) })
}

// store is the cache of this user, where there is a place for it.
func (n *network) store(e *env) evidence.Store {
	folder, ok := e.cacheFolder()
	if n.noCache || !ok {
		return nil
	}
	return cache.New(filepath.Join(folder, "kakuin", "evidence.db"), cache.Options{Notice: e.tell})
}

// cacheFolder is $XDG_CACHE_HOME where it is set as its specification wants,
// else the system's.
func (e *env) cacheFolder() (string, bool) {
	if dir, ok := e.lookup("XDG_CACHE_HOME"); ok && filepath.IsAbs(dir) {
		return dir, true
	}
	dir, err := os.UserCacheDir()
	return dir, err == nil && filepath.IsAbs(dir)
}
