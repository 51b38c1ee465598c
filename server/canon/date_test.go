package canon_test

import (
	"math"
	"testing"
	"time"

	"assay/server/canon"
)

func TestDate(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"2027-01-31", "2027-01-31", true},
		{" 31.12.2026\u00a0", "2026-12-31", true},
		{"1.2.2026", "2026-02-01", true},
		{"31/12/2026", "2026-12-31", true},
		{"03/04/2026", "2026-04-03", true},
		{"31-12-2026", "2026-12-31", true},
		{"2026/12/31", "2026-12-31", true},
		{"2026.12.31", "2026-12-31", true},
		{"20261231", "2026-12-31", true},
		{"31.12.26", "2026-12-31", true},
		{"31.12.29", "2029-12-31", true},
		{"31.12.30", "1930-12-31", true},
		{"31.12.85", "1985-12-31", true},
		{"31.12.2026 0:00:00", "2026-12-31", true},
		{"31.12.2026, 14:30", "2026-12-31", true},
		{"31.12.2026 г.", "2026-12-31", true},
		{"31.12.2026р.", "2026-12-31", true},
		{"31.12.2026 года 14:30", "2026-12-31", true},
		{"2026-12-31T23:59:59Z", "2026-12-31", true},
		{"2026-12-31T23:59:59.999+03:00", "2026-12-31", true},
		{"20261231T235959", "", false},
		{"29.02.2028", "2028-02-29", true},
		{"29.02.2026", "", false},
		{"31.02.2026", "", false},
		{"31.04.2026", "", false},
		{"12/31/2026", "", false},
		{"2026-13-01", "", false},
		{"00.01.2026", "", false},
		{"31.12/2026", "", false},
		{"31/12/26", "", false},
		{"31.12.026", "", false},
		{"31.12", "", false},
		{"2026", "", false},
		{"45000", "", false},
		{"20261331", "", false},
		{"31.12.2026 25:00", "", false},
		{"31.12.2026 soon", "", false},
		{"31.12.2026x", "", false},
		{"завтра", "", false},
		{"31.12.0999", "", false},
		{"99999999999", "", false},
		{"", "", true},
		{"нет", "", true},
		{"01.01.0001 0:00:00", "", true},
		{"0001-01-01", "", true},
		{"0000-00-00", "", true},
	} {
		t.Run(c.in, func(t *testing.T) {
			got, ok := canon.Date(c.in)
			if got.String() != c.want || ok != c.ok {
				t.Errorf("Date(%q) = %s, %v, want %s, %v", c.in, got, ok, c.want, c.ok)
			}
		})
	}
}

func TestExcelDate(t *testing.T) {
	for _, c := range []struct {
		serial float64
		want   string
		ok     bool
	}{
		{1, "1900-01-01", true},
		{59, "1900-02-28", true},
		{60, "", false},
		{61, "1900-03-01", true},
		{25569, "1970-01-01", true},
		{46022, "2025-12-31", true},
		{46022.999, "2025-12-31", true},
		{2958465, "9999-12-31", true},
		{2958466, "", false},
		{0.5, "", false},
		{-1, "", false},
		{math.NaN(), "", false},
		{math.Inf(1), "", false},
	} {
		got, ok := canon.ExcelDate(c.serial)
		if got.String() != c.want || ok != c.ok {
			t.Errorf("ExcelDate(%v) = %s, %v, want %s, %v", c.serial, got, ok, c.want, c.ok)
		}
	}
}

func TestTime(t *testing.T) {
	moscow := time.FixedZone("MSK", 3*60*60)
	for _, c := range []struct {
		in   string
		loc  *time.Location
		want string
		ok   bool
	}{
		{"2026-12-31T14:30:05Z", moscow, "2026-12-31T14:30:05Z", true},
		{"2026-12-31t14:30:05z", moscow, "2026-12-31T14:30:05Z", true},
		{"2026-12-31T14:30:05.123456+03:00", nil, "2026-12-31T11:30:05.123Z", true},
		{"2026-12-31T14:30:05.5-0330", nil, "2026-12-31T18:00:05.5Z", true},
		{"2026-12-31 14:30+03", nil, "2026-12-31T11:30:00Z", true},
		{"31.12.2026 14:30", moscow, "2026-12-31T11:30:00Z", true},
		{"31.12.2026 1:30:05", moscow, "2026-12-30T22:30:05Z", true},
		{"31.12.2026, 14:30", nil, "2026-12-31T14:30:00Z", true},
		{"31.12.2026", moscow, "2026-12-30T21:00:00Z", true},
		{"31.02.2026 14:30", nil, "", false},
		{"31.12.2026 24:00", nil, "", false},
		{"31.12.2026 14:60", nil, "", false},
		{"31.12.2026 14:30:60", nil, "", false},
		{"31.12.2026 14", nil, "", false},
		{"31.12.2026 14:3", nil, "", false},
		{"31.12.2026 14:30:05.", nil, "", false},
		{"31.12.2026 14:30 PM", nil, "", false},
		{"31.12.2026 14:30+25:00", nil, "", false},
		{"31.12.2026 14:30+3:00", nil, "", false},
		{"9999-12-31T23:00:00-05:00", nil, "", false},
		{"14:30", nil, "", false},
		{"", nil, "", true},
		{"-", nil, "", true},
		{"01.01.0001 0:00:00", nil, "", true},
	} {
		t.Run(c.in, func(t *testing.T) {
			got, ok := canon.Time(c.in, c.loc)
			if got.String() != c.want || ok != c.ok {
				t.Errorf("Time(%q) = %s, %v, want %s, %v", c.in, got, ok, c.want, c.ok)
			}
		})
	}
}
