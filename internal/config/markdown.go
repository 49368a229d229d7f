package config

import (
	"fmt"
	"strings"
)

// Markdown writes the settings as the tables of doc/operations.md.
func Markdown() string {
	var b strings.Builder
	group := ""
	for _, s := range Settings() {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&b, "\n**%s%s**\n\n| setting | default | what it does |\n| --- | --- | --- |\n", strings.ToUpper(group[:1]), group[1:])
		}
		def := "none"
		if s.Default != "" {
			def = "`" + s.Default + "`"
		}
		help := s.Help
		if s.Secret {
			help += " Masked wherever it is shown."
		}
		fmt.Fprintf(&b, "| `--%s` | %s | %s |\n", s.Name, def, help)
	}
	return b.String()
}
