package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/api"
	"assay/server/demo"
)

func (a *app) demoVerb() *cobra.Command {
	s := serving{locality: home, logLevel: "warn"}
	var clients int
	var keep bool
	verb := &cobra.Command{
		Use: "demo", Short: "Run a server with an invented base, to look around", Args: exactly(),
		Long: "Makes a base of invented Russian, Ukrainian and English clients, some of them broken on purpose, judges them by the default rules, and serves it until it is interrupted. " +
			"The base lies in a temporary folder that is removed at the end, unless --data or --keep says otherwise.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if clients < 1 || clients > 10_000_000 {
				return usagef("--clients %d: give 1 to 10000000", clients)
			}
			return a.demo(cmd.Context(), s, clients, keep)
		},
	}
	f := verb.Flags()
	f.StringVar(&s.listen, "listen", "127.0.0.1:8080", "address to answer on")
	f.IntVar(&clients, "clients", 100_000, "clients to invent")
	f.StringVar(&s.data, "data", "", "folder of the base; a new temporary one unless given")
	f.BoolVar(&keep, "keep", false, "keep the temporary folder")
	bindEnvironment(f, "listen", "data")
	return verb
}

func (a *app) demo(ctx context.Context, s serving, clients int, keep bool) (err error) {
	if s.data == "" {
		if s.data, err = os.MkdirTemp("", "assay-demo-"); err != nil {
			return err
		}
		if !keep {
			defer func() { err = errors.Join(err, os.RemoveAll(s.data)) }()
		}
	}
	srv, ln, err := s.open(ctx, a.Stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, srv.Close()) }()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, ln) }()
	c := api.NewClient("http://"+ln.Addr().String(), srv.Token)
	if err := a.furnish(ctx, c, s.data, srv.FirstStart, clients); err != nil && ctx.Err() == nil {
		stop()
		return errors.Join(err, <-served)
	}
	return <-served // after an interruption, whatever it interrupted
}

// furnish fills a new base and says what can be done with it.
func (a *app) furnish(ctx context.Context, c *api.Client, data string, empty bool, clients int) error {
	if empty {
		if err := a.fillDemo(ctx, c, clients); err != nil {
			return err
		}
	}
	return a.welcome(ctx, c, data)
}

// demoSeed makes every demo base the same.
const demoSeed = 1

// fillDemo imports the invented clients as anybody would.
func (a *app) fillDemo(ctx context.Context, c *api.Client, clients int) error {
	fmt.Fprintf(a.Stderr, "inventing %s …\n", plural(int64(clients), "client", "clients"))
	bar := newProgress(a.Stderr, a.Terminal, func(at api.ImportProgress) float64 { return float64(at.Line) / float64(clients) })
	defer bar.done()
	_, err := c.Import(ctx, demo.NewReader(demoSeed, clients), api.ImportOptions{Format: "ndjson"}, bar.report)
	if err != nil {
		return fmt.Errorf("fill the demo base: %w", err)
	}
	return nil
}

// welcome says where everything is, and what to try first. The commands work when pasted.
func (a *app) welcome(ctx context.Context, c *api.Client, data string) error {
	report, err := c.Quality(ctx, api.QualityQuery{ClientQuery: api.ClientQuery{Rules: []string{"contact-job-title"}, Limit: 1}})
	if err != nil {
		return err
	}
	fill := strings.NewReplacer(
		"{server}", c.Server(), "{data}", data, "{token}", c.Token(), "{assay}", invocation(),
		"{clients}", plural(report.Clients, "client", "clients"),
	)
	if _, err := fill.WriteString(a.Stdout, demoPlaces); err != nil {
		return err
	}
	if len(report.Items) > 0 {
		broken := report.Items[0]
		fix := strings.NewReplacer("{id}", strconv.FormatInt(broken.Client.ID, 10), "{row}", broken.Findings[0].RowID).Replace(demoFix)
		if _, err := fill.WriteString(a.Stdout, fix); err != nil {
			return err
		}
	}
	_, err = fill.WriteString(a.Stdout, demoMore)
	return err
}

const (
	demoPlaces = `
Assay runs on {server} with {clients}.

  documentation  {server}/docs
  base           {data}
  token          {token}

In another terminal:

  export ASSAY_SERVER={server} ASSAY_TOKEN={token}

1. What is wrong with the base?

  {assay} report
  curl -sH "Authorization: Bearer $ASSAY_TOKEN" '{server}/api/v1/reports/quality?limit=5'
`
	demoFix = `
2. Give a contact of client {id} its missing job title, and see the finding go.

  {assay} get client {id}
  curl -sX PATCH -H "Authorization: Bearer $ASSAY_TOKEN" -d '{"jobTitle":"Buyer"}' {server}/api/v1/clients/{id}/contacts/{row}
  {assay} get client {id}
`
	demoMore = `
3. Make a rule of your own, and see what it finds.

{assay} apply -f - <<'E'
apiVersion: assay/v1
kind: Rule
metadata: {name: vip-next-contact}
spec:
  type: Quality
  match: client.importance == "high"
  require: has(client.nextContactAt)
  path: nextContactAt
  message: {en: "{{ client.name }} is important, and no next contact is planned"}
E
{assay} report --rule vip-next-contact

Press Ctrl-C to stop.
`
)

// invocation is how this program is called from where it was called.
func invocation() string {
	if path, err := exec.LookPath("assay"); err == nil {
		if same, err := os.Executable(); err == nil && same == path {
			return "assay"
		}
	}
	return os.Args[0]
}
