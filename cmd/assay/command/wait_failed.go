package command

import (
	"context"
	"errors"
	"fmt"

	"assay/rules"
	"assay/server/api"
	"assay/server/crm"
)

// notJudged says of a rule that is Current how many clients it could not judge, with the first of them; "" for none.
// Such a client counts as done, so that Current alone would say too much.
func (w *watcher) notJudged(ctx context.Context, g *goal, o rules.Object) (string, error) {
	rule, ok := o.(*rules.Rule)
	if !ok || g.condition != rules.Current || g.status != rules.True || rule.Status.Errors == 0 {
		return "", nil
	}
	text := fmt.Sprintf(", but %s could not be judged", plural(rule.Status.Errors, "client", "clients"))
	if rule.Spec.Type == rules.Quality {
		first, err := w.firstNotJudged(ctx, g.name)
		if err != nil || first != "" {
			return text + ": " + first, err
		}
	}
	if last := rule.Status.LastError; last != "" {
		text += "; the last time: " + last
	}
	return text, nil
}

// firstNotJudged finds the client of the lowest number that a quality rule could not judge, and why, among as many of
// its clients as one page holds; "" when that has none, or when the caller may not read them.
func (w *watcher) firstNotJudged(ctx context.Context, rule string) (string, error) {
	page, err := w.client.Quality(ctx, api.QualityQuery{ClientQuery: api.ClientQuery{Rules: []string{rule}, Limit: api.MaxLimit}})
	if _, refused := errors.AsType[*api.Problem](err); refused {
		return "", nil // the rule is Current all the same
	}
	if err != nil {
		return "", err
	}
	for _, item := range page.Items {
		for _, f := range item.Findings {
			if f.Code == crm.CodeNotJudged {
				return fmt.Sprintf("client %d, %s", item.Client.ID, f.Message), nil
			}
		}
	}
	return "", nil
}
