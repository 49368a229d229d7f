package train

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

//go:embed testdata/schemas.txt
var schemasText string

// field is a column with the ways people call it.
type field struct {
	name, kind string
	said       []string
	values     []string // of a dim
	low, high  int64    // of a num
}

// schema is one table with what its rows are called.
type schema struct {
	name, noun string
	nouns      []string // other words for the rows
	rows       int64
	fields     []field
	cat        *catalog.Catalog
}

func schemas(t testing.TB) []*schema {
	t.Helper()
	var out []*schema
	for i, line := range strings.Split(schemasText, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "table":
			rows, err := strconv.ParseInt(words[2], 10, 64)
			if err != nil {
				t.Fatalf("line %d: %v", i+1, err)
			}
			out = append(out, &schema{name: words[1], rows: rows, noun: words[3], nouns: strings.Split(strings.Join(words[4:], " "), "|")})
		default:
			s := out[len(out)-1]
			s.fields = append(s.fields, readField(words))
		}
	}
	for _, s := range out {
		s.cat = s.catalog()
	}
	return out
}

func readField(words []string) field {
	f := field{name: words[0], kind: words[1]}
	rest, values, _ := strings.Cut(strings.Join(words[2:], " "), " = ")
	switch n := len(words); f.kind {
	case "dim":
		f.values = strings.Split(values, "|")
	case "many":
		f.low, _ = strconv.ParseInt(words[n-1], 10, 64)
		rest = strings.Join(words[2:n-1], " ")
	case "num":
		f.low, _ = strconv.ParseInt(words[n-2], 10, 64)
		f.high, _ = strconv.ParseInt(words[n-1], 10, 64)
		rest = strings.Join(words[2:n-2], " ")
	}
	f.said = strings.Split(rest, "|")
	return f
}

// catalog describes the table as reading a file would.
func (s *schema) catalog() *catalog.Catalog {
	t := catalog.Table{ID: s.name, Name: s.name, Rows: s.rows}
	var values []catalog.ColumnValues
	for _, f := range s.fields {
		c := catalog.Column{Name: f.name}
		switch f.kind {
		case "id":
			c.Type, c.Role, c.Stats = table.Integer, catalog.ID, catalog.Stats{Distinct: s.rows, Min: int64(1), Max: s.rows}
		case "name":
			c.Type, c.Role, c.Stats = table.String, catalog.Dimension, catalog.Stats{Distinct: s.rows}
			values = append(values, named(f, s.rows, s.rows))
		case "many":
			c.Type, c.Role, c.Stats = table.String, catalog.Dimension, catalog.Stats{Distinct: f.low}
			f.values = named(f, f.low, s.rows).Values
			values = append(values, counted(f, s.rows))
		case "dim":
			c.Type, c.Role, c.Stats = table.String, catalog.Dimension, catalog.Stats{Distinct: int64(len(f.values))}
			values = append(values, counted(f, s.rows))
		case "num":
			c.Type, c.Role, c.Stats = table.Integer, f.role(), catalog.Stats{Distinct: s.rows / 2, Min: f.low, Max: f.high}
		case "flag":
			c.Type, c.Role, c.Stats = table.Boolean, catalog.Flag, catalog.Stats{Distinct: 2}
		case "date":
			c.Type, c.Role, c.Stats = table.Date, catalog.Time, catalog.Stats{Distinct: s.rows / 2, Min: "2019-01-04", Max: "2024-12-20"}
		case "year":
			c.Type, c.Role, c.Stats = table.Integer, catalog.Time, catalog.Stats{Distinct: 20, Min: int64(2001), Max: int64(2024)}
		}
		t.Columns = append(t.Columns, c)
	}
	t.Values = catalog.BuildIndex(values)
	return &catalog.Catalog{Tables: []catalog.Table{t}}
}

// role is that of a number, by its name.
func (f field) role() catalog.Role {
	switch {
	case strings.Contains(f.name, "price"):
		return catalog.Price
	case strings.Contains(f.name, "rate"):
		return catalog.Rate
	}
	return catalog.Measure
}

// named are n names: words that nothing else has.
func named(f field, n, seed int64) catalog.ColumnValues {
	r := rand.New(rand.NewPCG(uint64(seed), uint64(len(f.name))))
	v := catalog.ColumnValues{Column: f.name, Complete: true}
	for i := range n {
		word := ""
		for range 3 {
			word += string("bdfgklmnprstv"[r.IntN(13)]) + string("aeiou"[r.IntN(5)])
		}
		v.Values, v.Rows = append(v.Values, fmt.Sprintf("%s%s %d", strings.ToUpper(word[:1]), word[1:], i)), append(v.Rows, 1)
	}
	return v
}

func counted(f field, rows int64) catalog.ColumnValues {
	v := catalog.ColumnValues{Column: f.name, Complete: true, Values: f.values}
	for range f.values {
		v.Rows = append(v.Rows, rows/int64(len(f.values)))
	}
	return v
}

// of gives the fields of the kinds.
func (s *schema) of(kinds ...string) []field {
	var out []field
	for _, f := range s.fields {
		for _, k := range kinds {
			if f.kind == k {
				out = append(out, f)
			}
		}
	}
	return out
}
