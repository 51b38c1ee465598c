package command

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"

	"github.com/spf13/cobra"

	"assay/server"
	"assay/server/api"
)

func (a *app) webhookVerb() *cobra.Command {
	return withVerbs(&cobra.Command{Use: "webhook", Short: "Test webhooks, and see to the events they gave up"},
		a.webhookPing(), a.webhookResume(), a.webhookDeadLetters(),
		a.webhookLetters("replay", "Send events that were given up anew", "sent anew", (*api.Client).Replay),
		a.webhookLetters("discard", "Throw events that were given up away", "thrown away", (*api.Client).Discard))
}

func (a *app) webhookPing() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "ping NAME", Short: "Send a test event and say how it went", Args: exactly("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			p, err := c.Ping(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, p); done {
				return err
			}
			if !p.Delivered {
				return fmt.Errorf("webhook %s: the test event was not delivered: %s", args[0], p.Error)
			}
			fmt.Fprintf(a.Stdout, "webhook/%s answered %d in %d ms\n", args[0], p.Code, p.Millis)
			return nil
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func (a *app) webhookResume() *cobra.Command {
	return &cobra.Command{
		Use: "resume NAME", Short: "Go on after a receiver said 410, or after events were missed", Args: exactly("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			if err := c.Resume(cmd.Context(), args[0]); err != nil {
				return err
			}
			fmt.Fprintf(a.Stdout, "webhook/%s goes on\n", args[0])
			return nil
		},
	}
}

func (a *app) webhookDeadLetters() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "deadletters NAME", Short: "Show the events that were given up", Args: exactly("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			list, err := c.DeadLetters(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, list); done {
				return err
			}
			if len(list.Items) == 0 {
				fmt.Fprintf(a.Stderr, "webhook %s has given nothing up\n", args[0])
				return nil
			}
			t := a.newTable("ID", "TYPE", "CLIENT", "RULE", "ATTEMPTS", "LAST ATTEMPT", "ERROR")
			for _, l := range list.Items {
				t.whole(l.ID, string(l.Type), fmt.Sprint(l.Client), orDash(l.Rule), fmt.Sprint(l.Attempts), l.LastAttemptAt.String(), l.LastError)
			}
			return t.flush()
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

// lettersCall does something with the dead letter of an id, or with all with "".
type lettersCall func(c *api.Client, ctx context.Context, hook, id string) (*api.Letters, error)

func (a *app) webhookLetters(use, short, done string, call lettersCall) *cobra.Command {
	var everything bool
	verb := &cobra.Command{
		Use: use + " NAME [ID…]", Short: short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 || (len(args) > 1) == everything {
				return usagef("say which: assay webhook %s NAME ID…, or assay webhook %s NAME --all", use, use)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			ids := args[1:]
			if everything {
				ids = []string{""}
			}
			n := 0
			for _, id := range ids {
				moved, err := call(c, cmd.Context(), args[0], id)
				if err != nil {
					return err
				}
				n += moved.Letters
			}
			fmt.Fprintf(a.Stdout, "webhook/%s: %s %s\n", args[0], plural(int64(n), "event", "events"), done)
			return nil
		},
	}
	verb.Flags().BoolVar(&everything, "all", false, "all of them")
	return verb
}

// showSecret shows a secret that the server made: it can be seen this once.
func (a *app) showSecret(applied *api.Applied) error {
	var o struct {
		Spec struct {
			Secret string `json:"secret"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(applied.Object, &o); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if o.Spec.Secret != "" {
		fmt.Fprintf(a.Stdout, "  its secret, shown this once: %s\n", o.Spec.Secret)
	}
	return nil
}

// webhookAddresses reads --webhook-allow.
func webhookAddresses(texts []string) ([]netip.Prefix, error) {
	allowed, err := server.WebhookAddresses(texts)
	if err != nil {
		return nil, usagef("--webhook-allow: %v", err)
	}
	return allowed, nil
}
