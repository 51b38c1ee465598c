//go:build unix

package engine_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"assay/rules"
	"assay/server/engine"
)

// kinds of rules that companies write, by the fields of their manifests. What stands in braces is filled in by
// hundredRules.
var (
	requiredOf = []string{"name", "kind", "manager", "country", "region", "source", "stage", "status"}
	// Of clients of some kind or segment more is required.
	byKind     = []string{`client.kind == "company"`, `client.kind in ["company", "soleTrader"]`, `client.stage == "won"`, `client.companySize == "large"`}
	requiredBy = []string{"taxId", "legalForm", "companySize", "importance", "workHours", "registrationNumber", "dealPotential", "solvency", "name", "manager", "region"}
	onClients  = []string{
		`client.kind != "company" || size(client.taxId) == 10 || size(client.taxId) == 8`,
		`size(client.name) >= 3`, `size(client.name) <= 200`, `!client.name.startsWith(" ")`, `!client.name.endsWith(".")`,
		`client.country in ["", "RU", "UA", "KZ", "BY", "Россия", "Украина", "Україна", "PL", "DE"]`,
		`!client.name.contains("  ")`, `client.activity.revenue >= 0.0`, `client.activity.purchases <= 10000`,
		`client.activity.purchases == 0 || client.activity.revenue > 0.0`, `client.activity.interactions >= client.activity.purchases || client.activity.interactions >= 0`,
		`size(client.tags) <= 20`, `size(client.contacts) <= 50`, `size(client.industries) <= 5`, `size(client.channels) <= 30`,
		`!client.unsubscribed || !("mailing" in client.tags)`, `client.manager == "" || client.manager in client.managers || size(client.managers) == 0`,
		`client.kind == "company" || client.legalForm == "" || size(client.contacts) < 9`, `client.activity.revenue < 1000000000.0`,
		`client.kind == "person" || client.companySize != "" || client.activity.revenue < 100000000.0`,
		`!has(client.birthday) || client.kind != "company"`, `!has(client.birthday) || client.birthday < now`,
		`!has(client.createdAt) || client.createdAt <= now + duration("87600h")`, `!has(client.nextContactAt) || client.nextContactAt > now - duration("87600h")`,
		`!has(client.activity.lastInteractionAt) || client.activity.lastInteractionAt > now - duration("87600h")`,
		`!has(client.activity.lastPurchaseAt) || client.activity.lastPurchaseAt >= client.activity.firstPurchaseAt`,
		`client.properties.all(k, k != "")`, `size(client.properties) <= 40`,
	}
	onRows = map[string][]string{
		"client.contacts": {`row.name != ""`, `size(row.name) <= 120`, `row.decisionRole != "decides" || row.jobTitle != ""`, `!has(row.birthday) || row.birthday < now`,
			`size(row.channels) <= 10`, `row.channels.all(c, c.value != "")`, `row.name != client.name || client.kind == "person"`, `!row.name.contains("  ")`},
		"client.channels": {`row.value != ""`, `row.type != ""`, `row.type != "phone" || size(row.value) >= 5`, `row.type != "email" || row.value.contains("@") || row.state == "invalid"`,
			`size(row.value) <= 250`, `row.label != "fax" || row.type == "phone"`, `!has(row.checkedAt) || row.checkedAt <= now`, `row.type != "phone" || !row.value.contains("@")`},
		"client.contracts": {`row.number != ""`, `row.amount >= 0.0`, `!has(row.endsOn) || !has(row.startsOn) || row.endsOn >= row.startsOn`},
		"client.addresses": {`row.text != "" || row.city != ""`, `size(row.postalCode) <= 10`},
	}
)

// hundredRules are a hundred rules as a company with many writes them.
func hundredRules(tb testing.TB, c *engine.Compiler) (list []*engine.Rule) {
	tb.Helper()
	add := func(spec string) {
		name := fmt.Sprintf("rule-%03d", len(list))
		o, err := rules.ParseOne([]byte("{apiVersion: assay/v1, kind: Rule, metadata: {name: "+name+"}, spec: {type: Quality, message: {en: wrong}, "+spec+"}}"), rules.ParseOptions{})
		if err != nil {
			tb.Fatal(err)
		}
		r, err := c.Compile(ctx, o.(*rules.Rule))
		if err != nil {
			tb.Fatal(spec, err)
		}
		list = append(list, r)
	}
	quote := func(expr string) string { return "'" + strings.ReplaceAll(expr, "'", "''") + "'" }
	for _, expr := range onClients {
		add("require: " + quote(expr))
	}
	for _, rows := range []string{"client.contacts", "client.channels", "client.contracts", "client.addresses"} {
		for _, expr := range onRows[rows] {
			add("forEach: {in: " + rows + ", as: row}, require: " + quote(expr) + ", path: '" + strings.TrimPrefix(rows, "client.") + "[]'")
		}
	}
	for _, field := range requiredOf {
		add("require: " + quote("client."+field+` != ""`) + ", path: " + field)
	}
	for i := 0; len(list) < 100; i++ {
		field, match := requiredBy[i%len(requiredBy)], byKind[i/len(requiredBy)]
		if i%len(requiredBy) > 0 {
			match += ` && client.activity.purchases > 3`
		}
		add("require: " + quote("client."+field+` != ""`) + ", path: " + field + ", match: " + quote(match))
	}
	return list
}

// processorTime is what this process has used of all processors, in nanoseconds: on a machine that others use as well it
// tells more than the clock.
func processorTime() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

// BenchmarkAHundredRulesOverABase runs a hundred rules over the base of BenchmarkDefaultRulesOverABase, each in its
// own module and fused.
func BenchmarkAHundredRulesOverABase(b *testing.B) {
	cards := storedCards(b)
	load := loader(b)
	list := hundredRules(b, newCompiler(b, load))
	var found [2]int64
	fuser := engine.NewFuser(load)
	for i, name := range []string{"apart", "fused"} {
		b.Run(name, func(b *testing.B) {
			set := engine.NewSet(1, list, nil, nil)
			if name == "fused" {
				set.Fuser = fuser
				if err := fuser.Fuse(ctx, set); err != nil {
					b.Fatal(err)
				}
			}
			found[i] = overCards(b, cards, func(part [][]byte) int64 { return ruleFindings(b, set, part) })
			b.ReportMetric(float64(found[i])/float64(len(cards)), "findings/card")
			errors := int64(0)
			for _, r := range list {
				errors += r.Stats().Errors
			}
			if errors > 0 {
				b.Errorf("%d cards could not be judged", errors)
			}
		})
	}
	if found[0] != found[1] && found[0] > 0 && found[1] > 0 {
		b.Errorf("apart they find %d, fused %d", found[0], found[1])
	}
}
