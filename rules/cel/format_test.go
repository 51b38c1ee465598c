package cel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"assay/server/crm"
)

// TestFormat compares format() with the oracle: with the values in a list that stands there, whose
// clauses are compiled, and in one that is made, which the whole of format() reads.
func TestFormat(t *testing.T) {
	compilesMuch(t)
	c := newComparison(t, append(textClients(20), testClients()...))
	for _, call := range []struct{ format, values string }{
		{"", ``}, {"no clause", ``}, {"%%", ``}, {"100%%%% %s%%", `"a"`}, {"яблоко %s 😀", `client.name`}, {"%s", `client.name`}, {"%s %s", `client.name, client.kind`},
		{"%d из %d", `client.id, client.revision`}, {"%d", `uint(client.completeness)`}, {"%s|%s|%s", `client.id, client.unsubscribed, uint(3)`}, {"%d", `9223372036854775807`},
		{"%d", `18446744073709551615u`}, {"%s%d", `-9223372036854775808, -9223372036854775808`}, {"%s %s", `null, true`}, {"%b %b %b %b", `client.id, client.revision, client.unsubscribed, 5u`},
		{"%o %o", `client.revision, 18446744073709551615u`}, {"%x %X", `client.revision, client.revision`}, {"%x %X", `client.name, client.name`}, {"%x|%X", `b"\xffz\x0a", b"\xffz\x0a"`},
		{"%x", `18446744073709551615u`}, {"%s", `b"abc"`}, {"%s %s", `client.createdAt, client.birthday`}, {"%s", `now + duration("1ns")`}, {"%s", `client.activity.firstPurchaseAt`},
		{"%s", `now - client.createdAt`}, {"%s", `duration("-1ns")`}, {"%s %s", `duration("0s"), duration("1h0m0.5s")`}, {"%s", `duration("9223372036854775807ns")`}, {"%s", `duration("-9223372036854775808ns")`},
		{"%s", `client.tags`}, {"%s", `client.properties`}, {"%s", `[]`}, {"%s", `{}`}, {"%s", `[[1, 2u, 3.5], [], ["a", null, true, b"x"]]`}, {"%s", `{"b": 1, "a": [client.name], "": {"x": client.id}}`},
		{"%s", `{2: "a", 10u: "b", true: "c", "яблоко": "d", "-": "e"}`}, {"%s", `client.tags.map(t, {t.size(): t})`}, {"%s", `[client.createdAt, duration("90s")]`}, {"%s", `[now, client.name, now, [now, {"b": now, "a": client.createdAt}], now, client.tags, now]`},
		{"%s", `dyn(client.id)`}, {"%d", `dyn(client.id)`}, {"%d", `dyn(client.name)`}, {"%s %d", `1.0, 1e21`}, {"%d", `client.activity.revenue`}, {"%s", `client.fields.score`},
		{"%f", `client.id`}, {"%.2f руб.", `client.activity.revenue`}, {"%.0f", `client.fields.score`}, {"%e", `uint(client.completeness)`}, {"%.2e", `client.id`}, {"%f", `18446744073709551615u`},
		{"%.3f", `dyn(client.unsubscribed)`}, {"%e", `dyn("1")`}, {"%b", `dyn(1.5)`}, {"%o", `dyn(true)`}, {"%x", `dyn(1.5)`}, {"%x", `dyn([1])`}, {"%s", `dyn(duration("1s"))`}, {"%d", `dyn(now)`},
		{"%f %f %f", `1.0 / (client.activity.revenue * 0.0), -1.0 / 0.0, 0.0 / 0.0`}, {"%e %s %d", `1.0 / 0.0, -1.0 / 0.0, 0.0 / 0.0`}, {"%f %e %s", `-0.0, -0.0, -0.0`}, {"%.s%.3s", `"a", "b"`},
		{"%.3s%.100d", `"a", 1`}, {"%.007f", `1.5`}, {"%s", `1 / client.completeness`},
	} {
		literal := fmt.Sprintf("%q.format([%s])", call.format, call.values)
		made := fmt.Sprintf("%q.format(client.unsubscribed ? dyn([%s]) : [%s])", call.format, call.values, call.values)
		if call.values == "" {
			made = fmt.Sprintf("%q.format(client.tags.filter(t, false))", call.format)
		}
		if program, issues := c.oracle.env.Compile(literal); issues.Err() == nil && program != nil {
			c.expr(t, literal)
		}
		c.expr(t, made)
	}
	for _, expr := range []string{
		// Wrong formats, and too few and too many values, which cel-go finds beforehand in literals only.
		`(client.name + "%").format([1])`, `(client.name + "%s %s").format([1])`, `(client.name + "x").format([1, 2])`, `(client.name + "%.").format([1])`, `(client.name + "%.5").format([1])`,
		`(client.name + "%.101f").format([1.0])`, `(client.name + "%.100f").format([0.1])`, `(client.name + "%.99999999999999999999f").format([1.0])`, `(client.name + "%.-1f").format([1.0])`,
		`(client.name + "%ж").format([1])`, `(client.name + "%5d").format([1])`, `(client.name + "% d").format([1])`, `(client.name + "%E").format([1.0])`, `(client.name + "%%%").format([1])`,
		`client.name.format(client.tags)`, `client.legalForm.format([client.id, client.name])`, `("%s " + client.name).format(client.tags)`, `dyn("%s").format(dyn([1]))`, `dyn(1).format(dyn([1]))`, `"%s".format(dyn(1))`,
		`client.tags.map(t, "%s-%d".format([t, t.size()])).join()`, `"%s".format(["%s".format([client.name])])`, `client.tags.map(t, "%.2f".format([double(t.size()) / 3.0]))`,
	} {
		c.expr(t, expr)
	}
}

