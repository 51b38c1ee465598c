package ir

// An optional value is a Maybe around a tree that looks like one of the value itself: somewhere in
// it a node may find that there is none, and the OrElse that opens the Maybe goes on from there.
// Nothing is made for it in memory until it is boxed.

// MaybeOf is an optional value.
func MaybeOf(value *Node) *Node {
	n := operation(Maybe, Optional, Pos{}, false, value)
	n.None = false
	return n
}

// NoneOf is the boxed optional value that holds nothing.
func NoneOf() *Node { return &Node{Kind: Dyn, Elem: Optional} }

// PresentOf is value where test holds.
func PresentOf(test, value *Node) *Node {
	if test.IsConst() && test.Int != 0 {
		return value
	}
	n := like(value, operation(Present, value.Kind, Pos{}, false, test, value))
	n.None = true
	return n
}

// OpenOf is what a Dyn holds that must be an optional value.
func OpenOf(pos Pos, a *Node) *Node {
	if a.IsConst() && a.Elem == Optional {
		return PresentOf(BoolOf(false), a)
	}
	n := operation(Open, Dyn, pos, true, a)
	n.None = true
	return n
}

// IfAnyOf makes an Index, Lookup or Call one that finds none where there is nothing.
func IfAnyOf(n *Node) *Node {
	if n.IsConst() {
		return n
	}
	found := *n
	found.IfAny, found.None, found.Fails = true, true, n.Op == Call && n.Fn.Fails
	for _, a := range n.Args {
		found.Fails = found.Fails || a.Fails
	}
	return &found
}

// OrElseOf is the value of a Maybe, or other, which is of the same kind.
func OrElseOf(maybe, other *Node) *Node {
	value := maybe.Args[0]
	switch {
	case !value.None:
		return value
	case value.Op == Present && value.Args[0].IsConst():
		return other
	}
	n := like(other, operation(OrElse, other.Kind, Pos{}, false, value, other))
	n.None = other.None
	return n
}

// ValueOf is the value of a Maybe, or an error.
func ValueOf(pos Pos, maybe *Node) *Node {
	value := maybe.Args[0]
	return OrElseOf(maybe, like(value, &Node{Op: Fail, Kind: value.Kind, Pos: pos, Fails: true, Text: "the optional value is not there"}))
}

// HasValueOf says whether a Maybe holds a value.
func HasValueOf(maybe *Node) *Node {
	there := given(maybe.Args[0])
	if test := testOf(there); test != nil {
		return test
	}
	return OrElseOf(&Node{Args: []*Node{there}}, BoolOf(false))
}

// testOf is what decides a tree that is true or finds none, nil when several things do.
func testOf(there *Node) *Node {
	switch {
	case there.Op == Present && there.Args[1].IsConst() && !there.Args[0].None:
		return there.Args[0]
	case there.Op == Let && !there.Args[0].None:
		if test := testOf(there.Args[1]); test != nil {
			return BindOf(there.Var, there.Args[0], test)
		}
	}
	return nil
}

// given is true in the place of a value. What finds out whether there is one stays.
func given(n *Node) *Node {
	switch {
	case !n.Fails && !n.None:
		return BoolOf(true)
	case n.Op == Present:
		return PresentOf(n.Args[0], given(n.Args[1]))
	case n.Op == Let:
		return BindOf(n.Var, n.Args[0], given(n.Args[1]))
	}
	return operation(Given, Bool, Pos{}, false, n)
}

// BindOf is body with v bound to value, whose error is the result's.
func BindOf(v *Var, value, body *Node) *Node {
	n := like(body, operation(Let, body.Kind, Pos{}, false, value, body))
	n.Var = v
	return n
}

// SomeOf is a boxed optional value that holds a Dyn.
func SomeOf(pos Pos, value *Node) *Node { return CallOf(pos, fnSome, value) }

var fnSome = &Fn{Name: "rt_some", Params: []Kind{Dyn}, Result: Dyn, Fails: true, Makes: true}

// GatherOf is the list of args of kind Dyn, and of the values of kind Dyn of those that are Maybe.
func GatherOf(pos Pos, args []*Node) *Node {
	n := operation(Gather, List, pos, true, args...)
	n.Elem = Dyn
	return n
}

// like gives n what says more about its kind, as of has it.
func like(of, n *Node) *Node {
	n.Row, n.Names, n.Elem = of.Row, of.Names, of.Elem
	return n
}
