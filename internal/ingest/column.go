package ingest

import (
	"math"

	"tabletalk/internal/table"
)

// column gathers what the cells of one column look like, over all rows.
type column struct {
	name    string
	unit    string // as the file says, besides the text of the cells
	isDate  bool   // the name speaks of a date: 20240131 may be one
	nulls   map[string]bool
	texts   map[string]bool
	cells   int64
	empty   int64
	count   [classes]int64
	last    class
	quoted  bool // the file says that it is text: only dates are read out of it
	textual bool // text beyond doubt: cells are no longer looked at closely
	padded  bool
	maxLen  int

	zeros, big  int64 // integers with leading zeros; beyond 64 bits
	min, max    int64 // of the integers
	unordered   bool  // an integer is not larger than all before it
	badDay      bool  // an integer that is no day as 20240131
	whole, frac int   // digits before and behind the point, at most
	exp         bool
	fractions   int64
	notGrouped  int64 // plain decimals that cannot be grouping by points
	marks       [6]int64
	currency    string
	currencies  int // 2: several
	percent     int64
	bools       uint8
	yes, no     int64
	flags       []yesNo // the first ways of writing yes and no that were met
	lay         layouts
	proof       oddCell // the first date that allows one order of day and month only
	clock       clock
	dashes      bool // seps has '-'
	seps        map[byte]bool
	joins       map[byte]bool
	allMidnight bool
	zoned       int64 // datetimes with a zone
	blanks      int64 // texts with blanks at an end
	words       map[string]int64
	odd         []oddCell
	counts      *cellTexts // cells by text; nil in large files

	forced  table.Type // what a person decided on
	unfit   int64      // cells that are not that
	misfits []oddCell
}

// oddCell is an example for a note.
type oddCell struct {
	line int64
	text string
}

func newColumn(name string, custom map[string]bool, small bool) *column {
	c := &column{name: name, nulls: nullWords, texts: textNullWords, lay: math.MaxUint16, allMidnight: true, min: math.MaxInt64, max: math.MinInt64}
	if custom != nil {
		c.nulls, c.texts = custom, custom
	}
	c.isDate = dateName(name)
	if small {
		c.counts = newCellTexts()
	}
	return c
}

// add looks at one cell.
func (c *column) add(b []byte, line int64) {
	c.cells++
	if len(b) == 0 {
		c.empty++
		return
	}
	if c.counts != nil {
		c.counts.add(b)
	}
	if len(b) > c.maxLen {
		c.maxLen = len(b)
	}
	if c.textual {
		if isBlank(b[0]) || isBlank(b[len(b)-1]) {
			c.blanks++
		}
		if len(b) <= 4 && c.texts[string(b)] {
			c.word(string(b))
		}
		return
	}
	if c.again(b) {
		return
	}
	c.classify(b, line)
}

// again tries the class of the cell before: most cells are like it.
func (c *column) again(b []byte) bool {
	switch c.last {
	case clsInt:
		return c.integer(b)
	case clsFloat:
		return c.float(b)
	case clsBool:
		for _, f := range c.flags {
			if string(b) == f.text {
				c.flag(f.yes)
				return true
			}
		}
	case clsMoment:
		if c.lay == layYMD && c.dashes && isoDate(b) {
			c.count[clsMoment]++
			c.clock |= clockNone
			return true
		}
	}
	return false
}

// classify finds the class of a cell from scratch.
func (c *column) classify(b []byte, line int64) {
	t := trimBlanks(b)
	if len(t) == 0 {
		c.empty++ // blanks only
		c.padded = true
		c.blanks++
		return
	}
	if len(t) != len(b) {
		c.padded = true
		c.blanks++
	}
	switch {
	case c.integer(t):
		c.last = clsInt
	case c.float(t):
		c.last = clsFloat
	case c.nulls[string(t)]:
		c.word(string(t))
	case c.boolean(t), c.moment(t, line), c.formatted(t):
	default:
		c.text(b, line)
	}
}

// unique reports whether all cells are integers, each larger than the one
// before: then no two are alike.
func (c *column) unique() bool {
	return !c.unordered && c.big == 0 && c.count[clsInt] == c.cells-c.empty
}

