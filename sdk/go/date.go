package assay

// Day is a day in milliseconds.
const Day = 24 * 60 * 60 * 1000

// FormatDate returns the day in which unix milliseconds lie, in UTC, as 2027-01-31.
func FormatDate(ms int64) string { return string(appendDate(nil, ms)) }

// appendDate appends the day as FormatDate writes it. Years have four digits or more, those before 1 a
// minus sign.
func appendDate(b []byte, ms int64) []byte {
	days := ms / Day
	if ms%Day < 0 {
		days--
	}
	year, month, day := civil(days)
	if year < 0 {
		b, year = append(b, '-'), -year
	}
	b = appendDigits(b, year, 4)
	b = appendDigits(append(b, '-'), month, 2)
	return appendDigits(append(b, '-'), day, 2)
}

// civil returns the date of a day since 1970-01-01 in the proleptic Gregorian calendar. It counts in
// eras of 400 years that begin in March, so that the day of a leap year is the last of a year.
func civil(days int64) (year, month, day int64) {
	const era, century, four = 146097, 36524, 1461 // days
	days += 719468                                 // since 0000-03-01
	eras := days / era
	if days%era < 0 {
		eras--
	}
	d := days - eras*era
	y := (d - d/(four-1) + d/century - d/(era-1)) / 365
	d -= 365*y + y/4 - y/100
	m := (5*d + 2) / 153 // months have 153 days in five from March
	day = d - (153*m+2)/5 + 1
	month = m + 3
	if month > 12 {
		month, y = month-12, y+1
	}
	return y + 400*eras, month, day
}

func appendDigits(b []byte, n int64, width int) []byte {
	var digits [20]byte
	at := len(digits)
	for n > 0 || width > 0 {
		at--
		digits[at] = byte('0' + n%10)
		n, width = n/10, width-1
	}
	return append(b, digits[at:]...)
}
