package rest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/formats"
	"assay/server/intake"
	"assay/server/reconcile"
)

// refusal is a refusal that this package makes itself. Its words are chosen when
// the reader's language is known.
type refusal struct {
	code     string
	text     string            // key of the detail in sentences, "" for none
	args     map[string]string // of the detail
	problems []crm.Problem
}

// Error is for logs; readers get the problem.
func (r *refusal) Error() string { return r.code + ": " + say("en", r.text, r.args) }

// refuse returns a refusal whose detail is a text with arguments, name by name.
func refuse(code, text string, args ...string) error {
	return &refusal{code: code, text: text, args: pairs(args)}
}

// reason returns one of several reasons.
func reason(field, text string, args ...string) crm.Problem {
	m := pairs(args)
	return crm.Problem{Field: field, Code: text, Message: say("en", text, m), Args: m}
}

func pairs(args []string) map[string]string {
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}

// fail answers with the problem that an error is.
func (x *exchange) fail(err error) { x.sendProblem(x.explain(err)) }

// explain turns an error into a problem. What only the operator can mend goes to
// the log, and the reader gets the number it has there.
func (x *exchange) explain(err error) *api.Problem {
	p := x.problem(err)
	if p.Status >= 500 && p.Code != api.CodeNoSpace && p.Code != api.CodeUnavailable {
		id := strconv.FormatInt(x.requestIDs.Add(1), 10)
		p.Detail = say(x.language(), "internal", map[string]string{"id": id})
		x.Logger.Error("request failed", "failure", id, "method", x.route.op.Method, "route", x.route.op.Path, "error", err)
	}
	return p
}

