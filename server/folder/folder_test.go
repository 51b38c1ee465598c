package folder_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/folder"
	"assay/server/reconcile"
	"assay/server/store/bolt"
	"assay/server/wasm"
)

var ctx = context.Background()

// kept is a folder and the objects of a real base that are kept equal to it. The test looks.
type kept struct {
	*folder.Keeper
	*reconcile.Reconciler
	t     *testing.T
	dir   string // the folder
	data  string // the base
	host  *wasm.Host
	store *bolt.Store
	log   bytes.Buffer
}

// hosted is a module of the host in the engine's terms.
type hosted struct{ *wasm.Module }

func (h hosted) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	return h.Module.Measure(ctx, now, checks, batch, to)
}

func (h hosted) Determinism(ctx context.Context, c abi.Configured, now time.Time, cards [][]byte) (abi.Determinism, error) {
	return h.Module.Determinism(ctx, c, now, cards)
}

func newKept(t *testing.T, files map[string]string) *kept {
	t.Helper()
	host, err := wasm.New(ctx, wasm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	k := &kept{t: t, dir: filepath.Join(t.TempDir(), "rules"), data: t.TempDir(), host: host}
	if err := os.Mkdir(k.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	k.write(files)
	k.open()
	t.Cleanup(func() {
		k.close()
		if err := host.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return k
}

// open opens the base and starts to keep the folder, as a server does.
func (k *kept) open() {
	k.t.Helper()
	k.openBase()
	if err := k.Start(ctx); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kept) openBase() {
	k.t.Helper()
	var err error
	if k.store, err = bolt.Open(ctx, bolt.Config{Dir: k.data}); err != nil {
		k.t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }
	log := slog.New(slog.NewTextHandler(&k.log, nil))
	k.Reconciler, err = reconcile.Open(ctx, reconcile.Config{Store: k.store, Zone: time.UTC, Now: now, Logger: log, Folder: true,
		Load: func(ctx context.Context, bytes []byte) (engine.Module, error) {
			m, err := k.host.Load(ctx, bytes)
			var refused *wasm.LoadError
			if errors.As(err, &refused) {
				return nil, &crm.InvalidError{Problems: []crm.Problem{{Field: "module", Code: string(refused.Code), Message: refused.Detail}}}
			}
			if err != nil {
				return nil, err
			}
			return hosted{m}, nil
		},
		Recast: func(context.Context, string) error { return nil },
		Retype: func(card []byte, _ string, _ crm.FieldType) ([]byte, error) { return card, nil }})
	if err != nil {
		k.t.Fatal(err)
	}
	k.Keeper = folder.New(folder.Config{Dir: k.dir, Objects: k.Reconciler, Now: now, Logger: log})
}

func (k *kept) close() {
	k.t.Helper()
	if err := errors.Join(k.Reconciler.Close(ctx), k.store.Close()); err != nil {
		k.t.Error(err)
	}
}

// write writes files; "" removes one.
func (k *kept) write(files map[string]string) {
	k.t.Helper()
	for name, text := range files {
		file := filepath.Join(k.dir, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(file), 0o700)
		if text == "" {
			err = errors.Join(err, os.Remove(file))
		} else {
			err = errors.Join(err, os.WriteFile(file, []byte(text), 0o600))
		}
		if err != nil {
			k.t.Fatal(err)
		}
	}
}

// settle looks until a change is applied and what is gone is deleted.
func (k *kept) settle() {
	for range 6 {
		k.Look(ctx)
	}
}

// declared lists "Kind name source" of the declared objects.
func (k *kept) declared() string {
	all := k.Declared()
	var list []string
	for ref, file := range all {
		list = append(list, strings.TrimSpace(ref.Kind+" "+ref.Name+" "+file))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func (k *kept) want(declared string) {
	k.t.Helper()
	if got := k.declared(); got != declared {
		k.t.Errorf("declared are\n %s, want\n %s", got, declared)
	}
}

// object returns an object as the API shows it.
func (k *kept) object(kind, name string) *rules.Rule {
	k.t.Helper()
	raw, err := k.Get(ctx, kind, name)
	if err != nil {
		k.t.Fatal(err)
	}
	o := &rules.Rule{} // the other kinds' status and metadata are in it
	if err := json.Unmarshal(raw, o); err != nil && kind == rules.KindRule {
		k.t.Fatal(err)
	}
	return o
}

// synced returns "reason: message" of an object's condition Synced.
func (k *kept) synced(kind, name string) string {
	k.t.Helper()
	c := k.object(kind, name).Status.Condition(rules.Synced)
	if c == nil {
		return "no condition"
	}
	if (c.Status == rules.True) != (c.Reason == "AsInFolder") {
		k.t.Errorf("%s %s: %s with the reason %s", kind, name, c.Status, c.Reason)
	}
	return c.Reason + ": " + c.Message
}

// faults returns the faults, one a line.
func (k *kept) faults() string {
	var lines []string
	for _, f := range k.State().Faults {
		lines = append(lines, f.String())
	}
	return strings.Join(lines, "\n")
}

func (k *kept) requires(name, want string) {
	k.t.Helper()
	if got := k.object(rules.KindRule, name).Spec.Require; got != want {
		k.t.Errorf("rule %s requires %s, want %s", name, got, want)
	}
}

func rule(name, require string) string {
	return "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: " + name + "}\nspec:\n  type: Quality\n  require: " + require + "\n  message: {en: wrong}\n"
}

func field(name, kind string) string {
	return "apiVersion: assay/v1\nkind: Field\nmetadata: {name: " + name + "}\nspec: {type: " + kind + "}\n"
}

func dictionary(name, of, values string) string {
	return "apiVersion: assay/v1\nkind: Dictionary\nmetadata: {name: " + name + "}\nspec: {of: " + of + ", values: [" + values + "]}\n"
}

const (
	hasName  = `client.name != ""`
	hasTaxID = `client.taxId != ""`
)

func TestTheObjectsFollowTheFolder(t *testing.T) {
	k := newKept(t, map[string]string{
		"a-rule.yaml":      rule("a", "has(client.fields.gln)"), // before the field by name, after it by need
		"z/field.yml":      field("gln", "string") + "---\n" + dictionary("sizes", "companySize", "{value: small}"),
		"z/cases.yaml":     "- name: a case, no manifest\n",
		".git/config.yaml": "neither: this",
		"readme.txt":       "nor this",
	})
	k.want("Dictionary sizes z/field.yml, Field gln z/field.yml, Rule a a-rule.yaml")
	if got := k.synced(rules.KindRule, "a"); got != "AsInFolder: it is as a-rule.yaml says" {
		t.Errorf("a is %s", got)
	}

	k.write(map[string]string{"a-rule.yaml": rule("a", hasName), "b.json": `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"b"},"spec":{"library":"required","settings":{"field":"region"}}}`})
	k.Look(ctx)
	k.requires("a", "has(client.fields.gln)") // one look is no rest
	k.Look(ctx)
	k.requires("a", hasName)
	k.want("Dictionary sizes z/field.yml, Field gln z/field.yml, Rule a a-rule.yaml, Rule b b.json")

	k.write(map[string]string{"z/field.yml": dictionary("sizes", "companySize", "{value: large}")}) // gln is gone
	k.Look(ctx)
	k.Look(ctx)
	if got := k.synced(rules.KindField, "gln"); !strings.HasPrefix(got, "Removed: z/field.yml no longer declares it") {
		t.Errorf("gln, for the time being, is %s", got)
	}
	k.settle()
	k.want("Dictionary sizes z/field.yml, Rule a a-rule.yaml, Rule b b.json")
	if got := k.faults(); got != "" {
		t.Errorf("faults: %s", got)
	}
}

func TestTheRuleThatAFieldAsksForShowsTheFieldsFile(t *testing.T) {
	k := newKept(t, map[string]string{"f.yaml": strings.Replace(field("gln", "string"), "string}", "string, requiredFor: 'true'}", 1)})
	if file, _ := k.object(rules.KindRule, "field-gln").Metadata.Source(); file != "f.yaml" {
		t.Errorf("it comes from %q", file)
	}
}

func TestWhatIsUnchangedIsNotAppliedAgain(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName)})
	k.write(map[string]string{"b.yaml": rule("b", hasName)})
	k.settle()
	was := k.object(rules.KindRule, "a").Metadata
	k.close()
	k.open()
	k.settle()
	now := k.object(rules.KindRule, "a").Metadata
	if now.Generation != 1 || now.ResourceVersion != was.ResourceVersion {
		t.Errorf("generation %d, version %s after %s", now.Generation, now.ResourceVersion, was.ResourceVersion)
	}
}

func TestABrokenFileLeavesTheRestInForce(t *testing.T) {
	const half = "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: b}\nspec:\n  type: Quality\n  requ"
	for _, c := range []struct{ name, text, reason, fault string }{
		{"no YAML", "kind: [", "Unreadable", "b.yaml: line 1, column 7: not YAML"},
		{"half written", half, "Unreadable", "b.yaml: line 6, column 3"},
		{"no text yet", " ", "Unreadable", "b.yaml: line 1, column 1: there is no manifest in it"},
		{"unknown key", strings.Replace(rule("b", hasName), "require", "requre", 1), "Unreadable", "b.yaml: line 6, column 3: spec.requre: unknown key"},
		{"does not compile", rule("b", `client.nme != ""`), "Refused", "b.yaml: line 6, column 12: spec.require: "},
		{"misses its case", rule("b", hasName) + "  cases:\n    - client: {name: A}\n      findings: [{}]\n", "Refused", "b.yaml: line 9, column 7: spec.cases[0]: expected and not found"},
		{"fails on every client", rule("b", `client.name.split(",")[100] == ""`), "Refused", "b.yaml: line 5, column 3: spec: the rule failed on each of the 1 clients"},
		{"module that is not there", "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: b}\nspec: {type: Quality, module: {path: no.wasm}}\n", "Refused", "b.yaml: line 4, column 38: spec.module.path: read the module no.wasm: no such file"},
		{"module of somewhere else", "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: b}\nspec: {type: Quality, module: {path: ../no.wasm}}\n", "Refused", "b.yaml: line 4, column 38: spec.module.path: ../no.wasm is not in the folder"},
		{"declared twice", rule("b", hasTaxID) + "---\n" + rule("a", hasTaxID), "AsInFolder", "b.yaml: line 11, column 18: metadata.name: a.yaml declares it too"},
	} {
		k := newKept(t, map[string]string{"a.yaml": rule("a", hasName), "b.yaml": rule("b", hasName)})
		k.write(map[string]string{"b.yaml": c.text, "c.yaml": rule("c", hasName)})
		k.settle()
		k.want("Rule a a.yaml, Rule b b.yaml, Rule c c.yaml")
		k.requires("a", hasName)
		if !strings.HasPrefix(k.faults(), c.fault) {
			t.Errorf("%s: the faults are %q, want %q", c.name, k.faults(), c.fault)
		}
		got := k.synced(rules.KindRule, "b")
		if !strings.HasPrefix(got, c.reason+": ") || c.reason != "AsInFolder" && !strings.Contains(got, c.fault) {
			t.Errorf("%s: b is %s", c.name, got)
		}
		if c.reason != "AsInFolder" {
			k.requires("b", hasName)
			if !k.object(rules.KindRule, "b").Status.Is(rules.Degraded) || !k.Running("b") {
				t.Errorf("%s: b must run as it was, and not be as declared", c.name)
			}
		}
		if !strings.Contains(k.log.String(), "the rules folder is not in force") {
			t.Errorf("%s: the log says %s", c.name, &k.log)
		}
		k.write(map[string]string{"b.yaml": rule("b", hasTaxID)})
		k.settle()
		k.requires("b", hasTaxID)
		if k.faults() != "" || !strings.HasPrefix(k.synced(rules.KindRule, "b"), "AsInFolder") || k.object(rules.KindRule, "b").Status.Is(rules.Degraded) {
			t.Errorf("%s: mended, and yet %q, %s", c.name, k.faults(), k.synced(rules.KindRule, "b"))
		}
	}
}

func TestAFaultWithoutAnObjectIsSeenAtTheStart(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName), "b.yaml": rule("b", `client.nme != ""`), "c.yaml": "services: {web: {image: nginx}}"})
	k.want("Rule a a.yaml")
	faults := k.State().Faults
	if len(faults) != 2 || faults[0].Object.Name != "b" || faults[0].Line != 6 || faults[1].File != "c.yaml" {
		t.Errorf("the faults are %+v", faults)
	}
}

