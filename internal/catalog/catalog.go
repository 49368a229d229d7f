package catalog

import (
	"math"
	"strconv"

	"tabletalk/internal/table"
)

// Role says what a column is for; it decides what may be done with it.
type Role string

// The roles.
const (
	ID        Role = "id"        // names one thing; counted, never summed
	Measure   Role = "measure"   // an amount; summed by default
	Rate      Role = "rate"      // a ratio or score; averaged, never summed
	Price     Role = "price"     // money per unit; averaged by default
	Dimension Role = "dimension" // a category to group by
	Time      Role = "time"      // a date or datetime
	Geo       Role = "geo"       // a place: a dimension that "in" favours
	URL       Role = "url"
	Text      Role = "text" // free text, neither grouped nor summed
	Flag      Role = "flag" // yes or no
)

// Catalog is everything a question may be about.
type Catalog struct {
	Tables []Table `json:"tables"`
	Joins  []Join  `json:"joins,omitempty"`
	Terms  []Term  `json:"terms,omitempty"`
}

// Table is one table that SQL can name.
type Table struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`            // the name in SQL
	Label   string   `json:"label,omitempty"` // the name for people, where it differs
	Rows    int64    `json:"rows"`
	Columns []Column `json:"columns"`
	Values  *Index   `json:"-"` // nil where no index was built
}

// Column is one column with what is known of it.
type Column struct {
	Name     string     `json:"name"` // the name in SQL, as in the file
	Type     table.Type `json:"type"`
	Role     Role       `json:"role"`
	Reason   string     `json:"role_reason,omitempty"` // why the role was given, in words
	Summed   string     `json:"summed,omitempty"`      // how people said it is summed up: sum, avg, median, min, max
	Unit     string     `json:"unit,omitempty"`
	Synonyms []string   `json:"synonyms,omitempty"`
	Hidden   bool       `json:"hidden,omitempty"`
	Private  bool       `json:"private,omitempty"` // never sent to a language model
	Stats    Stats      `json:"stats"`
}

// Stats are counts over all rows of a column. Min and Max are nil for an
// empty column; Distinct leaves nulls out.
type Stats struct {
	Nulls    int64         `json:"nulls"`
	Distinct int64         `json:"distinct"`
	Min      table.Value   `json:"min,omitempty"`
	Max      table.Value   `json:"max,omitempty"`
	Mean     *float64      `json:"mean,omitempty"`
	Top      []Count       `json:"top,omitempty"` // most frequent values first
	MaxLen   int           `json:"max_len,omitempty"`
	Whole    bool          `json:"whole,omitempty"` // a float column that holds whole numbers only
	Samples  []table.Value `json:"samples,omitempty"`
}

// Count is a value and how many rows hold it.
type Count struct {
	Value table.Value `json:"value"`
	Rows  int64       `json:"rows"`
}

// Join says that two columns of two tables hold the same things. Many is the
// side with several rows per key; One the side where the key is unique.
type Join struct {
	Many      ColumnRef `json:"many"`
	One       ColumnRef `json:"one"`
	Unique    bool      `json:"unique"`    // One really has unique keys; otherwise it is many to many
	Inclusion float64   `json:"inclusion"` // share of Many's keys that One has, 0 to 1
	Confirmed bool      `json:"confirmed,omitempty"`
}

// Words says how the tables belong together.
func (j Join) Words() string {
	by := j.Many.Column
	if j.One.Column != j.Many.Column {
		by += " (there: " + j.One.Column + ")"
	}
	found := "all of them are there"
	if j.Inclusion < 1 {
		found = strconv.FormatFloat(math.Floor(j.Inclusion*1000)/10, 'f', -1, 64) + " % of them are there"
	}
	if !j.Unique {
		return "Rows of " + j.Many.Table + " and of " + j.One.Table + " share values of " + by + ", several on both sides; " + found + "."
	}
	return "Each row of " + j.Many.Table + " has at most one of " + j.One.Table + ", by " + by + "; " + found + "."
}

// ColumnRef names a column of a table.
type ColumnRef struct {
	Table  string `json:"table"`
	Column string `json:"column"`
}

// Term is a word that people of a workspace defined; terms.go has the kinds.
type Term struct {
	Phrase string `json:"phrase"`
	Kind   string `json:"kind"`
	Table  string `json:"table,omitempty"`
	Column string `json:"column,omitempty"`
	Text   string `json:"text,omitempty"` // a value, or compact plan text
}

// Table finds a table by its SQL name; nil if there is none.
func (c *Catalog) Table(name string) *Table {
	for i := range c.Tables {
		if c.Tables[i].Name == name {
			return &c.Tables[i]
		}
	}
	return nil
}

// Column finds a column by its SQL name; nil if there is none.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// ColumnValues are the distinct values of one column, most frequent first:
// what an Index is built from.
type ColumnValues struct {
	Column   string   `json:"column"`
	Values   []string `json:"values"`
	Rows     []int64  `json:"rows"`     // rows per value, same length
	Complete bool     `json:"complete"` // false where a limit cut the list
}
