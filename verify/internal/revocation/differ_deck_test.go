package revocation_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"slices"
	"testing"

	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/verify/internal/path"
	"github.com/kakuin/kakuin/verify/verifytest"
)

// A draft is a certificate or CRL that can be changed and signed again. One
// that nobody could sign (its signature was wrong to begin with, or it is no
// DER) has no key.
type draft struct {
	tbs *element
	key crypto.Signer
	raw []byte // of one without a key; of one that nobody changes
}

func (d *draft) clone() *draft {
	c := *d
	if d.key != nil {
		c.tbs, c.raw = d.tbs.clone(), nil
	}
	return &c
}

func (d *draft) der() []byte {
	if d.raw != nil {
		return d.raw
	}
	return d.signed(d.tbs.encode())
}

func (d *draft) signed(tbs []byte) []byte {
	id, sig := sign(d.key, tbs)
	return sequence(&element{tag: 0x30, body: tbs[headLength(tbs):]}, id, leafElement(0x03, append([]byte{0}, sig...)...)).reheaded(tbs)
}

// reheaded puts the signed octets in as they are, whatever their first header says.
func (e *element) reheaded(tbs []byte) []byte {
	rest := append(e.parts[1].encode(), e.parts[2].encode()...)
	return (&element{tag: 0x30, body: append(slices.Clone(tbs), rest...)}).encode()
}

func headLength(der []byte) int {
	if len(der) < 2 || der[1] < 0x80 {
		return min(2, len(der))
	}
	return min(2+int(der[1]&0x7f), len(der))
}

// settled remembers what the draft is as long as nobody changes it.
func (d *draft) settled() *draft {
	d.raw = d.der()
	return d
}

