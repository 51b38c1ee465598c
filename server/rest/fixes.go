package rest

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/fix"
)

const tagFixes = "Fixes"

func (s *Server) fixRoutes() []*route {
	job := answer{status: 202, describe: "The job; ask for it again to see how far it has come.", of: crm.Fix{}, example: exampleFix}
	shown := answer{status: 200, describe: "The job as it is.", of: crm.Fix{}, example: exampleFix}
	return []*route{
		{op: operation(fiber.MethodPost, api.PathFixes, "startFix", tagFixes, "Apply suggestions",
			"Begins a job that puts the values that rules suggest (`suggest` of a finding) in the places they are suggested for, in all selected clients: one write a client, cleaned, judged and refused like any other. "+
				"The job goes on after a restart and can be undone by its id, which the events of its writes carry as `change`. One job runs at a time. "+
				"`dryRun=true` says what it would do, with the first 20 clients, and is done after 10 seconds at most."),
			params: append(fixSelection(), dryRunParam), right: RightWrite, codes: []string{api.CodeInvalid, api.CodeNoSpace},
			answers: []answer{job, {status: 200, describe: "Of a dry run: what the job would do.", of: crm.FixPreview{}, example: exampleFixPreview}},
			handle:  startFix},
		{op: operation(fiber.MethodGet, api.PathFixes, "listFixes", tagFixes, "List jobs", "The jobs that are kept, the newest first; of those that have ended, the last 100."),
			params: pageParams, codes: []string{api.CodeBadCursor},
			answers: []answer{{status: 200, describe: "A page of jobs.", of: api.List[crm.Fix]{}, example: map[string]any{"items": []any{exampleFix}}}},
			handle: func(x *exchange) error {
				jobs := []crm.Fix{}
				for _, j := range x.Fixes.Jobs(x.who.Scope) {
					jobs = append(jobs, j.Fix)
				}
				return pagedByPlace(x, jobs)
			}},
		{op: operation(fiber.MethodGet, api.PathFix, "getFix", tagFixes, "Get a job", "How far a job has come."),
			answers: []answer{shown}, codes: []string{api.CodeNotFound},
			handle: func(x *exchange) error { return x.showFix(fiber.StatusOK)(x.Fixes.Job(x.who.Scope, x.c.Params("id"))) }},
		{op: operation(fiber.MethodGet, api.PathFixClients, "listFixClients", tagFixes, "What a job did", "What came of each client, by number, with the values before and after, a page at a time."),
			params:  []param{choice("outcome", "Clients with this outcome.", "applied", "unchanged", "refused", "conflict", "failed", "planned"), limitQuery, afterQuery},
			codes:   []string{api.CodeNotFound, api.CodeBadCursor},
			answers: []answer{{status: 200, describe: "A page of clients.", of: api.List[crm.FixedClient]{}, example: map[string]any{"items": []any{exampleFixedClient}}}},
			handle:  listFixClients},
		{op: operation(fiber.MethodPost, api.PathFixCancel, "cancelFix", tagFixes, "Cancel a job", "Ends a job; what it has done stays, and can be undone."),
			right: RightWrite, codes: []string{api.CodeNotFound, api.CodeWrongState}, answers: []answer{shown},
			handle: func(x *exchange) error {
				return x.showFix(fiber.StatusOK)(x.Fixes.Cancel(x.ctx, x.who.Scope, x.c.Params("id")))
			}},
		{op: operation(fiber.MethodPost, api.PathFixUndo, "undoFix", tagFixes, "Undo a job",
			"Begins a job that puts back what another one replaced, wherever it still stands as it was left; what somebody has changed since is a `conflict` and stays."),
			right: RightWrite, codes: []string{api.CodeNotFound, api.CodeWrongState}, answers: []answer{job},
			handle: func(x *exchange) error {
				return x.showFix(fiber.StatusAccepted)(x.Fixes.Undo(x.ctx, x.who.Scope, x.who.Name, x.c.Params("id")))
			}},
	}
}

// fixSelection are the parameters of selection that a job can keep: it goes on when the request is long over.
func fixSelection() (params []param) {
	for _, p := range selection() {
		if p.name != "q" {
			params = append(params, p)
		}
	}
	return params
}

// showFix answers with a job.
func (x *exchange) showFix(status int) func(*fix.Job, error) error {
	return func(j *fix.Job, err error) error {
		var wrong *fix.WrongStateError
		if errors.As(err, &wrong) {
			return refuse(api.CodeWrongState, "fix_state", "id", wrong.ID, "state", string(wrong.State))
		}
		if err != nil {
			return x.unknownFix(err)
		}
		if status == fiber.StatusAccepted {
			x.c.Set(fiber.HeaderLocation, api.PathFixes+"/"+j.ID)
		}
		return x.json(status, j.Fix)
	}
}

// unknownFix says of an id that there is no such job.
func (x *exchange) unknownFix(err error) error {
	if errors.Is(err, crm.ErrNotFound) {
		return refuse(api.CodeNotFound, "fix_unknown", "id", shorten(x.c.Params("id")))
	}
	return err
}

func startFix(x *exchange) error {
	q, err := x.selected(0) // refuses a filter that does not compile
	if err != nil {
		return err
	}
	s := fix.Selection{Segments: q.Segments, Filter: x.query.Get("filter")}
	if s.Rules, err = x.rules(); err != nil {
		return err
	}
	for _, f := range facetParams {
		for _, v := range x.query[f.name] {
			s.Facets = append(s.Facets, facetValue(f.facet, v))
		}
	}
	if x.flag("dryRun") {
		preview, err := x.Fixes.Preview(x.ctx, x.who.Scope, x.who.Name, s)
		if err != nil {
			return err
		}
		return x.json(fiber.StatusOK, preview)
	}
	return x.showFix(fiber.StatusAccepted)(x.Fixes.Start(x.ctx, x.who.Scope, x.who.Name, x.query.Encode(), s))
}

func listFixClients(x *exchange) error {
	last, err := x.readCursor()
	if err != nil {
		return err
	}
	after, _ := strconv.ParseInt(last, 10, 64) // written by this server; 0 at the beginning
	outcome, limit := crm.FixOutcome(x.query.Get("outcome")), x.limit()
	page := []crm.FixedClient{}
	for len(page) < limit {
		some, err := x.Fixes.Clients(x.ctx, x.who.Scope, x.c.Params("id"), after, api.MaxLimit)
		if err != nil {
			return x.unknownFix(err)
		}
		for _, c := range some {
			after = c.Client
			if outcome == "" || c.Outcome == outcome {
				page = append(page, *c)
			}
			if len(page) == limit {
				return x.json(fiber.StatusOK, list(page, x.cursor(strconv.FormatInt(after, 10))))
			}
		}
		if len(some) < api.MaxLimit {
			break
		}
	}
	return x.json(fiber.StatusOK, list(page, ""))
}
