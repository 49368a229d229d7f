package ingest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tabletalk/internal/table"
)

// cellValue gives what the engine makes of a cell's text; nil for no value.
func (c *column) cellValue(d decided, raw string) table.Value {
	if d.rewrite {
		if t, ok := c.rewritten(d, raw); ok && t != "" {
			return typedValue(d.typ, d.scale, t)
		}
		return nil
	}
	if d.plain() && (d.typ == table.Integer || d.typ == table.Float) {
		return typedValue(d.typ, d.scale, raw)
	}
	t := strings.Trim(raw, " \t")
	if d.typ == table.String {
		if t == "" || c.texts[t] {
			return nil
		}
		return t
	}
	if t == "" || c.nulls[t] {
		return nil
	}
	switch d.typ {
	case table.Boolean:
		return t == "1" || boolForms[strings.ToLower(t)].yes
	case table.Date, table.Datetime, table.Time:
		return c.momentValue(d, t)
	}
	return numberValue(d, t)
}

// numberValue reads a number of any form.
func numberValue(d decided, t string) table.Value {
	if d.format {
		t = plainDigits(d.comma, t)
	}
	return typedValue(d.typ, d.scale, t)
}

// plainDigits is plainNumber for one cell.
func plainDigits(comma bool, t string) string {
	var b strings.Builder
	if strings.ContainsAny(t, "(-−") {
		b.WriteByte('-')
	}
	for _, r := range t {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case comma && r == ',' || !comma && r == '.':
			b.WriteByte('.')
		}
	}
	return b.String()
}

// typedValue reads the engine's text of a value.
func typedValue(typ table.Type, scale int, t string) table.Value {
	switch typ {
	case table.Integer:
		n, err := strconv.ParseInt(t, 10, 64)
		if err != nil {
			f, _ := strconv.ParseFloat(t, 64)
			return f
		}
		return n
	case table.Float:
		f, err := strconv.ParseFloat(t, 64)
		if err != nil || f != f || f > maxFloat || f < -maxFloat {
			return nil
		}
		return f
	case table.Decimal:
		return table.Exact(fixed(t, scale))
	case table.Boolean:
		return t == "true"
	}
	return t
}

const maxFloat = 1.7976931348623157e308

// fixed writes plain digits with the given number of decimals.
func fixed(t string, scale int) string {
	head, tail, _ := strings.Cut(t, ".")
	neg := strings.HasPrefix(head, "-")
	head = strings.TrimLeft(strings.TrimPrefix(head, "-"), "0")
	if head == "" {
		head = "0"
	}
	for len(tail) < scale {
		tail += "0"
	}
	if neg && strings.Trim(head+tail, "0") != "" {
		head = "-" + head
	}
	if scale == 0 {
		return head
	}
	return head + "." + tail
}

// momentValue gives a date, datetime or time in ISO form.
func (c *column) momentValue(d decided, t string) table.Value {
	m, ok := parseMoment(t)
	if !ok {
		if len(t) == 8 { // 20240131
			return t[:4] + "-" + t[4:6] + "-" + t[6:]
		}
		return nil
	}
	clockText := fmt.Sprintf("%02d:%02d:%02d", m.hour, m.min, m.sec)
	if f := strings.TrimRight(m.frac, "0"); f != "" {
		clockText += "." + f
	}
	if d.typ == table.Time {
		return clockText
	}
	y, mo, day := m.ymd(d.lay)
	if m.offset != 0 {
		at := time.Date(y, time.Month(mo), day, m.hour, m.min-m.offset, m.sec, 0, time.UTC)
		y, mo, day = at.Year(), int(at.Month()), at.Day()
		clockText = at.Format("15:04:05") + clockText[8:]
	}
	date := fmt.Sprintf("%04d-%02d-%02d", y, mo, day)
	if d.typ == table.Date {
		return date
	}
	return date + " " + clockText
}

// ymd gives year, month and day in the layout that the column decided on.
func (m *moment) ymd(lay layouts) (y, mo, d int) {
	switch p := m.part; {
	case m.lay&(layYMD|layCompact) != 0:
		return p[0], p[1], p[2]
	case m.lay == layMonDY || lay&(layMDY|layMDy) != 0:
		return p[2], p[0], p[1]
	default:
		return p[2], p[1], p[0]
	}
}

// isoSeconds writes seconds since 1970 as a datetime.
func isoSeconds(x float64) string {
	return time.Unix(int64(x), 0).UTC().Format("2006-01-02 15:04:05")
}
