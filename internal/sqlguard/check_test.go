package sqlguard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tabletalk/internal/fault"
)

// The tests here judge trees that no parser needs to have made. How the guard
// and the engine's parser work together is tested where the engine is, with
// the statements of engine/worker/testdata.

func column(name string) object { return object{"class": "COLUMN_REF", "column_names": []any{name}} }

func call(name string, args ...any) object {
	return object{"class": "FUNCTION", "type": "FUNCTION", "function_name": name, "children": args}
}

func whole(n int) object {
	return object{"class": "CONSTANT", "type": "VALUE_CONSTANT", "value": object{"type": object{"id": "INTEGER"}, "value": n}}
}

func day(text string) object {
	return object{"class": "CAST", "cast_type": object{"id": "DATE"}, "child": object{
		"class": "CONSTANT", "value": object{"type": object{"id": "VARCHAR"}, "value": text}}}
}

func every(n int, unit string) object {
	return call("to_"+unit, object{"class": "CAST", "cast_type": object{"id": "INTEGER"}, "child": call("trunc", whole(n))})
}

func base(name string) object { return object{"type": "BASE_TABLE", "table_name": name} }

func selectFrom(from any, list ...any) object {
	return object{"type": "SELECT_NODE", "from_table": from, "select_list": list}
}

func with(query object, ctes ...any) object {
	var list []any
	for i := 0; i < len(ctes); i += 2 {
		list = append(list, object{"key": ctes[i], "value": object{"query": object{"node": ctes[i+1]}}})
	}
	query["cte_map"] = object{"map": list}
	return query
}

func judge(t testing.TB, nodes ...any) error {
	t.Helper()
	statements := []any{}
	for _, n := range nodes {
		statements = append(statements, object{"node": n})
	}
	tree, err := json.Marshal(object{"error": false, "statements": statements})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Check("SELECT", tree, []string{"Orders", "Orders#rows"})
	return err
}

func nested(n int) any {
	var v any = whole(1)
	for range n {
		v = call("abs", v)
	}
	return v
}

func repeated(n int, v any) []any { return slices.Repeat([]any{v}, n) }

func joined(n int) any {
	var from any = base("orders")
	for range n {
		from = object{"type": "JOIN", "left": from, "right": base("orders")}
	}
	return from
}

