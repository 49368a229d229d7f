package ingest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"tabletalk/internal/table"
)

func atoiSlow(b []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(b), 10, 64)
	return n, err == nil
}

// clip shortens text for a note, at a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// decided is what a column is read as.
type decided struct {
	typ       table.Type
	unit      string
	scale     int      // of a decimal
	direct    bool     // the engine's own reading of the text is right
	comma     bool     // the comma is the decimal mark
	format    bool     // numbers carry signs, grouping or percent
	lay       layouts  // the one layout of dates
	formats   []string // of dates, in the engine's notation; empty: ISO
	midnight  bool     // datetimes that are all days
	zoned     bool     // datetimes with zones, kept as UTC
	nullWords []string
	notes     []Note

	rewrite    bool // the cells are read one by one (forced.go)
	orderFixed bool // a person chose the order of dates
}

// plain reports that the cells are values as they stand: no blanks around them,
// no word for none, nothing to be written anew.
func (d *decided) plain() bool { return d.direct && !d.rewrite }

// settings of the whole file that help to decide a column.
type settings struct {
	dayFirst string // the column that proves that the file puts the day first
	semi     bool   // fields are separated by ;
	order    string // of dates, where a person chose it
	mark     string // of decimals, likewise
}

// decide settles how a column is read.
func (c *column) decide(s settings) decided {
	d := c.natural(s)
	if c.forced != "" && c.forced != d.typ {
		d = c.force(s, d)
	}
	if d.typ == table.String {
		c.dropWords(&d)
	} else {
		c.keepWords(&d)
	}
	d.direct = d.direct && (d.rewrite || len(d.nullWords) == 0 && !c.padded && c.blanks == 0)
	if d.typ == table.String && c.blanks > 0 {
		d.notes = append(d.notes, Note{Code: "trimmed_blanks", Text: fmt.Sprintf("Blanks at the ends of texts in %q were dropped (%s).", c.name, countOf(c.blanks, "cell", "cells"))})
	}
	return d
}

// natural settles the type of a column from all its cells.
func (c *column) natural(s settings) decided {
	values := c.cells - c.empty - c.count[clsWord]
	d := decided{typ: table.String, direct: true}
	numbers := c.count[clsInt] + c.count[clsFloat] + c.count[clsNumber]
	switch {
	case values == 0:
	case c.quoted && c.count[clsMoment] < values && c.count[clsClock] < values:
	case numbers == values:
		d = c.number(s)
	case c.count[clsBool] == values && c.wellPaired():
		d = decided{typ: table.Boolean, direct: c.bools == 1}
	case c.count[clsMoment] == values && c.lay != 0 && !c.mixedSeps():
		d = c.date(s)
	case c.count[clsClock] == values:
		d = decided{typ: table.Time, direct: c.clock&clock12h == 0}
	default:
		d.notes = c.mixed(values)
	}
	return d
}

// wellPaired reports whether the column writes yes and no in one way. A lone
// letter is a flag only where both of them occur.
func (c *column) wellPaired() bool {
	switch c.bools {
	case 1, 2:
		return true
	case 4, 8, 16:
		return c.yes > 0 && c.no > 0
	}
	return false
}

func (c *column) mixedSeps() bool { return len(c.seps) > 1 || len(c.joins) > 2 }

// number decides a column of numbers.
func (c *column) number(s settings) decided {
	switch {
	case c.zeros > 0:
		return c.asText("leading_zeros", "%q holds numbers with leading zeros, kept as text.")
	case c.big > 0:
		return c.asText("long_numbers", "%q holds numbers with more digits than can be computed with exactly, kept as text.")
	case c.isDate && !c.badDay && c.count[clsInt] > 0 && c.count[clsFloat]+c.count[clsNumber] == 0:
		return decided{typ: table.Date, lay: layCompact, formats: []string{"%Y%m%d"}}
	case flagName(c.name) && c.count[clsFloat]+c.count[clsNumber] == 0 && c.min == 0 && c.max == 1:
		return decided{typ: table.Boolean, direct: true}
	}
	formed := c.count[clsNumber] > 0 || s.mark == MarkComma && c.count[clsFloat] > 0
	d := decided{direct: !formed, format: formed}
	if d.format && !c.style(s, &d) {
		return c.asText("mixed_number_styles", "%q mixes ways of writing numbers, kept as text.")
	}
	d.unit = c.numberUnit()
	if d.unit == "%" && c.percent > 0 {
		d.notes = append(d.notes, c.note("percent", "%q holds percentages; 12 %% is read as 12, with the unit %%."))
	}
	c.numberType(&d)
	return d
}

func (c *column) numberUnit() string {
	switch {
	case c.unit != "":
		return c.unit
	case c.percent > 0 && c.percent == c.count[clsNumber] && c.currencies == 0:
		return "%"
	case c.currencies == 1 && c.percent == 0:
		return c.currency
	}
	return ""
}

