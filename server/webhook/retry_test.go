package webhook

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "0": 0, "-5": 0, "soon": 0, "1.5": 0, "86401": maxHold, "9223372036854775807": maxHold, "99999999999999999999": 0,
		"Sun, 01 Mar 2026 12:05:00 GMT": 5 * time.Minute, "Sun, 01 Mar 2026 11:00:00 GMT": 0, "Sun, 01 Mar 2027 12:00:00 GMT": maxHold,
	} {
		h := http.Header{"Retry-After": {text}}
		if got := retryAfter(h, now); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestDelaysGrowAndVary(t *testing.T) {
	var least, most time.Duration
	for n := 1; n < maxAttempts; n++ {
		least, most = least+delayAfter(n, 0), most+delayAfter(n, 1)
		if n > 1 && delayAfter(n, 0.5) < delayAfter(n-1, 0.5) {
			t.Errorf("the pause after attempt %d is shorter than the one before", n)
		}
		if d := delayAfter(n, 0.5); delayAfter(n, 0) != d*8/10 || delayAfter(n, 1) != d*12/10 {
			t.Errorf("after attempt %d: %s to %s around %s", n, delayAfter(n, 0), delayAfter(n, 1), d)
		}
	}
	if least < 18*time.Hour || most > 30*time.Hour {
		t.Errorf("attempts go on for %s to %s, want about a day", least, most)
	}
	if delayAfter(100, 0.5) != delayAfter(10, 0.5) {
		t.Error("attempts beyond the last do not go on at its pace")
	}
}
