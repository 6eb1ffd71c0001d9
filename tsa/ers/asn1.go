package ers

import (
	"errors"
	"fmt"

	"github.com/kakuin/kakuin/eseal/ber"
	"github.com/kakuin/kakuin/eseal/cert"
	"github.com/kakuin/kakuin/eseal/note"
	"github.com/kakuin/kakuin/eseal/purse"
	"github.com/kakuin/kakuin/eseal/sigalg"
)

// An asn1Reader reads the form of RFC 4998.
type asn1Reader struct {
	rec      *Record
	purse    *purse.Purse
	declared []ber.OID // digestAlgorithms
	chains   [][]byte  // encodings of the chains read so far
}

// parseASN1 reads
//
//	EvidenceRecord ::= SEQUENCE {
//	    version                  INTEGER { v1(1) },
//	    digestAlgorithms         SEQUENCE OF AlgorithmIdentifier,
//	    cryptoInfos              [0] CryptoInfos OPTIONAL,
//	    encryptionInfo           [1] EncryptionInfo OPTIONAL,
//	    archiveTimeStampSequence ArchiveTimeStampSequence }
//
// (RFC 4998 3.1, implicit tags).
func (r *Record) parseASN1(raw []byte, p *purse.Purse) error {
	r.Format = RFC4998
	a := &asn1Reader{rec: r, purse: p}
	outer := ber.NewReader(raw, p)
	_, in, err := outer.ExpectEnter(ber.Sequence, "EvidenceRecord")
	if err != nil {
		return err
	}
	if !outer.Empty() {
		r.note(CodeElement, "EvidenceRecord", note.Params{"what": fmt.Sprintf("%d octets after it", len(outer.Rest()))})
	}
	for _, read := range []func(*ber.Reader) error{a.version, a.algorithms, a.cryptoInfos, a.encryption, a.sequence} {
		if err := read(&in); err != nil {
			return err
		}
	}
	if !in.Empty() {
		return fmt.Errorf("octet %d: an element follows archiveTimeStampSequence", in.Offset())
	}
	return nil
}

func (a *asn1Reader) version(in *ber.Reader) error {
	e, err := in.Expect(ber.Integer, "version")
	if err != nil {
		return err
	}
	v, err := e.Int64()
	if err != nil {
		return err
	}
	if v != 1 {
		a.rec.note(CodeVersion, "version", note.Params{"version": fmt.Sprint(v)})
	}
	return nil
}

// algorithms: "a sequence of all the hash algorithms used to hash the data
// object over the archival period" (RFC 4998 3.1).
func (a *asn1Reader) algorithms(in *ber.Reader) error {
	_, list, err := in.ExpectEnter(ber.Sequence, "digestAlgorithms")
	for err == nil && !list.Empty() {
		var e ber.Element
		if e, err = list.Expect(ber.Sequence, "digestAlgorithm"); err == nil {
			var alg cert.Algorithm
			if alg, err = cert.ParseAlgorithm(e.Raw, a.purse); err == nil {
				a.declared = append(a.declared, alg.OID)
			}
		}
	}
	return err
}

// encryption: the objects were hashed as they were encrypted (RFC 4998 6).
func (a *asn1Reader) encryption(in *ber.Reader) error {
	_, ok, err := in.Optional(ber.Context(1))
	if ok {
		a.rec.Encrypted = true
		a.rec.note(CodeEncrypted, "encryptionInfo", nil)
	}
	return err
}

// sequence reads ArchiveTimeStampSequence ::= SEQUENCE OF ArchiveTimeStampChain.
func (a *asn1Reader) sequence(in *ber.Reader) error {
	_, list, err := in.ExpectEnter(ber.Sequence, "archiveTimeStampSequence")
	if err != nil {
		return err
	}
	for !list.Empty() {
		e, err := list.Expect(ber.Sequence, "ArchiveTimeStampChain")
		if err != nil {
			return err
		}
		if err := a.purse.Take(purse.Objects, 4); err != nil {
			return err
		}
		before := a.chains
		c := &Chain{encoded: func() ([][]byte, error) { return a.asSequence(before) }}
		a.rec.Chains = append(a.rec.Chains, c)
		if err := a.chain(c, &list, e); err != nil {
			return err
		}
		a.chains = append(a.chains[:len(a.chains):len(a.chains)], e.Raw)
	}
	if len(a.rec.Chains) == 0 {
		return errors.New("archiveTimeStampSequence is empty (RFC 4998 5.1)")
	}
	return nil
}

// asSequence is the ordered sequence of all older chains: "the
// ArchiveTimeStampChains used are DER encoded, i.e., they contain sequence and
// length tags" (RFC 4998 5.2). The encoding as it stands goes first, since it
// is what most producers hash.
func (a *asn1Reader) asSequence(chains [][]byte) ([][]byte, error) {
	n := 0
	for _, c := range chains {
		n += len(c)
	}
	if err := a.purse.Take(purse.Bytes, int64(n)+16); err != nil {
		return nil, err
	}
	body := make([]byte, 0, n)
	for _, c := range chains {
		body = append(body, c...)
	}
	return a.readings(ber.Append(nil, 0x30, body))
}