// hardDoubles are doubles whose decimal forms are at the edges: the ends of the range, powers of two
// and the doubles beside them, halves, long and short ones, and any bits.
func hardDoubles(n int) []float64 {
	list := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 0.5, 1.5, 2.5, 0.25, 0.05, 0.15, 99.5, 999999.5, 9.5, 0.95, 9.9999995, 999999, 1e6, 123456, 1234567, 0.0001, 0.00001, 0.00012, 1e20, 1e21, 1e22, 1e23,
		5e-324, 1e-323, math.MaxFloat64, -math.MaxFloat64, 2.2250738585072014e-308, 2.225073858507201e-308, 4.35, 1.005, 0.3, 0.1 + 0.2, 1.0 / 3, 2.0 / 3, 100, 1e15, 9007199254740993, 5e-7, 0.000030517578125,
		9.5367431640625e-7, 5.684341886080802e-14, 1e16, 12345678901234567890,
		18014398509482072, 18014398509482008, 18014398509482068, 18014398509482012} // halfway to the next lies a number of fewer digits
	for e := -1074; e < 1024; e += 13 {
		p := math.Ldexp(1, e)
		list = append(list, p, math.Nextafter(p, 0), math.Nextafter(p, math.Inf(1)))
	}
	r := rand.New(rand.NewPCG(3, 4))
	for len(list) < n {
		list = append(list, math.Float64frombits(r.Uint64()&^(1<<62)), math.Float64frombits(r.Uint64()&^(1<<60)), float64(r.IntN(2_000_001)-1_000_000)/100, float64(r.Int64()), r.NormFloat64(),
			(float64(r.IntN(1000))+0.5)/math.Pow(10, float64(r.IntN(4))), float64(r.IntN(1<<20))/float64(int(1)<<r.IntN(20)))
	}
	return list
}

// TestDoublesInDecimal compares the decimal forms of doubles with the oracle's.
func TestDoublesInDecimal(t *testing.T) {
	var clients []*crm.Client
	for _, d := range hardDoubles(1000) {
		clients = append(clients, &crm.Client{Fields: map[string]crm.Value{"score": {Type: "number", Number: d}}})
	}
	c := newComparison(t, clients)
	for _, verb := range []string{"s", "d", "f", ".0f", ".1f", ".2f", ".3f", ".17f", ".100f", "e", ".0e", ".1e", ".5e", ".16e", ".100e"} {
		c.expr(t, fmt.Sprintf(`"%%%s".format([client.fields.score])`, verb))
	}
	c.expr(t, `"%s".format([[client.fields.score, -client.fields.score]])`)
}
