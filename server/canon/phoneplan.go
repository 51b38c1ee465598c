package canon

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// plan is one region's entry in the metadata of phonenumbers.
type plan struct {
	code     string                // country calling code
	main     *plan                 // of the main region of that code
	lengths  uint32                // bit n: national numbers have n digits
	most     int                   // digits of the longest
	general  func() *regexp.Regexp // what a national number looks like
	trunk    func() *regexp.Regexp // a national prefix where a number begins; nil for none
	rewrites bool                  // a national prefix is not only cut off
	abroad   func() *regexp.Regexp // an international prefix where a number begins
}

// planTable holds the plans by region and, where several regions share a country
// code, the main one's by code.
type planTable struct {
	regions map[string]*plan
	codes   [1000]*plan
}

var plans = sync.OnceValue(func() *planTable {
	metadata, err := phonenumbers.MetadataCollection()
	if err != nil {
		panic(err) // phonenumbers has read it when the program began, or ended it
	}
	t := &planTable{regions: map[string]*plan{}}
	for _, m := range metadata.GetMetadata() {
		p, code := newPlan(m), int(m.GetCountryCode())
		t.regions[m.GetId()] = p
		if phonenumbers.GetRegionCodeForCountryCode(code) == m.GetId() {
			p.main, t.codes[code] = p, p
		}
	}
	delete(t.regions, phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY)
	for _, p := range t.regions {
		code, _ := strconv.Atoi(p.code)
		p.main = t.codes[code]
	}
	return t
})

func newPlan(m *phonenumbers.PhoneMetadata) *plan {
	general := m.GetGeneralDesc()
	p := &plan{
		code:     strconv.Itoa(int(m.GetCountryCode())),
		general:  compiled("^(?:" + general.GetNationalNumberPattern() + ")$"),
		rewrites: m.GetNationalPrefixTransformRule() != "",
		abroad:   compiled("^(?:" + m.GetInternationalPrefix() + ")"),
	}
	if prefix := m.GetNationalPrefixForParsing(); prefix != "" {
		p.trunk = compiled("^(?:" + prefix + ")")
	}
	for _, n := range general.GetPossibleLength() {
		p.lengths |= 1 << uint(n)
		p.most = max(p.most, int(n))
	}
	return p
}

// compiled compiles a pattern when it is first asked for: most bases have numbers of few countries.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// readByPlan reads a + and digits, or the digits of a number dialled in region, and answers
// what Parse, IsPossibleNumberWithReason and Format of phonenumbers answer together, whose
// searches for punctuation, letters and extensions find nothing in digits and take most of its time. known is
// false when phonenumbers has to be asked: for an international prefix without +, and
// where a national prefix is rewritten.
func readByPlan(number, region string) (e164 string, ok, known bool) {
	p, national, known := split(number, region)
	if !known {
		return "", false, false
	}
	if p == nil {
		return "", false, true
	}
	cut, known := p.cutTrunk(national)
	if !known {
		return "", false, false
	}
	if possible, tooLong := p.fits(cut); possible || tooLong {
		national = cut
	}
	possible, _ := p.main.fits(national)
	return "+" + p.code + national, possible && !allZeros(national) && inPlan(p.code, []byte(national)), true
}

// split finds the plan of a number and what follows the country code; the plan is nil when there is none.
func split(number, region string) (p *plan, national string, known bool) {
	if digits, plus := strings.CutPrefix(number, "+"); plus {
		p, national = codePlan(digits)
		return p, national, true
	}
	p = plans().regions[region]
	if p == nil {
		return nil, "", true
	}
	if p.abroad().MatchString(number) {
		return nil, "", false
	}
	national, cut, known := p.cutCode(number)
	if cut {
		p = p.main
	}
	return p, national, known
}

// codePlan finds the country code that digits begin with; none begins another.
func codePlan(digits string) (p *plan, national string) {
	code := 0
	for i := range min(len(digits), 3) {
		if code = code*10 + int(digits[i]-'0'); code == 0 {
			return nil, "" // none begins with 0
		}
		if p = plans().codes[code]; p != nil {
			return p, digits[i+1:]
		}
	}
	return nil, ""
}

// cutCode cuts off the country code of a number written without + that is one
// only without it, or too long with it.
func (p *plan) cutCode(number string) (national string, cut, known bool) {
	national, found := strings.CutPrefix(number, p.code)
	if !found {
		return number, false, true
	}
	if national, known = p.cutTrunk(national); !known {
		return "", false, false
	}
	_, tooLong := p.fits(number)
	if tooLong || !p.general().MatchString(number) && p.general().MatchString(national) {
		return national, true, true
	}
	return number, false, true
}

// cutTrunk cuts off the national prefix, unless only with it the number is one.
func (p *plan) cutTrunk(national string) (cut string, known bool) {
	if p.trunk == nil {
		return national, true
	}
	at := p.trunk().FindStringIndex(national)
	switch {
	case at == nil:
		return national, true
	case p.rewrites:
		return "", false
	}
	cut = national[at[1]:]
	if p.general().MatchString(national) && !p.general().MatchString(cut) {
		return national, true
	}
	return cut, true
}

// fits tells whether a national number is as long as the plan has them, or longer than the longest.
func (p *plan) fits(national string) (possible, tooLong bool) {
	n := len(national)
	return p.lengths>>n&1 == 1, n > p.most
}
