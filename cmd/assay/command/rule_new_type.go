package command

import (
	"strings"

	"assay/rules"
)

// qualityType is the type of a new rule unless --type says another.
const qualityType = string(rules.Quality)

// ruleType is the type that --type means, in small letters too.
func ruleType(name string) rules.RuleType {
	for _, known := range []rules.RuleType{rules.Quality, rules.Segmentation} {
		if strings.EqualFold(name, string(known)) {
			return known
		}
	}
	return rules.RuleType(name)
}