// style settles the decimal mark of formatted numbers.
func (c *column) style(s settings, d *decided) bool {
	comma, point := c.marks[markComma] > 0, c.marks[markPoint] > 0
	either := c.marks[markEither] > 0
	if c.exp || comma && (point || c.notGrouped > 0) {
		return false
	}
	if c.notGrouped > 0 {
		point = true
	}
	switch {
	case s.mark == MarkComma && point, s.mark == MarkPoint && comma:
		return false
	case comma || s.mark == MarkComma:
		d.comma = true
		d.notes = append(d.notes, c.note("decimal_comma", "Numbers in %q have decimal commas."))
	case point || !either || s.mark == MarkPoint:
	case s.semi && c.frac == 0:
		d.comma = true // 1,234 in a file that separates by semicolons
		c.frac = 3
		d.notes = append(d.notes, c.note("decimal_comma", "Commas in %q are read as decimal commas; they could group thousands."))
	default:
		d.notes = append(d.notes, c.note("thousands", "Commas in %q are read as grouping thousands."))
	}
	if d.comma {
		if either {
			c.frac = max(c.frac, 3)
		}
	} else if c.marks[markEitherPt] > 0 {
		c.frac = max(c.frac, 3)
	}
	return true
}

// numberType chooses between integer, decimal and float.
func (c *column) numberType(d *decided) {
	fractional := c.count[clsFloat] > 0 && !d.comma || c.frac > 0 && d.format
	digits := max(c.whole, c.intDigits()) + c.frac
	switch {
	case !fractional:
		d.typ = table.Integer
	case c.exp || c.frac > 4 || digits > 18:
		d.typ = table.Float
	case d.unit != "" && d.unit != "%" || c.currencies > 0 || moneyName(c.name):
		d.typ, d.scale = table.Decimal, max(c.frac, 1)
	default:
		d.typ = table.Float
	}
	if c.currencies > 1 {
		d.notes = append(d.notes, c.note("several_currencies", "%q holds amounts in several currencies; the signs were dropped."))
	}
}

func (c *column) intDigits() int {
	if c.count[clsInt] == 0 {
		return 0
	}
	return max(len(strconv.FormatInt(c.max, 10)), len(strconv.FormatInt(c.min, 10)))
}

// mixed tells of a column that is text because of a few cells.
func (c *column) mixed(values int64) []Note {
	if c.forced != "" {
		return nil // it is what a person chose, or the table was
	}
	var most class
	for k := clsInt; k < clsWord; k++ {
		if c.count[k] > c.count[most] || most == clsText {
			most = k
		}
	}
	numbers := c.count[clsInt] + c.count[clsFloat] + c.count[clsNumber]
	share := max(c.count[most], numbers)
	if values = min(values, c.classified()); share*4 < values || share == 0 {
		return nil
	}
	what := map[class]string{clsInt: "numbers", clsFloat: "numbers", clsNumber: "numbers", clsBool: "yes or no", clsMoment: "dates", clsClock: "times"}[most]
	var odd []string
	for _, o := range c.odd {
		odd = append(odd, fmt.Sprintf("%q in line %d", o.text, o.line))
	}
	code, text := "kept_as_text", fmt.Sprintf("%q is mostly %s, but kept as text", c.name, what)
	if share*2 <= values {
		if most == clsBool {
			return nil // a text of one letter may well be y
		}
		code, text = "partly_text", fmt.Sprintf("%q is %s in part only, and kept as text", c.name, what)
	}
	if len(odd) > 0 {
		text += " because of " + strings.Join(odd, ", ")
	} else {
		text += " because its values are written in different ways"
	}
	return []Note{{Code: code, Text: text + "."}}
}

// classified counts the cells whose kind was looked at: of a column that is
// text beyond doubt, the rest was not.
func (c *column) classified() (n int64) {
	for k := clsText; k < clsWord; k++ {
		n += c.count[k]
	}
	return n
}

// keepWords makes the words for "no value" nulls.
func (c *column) keepWords(d *decided) {
	if len(c.words) == 0 {
		return
	}
	d.nullWords = sortedKeys(c.words)
	d.notes = append(d.notes, c.wordNote(d.nullWords))
}

// dropWords does the same for text, where fewer words mean "no value".
func (c *column) dropWords(d *decided) {
	for _, w := range sortedKeys(c.words) {
		if c.texts[w] {
			d.nullWords = append(d.nullWords, w)
		}
	}
	if len(d.nullWords) > 0 {
		d.notes = append(d.notes, c.wordNote(d.nullWords))
	}
}

func (c *column) wordNote(words []string) Note {
	n := int64(0)
	for _, w := range words {
		n += c.words[w]
	}
	return Note{Code: "null_words", Text: fmt.Sprintf("In %q, %s read as no value (%s).", c.name, strings.Join(quoteAll(words), ", "), countOf(n, "cell", "cells"))}
}

func (c *column) note(code, format string) Note {
	return Note{Code: code, Text: fmt.Sprintf(format, c.name)}
}

