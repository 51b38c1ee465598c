package canon

import (
	"strconv"
	"strings"
)

// VAT reports whether s is a VAT number of a member state of the European Union, or of Northern
// Ireland (XI), with its country's prefix and in capitals, without spaces and punctuation:
// DE136695976. Greece has the prefix EL. The form must be the country's and the check digits right;
// whether the number was ever given out only VIES knows.
//
// Forms: European Commission, "VAT identification numbers" (VIES, question 11). Check digits: the
// sources named at each country; where a state publishes none, the formula is the one that its
// registers' numbers follow and that free checkers (python-stdnum, jsvat) agree on.
func VAT(s string) bool {
	if len(s) < 4 {
		return false
	}
	check, known := vatChecks[s[:2]]
	return known && check(s[2:])
}

var vatChecks = map[string]func(string) bool{
	"AT": vatAT, "BE": vatBE, "BG": vatBG, "CY": vatCY, "CZ": vatCZ, "DE": vatDE, "DK": vatDK, "EE": vatEE,
	"EL": vatEL, "ES": vatES, "FI": vatFI, "FR": vatFR, "HR": vatHR, "HU": vatHU, "IE": vatIE, "IT": vatIT,
	"LT": vatLT, "LU": vatLU, "LV": vatLV, "MT": vatMT, "NL": vatNL, "PL": vatPL, "PT": vatPT, "RO": vatRO,
	"SE": vatSE, "SI": vatSI, "SK": vatSK, "XI": vatXI,
}

// digitsOnly reports n digits.
func digitsOnly(s string, n int) bool { return len(s) == n && allDigits(s) }

// nonZeroStart reports n digits of which the first is not 0.
func nonZeroStart(s string, n int) bool { return digitsOnly(s, n) && s[0] != '0' }

// last is the value of the last digit.
func last(s string) int { return int(s[len(s)-1] - '0') }

// vatAT: U and 8 digits; every second digit doubled and its digits summed, and 4 (BMF, UID-Nummer).
func vatAT(s string) bool {
	if len(s) != 9 || s[0] != 'U' || !allDigits(s[1:]) {
		return false
	}
	sum := 4
	for i := range 7 {
		d := int(s[1+i] - '0')
		if i%2 == 1 {
			d = d/5 + d*2%10
		}
		sum += d
	}
	return (10-sum%10)%10 == last(s)
}

// vatBE: 10 digits from 0 or 1; the last two are 97 less the rest mod 97 (FOD Financiën).
func vatBE(s string) bool {
	return digitsOnly(s, 10) && s[0] <= '1' && !allZeros(s) && 97-remainder(s[:8], 97) == remainder(s[8:], 100)
}

// vatBG: 9 digits of a firm (BULSTAT), 10 of a person (EGN), a foreigner or others (ZDDS, article 94).
func vatBG(s string) bool {
	if digitsOnly(s, 9) {
		sum := weigh(s, []int{1, 2, 3, 4, 5, 6, 7, 8}) % 11
		if sum == 10 {
			sum = weigh(s, []int{3, 4, 5, 6, 7, 8, 9, 10}) % 11 % 10
		}
		return sum == last(s) && !allZeros(s)
	}
	if !digitsOnly(s, 10) || allZeros(s) {
		return false
	}
	month := remainder(s[2:4], 20) // 20 more for those born before 1900, 40 after 1999
	egn := s[2] < '6' && birthday(remainder(s[4:6], 100), month) && check(s, 9, 2, 4, 8, 5, 10, 9, 7, 3, 6)
	foreigner := weigh(s, []int{21, 19, 17, 13, 11, 9, 7, 3, 1})%10 == last(s)
	other := (11-weigh(s, []int{4, 3, 2, 7, 6, 5, 4, 3, 2})%11)%11 == last(s)
	return egn || foreigner || other
}

func birthday(day, month uint64) bool { return day >= 1 && day <= 31 && month >= 1 && month <= 12 }

