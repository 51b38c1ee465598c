package ir

// ConvertOf is a as kind k: what CanConvert allows, Millis as Time, an Int of seconds as Millis,
// anything as Dyn, and a Dyn as the kind it must have.
func ConvertOf(pos Pos, k Kind, a *Node) *Node {
	switch {
	case a.Kind == k:
		return a
	case a.Kind == Optional:
		return OrElseOf(MaybeOf(SomeOf(pos, ConvertOf(pos, Dyn, a.Args[0]))), NoneOf())
	case a.IsConst():
		if folded := foldConvert(k, a); folded != nil {
			return folded
		}
	}
	n := operation(Convert, k, pos, mayFailConvert(a, k), a)
	if k == List {
		n.Elem, n.Row = Dyn, a.Row
		switch a.Kind {
		case Strings:
			n.Elem = String
		case Rows:
			n.Elem = Row
		}
	}
	return n
}

// RowOf is the row of a type that a Dyn must hold.
func RowOf(pos Pos, row string, a *Node) *Node {
	n := ConvertOf(pos, Row, a)
	n.Row = row
	return n
}

// CanConvert says whether ConvertOf has a conversion to a kind that CEL has a function for.
func CanConvert(from, to Kind) bool {
	if from == to {
		return true
	}
	switch to {
	case Int:
		return from == Uint || from == Double || from == String || from == Millis || from == Time || from == Duration
	case Uint:
		return from == Int || from == Double
	case Double:
		return from == Int || from == Uint
	case String:
		return from == Bool || from == Int || from == Uint || from == Enum || from == Millis || from == Time
	}
	return false
}

func mayFailConvert(a *Node, to Kind) bool {
	from := a.Kind
	switch to {
	case Int:
		return from == Uint || from == Double || from == String || from == Dyn
	case Double, Time:
		return from == Dyn
	case String:
		return from != Enum && from != Bool
	case Dyn:
		return !a.IsConst()
	}
	return true
}

func foldConvert(k Kind, a *Node) *Node {
	switch {
	case a.Kind == Dyn:
		return nil
	case k == Time && a.Kind == Millis:
		return &Node{Kind: Time, Int: a.Int}
	case k == Double && a.Kind == Int:
		return DoubleOf(float64(a.Int))
	case k == Double && a.Kind == Uint:
		return DoubleOf(float64(uint64(a.Int)))
	case k == String && a.Kind == Bool && a.Int != 0:
		return TextOf("true")
	case k == String && a.Kind == Bool:
		return TextOf("false")
	}
	return nil
}
