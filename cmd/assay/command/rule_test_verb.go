package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"assay/rules"
	"assay/server/author"
)

// ruleTesting is what `assay rule test` was asked for.
type ruleTesting struct {
	locality
	paths   []string
	run     string
	only    *regexp.Regexp // nil: all cases
	update  bool
	watch   bool
	verbose bool
	output  output
}

// outJUnit is the form of test reports that CI systems read.
const outJUnit = "junit"

func (a *app) ruleTestVerb() *cobra.Command {
	var o ruleTesting
	verb := &cobra.Command{
		Use: "test [PATH...]", Short: "Try rules on their cases",
		Long: "Tries the rules of projects on the cases in their cases.yaml and in their manifests, on this machine, as a server would judge the clients. PATH is a folder with a rule.yaml, a manifest or a .wasm module; without one it is the project at hand. A project's module is built first when it is not what its sources make, as `assay rule build` does. " +
			"Each case is judged twice, in another order the second time, and fails when the two differ.\n\n" +
			"A case has a `client` and what is expected: `findings` (of each, what is left out of `code`, `path`, `rowId`, `severity`, `suggest` and `message` is not compared), or `label`, `reason` and `measures`, or `error`; " +
			"besides `name`, `rule` where there are several, `now`, `settings`, `raw: true` for a client as it is typed, judged as a write would store it by --country and --time-zone, and `fuel`, the most units that the rule may spend.\n\n" +
			"The exit code is 0 when all passed, 1 when a case failed, there was none to try or a module cannot be built or is refused, and 2 when the command or a file is written wrongly.",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if o.paths = args; len(args) == 0 {
				here, err := projectHere()
				if err != nil {
					return err
				}
				o.paths = []string{here}
			}
			if o.watch {
				return a.watchRules(cmd.Context(), &o)
			}
			return a.testOnce(cmd.Context(), &o)
		},
	}
	f := verb.Flags()
	f.StringVar(&o.run, "run", "", "try only cases whose name, or rule/name, matches this regular expression")
	f.BoolVar(&o.update, "update", false, "write what the rules say into the cases that expect something else; nothing else in the files changes")
	oneDashToo(f, "update", &o.update)
	f.BoolVar(&o.watch, "watch", false, "try again whenever a file changes, until interrupted")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "list the cases that passed, too, with the fuel they took")
	o.locality.flags(f, ofAuthors)
	o.output.flag(verb, outTable, outJSON, outJUnit)
	return verb
}

// check refuses flags that do not go together.
func (o *ruleTesting) check() (err error) {
	switch {
	case o.watch && o.update:
		return usagef("--watch with --update would write over the file you are editing; leave one of them out")
	case o.watch && o.output != "" && o.output != outTable:
		return usagef("--watch is for people; leave -o %s out", o.output)
	case o.run != "":
		if o.only, err = regexp.Compile(o.run); err != nil {
			return usagef("--run %q is no regular expression: %v", o.run, err)
		}
	}
	return nil
}

// tested is what came of a path.
type tested struct {
	path     string
	outcomes []*author.Outcome
	updated  []author.Updated
	err      error // why nothing was tried
}

func (t *tested) failed() (n int) {
	for _, o := range t.outcomes {
		if !o.Passed() {
			n++
		}
	}
	return n
}

func (a *app) testOnce(ctx context.Context, o *ruleTesting) error {
	all := a.testRules(ctx, o)
	if err := a.showTested(o, all); err != nil {
		return err
	}
	var errs []error
	failed := 0
	for _, t := range all {
		errs = append(errs, authors(t.err))
		failed += t.failed()
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if failed > 0 {
		return &codedError{code: exitRefused}
	}
	return nil
}

// testRules tries what lies at each path. What keeps one from being tried does not keep back the others, but for an interruption.
func (a *app) testRules(ctx context.Context, o *ruleTesting) []*tested {
	var all []*tested
	for _, path := range o.paths {
		if ctx.Err() != nil {
			break
		}
		t := &tested{path: path}
		t.err = a.testPath(ctx, o, t)
		all = append(all, t)
	}
	return all
}

func (a *app) testPath(ctx context.Context, o *ruleTesting, t *tested) (err error) {
	now := thisSecond()
	modules := &builder{app: a}
	if t.outcomes, err = a.tryCases(ctx, o, t.path, now, modules); err != nil || !o.update {
		return err
	}
	if t.updated, err = author.Update(t.outcomes); err != nil || len(t.updated) == 0 {
		return err
	}
	t.outcomes, err = a.tryCases(ctx, o, t.path, now, modules)
	return err
}

// tryCases opens what lies at a path, tries the cases that were asked for and closes it again.
func (a *app) tryCases(ctx context.Context, o *ruleTesting, path string, now time.Time, modules *builder) (outcomes []*author.Outcome, err error) {
	options, err := a.authorOptions()
	if err != nil {
		return nil, err
	}
	if options.Region, options.Zone, err = o.read(ofAuthors); err != nil {
		return nil, err
	}
	options.Module = modules.read
	p, err := author.Open(ctx, path, options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close(ctx)) }()
	var list []*author.Case
	for _, c := range p.Cases {
		if o.only == nil || o.only.MatchString(c.Title()) || o.only.MatchString(c.Of.Name+"/"+c.Title()) {
			list = append(list, c)
		}
	}
	switch {
	case len(p.Cases) == 0:
		return nil, fmt.Errorf("there are no cases in %s: write some into %s, each a client and what the rule must say of it", p.Dir, rules.ProjectCases)
	case len(list) == 0:
		return nil, fmt.Errorf("%s: none of the %d cases matches --run %q", path, len(p.Cases), o.run)
	}
	return p.Try(ctx, now, list)
}

// cacheVariable names the folder that keeps compiled modules, for machines where no user has one.
const cacheVariable = "ASSAY_CACHE"

// authorOptions are those of every verb that opens rules.
func (a *app) authorOptions() (author.Options, error) {
	compiler, err := compiler()
	return author.Options{Compiler: compiler, CacheDir: a.Getenv(cacheVariable)}, err
}
