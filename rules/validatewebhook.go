package rules

import (
	"encoding/base64"
	"maps"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The bounds of a webhook.
const (
	maxURLLength      = 2048
	maxWebhookEvents  = 50
	maxWebhookRules   = 500
	maxWebhookHeaders = 20
	minWebhookTimeout = time.Second
	maxWebhookTimeout = time.Minute

	// SecretPrefix begins the secret of a webhook.
	SecretPrefix    = "whsec_"
	minSecretLength = 24 // bytes, decoded
	maxSecretLength = 64
)

var eventPattern = regexp.MustCompile(`^(\*|[a-z]+\.(\*|[a-z]+))$`)

// serversHeaders are the request headers that are not an author's to set; those that begin
// with Webhook- or Proxy- are not either.
var serversHeaders = []string{
	"Host", "Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade",
	"Te", "Trailer", "Expect", "Accept-Encoding",
}

// Validate lists what is wrong with the webhook, besides what its CEL says.
func (w *Webhook) Validate() []Problem {
	v := &validator{}
	v.head(w.APIVersion, w.Kind, KindWebhook, &w.Metadata)
	v.name(w.Metadata.Name)
	v.webhookURL(w.Spec.URL)
	v.events(w.Spec.Events)
	v.expression("spec.filter", w.Spec.Filter)
	v.names("spec.rules", w.Spec.Rules)
	if w.Spec.Language != "" {
		choice(v, "spec.language", w.Spec.Language, Languages()...)
	}
	v.secret(w.Spec.Secret)
	v.headers(w.Spec.Headers)
	if d, err := time.ParseDuration(w.Spec.Timeout); err != nil || d < minWebhookTimeout || d > maxWebhookTimeout {
		v.add("spec.timeout", "%q is not a time between %s and %s, such as %s", w.Spec.Timeout, "1s", "60s", DefaultWebhookTimeout)
	}
	return v.found
}

// webhookURL checks the form of a URL; where it leads is known to the server alone. What is
// quoted of it never holds a password.
func (v *validator) webhookURL(text string) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		v.add("spec.url", "is missing; give the address of the receiver, such as https://example.com/hook")
	case len(text) > maxURLLength:
		v.add("spec.url", "has %d bytes and at most %d are allowed", len(text), maxURLLength)
	case err != nil, strings.ContainsAny(text, " \t\r\n"):
		v.add("spec.url", "is not a URL; write it as https://example.com/hook")
	case u.Scheme != "http" && u.Scheme != "https":
		v.add("spec.url", "must begin with https:// or http://")
	case u.User != nil:
		v.add("spec.url", "has a user or a password in it; the receiver checks the signature, and spec.headers can carry a token")
	case u.Hostname() == "":
		v.add("spec.url", "names no host; write it as https://example.com/hook")
	case u.Fragment != "":
		v.add("spec.url", "has a part behind #, which is never sent; remove it")
	}
}

func (v *validator) events(patterns []string) {
	if len(patterns) == 0 {
		v.add("spec.events", "is empty; name the events that are sent, such as finding.opened or finding.*")
	}
	if len(patterns) > maxWebhookEvents {
		v.add("spec.events", "has %d items and at most %d are allowed", len(patterns), maxWebhookEvents)
	}
	for i, pattern := range patterns {
		switch {
		case !eventPattern.MatchString(pattern):
			v.add(index("spec.events", i), "%q is not an event such as finding.opened, a family such as finding.*, or *", pattern)
		case slices.Index(patterns, pattern) < i:
			v.add(index("spec.events", i), "%q is here twice", pattern)
		}
	}
}

// names checks a list of names of objects.
func (v *validator) names(path string, names []string) {
	if len(names) > maxWebhookRules {
		v.add(path, "has %d items and at most %d are allowed", len(names), maxWebhookRules)
	}
	for i, name := range names {
		switch {
		case !namePattern.MatchString(name) || len(name) > maxNameLength:
			v.add(index(path, i), "%q is not the name of a rule", name)
		case slices.Index(names, name) < i:
			v.add(index(path, i), "%q is here twice", name)
		}
	}
}

// secret never quotes what it checks.
func (v *validator) secret(secret string) {
	if secret == "" {
		return
	}
	encoded, prefixed := strings.CutPrefix(secret, SecretPrefix)
	raw, err := base64.StdEncoding.DecodeString(encoded)
	switch {
	case !prefixed || err != nil:
		v.add("spec.secret", "must be %s and base64, such as the line of: echo %s$(openssl rand -base64 32); or leave it out, and one is made", SecretPrefix, SecretPrefix)
	case len(raw) < minSecretLength || len(raw) > maxSecretLength:
		v.add("spec.secret", "holds %d bytes; give %d to %d, or leave it out, and one is made", len(raw), minSecretLength, maxSecretLength)
	}
}

// headers never quotes values.
func (v *validator) headers(headers map[string]string) {
	if len(headers) > maxWebhookHeaders {
		v.add("spec.headers", "has %d items and at most %d are allowed", len(headers), maxWebhookHeaders)
	}
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		path, canonical := key("spec.headers", name), textproto.CanonicalMIMEHeaderKey(name)
		value := headers[name]
		switch {
		case !isToken(name) || len(name) > maxNameLength:
			v.add(path, "%q is not the name of a header", name)
		case slices.Contains(serversHeaders, canonical), strings.HasPrefix(canonical, "Webhook-"), strings.HasPrefix(canonical, "Proxy-"):
			v.add(path, "is set by the server; remove it")
		case first[canonical] != "":
			v.add(path, "is the same header as %s", first[canonical])
		case len(value) > maxTextLength || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }):
			v.add(path, "its value must be at most %d printable ASCII characters", maxTextLength)
		}
		first[canonical] = name
	}
}

// isToken reports whether a text can be the name of a header.
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", r)
	})
}
