package readback

import (
	commands "flag"
	"os"
	"testing"
)

// TestMain draws the same plans each time, so that a run fails for what was
// changed and never by chance. Others, and more of them, are drawn with
// -rapid.seed=0 -rapid.checks=5000.
func TestMain(m *testing.M) {
	commands.Parse()
	drawn := false
	commands.Visit(func(f *commands.Flag) { drawn = drawn || f.Name == "rapid.seed" })
	if !drawn {
		if err := commands.Set("rapid.seed", "1"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
