package rules_test

import (
	"regexp"
	"testing"

	"assay/rules"
)

func TestModuleDigest(t *testing.T) {
	const want = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of FIPS 180-2, B.1
	if got := rules.ModuleDigest([]byte("abc")); got != want || !regexp.MustCompile(rules.DigestPattern).MatchString(got) {
		t.Errorf("%s", got)
	}
}