// Signature algorithms: RFC 8410 3, RFC 4055 5, RFC 5758 3.2.
var (
	idEd25519     = sequence(oidElement("\x2b\x65\x70"))
	idRSASHA256   = sequence(oidElement("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), leafElement(0x05))
	idECDSASHA256 = sequence(oidElement("\x2a\x86\x48\xce\x3d\x04\x03\x02"))
	idECDSASHA384 = sequence(oidElement("\x2a\x86\x48\xce\x3d\x04\x03\x03"))
)

// sign signs the same octets to the same signature.
func sign(key crypto.Signer, tbs []byte) (id *element, sig []byte) {
	var err error
	digest := sha256.Sum256(tbs)
	switch k := key.(type) {
	case ed25519.PrivateKey:
		return idEd25519, ed25519.Sign(k, tbs)
	case *rsa.PrivateKey:
		id = idRSASHA256
		sig, err = rsa.SignPKCS1v15(nil, k, crypto.SHA256, digest[:])
	case *ecdsa.PrivateKey:
		id = idECDSASHA256
		if k.Curve.Params().BitSize == 384 {
			long := sha512.Sum384(tbs)
			id = idECDSASHA384
			sig, err = k.Sign(nil, long[:], crypto.SHA384)
		} else {
			sig, err = k.Sign(nil, digest[:], crypto.SHA256)
		}
	}
	if err != nil {
		panic(err)
	}
	return id, sig
}

// seeded is a key of its own for everything that can be told apart.
func seeded(what []byte) crypto.Signer {
	sum := sha256.Sum256(append([]byte("differ "), what...))
	return ed25519.NewKeyFromSeed(sum[:])
}

// A deck is a question whose certificates and lists can be changed. Needed
// are those without which it is not accepted: a change elsewhere tells little.
type deck struct {
	q                            question
	leaf                         *draft
	anchors, intermediates, crls []*draft
	needed                       map[*draft]bool
	good                         bool // we accept it as it stands
	origin                       *question
}

func (d *deck) clone() *deck {
	c := *d
	c.anchors, c.intermediates, c.crls = slices.Clone(d.anchors), slices.Clone(d.intermediates), slices.Clone(d.crls)
	c.q.InitialPolicies = slices.Clone(d.q.InitialPolicies)
	return &c
}

func (d *deck) question() question {
	q := d.q
	list := func(drafts []*draft) (out [][]byte) {
		for _, x := range drafts {
			out = append(out, x.der())
		}
		return out
	}
	q.leaf, q.anchors, q.intermediates, q.crls = d.leaf.der(), list(d.anchors), list(d.intermediates), list(d.crls)
	return q
}

// newDeck gives every key of a question another one that is at hand, and signs
// everything with it that its key signed. What comes out must have the answer
// that the question had; nil: it has not.
func newDeck(t *testing.T, q question, known map[string]crypto.Signer) *deck {
	r := &rekeyer{known: known, verifier: path.NewVerifier(0), all: readable(slices.Concat(q.anchors, q.intermediates, [][]byte{q.leaf})...)}
	if len(r.all) > 40 || len(q.ocsps) > 0 {
		return nil
	}
	d := &deck{q: q, leaf: r.certificate(q.leaf)}
	for _, der := range q.anchors {
		d.anchors = append(d.anchors, r.certificate(der))
	}
	for _, der := range q.intermediates {
		d.intermediates = append(d.intermediates, r.certificate(der))
	}
	for _, der := range q.crls {
		d.crls = append(d.crls, r.list(der))
	}
	d.q.CheckRevocation = q.revocable()
	before, after := q.judge(t), d.question().judge(t)
	origin := d.question()
	d.good, d.origin = after.good, &origin
	if before.good != after.good {
		return nil
	}
	d.needed = map[*draft]bool{}
	for _, list := range []*[]*draft{&d.intermediates, &d.anchors, &d.crls} {
		whole := *list
		for i, x := range whole {
			*list = slices.Delete(slices.Clone(whole), i, i+1)
			d.needed[x] = d.good && !d.question().judge(t).good
		}
		*list = whole
	}
	return d
}

type rekeyer struct {
	known    map[string]crypto.Signer // by SubjectPublicKeyInfo: keys that stay
	verifier *path.Verifier
	all      []*cert.Certificate
}

func (r *rekeyer) key(spki []byte) crypto.Signer {
	if k := r.known[string(spki)]; k != nil {
		return k
	}
	return seeded(spki)
}

// signer is the key of whoever signed, if that is here.
func (r *rekeyer) signer(issuer []byte, alg cert.Algorithm, object [32]byte, tbs, sig []byte) crypto.Signer {
	name := cert.NameKey(issuer)
	for _, c := range r.all {
		key, err := r.verifier.Key(c.RawSPKI)
		if err != nil || cert.NameKey(c.RawSubject) != name || key.NeedsParameters() {
			continue
		}
		if r.verifier.Check(key, alg, object, tbs, sig).Err == nil {
			return r.key(c.RawSPKI)
		}
	}
	return nil
}

func (r *rekeyer) certificate(der []byte) *draft {
	c, err := cert.Parse(der, nil)
	if err != nil {
		return &draft{raw: der}
	}
	key := r.signer(c.RawIssuer, c.SignatureAlgorithm, c.SHA256, c.RawTBS, c.Signature)
	tbs := readElement(c.RawTBS)
	if tbs == nil || !bytes.Equal(tbs.encode(), c.RawTBS) {
		return &draft{raw: der}
	}
	if key == nil {
		key = seeded([]byte("nobody"))
	}
	d := &draft{tbs: tbs, key: key}
	same := bytes.Equal(c.SignatureAlgorithm.Raw, c.TBSSignatureAlgorithm.Raw)
	if id, _ := sign(key, nil); same {
		d.set(fieldAlgorithm, id)
	}
	spki, err := x509.MarshalPKIXPublicKey(r.key(c.RawSPKI).Public())
	if err != nil {
		panic(err)
	}
	d.set(fieldSPKI, readElement(spki))
	return d.settled()
}

func (r *rekeyer) list(der []byte) *draft {
	c, err := cert.ParseCRL(der, nil)
	if err != nil {
		return &draft{raw: der}
	}
	key := r.signer(c.RawIssuer, c.SignatureAlgorithm, c.SHA256, c.RawTBS, c.Signature)
	tbs := readElement(c.RawTBS)
	if key == nil || tbs == nil || !bytes.Equal(tbs.encode(), c.RawTBS) {
		return &draft{raw: der}
	}
	d := &draft{tbs: tbs, key: key}
	id, _ := sign(key, nil)
	tbs.parts[crlVersion(tbs)] = id
	return d.settled()
}

// crlVersion is 1 where the list gives its version, which comes before everything else.
func crlVersion(tbs *element) int {
	if len(tbs.parts) > 0 && tbs.parts[0].tag == 0x02 {
		return 1
	}
	return 0
}

// Fields of a TBSCertificate after the version.
const (
	fieldSerial = iota
	fieldAlgorithm
	fieldIssuer
	fieldValidity
	fieldSubject
	fieldSPKI
)

// field is where a field stands; -1: the structure is too short.
func (d *draft) field(n int) int {
	if len(d.tbs.parts) > 0 && d.tbs.parts[0].tag == 0xa0 {
		n++
	}
	if n >= len(d.tbs.parts) {
		return -1
	}
	return n
}

func (d *draft) get(n int) *element { return d.tbs.parts[d.field(n)] }

func (d *draft) set(n int, e *element) { d.tbs.parts[d.field(n)] = e }

// extensions is the list of extensions, in a certificate or a CRL; nil: there is none.
func (d *draft) extensions() *element {
	for _, p := range d.tbs.parts {
		if (p.tag == 0xa3 || p.tag == 0xa0) && len(p.parts) == 1 && p.parts[0].tag == 0x30 {
			return p.parts[0]
		}
	}
	return nil
}

// bridgeQuestions are those to the bridge PKI of verifytest, from every side
// to every leaf, with and without lists; known are its keys.
func bridgeQuestions() (out []question, known map[string]crypto.Signer) {
	b := verifytest.NewBridge()
	known = make(map[string]crypto.Signer)
	for _, name := range verifytest.KeyNames() {
		key := verifytest.Key(name)
		spki, err := x509.MarshalPKIXPublicKey(key.Public())
		if err != nil {
			panic(err)
		}
		known[string(spki)] = key
	}
	for _, from := range verifytest.BridgeSides() {
		for _, to := range verifytest.BridgeSides() {
			for _, lists := range []bool{false, true} {
				q := question{suiteCase: suiteCase{ID: "scored/bridge/" + from.Name + "-" + to.Name, Time: b.Now.Format("2006-01-02T15:04:05Z07:00"), ExplicitPolicy: from.Name != to.Name, InitialPolicies: []string{from.Policy}}, leaf: b.Certs[to.Leaf].DER, intermediates: b.Candidates()}
				for _, a := range from.Anchors {
					q.anchors = append(q.anchors, b.Certs[a].DER)
				}
				if lists {
					q.ID += "-lists"
					for _, name := range sortedKeys(b.Lists()) {
						q.crls = append(q.crls, b.Lists()[name])
					}
				}
				out = append(out, q)
			}
		}
	}
	return out, known
}
