package verifytest

import (
	"bytes"
	"time"
)

// RecordDeviations are the things that can be wrong with an evidence record.
// Each is made of a record with one renewal of either kind.
func RecordDeviations() []RecordMutator { return recordDeviations }

// RecordDeviation is one of them by name.
func RecordDeviation(name string) RecordMutator {
	return find(recordDeviations, name, func(m RecordMutator) Deviation { return m.Deviation })
}

func rec(name, what string, want Want) RecordMutator {
	return RecordMutator{Deviation: Deviation{"record-" + name, "record", what, want}}
}

func (m RecordMutator) template(f func(*RecordTemplate)) RecordMutator { m.Template = f; return m }

// at changes the Archive Time-Stamp n: 0 the initial one, 1 the time-stamp
// renewal, 2 the hash-tree renewal.
func (m RecordMutator) at(n int, f func(*StampDraft)) RecordMutator {
	m.Stamp = func(i int, d *StampDraft) {
		if i == n {
			f(d)
		}
	}
	return m
}

// overOther time-stamps a tree over something else, which leads to its imprint.
func overOther(d *StampDraft) {
	d.Tree[0] = [][]byte{Digest(d.Algorithm, []byte("something else"))}
}

// RenewedRecord is a record with all that there is: a group of other objects in
// the tree, a time-stamp renewal, a hash-tree renewal by another algorithm.
func RenewedRecord(t *RecordTemplate) {
	t.Others = [][]byte{[]byte("another file"), []byte("and one more")}
	t.Renewals = []Renewal{{Kind: RenewStamp}, {Kind: RenewTree, Algorithm: "SHA-512"}}
}

