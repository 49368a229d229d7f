package conversation

import (
	"tabletalk/internal/catalog"
	"tabletalk/internal/llm/agent"
)

// examples are the answers that people confirmed to the questions most like
// this one.
func examples(c *catalog.Catalog, text string) []agent.Example {
	return nil
}
