package builtin_test

import (
	"fmt"
	"io/fs"
	"os"
	"testing"

	"assay/rules"
	"assay/rules/builtin"
)

func ExampleAll() {
	for _, d := range builtin.All() {
		fmt.Println(d.Name)
	}
	// Output:
	// contact-information
	// contact-job-title
	// contact-person
	// main-manager
	// tax-id
}

func TestEveryFolderIsEmbedded(t *testing.T) {
	manifests, err := fs.Glob(os.DirFS("."), "*/rule.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if all := builtin.All(); len(manifests) != len(all) {
		t.Errorf("%d folders have a rule.yaml and %d are embedded: %v", len(manifests), len(all), manifests)
	}
}

func TestManifestsAreWhatADefaultRuleShouldBe(t *testing.T) {
	for _, d := range builtin.All() {
		t.Run(d.Name, func(t *testing.T) {
			object, err := rules.ParseOne(d.Manifest, rules.ParseOptions{})
			if err != nil {
				t.Fatal(err)
			}
			rule, ok := object.(*rules.Rule)
			if !ok || rule.Metadata.Name != d.Name {
				t.Fatalf("folder %s declares %s %s", d.Name, object.ResourceKind(), object.Meta().Name)
			}
			if rule.Metadata.Labels["set"] != "default" || rule.Spec.Mode != rules.Monitor || rule.Spec.Path == "" {
				t.Errorf("a default rule has the label set=default, mode Monitor and a path: %+v", rule)
			}
			for _, lang := range rules.Languages() {
				if rule.Spec.Message[lang] == "" {
					t.Errorf("no message in %s", lang)
				}
			}
		})
	}
}