func TestNothingIsDeletedWhileAFileCannotBeRead(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName), "b.yaml": rule("b", hasName)})
	k.write(map[string]string{"a.yaml": "", "b.yaml": rule("b", hasName) + "---\n" + rule("a", hasName) + " oops"}) // a moved, into a file that is broken
	k.settle()
	k.want("Rule a a.yaml, Rule b b.yaml")
	if got := k.synced(rules.KindRule, "a"); !strings.HasPrefix(got, "DeletionHeld: ") || !strings.Contains(got, "b.yaml: line ") {
		t.Errorf("a is %s", got)
	}
	k.write(map[string]string{"b.yaml": rule("b", hasName) + "---\n" + rule("a", hasName)})
	k.settle()
	k.want("Rule a b.yaml, Rule b b.yaml")
	if got := k.object(rules.KindRule, "a").Metadata.Generation; got != 1 {
		t.Errorf("generation %d of a rule that moved to another file", got)
	}
}

func TestAnEmptyFolderDeletesNothing(t *testing.T) {
	two := map[string]string{"a.yaml": rule("a", hasName), "b.yaml": rule("b", hasName)}
	for _, c := range []struct {
		name, reason string
		change       func(k *kept)
	}{
		{"emptied", "FolderEmpty: ", func(k *kept) { k.write(map[string]string{"a.yaml": "", "b.yaml": ""}) }},
		{"gone", "FolderUnreadable: ", func(k *kept) {
			if err := os.Rename(k.dir, k.dir+"-away"); err != nil {
				t.Fatal(err)
			}
		}},
		{"another one", "FolderReplaced: ", func(k *kept) {
			k.write(map[string]string{"a.yaml": "", "b.yaml": rule("x", hasName) + "---\n" + rule("y", hasName)})
		}},
		{"another one with a fault", "Unreadable: ", func(k *kept) {
			k.write(map[string]string{"a.yaml": "kind: [", "b.yaml": rule("x", hasName)})
		}},
	} {
		k := newKept(t, two)
		c.change(k)
		k.settle()
		k.settle()
		k.want("Rule a a.yaml, Rule b b.yaml")
		if got := k.synced(rules.KindRule, "a"); !strings.HasPrefix(got, c.reason) || len(k.State().Faults) != 1 {
			t.Errorf("%s: a is %s; %s", c.name, got, k.faults())
		}
		err := k.Delete(ctx, "ann", rules.KindRule, "b", "", false)
		if allowed := c.reason == "FolderEmpty: " || c.reason == "FolderReplaced: " || c.reason == "Unreadable: "; (err == nil) != allowed {
			t.Errorf("%s: to delete b by hand: %v", c.name, err)
		}
		if err := os.RemoveAll(k.dir); err != nil {
			t.Fatal(err)
		}
		_ = os.RemoveAll(k.dir + "-away")
		if err := os.Mkdir(k.dir, 0o700); err != nil {
			t.Fatal(err)
		}
		k.write(two)
		k.settle()
		k.want("Rule a a.yaml, Rule b b.yaml")
		if k.faults() != "" {
			t.Errorf("%s, and back: %s", c.name, k.faults())
		}
	}
}

