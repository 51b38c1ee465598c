package cel_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"assay/sdk/abi"
	"assay/server/canon"
	"assay/server/crm"
	"assay/server/wasm"
)

// textTests are Assay's functions of one text and what they are to say.
var textTests = []struct {
	call  string // of a text x
	canon func(string) bool
}{
	{"blank(x)", canon.Blank},
	{"email.isValid(x)", canon.ValidEmail},
	{"inn.isValid(x)", canon.INN},
	{"kpp.isValid(x)", canon.KPP},
	{"ogrn.isValid(x)", canon.OGRN},
	{"edrpou.isValid(x)", canon.EDRPOU},
	{"rnokpp.isValid(x)", canon.RNOKPP},
	{"vat.isValid(x)", canon.VAT},
	{"phone.isValid(x)", func(s string) bool { return canon.ValidPhone(s, "") }},
	{`phone.isValid(x, "UA")`, func(s string) bool { return canon.ValidPhone(s, "UA") }},
}

// ownInterpreted gives cel-go's interpreter Assay's functions.
func ownInterpreted() []celgo.EnvOption {
	text, truth := types.StringType, types.BoolType
	phone := func(text, country ref.Val) ref.Val {
		return types.Bool(canon.ValidPhone(string(text.(types.String)), string(country.(types.String))))
	}
	days := func(v ref.Val) ref.Val {
		if n := int64(v.(types.Int)); n <= 106751 && n >= -106751 {
			return types.Duration{Duration: time.Duration(n) * 24 * time.Hour}
		}
		return types.NewErr("duration overflow")
	}
	blank := func(v ref.Val) ref.Val {
		o := v.(*types.Optional)
		return types.Bool(!o.HasValue() || canon.Blank(string(o.GetValue().(types.String))))
	}
	options := []celgo.EnvOption{
		celgo.Function("days", celgo.Overload("days_int", []*types.Type{types.IntType}, types.DurationType, celgo.UnaryBinding(days))),
		celgo.Function("phone.isValid", celgo.Overload("phone_is_valid_string_string", []*types.Type{text, text}, truth, celgo.BinaryBinding(phone))),
		celgo.Function("blank", celgo.Overload("blank_optional_string", []*types.Type{types.NewOptionalType(text)}, truth, celgo.UnaryBinding(blank))),
	}
	for _, f := range textTests {
		name, rest, _ := strings.Cut(f.call, "(")
		if rest != "x)" {
			continue
		}
		id := strings.ReplaceAll(name, ".isValid", "_is_valid") + "_string"
		options = append(options, celgo.Function(name, celgo.Overload(id, []*types.Type{text}, truth,
			celgo.UnaryBinding(func(v ref.Val) ref.Val { return types.Bool(f.canon(string(v.(types.String)))) }))))
	}
	return options
}

// judge evaluates an expression of the text client.notes for texts.
func judge(t testing.TB, call string, texts []string) []string {
	t.Helper()
	module, err := newEnv(t).CompileValue(strings.ReplaceAll(call, "x", "client.notes"))
	if err != nil {
		t.Fatal(err)
	}
	cards := make([][]byte, len(texts))
	for i, s := range texts {
		cards[i] = cardOf(t, &crm.Client{Notes: s})
	}
	values, failures := valuesOfModule(t, module, cards...)
	for i, f := range failures {
		if f != "" {
			t.Fatalf("%s of %q: %s", call, texts[i], f)
		}
	}
	return values
}

func compareWithCanon(t *testing.T, call string, want func(string) bool, texts []string) {
	t.Helper()
	yes := 0
	for i, got := range judge(t, call, texts) {
		expected := "b0"
		if want(texts[i]) {
			expected, yes = "b1", yes+1
		}
		if got != expected {
			t.Errorf("%s of %q is %s", call, texts[i], got)
		}
	}
	if yes == 0 || yes == len(texts) {
		t.Errorf("%s: %d of %d texts are true", call, yes, len(texts))
	}
}

// TestTextTestsSayWhatCanonSays compares on many texts that are nearly right.
func TestTextTestsSayWhatCanonSays(t *testing.T) {
	texts := nearlyRight(6000)
	for _, f := range textTests {
		t.Run(f.call, func(t *testing.T) { compareWithCanon(t, f.call, f.canon, texts) })
	}
}

