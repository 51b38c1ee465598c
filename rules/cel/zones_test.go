package cel_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"assay/server/crm"
)

var getters = []string{"getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds"}

var zoneNames = []string{"", "UTC", "Europe/Kyiv", "Europe/Kiev", "Europe/Moscow", "Europe/Lisbon", "America/New_York", "America/St_Johns", "US/Central", "America/Sao_Paulo", "Australia/Lord_Howe",
	"Australia/Sydney", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "Antarctica/Troll", "Etc/GMT+12", "EST5EDT",
	"+02:00", "-02:30", "02:00", "-00:00", "-00:30", "+23:59", "-23:59", "5:7", "+2:+30", "-5:-0", "0:0"}

// badZones are zones to neither cel-go nor the module.
var badZones = []string{"Europe/Kyyiv", "../UTC", "/UTC", "Europe/../UTC", "UTC ", "UTС", "+24:00", "-24:00", "+02:60", "+02:-1", "+02:00:00", ":", "+:", ":00", "+02:", "Europe:Kyiv", "++2:00",
	"99999999999999999999:00", "2.5:00", "+02:0x", "Європа/Київ", strings.Repeat("A/", 100) + "A", "Z"}

// instants are where clocks change: around each change of some zones, the ends of years, and any moment.
func instants() []time.Time {
	list := []time.Time{time.Unix(0, 0), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 11, 30, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
		time.Date(9999, 12, 31, 12, 0, 0, 0, time.UTC), time.Date(9999, 7, 1, 0, 30, 0, 0, time.UTC), time.Date(2024, 2, 29, 23, 30, 0, 0, time.UTC), time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC)}
	for _, name := range []string{"Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		for year := 1920; year < 2120; year += 17 {
			at := time.Date(year, 1, 1, 0, 0, 0, 0, zone)
			for range 3 {
				_, end := at.ZoneBounds()
				if end.IsZero() {
					break
				}
				list = append(list, end.Add(-time.Millisecond), end)
				at = end
			}
		}
	}
	random := rand.New(rand.NewPCG(15, 16))
	for range 40 {
		list = append(list, time.UnixMilli(random.Int64N(253402300800000+62135596800000)-62135596800000))
	}
	return list
}

func TestGettersInAnyZone(t *testing.T) {
	compilesMuch(t)
	var clients []*crm.Client
	all := instants()
	for i, zone := range append(append([]string{}, zoneNames...), badZones...) {
		for k, at := range all {
			if i < len(zoneNames) || k < 2 {
				clients = append(clients, &crm.Client{Name: zone, CreatedAt: crm.TimeFromUnixMilli(at.UnixMilli())})
			}
		}
	}
	c := newComparison(t, clients)
	for _, getter := range getters {
		c.expr(t, fmt.Sprintf(`client.createdAt.%s(client.name)`, getter))
	}
	c.expr(t, `(client.createdAt + duration("1ns")).getMilliseconds(client.name)`)
	c.expr(t, `dyn(client.createdAt).getHours(client.name)`)
	c.expr(t, `dyn(client.createdAt).getDate(dyn(client.name))`)
	c.expr(t, `dyn(client.createdAt - now).getHours(client.name)`)
	c.expr(t, `client.createdAt.getHours(client.name) == 3 || client.name != ""`)
}

func TestGettersInOneZone(t *testing.T) {
	var clients []*crm.Client
	for _, at := range instants() {
		clients = append(clients, &crm.Client{CreatedAt: crm.TimeFromUnixMilli(at.UnixMilli())})
	}
	c := newComparison(t, clients)
	for i, zone := range zoneNames {
		for _, getter := range []string{getters[i%len(getters)], "getHours", "getDayOfYear"} {
			c.expr(t, fmt.Sprintf(`client.createdAt.%s(%q)`, getter, zone))
		}
	}
	c.expr(t, `timestamp("2027-03-28T00:59:59.999Z").getHours("Europe/Kyiv")`)
	c.expr(t, `now.getHours("Europe/" + "Kyiv")`)
}

// What depends on the machine is no zone: "Local", and what a system keeps beside its zones.
func TestZonesOfTheMachineAreNone(t *testing.T) {
	env := newEnv(t)
	for _, zone := range []string{"Local", "localtime", "posixrules", "posix/Europe/Kyiv", "right/Europe/Kyiv"} {
		if _, err := env.CompileValue(fmt.Sprintf(`now.getHours(%q)`, zone)); err == nil || !strings.Contains(err.Error(), "is not a time zone") {
			t.Errorf("%s as a constant: %v", zone, err)
		}
		module, err := env.CompileValue(`now.getHours(client.name)`)
		if err != nil {
			t.Fatal(err)
		}
		values, failures := valuesOfModule(t, module, cardOf(t, &crm.Client{Name: zone}))
		if !strings.Contains(failures[0], "there is no such time zone (value, line 1, column ") {
			t.Errorf("%s: %q, error %q", zone, values[0], failures[0])
		}
	}
}
