package plan

import (
	"strings"
	"unicode"

	"github.com/jinzhu/inflection"
)

// aggregateWords begin the names of measures.
var aggregateWords = map[Op]string{
	OpSum: "total", OpAvg: "average", OpMedian: "median", OpMin: "lowest", OpMax: "highest", OpStddev: "standard deviation of",
	OpVariance: "variance of", OpMode: "most common", OpFirst: "first", OpLast: "last", OpQuantile: "quantile of",
	OpCorr: "correlation of", OpSlope: "slope of", OpShare: "share of", OpRunning: "running", OpMoving: "moving average of",
	OpLag: "earlier", OpRank: "rank of",
}

// Words makes a column's name readable: "order_date" is "order date",
// "shipCountry" is "ship country", "orderID" is "order ID".
func Words(name string) string {
	var b strings.Builder
	letters := []rune(name)
	camel := len(letters) > 0 && unicode.IsLower(letters[0]) && !strings.ContainsAny(name, " _")
	for i, r := range letters {
		if camel && i > 0 && unicode.IsUpper(r) && unicode.IsLower(letters[i-1]) {
			b.WriteByte(' ')
			if i+1 < len(letters) && unicode.IsLower(letters[i+1]) {
				r = unicode.ToLower(r)
			}
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == '_' || r == ' ' }), " ")
}

// NameFor suggests the name of a result column for an expression: a column
// keeps its own, all else is named in words, "total unit price", "number of
// customer", "month".
func NameFor(e *Expr) string {
	if e != nil && e.Op == OpCol && e.Col != nil {
		return e.Col.Name
	}
	return Words(nameFor(e))
}

func nameFor(e *Expr) string {
	if e == nil {
		return ""
	}
	switch e.Op {
	case OpCol:
		if e.Col != nil {
			return e.Col.Name
		}
	case OpRef:
		return e.Name
	case OpTrunc, OpPart:
		return e.Unit
	case OpRow:
		return "row"
	case OpCount:
		if len(e.Args) == 0 {
			return "count"
		}
		return "number of " + Words(nameFor(e.Args[0]))
	case OpDateDiff:
		return e.Unit + "s"
	}
	if w, ok := aggregateWords[e.Op]; ok && len(e.Args) > 0 {
		return w + " " + strings.TrimPrefix(Words(nameFor(e.Args[0])), w+" ") // not "total total bill"
	}
	if in, ok := infix[e.Op]; ok && len(e.Args) == 2 {
		return Words(nameFor(e.Args[0])) + " " + in.sign + " " + Words(nameFor(e.Args[1]))
	}
	return strings.ReplaceAll(string(e.Op), "_", " ")
}

// Plural puts the last word of a name into the plural.
func Plural(name string) string {
	if name == "" || strings.ContainsAny(name, "()") {
		return name
	}
	i := strings.LastIndex(name, " ") + 1
	last := name[i:]
	for _, r := range last {
		if !unicode.IsLetter(r) {
			return name
		}
	}
	switch {
	case particles[strings.ToLower(last)]:
		return name + " values" // no "left ons"
	case last == "id" || last == "ID":
		return name + "s"
	case strings.HasSuffix(last, "ed"), strings.HasSuffix(last, "ies") && inflection.Singular(last) == last, invariable[strings.ToLower(last)]:
		return name
	}
	return name[:i] + inflection.Plural(last)
}

// particles end the names of columns that are called after what is said of
// them: "left on", "paid by".
var particles = map[string]bool{"on": true, "at": true, "in": true, "by": true, "for": true, "of": true, "to": true, "up": true, "out": true, "off": true, "from": true, "with": true}

// invariable are words whose plural is written like their singular.
var invariable = map[string]bool{"species": true, "series": true, "means": true, "data": true, "sex": true}
