package abi

// IsZoneName says whether a name is written as the time zone database writes them: "Europe/Kyiv", "EST5EDT".
// What systems have beside the zones begins with a small letter, and "Local" is the
// machine's own: neither means the same everywhere, and CallZoneOffset knows them not.
func IsZoneName(name string) bool {
	if len(name) > MaxZoneBytes || name == "Local" {
		return false
	}
	before := byte('/')
	for i := range len(name) {
		c := name[i]
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z' && i > 0, '0' <= c && c <= '9' && i > 0:
		case c == '/' && before == '/', c != '/' && c != '_' && c != '+' && c != '-' || i == 0:
			return false
		}
		before = c
	}
	return before != '/'
}
