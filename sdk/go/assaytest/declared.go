package assaytest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"assay/sdk/go/internal/native"
)

// declaration is what a check says it gives.
type declaration native.Declaration

// fits says what in a result is not for a check of its type, or of its labels.
func (d declaration) fits(result *Result) error {
	switch {
	case d.Kind == "Quality" && result.Label.Name != "":
		return errors.New("a Quality check gave a label")
	case d.Kind == "Segmentation" && len(result.Findings) > 0:
		return errors.New("a Segmentation check gave a finding")
	case result.Label.Name != "" && len(d.Labels) > 0 && !slices.Contains(d.Labels, result.Label.Name):
		return fmt.Errorf("the label %q is not among those of the check: %s", result.Label.Name, strings.Join(d.Labels, ", "))
	}
	return nil
}

// unread says what people cannot read of the findings, as `assay rule test` does. Of a check without messages the texts
// are those of the manifest, which is not seen here; of a client that could not be judged nothing else is taken.
func (d declaration) unread(result *Result) error {
	if len(d.Messages) == 0 || result.Error != "" {
		return nil
	}
	for _, f := range result.Findings {
		texts := d.Messages[f.Code]
		if len(texts) == 0 {
			return fmt.Errorf("people cannot read the finding %q: the check has messages for %s only", f.Code, strings.Join(slices.Sorted(maps.Keys(d.Messages)), ", "))
		}
		for _, language := range slices.Sorted(maps.Keys(texts)) {
			for _, key := range placeholders(texts[language]) {
				if _, given := f.Params[key]; !given {
					return fmt.Errorf("people cannot read the finding %q: its message in %s asks for {{ %s }}, a parameter that it lacks", f.Code, language, key)
				}
			}
		}
	}
	return nil
}
