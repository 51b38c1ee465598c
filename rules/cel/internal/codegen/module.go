package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// Short names for the value types.
const (
	i32 = wasmgen.I32
	i64 = wasmgen.I64
	f64 = wasmgen.F64
)

// generator writes one module.
type generator struct {
	m    *wasmgen.Module
	rt   runtime
	data data

	rowTypes []string // numbered

	scratch uint32 // bytes of zeroed memory that were handed out
	spaces  []space

	check *ir.Check
	need  map[string]int // slots the check uses by row type, "" for the client
	most  map[string]int // the same of all checks

	// The evaluate function and what its code shares.
	f       *wasmgen.Func
	card    wasmgen.Local // the card's address
	slots   wasmgen.Local // the address its slots are read from: the card, or a widened copy
	limit   wasmgen.Local // i64: the card's length
	failed  wasmgen.Local // i64: the error on its way to a handler, see errorOf
	handler wasmgen.Label // where errors go
	none    wasmgen.Label // where it is found that there is no value
	checks  int           // how many calls of the runtime were checked
	over    wasmgen.Label // where a record goes that exceeds its budget
	done    wasmgen.Label // takes the packed results

	turns      map[*ir.Var]int64       // what a turn costs of the loop that binds a variable
	lists      map[int]*wasmgen.Symbol // by slot, of a fused module: the lists of the client that are resolved before
	costAt     *wasmgen.Symbol         // where a fused check notes what the record costs, costOffset from there; nil: in rt.cost
	costOffset uint32
	matched    bool            // the check's match has been evaluated, and holds
	constant   []byte          // the rows that the check answers with, if it always answers with the same
	errorAt    *wasmgen.Symbol // the room for an error row
	vars       map[*ir.Var][]wasmgen.Local
	errors     map[*ir.Var]wasmgen.Local // i64: the error a variable is bound to, 0 when to none
	loops      []*iterator               // that are open
	onces      map[*ir.Var]once

	forwards map[forward]*wasmgen.Func // of a module with names, see through; nil: there are none
	pos      ir.Pos                    // of the expression that is being written
}

// space is zeroed memory whose address is known when all data is.
type space struct {
	symbol *wasmgen.Symbol
	offset uint32
}

// Write returns the module of a check.
func Write(c *ir.Check) []byte {
	g := newGenerator()
	g.write(c)
	return g.m.Encode()
}

// write writes all but the encoding.
func (g *generator) write(c *ir.Check) {
	c = ir.Hoist(c)
	g.check, g.need = c, slotsUsed(c)
	g.most = g.need
	g.m.ExportMemory(abi.ExportMemory)
	g.exportABI()
	g.exportDescribe(string(c.Description))
	g.exportConfigure()
	g.exportEvaluate()
	g.m.Export(abi.ExportAlloc, g.rt.alloc())
	g.layOut()
}

func newGenerator() *generator {
	g := &generator{m: &wasmgen.Module{}, vars: map[*ir.Var][]wasmgen.Local{}, errors: map[*ir.Var]wasmgen.Local{}, onces: map[*ir.Var]once{}}
	g.rt = newRuntime(g)
	return g
}

// slotsUsed returns how many slots the check reads of each row type.
func slotsUsed(c *ir.Check) map[string]int {
	need := map[string]int{}
	use := func(record string, slot int) { need[record] = max(need[record], slot+1) }
	if c.List != nil {
		use(c.List.Row, 0) // the row's id
	}
	for _, root := range c.Roots() {
		root.Walk(func(n *ir.Node) {
			switch n.Op {
			case ir.Field, ir.Has:
				record := ""
				if len(n.Args) > 0 {
					record = n.Args[0].Row
				}
				use(record, n.Slot.Index)
			case ir.CustomRow:
				use("", abi.SlotClientFields)
				use(n.Row, abi.SlotFieldType)
			}
		})
	}
	return need
}

func (g *generator) exportABI() {
	f := g.m.Func(nil, []wasmgen.Type{i32})
	f.Do(wasmgen.Int32(abi.ModuleVersion))
	g.m.Export(abi.ExportABI, f)
}

func (g *generator) exportDescribe(description string) {
	f := g.m.Func(nil, []wasmgen.Type{i64})
	f.Do(packed(g.data.put(description), len(description)))
	g.m.Export(abi.ExportDescribe, f)
}

// exportConfigure accepts check 0 with any settings: the check has none.
func (g *generator) exportConfigure() {
	const refusal = "\x01\x00\x00\x00\x00\x00\x00\x00the module has one check, number 0"
	accepted := make([]byte, abi.ConfigureHeader)
	f := g.m.Func([]wasmgen.Type{i32, i32, i32}, []wasmgen.Type{i64})
	f.Do(packed(g.data.put(refusal), len(refusal)), packed(g.data.put(string(accepted)), len(accepted)),
		f.Param(0), wasmgen.Select)
	g.m.Export(abi.ExportConfigure, f)
}

// packed is the constant the ABI returns for bytes in memory.
func packed(address uint32, length int) wasmgen.Instr {
	return wasmgen.Int64(abi.Pack(address, uint32(length)))
}

// zeroed returns memory that is zero when the module starts; alignment is 8.
func (g *generator) zeroed(size int) *wasmgen.Symbol {
	s := &wasmgen.Symbol{}
	g.spaces = append(g.spaces, space{s, g.scratch})
	g.scratch += uint32(size+7) &^ 7
	return s
}
