package pdf

import "github.com/kakuin/kakuin/eseal/purse"

// maxOperands bounds what stands before one operator; 33 is the most that the
// standard needs (Annex C), arrays apart.
const maxOperands = 256

// Operators reads a content stream (7.8.2) and calls f for each operator with
// its operands: numbers, names, strings, and arrays of these. Dictionaries are
// given as nil. It stops when f says false.
func Operators(data []byte, p *purse.Purse, f func(op string, operands []Object) bool) error {
	l := lexer{buf: data, p: p}
	var operands, array []Object
	inArray, depth := false, 0
	put := func(o Object) {
		switch {
		case depth > 0:
		case inArray:
			array = append(array, o)
		case len(operands) < maxOperands:
			operands = append(operands, o)
		}
	}
	for {
		if err := p.Take(purse.Objects, 1); err != nil {
			return err
		}
		switch t := l.next(); t {
		case tokEOF:
			return l.err
		case tokInt:
			put(Integer(l.int))
		case tokReal:
			put(Real(l.real))
		case tokName:
			put(Name(l.word))
		case tokString:
			put(l.str)
		case tokArray:
			if inArray && !f("[", nil) { // no operator takes an array in an array
				return nil
			}
			inArray, array = true, nil
		case tokArrayEnd:
			inArray = false
			put(Array(array))
		case tokDict:
			depth++
		case tokDictEnd:
			if depth = max(0, depth-1); depth == 0 {
				put(nil)
			}
		case tokWord:
			if inArray || depth > 0 {
				if w := string(l.word); w != "true" && w != "false" && w != "null" && !f(w, nil) {
					return nil // readers differ in what an operator does there
				}
				continue
			}
			if !f(string(l.word), operands) {
				return nil
			}
			operands = operands[:0]
		}
		if l.err != nil {
			return l.err
		}
	}
}
