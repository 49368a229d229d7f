package sheet

import "math"

// RK reads the short form of a number that binary workbooks have.
func RK(v uint32) float64 {
	var x float64
	if v&2 != 0 {
		x = float64(int32(v) >> 2)
	} else {
		x = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		x /= 100
	}
	return x
}

// errorTexts are the errors of cells by their codes.
var errorTexts = map[byte]string{0: "#NULL!", 0x07: "#DIV/0!", 0x0f: "#VALUE!", 0x17: "#REF!", 0x1d: "#NAME?", 0x24: "#NUM!", 0x2a: "#N/A"}

// BoolOrError reads the byte that binary workbooks have for flags and errors.
func BoolOrError(v byte, isError bool) (Kind, []byte) {
	switch {
	case isError && errorTexts[v] != "":
		return Error, []byte(errorTexts[v])
	case isError:
		return Error, []byte("#ERROR")
	case v != 0:
		return Bool, []byte("true")
	}
	return Bool, []byte("false")
}
