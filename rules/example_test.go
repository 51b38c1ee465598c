package rules_test

import (
	"fmt"

	"assay/rules"
)

func ExampleParse() {
	objects, err := rules.Parse([]byte(`
apiVersion: assay/v1
kind: Rule
metadata: {name: big-clients-have-a-manager}
spec:
  type: Quality
  match: client.companySize == "large"
  require: client.manager != ""
  path: manager
  message: {en: Assign a manager}
`), rules.ParseOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rule := objects[0].(*rules.Rule)
	fmt.Println(rule.Metadata.Name, rule.Spec.Mode, rule.Spec.Severity)
	// Output: big-clients-have-a-manager Monitor warning
}

func ExampleParse_problems() {
	_, err := rules.Parse([]byte(`
apiVersion: assay/v1
kind: Rule
metadata: {name: Big clients}
spec:
  type: Quality
  requre: client.manager != ""
  message: {en: "Assign a manager to {{ client.name }"}
`), rules.ParseOptions{})
	fmt.Println(err)
	// Output:
	// line 4, column 18: metadata.name: "Big clients" has something else than lower-case letters, digits, - and . between them
	// line 7, column 3: spec.requre: unknown key; did you mean "require"?
	// line 8, column 17: spec.message.en: "{{" is not closed: write {{ expression }} (at character 21)
}

func ExampleField_RequiredRule() {
	object, _ := rules.ParseOne([]byte(`
apiVersion: assay/v1
kind: Field
metadata: {name: licenceUntil}
spec: {type: date, label: {en: Licence until}, requiredFor: '"pharmacy" in client.industries'}
`), rules.ParseOptions{})
	rule, _ := object.(*rules.Field).RequiredRule()
	fmt.Println(rule.Metadata.Name)
	fmt.Println(rule.Spec.Require)
	fmt.Println(rule.Spec.Message["en"])
	// Output:
	// field-licence-until
	// has(client.fields.licenceUntil)
	// Fill in “Licence until”
}