// TestEveryCharacter compares on the characters where something changes and those beside them.
func TestEveryCharacter(t *testing.T) {
	compilesMuch(t)
	var blanks, addresses []string
	class := func(r rune) string {
		return fmt.Sprint(unicode.In(r, unicode.L, unicode.M, unicode.Nd), unicode.In(r, unicode.Cyrillic, unicode.Greek), unicode.IsSpace(r), unicode.IsControl(r),
			unicode.In(r, unicode.Pd, unicode.Cf), unicode.SimpleFold(r) != r)
	}
	before := ""
	for r := rune(0); r <= unicode.MaxRune; r++ {
		now := class(r)
		if changes := now != before; !changes && (r > 0x500 || r&0xf800 == 0xd800) {
			continue
		}
		before = now
		for _, r := range []rune{max(r, 1) - 1, r} {
			s := string(r)
			blanks = append(blanks, s, "-"+s+"-", s+"нет", "не"+s, "н/"+s, "н"+s+"ет", s+"/a", "неma"+s+"є")
			addresses = append(addresses, s+"@b.ru", "a"+s+"a@b.ru", "a@б"+s+".ru", "a@"+s+".ru", "a@a"+s+"a.ru", "a@b."+s)
		}
	}
	compareWithCanon(t, "blank(x)", canon.Blank, blanks)
	compareWithCanon(t, "email.isValid(x)", canon.ValidEmail, addresses)
}

// stems are texts that functions of textTests say yes to.
var stems = []string{
	"", "нет", "Н/Д", "немає", "#N/A", "— ?", "a@b.ru", "Anna.M+x@mail.example.com", "почта@почта.рф", strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + ".ru",
	"7707083893", "500100732259", "773601001", "7736AZ001", "1027700132195", "304500116000157", "32855961", "14360570", "1759013776",
	"+74957480113", "8 (495) 748-01-13", "067 123-45-67", "+38 (067) 123-45-67 доб. 12", "тел. +49 30 123456",
	"ATU13585627", "BE0403019261", "BG175074752", "BG7523169263", "BG7111042925", "CY10259033P", "CZ25123891", "CZ7103192745", "CZ991231123", "CZ640903926",
	"DE136695976", "DK13585628", "EE100931558", "EL094259216", "ESB58378431", "ES54362315K", "ESX2482300W", "ESJ99216582", "FI20774740", "FR40303265045",
	"FRK7399859412", "FR4Z123456782", "HR33392005961", "HU12892312", "IE6433435F", "IE6433435OA", "IE8D79739I", "IT00743110157", "LT119511515",
	"LT100001919017", "LU15027442", "LV40003521600", "LV16117519997", "MT11679112", "NL004495445B01", "NL123456789B13", "PL8567346215", "PT501964843", "RO18547290",
	"SE123456789701", "SI50223054", "SK2022749619", "XI980780684", "XI980780684001", "XIGD001", "XIHA599",
}

// nearlyRight returns the stems, and n texts that differ from one of them in some characters.
func nearlyRight(n int) []string {
	random := rand.New(rand.NewPCG(5, 11))
	others := []rune("0123456789ABUWXYZ+*@.-_?/ aеEн\u00a0\u200b\u0301")
	texts := append([]string{}, stems...)
	for range n {
		runes := []rune(stems[random.IntN(len(stems))])
		for range 1 + random.IntN(3) {
			at, c := random.IntN(len(runes)+1), others[random.IntN(len(others))]
			if random.IntN(4) > 0 {
				c = rune('0' + random.IntN(10))
			}
			switch {
			case at == len(runes):
				runes = append(runes, c)
			case random.IntN(8) == 0:
				runes = append(runes[:at], runes[at+1:]...)
			default:
				runes[at] = c
			}
		}
		texts = append(texts, string(runes))
	}
	return texts
}

// FuzzTextTests compares on any text.
func FuzzTextTests(f *testing.F) {
	for _, s := range stems {
		f.Add(s)
	}
	var calls []string
	for _, t := range textTests {
		calls = append(calls, strings.ReplaceAll(t.call, "x", "client.notes"))
	}
	module, err := newEnv(f).CompileValue("[" + strings.Join(calls, ", ") + "]")
	if err != nil {
		f.Fatal(err)
	}
	m := load(f, module)
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 256 || !utf8.ValidString(s) {
			t.Skip() // the host reads no longer phone numbers, and cards hold no such texts
		}
		want := fmt.Sprintf("l%08x", len(textTests))
		for _, f := range textTests {
			want += map[bool]string{true: "b1", false: "b0"}[f.canon(s)]
		}
		if got := run(t, m, cardOf(t, &crm.Client{Notes: s}))[0][0].Params[0].Value; got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	})
}

// TestDays compares with cel-go, whose function is the test's.
func TestDays(t *testing.T) {
	c := newComparison(t, testClients())
	for _, n := range []string{"0", "1", "-30", "106751", "-106751", "106752", "-106752", "213504", "9223372036854775807", "-9223372036854775808",
		"client.id", "client.completeness", "client.fields.staff", "client.id * 1000", "dyn(2)", `dyn("2")`} {
		c.expr(t, "days("+n+")")
		c.expr(t, "now - days("+n+") > client.createdAt")
		c.expr(t, "client.nextContactAt + days("+n+")")
	}
	c.expr(t, `days(7) == duration("168h") && days(30) > days(client.completeness)`)
}