func TestTheWayOutOfAnEmptyFolder(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName), "b.yaml": rule("b", hasName)})
	k.write(map[string]string{"a.yaml": "", "b.yaml": "", "c.yaml": rule("c", hasName)})
	k.settle()
	for _, name := range []string{"a", "b"} {
		if err := k.Delete(ctx, "ann", rules.KindRule, name, "", false); err != nil {
			t.Error(err)
		}
	}
	for range 120 {
		k.Look(ctx)
	}
	k.want("Rule c c.yaml")
}

func TestAFolderWithOneObjectMayRenameIt(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName)})
	k.write(map[string]string{"a.yaml": rule("b", hasName)})
	k.settle()
	k.want("Rule b a.yaml")
}

func TestTheFolderChangedWhileTheServerWasDown(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName), "b.yaml": rule("b", hasName), "c.yaml": rule("c", hasName)})
	k.close()
	k.write(map[string]string{"a.yaml": "", "b.yaml": rule("b", hasTaxID), "d.yaml": rule("d", hasName)})
	k.open()
	k.requires("b", hasTaxID)
	k.want("Rule a a.yaml, Rule b b.yaml, Rule c c.yaml, Rule d d.yaml") // deletion waits for a rest
	k.settle()
	k.want("Rule b b.yaml, Rule c c.yaml, Rule d d.yaml")

	k.close()
	k.write(map[string]string{"b.yaml": "", "c.yaml": "", "d.yaml": ""})
	k.open()
	k.settle()
	k.want("Rule b b.yaml, Rule c c.yaml, Rule d d.yaml")
	if got := k.synced(rules.KindRule, "b"); !strings.HasPrefix(got, "FolderEmpty: ") {
		t.Errorf("b is %s", got)
	}
}

