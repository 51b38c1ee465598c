package project

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// inherited are the variables that a compiler is given from those around it: where things are, and no more, so that
// nobody's settings change what is built.
var inherited = []string{
	"PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME",
	"SYSTEMROOT", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "TEMP", "TMP", // of Windows
	"GOROOT", "GOPATH", "GOMODCACHE", "GOCACHE", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN",
}

// environment returns variables for a command, as exec.Cmd takes them: those inherited, and on top of them the others in
// their order.
func environment(getenv func(string) string, more ...map[string]string) []string {
	all := map[string]string{}
	for _, name := range inherited {
		if value := getenv(name); value != "" {
			all[name] = value
		}
	}
	for _, m := range more {
		maps.Copy(all, m)
	}
	list := make([]string, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, name+"="+all[name])
	}
	return list
}

// everyOn returns the programs of a name, those on the path first, then those in the other folders. A folder that
// goes by two names, as /bin and /usr/bin often do, is looked into once.
func everyOn(searched, name string, others ...string) (found []string) {
	seen := map[string]bool{}
	for _, dir := range append(filepath.SplitList(searched), others...) {
		whole, err := filepath.EvalSymlinks(dir)
		if err != nil || seen[whole] || !filepath.IsAbs(dir) {
			continue
		}
		seen[whole] = true
		for _, ending := range endings {
			if file := filepath.Join(dir, name+ending); isProgram(file) {
				found = append(found, file)
			}
		}
	}
	return found
}

func isProgram(file string) bool {
	stat, err := os.Stat(file)
	return err == nil && stat.Mode().IsRegular() && (stat.Mode()&0o111 != 0 || filepath.Separator == '\\')
}

// endings are how the names of programs end.
var endings = func() []string {
	if filepath.Separator == '\\' {
		return []string{".exe", ".cmd", ".bat"}
	}
	return []string{""}
}()

// onPath returns the first program of a name on the path, "" when there is none.
func onPath(searched, name string) string {
	if found := everyOn(searched, name); len(found) > 0 {
		return found[0]
	}
	return ""
}

// version is one of a compiler, such as 1.26.8.
type version [3]int

// versionIn returns the first version in a text, such as go1.26rc1 or "clang version 14.0.6"; false when it holds none.
func versionIn(text string) (v version, ok bool) {
	at := strings.IndexAny(text, "0123456789")
	if at < 0 {
		return v, false
	}
	for i := range v {
		for ; at < len(text) && '0' <= text[at] && text[at] <= '9'; at++ {
			v[i] = v[i]*10 + int(text[at]-'0')
		}
		if at == len(text) || text[at] != '.' {
			break
		}
		at++
	}
	return v, true
}

func (v version) less(than version) bool { return slices.Compare(v[:], than[:]) < 0 }
