package duckdb

import (
	"regexp"
	"strings"

	"tabletalk/internal/fault"
)

// mistake is a sentence of the engine about a statement, with ours in its
// place. $1 and so on stand for the parts in brackets.
type mistake struct {
	pattern       *regexp.Regexp
	message, hint string
}

// mistakes are what people and models get wrong most; the first that matches
// wins.
var mistakes = []mistake{
	{regexp.MustCompile(`^Binder Error: Referenced column "([^"]+)" (?:was )?not found`), `There is no column "$1" here.`, nearNames},
	{regexp.MustCompile(`^Binder Error: Table "([^"]+)" does not have a column named "([^"]+)"`), `The table "$1" has no column "$2".`, nearNames},
	{regexp.MustCompile(`^Binder Error: Referenced table "([^"]+)" not found`), `The query names "$1", which is not in its FROM.`, nearNames},
	{regexp.MustCompile(`^Binder Error: Ambiguous reference to column name "([^"]+)"`), `More than one table has a column "$1".`, "Write the table before it: table.column."},
	{regexp.MustCompile(`^Binder Error: [Cc]olumn "([^"]+)" does not exist on (\w+) side`), `The column "$1" to join by is missing on the $2 side.`, "Join with ON and name both columns."},
	{regexp.MustCompile(`^Binder Error: column "([^"]+)" must appear in the GROUP BY`), `The column "$1" is neither grouped nor summarised.`, "Add it to GROUP BY, or use any_value($1)."},
	{regexp.MustCompile(`^Binder Error: aggregate function calls cannot be nested`), "A summary stands inside another.", "Summarise in a query of its own (WITH ...), then summarise its result."},
	{regexp.MustCompile(`^Binder Error: (WHERE clause|GROUP BY clause|JOIN conditions?) cannot contain aggregates`), "A summary stands where single rows are chosen.", "Choose groups with HAVING, or summarise first in WITH."},
	{regexp.MustCompile(`^Binder Error: .* cannot contain window functions`), "A window function stands where single rows are chosen.", "Choose by it with QUALIFY, or compute it first in WITH."},
	{regexp.MustCompile(`^Binder Error: No function matches the given name and argument types '([^'(]+)\(([^')]*)\)`), "$1 does not take values of these types: $2.", "Cast the values first: CAST(... AS ...)."},
	{regexp.MustCompile(`^Binder Error: Could not choose a best candidate function for the function call "([^"(]+)\(([^")]*)\)`), "$1 does not take values of these types: $2.", "Cast the values first: CAST(... AS ...)."},
	{regexp.MustCompile(`^Binder Error: Cannot (?:compare|combine|mix) values of type ([\w() ,]+?) (?:and|with) (?:values of )?(?:type )?([\w() ,]+?)(?: - | in |$|\n)`), "Values of type $1 cannot be put beside values of type $2.", "Cast one of them: CAST(... AS ...)."},
	{regexp.MustCompile(`^Binder Error: Set operations can only apply`), "The queries of a UNION, EXCEPT or INTERSECT have different numbers of columns.", ""},
	{regexp.MustCompile(`^Binder Error: Subquery returns (\d+) columns`), "A subquery gives $1 columns where one is needed.", ""},
	{regexp.MustCompile(`^Binder Error: ORDER term out of range - should be between 1 and (\d+)`), "ORDER BY counts columns from 1 to $1 here.", ""},
	{regexp.MustCompile(`^Binder Error: (?:LIMIT|OFFSET)`), "LIMIT and OFFSET take whole numbers from 0.", ""},
	{regexp.MustCompile(`^Catalog Error: Scalar Function with name (\w+) does not exist`), "The function $1 needs OVER (...) or WITHIN GROUP (...) after it.", ""},
	{regexp.MustCompile(`^Conversion Error`), "A value cannot be turned into the type that the SQL asks for.", "Use TRY_CAST(... AS ...), which gives nothing for such values."},
	{regexp.MustCompile(`^Out of Range Error`), "A number or date in the calculation is outside of what its type or function can take.", ""},
	{regexp.MustCompile(`^Parser Error`), "The SQL cannot be read.", ""},
}

// nearNames stands for a hint with the names that the engine found close.
const nearNames = "near"

func (r mistake) fault(text string, match []int) *fault.Error {
	f := fault.New(fault.Invalid, "sql_invalid", "%s", r.expand(r.message, text, match))
	hint := r.expand(r.hint, text, match)
	if r.hint == nearNames {
		hint = candidates(text)
	}
	if hint == "" {
		return f
	}
	return f.WithHint("%s", hint)
}

// expand fills in parts of the engine's sentence. What it calls the type of a
// written value is no word for people.
func (r mistake) expand(template, text string, match []int) string {
	s := string(r.pattern.ExpandString(nil, template, text, match))
	return strings.NewReplacer("STRING_LITERAL", "text", "INTEGER_LITERAL", "INTEGER").Replace(s)
}

var (
	candidateLine = regexp.MustCompile(`Candidate (?:bindings|tables): (.*)`)
	quotedName    = regexp.MustCompile(`"([^"]+)"`)
)

func candidates(text string) string {
	line := candidateLine.FindStringSubmatch(text)
	if line == nil {
		return ""
	}
	var names []string
	for _, m := range quotedName.FindAllStringSubmatch(line[1], 3) {
		names = append(names, m[1])
	}
	if len(names) == 0 {
		return ""
	}
	return "Near to it: " + strings.Join(names, ", ") + "."
}
