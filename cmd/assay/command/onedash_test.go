package command

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// -update is --update where a flag stands, and itself where a value or an argument does.
func TestOneDash(t *testing.T) {
	for args, want := range map[string]struct {
		update  bool
		run     string
		path    string
		refused string // part of the error
	}{
		"-update":               {update: true},
		"titles -update":        {update: true, path: "titles"},
		"-v -update titles":     {update: true, path: "titles"},
		"--update":              {update: true},
		"--run -update":         {run: "-update"},
		"--run=-update":         {run: "-update"},
		"--run -update -update": {update: true, run: "-update"},
		"-- -update":            {path: "-update"},
		"-upd":                  {refused: "there is no such flag"},
		"-u":                    {refused: "flag needs an argument"},
		"--updat":               {refused: "unknown flag: --updat"},
	} {
		var update, verbose bool
		f := pflag.NewFlagSet("test", pflag.ContinueOnError)
		run := f.String("run", "", "")
		f.BoolVar(&update, "update", false, "")
		f.BoolVarP(&verbose, "verbose", "v", false, "")
		oneDashToo(f, "update", &update)
		err := f.Parse(strings.Fields(args))
		if want.refused != "" {
			if err == nil || !strings.Contains(err.Error(), want.refused) {
				t.Errorf("%s: %v", args, err)
			}
			continue
		}
		if err != nil || update != want.update || *run != want.run || f.Arg(0) != want.path {
			t.Errorf("%s: update %v, run %q, path %q, %v", args, update, *run, f.Arg(0), err)
		}
		if strings.Contains(f.FlagUsages(), "one-dash") {
			t.Errorf("the help shows what is hidden:\n%s", f.FlagUsages())
		}
	}
}
