package author

// Wasm returns the bytes of the module that a rule runs on: what was read for it, or what was made of its CEL.
func (p *Project) Wasm(r *Rule) []byte {
	if r.Rule.Wasm != nil {
		return r.Rule.Wasm
	}
	return p.modules[r.Digest]
}
