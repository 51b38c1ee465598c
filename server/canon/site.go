package canon

import (
	"strings"
	"unicode"
)

// Site returns a web address with its scheme and host in lower case, the host in
// ASCII as in Email, and without slashes at the end of the path. A scheme is kept when there
// is one (https://example.ru) and not invented when there is none (example.ru); port,
// path, query and fragment stay as they are. ok says that the host is a domain
// name with a dot and that nothing in the address is white space or a user
// name; otherwise the value is Text(raw).
func Site(raw string) (value string, ok bool) {
	text := Text(raw)
	if strings.ContainsFunc(text, unicode.IsSpace) {
		return text, false
	}
	scheme, rest, ok := cutScheme(text)
	if !ok {
		return text, false
	}
	authority, tail := cutAuthority(rest)
	host, port, _ := strings.Cut(authority, ":")
	name, ok := domain(host)
	if !ok || port != "" && (!allDigits(port) || len(port) > 5) {
		return text, false
	}
	if port != "" {
		name += ":" + port
	}
	return scheme + name + trimSlashes(tail), true
}

// cutScheme returns the scheme in lower case with its ://, "" when s has none.
func cutScheme(s string) (scheme, rest string, ok bool) {
	i := strings.Index(s, "://")
	if i < 0 || strings.ContainsAny(s[:i], "/?#.") {
		return "", s, true
	}
	for _, known := range [...]string{"http", "https", "ftp"} {
		if strings.EqualFold(s[:i], known) {
			return known + "://", s[i+3:], true
		}
	}
	return "", "", false
}

func cutAuthority(s string) (authority, tail string) {
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// trimSlashes drops the slashes that end a path, before a query or fragment only
// when the path is nothing else.
func trimSlashes(tail string) string {
	path, rest := tail, ""
	if i := strings.IndexAny(tail, "?#"); i >= 0 {
		path, rest = tail[:i], tail[i:]
	}
	if trimmed := strings.TrimRight(path, "/"); rest == "" || trimmed == "" {
		path = trimmed
	}
	return path + rest
}