func TestCheck(t *testing.T) {
	empty := object{"type": "EMPTY"}
	for name, c := range map[string]struct {
		nodes []any
		code  string
	}{
		"a select":                   {[]any{selectFrom(base("orders"), column("a"), call("sum", column("b")))}, ""},
		"no statement":               {nil, "sql_not_allowed"},
		"two statements":             {[]any{selectFrom(empty), selectFrom(empty)}, "sql_not_allowed"},
		"another case":               {[]any{selectFrom(base("ORDERS"))}, ""},
		"another letter that folds":  {[]any{selectFrom(base("order\u017f"))}, "sql_table_not_allowed"},
		"a schema":                   {[]any{selectFrom(object{"type": "BASE_TABLE", "table_name": "orders", "schema_name": "main"})}, ""},
		"another schema":             {[]any{selectFrom(object{"type": "BASE_TABLE", "table_name": "orders", "schema_name": "other"})}, "sql_table_not_allowed"},
		"a catalog":                  {[]any{selectFrom(object{"type": "BASE_TABLE", "table_name": "orders", "catalog_name": "memory"})}, "sql_table_not_allowed"},
		"no name":                    {[]any{selectFrom(object{"type": "BASE_TABLE"})}, "sql_table_not_allowed"},
		"an unknown class":           {[]any{selectFrom(empty, object{"class": "BOUND_EXPRESSION"})}, "sql_not_allowed"},
		"an unknown node":            {[]any{selectFrom(object{"type": "COLUMN_DATA"})}, "sql_not_allowed"},
		"a node under a new key":     {[]any{object{"type": "SELECT_NODE", "new_clause": object{"x": []any{base("secret")}}}}, "sql_table_not_allowed"},
		"a function under a new key": {[]any{object{"type": "SELECT_NODE", "new_clause": object{"x": []any{call("getenv")}}}}, "sql_function_not_allowed"},
		"a function of a schema":     {[]any{selectFrom(empty, object{"class": "FUNCTION", "function_name": "sum", "schema": "other"})}, "sql_function_not_allowed"},
		"a function of a catalog":    {[]any{selectFrom(empty, object{"class": "FUNCTION", "function_name": "sum", "catalog": "system"})}, "sql_function_not_allowed"},
		"a window function":          {[]any{selectFrom(empty, object{"class": "WINDOW", "function_name": "rank"})}, ""},
		"a window of another kind":   {[]any{selectFrom(empty, object{"class": "WINDOW", "function_name": "getenv"})}, "sql_function_not_allowed"},
		"a function without a name":  {[]any{selectFrom(empty, object{"class": "FUNCTION"})}, "sql_function_not_allowed"},
		"a table function":           {[]any{selectFrom(object{"type": "TABLE_FUNCTION", "function": call("read_csv")})}, "sql_function_not_allowed"},
		"a scalar in from":           {[]any{selectFrom(object{"type": "TABLE_FUNCTION", "function": call("sum")})}, "sql_function_not_allowed"},
		"a cast":                     {[]any{selectFrom(empty, object{"class": "CAST", "cast_type": object{"id": "DATE"}, "child": column("a")})}, ""},
		"a cast inside a list":       {[]any{selectFrom(empty, object{"class": "CAST", "cast_type": object{"id": "LIST", "type_info": object{"type": "LIST_TYPE_INFO", "child_type": object{"id": "VARIANT"}}}})}, "sql_not_allowed"},
		"a cast by name":             {[]any{selectFrom(empty, object{"class": "CAST", "cast_type": object{"id": "UNBOUND", "type_info": object{"type": "UNBOUND_TYPE_INFO", "name": "json"}}})}, "sql_not_allowed"},
		"nesting at the limit":       {[]any{selectFrom(empty, nested(MaxNesting-2))}, ""},
		"nesting past the limit":     {[]any{selectFrom(empty, nested(MaxNesting))}, "sql_too_large"},
		"joins at the limit":         {[]any{selectFrom(joined(MaxJoins))}, ""},
		"joins past the limit":       {[]any{selectFrom(joined(MaxJoins + 1))}, "sql_too_large"},
		"a list at the limit":        {[]any{selectFrom(empty, repeated(MaxList, whole(1))...)}, ""},
		"a list past the limit":      {[]any{selectFrom(empty, repeated(MaxList+1, whole(1))...)}, "sql_too_large"},
		"a cte":                      {[]any{with(selectFrom(base("X")), "x", selectFrom(base("orders")))}, ""},
		"a cte that names itself":    {[]any{with(selectFrom(base("x")), "x", selectFrom(base("x")))}, "sql_table_not_allowed"},
		"a cte before its time":      {[]any{with(selectFrom(base("a")), "a", selectFrom(base("b")), "b", selectFrom(empty))}, "sql_table_not_allowed"},
		"a cte after its time":       {[]any{with(selectFrom(base("b")), "a", selectFrom(empty), "b", selectFrom(base("a")))}, ""},
		"a cte of another query": {[]any{selectFrom(object{"type": "JOIN",
			"left":  object{"type": "SUBQUERY", "subquery": object{"node": with(selectFrom(base("x")), "x", selectFrom(empty))}},
			"right": base("x")})}, "sql_table_not_allowed"},
		"recursion":            {[]any{with(selectFrom(base("r")), "r", object{"type": "RECURSIVE_CTE_NODE"})}, "sql_not_allowed"},
		"a wide name":          {[]any{selectFrom(empty, object{"class": "COLUMN_REF", "column_names": repeated(9, "a")})}, "sql_too_large"},
		"range":                {[]any{selectFrom(empty, call("range", whole(100)))}, ""},
		"range past the limit": {[]any{selectFrom(empty, call("range", whole(MaxSeries+1)))}, "sql_function_not_allowed"},
		"range by column":      {[]any{selectFrom(empty, call("range", column("a")))}, "sql_function_not_allowed"},
		"range without end":    {[]any{selectFrom(empty, call("range", whole(1), whole(5), whole(0)))}, "sql_function_not_allowed"},
		"range without bounds": {[]any{selectFrom(empty, call("range"))}, "sql_function_not_allowed"},
		"days":                 {[]any{selectFrom(empty, call("range", day("2024-01-01"), day("2024-02-01"), every(1, "days")))}, ""},
		"days of centuries":    {[]any{selectFrom(empty, call("range", day("0001-01-01"), day("9999-01-01"), every(1, "days")))}, "sql_function_not_allowed"},
		"years of centuries":   {[]any{selectFrom(empty, call("range", day("1000-01-01"), day("1200-01-01"), every(1, "years")))}, ""},
		"seconds":              {[]any{selectFrom(empty, call("range", column("a"), column("b"), every(1, "seconds")))}, "sql_function_not_allowed"},
		"hours of the data":    {[]any{selectFrom(empty, call("range", column("a"), column("b"), every(1, "hours")))}, ""},
		"no hours":             {[]any{selectFrom(empty, call("range", column("a"), column("b"), every(0, "hours")))}, "sql_function_not_allowed"},
		"a computed bound":     {[]any{selectFrom(empty, call("range", day("2024-01-01"), call("+", day("2024-01-01"), every(9, "decades")), every(1, "days")))}, "sql_function_not_allowed"},
		"padding":              {[]any{selectFrom(empty, call("lpad", column("a"), whole(MaxPad), column("b")))}, ""},
		"padding too far":      {[]any{selectFrom(empty, call("rpad", column("a"), whole(MaxPad+1), column("b")))}, "sql_function_not_allowed"},
		"padding by column":    {[]any{selectFrom(empty, call("lpad", column("a"), column("n"), column("b")))}, "sql_function_not_allowed"},
	} {
		err := judge(t, c.nodes...)
		if c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}

func TestHintNamesTheTables(t *testing.T) {
	err := judge(t, selectFrom(base("secret")))
	if f := fault.Of(err); f.Message != `There is no table "secret" here.` || f.Hint != "The tables are: orders." {
		t.Errorf("%q %q", f.Message, f.Hint)
	}
}

func TestParserErrorsBecomeSentences(t *testing.T) {
	const sql = "SELECT a\nFORM t"
	for tree, want := range map[string]string{
		`{"error":true,"error_type":"parser","error_message":"syntax error at or near \"FORM\"","position":"9"}`:   `sql_invalid The SQL cannot be read at "FORM" (line 2, character 10).`,
		`{"error":true,"error_type":"parser","error_message":"syntax error at end of input","position":"15"}`:      `sql_invalid The SQL breaks off before its end.`,
		`{"error":true,"error_type":"parser","error_message":"memory exhausted at or near \"(\"","position":"1"}`:  `sql_too_large The SQL nests deeper than 200.`,
		`{"error":true,"error_type":"parser","error_message":"whatever"}`:                                          `sql_invalid The SQL cannot be read.`,
		`{"error":true,"error_type":"parser","error_message":"x","position":"-5"}`:                                 `sql_invalid The SQL cannot be read.`,
		`{"error":true,"error_type":"not implemented","error_message":"Only SELECT statements can be serialized"}`: `sql_not_allowed Only SELECT is run; this is another statement, or a form of it that cannot be checked.`,
		`{`:  `sql_invalid The SQL cannot be read.`,
		`[]`: `sql_invalid The SQL cannot be read.`,
		`{}`: `sql_not_allowed There are 0 statements, and only one is run at a time.`,
		`{"statements":[{"node":{"type":"SELECT_NODE"},"else":1}]}`: `sql_not_allowed The SQL has a part of an unknown kind.`,
	} {
		_, err := Check(sql, []byte(tree), nil)
		f := fault.Of(err)
		if got := f.Code + " " + f.Message; got != want {
			t.Errorf("%s:\n%s\nwant %s", tree, got, want)
		}
	}
}

func TestPrecheck(t *testing.T) {
	for name, c := range map[string]struct{ sql, code string }{
		"a select":               {"SELECT 1", ""},
		"nothing":                {" \n", "sql_invalid"},
		"as long as it may be":   {"SELECT '" + strings.Repeat("x", MaxBytes-9) + "'", ""},
		"a byte longer":          {"SELECT '" + strings.Repeat("x", MaxBytes-8) + "'", "sql_too_large"},
		"a zero byte":            {"SELECT 1\x00", "sql_invalid"},
		"not text":               {"SELECT '\xff'", "sql_invalid"},
		"deep":                   {"SELECT " + strings.Repeat("(", 201), "sql_too_large"},
		"deep in other brackets": {"SELECT " + strings.Repeat("[{(", 70), "sql_too_large"},
		"deep in quotes only":    {"SELECT '" + strings.Repeat("(", 300) + "', \"" + strings.Repeat("[", 300) + "\"", ""},
		"wide":                   {"SELECT " + strings.Repeat("(1),", 300) + "1", ""},
		"closing only":           {"SELECT " + strings.Repeat(")", 300), ""},
	} {
		err := Precheck(c.sql)
		if c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}

func FuzzCheck(f *testing.F) {
	tree, err := json.Marshal(object{"statements": []any{object{"node": with(selectFrom(base("x"), call("range", whole(1), whole(5))), "x", selectFrom(base("orders")))}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("SELECT 1", tree)
	f.Add("SELECT", []byte(`{"error":true,"position":"3"}`))
	f.Fuzz(func(t *testing.T, sql string, tree []byte) {
		// Whatever the tree, a table that is not allowed does not pass.
		_, err := Check(sql, tree, nil)
		if err == nil && strings.Contains(string(tree), "getenv") && strings.Contains(string(tree), `"FUNCTION"`) {
			var doc any
			if json.Unmarshal(tree, &doc) == nil && calls(doc, "getenv") {
				t.Errorf("passes: %s", tree)
			}
		}
	})
}

// calls reports whether an object of the tree calls a function, however it
// hangs there.
func calls(v any, name string) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(p any) bool { return calls(p, name) })
	case object:
		if v["class"] == "FUNCTION" && v["function_name"] == name {
			return true
		}
		for _, p := range v {
			if calls(p, name) {
				return true
			}
		}
	}
	return false
}

func BenchmarkCheck(b *testing.B) {
	list := make([]any, 0, 40)
	for i := range 40 {
		list = append(list, call("round", call("sum", column(fmt.Sprint("c", i))), whole(2)))
	}
	tree, err := json.Marshal(object{"statements": []any{object{"node": selectFrom(joined(5), list...)}}})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(tree)))
	for b.Loop() {
		if _, err := Check("", tree, []string{"orders"}); err != nil {
			b.Fatal(err)
		}
	}
}
