package main

import (
	"reflect"
	"testing"

	"assay/sdk/go/assaytest"
)

const now = "2026-11-22T10:00:00Z"

func TestSegments(t *testing.T) {
	for _, tt := range []struct {
		last      assaytest.Time
		purchases int64
		revenue   int64 // hundredths
		label     string
	}{
		{"2026-11-01T09:00:00Z", 5, 10_000_000, "champions"},
		{"2026-11-01T09:00:00Z", 5, 9_999_999, "loyal"},
		{"2026-11-01T09:00:00Z", 4, 10_000_000, "promising"},
		{"2026-08-24T10:00:00Z", 1, 100, "promising"}, // 90 days
		{"2026-08-23T10:00:00Z", 1, 100, "sleeping"},
		{"2026-08-23T10:00:00Z", 5, 100, "at-risk"},
		{"2026-08-23T10:00:00Z", 1, 10_000_000, "at-risk"},
		{"2025-11-21T10:00:00Z", 50, 99_000_000, "lost"},
		{"2026-11-23T10:00:00Z", 1, 100, "promising"}, // a clock that is ahead
		{"", 0, 0, ""},
		{"", 3, 100, ""},
	} {
		client := assaytest.Client{LastPurchaseAt: tt.last, Purchases: tt.purchases, Revenue: tt.revenue}
		if got := assaytest.Run(t, RFM, ``, client, now); got.Label.Name != tt.label {
			t.Errorf("last %s, %d purchases, %d: %q, want %q", tt.last, tt.purchases, tt.revenue, got.Label.Name, tt.label)
		}
	}
}

func TestReasonAndMeasures(t *testing.T) {
	client := assaytest.Client{LastPurchaseAt: "2026-11-20T11:00:00Z", Purchases: 4, Revenue: 1001}
	want := assaytest.Result{
		Label:    assaytest.Label{Name: "promising", Params: map[string]string{"purchases": "4", "days": "1"}},
		Measures: map[string]int64{"recency": 1, "average": 250},
	}
	if got := assaytest.Run(t, RFM, ``, client, now); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestBoundsThatContradict(t *testing.T) {
	for settings, says := range map[string]string{
		`{"lost": 90}`:    "lost must be more days than recent",
		`{"often": 1}`:    "often: must be at least 2",
		`{"large": 1e16}`: "large is more money than a client can have",
	} {
		if why := assaytest.Refusal(RFM, settings); why != says {
			t.Errorf("%s is refused with %q, want %q", settings, why, says)
		}
	}
}
