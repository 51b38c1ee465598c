package hostile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"assay/sdk/abi"
)

// What every library that loads has: a Quality check, which gives findings of this code. Commands give them too, and
// their check is abi.CommandCheck.
const (
	Check = "licence"
	Code  = "wicked"
)

// Outcomes of a card that are no fault.
const (
	Wicked  Outcome = Code      // a finding of code Code
	Clean   Outcome = "clean"   // a finding of this code: the module looked for traces of other cards and saw none
	Nothing Outcome = "nothing" // the module had nothing to say
)

// Outcome is what may come of one card: Wicked, Clean, Nothing or the kind of a fault; several are joined by " or ".
type Outcome string

// Admits says whether got is among the outcomes.
func (o Outcome) Admits(got string) bool {
	return slices.Contains(strings.Split(string(o), " or "), got)
}

// Faults says whether the outcome is a fault in any case.
func (o Outcome) Faults() bool {
	return !slices.ContainsFunc([]Outcome{Wicked, Clean, Nothing}, func(good Outcome) bool { return o.Admits(string(good)) })
}

// Certain says whether there is one outcome.
func (o Outcome) Certain() bool { return !strings.Contains(string(o), " or ") }

// Promise says what must come of a guest.
type Promise struct {
	Refused string // the code with which loading is refused, "" when the module loads

	SoleTrader Outcome // of the card of a sole trader
	Other      Outcome // of any other card
}

// Guest is a module that means harm.
type Guest struct {
	Name  string // of no other guest
	Check string // to evaluate, when the module loads
	Tries string // what it does, in a line
	Promise
	Wasm []byte
}

// Catalogue returns all guests, with the folders that are in testdata: server/wasm/testdata.
func Catalogue(testdata string) ([]Guest, error) {
	all := Bombs()
	for _, folder := range []struct{ name, check, prefix string }{
		{"hostile", Check, ""}, {"load", Check, ""}, {"hostile-stdio", abi.CommandCheck, "stdio-"},
	} {
		guests, err := Read(filepath.Join(testdata, folder.name), folder.check)
		if err != nil {
			return nil, err
		}
		for i := range guests {
			guests[i].Name = folder.prefix + guests[i].Name
		}
		all = append(all, guests...)
	}
	return all, nil
}

// Read returns the guests of a folder of .wat files with the .wasm beside each, by name. All have this check.
func Read(dir, check string) ([]Guest, error) {
	sources, err := filepath.Glob(filepath.Join(dir, "*.wat"))
	if err != nil {
		return nil, err
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("no guests (*.wat) in %s", dir)
	}
	guests := make([]Guest, len(sources))
	for i, source := range sources {
		if guests[i], err = read(source); err != nil {
			return nil, err
		}
		guests[i].Check = check
	}
	return guests, nil
}

func read(source string) (Guest, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return Guest{}, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	g, err := parse(first)
	if err != nil {
		return g, fmt.Errorf("%s: %w", source, err)
	}
	g.Name = strings.TrimSuffix(filepath.Base(source), ".wat")
	g.Wasm, err = os.ReadFile(strings.TrimSuffix(source, ".wat") + ".wasm")
	return g, err
}

// parse reads a guest's first line.
func parse(line string) (g Guest, err error) {
	promise, isComment := strings.CutPrefix(line, ";; ")
	promise, tries, found := strings.Cut(promise, ": ")
	if !isComment || !found {
		return g, fmt.Errorf("the first line is %q, want ;; promise: what it tries", line)
	}
	g.Tries = tries
	sole, other, loads := strings.Cut(promise, ", ")
	if loads {
		g.SoleTrader, g.Other = Outcome(sole), Outcome(other)
	} else {
		g.Refused = promise
	}
	return g, nil
}
