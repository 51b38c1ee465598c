package ir

import "slices"

// Hoist is a check in whose loops what is the same for every element and takes some time is Once,
// which the loop evaluates when it is first needed.
func Hoist(check *Check) *Check {
	c := *check
	if c.List != nil {
		c.Require, c.Once = hoistFrom(c.Require, c.Var)
	}
	for _, root := range []**Node{&c.Match, &c.List, &c.Require, &c.Label} {
		if *root != nil {
			*root = hoistLoops(*root)
		}
	}
	c.Params = slices.Clone(c.Params)
	for i := range c.Params {
		c.Params[i].Value = hoistLoops(c.Params[i].Value)
	}
	return &c
}

// hoistLoops hoists in all loops of n, the outer ones first.
func hoistLoops(n *Node) *Node {
	if !mayHoist(n) {
		return n
	}
	h := *n
	h.Args = slices.Clone(n.Args)
	if bound := n.bound(); n.isLoop() {
		for i := range h.Args[1:] {
			var found []*Var
			h.Args[i+1], found = hoistFrom(h.Args[i+1], bound...)
			h.Once = append(h.Once, found...)
		}
	}
	for i, a := range h.Args {
		h.Args[i] = hoistLoops(a)
	}
	return &h
}

// mayHoist says whether there is a loop in n.
func mayHoist(n *Node) bool {
	found := false
	n.Walk(func(n *Node) { found = found || n.isLoop() })
	return found
}

func (n *Node) isLoop() bool {
	switch n.Op {
	case All, Exists, ExistsOne, Collect, CollectMap:
		return true
	}
	return false
}

// bound are the variables that n binds in its arguments behind the first.
func (n *Node) bound() []*Var {
	var list []*Var
	if n.isLoop() || n.Op == Let {
		list = append(list, n.Var)
	}
	if n.Key != nil {
		list = append(list, n.Key)
	}
	return list
}

// hoistFrom hoists from the body of a loop what does not depend on its variables.
func hoistFrom(body *Node, loop ...*Var) (*Node, []*Var) {
	var found []*Var
	inside := map[*Var]bool{}
	var visit func(n *Node) *Node
	visit = func(n *Node) *Node {
		// What may find that there is none is no value that could be kept, but its parts are.
		if !n.None && n.Kind != Optional && !uses(n, inside) {
			if !worthHoisting(n) {
				return n
			}
			v := &Var{Kind: n.Kind, Row: n.Row, Elem: n.Elem, Names: n.Names, Fails: n.Fails}
			found = append(found, v)
			return onceOf(v, n)
		}
		h := *n
		h.Args = slices.Clone(n.Args)
		for i, a := range n.Args {
			if i == 1 {
				mark(inside, n.bound(), true)
			}
			h.Args[i] = visit(a)
		}
		mark(inside, n.bound(), false)
		return &h
	}
	mark(inside, loop, true)
	return visit(body), found
}

func mark(set map[*Var]bool, vars []*Var, in bool) {
	for _, v := range vars {
		set[v] = in
	}
}

func uses(n *Node, vars map[*Var]bool) bool {
	found := false
	n.Walk(func(n *Node) { found = found || n.Op == Use && vars[n.Var] })
	return found
}

// worthHoisting says whether evaluating n takes longer than finding out that it was evaluated.
func worthHoisting(n *Node) bool {
	if n.Op == Once {
		return false
	}
	return n.takesTime() || slices.ContainsFunc(n.Args, worthHoisting)
}

func (n *Node) takesTime() bool {
	switch n.Op {
	case CustomRow, Lookup, HasKey, Concat, StartsWith, EndsWith, Contains, Matches, InList, MakeMap, Collect, CollectMap, Call, All, Exists, ExistsOne, Getter:
		return true
	case Convert, MakeList:
		return !n.isLaidOut() && n.Kind != Time && n.Kind != Double
	case Size:
		return n.Args[0].Kind == String || n.Args[0].Kind == Dyn
	case Compare:
		return n.Args[0].Kind == String && !n.Args[0].isEmpty() && !n.Args[1].isEmpty()
	case Add, Sub:
		return n.Args[0].Kind == Time || n.Op == Sub && n.Args[0].Kind == Millis
	}
	return false
}

func (n *Node) isEmpty() bool { return n.IsConst() && n.Text == "" }

// isLaidOut says whether n is a value in the module's constant memory.
func (n *Node) isLaidOut() bool {
	for _, a := range n.Args {
		if !a.IsConst() && !(a.Op == Convert && a.Kind == Dyn && a.isLaidOut()) {
			return false
		}
	}
	return true
}

func onceOf(v *Var, value *Node) *Node {
	n := operation(Once, value.Kind, value.Pos, false, value)
	n.Var, n.Row, n.Elem, n.Names = v, value.Row, value.Elem, value.Names
	return n
}
