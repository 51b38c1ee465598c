package assay

import "reflect"

// Evaluator returns a check without settings as a function from cards to packed results.
func Evaluator(c *Check) func(card []byte) []byte {
	evaluate, err := c.configure("{}")
	if err != nil {
		panic(err)
	}
	report := &Report{rows: make([]byte, 0, 4096)}
	return func(card []byte) []byte {
		report.reset()
		evaluate.judge(card, report)
		return report.results()
	}
}

// HostMemory is how many bytes the host gets that asks for so many, -1 for none.
func HostMemory(size uint32) int {
	if area := hostMemory(size); area != nil {
		return 8 * len(area)
	}
	return -1
}

// Undeclared runs what declares checks and takes these away again.
func Undeclared(declare func()) {
	before := checks
	defer func() { checks = before }()
	declare()
}

// Describe returns the description of one check.
func Describe(c *Check) string { return string(describe([]*Check{c})) }

// Decoded is the outcome of reading settings: "" or why they are refused.
func Decoded(c *Check, text string) string {
	if _, err := c.configure(text); err != nil {
		return err.Error()
	}
	return ""
}

// UnknownTag says what of a field's tag nobody would read.
func UnknownTag(tag string) string { return unknownTag(reflect.StructTag(tag)) }
