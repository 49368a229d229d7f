// Command tabletalk asks tables questions in one's own words: see
// `tabletalk help`.
package main

import (
	"context"
	"os"

	"tabletalk/internal/cli"
)

func main() {
	os.Exit(cli.Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
