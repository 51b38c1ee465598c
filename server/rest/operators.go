package rest

import (
	_ "embed"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
)

const tagOperators = "Operation"

//go:embed docs.html
var docsPage []byte

// docsPolicy lets the documentation page run its own script and ask its own server, nothing else.
const docsPolicy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (s *Server) operatorRoutes() []*route {
	health := answer{status: 200, describe: "Yes.", of: api.Health{}, example: api.Health{Status: "ok", Version: "1.0.0"}}
	return []*route{
		{op: operation(fiber.MethodGet, api.PathHealth, "getHealth", tagOperators, "Is the process alive?", "Answers as long as the process does."),
			open: true, answers: []answer{health}, handle: func(x *exchange) error {
				return x.json(fiber.StatusOK, api.Health{Status: "ok", Version: x.Version})
			}},
		{op: operation(fiber.MethodGet, api.PathReady, "getReadiness", tagOperators, "Does it take requests?", "503 while the server is opening its base or shutting down."),
			open: true, answers: []answer{health}, codes: []string{api.CodeUnavailable}, handle: ready},
		{op: operation(fiber.MethodGet, api.PathOpenAPI, "getOpenAPI", tagOperators, "This document", "The OpenAPI 3.1 document of this API."),
			open: true, answers: []answer{{status: 200, describe: "The document.", of: map[string]any{}}}, handle: func(x *exchange) error {
				return x.bytes(fiber.StatusOK, api.MediaJSON, x.spec)
			}},
		{op: operation(fiber.MethodGet, api.PathDocs, "getDocs", tagOperators, "Documentation page", "This document for people."),
			open: true, answers: []answer{{status: 200, describe: "The page.", media: fiber.MIMETextHTML}}, handle: func(x *exchange) error {
				x.c.Set(fiber.HeaderContentSecurityPolicy, docsPolicy)
				return x.bytes(fiber.StatusOK, fiber.MIMETextHTMLCharsetUTF8, docsPage)
			}},
		{op: operation(fiber.MethodGet, api.PathMetrics, "getMetrics", tagOperators, "Metrics", "Figures for Prometheus."),
			right: RightMetrics, answers: []answer{{status: 200, describe: "The figures, as text.", media: fiber.MIMETextPlain}}, handle: serveMetrics},
	}
}

func ready(x *exchange) error {
	if x.isClosing() {
		return refuse(api.CodeUnavailable, "closing")
	}
	if err := x.Ready(x.ctx); err != nil {
		return refuse(api.CodeUnavailable, "not_ready", "cause", err.Error())
	}
	return x.json(fiber.StatusOK, api.Health{Status: "ready", Version: x.Version})
}
