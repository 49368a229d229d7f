package plan

import "strings"

// aggregateWords begin the names of measures.
var aggregateWords = map[Op]string{
	OpSum: "total", OpAvg: "average", OpMedian: "median", OpMin: "lowest", OpMax: "highest", OpStddev: "standard deviation of",
	OpVariance: "variance of", OpMode: "most common", OpFirst: "first", OpLast: "last", OpQuantile: "quantile of",
	OpCorr: "correlation of", OpSlope: "slope of", OpShare: "share of", OpRunning: "running", OpMoving: "moving average of",
	OpLag: "earlier", OpRank: "rank of",
}

// NameFor suggests the name of a result column for an expression, in words:
// "total revenue", "number of customer", "month of order_date".
func NameFor(e *Expr) string {
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
		return "number of " + NameFor(e.Args[0])
	case OpDateDiff:
		return e.Unit + "s"
	}
	if w, ok := aggregateWords[e.Op]; ok && len(e.Args) > 0 {
		return w + " " + NameFor(e.Args[0])
	}
	if in, ok := infix[e.Op]; ok && len(e.Args) == 2 {
		return NameFor(e.Args[0]) + " " + in.sign + " " + NameFor(e.Args[1])
	}
	return strings.ReplaceAll(string(e.Op), "_", " ")
}
