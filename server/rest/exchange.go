package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
)

// exchange is one request and its answer.
type exchange struct {
	*Server
	route *route
	c     *fiber.Ctx
	ctx   context.Context // ends when the server's patience does
	who   Principal
	query url.Values

	tongue      string // the reader's language once it was asked for
	conditional bool   // the request names a revision in If-Match
}

func newExchange(s *Server, c *fiber.Ctx, r *route) *exchange {
	return &exchange{Server: s, route: r, c: c, ctx: s.work}
}

// detached returns the exchange for use after its handler has returned, when the
// Fiber context serves another request.
func (x *exchange) detached() *exchange {
	return &exchange{Server: x.Server, route: x.route, ctx: x.ctx, who: x.who, query: x.query, tongue: x.language(), conditional: x.conditional}
}

// serve is the walk of every request: who asks, what for, with what, answer.
func (x *exchange) serve() error {
	if err := x.identify(); err != nil {
		return err
	}
	if err := x.readQuery(); err != nil {
		return err
	}
	if err := x.checkBody(); err != nil {
		return err
	}
	return x.route.handle(x)
}

// identify finds the principal by the token, and its right to the route.
func (x *exchange) identify() error {
	if x.route.open {
		return nil
	}
	scheme, token, _ := strings.Cut(x.c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return refuse(api.CodeUnauthorized, "token_missing")
	}
	who, ok := x.Tokens.Check(x.ctx, strings.TrimSpace(token))
	if !ok {
		return refuse(api.CodeUnauthorized, "token_unknown")
	}
	if missing := x.route.right &^ who.Rights; missing != 0 {
		return refuse(api.CodeForbidden, "right_missing", "name", who.Name, "right", missing.String())
	}
	if x.route.whole && !who.Scope.All {
		return refuse(api.CodeForbidden, "whole_base", "name", who.Name)
	}
	x.who = who
	return nil
}

// readQuery checks the query against the route's parameters and lists every reason.
func (x *exchange) readQuery() error {
	raw := string(x.c.Request().URI().QueryString())
	if raw == "" && len(x.route.params) == 0 {
		return nil
	}
	query, err := url.ParseQuery(raw)
	if err != nil {
		return refuse(api.CodeBadParameter, "query_malformed", "cause", err.Error())
	}
	known := make([]string, 0, len(x.route.params))
	var problems []crm.Problem
	for _, p := range x.route.params {
		known = append(known, p.name)
		problems = append(problems, p.check(query[p.name])...)
	}
	for _, name := range sortedKeys(query) {
		if !slices.Contains(known, name) {
			problems = append(problems, unknownParameter(name, known))
		}
	}
	if len(problems) > 0 {
		return &refusal{code: api.CodeBadParameter, problems: problems}
	}
	x.query = query
	return nil
}

func unknownParameter(name string, known []string) crm.Problem {
	if len(known) == 0 {
		return reason(shorten(name), "parameter_unknown_none")
	}
	return reason(shorten(name), "parameter_unknown", "known", strings.Join(known, ", "))
}

func sortedKeys(v url.Values) []string {
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// flag, number and limit read parameters that readQuery has checked.
func (x *exchange) flag(name string) bool { return x.query.Get(name) == "true" }

func (x *exchange) limit() int {
	if n, err := strconv.Atoi(x.query.Get("limit")); err == nil {
		return n
	}
	return api.DefaultLimit
}

// list returns the values of a parameter that may be repeated or separated by commas.
func (x *exchange) list(name string) []string {
	var values []string
	for _, v := range x.query[name] {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				values = append(values, part)
			}
		}
	}
	return values
}

// clientID reads {id} of the path.
func (x *exchange) clientID() (int64, error) {
	text := x.c.Params("id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, refuse(api.CodeNotFound, "client_number", "value", shorten(text))
	}
	return id, nil
}

// ifMatch reads the revision that the client must still have, 0 for any.
func (x *exchange) ifMatch() (int64, error) {
	text := strings.TrimSpace(x.c.Get(fiber.HeaderIfMatch))
	if text == "" || text == "*" {
		return 0, nil
	}
	tag := strings.Trim(strings.TrimPrefix(text, "W/"), `"`)
	revision, err := strconv.ParseInt(tag, 10, 64)
	if err != nil || revision <= 0 {
		return 0, &refusal{code: api.CodeBadParameter, problems: []crm.Problem{
			reason(fiber.HeaderIfMatch, "if_match", "value", shorten(text)),
		}}
	}
	x.conditional = true
	return revision, nil
}

// language is the reader's: en, ru or uk.
func (x *exchange) language() string {
	if x.tongue == "" { // never so when detached
		x.tongue = languageOf(x.c.Get(fiber.HeaderAcceptLanguage))
	}
	return x.tongue
}

// accepts reports whether the reader asked for that media type by name.
func (x *exchange) accepts(media string) bool {
	for part := range strings.SplitSeq(x.c.Get(fiber.HeaderAccept), ",") {
		name, _, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), media) {
			return true
		}
	}
	return false
}

// json answers with a status and a value.
func (x *exchange) json(status int, value any) error {
	body, err := marshal(value)
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return x.bytes(status, api.MediaJSON, body)
}

// bytes answers with a status and a body that the exchange may keep.
func (x *exchange) bytes(status int, media string, body []byte) error {
	x.c.Status(status)
	x.c.Context().SetContentType(media)
	x.c.Response().SetBodyRaw(body)
	return nil
}

// marshal writes JSON without escaping <, > and &, which only HTML needs.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