// vatCY: 8 digits, not from 12, and a letter: every second digit as it is, the others by a table.
func vatCY(s string) bool {
	if len(s) != 9 || !allDigits(s[:8]) || s[:2] == "12" {
		return false
	}
	odd := [10]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21}
	sum := 0
	for i := range 8 {
		d := int(s[i] - '0')
		if i%2 == 0 {
			d = odd[d]
		}
		sum += d
	}
	return int(s[8]) == 'A'+sum%26
}

// vatCZ: 8 digits of a firm, 9 from 6 of a person without a birth number, or a birth number
// of 9 digits (those born until 1953) or 10, which is a multiple of 11 (Act 133/2000, § 13).
func vatCZ(s string) bool {
	switch {
	case digitsOnly(s, 8):
		c := (88 - weigh(s, []int{8, 7, 6, 5, 4, 3, 2})%11) % 11
		if c == 0 {
			c = 1
		}
		return s[0] != '9' && c%10 == last(s) && !allZeros(s)
	case digitsOnly(s, 9) && s[0] == '6':
		c := weigh(s[1:], []int{8, 7, 6, 5, 4, 3, 2}) % 11
		return (18-(21-c)%11)%10 == last(s)
	case digitsOnly(s, 9):
		return (s[:2] <= "53" || s[:2] >= "80") && czechBirthday(s) // 1880 to 1953
	case digitsOnly(s, 10):
		return czechBirthday(s) && remainder(s[:9], 11)%10 == uint64(last(s))
	}
	return false
}

// czechBirthday: women's months are 50 more, and 20 more where a day's numbers ran out.
func czechBirthday(s string) bool {
	return birthday(remainder(s[4:6], 100), remainder(s[2:4], 100)%50%20)
}

// vatDE: 9 digits, ISO 7064 mod 11, 10 (BZSt).
func vatDE(s string) bool { return nonZeroStart(s, 9) && mod1110(s) }

// mod1110 is ISO/IEC 7064, MOD 11,10.
func mod1110(s string) bool {
	p := 5
	for i := range len(s) {
		product := p
		if product == 0 {
			product = 10
		}
		p = (product*2%11 + int(s[i]-'0')) % 10
	}
	return p == 1
}

// vatDK: 8 digits whose weighted sum is a multiple of 11 (Erhvervsstyrelsen, CVR).
func vatDK(s string) bool {
	return nonZeroStart(s, 8) && weigh(s, []int{2, 7, 6, 5, 4, 3, 2, 1})%11 == 0
}

// vatEE: 9 digits, weights 3 7 1, a multiple of 10.
func vatEE(s string) bool {
	return digitsOnly(s, 9) && weigh(s, []int{3, 7, 1, 3, 7, 1, 3, 7, 1})%10 == 0 && !allZeros(s)
}

// vatEL: 9 digits, weights the powers of 2 (AADE, ΑΦΜ).
func vatEL(s string) bool {
	return digitsOnly(s, 9) && check(s, 8, 256, 128, 64, 32, 16, 8, 4, 2) && !allZeros(s)
}

// vatES: a person's DNI (8 digits and a letter) or NIE (X, Y or Z), K, L and M likewise (Royal Decree
// 1065/2007, article 19), or a firm's letter and 7 digits with a check digit or letter (Order
// EHA/451/2008). Which firms have a letter sources disagree on: both are taken.
func vatES(s string) bool {
	if len(s) != 9 || !allDigits(s[1:8]) {
		return false
	}
	const person = "TRWAGMYFPDXBNJZSQVHLCKE"
	switch c := s[0]; {
	case c >= '0' && c <= '9':
		return s[8] == person[remainder(s[:8], 23)]
	case c >= 'X' && c <= 'Z':
		return s[8] == person[(uint64(c-'X')*1e7+remainder(s[1:8], 1e8))%23]
	case c >= 'K' && c <= 'M':
		return s[8] == person[remainder(s[1:8], 23)]
	case !strings.ContainsRune("ABCDEFGHJNPQRSUVW", rune(c)):
		return false
	}
	c := (10 - luhn(s[1:8]+"0")) % 10
	return s[8] == "0123456789"[c] || s[8] == "JABCDEFGHI"[c]
}

