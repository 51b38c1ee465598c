package project_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"assay/server/author/project"
)

// workflow is as much of a GitHub workflow as the templates have.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct{ Steps []step }
}

type step struct {
	Name, Uses, Run, If string
	Env                 map[string]string
}

// TestWorkflowsAreOneShape: the languages differ in what they install and in their own tests, and in nothing else.
func TestWorkflowsAreOneShape(t *testing.T) {
	var first []step
	for _, language := range project.Languages {
		dir := filepath.Join(t.TempDir(), "made")
		if _, err := project.Create(dir, "bank-key", language); err != nil {
			t.Fatal(err)
		}
		var w workflow
		if err := yaml.Unmarshal([]byte(read(t, dir, ".github/workflows/rule.yml")), &w); err != nil {
			t.Fatal(err)
		}
		steps := w.Jobs["rule"].Steps
		at := slices.IndexFunc(steps, func(s step) bool { return s.Name == "Get assay" })
		if at < 0 || len(steps) < 4 || w.Permissions["contents"] != "read" {
			t.Fatalf("%s: %+v", language, w)
		}
		common := append([]step{steps[0], steps[at]}, steps[len(steps)-2:]...)
		if first == nil {
			first = common
		}
		if !slices.EqualFunc(common, first, func(a, b step) bool {
			return a.Name == b.Name && a.Uses == b.Uses && a.Run == b.Run && a.If == b.If && len(a.Env) == len(b.Env)
		}) {
			t.Errorf("%s differs from %s:\n%+v\n%+v", language, project.Languages[0], common, first)
		}
	}
	tryDownload(t, first[1].Run)
}

// tryDownload runs the step that gets assay: a file with another checksum is not taken.
func tryDownload(t *testing.T, script string) {
	from := folder(t, map[string]string{"assay": "#!/bin/sh\necho it\n"})
	sum, err := exec.Command("sha256sum", filepath.Join(from, "assay")).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		sum  string
		good bool
	}{{string(sum[:64]), true}, {strings.Repeat("0", 64), false}, {"", false}} {
		home := t.TempDir()
		run := exec.Command("bash", "-eo", "pipefail", "-c", script)
		run.Env = append(os.Environ(), "HOME="+home, "GITHUB_PATH="+filepath.Join(home, "path"), "ASSAY_URL=file://"+filepath.Join(from, "assay"), "ASSAY_SHA256="+tt.sum)
		out, err := run.CombinedOutput()
		if (err == nil) != tt.good {
			t.Errorf("with the checksum %q: %v\n%s", tt.sum, err, out)
		}
	}
}
