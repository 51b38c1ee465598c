package ir

import (
	"cmp"
	"math"
	"strings"
)

// NotOf is the negation.
func NotOf(a *Node) *Node {
	if a.IsConst() {
		return BoolOf(a.Int == 0)
	}
	if a.Op == Not {
		return a.Args[0]
	}
	return operation(Not, Bool, Pos{}, false, a)
}

// AndOf is CEL's &&.
func AndOf(a, b *Node) *Node { return logic(And, a, b, 0) }

// OrOf is CEL's ||.
func OrOf(a, b *Node) *Node { return logic(Or, a, b, 1) }

// logic folds a constant operand: the decisive value absorbs the other operand, errors
// included, the other value leaves it.
func logic(op Op, a, b *Node, decisive int64) *Node {
	for _, pair := range [][2]*Node{{a, b}, {b, a}} {
		if !pair[0].IsConst() {
			continue
		}
		if pair[0].Int == decisive {
			return pair[0]
		}
		return pair[1]
	}
	return operation(op, Bool, Pos{}, false, a, b)
}

// CondOf is the ternary; a and b are of one kind.
func CondOf(test, a, b *Node) *Node {
	if test.IsConst() {
		if test.Int != 0 {
			return a
		}
		return b
	}
	n := operation(Cond, a.Kind, Pos{}, false, test, a, b)
	n.Row, n.Names, n.Elem = a.Row, a.Names, a.Elem
	return n
}

// CompareOf compares two values of one kind. As in cel-go, a double that is not a number is
// neither below nor above nor equal to any.
func CompareOf(op Cmp, a, b *Node) *Node {
	if a.IsConst() && b.IsConst() {
		return BoolOf(compareConst(op, a, b))
	}
	n := operation(Compare, Bool, Pos{}, false, a, b)
	n.Cmp = op
	return n
}

func compareConst(op Cmp, a, b *Node) bool {
	if a.Kind == Double {
		return holdsFloat(op, a.Float, b.Float)
	}
	c := 0
	switch a.Kind {
	case String:
		c = strings.Compare(a.Text, b.Text)
	case Uint:
		c = cmp.Compare(uint64(a.Int), uint64(b.Int))
	default:
		c = cmp.Or(cmp.Compare(a.Int, b.Int), cmp.Compare(a.Nanos, b.Nanos))
	}
	return [...]bool{Eq: c == 0, Ne: c != 0, Lt: c < 0, Le: c <= 0, Gt: c > 0, Ge: c >= 0}[op]
}

func holdsFloat(op Cmp, a, b float64) bool {
	return [...]bool{Eq: a == b, Ne: a != b, Lt: a < b, Le: a <= b, Gt: a > b, Ge: a >= b}[op]
}

func testText(op Op, s, part string) bool {
	switch op {
	case StartsWith:
		return strings.HasPrefix(s, part)
	case EndsWith:
		return strings.HasSuffix(s, part)
	}
	return strings.Contains(s, part)
}

// ConcatOf joins two strings. It fails when the record's memory for texts is used up.
func ConcatOf(pos Pos, a, b *Node) *Node {
	if a.IsConst() && b.IsConst() {
		return TextOf(a.Text + b.Text)
	}
	return operation(Concat, String, pos, true, a, b)
}

// ArithmeticOf is Add, Sub, Mul, Div or Mod of two values of one kind (Int, Uint, Double, or
// Duration), or Add of a timestamp and a Duration, or Sub of two timestamps of one kind.
func ArithmeticOf(pos Pos, op Op, a, b *Node) *Node {
	if folded := foldArithmetic(op, a, b); folded != nil {
		return folded
	}
	kind := a.Kind
	switch {
	case a.Kind == Double:
		return operation(op, Double, pos, false, a, b)
	case op == Sub && (kind == Millis || kind == Time):
		kind = Duration
	case kind == Millis && b.Kind == Duration && !wholeMillis(b):
		kind, a = Time, ConvertOf(Pos{}, Time, a)
	}
	n := operation(op, kind, pos, true, a, b)
	if divides := op == Div || op == Mod; divides && b.IsConst() && b.Int != 0 && (kind == Uint || b.Int != -1) {
		n.Fails = a.Fails
	}
	return n
}

func wholeMillis(d *Node) bool { return d.IsConst() && d.Int%1e6 == 0 }

// foldArithmetic returns the constant, nil when an operand is none or the result is an error.
func foldArithmetic(op Op, a, b *Node) *Node {
	if !a.IsConst() || !b.IsConst() || a.Kind != b.Kind {
		return nil
	}
	switch a.Kind {
	case Double:
		return foldDouble(op, a.Float, b.Float)
	case Int, Duration:
		if v, ok := foldInt(op, a.Int, b.Int); ok {
			return IntOf(a.Kind, v)
		}
	}
	return nil
}

func foldDouble(op Op, a, b float64) *Node {
	switch op {
	case Add:
		return DoubleOf(a + b)
	case Sub:
		return DoubleOf(a - b)
	case Mul:
		return DoubleOf(a * b)
	}
	return DoubleOf(a / b)
}

func foldInt(op Op, a, b int64) (int64, bool) {
	switch op {
	case Add:
		r := a + b
		return r, (a^r)&(b^r) >= 0
	case Sub:
		r := a - b
		return r, (a^b)&(a^r) >= 0
	case Mul:
		r := a * b
		return r, a == 0 || (r/a == b && !(a == -1 && b == math.MinInt64))
	}
	if b == 0 || a == math.MinInt64 && b == -1 {
		return 0, false
	}
	if op == Div {
		return a / b, true
	}
	return a % b, true
}

// NegOf is the negative of an Int, Double or Duration.
func NegOf(pos Pos, a *Node) *Node {
	if a.Kind == Double {
		if a.IsConst() {
			return DoubleOf(-a.Float)
		}
		return operation(Neg, Double, pos, false, a)
	}
	if a.IsConst() && a.Int != math.MinInt64 {
		return IntOf(a.Kind, -a.Int)
	}
	return operation(Neg, a.Kind, pos, true, a)
}
