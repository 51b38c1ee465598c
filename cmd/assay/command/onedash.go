package command

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// oneDash is a switch that may be written as in Go, with one dash: pflag reads -update as the shorthand u with the
// value pdate, and knows best where a flag stands and where a value does.
type oneDash struct {
	switched *bool
	rest     string // of the name, behind its first letter
}

// oneDashToo lets a switch be written with one dash, too. No shorthand may be its first letter.
func oneDashToo(f *pflag.FlagSet, name string, switched *bool) {
	hidden := "one-dash-" + name
	f.VarP(&oneDash{switched, name[1:]}, hidden, name[:1], "--"+name)
	f.Lookup(hidden).Hidden = true
}

// noFlagError is a flag with one dash that is not the switch, by what follows its first letter.
type noFlagError struct{ rest string }

func (e *noFlagError) Error() string { return "there is no such flag" }

// plainly says what is wrong with a flag in the words of a person: of one that there is none as pflag does, without the
// hidden name.
func plainly(err error) error {
	invalid, is := errors.AsType[*pflag.InvalidValueError](err)
	none, ours := errors.AsType[*noFlagError](err)
	if is && ours {
		return fmt.Errorf("unknown flag: -%s%s", invalid.GetFlag().Shorthand, none.rest)
	}
	if number, wrong := errors.AsType[*strconv.NumError](err); is && wrong {
		return fmt.Errorf("--%s %s: %s", invalid.GetFlag().Name, invalid.GetValue(), wanted(invalid.GetFlag(), number))
	}
	return err
}

// wanted says what a flag of numbers, or a switch, takes.
func wanted(f *pflag.Flag, wrong *strconv.NumError) string {
	switch {
	case f.Value.Type() == "bool":
		return "give true or false, or nothing"
	case errors.Is(wrong, strconv.ErrRange):
		return "the number is too large"
	case strings.HasPrefix(f.Value.Type(), "int"):
		return "give a whole number"
	}
	return "give a number"
}

// Set is called with what follows the first letter.
func (o *oneDash) Set(value string) error {
	if value != o.rest {
		return &noFlagError{value}
	}
	*o.switched = true
	return nil
}

func (o *oneDash) String() string { return "" }

// Type is the word for the value in the help, where it does not stand.
func (o *oneDash) Type() string { return "" }
