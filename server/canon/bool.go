package canon

import "strings"

// Bool reads yes or no in English, Russian or Ukrainian, in any letter case:
// yes, true, 1, on, +, ✓ and no, false, 0, off, -, and what Excel and 1C write for
// them. ok is false for anything else, empty text included.
func Bool(s string) (value, ok bool) {
	s = tidy(s)
	for _, w := range yes {
		if strings.EqualFold(s, w) {
			return true, true
		}
	}
	for _, w := range no {
		if strings.EqualFold(s, w) {
			return false, true
		}
	}
	return false, false
}

var (
	yes = [...]string{"1", "true", "yes", "y", "on", "да", "д", "так", "т", "истина", "істина", "вкл", "+", "✓", "✔", "☑"}
	no  = [...]string{"0", "false", "no", "n", "off", "нет", "ні", "н", "ложь", "хибність", "хиба", "выкл", "викл", "-", "–", "—", "−", "✗", "✘", "☐"}
)
