package cel

import (
	"errors"
	"fmt"
	"sync"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"

	"assay/sdk/abi"
)

// MaxExpression bounds the length of an expression, in code points.
const MaxExpression = 16 << 10

// Field declares a custom field of clients.
type Field struct {
	Name string
	Type string // string | number | integer | bool | date | time
}

// Env is the language a company's rules are written in: the client's schema and its declared
// custom fields. It is immutable and safe for concurrent use; one Env serves all rules.
type Env struct {
	schema schema
	base   *celgo.Env

	mu      sync.Mutex
	forEach map[variable]*celgo.Env // with a forEach variable declared
}

// variable is a forEach variable and its type.
type variable struct{ name, object string }

// maxForEach bounds the environments kept for forEach variables.
const maxForEach = 64

// NewEnv returns the language with the given custom fields. The error lists every field
// whose name is empty or repeated or whose type is unknown.
func NewEnv(fields []Field) (*Env, error) {
	if err := checkFields(fields); err != nil {
		return nil, err
	}
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("set up the type registry: %w", err)
	}
	s := newSchema(fields)
	base, err := celgo.NewEnv(
		celgo.CustomTypeProvider(provider{registry, s}),
		celgo.Variable("client", types.NewObjectType(clientType)),
		celgo.Variable("now", types.TimestampType),
		celgo.CrossTypeNumericComparisons(true),
		celgo.EnableIdentifierEscapeSyntax(),
		celgo.ParserExpressionSizeLimit(MaxExpression),
		celgo.Macros(parser.ExistsOneMacroNew),
		celgo.Lib(library{}),
	)
	if err != nil {
		return nil, fmt.Errorf("set up the expression language: %w", err)
	}
	return &Env{schema: s, base: base, forEach: map[variable]*celgo.Env{}}, nil
}

func checkFields(fields []Field) error {
	var wrong []error
	seen := map[string]bool{}
	for _, f := range fields {
		code, ok := abi.ParseFieldType(f.Type)
		switch {
		case f.Name == "":
			wrong = append(wrong, errors.New("a custom field has no name"))
		case seen[f.Name]:
			wrong = append(wrong, fmt.Errorf("custom field %q is declared twice", f.Name))
		case !ok || code == 0:
			wrong = append(wrong, fmt.Errorf("custom field %q: type %q is unknown, want string, number, integer, bool, date or time", f.Name, f.Type))
		}
		seen[f.Name] = true
	}
	return errors.Join(wrong...)
}

// with returns the environment in which v is declared as well.
func (e *Env) with(v variable) (*celgo.Env, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if env, ok := e.forEach[v]; ok {
		return env, nil
	}
	env, err := e.base.Extend(celgo.Variable(v.name, types.NewObjectType(v.object)))
	if err != nil {
		return nil, fmt.Errorf("declare %s: %w", v.name, err)
	}
	if len(e.forEach) >= maxForEach {
		clear(e.forEach)
	}
	e.forEach[v] = env
	return env, nil
}