func TestAVolumeThatIsSwappedBySymbolicLinks(t *testing.T) {
	k := newKept(t, nil)
	version := func(name string, files map[string]string) {
		dir := filepath.Join(k.dir, ".."+name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for file, text := range files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(os.Symlink(".."+name, filepath.Join(k.dir, "..data_tmp")), os.Rename(filepath.Join(k.dir, "..data_tmp"), filepath.Join(k.dir, "..data"))); err != nil {
			t.Fatal(err)
		}
	}
	version("1", map[string]string{"a.yaml": rule("a", hasName), "b.yaml": rule("b", hasName)})
	for _, file := range []string{"a.yaml", "b.yaml"} {
		if err := os.Symlink(filepath.Join("..data", file), filepath.Join(k.dir, file)); err != nil {
			t.Fatal(err)
		}
	}
	k.settle()
	k.want("Rule a a.yaml, Rule b b.yaml")
	version("2", map[string]string{"a.yaml": rule("a", hasTaxID)})
	k.Look(ctx)
	if err := os.Remove(filepath.Join(k.dir, "b.yaml")); err != nil { // it pointed nowhere
		t.Fatal(err)
	}
	k.settle()
	k.want("Rule a a.yaml")
	k.requires("a", hasTaxID)
}

func TestAModuleBesideItsManifest(t *testing.T) {
	wasm := map[string][]byte{}
	for _, d := range builtin.All() {
		wasm[d.Name] = d.Wasm
	}
	k := newKept(t, map[string]string{
		"m/rule.yaml":       "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: m}\nspec: {type: Quality, module: {path: code/check.wasm}}\n",
		"m/code/check.wasm": string(wasm["tax-id"]),
	})
	digest := func() string { return k.object(rules.KindRule, "m").Spec.Module.Digest }
	first := digest()
	k.write(map[string]string{"m/code/check.wasm": string(wasm["main-manager"][:100])}) // half copied
	k.settle()
	if got := k.faults(); digest() != first || !strings.HasPrefix(got, "m/rule.yaml: line 4, column 38: spec.module.path: code/check.wasm: ") {
		t.Errorf("runs %s with %s", digest(), got)
	}
	k.write(map[string]string{"m/code/check.wasm": string(wasm["main-manager"])})
	k.settle()
	if digest() == first || k.faults() != "" {
		t.Errorf("runs %s with %s", digest(), k.faults())
	}
}

func TestWhatNeedsOneAnotherMayChangeTogether(t *testing.T) {
	k := newKept(t, map[string]string{
		"d.yaml": dictionary("sizes", "companySize", "{value: small}"),
		"f.yaml": field("gln", "string"),
		"r.yaml": rule("r", `client.fields.gln != ""`),
		"s.yaml": rule("s", `client.fields.gln.startsWith("4")`),
	})
	k.write(map[string]string{
		"d.yaml": dictionary("company-sizes", "companySize", "{value: small}"), // the place is taken until the other goes
		"f.yaml": field("code", "string"),
		"r.yaml": rule("r", `client.fields.code != ""`),
		"s.yaml": "",
	})
	k.settle()
	k.want("Dictionary company-sizes d.yaml, Field code f.yaml, Rule r r.yaml")
	if got := k.faults(); got != "" {
		t.Errorf("faults: %s", got)
	}
}

func TestAFieldThatAnotherRuleNeedsIsNotDeleted(t *testing.T) {
	k := newKept(t, map[string]string{"f.yaml": field("gln", "string"), "r.yaml": rule("r", hasName)})
	if _, err := k.Apply(ctx, "ann", rules.KindRule, "", "", []byte(rule("hers", `client.fields.gln != ""`)), false); err != nil {
		t.Fatal(err)
	}
	k.write(map[string]string{"f.yaml": ""})
	k.settle()
	k.want("Field gln f.yaml, Rule hers, Rule r r.yaml")
	if got := k.synced(rules.KindField, "gln"); !strings.HasPrefix(got, "DeletionRefused: ") || !strings.Contains(got, "rule hers") {
		t.Errorf("gln is %s", got)
	}
	if err := k.Delete(ctx, "ann", rules.KindRule, "hers", "", false); err != nil {
		t.Fatal(err)
	}
	for range 120 { // it is tried again
		k.Look(ctx)
	}
	k.want("Rule r r.yaml")
}

func TestObjectsThatWereDeclaredByHandAreTakenOver(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName)})
	for _, name := range []string{"b", "hers"} {
		if _, err := k.Apply(ctx, "ann", rules.KindRule, "", "", []byte(rule(name, hasName)), false); err != nil {
			t.Fatal(err)
		}
	}
	k.write(map[string]string{"b.yaml": rule("b", hasTaxID)})
	k.settle()
	k.want("Rule a a.yaml, Rule b b.yaml, Rule hers")
	k.requires("b", hasTaxID)
	if !strings.Contains(k.log.String(), "takes over") {
		t.Errorf("the log says %s", &k.log)
	}
	k.write(map[string]string{"b.yaml": ""})
	k.settle()
	k.want("Rule a a.yaml, Rule hers")
}