var recordDeviations = []RecordMutator{
	rec("good", "an evidence record with renewals of both kinds (no deviation)", passed("RFC 4998 5.3")),
	rec("xml-good", "the same in XML (no deviation)", passed("RFC 6283 4.3")).template(func(t *RecordTemplate) { t.XML = true }),
	rec("no-tree", "the time-stamps are over the object and the time-stamp themselves (no deviation)", passed("RFC 4998 4.1, 5.2")).
		template(func(t *RecordTemplate) { t.NoTree, t.Renewals = true, []Renewal{{Kind: RenewStamp, NoTree: true}} }),
	rec("group", "the object is one of a group (no deviation)", passed("RFC 4998 4.2")).
		template(func(t *RecordTemplate) { t.Objects = [][]byte{[]byte("its annex"), []byte(Notice)} }),
	rec("tree-changed", "a hash value in the tree is changed", failed("HASH_FAILURE", "RFC 4998 4.3 step 4")).
		at(0, func(d *StampDraft) { d.Root = rootOf(d.Algorithm, d.Tree); d.Tree[1][0] = flip(d.Tree[1][0]) }),
	rec("xml-tree-changed", "the same in XML", failed("HASH_FAILURE", "RFC 6283 3.3")).template(func(t *RecordTemplate) { t.XML = true }).
		at(0, func(d *StampDraft) { d.Root = rootOf(d.Algorithm, d.Tree); d.Tree[1][0] = flip(d.Tree[1][0]) }),
	rec("object-missing", "the tree is over another object", unclear("SIGNED_DATA_NOT_FOUND", "RFC 4998 4.3 step 2").or("TOTAL-FAILED/HASH_FAILURE")).
		at(0, overOther),
	rec("renewal-misses-stamp", "the time-stamp renewal is not over the time-stamp before it", failed("HASH_FAILURE", "RFC 4998 5.3 step 2")).
		at(1, overOther),
	rec("xml-renewal-misses-stamp", "the same in XML", failed("HASH_FAILURE", "RFC 6283 4.3 step 2")).
		template(func(t *RecordTemplate) { t.XML = true }).at(1, overOther),
	rec("renewal-misses-chain", "the hash-tree renewal is over the object and not over the older chain", failed("HASH_FAILURE", "RFC 4998 5.3 step 3")).
		at(2, func(d *StampDraft) { d.Tree[0] = [][]byte{Digest(d.Algorithm, []byte(Notice))} }),
	rec("xml-renewal-misses-chain", "the same in XML", failed("HASH_FAILURE", "RFC 6283 4.3 step 3")).
		template(func(t *RecordTemplate) { t.XML = true }).
		at(2, func(d *StampDraft) { d.Tree[0] = d.Tree[0][:1] }),
	rec("xml-renewal-misses-object", "the hash-tree renewal is over the older chain and not over the object", failed("HASH_FAILURE", "RFC 6283 4.3 step 3")).
		template(func(t *RecordTemplate) { t.XML = true }).
		at(2, func(d *StampDraft) { d.Tree[0] = d.Tree[0][1:] }),
	rec("chain-two-algorithms", "a time-stamp renewal uses another algorithm within the chain", unclear("SIG_CONSTRAINTS_FAILURE", "RFC 4998 5.3 step 2")).
		template(func(t *RecordTemplate) { t.Renewals = []Renewal{{Kind: RenewStamp, Algorithm: "SHA-512"}} }),
	rec("order", "the renewal is older than what it renews", unclear("TIMESTAMP_ORDER_FAILURE", "RFC 4998 5.1")).
		template(func(t *RecordTemplate) {
			t.Renewals[0].GenTime = time.Date(2026, 10, 29, 0, 0, 0, 0, time.UTC)
		}),
	rec("imprint-other-algorithm", "the imprint is of another algorithm than the tree", failed("HASH_FAILURE", "RFC 4998 4.3 step 4")).
		at(0, func(d *StampDraft) { d.Imprint, d.Root = "SHA-512", Digest("SHA-512", []byte(Notice)) }),
	rec("value-short", "a hash value is shorter than its algorithm", failed("HASH_FAILURE", "RFC 4998 4.2")).
		at(0, func(d *StampDraft) { d.Tree[1][0] = d.Tree[1][0][:31] }),
	rec("list-empty", "a list of the tree is empty", failed("FORMAT_FAILURE", "RFC 4998 4.2")).
		at(0, func(d *StampDraft) { d.Root = rootOf(d.Algorithm, d.Tree); d.Tree = append(d.Tree, nil) }),
	rec("sha1", "tree and imprint are SHA-1", unclear("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "EN 319 102-1 5.2.8.4.1")).
		template(func(t *RecordTemplate) { t.Algorithm, t.Renewals = "SHA-1", nil }),
	{Deviation: Deviation{"record-signature-changed", "record", "the signature value of each token is changed",
		failed("SIG_CRYPTO_FAILURE", "EN 319 102-1 5.2.7.4 step 4").or("TOTAL-FAILED/HASH_FAILURE")},
		Token: cms("", "", Want{}).signed(func(d *SignerDraft) { d.Signature = flip(d.Signature) })},
	{Deviation: Deviation{"record-cut", "record", "the record is cut off", failed("FORMAT_FAILURE", "RFC 4998 3.1")},
		Encoded: func(b []byte) []byte { return b[:len(b)-9] }},
	{Deviation: Deviation{"record-xml-doctype", "record", "a document type declaration stands before an XML record", failed("FORMAT_FAILURE", "RFC 6283 2.1")},
		Template: func(t *RecordTemplate) { t.XML = true },
		Encoded: func(b []byte) []byte {
			return bytes.Replace(b, []byte("\n"), []byte("\n<!DOCTYPE EvidenceRecord [<!ATTLIST Sequence Order CDATA \"1\">]>"), 1)
		}},
}

// record fills the specimen with an evidence record and the object beside it.
func (s *Specimen) record(w *World, m RecordMutator) {
	t := RecordTemplate{}
	RenewedRecord(&t)
	s.Detached = []byte(Notice)
	s.Document = w.Record(t, m)
	s.File = "notice.ers"
	if bytes.HasPrefix(s.Document, []byte("<")) {
		s.File = "notice.ers.xml"
	}
}