// TestOwnFunctionsOfOtherValues: what is absent is blank, and what is no text is an error.
func TestOwnFunctionsOfOtherValues(t *testing.T) {
	c := newComparison(t, testClients())
	for _, expr := range []string{
		`blank(client.manager)`, `blank(client.kind)`, `blank(client.fields.gln)`, `client.contacts.map(c, blank(c.jobTitle))`, `blank("нет")`, `blank(dyn("— "))`, `blank(dyn(1))`,
		`blank(client.properties.loyalty)`, `client.tags.filter(t, !blank(t))`, `inn.isValid(client.taxId)`, `inn.isValid(dyn(client.taxId))`, `vat.isValid(dyn(1))`,
		`phone.isValid(client.channels[0].value)`, `phone.isValid(client.channels[0].raw, client.country)`, `phone.isValid(dyn(1), "UA")`, `phone.isValid("067 123-45-67", "Украина")`,
		`client.channels.filter(c, c.type == "email").all(c, email.isValid(c.value))`, `ogrn.isValid(client.registrationNumber) || edrpou.isValid(client.taxId)`,
	} {
		c.expr(t, expr)
	}
}

// TestLongTextsAreNoPhoneNumbers: the host does not read them.
func TestLongTextsAreNoPhoneNumbers(t *testing.T) {
	padded := func(n int) string { return "+74957480113" + strings.Repeat(" ", n-12) }
	got := judge(t, "phone.isValid(x)", []string{padded(256), padded(257), padded(60000)})
	if fmt.Sprint(got) != "[b1 b0 b0]" {
		t.Error(got)
	}
}

// TestOwnFunctionsAreSmall keeps an eye on what each adds to a module.
func TestOwnFunctionsAreSmall(t *testing.T) {
	env := newEnv(t)
	size := func(expr string) int {
		filter, err := env.CompileFilter(expr)
		if err != nil {
			t.Fatal(err)
		}
		return len(filter.Wasm)
	}
	plain := size(`client.notes == ""`)
	for _, f := range textTests {
		limit := 1600
		switch {
		case strings.HasPrefix(f.call, "vat"):
			limit = 4500
		case strings.HasPrefix(f.call, "email"):
			limit = 3800
		}
		added := size(strings.ReplaceAll(f.call, "x", "client.notes")) - plain
		t.Logf("%s: %d bytes", f.call, added)
		if added > limit {
			t.Errorf("%s adds %d bytes, want at most %d", f.call, added, limit)
		}
	}
}

// TestPhoneNumbersAreTheHosts: the host is asked with what the expression has, charges for it, and a
// host that knows nothing of phone numbers says so.
func TestPhoneNumbersAreTheHosts(t *testing.T) {
	var asked []string
	filter, err := newEnv(t).CompileFilter(`phone.isValid(client.notes, client.country) || phone.isValid(client.name)`)
	if err != nil {
		t.Fatal(err)
	}
	card := cardOf(t, &crm.Client{Notes: "067 123-45-67", Country: "UA", Name: "нет"})
	judged := func(c wasm.Config) (spent int64, fault error) {
		h, err := wasm.New(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer h.Close(context.Background())
		m, err := h.Load(t.Context(), filter.Wasm)
		if err != nil {
			t.Fatal(err)
		}
		err = m.Measure(t.Context(), evaluationTime, []abi.Configured{{Check: "filter"}}, batchOf(card), abi.Receiver{
			Spent: func(_, _ int, fuel int64) { spent = fuel }, Results: func(_, _ int, _ []byte, f error) { fault = f }})
		if err != nil {
			t.Fatal(err)
		}
		return spent, fault
	}
	spent, fault := judged(wasm.Config{Phone: func(text, country string) bool {
		asked = append(asked, text, country)
		return false
	}})
	if got := fmt.Sprintf("%q", asked); fault != nil || got != `["067 123-45-67" "UA" "нет" ""]` {
		t.Errorf("asked %s, fault %v", got, fault)
	}
	if spent < 2*15_000+300*(13+2+6) || spent > 50_000 {
		t.Errorf("%d units of fuel", spent)
	}
	if _, fault = judged(wasm.Config{}); fault == nil || !strings.Contains(fault.Error(), "knows nothing of phone numbers") {
		t.Errorf("without Phone: %v", fault)
	}
}

// TestMisspeltOwnFunctionsAreNamed: a message says what there is.
func TestMisspeltOwnFunctionsAreNamed(t *testing.T) {
	env := newEnv(t)
	for expr, want := range map[string]string{
		`phone.isvalid(client.name)`:       "filter, line 1, column 7: there is no function phone.isvalid(), did you mean phone.isValid?",
		`blnk(client.name)`:                "filter, line 1, column 1: there is no function blnk(), did you mean blank?",
		`client.verifiedAt < now - day(1)`: "filter, line 1, column 27: there is no function day(), did you mean days?",
		`inn.isValid(7707083893)`:          "filter, line 1, column 1: inn.isValid() does not take (int)",
	} {
		if _, err := env.CompileFilter(expr); err == nil || err.Error() != want {
			t.Errorf("%s\n%v, want\n%s", expr, err, want)
		}
	}
}
