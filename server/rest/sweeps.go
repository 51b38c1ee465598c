package rest

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/sweep"
)

const tagSweep = "Sweeps"

func (s *Server) sweepRoutes() []*route {
	status := []answer{{status: 200, describe: "What is left to judge.", of: api.Sweep{}, example: exampleSweep}}
	return []*route{
		{op: operation(fiber.MethodGet, api.PathSweep, "getSweep", tagSweep, "Get the sweep",
			"When a rule changes, or what it depends on, or a day begins, the stored base is judged anew: a sweep. Many changes are one sweep. It goes on where it stopped when the server is started again, "+
				"and makes room for writes. Clients that are written are judged at once, sweep or no sweep."),
			answers: status,
			handle:  func(x *exchange) error { return x.sweep(x.Reconciler.SweepStatus(x.ctx)) }},
		{op: operation(fiber.MethodPost, api.PathSweepPause, "pauseSweep", tagSweep, "Pause sweeps",
			"Nothing stored is judged anew until sweeps are resumed, also when the server is started again. Rules with clients left are not `Current`, with the reason `Paused`."),
			right: RightRules, answers: status, codes: []string{api.CodeNoSpace},
			handle: func(x *exchange) error { return x.sweepBy(x.Reconciler.PauseSweeps) }},
		{op: operation(fiber.MethodPost, api.PathSweepResume, "resumeSweep", tagSweep, "Resume sweeps", "Judging goes on where it was paused."),
			right: RightRules, answers: status, codes: []string{api.CodeNoSpace},
			handle: func(x *exchange) error { return x.sweepBy(x.Reconciler.ResumeSweeps) }},
	}
}

func (x *exchange) sweepBy(change func(ctx context.Context, by string) (sweep.Status, error)) error {
	return x.sweep(change(x.ctx, x.who.Name))
}

// sweep answers with a status of sweeps.
func (x *exchange) sweep(s sweep.Status, err error) error {
	if err != nil {
		return err
	}
	out := api.Sweep{State: string(s.State), Rules: []api.SweptRule{}, Done: s.Done, Total: s.Total, SecondsLeft: s.SecondsLeft}
	if !s.StartedAt.IsZero() {
		out.StartedAt = &s.StartedAt
	}
	for _, r := range s.Rules {
		out.Rules = append(out.Rules, api.SweptRule{Name: r.Rule, Done: r.Done, Total: r.Total, StartedAt: r.StartedAt})
	}
	return x.json(fiber.StatusOK, out)
}
