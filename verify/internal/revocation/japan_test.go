package revocation_test

import (
	"encoding/hex"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/sigalg"
	"github.com/kakuin/kakuin/internal/corpora"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/internal/revocation"
)

// japan are the real Japanese certificates and CRLs of the corpora. Every file
// that is named as one has to be read.
func japan(t *testing.T) (certs []*cert.Certificate, crls []*cert.CRL) {
	t.Helper()
	corpora.Walk(t, corpora.Open(t, "japan"), func(name string, data []byte) {
		base := filepath.Base(name)
		switch ext := filepath.Ext(name); {
		case strings.HasPrefix(base, "tst-") || strings.HasSuffix(base, ".tst.der") || !strings.Contains(" .cer .crt .der .pem .crl ", " "+ext+" "):
			return
		}
		if b, _ := pem.Decode(data); b != nil {
			data = b.Bytes
		}
		if strings.HasPrefix(base, "crl-") || filepath.Ext(name) == ".crl" {
			crl, err := cert.ParseCRL(data, nil)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			crls = append(crls, crl)
			return
		}
		c, err := cert.Parse(data, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		certs = append(certs, c)
	})
	return certs, crls
}

// TestJapaneseFiles: all are read, and none says something that would keep it
// from being used.
func TestJapaneseFiles(t *testing.T) {
	certs, crls := japan(t)
	if len(certs) < 67 || len(crls) < 16 {
		t.Errorf("%d certificates, %d CRLs", len(certs), len(crls))
	}
	for _, c := range certs {
		if list := c.Refusals(); len(list) > 0 {
			t.Errorf("%s: %v", c.Subject, list)
		}
	}
	for _, l := range crls {
		if list := l.Refusals(); len(list) > 0 {
			t.Errorf("list of %s: %v", l.Issuer, list)
		}
	}
}

// TestJPKIGenerations: the signature CAs of JPKI bear one name; a path ends at
// the anchor with the right key and at no other.
func TestJPKIGenerations(t *testing.T) {
	certs, _ := japan(t)
	certs = slices.DeleteFunc(certs, func(c *cert.Certificate) bool {
		return !strings.Contains(c.Subject.String(), "JPKI for digital signature")
	})
	pool := path.NewPool(certs)
	if n := len(pool.BySubject(certs[0].RawSubject)); n < 3 || n != pool.Len() {
		t.Fatalf("%d certificates, %d of one name", pool.Len(), n)
	}
	var anchors []path.Anchor
	for _, c := range pool.All() {
		anchors = append(anchors, path.Anchor{Name: c.RawSubject, SPKI: c.RawSPKI, ID: hex.EncodeToString(c.SHA256[:])})
	}
	for i, c := range pool.All() {
		in := path.Input{Leaf: c, Pool: pool, Anchors: anchors, Time: c.NotBefore.Add(time.Hour)}
		var ends []string
		path.Search(in, func(p *path.Path) bool { ends = append(ends, p.Anchor.ID); return false })
		if len(ends) != 1 || ends[0] != anchors[i].ID {
			t.Errorf("%s of %v: ends at %v", c.Subject, c.NotBefore, ends)
		}
		in.Anchors = slices.Delete(slices.Clone(anchors), i, i+1)
		if res := path.Search(in, func(*path.Path) bool { return true }); res.Accepted || !slices.ContainsFunc(res.Rejections, func(r path.Rejection) bool { return r.Code == path.CodeSignature }) {
			t.Errorf("%s of %v: under another key: %+v", c.Subject, c.NotBefore, res)
		}
	}
}

// TestHPKIDirectoryPoints: the root's lists name their point by a directory
// name, critical; those of the CAs' name speak of the CAs, the one for the
// root itself of none.
func TestHPKIDirectoryPoints(t *testing.T) {
	certs, crls := japan(t)
	root := slices.IndexFunc(certs, func(c *cert.Certificate) bool {
		return strings.HasPrefix(c.Subject.String(), "OU=MHLW HPKI Root CA V2")
	})
	if root < 0 {
		t.Fatal("no root")
	}
	issuer := certs[root]
	key, err := sigalg.ParsePublicKey(issuer.RawSPKI)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]int{}
	for _, c := range path.NewPool(certs).All() {
		if !cert.NamesEqual(c.RawIssuer, issuer.RawSubject) || cert.NamesEqual(c.RawSubject, issuer.RawSubject) {
			continue
		}
		for _, l := range crls {
			if !cert.NamesEqual(l.RawIssuer, issuer.RawSubject) {
				continue
			}
			idp, _ := l.Extension("2.5.29.28")
			if !idp.Critical || !l.IDP.OnlyCACerts || len(l.IDP.Point.FullNames) != 1 || l.IDP.Point.FullNames[0].Type != cert.NameDirectory {
				t.Fatalf("list of %v: %+v", l.ThisUpdate, l.IDP)
			}
			want := "good"
			if strings.Contains(l.IDP.Point.FullNames[0].String(), "CN=RARL") {
				want = "unknown 022"
			}
			st := revocation.Check(revocation.Input{
				Target: c, Issuer: path.Step{Name: issuer.RawSubject, SPKI: issuer.RawSPKI, Key: key, Certificate: issuer},
				Items: []revocation.Item{{CRL: l}}, At: l.ThisUpdate.Add(time.Hour),
			})
			asked[want]++
			if answer(st) != want {
				t.Errorf("%s by the list of %v: %s, want %s; %v", c.Subject, l.ThisUpdate, answer(st), want, st.Unusable)
			}
		}
	}
	if asked["good"] < 6 || asked["unknown 022"] < 2 {
		t.Errorf("asked %v", asked)
	}
}