// date decides a column of dates or datetimes.
func (c *column) date(s settings) decided {
	d := decided{typ: table.Date}
	lay := c.lay
	if lay&layDMY != 0 && lay&layMDY != 0 || lay&layDMy != 0 && lay&layMDy != 0 {
		lay = c.dayOrder(lay, s, &d)
	} else if lay&eitherOrder != 0 && c.proof.line > 0 {
		c.provenOrder(lay, s, &d)
	}
	d.lay = lay & -lay
	if c.clock&^clockNone != 0 {
		d.typ, d.midnight = table.Datetime, c.allMidnight && c.clock&clockZone == 0
	}
	if c.zoned > 0 && c.zoned != c.count[clsMoment] {
		return c.asText("mixed_zones", "%q holds times with and without time zones, kept as text.")
	}
	if c.zoned > 0 {
		d.zoned = true
		d.notes = append(d.notes, c.note("time_zone", "%q has time zones; its times are kept as UTC."))
		d.unit = "UTC"
	}
	if d.midnight {
		d.typ = table.Date
	}
	if lay == layYMD && c.seps['-'] && c.clock&clock12h == 0 {
		d.direct = !d.midnight && !d.zoned
		return d
	}
	if c.clock&clockZone != 0 { // rare: zones behind a date that is not ISO
		return c.asText("kept_as_text", "%q has dates with time zones in an unusual form, kept as text.")
	}
	d.formats = c.formats(lay)
	return d
}

// asText is the decision to leave a column as it is, with the reason.
func (c *column) asText(code, format string) decided {
	return decided{typ: table.String, direct: true, notes: []Note{c.note(code, format)}}
}

// dayOrder chooses between day-month and month-day where every date allows both.
func (c *column) dayOrder(lay layouts, s settings, d *decided) layouts {
	order, want, why := "day first", layDMY|layDMy, ""
	switch {
	case s.order != "":
		why = "as you chose"
	case s.dayFirst != "" && s.dayFirst != c.name:
		why = fmt.Sprintf("since the dates in %q have it first", s.dayFirst)
	case s.semi:
		why = "since the cells are separated by semicolons"
	case c.seps['.']:
		why = "since points stand between the parts"
	default:
		why = "since nothing in the file says otherwise"
	}
	if s.order == MonthFirst || s.order == "" && s.dayFirst == "" && !s.semi && !c.seps['.'] {
		order, want = "month first", layMDY|layMDy
	}
	d.notes = append(d.notes, Note{Code: "day_month_order",
		Text: fmt.Sprintf("Dates in %q could be read with the day or the month first; read as %s, %s.", c.name, order, why)})
	return lay & want
}

// provenOrder tells which date settled the order of day and month.
func (c *column) provenOrder(lay layouts, s settings, d *decided) {
	order, is := "month first", MonthFirst
	if lay&(layDMY|layDMy) != 0 {
		order, is = "day first", DayFirst
	}
	text := fmt.Sprintf("Dates in %q are read as %s, since %q in line %d cannot be read otherwise.", c.name, order, c.proof.text, c.proof.line)
	if s.order != "" && s.order != is {
		text += " The order that you chose does not fit."
	}
	d.notes = append(d.notes, Note{Code: "day_month_order", Text: text})
}

// dateOrder tells the order in which day and month are read where they are
// numbers.
func (d *decided) dateOrder() string {
	switch {
	case d.typ != table.Date && d.typ != table.Datetime:
	case d.lay&(layDMY|layDMy) != 0:
		return DayFirst
	case d.lay&(layMDY|layMDy) != 0:
		return MonthFirst
	}
	return ""
}

// formats spells the layout for the engine.
func (c *column) formats(lay layouts) []string {
	var sep byte = '-'
	for s := range c.seps {
		sep = s
	}
	x := string(sep)
	day := map[layouts]string{
		layYMD: "%Y" + x + "%m" + x + "%d", layDMY: "%d" + x + "%m" + x + "%Y", layMDY: "%m" + x + "%d" + x + "%Y",
		layDMy: "%d" + x + "%m" + x + "%y", layMDy: "%m" + x + "%d" + x + "%y", layDMonY: "%d" + x + "%b" + x + "%Y",
		layMonDY: "%b %d %Y", layCompact: "%Y%m%d",
	}[lay&-lay]
	if lay == layMonDY && sep == ',' {
		day = "%b %d, %Y"
	}
	var out []string
	for _, t := range c.clockFormats() {
		if t == "" {
			out = append(out, day)
			continue
		}
		for j := range c.joins {
			if j != 0 {
				out = append(out, day+string(j)+t)
			}
		}
	}
	return out
}

// clockFormats spells the times of day that occur.
func (c *column) clockFormats() []string {
	var out []string
	if c.clock&clockFrac != 0 {
		out = append(out, "%H:%M:%S.%f")
	}
	if c.clock&clock12h != 0 {
		out = append(out, "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p")
	}
	if c.clock&clockHMS != 0 {
		out = append(out, "%H:%M:%S")
	}
	if c.clock&clockHM != 0 {
		out = append(out, "%H:%M")
	}
	if c.clock&clockNone != 0 {
		out = append(out, "")
	}
	return out
}
