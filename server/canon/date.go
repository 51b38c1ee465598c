package canon

import (
	"math"
	"strings"
	"time"

	"assay/server/crm"
)

// Date reads a calendar day:
//
//	2027-01-31  2027/01/31  2027.01.31  20270131
//	31.01.2027  31/01/2027  31-01-2027  31.01.27
//
// Day and month may have one digit. A time of day after it is checked and left
// out ("31.01.2027 0:00:00", "2027-01-31T09:30:00Z": the day as written, in no
// time zone), as is a final "г." or "р.".
//
// Between slashes the day comes first, as Russian, Ukrainian and British
// programs write it: 03/04/2026 is 3 April, and 12/31/2026 is refused, so that a
// file of American dates shows itself. A year of two digits is taken with dots
// only, and as Excel takes it: 00-29 is 2000-2029, 30-99 is 1930-1999.
//
// Empty text, a placeholder and the empty dates of 1C (01.01.0001) and MySQL
// (0000-00-00) give an absent date and ok. Days that do not exist and years
// before 1000 are refused.
func Date(s string) (d crm.Date, ok bool) {
	s = Text(s)
	if s == "" {
		return crm.Date{}, true
	}
	day, rest, ok := cutDay(s)
	if !ok {
		return crm.Date{}, false
	}
	if rest = trimYearWord(rest); rest != "" {
		if _, ok = readClock(rest); !ok {
			return crm.Date{}, false
		}
	}
	return day.date()
}

// ExcelDate returns the day of a serial number of Excel's 1900 date system; the
// fraction, the time of day, is left out. Serial 60 is Excel's 29 February
// 1900, which never was, and is refused, as is what lies outside 1 to 2958465
// (31 December 9999). Workbooks of the 1904 system need 1462 added.
func ExcelDate(serial float64) (d crm.Date, ok bool) {
	n := math.Floor(serial)
	if !(n >= 1 && n <= 2958465) || n == 60 {
		return crm.Date{}, false
	}
	if n < 60 {
		n++
	}
	return crm.DateOf(1899, time.December, 30+int(n)), true
}

// day is a day as written, not yet checked.
type day struct{ year, month, day int }

func (d day) exists() bool {
	if d.year < 1000 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 {
		return false
	}
	return time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Day() == d.day
}

// absent reports the days by which 1C and MySQL say that there is none.
func (d day) absent() bool { return d == day{1, 1, 1} || d == day{} }

func (d day) date() (crm.Date, bool) {
	if d.absent() {
		return crm.Date{}, true
	}
	if !d.exists() {
		return crm.Date{}, false
	}
	return crm.DateOf(d.year, time.Month(d.month), d.day), true
}

// cutDay reads the day that s begins with.
func cutDay(s string) (d day, rest string, ok bool) {
	first, n, s := cutDigits(s)
	if n == 8 {
		return day{first / 10000, first / 100 % 100, first % 100}, s, true
	}
	if n == 0 || n == 3 || n > 4 || s == "" || !strings.Contains("-./", s[:1]) {
		return day{}, "", false
	}
	separator := s[0]
	second, m, s := cutDigits(s[1:])
	if m == 0 || m > 2 || s == "" || s[0] != separator {
		return day{}, "", false
	}
	third, k, s := cutDigits(s[1:])
	switch {
	case n == 4 && (k == 1 || k == 2):
		return day{first, second, third}, s, true
	case n <= 2 && k == 4:
		return day{third, second, first}, s, true
	case n <= 2 && k == 2 && separator == '.':
		return day{fullYear(third), second, first}, s, true
	}
	return day{}, "", false
}

func fullYear(yy int) int {
	if yy < 30 {
		return 2000 + yy
	}
	return 1900 + yy
}

// cutDigits reads at most 9 ASCII digits; n is how many there were.
func cutDigits(s string) (value, n int, rest string) {
	for n < len(s) && n < 9 && s[n] >= '0' && s[n] <= '9' {
		value = value*10 + int(s[n]-'0')
		n++
	}
	return value, n, s[n:]
}

// trimYearWord removes "г.", "года", "р.", "року" after a date.
func trimYearWord(s string) string {
	t := strings.TrimLeft(s, " \u00a0")
	for _, w := range [...]string{"года", "году", "г.", "г", "року", "р.", "р"} {
		if rest, ok := strings.CutPrefix(t, w); ok {
			return rest
		}
	}
	return s
}
