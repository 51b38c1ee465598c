//go:build !wasip1

package assay

import "assay/sdk/go/internal/native"

func init() {
	native.Describe = func() []byte { return describe(checks) }
	native.Declared = func(check any) (string, []string) {
		c := check.(*Check)
		var labels []string
		for _, l := range c.labels {
			labels = append(labels, l.key)
		}
		return c.kind, labels
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
