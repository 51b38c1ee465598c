package rest

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/server/api"
	"assay/server/crm"
)

var overrideHeader = text(api.HeaderOverride, "Why the write is made though rules in mode Enforce refuse it, in up to 500 characters: UTF-8 as it is, or `UTF-8''` and percent-encoded. "+
	"It is kept with the change, in the detail of its event, when a rule was against it. Needs the right override.", "the client has no tax id yet")

// override reads why a write is made whatever rules say, "" when it is not said.
func (x *exchange) override() (string, error) {
	sent := x.c.Request().Header.PeekAll(api.HeaderOverride)
	if len(sent) == 0 {
		return "", nil
	}
	if x.who.Rights&RightOverride == 0 {
		return "", refuse(api.CodeForbidden, "right_missing", "name", x.who.Name, "right", RightOverride.String())
	}
	reason, ok := headerText(string(sent[0]))
	switch {
	case len(sent) > 1:
		return "", badOverride("parameter_repeated")
	case !ok:
		return "", badOverride("header_text")
	case reason == "":
		return "", badOverride("override_empty")
	}
	return reason, nil
}

func badOverride(text string) error {
	return &refusal{code: api.CodeBadParameter, problems: []crm.Problem{reason(api.HeaderOverride, text)}}
}

// headerText reads the text of a header: UTF-8, or in the form of RFC 8187 from
// programs whose headers are Latin, such as browsers.
func headerText(sent string) (text string, ok bool) {
	const encoded = "utf-8''"
	if len(sent) >= len(encoded) && strings.EqualFold(sent[:len(encoded)], encoded) {
		var err error
		if sent, err = url.PathUnescape(sent[len(encoded):]); err != nil {
			return "", false
		}
	}
	return strings.TrimSpace(sent), utf8.ValidString(sent) && !strings.ContainsFunc(sent, unicode.IsControl)
}
