package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/demo"
)

func (a *app) demoVerb() *cobra.Command {
	s := serving{region: "RU", zone: "UTC", logLevel: "warn"}
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
	if srv.FirstStart {
		if err := a.fillDemo(ctx, c, clients); err != nil {
			stop()
			return errors.Join(err, <-served)
		}
	}
	if err := a.welcome(ctx, c, s.data, srv.Token); err != nil {
		stop()
		return errors.Join(err, <-served)
	}
	return <-served
}

// demoSeed makes every demo base the same.
const demoSeed = 1

// fillDemo imports the invented clients as anybody would.
func (a *app) fillDemo(ctx context.Context, c *api.Client, clients int) error {
	fmt.Fprintf(a.Stderr, "inventing %s …\n", plural(int64(clients), "client", "clients"))
	bar := newProgress(a.Stderr, a.Terminal, 0)
	defer bar.done()
	_, err := c.Import(ctx, demo.NewReader(demoSeed, clients), api.ImportOptions{Format: "ndjson"},
		func(at api.ImportProgress) { bar.report(at, 0) })
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("fill the demo base: %w", err)
	}
	return ctx.Err()
}

// welcome says where everything is, and what to try first. The commands work when pasted.
func (a *app) welcome(ctx context.Context, c *api.Client, data, token string) error {
	report, err := c.Quality(ctx, api.QualityQuery{ClientQuery: api.ClientQuery{Rules: []string{"contact-job-title"}, Limit: 1}})
	if err != nil {
		return err
	}
	assay := invocation()
	server := c.Server()
	fmt.Fprintf(a.Stdout, `
Assay runs on %[1]s with %[2]s.

  documentation  %[1]s/docs
  base           %[3]s
  token          %[4]s

In another terminal:

  export ASSAY_SERVER=%[1]s ASSAY_TOKEN=%[4]s

1. What is wrong with the base?

  %[5]s report
  curl -sH "Authorization: Bearer $ASSAY_TOKEN" '%[1]s/api/v1/reports/quality?limit=5'
`, server, plural(report.Clients, "client", "clients"), data, token, assay)
	a.welcomeFix(report.Items, server, assay)
	fmt.Fprintf(a.Stdout, `
3. Make a rule of your own, and see what it finds.

  %[1]s apply -f - <<'EOF'
%[2]sEOF
  %[1]s report --rule vip-next-contact
  curl -sX PUT -H "Authorization: Bearer $ASSAY_TOKEN" -H 'Content-Type: application/yaml' --data-binary @- %[3]s/api/v1/rules/vip-next-contact <<'EOF'
%[2]sEOF

Press Ctrl-C to stop.
`, assay, demoRule, server)
	return nil
}

// welcomeFix shows how a finding is made to go, with a client that has one.
func (a *app) welcomeFix(items []crm.QualityItem, server, assay string) {
	if len(items) == 0 {
		return
	}
	id := items[0].Client.ID
	row := items[0].Findings[0].RowID
	fmt.Fprintf(a.Stdout, `
2. Give a contact of client %[1]d its missing job title, and see the finding go.

  %[2]s get client %[1]d
  curl -sX PATCH -H "Authorization: Bearer $ASSAY_TOKEN" -H 'Content-Type: application/json' -d '{"jobTitle":"Buyer"}' %[3]s/api/v1/clients/%[1]d/contacts/%[4]s
  %[2]s get client %[1]d
`, id, assay, server, row)
}

const demoRule = `apiVersion: assay/v1
kind: Rule
metadata: {name: vip-next-contact}
spec:
  type: Quality
  severity: info
  match: client.importance == "high"
  require: has(client.nextContactAt)
  path: nextContactAt
  message:
    en: "{{ client.name }} is important, and no next contact is planned"
    ru: "{{ client.name }} — важный клиент, а следующий контакт не назначен"
    uk: "{{ client.name }} — важливий клієнт, а наступний контакт не призначено"
`

// invocation is how this program is called from where it was called.
func invocation() string {
	if _, err := filepath.Abs(os.Args[0]); err != nil || filepath.Base(os.Args[0]) == os.Args[0] {
		return "assay"
	}
	return os.Args[0]
}
