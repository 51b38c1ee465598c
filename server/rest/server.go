package rest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"assay/server/api"
)

// Server answers HTTP requests.
type Server struct {
	Config

	app     *fiber.App
	spec    []byte // the OpenAPI document
	metrics *metrics

	imports chan struct{} // a place for each import that runs
	exports chan struct{}
	diffs   chan struct{}
	streams chan struct{}

	work       context.Context // of every request; ends when Shutdown's patience does
	stopWork   context.CancelFunc
	watch      context.Context // of the streams of events; ends when Shutdown begins
	stopWatch  context.CancelFunc
	requestIDs atomic.Int64

	mu        sync.Mutex
	closing   bool
	listening *lingeringListener // while Serve runs
}

// Timeouts and sizes of connections. A body has its own deadlines, by route.
const (
	headTimeout     = 15 * time.Second // for the head of a request and the first 8 KiB of its body
	idleTimeout     = 2 * time.Minute
	maxHead         = 32 << 10 // bytes; a filter travels in the address
	maxConnections  = 16 << 10
	prefetchedBytes = 8 << 10 // of a body, that fasthttp has read before the handler runs
)

// New returns a server that is ready to Serve.
func New(c Config) (*Server, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		Config:  c,
		imports: make(chan struct{}, c.MaxImports),
		exports: make(chan struct{}, c.MaxExports),
		diffs:   make(chan struct{}, c.MaxDiffs),
		streams: make(chan struct{}, c.MaxStreams),
	}
	s.work, s.stopWork = context.WithCancel(context.Background())
	s.watch, s.stopWatch = context.WithCancel(s.work)
	s.metrics = newMetrics(s)
	s.app = fiber.New(fiber.Config{
		Immutable:                    true, // handlers keep strings beyond the request
		StreamRequestBody:            true, // a declared length must not reserve memory
		DisablePreParseMultipartForm: true,
		BodyLimit:                    prefetchedBytes, // what is read ahead; the routes' limits are in body.go
		ReadTimeout:                  headTimeout,
		WriteTimeout:                 c.WriteStall,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               maxHead,
		Concurrency:                  maxConnections,
		EnableTrustedProxyCheck:      true, // no proxy is trusted
		CaseSensitive:                true,
		UnescapePath:                 true,
		DisableStartupMessage:        true,
		ErrorHandler:                 s.unrouted,
	})
	s.app.Server().CloseOnShutdown = true
	s.app.Use(s.around)
	return s, s.register()
}

// register puts every route on the app and writes the OpenAPI document.
func (s *Server) register() error {
	doc := newDocument(s.Version)
	hum := huma.NewAPI(doc.config, adapterOf(s.app))
	for _, r := range s.routes() {
		doc.add(hum.OpenAPI(), r)
		hum.Adapter().Handle(&r.op, s.handler(r))
		if r.op.Method == fiber.MethodGet {
			head := r.op
			head.Method = fiber.MethodHead
			hum.Adapter().Handle(&head, s.handler(r))
		}
	}
	s.app.Get("/", func(c *fiber.Ctx) error { return c.Redirect(api.PathDocs) }) // until there is a page of its own
	spec, err := doc.marshal(hum.OpenAPI())
	if err != nil {
		return fmt.Errorf("write the OpenAPI document: %w", err)
	}
	s.spec = spec
	return nil
}

// routes is everything the server answers to.
func (s *Server) routes() []*route {
	var all []*route
	for _, group := range [][]*route{
		s.clientRoutes(), s.rowRoutes(), s.transferRoutes(), s.reportRoutes(), s.lifeRoutes(), s.fixRoutes(),
		s.objectRoutes(), s.diffRoutes(), s.webhookRoutes(), s.folderRoutes(), s.schemaRoutes(), s.libraryRoutes(), s.moduleRoutes(), s.sweepRoutes(), s.eventRoutes(), s.operatorRoutes(),
	} {
		all = append(all, group...)
	}
	return all
}

// Spec returns the OpenAPI document.
func (s *Server) Spec() []byte { return s.spec }

// Serve answers on ln until Shutdown; it closes ln. A server serves once.
func (s *Server) Serve(ln net.Listener) error {
	lingering := &lingeringListener{Listener: ln}
	if !s.listen(lingering) {
		return ln.Close()
	}
	s.Logger.Info("listening", "address", ln.Addr().String(), "docs", "http://"+ln.Addr().String()+api.PathDocs)
	return s.app.Listener(lingering)
}

// listen notes the listener, unless the server is closed already.
func (s *Server) listen(ln *lingeringListener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listening = ln
	return !s.closing
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// Shutdown stops accepting, ends the streams of events, and waits for running
// requests until ctx ends; what then still runs is cut off. It may come before Serve.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	ln := s.listening
	s.mu.Unlock()
	s.stopWatch()
	defer s.stopWork()
	if ln == nil {
		return nil
	}
	_ = ln.Close() // Fiber may not know it yet; a second Close does nothing
	ln.unused.close()
	if err := s.app.ShutdownWithContext(ctx); err != nil {
		return fmt.Errorf("shut the HTTP server down: %w", err)
	}
	return nil
}
