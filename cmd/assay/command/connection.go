package command

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"assay/rules"
	"assay/server/api"
)

const defaultServer = "http://127.0.0.1:8080"

// connection is how the verbs find the server.
type connection struct {
	server    string
	token     string
	tokenFile string
	language  string
}

func (c *connection) flags(f *pflag.FlagSet) {
	f.StringVar(&c.server, "server", defaultServer, "address of the server")
	f.StringVar(&c.token, "token", "", "token to show the server")
	f.StringVar(&c.tokenFile, "token-file", "", "file with the token, such as DATA/admin-token")
	f.StringVar(&c.language, "language", "", "language of messages: en, ru, uk")
	bindEnvironment(f, "server", "token", "token-file", "language")
}

// checkLanguage refuses a language that no texts are in. A country behind it, as in ru-RU, is no matter.
func (c *connection) checkLanguage() error {
	language, _, _ := strings.Cut(strings.ReplaceAll(c.language, "_", "-"), "-")
	if language = strings.ToLower(language); c.language != "" && !slices.Contains(rules.Languages(), language) {
		return usagef("%q is not a language of texts; they are in %s (set --language or ASSAY_LANGUAGE)", c.language, strings.Join(rules.Languages(), ", "))
	}
	c.language = language
	return nil
}

// caller returns a caller of the server. A token given outright goes before one in a file.
func (a *app) caller() (*api.Client, error) {
	address := a.server
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usagef("%q is not the address of a server, such as %s (set --server)", a.server, defaultServer)
	}
	token := a.token
	if token == "" && a.tokenFile != "" {
		b, err := os.ReadFile(a.tokenFile)
		if err != nil {
			return nil, usagef("the token cannot be read: %v (set --token-file)", unreadable(a.tokenFile, err))
		}
		token = string(b)
	}
	if token = strings.TrimSpace(token); token == "" {
		return nil, usagef("no token was given: set --token-file DATA/admin-token, --token or ASSAY_TOKEN")
	}
	c := api.NewClient(address, token)
	c.Language = a.language
	if c.Language == "" {
		c.Language = languageOf(a.Getenv)
	}
	return c, nil
}

// languageOf is the language that the environment speaks, "" when it does not say.
func languageOf(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(name); locale != "" {
			language, _, _ := strings.Cut(locale, "_")
			if language == "ru" || language == "uk" {
				return language
			}
			return ""
		}
	}
	return ""
}

// explain says in one line what went wrong and what to do, in words of the command line.
func explain(err error) string { return asVerbs(reason(err)) }

func reason(err error) string {
	var unreachable *api.UnreachableError
	if errors.As(err, &unreachable) {
		return fmt.Sprintf("cannot reach %s: %s; is `assay serve` running? (set --server)", unreachable.Server, cause(unreachable.Err))
	}
	var p *api.Problem
	if errors.As(err, &p) {
		switch p.Code {
		case api.CodeUnauthorized:
			return err.Error() + " (set --token, --token-file or ASSAY_TOKEN)"
		case api.CodeTooMany:
			return err.Error() + " (try again in a moment)"
		}
	}
	return err.Error()
}
