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
func UseOf(v *Var) *Node {
	return &Node{Op: Use, Kind: v.Kind, Row: v.Row, Elem: v.Elem, Names: v.Names, Var: v, Fails: v.Fails}
}

// NowOf is the evaluation time.
func NowOf() *Node { return &Node{Op: Now, Kind: Millis} }

// operation returns a node that fails when it can fail by itself or an argument can.
func operation(op Op, k Kind, pos Pos, mayFail bool, args ...*Node) *Node {
	n := &Node{Op: op, Kind: k, Pos: pos, Args: args, Fails: mayFail}
	for _, a := range args {
		n.Fails, n.None = n.Fails || a.Fails, n.None || a.None
	}
	return n
}

// LookupOf reads a property.
func LookupOf(pos Pos, m, key *Node) *Node { return operation(Lookup, String, pos, true, m, key) }

// HasKeyOf tests for a property.
func HasKeyOf(m, key *Node) *Node { return operation(HasKey, Bool, Pos{}, false, m, key) }

// SizeOf is the number of code points or elements.
func SizeOf(pos Pos, a *Node) *Node {
	if a.Kind == String && a.IsConst() {
		return IntOf(Int, int64(len([]rune(a.Text))))
	}
	if a = held(a); a.Op == MakeList && !a.Fails {
		return IntOf(Int, int64(len(a.Args)))
	}
	return operation(Size, Int, pos, a.Kind == Dyn, a)
}

// MatchesOf tests a against an RE2 pattern.
func MatchesOf(pos Pos, a, pattern *Node) *Node {
	return operation(Matches, Bool, pos, true, a, pattern)
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
	n := operation(MakeList, List, Pos{}, false, args...)
	n.Elem = elem
	for _, a := range args {
		if elem == Row {
			n.Row = a.Row
		}
		n.Fails = n.Fails || !a.IsConst() // for want of memory
	}
	return n
}

// held is a list for an operation that is done with it, and with its elements, when it ends.
func held(list *Node) *Node {
	if list.Op != MakeList || list.Elem == Dyn {
		return list
	}
	n := *list
	n.Static, n.Fails = true, false
	for _, a := range n.Args {
		n.Fails = n.Fails || a.Fails
	}
	return &n
}

// NullOf is CEL's null.
func NullOf() *Node { return &Node{Kind: Dyn} }

// BytesOf is a constant of type bytes.
func BytesOf(b string) *Node { return &Node{Kind: Dyn, Elem: String, Text: b} }

// MapLiteralOf is the map of keys and values in turn, all of kind Dyn.
func MapLiteralOf(pos Pos, args []*Node) *Node { return operation(MakeMap, Dyn, pos, true, args...) }

// LetOf is body with v bound to value.
func LetOf(v *Var, value, body *Node) *Node {
	n := operation(Let, body.Kind, Pos{}, false, value, body)
	n.Fails = body.Fails
	n.Var, n.Row, n.Elem, n.Names = v, body.Row, body.Elem, body.Names
	return n
}

// CollectOf is the list of value for every element v of list for which test holds; test may be nil.
func CollectOf(pos Pos, key, v *Var, list, value, test *Node) *Node {
	n := operation(Collect, List, pos, true, list, value)
	n.Key, n.Var, n.Elem, n.Row = key, v, value.Kind, value.Row
	n.when(test)
	return n
}

// CollectMapOf is the map of a key to a value, or of the entries of a map (parts, of kind Dyn) likewise.
func CollectMapOf(pos Pos, index, v *Var, list *Node, parts []*Node, test *Node) *Node {
	n := operation(CollectMap, Dyn, pos, true, append([]*Node{list}, parts...)...)
	n.Key, n.Var = index, v
	n.when(test)
	return n
}

func (n *Node) when(test *Node) {
	if test != nil {
		n.Args, n.Tested = append(n.Args, test), true
	}
}

// CallOf calls a function of the runtime with arguments of its kinds.
func CallOf(pos Pos, fn *Fn, args ...*Node) *Node {
	n := operation(Call, fn.Result, pos, fn.Fails, args...)
	n.Fn, n.Elem = fn, fn.Elem
	if n.Kind == List && n.Elem == Bad {
		n.Elem, n.Row = args[0].Elem, args[0].Row
	}
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
	n := operation(Index, k, pos, true, held(list), i)
	n.Row = list.Row
	return n
}

// QuantifyOf is All, Exists or ExistsOne with v bound to each element of list in body, and key to
// its index or key if it is not nil.
func QuantifyOf(op Op, key, v *Var, list, body *Node) *Node {
	list = held(list)
	if body.IsConst() && !list.Fails && op != ExistsOne && (body.Int != 0) == (op == All) {
		return BoolOf(op == All)
	}
	n := operation(op, Bool, Pos{}, list.Kind == Dyn, list, body)
	n.Key, n.Var = key, v
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
