package cel

import (
	"fmt"

	"assay/rules/cel/internal/codegen"
	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
)

// MaxFused is how many checks one module can be made of.
const MaxFused = abi.MaxMembers

// Fused is a module of many checks.
type Fused struct {
	Wasm []byte
	// Constants are the rows of the members that always answer with the same when they have something to say; nil of
	// the others. The module says of such an answer only that there is one.
	Constants [][]byte
}

// Fuse returns one module that judges by all checks as each of their modules would, in one
// pass over a card: with the same results, errors and costs. It is a fused module as package abi has
// it (abi.FusedCheck), its members in the order given. One that ends in an error, or costs more than it may, does so
// alone. The module starts with a page of memory as its members do, unless their data need more; limits of memory do not hold in it.
func Fuse(members []*Compiled) (*Fused, error) {
	if len(members) < 1 || len(members) > MaxFused {
		return nil, fmt.Errorf("fuse %d checks: it can be 1 to %d", len(members), MaxFused)
	}
	checks := make([]*ir.Check, len(members))
	for i, m := range members {
		checks[i] = m.check
	}
	module, constants := codegen.Fuse(checks)
	return &Fused{Wasm: module, Constants: constants}, nil
}
