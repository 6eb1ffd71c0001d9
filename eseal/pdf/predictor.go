package pdf

import "errors"

var errPredictor = errors.New("predictor parameters make no sense")

// unpredict undoes the predictor of Flate and LZW in place (7.4.4.4).
func unpredict(data []byte, parms *Dict) ([]byte, error) {
	predictor := parmOr(parms, "Predictor", 1)
	if predictor <= 1 {
		return data, nil
	}
	colors, bits, columns := parmOr(parms, "Colors", 1), parmOr(parms, "BitsPerComponent", 8), parmOr(parms, "Columns", 1)
	if colors < 1 || colors > 32 || columns < 1 || columns > 1<<24 || (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16) {
		return nil, errPredictor
	}
	row := int((colors*bits*columns + 7) / 8)
	step := max(1, int(colors*bits/8))
	if predictor == 2 {
		if bits != 8 {
			return nil, errPredictor // images only: never written for structure
		}
		for r := 0; r+row <= len(data); r += row {
			for i := r + step; i < r+row; i++ {
				data[i] += data[i-step]
			}
		}
		return data, nil
	}
	return unPNG(data, row, step)
}

func parmOr(d *Dict, key Name, otherwise int64) int64 {
	if n, ok := d.Int(key); ok {
		return n
	}
	return otherwise
}

// unPNG undoes the PNG filters (PNG 9.2): each row begins with its type. The
// last row may be short.
func unPNG(data []byte, row, step int) ([]byte, error) {
	out := data[:0]
	prior := make([]byte, min(row, len(data)))
	for len(data) > 0 {
		kind := data[0]
		n := min(row, len(data)-1)
		line := data[1 : 1+n]
		if !unPNGRow(kind, line, prior, step) {
			return nil, errPredictor
		}
		copy(prior, line)
		data = data[1+n:]
		out = append(out, line...) // shifts down within the same buffer: out is always behind data
	}
	return out, nil
}

func unPNGRow(kind byte, line, prior []byte, step int) bool {
	switch kind {
	case 0:
	case 1:
		for i := step; i < len(line); i++ {
			line[i] += line[i-step]
		}
	case 2:
		for i := range line {
			line[i] += prior[i]
		}
	case 3:
		for i := range line {
			left := 0
			if i >= step {
				left = int(line[i-step])
			}
			line[i] += byte((left + int(prior[i])) / 2)
		}
	case 4:
		for i := range line {
			var left, corner byte
			if i >= step {
				left, corner = line[i-step], prior[i-step]
			}
			line[i] += paeth(left, prior[i], corner)
		}
	default:
		return false
	}
	return true
}

func paeth(a, b, c byte) byte {
	pa, pb := int(b)-int(c), int(a)-int(c)
	pc := abs(pa + pb)
	pa, pb = abs(pa), abs(pb)
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