// readings are an encoding as it stands and, where that is another one, in DER.
func (a *asn1Reader) readings(raw []byte) ([][]byte, error) {
	if err := a.purse.Take(purse.Bytes, int64(len(raw))); err != nil {
		return nil, err
	}
	out := [][]byte{raw}
	der, err := ber.AppendDER(nil, raw, a.purse)
	if err != nil {
		var empty *purse.Empty
		if errors.As(err, &empty) {
			return nil, err
		}
		return out, nil
	}
	if string(der) != string(raw) {
		out = append(out, der)
	}
	return out, nil
}

func (a *asn1Reader) chain(c *Chain, list *ber.Reader, e ber.Element) error {
	in, err := list.Enter(e)
	if err != nil {
		return err
	}
	for !in.Empty() {
		_, ats, err := in.ExpectEnter(ber.Sequence, "ArchiveTimeStamp")
		if err != nil {
			return err
		}
		s := &Stamp{Chain: len(a.rec.Chains) - 1, Place: len(c.Stamps)}
		if err := a.stamp(s, &ats); err != nil {
			return fmt.Errorf("%s: %w", s.where(), err)
		}
		c.Stamps = append(c.Stamps, s)
	}
	if len(c.Stamps) == 0 {
		return fmt.Errorf("octet %d: an ArchiveTimeStampChain is empty (RFC 4998 5.1)", e.Offset)
	}
	return nil
}

// stamp reads
//
//	ArchiveTimeStamp ::= SEQUENCE {
//	    digestAlgorithm [0] AlgorithmIdentifier OPTIONAL,
//	    attributes      [1] Attributes OPTIONAL,
//	    reducedHashtree [2] SEQUENCE OF PartialHashtree OPTIONAL,
//	    timeStamp       ContentInfo }
//
// (RFC 4998 4.1, implicit tags).
func (a *asn1Reader) stamp(s *Stamp, in *ber.Reader) error {
	if err := a.purse.Take(purse.Objects, 8); err != nil {
		return err
	}
	e, ok, err := in.Optional(ber.Context(0))
	if err == nil && ok {
		err = a.digest(s, e)
	}
	if err != nil {
		return fmt.Errorf("digestAlgorithm: %w", err)
	}
	if _, ok, err = in.Optional(ber.Context(1)); err != nil {
		return err
	} else if ok {
		a.rec.note(CodeAttribute, s.where(), note.Params{"what": "attributes"})
	}
	if e, ok, err = in.Optional(ber.Context(2)); err == nil && ok {
		err = a.tree(s, in, e)
	}
	if err != nil {
		return fmt.Errorf("reducedHashtree: %w", err)
	}
	ts, err := in.Expect(ber.Sequence, "timeStamp")
	if err != nil {
		return err
	}
	if !in.Empty() {
		return fmt.Errorf("octet %d: an element follows timeStamp", in.Offset())
	}
	s.readToken(ts.Raw, a.purse)
	// "the content of the timeStamp field of the old Archive Timestamp has to
	// be hashed" (RFC 4998 5.2): the whole ContentInfo.
	s.encoded = func() ([][]byte, error) { return a.readings(ts.Raw) }
	return nil
}

func (a *asn1Reader) digest(s *Stamp, e ber.Element) error {
	alg, err := cert.ParseAlgorithm(ber.Append(nil, 0x30, e.Body), a.purse)
	if err != nil {
		return err
	}
	s.Digest, _, _ = sigalg.DigestByIdentifier(alg.OID, alg.Params)
	if s.DigestName = s.Digest.Name(); s.Digest == 0 {
		s.DigestName = alg.OID.Name()
	}
	for _, d := range a.declared {
		if d == alg.OID {
			return nil
		}
	}
	a.rec.note(CodeUndeclared, s.where(), note.Params{"digest": s.DigestName})
	return nil
}

// tree reads SEQUENCE OF PartialHashtree, each a SEQUENCE OF OCTET STRING.
func (a *asn1Reader) tree(s *Stamp, r *ber.Reader, e ber.Element) error {
	in, err := r.Enter(e)
	if err != nil {
		return err
	}
	s.Tree = [][][]byte{}
	for !in.Empty() {
		_, list, err := in.ExpectEnter(ber.Sequence, "PartialHashtree")
		if err != nil {
			return err
		}
		var values [][]byte
		for !list.Empty() {
			v, err := list.Expect(ber.OctetString, "hash value")
			if err != nil {
				return err
			}
			octets, err := list.Octets(v)
			if err != nil {
				return err
			}
			values = append(values, octets)
		}
		s.Tree = append(s.Tree, values)
	}
	return s.checkTree()
}

var errEmptyList = errors.New("a list of hash values is empty")

// checkTree: an empty list proves nothing, and no tree would be said by
// leaving the field out.
func (s *Stamp) checkTree() error {
	if len(s.Tree) == 0 {
		return errEmptyList
	}
	for _, list := range s.Tree {
		if len(list) == 0 {
			return errEmptyList
		}
	}
	return nil
}
