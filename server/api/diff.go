package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"assay/server/crm"
)

// DefaultSample is how many changes of each kind a diff lists unless told.
const DefaultSample = 20

// RuleDiff returns what a rule's shadow would change in the stored base; sample is how many
// changes of each kind are listed, DefaultSample for a negative one.
func (c *Client) RuleDiff(ctx context.Context, name string, sample int) (*crm.RuleDiff, error) {
	return get[crm.RuleDiff](ctx, c, at(PathRuleDiff, name), sampleOf(sample))
}

// ManifestDiff returns what the rule of a manifest (JSON or YAML) would change in the stored base.
func (c *Client) ManifestDiff(ctx context.Context, name string, manifest []byte, sample int) (*crm.RuleDiff, error) {
	out := &crm.RuleDiff{}
	r := newCall(http.MethodPost, at(PathRuleDiff, name), sampleOf(sample)).withBody(MediaYAML, manifest)
	if err := c.decode(ctx, r, out); err != nil {
		return nil, err
	}
	return out, nil
}

func sampleOf(n int) url.Values {
	v := url.Values{}
	if n >= 0 {
		v.Set("sample", strconv.Itoa(n))
	}
	return v
}
