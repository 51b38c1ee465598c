package rest

import (
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

// route is one operation: what the document says of it, what a request is
// checked against, and what answers it.
type route struct {
	op      huma.Operation // method, path, id, summary, description, tag
	params  []param        // of the query; any other is refused
	headers []param
	body    *body // nil: none is read
	answers []answer
	codes   []string // that it may refuse with, besides those every route has
	open    bool     // needs no token
	right   Right    // needed besides a token
	whole   bool     // only for those who may see the whole base
	handle  func(*exchange) error
}

// body is what a route reads.
type body struct {
	media    []string // accepted, the first is the preferred one; nil: any
	max      int64    // bytes; 0: read by the handler as it arrives
	timeout  time.Duration
	schema   func(*document) *huma.Schema
	example  any
	describe string
}

// answer is one good answer of a route.
type answer struct {
	status   int
	describe string
	media    string // "" for JSON
	of       any    // a value of the answer's type; nil for an empty answer
	headers  map[string]string
	example  any
}

func operation(method, path, id, tag, summary, description string) huma.Operation {
	return huma.Operation{Method: method, Path: path, OperationID: id, Tags: []string{tag}, Summary: summary, Description: description}
}

// adapterOf returns huma's adapter of the app without its documentation routes, which are our own.
func adapterOf(app *fiber.App) huma.Adapter {
	return humafiber.New(app, huma.Config{OpenAPI: &huma.OpenAPI{}}).Adapter()
}

// handler turns a route into what huma's adapter calls.
func (s *Server) handler(r *route) func(huma.Context) {
	return func(h huma.Context) {
		x := newExchange(s, humafiber.Unwrap(h), r)
		if err := x.serve(); err != nil {
			x.fail(err)
		}
	}
}
