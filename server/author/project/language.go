package project

import (
	"iter"
	"slices"
	"strings"

	"assay/rules"
)

// Language is what a rule is written in.
type Language string

// The languages.
const (
	Go             Language = "go"
	Rust           Language = "rust"
	AssemblyScript Language = "assemblyscript"
	C              Language = "c"
	CEL            Language = "cel"   // in rule.yaml; there is no module
	Stdio          Language = "stdio" // any that compiles to a command of WASI; see sdk/abi/STDIO.md
)

// Languages are all of them.
var Languages = []Language{Go, Rust, AssemblyScript, C, CEL, Stdio}

// ParseLanguage reads the name of a language. The error is a *RefusedError that says which there are.
func ParseLanguage(name string) (Language, error) {
	if why := Language(name).invalid(); why != "" {
		return "", refusedf("the language %s", why)
	}
	return Language(name), nil
}

// invalid says what is wrong with a language, "" for nothing.
func (l Language) invalid() string {
	switch {
	case slices.Contains(Languages, l):
		return ""
	case l == "":
		return "is missing; give " + languageNames()
	}
	if other := otherNames[strings.ToLower(string(l))]; other != "" {
		return `"` + string(l) + `" is not known; it is called ` + string(other)
	}
	why := `"` + string(l) + `" is not known` + rules.Hint(string(l), names())
	if !strings.HasSuffix(why, "?") {
		why += "; " + string(Stdio) + " is any that compiles to a command of WASI"
	}
	return why
}

// otherNames are what people call the languages besides.
var otherNames = map[string]Language{"golang": Go, "rs": Rust, "as": AssemblyScript, "asc": AssemblyScript, "ts": AssemblyScript, "typescript": AssemblyScript,
	"js": AssemblyScript, "javascript": AssemblyScript, "clang": C, "yaml": CEL, "wasi": Stdio}

// Title is the language as people write it.
func (l Language) Title() string {
	return map[Language]string{Go: "Go", Rust: "Rust", AssemblyScript: "AssemblyScript", C: "C", CEL: "CEL", Stdio: "any language, by stdio"}[l]
}

func names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, l := range Languages {
			if !yield(string(l)) {
				return
			}
		}
	}
}

func languageNames() string {
	all := slices.Collect(names())
	return strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
}
