package measure

import (
	"os/exec"
	"runtime/debug"
	"strings"
)

// Version returns the version of a module that is in this program, as the go command has chosen it, with or without
// go.work. A test binary does not know its modules; there the go command is asked.
func Version(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range info.Deps {
			if dependency.Path == module {
				return dependency.Version
			}
		}
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module).Output()
	if err != nil {
		return "of unknown version"
	}
	return strings.TrimSpace(string(out))
}
