package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"assay/server/author"
	"assay/server/author/project"
)

// rulePath is the flags of verbs that have rules of one path judge clients.
type rulePath struct {
	locality
	path            string
	check, settings string
	now             string
}

const rulePathHelp = "PATH is a folder with a rule.yaml, a manifest, or a .wasm module; without one it is the project at hand. A project's module is built first when it is not what its sources make. " +
	"Of a module without a manifest all checks are taken, or that of --check, with the settings of --settings."

func (r *rulePath) flags(f *pflag.FlagSet) {
	f.StringVar(&r.check, "check", "", "of a .wasm module: the check")
	f.StringVar(&r.settings, "settings", "", "of a .wasm module: the settings, a JSON object")
	r.locality.flags(f, ofAuthors)
	f.StringVar(&r.now, "now", "", "the time of evaluation, such as 2026-12-31T12:00:00Z or 2026-12-31")
}

// openRules opens the rules at the path with as much of their cases as is asked for. The caller closes them.
func (a *app) openRules(cmd *cobra.Command, r *rulePath, cases author.CaseReading) (*author.Project, error) {
	return a.openRulesOn(cmd, r, cases, (&builder{app: a}).read)
}

// openRulesOn is openRules with modules that are read otherwise.
func (a *app) openRulesOn(cmd *cobra.Command, r *rulePath, cases author.CaseReading, modules author.ModuleReader) (*author.Project, error) {
	options, err := a.authorOptions()
	if err != nil {
		return nil, err
	}
	if options.Region, options.Zone, err = r.read(ofAuthors); err != nil {
		return nil, err
	}
	options.Check, options.Cases, options.Module = r.check, cases, modules
	if r.settings != "" {
		if !json.Valid([]byte(r.settings)) || !strings.HasPrefix(strings.TrimSpace(r.settings), "{") {
			return nil, usagef("--settings %q is no JSON object, such as '{\"days\": 30}'", r.settings)
		}
		options.Settings = json.RawMessage(r.settings)
	}
	p, err := author.Open(cmd.Context(), r.path, options)
	if err != nil {
		return nil, authors(err)
	}
	if (r.check != "" || r.settings != "") && p.Rules[0].File != p.Rules[0].Module {
		return nil, errors.Join(usagef("--check and --settings are for a .wasm module; %s declares its check and settings itself", p.Rules[0].File), p.Close(cmd.Context()))
	}
	return p, nil
}

// pathOrProject is the path that was given, or the project at hand.
func pathOrProject(args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	return projectHere()
}

// projectHere is the folder of the project that the folder at hand is in, or that folder itself.
func projectHere() (string, error) {
	p, err := project.Open(".")
	if errors.Is(err, project.ErrNone) {
		return ".", nil
	}
	if err != nil {
		return "", authors(err)
	}
	return p.Dir, nil
}

// at reads --now; absent is what stands in for it.
func (r *rulePath) at(absent time.Time) (time.Time, error) {
	if r.now == "" {
		return absent, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, r.now); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("--now %q is no time; write it as 2026-12-31T12:00:00Z or 2026-12-31", r.now)
}

// thisSecond is the evaluation time of who gives none. A whole second is written alike in each of them: a command that reads
// lines of JSON pays for their length, which that of a millisecond would change in one run of ten.
func thisSecond() time.Time { return time.Now().UTC().Truncate(time.Second) }

// nanoseconds writes a time as people read it: 640 ns, 12.3 µs, 4.5 s.
func nanoseconds(n int64) string {
	switch d := time.Duration(n); {
	case d < 10*time.Microsecond:
		return fmt.Sprintf("%s ns", grouped(n))
	case d < time.Millisecond:
		return fmt.Sprintf("%.1f µs", float64(n)/1e3)
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(n)/1e6)
	default:
		return fmt.Sprintf("%.1f s", float64(n)/1e9)
	}
}
