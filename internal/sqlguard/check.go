package sqlguard

import (
	"encoding/json"
	"slices"
	"strings"

	"tabletalk/internal/fault"
)

// Check judges the tree that json_serialize_sql made of sql. allowed are the
// names of tables that may be read, in any case; those that it reads are given
// in small letters, once each. Errors: sql_invalid when the
// parser could not read the text, sql_not_allowed, sql_table_not_allowed,
// sql_function_not_allowed, sql_too_large.
func Check(sql string, tree []byte, allowed []string) ([]string, error) {
	var doc document
	if err := json.Unmarshal(tree, &doc); err != nil {
		return nil, invalid("The SQL cannot be read.").Because(err)
	}
	if doc.Error {
		return nil, doc.fault(sql)
	}
	if len(doc.Statements) != 1 {
		return nil, notAllowed("There are %d statements, and only one is run at a time.", len(doc.Statements))
	}
	w := newWalker(allowed)
	for key, part := range doc.Statements[0] {
		if key != "node" && key != "named_param_map" {
			return nil, notAllowed("The SQL has a part of an unknown kind.")
		}
		if err := w.walk(part, nil, 0); err != nil {
			return nil, err
		}
	}
	return w.read, nil
}

// document is what the engine answers when it is asked to serialise a text.
type document struct {
	Error      bool             `json:"error"`
	Type       string           `json:"error_type"`
	Message    string           `json:"error_message"`
	Position   json.Number      `json:"position"`
	Statements []map[string]any `json:"statements"`
}

// fault says in our words why the text was not read: it is no SELECT, or
// where it breaks off.
func (d *document) fault(sql string) error {
	if d.Type == "not implemented" {
		return notAllowed("Only SELECT is run; this is another statement, or a form of it that cannot be checked.")
	}
	if strings.Contains(d.Message, "memory exhausted") || strings.Contains(d.Message, "Max expression depth") {
		return tooLarge("The SQL nests deeper than %d.", MaxNesting)
	}
	at, err := d.Position.Int64()
	if err != nil || at < 0 {
		return invalid("The SQL cannot be read.")
	}
	if at >= int64(len(strings.TrimSpace(sql))) {
		return invalid("The SQL breaks off before its end.")
	}
	line := 1 + strings.Count(sql[:at], "\n")
	return invalid("The SQL cannot be read at %q (line %d, character %d).", word(sql[at:]), line, at+1)
}

// word is what the eye finds at the start of s.
func word(s string) string {
	end := strings.IndexAny(s, " \t\r\n(),;")
	if end < 0 {
		end = len(s)
	}
	return strings.ToValidUTF8(s[:min(max(end, 1), 40)], "")
}

type walker struct {
	allowed   map[string]bool
	functions map[string]bool
	read      []string
	joins     int
	ctes      int
	arms      int
}

func newWalker(allowed []string) *walker {
	w := &walker{allowed: map[string]bool{}, functions: functions()}
	for _, name := range allowed {
		w.allowed[lower(name)] = true
	}
	return w
}

// scope is the common table expressions that are visible at a place.
type scope struct {
	name  string
	outer *scope
}

func (s *scope) has(name string) bool {
	for ; s != nil; s = s.outer {
		if s.name == name {
			return true
		}
	}
	return false
}

type object = map[string]any

// walk looks at every object of the tree, whatever key it hangs under, so
// that a new version of the engine cannot hide a part of a statement.
func (w *walker) walk(part any, in *scope, depth int) error {
	switch part := part.(type) {
	case []any:
		if len(part) > MaxList {
			return tooLarge("A list in the SQL has %d values; the limit is %d.", len(part), MaxList)
		}
		for _, p := range part {
			if err := w.walk(p, in, depth); err != nil {
				return err
			}
		}
	case object:
		return w.object(part, in, depth)
	}
	return nil
}

func (w *walker) object(o object, in *scope, depth int) error {
	if class, ok := o["class"].(string); ok {
		depth++
		if err := w.expression(class, o); err != nil {
			return err
		}
	} else if kind, ok := o["type"].(string); ok {
		depth++
		if err := w.node(kind, o, in); err != nil {
			return err
		}
	}
	if depth > MaxNesting {
		return tooLarge("The SQL nests deeper than %d.", MaxNesting)
	}
	inner, err := w.ctesOf(o, in, depth)
	if err != nil {
		return err
	}
	for key, part := range o {
		if key == "cte_map" {
			continue
		}
		if err := w.walk(part, inner, depth); err != nil {
			return err
		}
	}
	return nil
}

// ctesOf walks the WITH of a query. Each expression sees those before it, not
// itself: a name that it shares with a table must not open that table.
func (w *walker) ctesOf(o object, in *scope, depth int) (*scope, error) {
	ctes, there := o["cte_map"]
	if !there {
		return in, nil
	}
	list, ok := ctesList(ctes)
	if !ok {
		return nil, notAllowed("The SQL has a WITH of an unknown kind.")
	}
	for _, c := range list {
		if w.ctes++; w.ctes > MaxJoins {
			return nil, tooLarge("The SQL has more than %d WITH queries.", MaxJoins)
		}
		if err := w.walk(c.query, in, depth+1); err != nil {
			return nil, err
		}
		in = &scope{name: lower(c.name), outer: in}
	}
	return in, nil
}

