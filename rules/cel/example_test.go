package cel_test

import (
	"errors"
	"fmt"

	"assay/rules/cel"
)

func ExampleEnv_Compile() {
	env, err := cel.NewEnv([]cel.Field{{Name: "licenceUntil", Type: "date"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	compiled, err := env.Compile(cel.Check{
		Name: "licence", Type: "Quality",
		Match:   `client.industries.exists(i, i == "pharmacy")`,
		Require: `has(client.fields.licenceUntil) && client.fields.licenceUntil > now`,
		Path:    "fields.licenceUntil",
		Message: map[string]string{"en": "The licence ended on {{ client.fields.licenceUntil }}"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(compiled.Wasm[1:4]), compiled.UsesNow)
	// Output: asm true
}

func ExampleError() {
	env, err := cel.NewEnv(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = env.CompileFilter(`client.kind == "company" && client.regin == "Москва"`)
	if wrong, ok := errors.AsType[*cel.Error](err); ok {
		fmt.Println(wrong.Problems[0])
	}
	// Output: filter, line 1, column 35: a client record has no field regin, did you mean region?
}
