package table

// Type is the type of a column, as people and the API name it.
type Type string

// The types of columns.
const (
	Integer  Type = "integer"
	Float    Type = "float"
	Decimal  Type = "decimal"
	String   Type = "string"
	Boolean  Type = "boolean"
	Date     Type = "date"
	Datetime Type = "datetime"
	Time     Type = "time"
)

// Numeric reports whether values of the type can be added.
func (t Type) Numeric() bool { return t == Integer || t == Float || t == Decimal }

// Temporal reports whether values of the type lie on a calendar.
func (t Type) Temporal() bool { return t == Date || t == Datetime }

// Exact is a decimal number in plain digits ("12.50"); in JSON it is a number.
type Exact string

// MarshalJSON writes the digits as a JSON number.
func (e Exact) MarshalJSON() ([]byte, error) { return []byte(e), nil }

// Column is a column of a table or of a result.
type Column struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Nullable bool   `json:"nullable"`
	Unit     string `json:"unit,omitempty"` // "%", "USD", "days"; empty where unknown
}

// Value is one cell; see the package documentation for what it may hold.
type Value = any

// Rows are values under columns, as a query returns them.
type Rows struct {
	Columns   []Column
	Values    [][]Value
	Truncated bool     // more rows exist than Values holds
	Total     int64    // rows in all; -1 where that is unknown because of a cut
	Tied      int      // rows after the last of the first few that share its place
	TiedMore  bool     // there may be more of them
	Tables    []string // that were read; empty where nobody noted it
}

// Column gives the index of the named column, or -1.
func (r *Rows) Column(name string) int {
	for i, c := range r.Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// Number gives a value as float64, and whether it is a number.
func Number(v Value) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	case Exact:
		return parseFloat(string(n))
	}
	return 0, false
}
