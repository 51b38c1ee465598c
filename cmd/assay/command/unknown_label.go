package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"assay/server/api"
)

// noneLikeThat says that no client was selected and, where a segment is asked for that its rule does not have, which
// ones it has: to the server a label that nobody has is no mistake, and a slip of the fingers looks like one.
func (a *app) noneLikeThat(ctx context.Context, c *api.Client, segments []string) error {
	fmt.Fprintln(a.Stderr, "no client is like that")
	if len(segments) == 0 {
		return nil
	}
	known, err := c.Segments(ctx)
	if err != nil {
		return err
	}
	for _, segment := range segments {
		rule, label, _ := strings.Cut(segment, ":")
		var labels []string
		for _, s := range known.Items {
			if s.Rule == rule {
				labels = append(labels, s.Label)
			}
		}
		if len(labels) > 0 && !slices.Contains(labels, label) {
			fmt.Fprintf(a.Stderr, "the rule %s has no label %s; it has %s\n", rule, label, strings.Join(labels, ", "))
		}
	}
	return nil
}