type cte struct {
	name  string
	query any
}

// ctesList takes the expressions out of {"map": [{"key": name, "value":
// query}, ...]}, and nothing of another form.
func ctesList(v any) ([]cte, bool) {
	o, ok := v.(object)
	entries, isList := o["map"].([]any)
	if !ok || len(o) > 1 || len(o) == 1 && !isList {
		return nil, false
	}
	list := make([]cte, len(entries))
	for i, e := range entries {
		entry, _ := e.(object)
		name, ok := entry["key"].(string)
		query, there := entry["value"].(object)
		if !ok || !there || len(entry) != 2 {
			return nil, false
		}
		list[i] = cte{name, query}
	}
	return list, true
}

// classes are the kinds of expressions that may stand in a statement.
// Functions and windows are judged by name, casts by type.
var classes = map[string]bool{
	"BETWEEN": true, "CASE": true, "CAST": true, "COLLATE": true, "COLUMN_REF": true, "COMPARISON": true,
	"CONJUNCTION": true, "CONSTANT": true, "FUNCTION": true, "OPERATOR": true, "PARAMETER": true,
	"POSITIONAL_REFERENCE": true, "STAR": true, "SUBQUERY": true, "WINDOW": true,
}

func (w *walker) expression(class string, o object) error {
	if !classes[class] {
		if class == "LAMBDA" {
			return functionNotAllowed("lambda")
		}
		return notAllowed("The SQL has an expression of a kind that is not run here.")
	}
	switch class {
	case "FUNCTION", "WINDOW":
		return w.function(o)
	case "CAST":
		return castType(o["cast_type"])
	case "COLUMN_REF":
		if parts, _ := o["column_names"].([]any); len(parts) > maxPath {
			return tooLarge("A name in the SQL has more than %d parts.", maxPath)
		}
	}
	return nil
}

// nodes are the other objects with a type: queries, what stands in FROM,
// modifiers, and the descriptions of types.
var nodes = map[string]bool{
	"SELECT_NODE": true, "SET_OPERATION_NODE": true,
	"BASE_TABLE": true, "EMPTY": true, "EXPRESSION_LIST": true, "JOIN": true, "PIVOT": true, "SUBQUERY": true, "TABLE_FUNCTION": true,
	"DISTINCT_MODIFIER": true, "LIMIT_MODIFIER": true, "LIMIT_PERCENT_MODIFIER": true, "ORDER_MODIFIER": true,
	"ORDER_DEFAULT": true, "ASCENDING": true, "DESCENDING": true,
	"ARRAY_TYPE_INFO": true, "DECIMAL_TYPE_INFO": true, "LIST_TYPE_INFO": true, "STRING_TYPE_INFO": true,
	"STRUCT_TYPE_INFO": true, "UNBOUND_TYPE_INFO": true,
}

func (w *walker) node(kind string, o object, in *scope) error {
	if !nodes[kind] {
		return refusedNode(kind)
	}
	switch kind {
	case "BASE_TABLE":
		return w.table(o, in)
	case "TABLE_FUNCTION":
		return w.tableFunction(o)
	case "JOIN":
		if w.joins++; w.joins > MaxJoins {
			return tooLarge("The SQL has more than %d joins.", MaxJoins)
		}
	case "SET_OPERATION_NODE":
		if w.arms++; w.arms >= MaxArms {
			return tooLarge("The SQL joins more than %d SELECTs by UNION, EXCEPT or INTERSECT.", MaxArms)
		}
	}
	return nil
}

func refusedNode(kind string) error {
	switch kind {
	case "SHOW_REF":
		return notAllowed("SHOW, DESCRIBE and SUMMARIZE are not run here.")
	case "RECURSIVE_CTE_NODE":
		return notAllowed("WITH RECURSIVE is not run here: nothing says when it ends.")
	}
	return notAllowed("The SQL has a part of a kind that is not run here.")
}

func (w *walker) table(o object, in *scope) error {
	name, _ := o["table_name"].(string)
	schema, _ := o["schema_name"].(string)
	catalog, _ := o["catalog_name"].(string)
	plain := schema == "" && catalog == ""
	switch {
	case plain && in.has(lower(name)):
		return nil
	case (plain || catalog == "" && lower(schema) == "main") && w.allowed[lower(name)]:
		if name = lower(name); !slices.Contains(w.read, name) {
			w.read = append(w.read, name)
		}
		return nil
	}
	full := strings.TrimLeft(strings.Join([]string{catalog, schema, name}, "."), ".")
	f := fault.New(fault.Invalid, "sql_table_not_allowed", "There is no table %q here.", full)
	if names := w.names(); len(names) > 0 {
		return f.WithHint("The tables are: %s.", strings.Join(names, ", "))
	}
	return f
}

// names are the tables to offer: the forms of a table that end in "#rows"
// are not for people.
func (w *walker) names() []string {
	var list []string
	for name := range w.allowed {
		if !strings.ContainsRune(name, '#') {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list[:min(len(list), 20)]
}

// lower folds ASCII only, as the engine does for names.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