func TestWhatAFileDeclaresIsChangedThere(t *testing.T) {
	k := newKept(t, map[string]string{"sales/a.yaml": rule("a", hasName)})
	apply := func(text string, dryRun bool) error {
		_, err := k.Apply(ctx, "ann", rules.KindRule, "a", "", []byte(text), dryRun)
		return err
	}
	refused := func(what string, err error) {
		t.Helper()
		var managed *reconcile.ManagedError
		if !errors.As(err, &managed) || managed.File != "sales/a.yaml" {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("another spec", apply(rule("a", hasTaxID), false))
	refused("other labels", apply(strings.Replace(rule("a", hasName), "name: a", "name: a, labels: {x: y}", 1), false))
	refused("to delete it", k.Delete(ctx, "ann", rules.KindRule, "a", "", false))
	if err := errors.Join(apply(rule("a", hasName), false), apply(rule("a", hasTaxID), true)); err != nil {
		t.Errorf("what changes nothing: %v", err)
	}
	shown, err := k.Get(ctx, rules.KindRule, "a")
	if err != nil || apply(string(shown), false) != nil {
		t.Errorf("as it was shown: %v", apply(string(shown), false))
	}
	k.want("Rule a sales/a.yaml")
	k.requires("a", hasName)
	forged := strings.Replace(rule("b", hasName), "name: b", "name: b, annotations: {assay/managed-by: folder, assay/source: x.yaml, note: hers}", 1)
	if _, err := k.Apply(ctx, "ann", rules.KindRule, "b", "", []byte(forged), false); err != nil {
		t.Fatal(err)
	}
	k.want("Rule a sales/a.yaml, Rule b")
	if got := k.object(rules.KindRule, "b").Metadata.Annotations; !maps.Equal(got, map[string]string{"note": "hers"}) {
		t.Errorf("annotations %v", got)
	}
}

func TestWithoutAFolderTheObjectsAreAnybodys(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName), "b.yaml": rule("b", hasName)})
	k.Reconciler.Folder = false // a start without --rules
	if _, err := k.Apply(ctx, "ann", rules.KindRule, "a", "", []byte(rule("a", hasTaxID)), false); err != nil {
		t.Fatal(err)
	}
	if err := k.Delete(ctx, "ann", rules.KindRule, "b", "", false); err != nil {
		t.Fatal(err)
	}
	k.want("Rule a")
}

