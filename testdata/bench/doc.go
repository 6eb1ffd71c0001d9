// Package bench compares kakuin with other people's libraries, in one run and
// turn by turn, so that a ratio holds whatever the machine does besides. It is
// a module of its own: nobody who uses kakuin gets those libraries.
//
//	cd testdata/bench && KAKUIN_CORPORA=… go test -bench .
package bench
