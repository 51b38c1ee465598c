package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"assay/server"
)

// The exit codes.
const (
	exitGood    = 0
	exitRefused = 1 // the server said no, or could not be asked
	exitUsage   = 2

	exitInterrupted = 130 // by Ctrl-C, SIGTERM or a closed terminal before it was done, as shells have it
)

// World is what a command sees of the process it runs in.
type World struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	// Terminal is the width of the terminal behind Stderr in columns, 0 for none.
	Terminal int
	// Columns is the width of the terminal that Stdout is, 0 when it is none.
	Columns int
	// Interactive says that somebody can answer a question: Stdin and Stderr are terminals.
	Interactive bool
}

// Process returns the world of this process.
func Process() World {
	w := World{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}
	w.Terminal, w.Columns = columnsOf(os.Stderr), columnsOf(os.Stdout)
	w.Interactive = w.Terminal > 0 && columnsOf(os.Stdin) > 0
	return w
}

// columnsOf is the width of the terminal that a file is, 0 when it is none.
func columnsOf(file *os.File) int {
	fd := int(file.Fd())
	if !term.IsTerminal(fd) {
		return 0
	}
	if width, _, _ := term.GetSize(fd); width > 0 {
		return width
	}
	return 80
}

// Run carries one command out and returns the exit code.
func Run(ctx context.Context, w World, args []string) int {
	if len(args) > 0 && args[0] == compileVerb {
		return server.CompileModule(args[1:], w.Stdin, w.Stdout)
	}
	root := newRoot(w)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitGood
	}
	var coded *codedError
	if errors.As(err, &coded) && coded.err == nil {
		return coded.code
	}
	if ctx.Err() != nil {
		return sayInterrupted(w.Stderr, err)
	}
	sayLines(w.Stderr, explain(err))
	if coded != nil {
		return coded.code
	}
	var usage *usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitRefused
}

func sayLines(to io.Writer, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(to, "assay: "+line)
	}
}

// sayInterrupted says of a command that did not come to its end that this is why, and what else the command says of that, such as what
// it could not put back.
func sayInterrupted(to io.Writer, err error) int {
	if errors.Is(err, context.Canceled) {
		sayLines(to, "interrupted")
	}
	for _, other := range besidesCanceled(err) {
		sayLines(to, explain(other))
	}
	return exitInterrupted
}

// besidesCanceled returns those of the errors in one that do not come of the end of a context.
func besidesCanceled(err error) (others []error) {
	if !errors.Is(err, context.Canceled) {
		return []error{err}
	}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		return besidesCanceled(err.Unwrap())
	case interface{ Unwrap() []error }:
		for _, one := range err.Unwrap() {
			others = append(others, besidesCanceled(one)...)
		}
	}
	return others
}

// app is what the verbs share.
type app struct {
	World
	connection
}

func newRoot(w World) *cobra.Command {
	a := &app{World: w}
	root := &cobra.Command{
		Use:   "assay",
		Short: "Keeps a company's client base in good order",
		Long: "Assay stores clients, runs rules over every one of them, and shows what is wrong.\n\n" +
			"  assay demo                          a server with an invented base, to look around\n" +
			"  assay serve --data DIR              a server\n" +
			"  assay import clients.csv            clients from a file\n" +
			"  assay report                        what is wrong with the base\n" +
			"  assay fix start --dry-run           what the suggestions of rules would change\n" +
			"  assay apply -f rule.yaml            a " + kindWords(one) + "; diff -f says first what would change\n" +
			"  assay rule new NAME --lang go       a rule of your own, as a project; rule build and test go on\n" +
			"  assay describe rule tax-id          how it does, and how far it has come",
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := fromEnvironment(cmd.Flags(), a.Getenv); err != nil {
				return err
			}
			return a.checkLanguage()
		},
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("there is no verb %q; `assay help` lists them", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(w.Stdin)
	root.SetOut(w.Stdout)
	root.SetErr(w.Stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%v; `%s --help` lists the flags", plainly(err), cmd.CommandPath())
	})
	a.connection.flags(root.PersistentFlags())
	root.AddCommand(a.serveVerb(), a.demoVerb(),
		a.applyVerb(), a.diffVerb(), a.fieldVerb(), a.getVerb(), a.describeVerb(), a.waitVerb(), a.historyVerb(), a.rollbackVerb(), a.deleteVerb(),
		a.importVerb(), a.exportVerb(), a.reportVerb(), a.findingVerb(), a.waiverVerb(), a.fixVerb(),
		a.sweepVerb(), a.webhookVerb(), a.ruleVerb(), a.schemaVerb(), a.versionVerb())
	return root
}

// usageError is a command that was not written as it should be.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

// codedError is how a command ends whose exit code says more than others do.
type codedError struct {
	code int
	err  error // nil: the code says it all, and nothing is printed
}

func (e *codedError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *codedError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// exactly asks for a number of arguments, naming them.
func exactly(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		if file := cmd.Flags().ShorthandLookup("f"); file != nil && file.Name == "file" && len(names) == 0 {
			return usagef("%s takes no arguments; give files and folders with -f: %s -f %s", cmd.CommandPath(), cmd.CommandPath(), strings.Join(args, " -f "))
		}
		return usagef("%s takes %s; it got %d", cmd.CommandPath(), orNothing(names), len(args))
	}
}

// withVerbs gives a verb the verbs below it, and help on them. It does nothing itself: without one of them, and with a
// wrong one, it says which there are.
func withVerbs(verb *cobra.Command, below ...*cobra.Command) *cobra.Command {
	words := make([]string, len(below))
	for i, b := range below {
		words[i] = b.Name()
	}
	verb.Args = cobra.ArbitraryArgs
	verb.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 && args[0] == "help" {
			asked, _, err := cmd.Find(args[1:])
			if err == nil && (asked != cmd || len(args) == 1) {
				return asked.Help()
			}
			args = args[1:]
		}
		if len(args) == 0 {
			return usagef("`%s` alone does nothing: give %s", cmd.CommandPath(), enumerated(words, "or"))
		}
		return usagef("there is no `%s %s`: give %s", cmd.CommandPath(), args[0], enumerated(words, "or"))
	}
	verb.AddCommand(below...)
	return verb
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "no arguments"
	}
	return strings.Join(names, " ")
}

// environment names the variable that stands in for a flag.
func environment(flag string) string {
	return "ASSAY_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

const fromEnv = "assay-from-environment"

// bindEnvironment lets variables stand in for flags and says so in the help.
func bindEnvironment(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		bindEnvironmentAs(flags, name, environment(name))
	}
}

// bindEnvironmentAs lets a variable stand in for a flag that is called otherwise.
func bindEnvironmentAs(flags *pflag.FlagSet, name, variable string) {
	f := flags.Lookup(name)
	f.Usage += " (or " + variable + ")"
	f.Annotations = map[string][]string{fromEnv: {variable}}
}

// fromEnvironment sets the flags that were not given from their variables.
func fromEnvironment(flags *pflag.FlagSet, getenv func(string) string) (err error) {
	flags.VisitAll(func(f *pflag.Flag) {
		variable := f.Annotations[fromEnv]
		if err != nil || f.Changed || len(variable) == 0 || getenv(variable[0]) == "" {
			return
		}
		if failed := flags.Set(f.Name, getenv(variable[0])); failed != nil {
			err = usagef("%s: %v", variable[0], failed)
		}
	})
	return err
}
