package view

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kakuin/kakuin/eseal/pdf"
	"github.com/kakuin/kakuin/eseal/purse"
)

// document writes a file of one revision from object bodies: 1 is the
// catalogue, 2 the page tree, 3 the page unless the bodies say otherwise.
func document(bodies map[int]string) []byte {
	all := map[int]string{
		1: "<</Type/Catalog/Pages 2 0 R>>", 2: "<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: "<</Type/Page/Parent 2 0 R>>",
	}
	for n, b := range bodies {
		all[n] = b
	}
	var w bytes.Buffer
	w.WriteString("%PDF-1.7\n")
	var nums []int
	for n := range all {
		nums = append(nums, n)
	}
	slices.Sort(nums)
	var table strings.Builder
	for _, n := range nums {
		fmt.Fprintf(&table, "%d 1\n%010d 00000 n \n", n, w.Len())
		fmt.Fprintf(&w, "%d 0 obj\n%s\nendobj\n", n, all[n])
	}
	at := w.Len()
	fmt.Fprintf(&w, "xref\n0 1\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", &table, nums[len(nums)-1]+1, at)
	return w.Bytes()
}

func stream(dict, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

func looked(t testing.TB, data []byte, l purse.Limits) (*pdf.File, *Facts) {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), purse.New(l))
	if err != nil {
		t.Fatal(err)
	}
	return f, Look(f, len(f.Revisions))
}

// packed is a document whose objects from 100 on lie in turn in two object
// streams, each filled up with white space.
func packed(t testing.TB, catalog string, even, odd []string, filler int) []byte {
	t.Helper()
	var w bytes.Buffer
	w.WriteString("%PDF-1.7\n")
	rows := map[int][3]int{}
	plain := func(n int, body string) {
		rows[n] = [3]int{1, w.Len(), 0}
		fmt.Fprintf(&w, "%d 0 obj\n%s\nendobj\n", n, body)
	}
	plain(1, catalog)
	plain(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
	plain(3, "<</Type/Page/Parent 2 0 R>>")
	for k, bodies := range [][]string{even, odd} {
		var head, body strings.Builder
		for i, b := range bodies {
			fmt.Fprintf(&head, "%d %d ", 100+2*i+k, body.Len())
			body.WriteString(b + " ")
			rows[100+2*i+k] = [3]int{2, 10 + k, i}
		}
		var z bytes.Buffer
		zw := zlib.NewWriter(&z)
		fmt.Fprintf(zw, "%s%s%s", head.String(), body.String(), strings.Repeat(" ", filler))
		zw.Close()
		plain(10+k, fmt.Sprintf("<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", len(bodies), head.Len(), z.Len(), z.Bytes()))
	}
	at := w.Len()
	rows[12] = [3]int{1, at, 0}
	var nums []int
	for n := range rows {
		nums = append(nums, n)
	}
	slices.Sort(nums)
	var index, table bytes.Buffer
	for _, n := range nums {
		fmt.Fprintf(&index, "%d 1 ", n)
		r := rows[n]
		table.Write([]byte{byte(r[0]), byte(r[1] >> 16), byte(r[1] >> 8), byte(r[1]), byte(r[2] >> 8), byte(r[2])})
	}
	fmt.Fprintf(&w, "12 0 obj\n<</Type/XRef/W[1 3 2]/Index[%s]/Size %d/Root 1 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", &index, nums[len(nums)-1]+1, table.Len(), &table, at)
	return w.Bytes()
}
