//go:build !wasip1

package assay

import "assay/sdk/go/internal/native"

func init() {
	native.Describe = func() []byte { return describe(checks) }
	native.Declared = func(check any) native.Declaration {
		c := check.(*Check)
		d := native.Declaration{Kind: c.kind, Messages: map[string]map[string]string{}}
		for _, l := range c.labels {
			d.Labels = append(d.Labels, l.key)
		}
		for _, m := range c.messages {
			d.Messages[m.key] = m.text
		}
		return d
	}
	native.Configure = func(check any, settings string) (func([]byte) []byte, error) {
		evaluate, err := check.(*Check).configure(settings)
		if err != nil {
			return nil, err
		}
		report := new(Report)
		return func(card []byte) []byte {
			report.reset()
			evaluate.judge(card, report)
			return report.results()
		}, nil
	}
}
