package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"

	"github.com/spf13/cobra"

	"assay/server"
)

// serving are the flags of a server.
type serving struct {
	locality
	data, listen, rules, logLevel string
	webhookAllow                  []string
}

func (a *app) serveVerb() *cobra.Command {
	var s serving
	verb := &cobra.Command{
		Use: "serve --data DIR", Short: "Run the server", Args: exactly(),
		Long: "Runs the server until it is interrupted. The first start makes the base, with the default rules, and the administrator's token in DIR/admin-token.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if s.data == "" {
				return usagef("say where the base is kept: --data DIR (or ASSAY_DATA)")
			}
			return a.serve(cmd.Context(), s)
		},
	}
	f := verb.Flags()
	f.StringVar(&s.data, "data", "", "folder of the base")
	f.StringVar(&s.listen, "listen", "127.0.0.1:8080", "address to answer on")
	f.StringVar(&s.rules, "rules", "", "folder of manifests, with its sub-folders, that "+enumerated(kindList(many), "and")+" are kept equal to")
	s.locality.flags(f, "region")
	f.StringVar(&s.logLevel, "log-level", "warn", "debug, info, warn or error")
	f.StringSliceVar(&s.webhookAllow, "webhook-allow", nil, "addresses that are not public and that webhooks may send to, such as 10.1.0.0/16; separated by commas")
	bindEnvironment(f, "data", "listen", "rules", "log-level", "webhook-allow")
	return verb
}

func (a *app) serve(ctx context.Context, s serving) (err error) {
	srv, ln, err := s.open(ctx, a.Stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, srv.Close()) }()
	address := "http://" + ln.Addr().String()
	fmt.Fprintf(a.Stdout, "Assay listens on %s\n", address)
	fmt.Fprintf(a.Stdout, "  documentation  %s/docs\n", address)
	if srv.FirstStart {
		fmt.Fprintf(a.Stdout, "  a new base was made in %s\n", s.data)
	}
	fmt.Fprintf(a.Stdout, "  the administrator's token is in %s\n", srv.TokenPath)
	return srv.Serve(ctx, ln)
}

// open opens the base and listens.
func (s serving) open(ctx context.Context, log io.Writer) (*server.Server, net.Listener, error) {
	region, zone, err := s.read("region")
	if err != nil {
		return nil, nil, err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.logLevel)); err != nil {
		return nil, nil, usagef("--log-level %q is not known: give debug, info, warn or error", s.logLevel)
	}
	if !isAddress(s.listen) {
		return nil, nil, usagef("--listen %q is not an address; write HOST:PORT, such as 127.0.0.1:8080 or :8080", s.listen)
	}
	allowed, err := webhookAddresses(s.webhookAllow)
	if err != nil {
		return nil, nil, err
	}
	if s.rules != "" {
		if err := needFolder("--rules", s.rules); err != nil {
			return nil, nil, err
		}
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot listen on %s: %s (set --listen)", s.listen, cause(err))
	}
	compiler, err := compiler()
	if err != nil {
		return nil, nil, errors.Join(err, ln.Close())
	}
	srv, err := server.Open(ctx, server.Config{
		Compiler: compiler, WebhookAllow: allowed,
		Data: s.data, RulesDir: s.rules, Region: region, Zone: zone, Version: readBuild().Version,
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: level})),
	})
	if err != nil {
		return nil, nil, errors.Join(err, ln.Close())
	}
	return srv, ln, nil
}

// compileVerb makes this program the process that compiles modules for a server. It is for the
// server alone and stands in no help.
const compileVerb = "compile-module"

// compiler is how a server calls this program to compile modules.
func compiler() ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program, which compiles modules in a process of its own: %w", err)
	}
	return []string{self, compileVerb}, nil
}

// isAddress reports whether a listener can be asked for at an address, wherever it is.
func isAddress(listen string) bool {
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	_, err = net.LookupPort("tcp", port)
	return err == nil
}
