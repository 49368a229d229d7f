package show

import (
	"math"
	"strings"

	"tabletalk/internal/plan"
)

// The rows for which bars help, and from which on a sparkline does.
const (
	fewest   = 2
	mostBars = 40
)

// bars gives a column of bars for the one measure of a result, or nil where
// they would not help.
func (s Screen) bars(columns []column, p *plan.Plan) *column {
	m := theMeasure(columns, p)
	if m == nil || !s.Terminal || len(m.cells) < fewest || len(m.cells) > mostBars {
		return nil
	}
	used := 1
	for _, c := range columns {
		used += min(c.width(), widest) + 3
	}
	room := 24
	if s.Width > 0 {
		room = min(room, s.Width-used-3)
	}
	largest := 0.0
	for _, n := range m.numbers {
		if !math.IsNaN(n) && !math.IsInf(n, 0) {
			largest = math.Max(largest, math.Abs(n))
		}
	}
	if room < 8 || largest == 0 {
		return nil
	}
	b := &column{}
	for _, n := range m.numbers {
		b.cells = append(b.cells, bar(n/largest, room))
	}
	return b
}

// theMeasure finds what bars are drawn of: the one measure of a result by
// keys, or the amounts whose shares stand beside them.
func theMeasure(columns []column, p *plan.Plan) *column {
	if p == nil || len(p.Group) == 0 || len(columns) != len(p.Group)+len(p.Measures) {
		return nil
	}
	if len(p.Measures) != 1 && (p.Kind != plan.Share || len(p.Measures) != 2) {
		return nil
	}
	m := &columns[len(p.Group)]
	if m.numbers == nil {
		return nil
	}
	return m
}

// bar draws a share of the room in eighths; one below zero is hatched.
func bar(share float64, room int) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return ""
	}
	if share < 0 {
		return strings.Repeat("▒", int(math.Round(-share*float64(room))))
	}
	eighths := int(math.Round(share * float64(room) * 8))
	text := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		text += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return text
}

// sparkline draws a long series in one line, or gives "". Neighbours share a
// mark where the line is longer than the screen.
func (s Screen) sparkline(columns []column, p *plan.Plan) string {
	m := theMeasure(columns, p)
	if m == nil || len(p.Group) != 1 || !s.Terminal || p.Kind != plan.Series || len(m.numbers) <= mostBars {
		return ""
	}
	room := len(m.numbers)
	if s.Width > 0 {
		room = min(room, s.Width)
	}
	marks := make([]float64, room)
	for i := range marks {
		marks[i] = mean(m.numbers[i*len(m.numbers)/room : (i+1)*len(m.numbers)/room])
	}
	return spark(marks)
}

func mean(list []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range list {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / float64(n)
}

// spark scales marks from the smallest to the largest; a missing one is a gap.
func spark(marks []float64) string {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range marks {
		if !math.IsNaN(v) {
			low, high = math.Min(low, v), math.Max(high, v)
		}
	}
	levels := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, v := range marks {
		switch {
		case math.IsNaN(v):
			b.WriteByte(' ')
		case high == low:
			b.WriteRune(levels[3])
		default:
			b.WriteRune(levels[int(math.Round((v-low)/(high-low)*float64(len(levels)-1)))])
		}
	}
	return b.String()
}