func (c *column) integer(b []byte) bool {
	ok, zeros := plainInt(b)
	if !ok {
		return false
	}
	c.count[clsInt]++
	if zeros {
		c.zeros++
	}
	n, fits := int64(0), len(b) <= 18
	if fits {
		n = atoi(b)
	} else {
		n, fits = atoiSlow(b)
	}
	if !fits {
		c.big++
		return true
	}
	c.unordered = c.unordered || n <= c.max
	c.min, c.max = min(c.min, n), max(c.max, n)
	if c.isDate && !c.badDay {
		c.badDay = len(b) != 8 || !validDate(int(n/10000), int(n/100%100), int(n%100)) || n < 17000101 || n > 22001231
	}
	return true
}

func (c *column) float(b []byte) bool {
	ok, whole, frac, exp, zeros := plainFloat(b)
	if !ok {
		return false
	}
	c.count[clsFloat]++
	if zeros {
		c.zeros++
	}
	c.exp = c.exp || exp
	c.whole, c.frac = max(c.whole, whole), max(c.frac, frac)
	if frac != 3 || whole == 0 || whole > 3 {
		c.notGrouped++
	}
	return true
}

func (c *column) word(w string) {
	c.count[clsWord]++
	if c.words == nil {
		c.words = map[string]int64{}
	}
	c.words[w]++
}

func (c *column) boolean(b []byte) bool {
	if len(b) > 5 {
		return false
	}
	f, ok := boolForms[lower(b)]
	if !ok {
		return false
	}
	c.bools |= f.pair
	c.flag(f.yes)
	if c.last = clsBool; len(c.flags) < 2 {
		c.flags = append(c.flags, yesNo{string(b), f.yes})
	}
	return true
}

// yesNo is a text that says yes or no.
type yesNo struct {
	text string
	yes  bool
}

func (c *column) flag(yes bool) {
	c.count[clsBool]++
	if yes {
		c.yes++
	} else {
		c.no++
	}
}

func (c *column) moment(b []byte, line int64) bool {
	m, ok := parseMoment(string(b))
	if !ok {
		return false
	}
	if m.lay&eitherOrder != 0 && m.lay&^eitherOrder == 0 && !bothOrders(m.lay) && c.proof.line == 0 {
		c.proof = oddCell{line, string(b)}
	}
	if m.lay == 0 {
		c.count[clsClock]++
		c.last = clsClock
	} else {
		c.count[clsMoment]++
		c.last = clsMoment
		c.lay &= m.lay
		if c.seps == nil {
			c.seps, c.joins = map[byte]bool{}, map[byte]bool{}
		}
		c.seps[m.sep] = true
		c.dashes = c.seps['-']
		c.joins[m.join] = true
	}
	if m.clock&clockZone != 0 {
		c.zoned++
	}
	c.clock |= m.clock
	c.allMidnight = c.allMidnight && m.midnight
	return true
}

func (c *column) formatted(b []byte) bool {
	if len(b) > 40 {
		return false
	}
	n, ok := parseNumber(string(b))
	if !ok {
		return false
	}
	c.count[clsNumber]++
	c.marks[n.dec]++
	if n.percent {
		c.percent++
	}
	if n.frac > 0 {
		c.fractions++
		if n.dec != markEither && n.dec != markEitherPt {
			c.frac = max(c.frac, n.frac)
		}
	}
	c.whole = max(c.whole, n.digits)
	switch {
	case n.currency == "":
	case c.currency == "":
		c.currency, c.currencies = n.currency, 1
	case c.currency != n.currency:
		c.currencies = 2
	}
	return true
}

// textEnough is how many texts settle that a column is text.
const textEnough = 64

func (c *column) text(b []byte, line int64) {
	c.count[clsText]++
	c.last = clsText
	if len(c.odd) < 3 {
		c.odd = append(c.odd, oddCell{line, clip(string(b), 80)})
	}
	if n := c.count[clsText]; n > textEnough && n*2 > c.cells-c.empty {
		c.textual = true
	}
}

// atoi reads at most 18 digits.
func atoi(b []byte) int64 {
	neg := b[0] == '-'
	if neg {
		b = b[1:]
	}
	n := int64(0)
	for _, d := range b {
		n = n*10 + int64(d-'0')
	}
	if neg {
		return -n
	}
	return n
}
