package ir

// ConvertOf is a as kind k: what CanConvert allows, Millis as Time, and an Int of seconds as Millis.
func ConvertOf(pos Pos, k Kind, a *Node) *Node {
	switch {
	case a.Kind == k:
		return a
	case a.IsConst():
		if folded := foldConvert(k, a); folded != nil {
			return folded
		}
	}
	return operation(Convert, k, pos, mayFailConvert(a.Kind, k), a)
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

func mayFailConvert(from, to Kind) bool {
	switch to {
	case Int:
		return from == Uint || from == Double || from == String
	case Double, Time:
		return false
	case String:
		return from != Enum && from != Bool
	}
	return true
}

func foldConvert(k Kind, a *Node) *Node {
	switch {
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
