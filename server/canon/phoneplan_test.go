package canon

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// TestPlansAgreeWithTables compares both ways to read a number: each country's
// examples of each kind of number, with and without its prefixes, right and
// damaged, and random digits.
func TestPlansAgreeWithTables(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	all, known := 0, 0
	for _, region := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions())) {
		for _, number := range dialledIn(region, random) {
			all++
			if plansAgree(t, number, region) {
				known++
			}
		}
		for range 20 {
			plansAgree(t, randomDigits(random, phonenumbers.GetNddPrefixForRegion(region, true)), region)
			plansAgree(t, randomDigits(random, strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region))), region)
			plansAgree(t, "+"+randomDigits(random, strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region))), "")
		}
		for n := range 12 {
			plansAgree(t, strings.Repeat("0", n), region)
			plansAgree(t, "+"+strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region))+strings.Repeat("0", n), "")
		}
	}
	for code := range phonenumbers.GetSupportedGlobalNetworkCallingCodes() {
		for range 20 {
			plansAgree(t, "+"+randomDigits(random, strconv.Itoa(code)), "")
		}
	}
	for code := range 1000 { // with codes that no country has
		for range 3 {
			plansAgree(t, "+"+randomDigits(random, strconv.Itoa(code)), "")
		}
	}
	for range 1000 {
		plansAgree(t, randomDigits(random, ""), "DE")
		plansAgree(t, "+"+randomDigits(random, ""), "")
	}
	if known < all*2/3 {
		t.Errorf("%d of %d numbers are read without phonenumbers, want two thirds", known, all)
	}
}

// FuzzPlansAgreeWithTables: see TestPlansAgreeWithTables.
func FuzzPlansAgreeWithTables(f *testing.F) {
	for _, number := range []string{
		"+442079460958", "02079460958", "+4402079460958", "442079460958", "00442079460958", "2079460958", "+491", "+0491701234567", "+999123456789",
		"+390669883462", "0549886377", "+5491112345678", "01112345678", "+80012345678", "77012345678", "00000000000000000", "+1", "9", "+21", "12", "",
	} {
		for _, region := range []string{"GB", "DE", "AR", "SM", "KZ", ""} {
			f.Add(number, region)
		}
	}
	regions := append(slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions())), "")
	f.Fuzz(func(t *testing.T, number, region string) {
		digits, plus := strings.CutPrefix(number, "+")
		if len(digits) > maxDigits || digits != "" && !allDigits(digits) {
			return
		}
		if plus {
			plansAgree(t, number, "")
			return
		}
		if _, supported := slices.BinarySearch(regions, region); !supported {
			region = regions[len(region)%len(regions)]
		}
		plansAgree(t, number, region)
	})
}

// plansAgree reports whether a number is read without asking phonenumbers, and compares the answers.
func plansAgree(t *testing.T, number, region string) bool {
	t.Helper()
	value, ok, known := readByPlan(number, region)
	if !known {
		return false
	}
	want, wantOK := readByTables(number, region, false)
	if ok != wantOK || ok && value != want {
		t.Errorf("%q in %q is read as %q, %v, by phonenumbers as %q, %v", number, region, value, ok, want, wantOK)
	}
	return true
}

// dialledIn returns a region's example numbers in the ways they are dialled, each also with a digit changed, lost or added.
func dialledIn(region string, random *rand.Rand) (numbers []string) {
	for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
		example := phonenumbers.GetExampleNumberForType(region, kind)
		if example == nil {
			continue
		}
		national := phonenumbers.GetNationalSignificantNumber(example)
		trunk, code := phonenumbers.GetNddPrefixForRegion(region, true), strconv.Itoa(int(example.GetCountryCode()))
		for _, prefix := range []string{"", trunk, code, code + trunk, "0", "00" + code} {
			number := prefix + national
			at := random.IntN(len(number))
			damaged := [...]string{number[:at] + number[at+1:], number + "5", fmt.Sprintf("%s%d%s", number[:at], random.IntN(10), number[at+1:])}
			numbers = append(numbers, number, damaged[random.IntN(len(damaged))])
		}
	}
	return numbers
}

func randomDigits(random *rand.Rand, prefix string) string {
	b := []byte(prefix)
	for n := random.IntN(maxDigits + 1); len(b) < n; {
		b = append(b, '0'+byte(random.IntN(10)))
	}
	return string(b)
}
