package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"assay/rules"
	"assay/server/api"
)

// uploads are the modules that the server was sent for manifests that name them by their paths.
type uploads struct {
	app    *app
	client *api.Client
	added  []string // digests of those that it did not have
}

// apply applies a manifest with its module, and tells whether a rule that ships with Assay gave way to it.
func (u *uploads) apply(ctx context.Context, m *manifest, dryRun bool) (applied *api.Applied, replaces bool, err error) {
	text, err := u.text(ctx, m)
	if err != nil {
		return nil, false, err
	}
	if replaces, err = m.replacesShipped(ctx, u.client); err != nil {
		return nil, false, err
	}
	applied, err = u.client.Apply(ctx, m.Kind, m.Metadata.Name, text, dryRun)
	return applied, replaces, err
}

// text returns the manifest's text as the server takes it; the server has the module then.
func (u *uploads) text(ctx context.Context, m *manifest) ([]byte, error) {
	return m.resolved(func(path string, wasm []byte) (string, error) {
		digest := rules.ModuleDigest(wasm)
		_, err := u.client.Module(ctx, digest)
		if !isProblem(err, api.CodeNotFound) {
			return digest, err
		}
		if u.app.Terminal > 0 { // a large one takes the server seconds
			fmt.Fprintf(u.app.Stderr, "compiling %s on the server…\n", path)
		}
		if _, err := u.client.AddModule(ctx, wasm); err != nil {
			return "", m.refusedModule(path, err)
		}
		u.added = append(u.added, digest)
		return digest, nil
	})
}

// withdrawal is how long taking the modules back may take. It is done for those, too, who have given up waiting.
const withdrawal = 10 * time.Second

// takeBack deletes the modules that came with these manifests and that no rule names, as the server knows.
func (u *uploads) takeBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), withdrawal)
	defer cancel()
	var failures []error
	for _, digest := range u.added {
		err := u.client.DeleteModule(ctx, digest, false)
		if err != nil && !isProblem(err, api.CodeInUse) && !isProblem(err, api.CodeNotFound) {
			failures = append(failures, fmt.Errorf("module %s stays on the server, though no rule names it: %w", digest, err))
		}
	}
	return errors.Join(failures...)
}

func isProblem(err error, code string) bool {
	var p *api.Problem
	return errors.As(err, &p) && p.Code == code
}
