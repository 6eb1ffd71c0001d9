package path_test

import (
	"crypto/x509"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/verifytest"
)

func BenchmarkSearch(b *testing.B) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	cas, certs := mesh(b, 8)
	for _, bc := range []struct {
		name string
		in   path.Input
	}{
		{"chain", path.Input{Leaf: issue(b, ca, ee, leaf), Pool: path.NewPool([]*cert.Certificate{issue(b, root, ca)})}},
		{"mesh", path.Input{Leaf: issue(b, cas[0], ee, leaf), Pool: path.NewPool(append(certs, issue(b, root, cas[7])))}},
	} {
		b.Run(bc.name, func(b *testing.B) {
			bc.in.Anchors, bc.in.Time, bc.in.Verifier = anchors(issue(b, root, root)), noon, path.NewVerifier(0)
			b.ReportAllocs()
			for b.Loop() {
				if !path.Search(bc.in, func(*path.Path) bool { return true }).Accepted {
					b.Fatal("no path")
				}
			}
		})
	}
}

// three is a path of three certificates, the last one the anchor, for this
// engine and for the standard library's.
type three struct {
	leaf, ca, root []byte
	at             time.Time
}

func newThree() three {
	w := verifytest.New()
	return three{w.Seal.DER, w.SealCA.DER, w.Root.DER, w.Now}
}

func (c three) input(b *testing.B, v *path.Verifier) path.Input {
	return path.Input{Leaf: parse(b, c.leaf), Pool: path.NewPool([]*cert.Certificate{parse(b, c.ca)}), Anchors: anchors(parse(b, c.root)), Time: c.at, Verifier: v}
}

func (c three) own(b *testing.B, in path.Input) {
	if !path.Search(in, func(p *path.Path) bool { return len(p.Certificates) == 2 }).Accepted {
		b.Fatal("no path")
	}
}

func (c three) parsed(b *testing.B) (*x509.Certificate, x509.VerifyOptions) {
	o := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: c.at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	var all []*x509.Certificate
	for _, der := range [][]byte{c.leaf, c.ca, c.root} {
		x, err := x509.ParseCertificate(der)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, x)
	}
	o.Intermediates.AddCert(all[1])
	o.Roots.AddCert(all[2])
	return all[0], o
}

func (c three) library(b *testing.B, leaf *x509.Certificate, o x509.VerifyOptions) {
	if chains, err := leaf.Verify(o); err != nil || len(chains) != 1 || len(chains[0]) != 3 {
		b.Fatal(chains, err)
	}
}

// BenchmarkThree compares a path of three certificates with crypto/x509, turn
// by turn in one run: "x-x509" is the ratio of the medians. Cold starts from
// octets; warm from what is parsed and, of this engine, what a Verifier
// remembers. Goals: warm not slower (1), cold at most 1.3.
func BenchmarkThree(b *testing.B) {
	c := newThree()
	b.Run("cold", func(b *testing.B) {
		against(b, func() { c.own(b, c.input(b, path.NewVerifier(0))) }, func() {
			leaf, o := c.parsed(b)
			c.library(b, leaf, o)
		})
	})
	b.Run("warm", func(b *testing.B) {
		in := c.input(b, path.NewVerifier(0))
		leaf, o := c.parsed(b)
		against(b, func() { c.own(b, in) }, func() { c.library(b, leaf, o) })
		_, signatures := in.Verifier.Use()
		b.ReportMetric(float64(signatures.Hits)/float64(signatures.Hits+signatures.Misses), "signature-hits")
	})
}

// against times two ways turn by turn.
func against(b *testing.B, own, other func()) {
	b.ReportAllocs()
	var a, c []time.Duration
	for b.Loop() {
		start := time.Now()
		own()
		a = append(a, time.Since(start))
		b.StopTimer()
		start = time.Now()
		other()
		c = append(c, time.Since(start))
		b.StartTimer()
	}
	slices.Sort(a)
	slices.Sort(c)
	b.ReportMetric(float64(a[len(a)/2])/float64(c[len(c)/2]), "x-x509")
	b.ReportMetric(float64(c[len(c)/2]), "x509-ns/op")
}

// BenchmarkCandidates is a search among many issuers of one name, of which the
// key identifier or nothing but the signature tells the right one.
func BenchmarkCandidates(b *testing.B) {
	root, ca, ee := newEntity("Root"), newEntity("CA"), newEntity("EE")
	for _, n := range []int{10, 1000} {
		certs := []*cert.Certificate{issue(b, root, ca)}
		for i := range n {
			certs = append(certs, issue(b, root, newKey("CA", fmt.Sprint(i))))
		}
		for name, leafCert := range map[string]*cert.Certificate{"named": issue(b, ca, ee, leaf), "unnamed": issue(b, ca, ee, leaf, noKeyIDs)} {
			b.Run(fmt.Sprintf("%d-%s", n, name), func(b *testing.B) {
				in := path.Input{Leaf: leafCert, Pool: path.NewPool(certs), Anchors: anchors(issue(b, root, root)), Time: noon, Verifier: path.NewVerifier(0)}
				b.ReportAllocs()
				for b.Loop() {
					if !path.Search(in, func(*path.Path) bool { return true }).Accepted {
						b.Fatal("no path")
					}
				}
			})
		}
	}
}
