package server

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"assay/rules"
	"assay/rules/builtin"
	"assay/server/crm"
	"assay/server/store/bolt"
)

// bySystem is who did what the server does by itself.
const bySystem = "system"

// What lies in the data folder beside the base.
const (
	tokenName = "admin-token"
	cacheName = "cache" // of compiled modules
)

// checkFolder refuses a folder that holds something else: a mistyped --data
// must not strew a base among somebody's files.
func checkFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look into the data folder: %w", err)
	}
	foreign := ""
	for _, e := range entries {
		switch name := e.Name(); {
		case name == bolt.FileName:
			return nil
		case strings.HasPrefix(name, bolt.FileName), name == tokenName, name == cacheName, name == "lost+found", strings.HasPrefix(name, "."):
		default:
			foreign = name
		}
	}
	if foreign != "" {
		return fmt.Errorf("%s holds no base and is not empty (there is %s in it); give a new or an empty folder", dir, foreign)
	}
	return nil
}

// firstStart gives a new base the default rules, by the same way as anybody's:
// the module is uploaded, the manifest applied.
func (s *Server) firstStart(ctx context.Context) (err error) {
	s.FirstStart, err = s.reconciler.FirstStart(ctx, func() error {
		for _, d := range builtin.All() {
			if _, err := s.reconciler.AddModule(ctx, bySystem, d.Wasm, false); err != nil {
				return fmt.Errorf("load the default rule %s: %w", d.Name, err)
			}
			if _, err := s.reconciler.Apply(ctx, bySystem, rules.KindRule, d.Name, d.Manifest, false); err != nil {
				return fmt.Errorf("apply the default rule %s: %w", d.Name, err)
			}
		}
		return nil
	})
	return err
}

// adminToken reads the administrator's token, or makes one.
func adminToken(dir string) (token, path string, err error) {
	path = filepath.Join(dir, tokenName)
	if token, err = readToken(path); err != nil {
		return "", path, fmt.Errorf("read the administrator's token: %w", err)
	}
	if token = strings.TrimSpace(token); token != "" {
		return token, path, nil
	}
	secret := make([]byte, 24)
	rand.Read(secret) // never fails: crypto/rand ends the program instead
	token = "assay_" + base64.RawURLEncoding.EncodeToString(secret)
	err = os.WriteFile(path, []byte(token+"\n"), 0o600)
	if err == nil {
		err = os.Chmod(path, 0o600) // an empty file there keeps its mode
	}
	if err != nil {
		return "", path, fmt.Errorf("write the administrator's token: %w", err)
	}
	return token, path, nil
}

// found is a manifest of the rules folder.
type found struct {
	object rules.Object
	file   string
}

// applyFound applies the manifests of the rules folder. The modules they name
// by path lie beside them.
func (s *Server) applyFound(ctx context.Context, manifests []found) error {
	slices.SortStableFunc(manifests, func(a, b found) int { return applyOrder(a.object) - applyOrder(b.object) })
	for _, m := range manifests {
		if err := s.applyObject(ctx, filepath.Dir(m.file), m.object); err != nil {
			return fmt.Errorf("apply %s %s from %s: %w", strings.ToLower(m.object.ResourceKind()), m.object.Meta().Name, m.file, err)
		}
	}
	return nil
}

// readFolder reads the manifests of a folder and its sub-folders; "" is no folder.
func readFolder(dir string, log *slog.Logger) (manifests []found, err error) {
	if dir == "" {
		return nil, nil
	}
	files, err := rules.ManifestFiles(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("read the rules folder %s: %w", dir, err)
	}
	for _, name := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		objects, err := readManifests(file)
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			manifests = append(manifests, found{o, file})
		}
	}
	if len(manifests) == 0 {
		log.Warn("the rules folder holds no manifest (.yaml, .yml or .json)", "folder", dir)
	}
	return manifests, nil
}

// applyOrder puts what rules speak of before the rules.
func applyOrder(o rules.Object) int {
	return slices.Index([]string{rules.KindDictionary, rules.KindField, rules.KindRule}, o.ResourceKind())
}

func readManifests(file string) ([]rules.Object, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	objects, err := rules.Parse(text, rules.ParseOptions{ModulePaths: true})
	if err != nil {
		return nil, &manifestError{file, err}
	}
	return objects, nil
}

// manifestError is what is wrong with a file of manifests, a line a problem.
type manifestError struct {
	file string
	err  error
}

// Error names the file in every line.
func (e *manifestError) Error() string {
	return e.file + ": " + strings.ReplaceAll(e.err.Error(), "\n", "\n"+e.file+": ")
}

// Unwrap returns the [rules.ParseError].
func (e *manifestError) Unwrap() error { return e.err }

func (s *Server) applyObject(ctx context.Context, dir string, o rules.Object) error {
	if rule, ok := o.(*rules.Rule); ok && rule.Spec.Module != nil && rule.Spec.Module.Path != "" {
		if err := s.uploadBeside(ctx, dir, rule.Spec.Module); err != nil {
			return err
		}
	}
	text, err := rules.EncodeJSON(o)
	if err != nil {
		return err
	}
	_, err = s.reconciler.Apply(ctx, bySystem, o.ResourceKind(), o.Meta().Name, text, false)
	return err
}

// uploadBeside uploads the module at m.Path and names it by its digest.
func (s *Server) uploadBeside(ctx context.Context, dir string, m *rules.Module) error {
	if !filepath.IsLocal(m.Path) {
		return fmt.Errorf("spec.module.path is %q; it must lie in the folder of the manifest", m.Path)
	}
	wasm, err := os.ReadFile(filepath.Join(dir, m.Path))
	if err != nil {
		return fmt.Errorf("read the module: %w", err)
	}
	info, err := s.reconciler.AddModule(ctx, bySystem, wasm, false)
	if err != nil {
		return err
	}
	if m.Digest != "" && m.Digest != info.Digest {
		return &crm.InvalidError{Problems: []crm.Problem{{Field: "spec.module.digest", Code: "wrong_digest",
			Message: fmt.Sprintf("%s has the digest %s, the manifest says %s", m.Path, info.Digest, m.Digest)}}}
	}
	m.Digest, m.Path = info.Digest, ""
	return nil
}
