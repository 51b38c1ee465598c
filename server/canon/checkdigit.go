package canon

// INN reports whether s is a Russian taxpayer number: 10 digits (organisations)
// or 12 (people) with right check digits, not all zeros.
//
// Check digits: Order of the Federal Tax Service ММВ-7-6/435@ of 29.06.2012.
// d10 = (2 4 10 3 5 9 4 6 8 · d1..d9) mod 11 mod 10; for 12 digits d11 with weights
// 7 2 4 10 3 5 9 4 6 8 and d12 with 3 7 2 4 10 3 5 9 4 6 8, likewise.
func INN(s string) bool {
	if !allDigits(s) || allZeros(s) {
		return false
	}
	switch len(s) {
	case 10:
		return check(s, 9, 2, 4, 10, 3, 5, 9, 4, 6, 8)
	case 12:
		return check(s, 10, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) && check(s, 11, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
	}
	return false
}

// EDRPOU reports whether s is a Ukrainian organisation code: 8 digits with a
// right check digit, not all zeros.
//
// Check digit: weights 1 2 3 4 5 6 7, or 7 1 2 3 4 5 6 for codes from 30000000 to
// 60000000, sum mod 11; when that is 10, once more with each weight raised by
// 2, and a second 10 counts as 0 (State Statistics Service of Ukraine).
func EDRPOU(s string) bool {
	if len(s) != 8 || !allDigits(s) || allZeros(s) {
		return false
	}
	weights := [7]int{1, 2, 3, 4, 5, 6, 7}
	if s >= "30000000" && s <= "60000000" {
		weights = [7]int{7, 1, 2, 3, 4, 5, 6}
	}
	sum := weigh(s, weights[:]) % 11
	if sum == 10 {
		for i := range weights {
			weights[i] += 2
		}
		sum = weigh(s, weights[:]) % 11 % 10
	}
	return sum == int(s[7]-'0')
}

// RNOKPP reports whether s is a Ukrainian personal taxpayer number: 10 digits
// with a right check digit, not all zeros.
//
// Check digit: (-1 5 7 9 4 6 10 5 7 · d1..d9) mod 11 mod 10, the first modulus taken
// as non-negative (State Tax Service of Ukraine).
func RNOKPP(s string) bool {
	// 10 ≡ -1 (mod 11), so the sum never needs a negative weight.
	return len(s) == 10 && allDigits(s) && !allZeros(s) && check(s, 9, 10, 5, 7, 9, 4, 6, 10, 5, 7)
}

// check reports whether the digit at index at is the weighted sum of those
// before it, mod 11 mod 10.
func check(s string, at int, weights ...int) bool {
	return weigh(s, weights)%11%10 == int(s[at]-'0')
}

func weigh(s string, weights []int) int {
	sum := 0
	for i, w := range weights {
		sum += w * int(s[i]-'0')
	}
	return sum
}

// KPP reports whether s is a Russian registration reason code: 9 characters, NNNNPPXXX,
// digits but for PP, which are digits or capital Latin letters (the same order as INN's). It has no
// check digit.
func KPP(s string) bool { return isKPP(s) }

// OGRN reports whether s is a Russian state registration number: 13 digits (organisations, OGRN)
// or 15 (sole traders, OGRNIP) with a right check digit, not all zeros.
//
// Check digit: the digits before it as a number, mod 11 or, of 15 digits, mod 13, and of that the last
// digit (Order of the Ministry of Finance 165n of 30.10.2017).
func OGRN(s string) bool {
	if len(s) != 13 && len(s) != 15 || !allDigits(s) || allZeros(s) {
		return false
	}
	last := len(s) - 1
	return remainder(s[:last], uint64(len(s)-2))%10 == uint64(s[last]-'0')
}

// remainder is the number that up to 19 digits say, modulo m.
func remainder(digits string, m uint64) uint64 {
	n := uint64(0)
	for i := range len(digits) {
		n = n*10 + uint64(digits[i]-'0')
	}
	return n % m
}
