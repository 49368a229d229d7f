package plan

import "testing"

// No row lies in two periods that are apart; periods of two columns, and those
// that share days, leave rows.
func TestNever(t *testing.T) {
	for where, want := range map[string]bool{
		"d within 2022-01-01..2023-01-01 and d within 2024-01-01..2025-01-01":           true,
		"d within 2024-01-01..2025-01-01 and x > 3 and d within 2022-01-01..2023-01-01": true,
		"d within 2022-01-01..2023-01-01 and d within 2023-01-01..2024-01-01":           true,
		"d within 2022-01-01..2023-01-01 and d within 2022-06-01..2022-07-01":           false,
		"d within 2022-01-01..2023-01-01 and e within 2024-01-01..2025-01-01":           false,
		"d within 2022-01-01..2023-01-01 or d within 2024-01-01..2025-01-01":            false,
	} {
		p, err := Parse("t | where " + where + " | select d")
		if err != nil {
			t.Fatal(where, err)
		}
		if got := Never(p.Where); got != want {
			t.Errorf("%s: %v, want %v", where, got, want)
		}
	}
}
