package config

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// EnvPrefix begins the name of every setting in the environment.
const EnvPrefix = "TABLETALK_"

// Setting describes one field of Config.
type Setting struct {
	Name    string // of the flag and in the file: "listen"
	Env     string // "TABLETALK_LISTEN"
	Group   string
	Default string
	Help    string
	Secret  bool
	field   int
}

// Settings describes every setting, in the order of Config.
func Settings() []Setting {
	t := reflect.TypeFor[Config]()
	list := make([]Setting, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("name")
		if name == "" {
			name = dashed(f.Name)
		}
		list = append(list, Setting{Name: name, Env: envName(name), Group: f.Tag.Get("group"), Default: f.Tag.Get("default"),
			Help: f.Tag.Get("help"), Secret: f.Type == reflect.TypeFor[Secret](), field: i})
	}
	return list
}

// Value gives the text of a setting in c, masked where it is secret.
func (s Setting) Value(c *Config) string {
	switch v := reflect.ValueOf(c).Elem().Field(s.field).Interface().(type) {
	case time.Duration:
		return durationText(v)
	default:
		return fmt.Sprint(v)
	}
}

// Print writes every setting with its value and where that came from.
func (c *Config) Print(w io.Writer, r *Reader) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "SETTING\tVALUE\tFROM")
	for _, s := range Settings() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Name, orDash(s.Value(c)), r.Origin(s.Name))
	}
	return table.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func envName(flag string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// dashed turns a field's name into a flag's: "MaxUploadBytes" is
// "max-upload-bytes". Names with capitals in a row carry a name tag.
func dashed(field string) string {
	var b strings.Builder
	for i, c := range field {
		if unicode.IsUpper(c) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
