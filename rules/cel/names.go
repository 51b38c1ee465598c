package cel

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
)

// functions are the names of all functions and macros that an expression can call, in order.
var functions = sync.OnceValue(func() []string {
	env, err := celgo.NewEnv(celgo.Lib(library{}))
	if err != nil {
		panic(err) // it is part of this program
	}
	names := []string{"existsOne"}
	for name := range env.Functions() {
		if unicode.IsLetter(rune(name[0])) && name != "in" && !strings.Contains(name, "@") && !isRefused(name) {
			names = append(names, name)
		}
	}
	for _, m := range env.Macros() {
		name := m.Function()
		if space := macroSpaces[name]; space != "" {
			name = space + "." + name
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
})

// macroSpaces are what stands before the dot in calls of macros that belong to no value.
var macroSpaces = map[string]string{"bind": "cel", "greatest": "math", "least": "math"}

// isRefused recognises what the extensions declare and the language has not.
func isRefused(name string) bool {
	return name == "type" || strings.HasPrefix(name, "json.") || strings.HasPrefix(name, "yaml.")
}

// explainCall names the nearest function to one that the type checker does not know.
func explainCall(c ast.CallExpr) string {
	name := c.FunctionName()
	if of := namespaceOf(c); of != "" {
		if members := beginning(functions(), of+"."); len(members) > 0 {
			if hint := suggestion(of+"."+name, members); hint != "" {
				return fmt.Sprintf("there is no function %s.%s()%s", of, name, hint)
			}
			return fmt.Sprintf("there is no function %s.%s(): %s has %s", of, name, of, strings.Join(members, ", "))
		}
	}
	if slices.Contains(functions(), name) {
		return fmt.Sprintf("%s() cannot be called in this way", name)
	}
	if full := spaced(name); len(full) > 0 {
		return fmt.Sprintf("there is no function %s(), did you mean %s?", name, strings.Join(full, ", "))
	}
	return fmt.Sprintf("there is no function %s()%s", name, suggestion(name, functions()))
}

// namespaceOf is the name before the dot of a call, "" when there is none.
func namespaceOf(c ast.CallExpr) string {
	if c.IsMemberFunction() && c.Target().Kind() == ast.IdentKind {
		return c.Target().AsIdent()
	}
	return ""
}

// beginning are the names that begin with a text.
func beginning(names []string, start string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(s string) bool { return !strings.HasPrefix(s, start) })
}

// spaced are the functions that have a name behind the dot.
func spaced(name string) []string {
	return slices.DeleteFunc(slices.Clone(functions()), func(s string) bool { return !strings.HasSuffix(s, "."+name) })
}
