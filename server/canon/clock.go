package canon

import (
	"strings"
	"time"

	"assay/server/crm"
)

// Time reads a moment: a day in any form that Date takes, then a time of day,
// separated by T, a space or a comma:
//
//	2027-01-31T09:30:00Z  2027-01-31 09:30:00.250+03:00  31.01.2027 9:30
//
// Without an offset the time is of the zone loc, or of UTC when loc is nil;
// without a time of day it is midnight. Fractions are cut to milliseconds.
// Empty text, a placeholder and the empty dates that Date knows give an absent
// time and ok. Leap seconds, 24:00 and moments outside the years 1000 to
// 9999 UTC are refused.
func Time(s string, loc *time.Location) (t crm.Time, ok bool) {
	s = Text(s)
	if s == "" {
		return crm.Time{}, true
	}
	day, rest, ok := cutDay(s)
	if !ok {
		return crm.Time{}, false
	}
	var c clock
	if rest = trimYearWord(rest); rest != "" {
		if c, ok = readClock(rest); !ok {
			return crm.Time{}, false
		}
	}
	if day.absent() {
		return crm.Time{}, true
	}
	if !day.exists() {
		return crm.Time{}, false
	}
	moment := c.on(day, loc)
	if y := moment.UTC().Year(); y < 1000 || y > 9999 {
		return crm.Time{}, false
	}
	return crm.TimeOf(moment), true
}

// clock is a time of day with its offset from UTC, if one was written.
type clock struct {
	hour, minute, second, milli int
	zoned                       bool
	offset                      time.Duration
}

func (c clock) on(d day, loc *time.Location) time.Time {
	if c.zoned || loc == nil {
		loc = time.UTC
	}
	t := time.Date(d.year, time.Month(d.month), d.day, c.hour, c.minute, c.second, c.milli*int(time.Millisecond), loc)
	return t.Add(-c.offset)
}

// readClock reads what follows a day: a separator, hh:mm[:ss[.fff]], an offset.
func readClock(s string) (c clock, ok bool) {
	s, ok = cutClockSeparator(s)
	if !ok {
		return clock{}, false
	}
	c.hour, c.minute, s, ok = cutHourMinute(s)
	if !ok {
		return clock{}, false
	}
	if c.second, c.milli, s, ok = cutSecond(s); !ok {
		return clock{}, false
	}
	c.offset, c.zoned, ok = readOffset(strings.TrimLeft(s, " "))
	return c, ok
}

func cutClockSeparator(s string) (rest string, ok bool) {
	if s[0] == 'T' || s[0] == 't' {
		return s[1:], true
	}
	rest = strings.TrimLeft(s, ", \t\n\u00a0")
	return rest, rest != s
}

func cutHourMinute(s string) (hour, minute int, rest string, ok bool) {
	hour, n, s := cutDigits(s)
	if n == 0 || n > 2 || hour > 23 || s == "" || s[0] != ':' {
		return 0, 0, "", false
	}
	minute, n, s = cutDigits(s[1:])
	return hour, minute, s, n == 2 && minute < 60
}

func cutSecond(s string) (second, milli int, rest string, ok bool) {
	if s == "" || s[0] != ':' {
		return 0, 0, s, true
	}
	second, n, s := cutDigits(s[1:])
	if n != 2 || second > 59 {
		return 0, 0, "", false
	}
	if s == "" || s[0] != '.' && s[0] != ',' {
		return second, 0, s, true
	}
	fraction, n, s := cutDigits(s[1:])
	for ; n > 3; n-- {
		fraction /= 10
	}
	for k := n; k < 3; k++ {
		fraction *= 10
	}
	return second, fraction, s, n > 0
}

// readOffset reads Z, +hh:mm, +hhmm or +hh, the whole of s; nothing is no offset.
func readOffset(s string) (offset time.Duration, zoned, ok bool) {
	switch {
	case s == "":
		return 0, false, true
	case s == "Z" || s == "z":
		return 0, true, true
	case s[0] != '+' && s[0] != '-':
		return 0, false, false
	}
	hour, n, rest := cutDigits(s[1:])
	minute := 0
	switch {
	case n == 4 && rest == "":
		hour, minute = hour/100, hour%100
	case n == 2 && len(rest) == 3 && rest[0] == ':' && allDigits(rest[1:]):
		minute, _, _ = cutDigits(rest[1:])
	case n != 2 || rest != "":
		return 0, false, false
	}
	offset = time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true, hour < 24 && minute < 60
}
