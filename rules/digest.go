package rules

import (
	"crypto/sha256"
	"encoding/hex"
)

// ModuleDigest is what manifests and servers call a module by: "sha256:" and the sum of its bytes, as in Module.Digest.
func ModuleDigest(wasm []byte) string {
	sum := sha256.Sum256(wasm)
	return "sha256:" + hex.EncodeToString(sum[:])
}