// luhn is the sum of the Luhn formula (ISO/IEC 7812-1) mod 10, 0 when the digits are right.
func luhn(s string) int {
	sum := 0
	for i := range len(s) {
		d := int(s[i] - '0')
		if (len(s)-i)%2 == 0 {
			d = d/5 + d*2%10
		}
		sum += d
	}
	return sum % 10
}

// vatFI: 8 digits (Y-tunnus), a multiple of 11.
func vatFI(s string) bool {
	return digitsOnly(s, 8) && weigh(s, []int{7, 9, 10, 5, 8, 4, 2, 1})%11 == 0 && !allZeros(s)
}

// vatFR: a key of two characters and a SIREN, which has Luhn's digit but in Monaco (000…). The key is
// (12 + 3 SIREN) mod 97, or with a letter by the formula of the DGFiP for new keys.
func vatFR(s string) bool {
	const letters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	if len(s) != 11 || !allDigits(s[2:]) {
		return false
	}
	a, b := strings.IndexByte(letters, s[0]), strings.IndexByte(letters, s[1])
	if a < 0 || b < 0 || s[2:5] != "000" && luhn(s[2:]) != 0 {
		return false
	}
	siren := int(remainder(s[2:], 1e9))
	switch {
	case a < 10 && b < 10:
		return a*10+b == (12+3*(siren%97))%97
	case a < 10:
		a = a*24 + b - 10
	default:
		a = a*34 + b - 100
	}
	return (siren+1+a/11)%11 == a%11
}

// vatHR: 11 digits (OIB), ISO 7064 mod 11, 10.
func vatHR(s string) bool { return digitsOnly(s, 11) && mod1110(s) }

// vatHU: 8 digits, weights 9 7 3 1, a multiple of 10.
func vatHU(s string) bool {
	return digitsOnly(s, 8) && weigh(s, []int{9, 7, 3, 1, 9, 7, 3, 1})%10 == 0 && !allZeros(s)
}

// vatIE: 7 digits, a check letter and, since 2013, perhaps one more letter to W; or the old form in which the
// second character is a letter, + or * (Revenue Commissioners).
func vatIE(s string) bool {
	const letters = "WABCDEFGHIJKLMNOPQRSTUV"
	if len(s) != 8 && len(s) != 9 || !allDigits(s[:1]) || !allDigits(s[2:7]) {
		return false
	}
	if !allDigits(s[1:2]) {
		if len(s) != 8 || !upper(s[1]) && s[1] != '+' && s[1] != '*' {
			return false
		}
		s = "0" + s[2:7] + s[:1] + s[7:]
	}
	sum := weigh(s, []int{8, 7, 6, 5, 4, 3, 2})
	if len(s) == 9 {
		extra := strings.IndexByte(letters, s[8])
		if extra < 0 {
			return false
		}
		sum += 9 * extra
	}
	return s[7] == letters[sum%23]
}

// vatIT: 11 digits: 7 of the firm, 3 of the office, Luhn's digit (Decree of 23.12.1976).
func vatIT(s string) bool {
	if !digitsOnly(s, 11) || allZeros(s[:7]) || luhn(s) != 0 {
		return false
	}
	office := remainder(s[7:10], 1000)
	return office >= 1 && office <= 100 || office == 120 || office == 121 || office == 888 || office == 999
}

// vatLT: 9 digits of a firm or 12 of another payer, with a 1 before the check digit.
func vatLT(s string) bool {
	if !digitsOnly(s, 9) && !digitsOnly(s, 12) || s[len(s)-2] != '1' {
		return false
	}
	once, twice := 0, 0
	for i := range len(s) - 1 {
		d := int(s[i] - '0')
		once += d * (1 + i%9)
		twice += d * (1 + (i+2)%9)
	}
	if once%11 == 10 {
		once = twice
	}
	return once%11%10 == last(s)
}

// vatLU: 8 digits, the last two are the others mod 89.
func vatLU(s string) bool {
	return digitsOnly(s, 8) && remainder(s[:6], 89) == remainder(s[6:], 100) && !allZeros(s)
}