func TestFilesThatAreNone(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName)})
	if err := errors.Join(os.Symlink(t.TempDir(), filepath.Join(k.dir, "dir.yaml")), os.Symlink("nowhere", filepath.Join(k.dir, "dangling.yaml"))); err != nil {
		t.Fatal(err)
	}
	k.write(map[string]string{"large.yaml": strings.Repeat("#", 2<<20), "latin.yaml": rule("b", "\"\xff\""), "bomb.yaml": bomb()})
	k.settle()
	k.want("Rule a a.yaml")
	for _, want := range []string{"dir.yaml: it is no file but a d", "dangling.yaml: no such file", "large.yaml: it has 2097152 bytes", "latin.yaml: line 6, column 13: not UTF-8", "bomb.yaml: "} {
		if !strings.Contains(k.faults(), want) {
			t.Errorf("no %q in the faults\n%s", want, k.faults())
		}
	}
}

// bomb is YAML whose aliases come to a million values.
func bomb() string {
	text := "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
	for i := 1; i < 6; i++ {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	return text
}

func TestAFileOfTheSameSizeAndTimeIsAnother(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", `client.name != "1"`)})
	file := filepath.Join(k.dir, "a.yaml")
	at := func(when time.Time) {
		t.Helper()
		if err := os.Chtimes(file, when, when); err != nil {
			t.Fatal(err)
		}
		k.settle()
	}
	fresh, old := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	at(fresh)
	k.write(map[string]string{"a.yaml": rule("a", `client.name != "2"`)}) // within the same tick of the clock
	at(fresh)
	k.requires("a", `client.name != "2"`)
	at(old)
	k.write(map[string]string{"new": rule("a", `client.name != "3"`)})
	if err := os.Rename(filepath.Join(k.dir, "new"), file); err != nil {
		t.Fatal(err)
	}
	at(old) // as tar -x leaves it
	k.requires("a", `client.name != "3"`)
}

// TestRunLooksAtItsPace drives Run by a clock of the test's own.
func TestRunLooksAtItsPace(t *testing.T) {
	k := newKept(t, map[string]string{"a.yaml": rule("a", hasName)})
	ticks := make(chan time.Time)
	k.Keeper.After = func(time.Duration) <-chan time.Time { return ticks }
	running, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { k.Keeper.Run(running); close(done) }()
	k.write(map[string]string{"a.yaml": rule("a", hasTaxID)})
	for range 3 { // the third is taken when the second look is over
		ticks <- time.Time{}
	}
	k.requires("a", hasTaxID)
	stop()
	<-done
}
