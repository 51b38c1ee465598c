package rules

import "embed"

// Pages are the pages on manifests and on the language of their expressions, which come along with a new rule project.
//
//go:embed README.md cel/LANGUAGE.md
var Pages embed.FS