// vatLV: 11 digits, from 4 a firm's; else a personal code: of a birthday, or from 32 (since 2017).
func vatLV(s string) bool {
	if !digitsOnly(s, 11) {
		return false
	}
	if s[0] > '3' {
		return weigh(s, []int{9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1})%11 == 3
	}
	if s[:2] != "32" && !birthday(remainder(s[:2], 100), remainder(s[2:4], 100)) {
		return false
	}
	return (1+weigh(s, []int{10, 5, 8, 4, 2, 1, 6, 3, 7, 9}))%11%10 == last(s)
}

// vatMT: 8 digits, a multiple of 37.
func vatMT(s string) bool {
	return nonZeroStart(s, 8) && weigh(s, []int{3, 4, 6, 7, 8, 9, 10, 1})%37 == 0
}

// vatNL: 9 digits, B and two digits: the 11-test of the BSN or RSIN, or since 2020, for persons, ISO
// 7064 mod 97, 10 of the whole number with its letters as 10 to 35 (Belastingdienst).
func vatNL(s string) bool {
	if len(s) != 12 || s[9] != 'B' || !allDigits(s[:9]) || !allDigits(s[10:]) || s[10:] == "00" || allZeros(s[:9]) {
		return false
	}
	if (weigh(s, []int{9, 8, 7, 6, 5, 4, 3, 2})+10*last(s[:9]))%11 == 0 {
		return true
	}
	const nl, b = "2321", "11"
	return remainder(nl+s[:9]+b+s[10:], 97) == 1
}

// vatPL: 10 digits (NIP; Decree of the Minister of Finance of 1995).
func vatPL(s string) bool {
	return digitsOnly(s, 10) && weigh(s, []int{6, 5, 7, 2, 3, 4, 5, 6, 7})%11 == last(s) && !allZeros(s)
}

// vatPT: 9 digits (NIF), mod 11.
func vatPT(s string) bool {
	return nonZeroStart(s, 9) && (11-weigh(s, []int{9, 8, 7, 6, 5, 4, 3, 2})%11)%11%10 == last(s)
}

// vatRO: 2 to 10 digits (CUI).
func vatRO(s string) bool {
	if len(s) < 2 || len(s) > 10 || !allDigits(s) || s[0] == '0' {
		return false
	}
	s = strings.Repeat("0", 10-len(s)) + s
	return 10*weigh(s, []int{7, 5, 3, 2, 1, 7, 5, 3, 2})%11%10 == last(s)
}

// vatSE: the 10 digits of the organisation number, with Luhn's digit, and 01 (Skatteverket).
func vatSE(s string) bool {
	return digitsOnly(s, 12) && s[10:] == "01" && luhn(s[:10]) == 0 && !allZeros(s[:10])
}

// vatSI: 8 digits, mod 11.
func vatSI(s string) bool {
	c := 0
	if nonZeroStart(s, 8) {
		c = 11 - weigh(s, []int{8, 7, 6, 5, 4, 3, 2})%11
	}
	return c != 0 && c != 11 && c%10 == last(s)
}

// vatSK: 10 digits, a multiple of 11 (IČ DPH).
func vatSK(s string) bool {
	return nonZeroStart(s, 10) && strings.IndexByte("234789", s[2]) >= 0 && remainder(s, 11) == 0
}

// vatXI: as in Great Britain: 9 digits, 12 with a branch's, GD and 000 to 499, HA and 500 to 999
// (HMRC, VAT registration manual; the 97 and the 9755 method).
func vatXI(s string) bool {
	if len(s) == 5 {
		n, err := strconv.Atoi(s[2:])
		return err == nil && allDigits(s[2:]) && (s[:2] == "GD" && n < 500 || s[:2] == "HA" && n >= 500)
	}
	if !digitsOnly(s, 9) && !digitsOnly(s, 12) || allZeros(s[:7]) {
		return false
	}
	sum := weigh(s, []int{8, 7, 6, 5, 4, 3, 2, 10, 1}) % 97
	return sum == 0 || sum == 42 && s[0] != '0'
}
