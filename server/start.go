package server

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"assay/rules"
	"assay/rules/builtin"
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
			if _, err := s.reconciler.Apply(ctx, bySystem, rules.KindRule, d.Name, "", d.Manifest, false); err != nil {
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
