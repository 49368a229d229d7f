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

// Typed gives a value that UnmarshalExact read the Go type that its column's
// type says: JSON has one kind of number and the product has three, and what
// was int64, float64 or Exact must be that again, or 2^53+1 becomes another
// number.
func Typed(t Type, v any) Value {
	n, ok := v.(json.Number)
	if !ok {
		return v
	}
	switch t {
	case Decimal:
		return Exact(n)
	case Float:
		if f, err := n.Float64(); err == nil {
			return f
		}
	default:
		if i, err := n.Int64(); err == nil {
			return i
		}
	}
	return Exact(n) // an integer beyond 64 bits keeps its digits
}
