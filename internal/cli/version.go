package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the linker: make build puts the name of the commit here.
var version string

type versionCommand struct{}

func (versionCommand) Run(s *streams) error {
	fmt.Fprintf(s.out, "tabletalk %s (%s, %s/%s)\n", Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// Version names the build.
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}
