package command

import (
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// locality is where the company is: what clients mean that do not say it.
type locality struct {
	country, zone string // as they were written
}

// home is the locality of who says nothing else.
var home = locality{country: "RU", zone: "UTC"}

// ofAuthors is the flag of the country for those who write rules: --region of `assay rule run` selects clients.
const ofAuthors = "country"

// flags declares --time-zone and the flag of the country. The variables that stand in for them are the same everywhere.
func (l *locality) flags(f *pflag.FlagSet, country string) {
	f.StringVar(&l.country, country, home.country, "country of phones and tax ids that name none")
	f.StringVar(&l.zone, "time-zone", home.zone, "the company's time zone, such as Europe/Moscow")
	bindEnvironmentAs(f, country, environment("region"))
	bindEnvironment(f, "time-zone")
}

// read returns the country in capitals and the zone.
func (l *locality) read(flag string) (country string, zone *time.Location, err error) {
	if zone, err = time.LoadLocation(l.zone); err != nil {
		return "", nil, usagef("--time-zone %q is not known; write it as Europe/Moscow", l.zone)
	}
	if len(l.country) != 2 {
		return "", nil, usagef("--%s %q is not a country; write two letters, such as RU", flag, l.country)
	}
	return strings.ToUpper(l.country), zone, nil
}
