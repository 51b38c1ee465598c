package webhook

import (
	"net/http"
	"strconv"
	"time"
)

// delays are the times between attempts: eleven attempts in 24 hours, less 20
// minutes, before jitter.
var delays = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

const (
	maxAttempts = 11
	jitter      = 0.2 // of a delay, to either side
	maxHold     = 24 * time.Hour
)

// delayAfter returns the time to wait after the n-th attempt has failed; luck is
// from 0 to 1. Attempts beyond the last go on at its pace.
func delayAfter(n int, luck float64) time.Duration {
	d := delays[min(n, len(delays))-1]
	return time.Duration(float64(d) * (1 - jitter + 2*jitter*luck))
}

// retryAfter reads the header of that name: seconds, or a date; 0 when it is
// absent or makes no sense. More than a day is taken for a day.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		if seconds > int64(maxHold/time.Second) {
			return maxHold
		}
		return max(0, time.Duration(seconds)*time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(maxHold, max(0, at.Sub(now)))
	}
	return 0
}
