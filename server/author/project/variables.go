package project

import (
	"maps"
	"slices"
	"strings"

	"assay/rules"
)

// Variables that a project cannot set for what builds it. They decide which programs run or what is loaded into them, and whether compilers
// reach a network, from a place where nobody looks for that. A command can do all of it, too, and is shown before it runs.
var (
	notSettable = []string{"PATH", "PATHEXT", "COMSPEC", "HOME", "USERPROFILE", "BASH_ENV",
		"GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOVCS", "GOFLAGS", "GOTOOLCHAIN", "GOENV", "GOROOT", "GOPATH", "GOMODCACHE", "GOCACHEPROG",
		"CARGO", "CARGO_HOME", "RUSTC", "RUSTDOC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER",
		"NODE_OPTIONS", "NODE_PATH", "COMPILER_PATH", "CCC_OVERRIDE_OPTIONS"}
	notSettableFrom = []string{"LD_", "DYLD_", "RUSTUP_", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_BUILD_RUSTC", "NPM_CONFIG_", "GIT_"}
)

// variableProblems says what is wrong with the variables of build.environment.
func variableProblems(environment map[string]string) (found []rules.Problem) {
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		upper := strings.ToUpper(name)
		begins := func(with string) bool { return strings.HasPrefix(upper, with) }
		switch {
		case name == "" || strings.ContainsAny(name, "=\x00"):
			found = append(found, rules.Problem{Path: "build.environment", Message: `"` + name + `" is not the name of a variable`})
		case slices.Contains(notSettable, upper) || slices.ContainsFunc(notSettableFrom, begins):
			found = append(found, rules.Problem{Path: "build.environment." + name,
				Message: "a project cannot set this: it decides which programs run, or whether they reach a network; remove it, and say what you need in build.command"})
		}
	}
	return found
}
