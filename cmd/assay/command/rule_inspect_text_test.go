package command

import (
	"strings"
	"testing"

	"assay/server/author"
)

func TestDeterminismInWords(t *testing.T) {
	for want, i := range map[string]author.Inspection{
		"not tried: no check takes the settings of its rule": {Rules: []string{"r"}, Determinism: &author.Determinism{}},
		"not tried: no check takes empty settings":           {Determinism: &author.Determinism{}},
		"not known: slow. It runs with isolation: Record":    {Determinism: &author.Determinism{Tried: true, Undecided: true, Reason: "slow"}},
		"what is said depends on the clients before: card 3": {Determinism: &author.Determinism{Tried: true, Reason: "card 3"}},
		"tried on 24 clients in two orders":                  {Determinism: &author.Determinism{Tried: true, Clients: 24, Deterministic: true, FuelExact: true}},
	} {
		if got := determinismWords(&i); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
