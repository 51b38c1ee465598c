package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"assay/server/author"
	"assay/server/author/clients"
	"assay/server/author/run"
)

// ruleRunning is what `assay rule run` was asked for.
type ruleRunning struct {
	rulePath
	clients clientsFile
	base    bool
	picked  selection
	strict  bool
	quiet   bool
	output  output
}

func (a *app) ruleRunVerb() *cobra.Command {
	var o ruleRunning
	verb := &cobra.Command{
		Use: "run [PATH] (--clients FILE | --server-base)", Short: "Have rules judge clients, and show what they say",
		Long: "Has rules judge the clients of a file, on this machine, as a server would, and shows what they say: a line for each finding, label, measure and error, then a summary. " + rulePathHelp + "\n\n" +
			clientsHelp + " " +
			"--server-base takes the clients of the server that --server names, as far as the flags that select clients say; what the rules say is not stored. The file may be of any size.\n\n" +
			"A line that is no client is told with its number and passed over; with --strict it ends the run. " +
			"-o json writes an object a line for each rule that says something of a client, bad lines as {\"line\", \"reason\"}, and {\"summary\"} last.\n\n" +
			"The exit code is 0 whatever rules find, 1 when a line was no client, a rule could not judge one, there was none or a module cannot be built or is refused, and 2 when the command or a file is written wrongly.",
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if o.path, err = pathOrProject(args); err != nil {
				return err
			}
			if err := o.check(cmd); err != nil {
				return err
			}
			return a.runRules(cmd, &o)
		},
	}
	f := verb.Flags()
	o.clients.flags(f, "file of clients; - is standard input")
	f.BoolVar(&o.base, "server-base", false, "the clients of the server")
	f.BoolVar(&o.strict, "strict", false, "stop at the first line that is no client")
	f.BoolVar(&o.quiet, "quiet", false, "the summary only")
	o.rulePath.flags(f)
	o.picked.flags(f)
	o.output.flag(verb, outTable, outJSON)
	return verb
}

// check refuses flags that do not go together.
func (o *ruleRunning) check(cmd *cobra.Command) error {
	switch {
	case o.clients.path == "" && !o.base:
		return usagef("say whom to judge: --clients FILE, or --server-base")
	case o.clients.path != "" && o.base:
		return usagef("--clients and --server-base are two bases; give one")
	}
	for _, name := range o.picked.names() {
		if !o.base && cmd.Flags().Changed(name) {
			return usagef("--%s selects clients of a server; it goes with --server-base", name)
		}
	}
	return o.clients.check()
}

// names are the flags of the selection.
func (s *selection) names() []string {
	return append([]string{"filter", "search", "rule", "segment"}, slices.Sorted(maps.Keys(s.facets))...)
}

func (a *app) runRules(cmd *cobra.Command, o *ruleRunning) (err error) {
	now, err := o.at(thisSecond())
	if err != nil {
		return err
	}
	p, err := a.openRules(cmd, &o.rulePath, author.NoCases)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close(cmd.Context())) }()
	file, closer, err := a.clientsOf(cmd.Context(), o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	summary, err := a.judge(cmd.Context(), o, p, file, now)
	if err != nil {
		return inFlags(err)
	}
	if err := a.showRun(o, summary); err != nil {
		return err
	}
	if summary.BadLines > 0 || summary.Failed() > 0 {
		return &codedError{code: exitRefused}
	}
	return nil
}

// clientsOf opens the base that was asked for.
func (a *app) clientsOf(ctx context.Context, o *ruleRunning) (file clients.File, closer io.Closer, err error) {
	if !o.base {
		return a.openClients(&o.clients)
	}
	c, err := a.caller()
	if err != nil {
		return file, nil, err
	}
	exported := startExport(ctx, func(ctx context.Context, w io.Writer) error {
		_, err := c.Export(ctx, w, "ndjson", o.picked.clients())
		return err
	})
	return clients.File{Reader: exported, Name: "the export of " + c.Server(), Format: "ndjson"}, exported, nil
}

