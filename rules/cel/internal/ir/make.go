package ir

import "slices"

// BoolOf returns a constant.
func BoolOf(v bool) *Node {
	n := &Node{Kind: Bool}
	if v {
		n.Int = 1
	}
	return n
}

// IntOf returns a constant of kind Int, Uint, Duration (nanoseconds) or Millis.
func IntOf(k Kind, v int64) *Node { return &Node{Kind: k, Int: v} }

// DoubleOf returns a constant.
func DoubleOf(v float64) *Node { return &Node{Kind: Double, Float: v} }

// TextOf returns a constant string.
func TextOf(s string) *Node { return &Node{Kind: String, Text: s} }

// TimeOf returns a constant timestamp: nanos is below a million.
func TimeOf(millis int64, nanos int32) *Node {
	if nanos == 0 {
		return IntOf(Millis, millis)
	}
	return &Node{Kind: Time, Int: millis, Nanos: nanos}
}

// UseOf reads a variable.
func UseOf(v *Var) *Node { return &Node{Op: Use, Kind: v.Kind, Row: v.Row, Names: v.Names, Var: v} }

// NowOf is the evaluation time.
func NowOf() *Node { return &Node{Op: Now, Kind: Millis} }

// operation returns a node that fails when it can fail by itself or an argument can.
func operation(op Op, k Kind, pos Pos, mayFail bool, args ...*Node) *Node {
	n := &Node{Op: op, Kind: k, Pos: pos, Args: args, Fails: mayFail}
	for _, a := range args {
		n.Fails = n.Fails || a.Fails
	}
	return n
}

// LookupOf reads a property.
func LookupOf(pos Pos, m, key *Node) *Node { return operation(Lookup, String, pos, true, m, key) }

// HasKeyOf tests for a property.
func HasKeyOf(m, key *Node) *Node { return operation(HasKey, Bool, Pos{}, false, m, key) }

// SizeOf is the number of code points or elements.
func SizeOf(a *Node) *Node {
	if a.Kind == String && a.IsConst() {
		return IntOf(Int, int64(len([]rune(a.Text))))
	}
	if a.Kind == Literal && !a.Fails {
		return IntOf(Int, int64(len(a.Args)))
	}
	return operation(Size, Int, Pos{}, false, a)
}

// MatchesOf tests a against an RE2 pattern.
func MatchesOf(pos Pos, a *Node, pattern string) *Node {
	n := operation(Matches, Bool, pos, true, a)
	n.Text = pattern
	return n
}

// TestOf is StartsWith, EndsWith or Contains.
func TestOf(op Op, a, b *Node) *Node {
	if a.IsConst() && b.IsConst() {
		return BoolOf(testText(op, a.Text, b.Text))
	}
	return operation(op, Bool, Pos{}, false, a, b)
}

// ListOf is a list of nodes of one kind.
func ListOf(elem Kind, args []*Node) *Node {
	n := operation(List, Literal, Pos{}, false, args...)
	n.Elem = elem
	return n
}

// InOf tests whether x equals one of the elements, which are of x's kind.
func InOf(x *Node, elems []*Node) *Node {
	n := operation(In, Bool, Pos{}, false, append([]*Node{x}, elems...)...)
	if len(elems) == 0 && !n.Fails {
		return BoolOf(false)
	}
	if x.IsConst() && !slices.ContainsFunc(elems, func(e *Node) bool { return !e.IsConst() }) {
		return BoolOf(slices.ContainsFunc(elems, func(e *Node) bool { return compareConst(Eq, x, e) }))
	}
	return n
}

// InListOf tests whether x is an element of list (Strings).
func InListOf(x, list *Node) *Node { return operation(InList, Bool, Pos{}, false, x, list) }

// IndexOf is element i of a list.
func IndexOf(pos Pos, list, i *Node) *Node {
	k := list.Elem
	switch list.Kind {
	case Strings:
		k = String
	case Rows:
		k = Row
	}
	n := operation(Index, k, pos, true, list, i)
	n.Row = list.Row
	return n
}

// QuantifyOf is All, Exists or ExistsOne with v bound to each element of list in body.
func QuantifyOf(op Op, v *Var, list, body *Node) *Node {
	if body.IsConst() && !list.Fails && op != ExistsOne && (body.Int != 0) == (op == All) {
		return BoolOf(op == All)
	}
	n := operation(op, Bool, Pos{}, false, list, body)
	n.Var = v
	return n
}

// GetterOf is a part of a timestamp or duration.
func GetterOf(part Part, a *Node) *Node {
	n := operation(Getter, Int, Pos{}, false, a)
	n.Part = part
	return n
}

// EnumOf is a constant of an enum.
func EnumOf(names []string, code int) *Node { return &Node{Kind: Enum, Int: int64(code), Names: names} }
