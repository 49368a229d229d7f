package table

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

func parseFloat(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// The values of a float column that are no numbers.
const (
	NaN              = "NaN"
	Infinity         = "Infinity"
	NegativeInfinity = "-Infinity"
)

// FloatOf gives a value of a float column, and whether it is one: a number, or
// one of the three that are none.
func FloatOf(v Value) (float64, bool) {
	switch v {
	case NaN:
		return math.NaN(), true
	case Infinity:
		return math.Inf(1), true
	case NegativeInfinity:
		return math.Inf(-1), true
	}
	return Number(v)
}

// UnmarshalExact reads JSON as json.Unmarshal does, but keeps the digits of
// numbers that land in an any: they become json.Number instead of float64.
func UnmarshalExact(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}
