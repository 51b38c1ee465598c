package command

import (
	"context"
	"fmt"
	"maps"
	"time"

	"assay/server/author"
)

// watchEvery is the pace at which files are looked at, as the server looks at its rules folder.
const watchEvery = 500 * time.Millisecond

// watchRules tries the rules whenever a file of theirs has changed and then rested, until ctx ends.
func (a *app) watchRules(ctx context.Context, o *ruleTesting) error {
	seen := lookAt(o.paths)
	if err := a.watchOnce(ctx, o, seen); err != nil {
		return err
	}
	changed := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(watchEvery):
		}
		now := lookAt(o.paths)
		same := maps.EqualFunc(now, seen, func(x, y author.Look) bool { return maps.EqualFunc(x, y, author.Seen.Equal) })
		seen = now
		if !same {
			changed = true
			continue
		}
		if !changed {
			continue
		}
		changed = false
		fmt.Fprintf(a.Stdout, "\n%s\n", time.Now().Format(time.TimeOnly))
		if err := a.watchOnce(ctx, o, seen); err != nil {
			return err
		}
	}
}

// watchOnce tries the rules, and builds their modules before where they need it, which is no change to those who look.
func (a *app) watchOnce(ctx context.Context, o *ruleTesting, seen map[string]author.Look) error {
	var all []*tested
	for _, path := range o.paths {
		if ctx.Err() != nil {
			return nil
		}
		t, modules := &tested{path: path}, &builder{app: a}
		t.outcomes, t.err = a.tryCases(ctx, o, path, thisSecond(), modules)
		for _, file := range modules.built {
			seen[path].Renew(file)
		}
		all = append(all, t)
	}
	if ctx.Err() != nil {
		return nil
	}
	for _, t := range all {
		if t.err != nil {
			fmt.Fprintln(a.Stdout, t.err)
		}
	}
	return a.printTested(o, all)
}

func lookAt(paths []string) map[string]author.Look {
	seen := map[string]author.Look{}
	for _, path := range paths {
		seen[path] = author.LookAt(path)
	}
	return seen
}
