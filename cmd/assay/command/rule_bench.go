package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"assay/server/author"
	"assay/server/author/bench"
	"assay/server/author/clients"
	"assay/server/wholefile"
)

// ruleBenching is what `assay rule bench` was asked for.
type ruleBenching struct {
	rulePath
	clients    clientsFile
	count      int
	baseline   string
	save       string
	tolerance  string
	profile    bool
	profileOut string
	output     output

	was   *bench.Report // the baseline, nil for none
	share float64       // the tolerance
}

// inventedClients is how many clients are invented unless somebody says.
const inventedClients = 1000

func (a *app) ruleBenchVerb() *cobra.Command {
	o := ruleBenching{tolerance: "10%"}
	verb := &cobra.Command{
		Use: "bench [PATH]", Short: "Measure what rules cost: fuel, bytes and time a client",
		Long: "Measures what each rule costs on this machine: fuel (what limits.fuel bounds), bytes and time a client, and how long its module takes to be compiled and loaded. " + rulePathHelp + "\n\n" +
			"The clients are those of the cases, each at the time of its case, and 1 000 invented ones, the same every time, or those of --clients FILE. The time of evaluation is " + bench.DefaultNow.Format("2006-01-02") + " where no case and no --now says otherwise; " +
			"the invented ones have days before and after it, the fields that are declared beside the rules and the values that cases have of them. " +
			"Fuel depends on the client, the rule and the module alone: it is the same on every machine. " +
			"Bytes are those of the client's card, which the module is given (how much of it it reads cannot be told), of what it says, and of its memory that are others after the client than before: of the first 1 000 clients, those of the cases before invented ones, each judged by itself, and not of commands.\n\n" +
			"--save FILE keeps the figures; --baseline FILE holds them against kept ones, and the exit code is 1 when something grew by more than the --tolerance, or a rule of the baseline is missing. " +
			"Fuel, bytes and errors are compared exactly. Times are compared with a baseline of the same machine only, by the medians of rounds, and must grow by more than the rounds differ from one another, too.\n\n" +
			"--profile shows which functions of the module spend the fuel: by themselves, and with what they call; the fuel of all functions is that of the clients, to the unit. What is called by the host's name (assay.call match) is the host's work for the module. " +
			"Of a rule in CEL it shows, in the host's units, what its expressions call and for which of them: require 1:38 is the one at line 1, column 38 of require. " +
			"--profile-out FILE writes it for `go tool pprof -http=: FILE`. Functions are told by their names when the module has a name section, else by their numbers. The module of a project in Go, Rust, AssemblyScript or C is built with one for it, in a place of its own. Who builds otherwise keeps it so:\n" +
			"  Go              -ldflags=-w in place of \"-s -w\"\n" +
			"  Rust            strip = \"debuginfo\" in [profile.release] of Cargo.toml, or none\n" +
			"  AssemblyScript  asc --debug, or \"debug\": true among the options of asconfig.json\n" +
			"  C               -Xclang -O2, or -O2 with -c alone, and no -Wl,-s: clang runs wasm-opt, where there is one, over what it links with -O, and that drops names\n\n" +
			"The exit code is 0 whatever the figures are, clients that a rule cannot judge among them; 1 when they are worse than the baseline, a line of --clients is no client, there is none or a module cannot be built or is refused; " +
			"and 2 when the command or a file is written wrongly, or the baseline cannot be compared with.",
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if o.path, err = pathOrProject(args); err != nil {
				return err
			}
			if err := o.check(); err != nil {
				return err
			}
			return a.benchRules(cmd, &o)
		},
	}
	f := verb.Flags()
	o.clients.flags(f, "file of clients, in place of the cases and invented ones; - is standard input")
	f.IntVar(&o.count, "count", inventedClients, "how many clients are invented, or of a file how many are taken at most")
	f.StringVar(&o.baseline, "baseline", "", "file of a --save before to compare with")
	f.StringVar(&o.save, "save", "", "file to keep the figures in")
	f.StringVar(&o.tolerance, "tolerance", o.tolerance, "by how much figures may grow")
	f.BoolVar(&o.profile, "profile", false, "show which functions of the module spend the fuel")
	f.StringVar(&o.profileOut, "profile-out", "", "file to write that to, for go tool pprof")
	o.rulePath.flags(f)
	o.output.flag(verb, outTable, outJSON)
	return verb
}

// check reads the flags, and the baseline before anything is measured.
func (o *ruleBenching) check() (err error) {
	least := 0 // invented: the cases may do
	if o.clients.path != "" {
		least = 1
	}
	if o.count < least || o.count > 1_000_000 {
		return usagef("--count %d: give %d to 1000000", o.count, least)
	}
	if err := o.clients.check(); err != nil {
		return err
	}
	percent, err := strconv.ParseFloat(strings.TrimSuffix(o.tolerance, "%"), 64)
	if err != nil || !(percent >= 0 && percent <= 1000) { // nan is neither
		return usagef("--tolerance %q: give percent from 0 to 1000, such as 10%%", o.tolerance)
	}
	o.share = percent / 100
	for _, out := range []struct{ flag, file string }{{"--save", o.save}, {"--profile-out", o.profileOut}} {
		if err := needFileFor(out.flag, out.file); err != nil {
			return err
		}
	}
	if o.baseline != "" {
		if o.was, err = bench.Read(o.baseline); err != nil {
			return usagef("%v", err)
		}
	}
	return nil
}