func (x *exchange) sendProblem(p *api.Problem) {
	body, err := marshal(p)
	if err != nil {
		body = []byte(`{"title":"Internal error","status":500,"code":"internal"}`) // a Problem is made of text: cannot happen
	}
	x.c.Response().ResetBody()
	switch p.Status {
	case fiber.StatusUnauthorized:
		x.c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="assay"`)
	case fiber.StatusTooManyRequests, fiber.StatusServiceUnavailable:
		x.c.Set(fiber.HeaderRetryAfter, "5")
	}
	x.c.Set(fiber.HeaderContentLanguage, x.language())
	_ = x.bytes(p.Status, api.MediaProblem, body)
}

// problem turns an error into what the reader is told.
func (x *exchange) problem(err error) *api.Problem {
	lang := x.language()
	var (
		own       *refusal
		malformed *crm.MalformedError
		invalid   *crm.InvalidError
		refused   *intake.RefusedError
		stale     *intake.StaleError
		row       *intake.NoRowError
		inUse     *reconcile.InUseError
		managed   *reconcile.ManagedError
		passed    *reconcile.StaleError
		file      *formats.FileError
		routing   *fiber.Error
	)
	switch {
	case errors.As(err, &own):
		p := api.NewProblem(own.code, lang, say(lang, own.text, own.args))
		p.Errors = translate(lang, own.problems)
		return p
	case errors.As(err, &malformed):
		return one(api.CodeMalformed, lang, crm.Problem{Code: malformed.Code, Message: malformed.Detail, Text: malformed.Text, Args: malformed.Args})
	case errors.As(err, &invalid):
		p := api.NewProblem(api.CodeInvalid, lang, "")
		p.Errors = translate(lang, invalid.Problems)
		return p
	case errors.As(err, &refused):
		p := api.NewProblem(api.CodeRefusedByRules, lang, say(lang, "refused_by_rules", nil))
		p.Findings = x.Report.Findings(refused.Client, refused.Results, lang)
		return p
	case errors.As(err, &stale):
		return staleProblem(lang, stale)
	case errors.As(err, &passed):
		return passedProblem(lang, passed)
	case errors.As(err, &row):
		return api.NewProblem(api.CodeNotFound, lang, say(lang, "row_not_found", pairs([]string{"id", strconv.FormatInt(row.Client, 10), "row", shorten(row.Row), "list", row.List})))
	case errors.As(err, &inUse):
		return api.NewProblem(api.CodeInUse, lang, say(lang, "in_use", map[string]string{"what": named(lang, inUse.What), "by": named(lang, inUse.By)}))
	case errors.As(err, &managed):
		return api.NewProblem(api.CodeManaged, lang, say(lang, "managed", map[string]string{
			"what": named(lang, strings.ToLower(managed.Kind)+" "+managed.Name), "file": managed.File}))
	case errors.As(err, &file):
		return one(fileCode(file.Code), lang, fileProblem(file))
	case errors.As(err, &routing):
		return x.routingProblem(routing)
	}
	return x.known(err)
}

func staleProblem(lang string, e *intake.StaleError) *api.Problem {
	key := "stale_revision_now"
	if e.Client == 0 {
		key = "stale_revision_none"
	}
	return api.NewProblem(api.CodeStaleRevision, lang, say(lang, key, pairs([]string{"id", strconv.FormatInt(e.Client, 10),
		"revision", strconv.FormatInt(e.Revision, 10), "wanted", strconv.FormatInt(e.Wanted, 10)})))
}

func passedProblem(lang string, e *reconcile.StaleError) *api.Problem {
	key := "stale_object_now"
	if e.Have == "" {
		key = "stale_object_none"
	}
	return api.NewProblem(api.CodeStaleRevision, lang, say(lang, key, pairs([]string{"what", named(lang, strings.ToLower(e.Kind)+" "+e.Name), "version", e.Have, "wanted", shorten(e.Sent)})))
}

func one(code, lang string, p crm.Problem) *api.Problem {
	out := api.NewProblem(code, lang, "")
	out.Errors = translate(lang, []crm.Problem{p})
	return out
}

// known are the errors that rooms share.
var known = []struct {
	err  error
	code string
	text string
}{
	{crm.ErrDuplicateExternalID, api.CodeDuplicateExternalID, "duplicate_external_id"},
	{crm.ErrGenerationConflict, api.CodeConflict, "rules_changed"},
	{crm.ErrGone, api.CodeGone, "events_gone"},
	{crm.ErrIdempotencyReuse, api.CodeIdempotencyReuse, "idempotency_reuse"},
	{crm.ErrNoSpace, api.CodeNoSpace, "no_space"},
	{syscall.ENOSPC, api.CodeNoSpace, "no_space"},
	{crm.ErrBadCursor, api.CodeBadCursor, "bad_cursor"},
	{crm.ErrTooLarge, api.CodeTooLarge, "client_too_large"},
	{context.Canceled, api.CodeUnavailable, "closing"},
	{context.DeadlineExceeded, api.CodeUnavailable, "slow"},
}

func (x *exchange) known(err error) *api.Problem {
	lang := x.language()
	if errors.Is(err, crm.ErrRevisionConflict) {
		if x.conditional {
			return api.NewProblem(api.CodeStaleRevision, lang, say(lang, "stale_revision", nil))
		}
		return api.NewProblem(api.CodeConflict, lang, say(lang, "conflict", nil))
	}
	if errors.Is(err, crm.ErrNotFound) {
		return api.NewProblem(api.CodeNotFound, lang, x.missing())
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			return api.NewProblem(k.code, lang, say(lang, k.text, nil))
		}
	}
	return api.NewProblem(api.CodeInternal, lang, "")
}

// missing says which thing of the address there is none of.
func (x *exchange) missing() string {
	key, args := "not_found", map[string]string{}
	if x.c == nil { // the address is another request's by now
		return say(x.language(), key, args)
	}
	for part := range pathParams {
		args[part] = shorten(x.c.Params(part))
	}
	switch path := x.route.op.Path; {
	case strings.Contains(path, "{digest}"):
		key = "module_not_found"
	case strings.Contains(path, "{revision}"):
		key = "revision_not_found"
	case strings.HasPrefix(path, api.KindRule.Path()+api.PathObject):
		key = "rule_not_found"
	case strings.HasPrefix(path, api.KindField.Path()+api.PathObject):
		key = "field_not_found"
	case strings.HasPrefix(path, api.KindDictionary.Path()+api.PathObject):
		key = "dictionary_not_found"
	case strings.Contains(path, "{letter}"):
		key = "letter_not_found"
	case strings.HasPrefix(path, api.PathWebhooks):
		key = "webhook_not_found"
	case strings.Contains(path, "{id}"):
		key = "client_not_found"
	case x.c.Get(keyHeader.name) != "":
		key = "keyed_gone"
	}
	return say(x.language(), key, args)
}

// fileCode returns the code of the table for a code of package formats.
func fileCode(code string) string {
	switch code {
	case "unknown_format", "unknown_option":
		return api.CodeBadParameter
	case "unknown_columns", "duplicate_columns", "no_header":
		return api.CodeInvalid
	case "bomb", "too_large", "too_many_columns", "too_many_rows", "cell_too_long":
		return api.CodeTooLarge
	}
	return api.CodeMalformed
}

// routingProblem is for what no route answered: fiber's own errors.
func (x *exchange) routingProblem(e *fiber.Error) *api.Problem {
	lang := x.language()
	where := map[string]string{"method": x.c.Method(), "path": shorten(x.c.Path())}
	switch e.Code {
	case fiber.StatusNotFound:
		return api.NewProblem(api.CodeNotFound, lang, say(lang, "route_unknown", where))
	case fiber.StatusMethodNotAllowed:
		where["allow"] = string(x.c.Response().Header.Peek(fiber.HeaderAllow))
		return api.NewProblem(api.CodeMethodNotAllowed, lang, say(lang, "method", where))
	case fiber.StatusRequestHeaderFieldsTooLarge:
		return api.NewProblem(api.CodeHeadersTooLarge, lang, say(lang, "head_too_large", nil))
	case fiber.StatusRequestTimeout:
		return api.NewProblem(api.CodeTimeout, lang, say(lang, "body_slow", nil))
	case fiber.StatusInternalServerError:
		return api.NewProblem(api.CodeInternal, lang, "")
	}
	return api.NewProblem(api.CodeMalformed, lang, say(lang, "http_malformed", map[string]string{"cause": shorten(e.Message)}))
}

// unrouted is Fiber's error handler: it sees requests that could not even be read.
func (s *Server) unrouted(c *fiber.Ctx, err error) error {
	var routing *fiber.Error
	if !errors.As(err, &routing) {
		err = fmt.Errorf("before routing: %w", err)
	}
	newExchange(s, c, &route{}).fail(err)
	return nil
}