// exporting is an export that is read while it comes. Close ends it.
type exporting struct {
	*io.PipeReader
	cancel context.CancelFunc
	ended  chan struct{}
}

func startExport(ctx context.Context, export func(context.Context, io.Writer) error) *exporting {
	ctx, cancel := context.WithCancel(ctx)
	r, w := io.Pipe()
	e := &exporting{r, cancel, make(chan struct{})}
	go func() {
		defer close(e.ended)
		w.CloseWithError(export(ctx, w))
	}()
	return e
}

// Close ends the export, as far as it has not, and waits for that.
func (e *exporting) Close() error {
	e.cancel()
	err := e.PipeReader.Close()
	<-e.ended
	return err
}

func (a *app) judge(ctx context.Context, o *ruleRunning, p *author.Project, file clients.File, now time.Time) (*run.Summary, error) {
	said := &runLines{app: a, output: o.output, quiet: o.quiet, encoder: json.NewEncoder(a.Stdout)}
	said.encoder.SetEscapeHTML(false)
	badLines := int64(0)
	r, err := clients.NewReader(clients.NewCards(p, now), file, func(bad clients.BadLine) error {
		badLines++
		if o.strict {
			return fmt.Errorf("%s: %w; without --strict it is passed over", file.Name, &bad)
		}
		return said.bad(file.Name, &bad)
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	summary, err := run.Over(ctx, p, r, run.Options{Now: now, Language: a.languageOrEnvironment(), Said: said.say})
	if err == nil && summary.Clients == 0 && badLines == 0 {
		err = fmt.Errorf("%s: %w", file.Name, clients.ErrNone)
	}
	summary.BadLines = badLines
	return summary, err
}

// languageOrEnvironment is the language of messages, "" when nobody says.
func (a *app) languageOrEnvironment() string {
	if a.language != "" {
		return a.language
	}
	return languageOf(a.Getenv)
}

// runLines writes what rules say, as it comes.
type runLines struct {
	app     *app
	output  output
	quiet   bool
	encoder *json.Encoder
}

func (l *runLines) bad(file string, bad *clients.BadLine) error {
	if l.output == outJSON {
		return l.encoder.Encode(bad)
	}
	_, err := fmt.Fprintf(l.app.Stderr, "%s: %s\n", file, oneLine(bad.Error()))
	return err
}

func (l *runLines) say(s *run.Said) error {
	switch {
	case l.quiet:
		return nil
	case l.output == outJSON:
		return l.encoder.Encode(s)
	}
	var lines []string
	for _, f := range s.Findings {
		line := fmt.Sprintf("%s %s", f.Severity, f.Message)
		if f.Path != "" {
			line += " [" + f.Path + "]"
		}
		if f.Suggest != nil {
			line += " → " + string(f.Suggest)
		}
		lines = append(lines, line)
	}
	if s.Label != "" {
		lines = append(lines, strings.TrimSpace("label "+s.Label+"  "+s.Reason))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Measures)) {
		lines = append(lines, fmt.Sprintf("measure %s = %s", name, grouped(s.Measures[name])))
	}
	if s.Error != "" {
		lines = append(lines, "NOT JUDGED "+s.Error)
	}
	for _, line := range lines {
		if _, err := fmt.Fprintf(l.app.Stdout, "%d: %s: %s: %s\n", s.Line, oneLine(who(&s.Client)), s.Rule, oneLine(line)); err != nil {
			return err
		}
	}
	return nil
}

// who names a client: by its name, external id or number.
func who(c *clients.Client) string {
	var parts []string
	if c.ID != 0 {
		parts = append(parts, strconv.FormatInt(c.ID, 10))
	}
	if c.ExternalID != "" {
		parts = append(parts, c.ExternalID)
	}
	if c.Name != "" {
		parts = append(parts, cut(c.Name, maxCell))
	}
	if parts == nil {
		return "a client without a name"
	}
	return strings.Join(parts, " ")
}
