package assay

import (
	"reflect"
	"unsafe"

	"assay/sdk/go/internal/abi"
)

// Texts are texts by language: en, ru, uk and the like.
type Texts map[string]string

// NoSettings are the settings of a check with nothing to set.
type NoSettings struct{}

// Check is a declared check. It is made by [Quality] or [Segmentation] and completed by its methods
// when the program starts, before any client is judged.
type Check struct {
	name     string
	kind     string // "Quality" or "Segmentation"
	settings []setting
	messages []texts // by code or label
	labels   []texts // by label

	// configure makes an evaluator of settings, or says why it does not.
	configure func(settings string) (evaluator, error)
}

// evaluator is a check with its settings.
type evaluator func(Client, *Report)

// judge reports what the check says of a card.
func (e evaluator) judge(card []byte, report *Report) {
	client, err := Open(card)
	if err != nil {
		report.Error("card: " + err.Error())
		return
	}
	e(client, report)
}

// texts are the texts of a code or a label.
type texts struct {
	key  string
	text Texts
}

// checks are all declared checks; the place of a check is its index in the ABI.
var checks []*Check

// Quality declares a check that reports findings. S is the struct of its settings. A name is made of
// small letters, digits and inner hyphens; a name or settings that cannot be described panic.
func Quality[S any](name string, check func(settings *S, client Client, report *Report)) *Check {
	return declare("Quality", name, check)
}

// Segmentation declares a check that gives a client a label, measures, or both. Otherwise it is like
// [Quality].
func Segmentation[S any](name string, check func(settings *S, client Client, report *Report)) *Check {
	return declare("Segmentation", name, check)
}

func declare[S any](kind, name string, check func(*S, Client, *Report)) *Check {
	c := &Check{name: name, kind: kind}
	c.settings = settingsOf(name, reflect.TypeFor[S]())
	c.configure = func(text string) (evaluator, error) {
		s := new(S)
		if err := decode(text, c.settings, unsafe.Pointer(s)); err != nil {
			return nil, err
		}
		if v, ok := any(s).(interface{ Validate() error }); ok {
			if err := v.Validate(); err != nil {
				return nil, err
			}
		}
		return func(client Client, report *Report) { check(s, client, report) }, nil
	}
	c.register()
	return c
}

func (c *Check) register() {
	if !isName(c.name) {
		panic("assay: check " + quoted(c.name) + ": the name is not made of small letters, digits and inner hyphens, 63 at most")
	}
	for _, other := range checks {
		if other.name == c.name {
			panic("assay: check " + quoted(c.name) + " is declared twice")
		}
	}
	checks = append(checks, c)
}

// Message gives the texts of a finding by its code or, in a segmentation, the reason for a label. {{ key }}
// in a text is replaced by the parameter of that key. It returns the check.
func (c *Check) Message(code string, text Texts) *Check {
	c.messages = c.with(c.messages, "message", code, text)
	if c.kind == "Quality" && !isName(code) {
		panic("assay: check " + quoted(c.name) + ": message: the code " + quoted(code) + " is not made of small letters, digits and inner hyphens, 63 at most")
	}
	return c
}

// Label says that a segmentation may give the label, and what it is called; a nil title calls it by
// the label itself. It returns the check.
func (c *Check) Label(label string, title Texts) *Check {
	if c.kind != "Segmentation" {
		panic("assay: check " + quoted(c.name) + ": only a segmentation has labels")
	}
	c.labels = c.with(c.labels, "label", label, title)
	return c
}

func (c *Check) with(list []texts, what, key string, text Texts) []texts {
	if key == "" || len(key) > abi.MaxIdentBytes {
		panic("assay: check " + quoted(c.name) + ": " + what + " " + quoted(key) + " has not 1 to 255 bytes")
	}
	for _, other := range list {
		if other.key == key {
			panic("assay: check " + quoted(c.name) + ": " + what + " " + quoted(key) + " stands twice")
		}
	}
	return append(list, texts{key, text})
}

func isName(s string) bool {
	if s == "" || len(s) > abi.MaxNameBytes || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
