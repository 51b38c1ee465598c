package server

import (
	"context"
	"fmt"
	"os"

	"assay/server/folder"
)

// checkRules refuses a folder of rules that is not there, before a base is made.
func checkRules(dir string) error {
	if dir == "" {
		return nil
	}
	if _, err := os.ReadDir(dir); err != nil {
		return fmt.Errorf("read the rules folder %s: %w", dir, err)
	}
	return nil
}

// keepFolder applies what the folder of rules holds.
func (s *Server) keepFolder(ctx context.Context) error {
	if s.config.RulesDir == "" {
		return nil
	}
	s.folder = folder.New(folder.Config{Dir: s.config.RulesDir, Objects: s.reconciler, Now: s.config.Now, After: s.config.After, Logger: s.config.Logger})
	if err := s.folder.Start(ctx); err != nil {
		return fmt.Errorf("read the rules folder %s: %w", s.config.RulesDir, err)
	}
	return nil
}

// folderState tells how the folder of rules stands, nil when none is kept.
func (s *Server) folderState() func() folder.State {
	if s.folder == nil {
		return nil
	}
	return s.folder.State
}
