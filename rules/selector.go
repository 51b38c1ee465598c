package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Selector chooses objects by their labels; the zero Selector chooses all. Its
// requirements must all hold.
type Selector struct{ requirements []requirement }

// requirement is one condition on one label.
type requirement struct {
	key    string
	values []string // nil: any value will do
	not    bool     // chooses the objects that do not fulfil the rest, those without the label too
}

// SelectorError says where a selector cannot be read.
type SelectorError struct {
	At    int    // the character, 1 is the first
	Found string // what stands there, "" for the end
	Want  string // what could stand there
}

// Error names the place and shows what may be written.
func (e *SelectorError) Error() string {
	found := "ends"
	if e.Found != "" {
		found = fmt.Sprintf("has %q", e.Found)
	}
	return fmt.Sprintf("the selector %s at character %d where %s is expected; write such as set=default,team!=sales,tier in (a,b),!old", found, e.At, e.Want)
}

// ParseSelector reads a selector as Kubernetes writes them: a=b, a==b, a!=b,
// a in (x,y), a notin (x,y), a (has the label), !a (has it not), with commas
// between them. Objects without the label fulfil a!=b and a notin (x,y). The
// error is a [*SelectorError].
func ParseSelector(text string) (Selector, error) {
	p := selectorParser{text: text}
	p.next()
	var s Selector
	if p.token == "" {
		return s, nil
	}
	for {
		s.requirements = append(s.requirements, p.requirement())
		if p.err != nil || p.token == "" {
			break
		}
		p.take("a comma", ",")
	}
	if p.err != nil {
		return Selector{}, p.err
	}
	return s, nil
}

// Matches reports whether an object with these labels is chosen.
func (s Selector) Matches(labels map[string]string) bool {
	for _, r := range s.requirements {
		value, has := labels[r.key]
		if (has && (r.values == nil || slices.Contains(r.values, value))) == r.not {
			return false
		}
	}
	return true
}

// Everything reports whether all objects are chosen.
func (s Selector) Everything() bool { return len(s.requirements) == 0 }

// selectorParser reads a selector token by token.
type selectorParser struct {
	text  string
	from  int    // where token begins, in bytes
	token string // the one to be read now, "" at the end
	err   error  // the first; the rest of the text is then not read
}

const (
	selectorSpace  = " \t\r\n"
	selectorMarks  = "(),!="
	selectorBroken = selectorSpace + selectorMarks + "<>"
)

// next moves on by a token: a mark, or what stands between marks and spaces.
func (p *selectorParser) next() {
	rest := strings.TrimLeft(p.text[p.from+len(p.token):], selectorSpace)
	p.from = len(p.text) - len(rest)
	switch {
	case rest == "" || p.err != nil:
		p.token = ""
	case strings.HasPrefix(rest, "!=") || strings.HasPrefix(rest, "=="):
		p.token = rest[:2]
	case strings.ContainsAny(rest[:1], selectorBroken):
		p.token = rest[:1]
	default:
		end := strings.IndexAny(rest, selectorBroken)
		if end < 0 {
			end = len(rest)
		}
		p.token = rest[:end]
	}
}

// fail notes that something else was expected here.
func (p *selectorParser) fail(want string) {
	if p.err == nil {
		p.err = &SelectorError{At: len([]rune(p.text[:p.from])) + 1, Found: p.token, Want: want}
	}
	p.token = ""
}

// take reads one of some tokens and returns it.
func (p *selectorParser) take(want string, tokens ...string) string {
	token := p.token
	if !slices.Contains(tokens, token) {
		p.fail(want)
		return ""
	}
	p.next()
	return token
}

// word reads a label's key or value.
func (p *selectorParser) word(want string, ok func(string) bool) string {
	word := p.token
	if !ok(word) || len(word) > maxNameLength {
		p.fail(want)
		return ""
	}
	p.next()
	return word
}

func (p *selectorParser) key() string {
	return p.word("the key of a label", labelKeyPattern.MatchString)
}

func (p *selectorParser) value() string {
	if p.token == "" || p.token == "," || p.token == ")" {
		return "" // a label may have an empty value
	}
	return p.word("the value of a label", labelValuePattern.MatchString)
}

func (p *selectorParser) requirement() requirement {
	if p.token == "!" {
		p.next()
		return requirement{key: p.key(), not: true}
	}
	r := requirement{key: p.key()}
	switch p.token {
	case "", ",":
		return r
	}
	switch operator := p.take("=, !=, in, notin or a comma", "=", "==", "!=", "in", "notin"); operator {
	case "=", "==", "!=":
		r.not = operator == "!="
		r.values = []string{p.value()}
	case "in", "notin":
		r.not = operator == "notin"
		r.values = p.values()
	}
	return r
}

// values reads a list in parentheses.
func (p *selectorParser) values() []string {
	p.take("(", "(")
	list := []string{p.value()}
	for p.err == nil && p.token == "," {
		p.next()
		list = append(list, p.value())
	}
	p.take("a comma or )", ")")
	return list
}
