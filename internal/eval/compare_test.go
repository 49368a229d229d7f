package eval

import "testing"

func TestMatches(t *testing.T) {
	rows := func(list ...[]any) [][]any { return list }
	row := func(list ...any) []any { return list }
	tests := []struct {
		name      string
		got, want [][]any
		ordered   bool
		same      bool
	}{
		{"nothing wanted, nothing there", nil, nil, false, true},
		{"nothing wanted, something there", rows(row(1.0)), nil, false, false},
		{"another number of rows", rows(row(1.0), row(2.0)), rows(row(1.0)), false, false},
		{"rows in any order", rows(row("b", 2.0), row("a", 1.0)), rows(row("a", 1.0), row("b", 2.0)), false, true},
		{"rows in another order than asked for", rows(row("b"), row("a")), rows(row("a"), row("b")), true, false},
		{"a row twice is not once", rows(row("a"), row("b")), rows(row("a"), row("a")), false, false},
		{"columns in any order", rows(row(1.0, "a"), row(2.0, "b")), rows(row("a", 1.0), row("b", 2.0)), false, true},
		{"two columns more", rows(row("x", "a", "y"), row("x", "b", "y")), rows(row("a"), row("b")), false, true},
		{"three columns more are guesses", rows(row("x", "a", "y", "z")), rows(row("a")), false, false},
		{"a column may not stand for two", rows(row(1.0, "a"), row(1.0, "b")), rows(row(1.0, 1.0), row(1.0, 1.0)), false, false},
		{"values of one row stay together", rows(row("a", 2.0), row("b", 1.0)), rows(row("a", 1.0), row("b", 2.0)), false, false},
		{"numbers within rounding", rows(row(3.14159)), rows(row(3.14)), false, true},
		{"other numbers", rows(row(3.16)), rows(row(3.14)), false, false},
		{"a share and its percentage", rows(row("12.5%")), rows(row(0.125)), false, true},
		{"numbers with marks", rows(row("$1,200")), rows(row(1200.0)), false, true},
		{"dates and midnights", rows(row("2024-05-01T00:00:00")), rows(row("2024-05-01")), false, true},
		{"a date is not its year", rows(row("2015-01-01")), rows(row(2015.0)), false, false},
		{"case, accents and dashes", rows(row("São–Paulo ")), rows(row("sao-paulo")), false, true},
		{"true, yes and 1", rows(row(true), row(false)), rows(row("yes"), row("0")), false, true},
		{"null and the empty text", rows(row(nil)), rows(row("")), false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Matches(tt.got, tt.want, tt.ordered); got != tt.same {
				t.Errorf("Matches is %v", got)
			}
		})
	}
}

func TestValuesMatch(t *testing.T) {
	tests := []struct {
		name string
		rows [][]any
		want []string
		same bool
	}{
		{"one column holds them", [][]any{{"x", "Paris"}, {"y", "Rome"}}, []string{"rome", "Paris"}, true},
		{"once each", [][]any{{"Paris"}, {"Paris"}}, []string{"Paris"}, true},
		{"one is missing", [][]any{{"Paris"}}, []string{"Paris", "Rome"}, false},
		{"one too many", [][]any{{"Paris"}, {"Rome"}}, []string{"Paris"}, false},
		{"no rows", nil, []string{"Paris"}, false},
		{"a wide row is a guess", [][]any{{"a", "b", "c", "d", "Paris"}}, []string{"Paris"}, false},
		{"notes and brackets at the end", [][]any{{"Paris[1]"}, {"Rome (Italy)"}}, []string{"Paris", "Rome"}, true},
		{"numbers by value", [][]any{{4.0}}, []string{"4"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ValuesMatch(tt.rows, tt.want); got != tt.same {
				t.Errorf("ValuesMatch is %v", got)
			}
		})
	}
}
