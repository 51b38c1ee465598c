package report

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

// Findings returns what the rules in force found wrong with a client, as the API shows it.
func (r *Reporter) Findings(client int64, results []crm.Result, language string) []crm.FindingView {
	return r.findings(r.Rules(), client, results, language, func(rule *Rule, _ *crm.FindingView) bool { return !rule.Hidden })
}

// findings shows what the rules found, as far as it is to be shown.
func (r *Reporter) findings(known []Rule, client int64, results []crm.Result, language string, shown func(*Rule, *crm.FindingView) bool) []crm.FindingView {
	list := []crm.FindingView{}
	for _, result := range results {
		rule := find(known, result.Rule)
		if rule == nil {
			continue
		}
		show := func(f crm.FindingView) {
			if shown(rule, &f) {
				list = append(list, f)
			}
		}
		if result.Error != "" && !rule.Segments {
			show(notJudged(rule, client, result.Error, language))
		}
		for i := range result.Findings {
			f := &result.Findings[i]
			v := View(rule, client, f, language)
			r.alive(&v, client, f)
			show(v)
		}
	}
	return list
}

func find(list []Rule, name string) *Rule {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

// View shows a finding of a rule in the reader's language.
func View(rule *Rule, client int64, f *crm.Finding, language string) crm.FindingView {
	return crm.FindingView{ID: crm.FindingID(client, f), Rule: f.Rule, Code: f.Code, Severity: cmp.Or(f.Severity, rule.Severity), Path: f.Path, RowID: f.RowID,
		Message: message(rule.template(f.Code), f.Params, language, f.Code), Suggest: f.Suggest, Since: f.Since, Stale: rule.Degraded}
}

// template returns the texts of a finding code, or of a label's reason.
func (r *Rule) template(key string) map[string]string {
	if texts := r.Messages[key]; len(texts) > 0 {
		return texts
	}
	return r.Manifest
}

// notJudgedTexts are the messages of clients that a rule could not judge.
var notJudgedTexts = map[string]string{
	"en": "the rule could not judge this client: {{ error }}",
	"ru": "правило не смогло проверить этого клиента: {{ error }}",
	"uk": "правило не змогло перевірити цього клієнта: {{ error }}",
}

func notJudged(rule *Rule, client int64, text, language string) crm.FindingView {
	f := crm.Finding{Rule: rule.Name, Code: crm.CodeNotJudged, Params: []crm.Param{{Key: "error", Value: text}}}
	v := View(rule, client, &f, language)
	v.Message = message(notJudgedTexts, f.Params, language, text)
	return v
}

// message renders a template, or gives fallback when there is none.
func message(templates map[string]string, params []crm.Param, language, fallback string) string {
	template := rules.Text(templates, language)
	if template == "" {
		return fallback
	}
	return rules.Render(template, func(key string) (string, bool) {
		for _, p := range params {
			if p.Key == key {
				return p.Value, true
			}
		}
		return "", false
	})
}

// ClientSegments returns the labels of a client, as the API shows them. Those
// of hidden rules are left out.
func (r *Reporter) ClientSegments(results []crm.Result, language string) []crm.SegmentView {
	known := r.Rules()
	list := []crm.SegmentView{}
	for _, result := range results {
		rule := find(known, result.Rule)
		if rule == nil || rule.Hidden || rule.Selector || result.Label == "" {
			continue
		}
		list = append(list, crm.SegmentView{Rule: result.Rule, Label: result.Label, Title: title(rule, result.Label, language),
			Reason: Reason(rule, result.Label, result.Reason, language), Stale: rule.Degraded})
	}
	return list
}

// Reason says in the reader's language why a rule gives a label, "" when it does not say.
func Reason(rule *Rule, label string, params []crm.Param, language string) string {
	return message(rule.template(label), params, language, "")
}

func title(rule *Rule, label, language string) string {
	if t := rules.Text(rule.Titles[label], language); t != "" {
		return t
	}
	return label
}

// Segments returns every label with the number of its clients. A declared
// label that nobody has is listed with none.
func (r *Reporter) Segments(ctx context.Context, scope crm.Scope, language string) ([]crm.SegmentSummary, error) {
	counts, err := r.Store.Segments(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("count segments: %w", err)
	}
	pending, err := r.pending(ctx)
	if err != nil {
		return nil, err
	}
	list := []crm.SegmentSummary{}
	for _, rule := range r.Rules() {
		if !rule.Segments || rule.Hidden || rule.Selector {
			continue
		}
		clients := clientsByLabel(&rule, counts)
		for _, label := range slices.Sorted(maps.Keys(clients)) {
			list = append(list, crm.SegmentSummary{Rule: rule.Name, Label: label, Title: title(&rule, label, language),
				Clients: clients[label], Pending: pending[rule.Name], Stale: rule.Degraded})
		}
	}
	return list, nil
}

// clientsByLabel counts the clients of every label that is declared or given.
func clientsByLabel(rule *Rule, counts []store.SegmentCount) map[string]int64 {
	clients := map[string]int64{}
	for label := range rule.Titles {
		clients[label] = 0
	}
	for _, c := range counts {
		if c.Rule == rule.Name {
			clients[c.Label] = c.Clients
		}
	}
	return clients
}

func (r *Reporter) pending(ctx context.Context) (map[string]int64, error) {
	left, err := r.Store.Pending(ctx)
	if err != nil {
		return nil, fmt.Errorf("count what is pending: %w", err)
	}
	byRule := make(map[string]int64, len(left))
	for _, p := range left {
		byRule[p.Rule] = p.Clients
	}
	return byRule, nil
}

func clientRef(card []byte) (crm.ClientRef, error) {
	c, err := abi.Open(card)
	if err != nil {
		return crm.ClientRef{}, fmt.Errorf("read stored card: %w", err)
	}
	return crm.ClientRef{ID: c.ID(), Name: string([]byte(c.Name())), Manager: string([]byte(c.Manager()))}, nil
}
