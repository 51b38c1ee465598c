package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"assay/server/crm"
	"assay/server/fix"
	"assay/server/folder"
	"assay/server/intake"
	"assay/server/modules"
	"assay/server/reconcile"
	"assay/server/report"
	"assay/server/rest"
	"assay/server/store/bolt"
	"assay/server/webhook"
)

// Config says where a server keeps its data and how it reads what it is given.
type Config struct {
	Data         string         // folder of the base, the compilation cache and the administrator's token
	RulesDir     string         // folder of manifests, sub-folders included, that the declared objects are kept equal to; "" for none
	Region       string         // ISO country of phones and tax ids that name none; "" means RU
	Zone         *time.Location // the company's time zone; nil means UTC
	Logger       *slog.Logger   // nil drops the log
	Version      string         // shown by the API
	WebhookAllow []netip.Prefix // addresses that webhooks may send to though they are not public
	Compiler     []string       // a program and arguments that call CompileModule, for strangers' large modules; nil: this process compiles them

	Now   func() time.Time                     // nil: time.Now
	After func(time.Duration) <-chan time.Time // the timers of the work behind the requests; nil: time.After
}

// Server is an open base with everything that works on it.
type Server struct {
	Token      string // the administrator's
	FirstStart bool   // the base was made by this Open
	TokenPath  string

	config     Config
	store      *bolt.Store
	host       *modules.Host
	webhooks   *webhook.Dispatcher
	reconciler *reconcile.Reconciler
	intake     *intake.Intake
	reporter   *report.Reporter
	fixer      *fix.Fixer
	folder     *folder.Keeper // nil without a folder of rules
	rest       *rest.Server
	described  atomic.Pointer[described]

	stopWork context.CancelFunc
	work     sync.WaitGroup
}

// Open opens the base in c.Data, or makes one with the default rules, and
// begins to judge what is pending. Close it in any case. When it fails, a
// folder that was not there before is not there afterwards.
func Open(ctx context.Context, c Config) (*Server, error) {
	s := &Server{config: c.withDefaults()}
	_, missing := os.Stat(c.Data)
	if err := s.open(ctx); err != nil {
		made := s.store != nil && errors.Is(missing, os.ErrNotExist)
		err = errors.Join(err, s.Close())
		if made { // a base that never served anybody
			err = errors.Join(err, os.RemoveAll(c.Data))
		}
		return nil, err
	}
	return s, nil
}

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Region == "" {
		c.Region = "RU"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func (s *Server) open(ctx context.Context) (err error) {
	c := s.config
	if err := checkFolder(c.Data); err != nil {
		return err
	}
	if err := checkRules(c.RulesDir); err != nil {
		return err
	}
	if s.store, err = bolt.Open(ctx, bolt.Config{Dir: c.Data, Now: c.Now}); err != nil {
		return err
	}
	if s.host, err = modules.Open(ctx, modules.Config{CacheDir: filepath.Join(c.Data, cacheName), Log: c.Logger, Compiler: c.Compiler}); err != nil {
		return fmt.Errorf("start the WebAssembly host: %w", err)
	}
	s.webhooks = s.newWebhooks()
	s.reconciler, err = reconcile.Open(ctx, reconcile.Config{Store: s.store, Load: s.host.Load, Webhooks: s.webhooks, Zone: c.Zone, Now: c.Now, After: c.After, Logger: c.Logger, Folder: c.RulesDir != "",
		Recast: func(ctx context.Context, field string) error { return s.intake.Recast(ctx, field) },
		Retype: func(card []byte, field string, t crm.FieldType) ([]byte, error) {
			return s.intake.Retyped(card, field, t)
		}})
	if err != nil {
		return err
	}
	s.intake = intake.New(intake.Config{Store: s.store, Current: s.reconciler.Current, Await: s.reconciler.Await, Region: c.Region, Zone: c.Zone, Now: c.Now})
	s.reporter = &report.Reporter{Store: s.store, Rules: s.reportRules, Now: c.Now, Zone: c.Zone, After: c.After, Waiver: s.reconciler.Waiver, Logger: c.Logger}
	if s.fixer, err = fix.Open(ctx, fix.Config{Store: s.store, Writer: s.intake, Rules: s.reportedRules, Filter: s.filter, Now: c.Now, Logger: c.Logger}); err != nil {
		return err
	}
	if err := s.firstStart(ctx); err != nil {
		return err
	}
	if s.Token, s.TokenPath, err = adminToken(c.Data); err != nil {
		return err
	}
	if err := s.keepFolder(ctx); err != nil {
		return err
	}
	if err := s.openRest(); err != nil {
		return err
	}
	s.begin()
	return nil
}

// begin starts the work that goes on behind the requests.
func (s *Server) begin() {
	ctx, stop := context.WithCancel(context.Background())
	s.stopWork = stop
	s.work.Go(func() { s.reconciler.Run(ctx) })
	s.work.Go(func() { s.fixer.Run(ctx) })
	s.work.Go(func() { s.reporter.Run(ctx) })
	s.work.Go(func() { s.webhooks.Run(ctx) })
	if s.folder != nil {
		s.work.Go(func() { s.folder.Run(ctx) })
	}
}

// shutdownTime is how long requests under way may take to finish.
const shutdownTime = 10 * time.Second

func (s *Server) openRest() (err error) {
	s.rest, err = rest.New(rest.Config{Store: s.store, Intake: s.intake, Reconciler: s.reconciler, Report: s.reporter, Fixes: s.fixer, Webhooks: s.webhooks, Differ: differ{s.reconciler},
		Tokens: rest.OneToken(s.Token, rest.Principal{Name: "admin", Scope: crm.Everything, Rights: rest.AllRights}),
		Logger: s.config.Logger, Version: s.config.Version, Folder: s.folderState()})
	return err
}

// Serve answers requests on the listener until ctx ends, then finishes those
// under way. It closes the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- s.rest.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	return errors.Join(s.rest.Shutdown(finish), <-ended)
}

// Close ends the work behind the requests and releases the base.
func (s *Server) Close() error {
	if s.stopWork != nil {
		s.stopWork()
	}
	s.work.Wait()
	var errs []error
	ctx := context.Background()
	if s.reconciler != nil {
		errs = append(errs, s.reconciler.Close(ctx))
	}
	if s.host != nil {
		errs = append(errs, s.host.Close(ctx))
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}

// readToken returns the token in a file, "" when there is none.
func readToken(path string) (string, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return string(b), err
}
