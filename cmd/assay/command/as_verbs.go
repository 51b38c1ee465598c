package command

import "regexp"

// request is where a sentence of the server sends its reader. Who reads it here has verbs, and no HTTP.
var request = regexp.MustCompile(`GET /api/v1/[\p{L}\d/._-]*[\p{L}\d]`)

// verbsOf are the verbs that show what the requests do; the first that matches is taken.
var verbsOf = []struct {
	request *regexp.Regexp
	verb    string
}{
	{regexp.MustCompile(`^GET /api/v1/clients/(\d+)/findings$`), "`assay get client $1`"},
	{regexp.MustCompile(`^GET /api/v1/webhooks/([^/]+)/deadletters$`), "`assay webhook deadletters $1`"},
	{regexp.MustCompile(`^GET /api/v1/reports/quality$`), "`assay report`"},
	{regexp.MustCompile(`^GET /api/v1/fixes$`), "`assay fix list`"},
	{regexp.MustCompile(`^GET /api/v1/waivers$`), "`assay waiver list`"},
	{regexp.MustCompile(`^GET /api/v1/(rules|fields|dictionaries|webhooks|modules|segments)$`), "`assay get $1`"},
}

// asVerbs puts verbs in the place of the requests that a text names; a request without one stays.
func asVerbs(text string) string {
	return request.ReplaceAllStringFunc(text, func(named string) string {
		for _, v := range verbsOf {
			if v.request.MatchString(named) {
				return v.request.ReplaceAllString(named, v.verb)
			}
		}
		return named
	})
}