// needFileFor refuses a path that cannot be written to, for it is no file's; "" is none.
func needFileFor(flag, path string) error {
	if path == "" {
		return nil
	}
	if err := needFolderOf(path, flag); err != nil {
		return err
	}
	if stat, err := os.Stat(path); err == nil && stat.IsDir() {
		return usagef("%s %s is a folder; give a file", flag, path)
	}
	return nil
}

// benched is all that came of it, in the form of -o json.
type benched struct {
	*bench.Report
	Comparison *bench.Comparison `json:"comparison,omitempty"`
	Profiles   []bench.Profile   `json:"profiles,omitempty"`
}

func (a *app) benchRules(cmd *cobra.Command, o *ruleBenching) (err error) {
	now, err := o.at(bench.DefaultNow)
	if err != nil {
		return err
	}
	cases := author.OnlyClients
	if o.clients.path != "" {
		cases = author.NoCases
	}
	p, err := a.openRules(cmd, &o.rulePath, cases)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close(cmd.Context())) }()
	named, err := a.namedRules(cmd, o)
	if err != nil {
		return err
	}
	if named != nil {
		defer func() { err = errors.Join(err, named.Close(cmd.Context())) }()
	}
	corpus, err := a.corpus(p, o, now, cmd.Flags().Changed("count"))
	if err != nil {
		return err
	}
	var out benched
	if out.Report, err = bench.Measure(cmd.Context(), p, corpus, bench.Options{Version: readBuild().Version}); err != nil {
		return err
	}
	if o.was != nil {
		if out.Comparison, err = bench.Compare(o.was, out.Report, o.share); err != nil {
			return usagef("%v", err)
		}
	}
	if named != nil {
		if out.Profiles, err = bench.Profiles(cmd.Context(), named, corpus); err != nil {
			return err
		}
	}
	if err := a.showBench(o, &out); err != nil {
		return err
	}
	return a.keepBench(o, &out)
}

// namedRules are the rules to profile, nil when nobody asks: in modules that name their functions, which those of projects are built to do,
// in a place of their own. They are opened before anything is measured: what does not build costs nobody the figures.
func (a *app) namedRules(cmd *cobra.Command, o *ruleBenching) (*author.Project, error) {
	if !o.profile && o.profileOut == "" {
		return nil, nil
	}
	return a.openRulesOn(cmd, &o.rulePath, author.NoCases, (&builder{app: a}).readNamed)
}

// corpus is the clients to measure on.
func (a *app) corpus(p *author.Project, o *ruleBenching, now time.Time, counted bool) (c *bench.Corpus, err error) {
	if o.clients.path != "" {
		return a.corpusOf(p, o, now, counted)
	}
	if c, err = bench.OwnCorpus(p, now, o.count); errors.Is(err, clients.ErrNone) {
		return nil, usagef("there is no client to measure on: give cases, --count, or --clients with a file that has some")
	}
	return c, err
}

func (a *app) corpusOf(p *author.Project, o *ruleBenching, now time.Time, counted bool) (c *bench.Corpus, err error) {
	file, closer, err := a.openClients(&o.clients)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	most := 0
	if counted {
		most = o.count
	}
	c, err = bench.ReadCorpus(p, now, file, most)
	return c, inFlags(err)
}

// keepBench writes the files that were asked for and fails when something got worse. A baseline is not written over
// by what is worse than it.
func (a *app) keepBench(o *ruleBenching, b *benched) error {
	var worse []bench.Change
	if b.Comparison != nil {
		worse = b.Comparison.Worse()
	}
	if o.profileOut != "" {
		if err := writeProfile(o.profileOut, b.Profiles); err != nil {
			return err
		}
		fmt.Fprintf(a.Stderr, "the profile is in %s: go tool pprof -http=: %[1]s\n", o.profileOut)
	}
	switch {
	case o.save == "":
	case len(worse) > 0 && sameFile(o.save, o.baseline):
		fmt.Fprintf(a.Stderr, "%s stays as it was\n", o.save)
	default:
		if err := b.Save(o.save); err != nil {
			return unreadable(o.save, err)
		}
		fmt.Fprintf(a.Stderr, "the figures are in %s\n", o.save)
	}
	if len(worse) == 0 {
		return nil
	}
	lines := make([]string, len(worse))
	grown := false
	for i, one := range worse {
		lines[i] = string(one.Verdict) + ": " + changeInALine(one)
		grown = grown || one.Verdict == bench.Regression
	}
	if grown {
		lines = append(lines, "beyond the tolerance of "+percents(o.share))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// sameFile reports whether two paths lead to one file that is there.
func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

func writeProfile(path string, profiles []bench.Profile) error {
	err := wholefile.Write(path, 0o644, func(w io.Writer) error { return bench.WritePprof(w, profiles) })
	if err != nil {
		return unreadable(path, err)
	}
	return nil
}

func percents(share float64) string {
	return strconv.FormatFloat(100*share, 'f', -1, 64) + " %"
}
