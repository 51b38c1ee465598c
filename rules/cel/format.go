package cel

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
)

// clause is a value's place in a format, with the text before it.
type clause struct {
	before string
	verb   byte
	digits int32 // behind the point
}

// Limits of cel-go.
const (
	clauseDigits    = 6
	maxClauseDigits = 100
)

// clauses takes a format apart; ok is false when it is wrong.
func clauses(format string) (list []clause, rest string, ok bool) {
	var before strings.Builder
	for {
		plain, after, found := strings.Cut(format, "%")
		before.WriteString(plain)
		if !found {
			return list, before.String(), true
		}
		if format, found = strings.CutPrefix(after, "%"); found {
			before.WriteByte('%')
			continue
		}
		digits := clauseDigits
		if precise, found := strings.CutPrefix(format, "."); found {
			format = strings.TrimLeft(precise, "0123456789")
			n, err := strconv.Atoi(precise[:len(precise)-len(format)])
			if err != nil || n > maxClauseDigits {
				return nil, "", false
			}
			digits = n
		}
		if format == "" {
			return nil, "", false
		}
		list = append(list, clause{before.String(), format[0], int32(digits)})
		before.Reset()
		format = format[1:]
	}
}

var (
	fewValues  = regexp.MustCompile(`^index \d+ out of range$`)
	manyValues = regexp.MustCompile(`^too many arguments supplied to string.format \(expected (\d+), got (\d+)\)$`)
)

// explainFormat words what cel-go finds wrong with a format, "" for anything else.
func explainFormat(message string) string {
	if found := manyValues.FindStringSubmatch(message); found != nil {
		return fmt.Sprintf("the format has clauses for %s of the %s values", found[1], found[2])
	}
	if fewValues.MatchString(message) {
		return "the format has more clauses than there are values"
	}
	for _, before := range []string{"error during formatting: ", "could not parse formatting clause: "} {
		if reason, ok := strings.CutPrefix(message, before); ok {
			return reason
		}
	}
	return ""
}

// format is a call of format() whose format and number of values are known: the texts of its
// clauses joined, so that the rule has the functions of these clauses and no others. It is nil for
// the rest.
func (l *lowering) format(e ast.Expr, format, values *ir.Node) *ir.Node {
	if !format.IsConst() || format.Kind != ir.String || values.Op != ir.MakeList {
		return nil
	}
	list, rest, ok := clauses(format.Text)
	if !ok || len(list) != len(values.Args) {
		return nil
	}
	var parts []*ir.Node
	for i, c := range list {
		part := l.clause(e, c, values.Args[i])
		if part == nil {
			return nil
		}
		parts = append(appendText(parts, c.before), part)
	}
	parts = appendText(parts, rest)
	switch len(parts) {
	case 0:
		return ir.TextOf("")
	case 1:
		return parts[0]
	}
	return l.run(e, fnJoinTexts, ir.ListOf(ir.String, parts), ir.TextOf(""))
}

func appendText(parts []*ir.Node, text string) []*ir.Node {
	if text == "" {
		return parts
	}
	return append(parts, ir.TextOf(text))
}

// clause is the text that a clause makes of a value, nil when there is no such clause.
func (l *lowering) clause(e ast.Expr, c clause, v *ir.Node) *ir.Node {
	if v.Op == ir.Convert && v.Kind == ir.Dyn {
		v = v.Args[0]
	}
	switch v.Kind {
	case ir.String:
		if c.verb == 's' {
			return v
		}
	case ir.Int, ir.Uint:
		if c.verb == 's' || c.verb == 'd' {
			return ir.ConvertOf(l.pos(e), ir.String, v)
		}
	case ir.Bool, ir.Millis, ir.Time:
		if c.verb == 's' {
			return ir.ConvertOf(l.pos(e), ir.String, v)
		}
	}
	if name := clauseFunctions[c.verb]; name != "" {
		return l.run(e, textMaker(name, dyn(1)), l.box(e, v))
	}
	switch c.verb {
	case 'f':
		return l.run(e, textMaker("rt_format_fixed", dyn(1), c.digits), l.box(e, v))
	case 'e':
		return l.run(e, textMaker("rt_format_scientific", dyn(1), c.digits), l.box(e, v))
	}
	return nil
}

// clauseFunctions are the runtime's functions of the clauses without digits.
var clauseFunctions = map[byte]string{'s': "rt_format_value", 'd': "rt_format_decimal", 'b': "rt_format_binary",
	'o': "rt_format_octal", 'x': "rt_format_hex", 'X': "rt_format_upper_hex"}
