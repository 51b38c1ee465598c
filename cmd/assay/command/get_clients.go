package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"assay/server/api"
	"assay/server/crm"
)

func (a *app) getClients() *cobra.Command {
	out := output(outTable)
	var s selection
	verb := &cobra.Command{
		Use: "clients [NUMBER]", Aliases: []string{"client"}, Short: "Show clients, or one client with its findings", Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := limited(cmd.Flags()); err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return a.getClient(cmd, c, out, args[0])
			}
			list, err := c.Clients(cmd.Context(), s.clients())
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, list); done {
				return err
			}
			defer a.moreNote(list.Next)
			defer a.filterNote(list.Filtered)
			if len(list.Items) == 0 {
				if list.Partial {
					return nil
				}
				return a.noneLikeThat(cmd.Context(), c, s.query.Segments)
			}
			return a.tableClients(out, list.Items)
		},
	}
	f := verb.Flags()
	s.flags(f)
	explainFlag(f, &s.query)
	f.StringVar(&s.query.Sort, "sort", "", "id, name, createdAt, updatedAt, nextContactAt, revenue, completeness; a minus before it turns it round")
	pageFlags(f, &s.query)
	out.flag(verb, outTable, outWide, outJSON, outYAML, outName)
	return verb
}

func (a *app) tableClients(out output, clients []*crm.Client) error {
	t := a.newTable()
	wide := out == outWide
	if out != outName {
		columns := []string{"ID", "NAME", "KIND", "TAX ID", "MANAGER", "REGION"}
		if wide {
			columns = append(columns, "EXTERNAL ID", "STAGE", "CONTACTS", "CHANNELS", "UPDATED")
		}
		t.row(columns...)
	}
	for _, c := range clients {
		if out == outName {
			fmt.Fprintf(a.Stdout, "client/%d\n", c.ID)
			continue
		}
		cells := []string{strconv.FormatInt(c.ID, 10), orDash(c.Name), orDash(c.Kind), orDash(c.TaxID), orDash(c.Manager), orDash(c.Region)}
		if wide {
			cells = append(cells, orDash(c.ExternalID), orDash(c.Stage), strconv.Itoa(len(c.Contacts)), strconv.Itoa(len(c.Channels)), c.UpdatedAt.String())
		}
		t.row(cells...)
	}
	return t.flush()
}

func (a *app) getClient(cmd *cobra.Command, c *api.Client, out output, name string) error {
	id, err := clientNumber(name)
	if err != nil {
		return err
	}
	one, err := c.Client(cmd.Context(), id)
	if err != nil {
		return err
	}
	if done, err := out.structured(a.Stdout, one); done {
		return err
	}
	if out != outTable {
		return a.tableClients(out, []*crm.Client{one})
	}
	findings, err := c.Findings(cmd.Context(), id)
	if err != nil {
		return err
	}
	return a.card(one, findings.Items)
}

// card shows one client with what is wrong with it.
func (a *app) card(c *crm.Client, findings []crm.FindingView) error {
	t := a.newTable()
	t.row("Client", strconv.FormatInt(c.ID, 10)+", revision "+strconv.FormatInt(c.Revision, 10))
	for _, line := range [][2]string{
		{"Name", c.Name}, {"Kind", c.Kind}, {"External id", c.ExternalID}, {"Tax id", c.TaxID}, {"Region", c.Region}, {"Manager", c.Manager},
		{"Source", c.Source}, {"Stage", c.Stage}, {"Status", c.Status}, {"Updated", c.UpdatedAt.String()},
	} {
		if line[1] != "" {
			t.row(line[0], line[1])
		}
	}
	for _, ch := range c.Channels {
		t.row("Channel", ch.Type+"  "+ch.Value+"  "+ch.State)
	}
	for _, p := range c.Contacts {
		t.row("Contact "+p.ID, orDash(p.Name)+"  "+orDash(p.JobTitle))
	}
	if err := t.flush(); err != nil {
		return err
	}
	if len(findings) == 0 {
		fmt.Fprintln(a.Stdout, "\nNothing is wrong with it.")
		return nil
	}
	fmt.Fprintln(a.Stdout)
	return a.findings(findings)
}

func (a *app) findings(findings []crm.FindingView) error {
	t := a.newTable("SEVERITY", "RULE", "PATH", "MESSAGE")
	for _, f := range findings {
		t.row(string(f.Severity), f.Rule, orDash(f.Path), f.Message)
	}
	return t.flush()
}

func (a *app) getEvents() *cobra.Command {
	out := output(outTable)
	var after int64
	var limit int
	var follow bool
	verb := &cobra.Command{
		Use: "events", Aliases: []string{"event"}, Short: "Show or follow the log of changes", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := limited(cmd.Flags()); err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			if follow {
				return a.follow(cmd, c, out, after)
			}
			page, err := c.Events(cmd.Context(), after, limit)
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, page); done {
				return err
			}
			defer a.moreNote(page.Next)
			t := a.newTable("SEQ", "AT", "TYPE", "CLIENT", "RULE", "BY")
			for _, e := range page.Items {
				t.row(eventCells(e)...)
			}
			return t.flush()
		},
	}
	f := verb.Flags()
	f.Int64Var(&after, "after", api.Newest, "events with a greater number; left out: the newest")
	f.IntVar(&limit, "limit", 0, "events of a page, 50 unless given, at most 1000")
	f.BoolVarP(&follow, "follow", "f", false, "go on as things happen")
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func eventCells(e crm.Event) []string {
	client := "-"
	if e.Client != 0 {
		client = strconv.FormatInt(e.Client, 10)
	}
	return []string{strconv.FormatInt(e.Seq, 10), e.At.String(), string(e.Type), client, orDash(e.Rule), orDash(e.By)}
}

// follow prints events as they happen, a line each, until it is interrupted.
func (a *app) follow(cmd *cobra.Command, c *api.Client, out output, after int64) error {
	err := c.Follow(cmd.Context(), after, func(e crm.Event) error {
		if out == outJSON {
			return json.NewEncoder(a.Stdout).Encode(e)
		}
		t := a.newTable()
		t.row(eventCells(e)...)
		return t.flush()
	})
	if errors.Is(err, cmd.Context().Err()) && cmd.Context().Err() != nil {
		return nil
	}
	return err
}
