package webhook

import (
	"slices"
	"strings"

	"assay/rules"
	"assay/server/crm"
)

// TypePing is the type of a test event, which is in no log.
const TypePing = "webhook.ping"

// asksFor reports whether a hook wants an event, its filter aside.
func asksFor(spec *rules.WebhookSpec, e *crm.Event) bool {
	if len(spec.Rules) > 0 && e.Rule != "" && !slices.Contains(spec.Rules, e.Rule) {
		return false
	}
	return slices.ContainsFunc(spec.Events, func(pattern string) bool { return matches(pattern, e.Type) })
}

// matches reports whether a type of event fits a pattern: itself, its family
// with a star, or a star.
func matches(pattern string, t crm.EventType) bool {
	family, all := strings.CutSuffix(pattern, "*")
	if all {
		return strings.HasPrefix(string(t), family)
	}
	return pattern == string(t)
}

// unknownEvents returns the places of patterns that fit no event there is.
func unknownEvents(patterns []string) (places []int) {
	for i, pattern := range patterns {
		if !slices.ContainsFunc(crm.EventTypes(), func(t crm.EventType) bool { return matches(pattern, t) }) {
			places = append(places, i)
		}
	}
	return places
}
