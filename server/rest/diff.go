package rest

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/reconcile"
)

const noteDiff = " Compared is with what reports show of the rule now; of a rule in Shadow they show nothing. Nothing is stored and no event is logged. " +
	"Clients are judged for 10 seconds at most: `partial` says that they were not enough, and the counts are of the `judged` ones."

var sampleParam = param{name: "sample", describe: "Changes of each kind that are listed, from all over the base; 20 unless given.", example: 20, want: "0 … " + strconv.Itoa(api.MaxLimit),
	shape: func(v string) bool {
		n, err := strconv.Atoi(v)
		return err == nil && n >= 0 && n <= api.MaxLimit
	}}

func (s *Server) diffRoutes() []*route {
	answers := []answer{{status: 200, describe: "What would change.", of: crm.RuleDiff{}, example: exampleDiff}}
	return []*route{
		{op: operation(fiber.MethodGet, api.PathRuleDiff, "getRuleDiff", tagRules, "What a rule's shadow would change",
			"Judges the stored base by the rule's shadow version: by the rule itself when its mode is Shadow, or by the rule in Shadow whose annotation `assay/shadow-of` names it. "+
				"Of a rule without one, by the rule as it runs, which is what its sweep has still to change."+noteDiff),
			params: []param{sampleParam}, codes: []string{api.CodeNotFound, api.CodeInvalid, api.CodeTooMany}, answers: answers,
			handle: func(x *exchange) error { return x.diff(nil) }},
		{op: operation(fiber.MethodPost, api.PathRuleDiff, "postRuleDiff", tagRules, "What a manifest would change",
			"Judges the stored base by the rule of the manifest, a new one or a new version, as if it were in force and shown."+noteDiff),
			params: []param{sampleParam}, right: RightRules, codes: []string{api.CodeMalformed, api.CodeInvalid, api.CodeTooMany}, answers: answers,
			body: &body{max: api.MaxManifest, timeout: documentTimeout, schema: anything, example: exampleRule, describe: "The manifest, JSON or YAML.",
				media: []string{api.MediaJSON, api.MediaYAML, "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain", "application/octet-stream"}},
			handle: func(x *exchange) error {
				manifest, err := x.readBody()
				if err != nil {
					return err
				}
				if len(manifest) == 0 {
					return refuse(api.CodeMalformed, "manifest_empty")
				}
				return x.diff(manifest)
			}},
	}
}

// diff answers what a version of the rule that the path names would change.
func (x *exchange) diff(manifest []byte) error {
	release, err := x.place(x.diffs)
	if err != nil {
		return err
	}
	defer release()
	rq := reconcile.DiffRequest{Scope: x.who.Scope, Name: x.c.Params("name"), Manifest: manifest, Sample: api.DefaultSample}
	if n, err := strconv.Atoi(x.query.Get(sampleParam.name)); err == nil {
		rq.Sample = n
	}
	d, err := x.Differ.Diff(x.ctx, rq, x.language())
	if err != nil {
		return err
	}
	x.c.Set(fiber.HeaderContentLanguage, x.language())
	return x.json(fiber.StatusOK, d)
}
