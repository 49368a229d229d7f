package ingest

import (
	"context"
	"fmt"
	"strings"

	"tabletalk/internal/table"
)

// copyInto lets the engine read a text file into Parquet, with nothing left
// for it to guess, and returns the number of rows.
func (s *scan) copyInto(ctx context.Context, cols []decided, file, from string, d dialect, skip int64) (int64, error) {
	s.j.stage("load", 0, s.rows)
	var reads, exprs []string
	for i, c := range s.cols {
		name := fmt.Sprintf("c%d", i)
		reads = append(reads, quoteText(name)+": "+quoteText(readAs(cols[i])))
		exprs = append(exprs, expression(c, cols[i], name)+" AS "+quoteID(c.name))
	}
	if s.h.trailer {
		reads = append(reads, "'trailer': 'VARCHAR'")
	}
	q := fmt.Sprintf("COPY (SELECT %s FROM read_csv(%s, %s, columns = {%s})) TO %s (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)",
		strings.Join(exprs, ", "), quoteText(from), s.options(d, skip), strings.Join(reads, ", "), quoteText(s.j.temp(file)))
	var n int64
	if err := s.j.db.QueryRowContext(ctx, q).Scan(&n); err != nil {
		return 0, err
	}
	s.j.stage("load", n, s.rows)
	return n, nil
}

// options spells the dialect for the engine.
func (s *scan) options(d dialect, skip int64) string {
	quote, escape := "", ""
	if d.quote != 0 {
		quote, escape = string(rune(d.quote)), string(rune(d.escape))
	}
	newline := `\n`
	if s.crlf > 0 {
		newline = `\r\n`
	}
	opts := fmt.Sprintf("auto_detect = false, header = false, strict_mode = true, null_padding = false, delim = %s, quote = %s, escape = %s, new_line = %s, skip = %d",
		quoteText(d.delim), quoteText(quote), quoteText(escape), quoteText(newline), skip)
	if s.widest > 1<<20 {
		opts += fmt.Sprintf(", max_line_size = %d", 2*s.widest+1024)
	}
	return opts
}

// sqlType is the engine's name of a type.
func sqlType(d decided) string {
	switch d.typ {
	case table.Integer:
		return "BIGINT"
	case table.Float:
		return "DOUBLE"
	case table.Decimal:
		return fmt.Sprintf("DECIMAL(18, %d)", d.scale)
	case table.Boolean:
		return "BOOLEAN"
	case table.Date:
		return "DATE"
	case table.Datetime:
		return "TIMESTAMP"
	case table.Time:
		return "TIME"
	}
	return "VARCHAR"
}

func readAs(d decided) string {
	if d.direct {
		return sqlType(d)
	}
	return "VARCHAR"
}

// expression turns the text of a column into its value. The scan has seen that
// every cell has the form that the expression expects.
func expression(c *column, d decided, name string) string {
	if d.direct {
		return name
	}
	x := name
	if d.typ != table.String || c.blanks > 0 {
		x = "nullif(trim(" + name + ", ' \t'), '')"
	}
	if len(d.nullWords) > 0 {
		var words []string
		for _, w := range d.nullWords {
			words = append(words, quoteText(w))
		}
		x = fmt.Sprintf("(CASE WHEN %s IN (%s) THEN NULL ELSE %s END)", x, strings.Join(words, ", "), x)
	}
	return typed(c, d, x)
}

func typed(c *column, d decided, x string) string {
	switch {
	case d.typ == table.String:
		return x
	case d.format:
		return "CAST(" + plainNumber(d, x) + " AS " + sqlType(d) + ")"
	case len(d.formats) > 0:
		var list []string
		for _, f := range d.formats {
			list = append(list, quoteText(f))
		}
		return fmt.Sprintf("CAST(strptime(%s, [%s]) AS %s)", x, strings.Join(list, ", "), sqlType(d))
	case d.typ == table.Time && c.clock&clock12h != 0:
		return fmt.Sprintf("CAST(strptime(%s, ['%%I:%%M:%%S %%p', '%%I:%%M %%p', '%%I:%%M:%%S%%p', '%%I:%%M%%p', '%%H:%%M:%%S', '%%H:%%M']) AS TIME)", x)
	case d.zoned:
		return "timezone('UTC', CAST(" + x + " AS TIMESTAMPTZ))"
	case d.midnight:
		return "CAST(CAST(" + x + " AS TIMESTAMP) AS DATE)"
	}
	return "CAST(" + x + " AS " + sqlType(d) + ")"
}

// plainNumber strips signs and grouping from a formatted number. Accounting
// brackets and a minus at either end make it negative.
func plainNumber(d decided, x string) string {
	digits := "regexp_replace(" + x + ", '[^0-9.]', '', 'g')"
	if d.comma {
		digits = "replace(regexp_replace(" + x + ", '[^0-9,]', '', 'g'), ',', '.')"
	}
	return "(CASE WHEN regexp_matches(" + x + ", '[(−-]') THEN '-' ELSE '' END || " + digits + ")"
}
