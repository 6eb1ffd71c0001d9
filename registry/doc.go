// Package registry answers what the corporate number register (法人番号公表サイト)
// of Japan's National Tax Agency says of a number, from files that the agency
// publishes: no network, one index on disk, a fixed snapshot.
//
//	snapshot, err := registry.Build(ctx, "register.kakuin", nil, "00_zenkoku_all_20261030.zip")
//	r, err := registry.Open("register.kakuin")
//	record, found, err := r.Find("7000012050002")
//
// The files are the agency's CSV of 30 columns, in UTF-8 or Shift_JIS, as such or
// in the ZIP file that is downloaded: the whole country, prefectures, and daily
// differences in any order. A row that is not what the agency describes ends the
// build with its line. Of several rows of one number the newest counts, names of
// the others are kept as former names.
//
// The index holds blocks of records in the order of their numbers, each under a
// SHA-256 that stands in a table, whose own SHA-256 stands in the head. The
// digest of the head therefore fixes every record, and damage is an error and
// never an absent number.
//
// A number that is not found proves nothing by itself: associations without
// legal personality are published only with their consent.
package registry
