package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"assay/sdk/abi"
	"assay/server/author"
)

func (a *app) showInspections(list []*author.Inspection) error {
	for n, i := range list {
		if n > 0 {
			fmt.Fprintln(a.Stdout)
		}
		if err := a.showInspection(i); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) showInspection(i *author.Inspection) error {
	t := a.newTable()
	t.whole("module", nameOfModule(i))
	if i.File != "" && len(i.Rules) > 0 {
		t.whole("rules", strings.Join(i.Rules, ", "))
	}
	t.whole("digest", i.Digest)
	t.whole("size", sizeOf(i))
	if i.Stale != "" {
		t.whole("built", "the module "+i.Stale+"; run `"+i.Rebuild+"`")
	}
	if i.ABI != "" {
		t.whole("abi", map[string]string{"module": fmt.Sprintf("module ABI, version %d (sdk/abi/ABI.md)", abi.ModuleVersion), "stdio": "command that reads lines of JSON (sdk/abi/STDIO.md)"}[i.ABI])
	}
	if i.Section != "" {
		t.whole("section", sectionWords(i))
	}
	for _, flaw := range i.Flaws {
		t.whole("wrong", flaw)
	}
	if i.Cost != nil {
		showCost(t, i)
	}
	if i.Determinism != nil {
		t.whole("determinism", determinismWords(i))
	}
	if err := t.flush(); err != nil {
		return err
	}
	for n := range i.Checks {
		if err := a.showCheck(&i.Checks[n]); err != nil {
			return err
		}
	}
	return a.showItems(i)
}

func sizeOf(i *author.Inspection) string {
	size := plural(int64(i.Size), "byte", "bytes")
	if i.Cost != nil {
		size += fmt.Sprintf(", %s with the meter", grouped(int64(i.Cost.MeteredSize)))
	}
	return size
}

func sectionWords(i *author.Inspection) string {
	switch i.Section {
	case "absent":
		return fmt.Sprintf("%s is absent; `assay rule build` puts it in", abi.DescriptionSection)
	case "agrees":
		return abi.DescriptionSection + " agrees with what the module says of itself"
	}
	return abi.DescriptionSection + " " + i.Section + "; `assay rule build` writes it anew"
}

func showCost(t *table, i *author.Inspection) {
	c := i.Cost
	where := "in this process, as small modules are"
	if c.Apart {
		where = "in a process of its own"
	}
	t.whole("compiled", fmt.Sprintf("in %s %s", nanoseconds(int64(c.CompileMillis*1e6)), where))
	if i.ABI == "stdio" {
		t.whole("start", "a start for every client, or for several with isolation: Batch; it counts towards their fuel")
	} else {
		t.whole("start", fmt.Sprintf("%s of fuel of %s, %s KiB of memory then", plural(c.StartFuel, "unit", "units"), grouped(abi.StartFuel), grouped(c.StartMemory>>10)))
	}
	memory := fmt.Sprintf("%s KiB declared", grouped(int64(i.Memory.Min>>10)))
	if i.Memory.Max > 0 {
		memory += fmt.Sprintf(", at most %s KiB", grouped(int64(i.Memory.Max>>10)))
	}
	t.whole("memory", fmt.Sprintf("%s; an instance may have %d MiB, or what the rule's limits.memory says", memory, abi.MaxMemory>>20))
	if i.Keeps != "" {
		t.whole("isolation", "each client needs a new instance, which is slow: "+i.Keeps)
	}
}

func determinismWords(i *author.Inspection) string {
	d := i.Determinism
	// A trial can show that something differs, and not that nothing ever does.
	tried := fmt.Sprintf("tried on %d clients in two orders, other batches and another instance: ", d.Clients)
	switch {
	case !d.Tried && len(i.Rules) > 0:
		return "not tried: no check takes the settings of its rule; `assay rule test` says why"
	case !d.Tried:
		return "not tried: no check takes empty settings; inspect a folder whose rule.yaml has some"
	case d.Undecided:
		return "not known: " + d.Reason + ". It runs with isolation: Record; a rule with isolation: Batch is tried with that"
	case !d.Deterministic:
		return "what is said depends on the clients before: " + d.Reason + ". It runs with isolation: Record only"
	case !d.FuelExact:
		return tried + "the same was said of each; their fuel differs, unless isolation is Record"
	}
	return tried + "the same was said of each, with the same fuel"
}

func (a *app) showCheck(c *author.Check) error {
	kind := c.Type
	if kind == "" {
		kind = "of the type that the rule says"
	}
	fmt.Fprintf(a.Stdout, "\ncheck %s (%s)\n", c.Name, kind)
	t := a.newTable()
	showTexts(t, "  messages", slices.Sorted(maps.Keys(c.Messages)), c)
	showTexts(t, "  labels", slices.Sorted(maps.Keys(c.Labels)), c)
	for _, p := range c.Parameters {
		t.whole("  "+p.Name, parameterWords(p), p.Title)
	}
	switch {
	case c.Type == "":
		t.whole("  settings", "any; the module does not describe itself")
	case c.Settings == nil:
		t.whole("  settings", "none")
	case c.Parameters == nil:
		t.whole("  settings", string(c.Settings))
	}
	return t.flush()
}

// showTexts shows in which languages codes or labels have texts: those together that lack the same.
func showTexts(t *table, title string, keys []string, c *author.Check) {
	lacking := func(key string) string { return strings.Join(c.Missing[key], " ") }
	for len(keys) > 0 {
		first := keys[0]
		var alike []string
		keys = slices.DeleteFunc(keys, func(key string) bool {
			same := lacking(key) == lacking(first)
			if same {
				alike = append(alike, key)
			}
			return same
		})
		has := slices.DeleteFunc(c.Languages(), func(l string) bool { return slices.Contains(c.Missing[first], l) })
		text := strings.Join(alike, ", ")
		if len(has) > 0 {
			text += " in " + enumerated(has, "and")
		}
		if missing := c.Missing[first]; len(missing) > 0 {
			text += ", and not in " + enumerated(missing, "and")
		}
		t.whole(title, text)
		title = ""
	}
}

func parameterWords(p author.Parameter) string {
	words := []string{p.Type}
	if p.Type == "" {
		words = nil
	}
	if p.Bounds != "" {
		words = append(words, p.Bounds)
	}
	if p.Required {
		words = append(words, "required")
	}
	if p.Default != "" {
		words = append(words, "default "+p.Default)
	}
	return strings.Join(words, ", ")
}

func (a *app) showItems(i *author.Inspection) error {
	if len(i.Limits) == 0 {
		return nil
	}
	fmt.Fprintln(a.Stdout)
	t := a.newTable("LIMIT", "VALUE", "MOST")
	for _, f := range i.Limits {
		mark := ""
		if f.Value > f.Most {
			mark = "too many"
		}
		t.whole(f.What, grouped(int64(f.Value)), grouped(int64(f.Most)), mark)
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout)
	t = a.newTable()
	for _, im := range i.Imports {
		t.whole("import", im.Module+"."+im.Name, im.Kind, im.Type)
	}
	for _, e := range i.Exports {
		t.whole("export", e.Name, e.Kind, e.Type)
	}
	return t.flush()
}
