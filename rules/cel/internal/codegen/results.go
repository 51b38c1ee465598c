package codegen

import (
	"encoding/binary"
	"strings"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// MaxParam bounds the value of a message parameter, in bytes; a longer one is cut between two
// characters.
const MaxParam = 1000

func (g *generator) beginRow(kind abi.ResultKind) {
	g.f.Do(wasmgen.Int32(kind), g.rt.beginRow())
}

// constField writes a field whose value is known now.
func (g *generator) constField(tag byte, value string) {
	field := binary.LittleEndian.AppendUint32([]byte{tag}, uint32(len(value)))
	field = append(field, value...)
	g.f.Do(wasmgen.Int32(g.data.put(string(field))), wasmgen.Int32(len(field)), g.rt.write())
}

// writePath writes the path with the row's index in the place of "[]".
func (g *generator) writePath(index wasmgen.Local) {
	before, after, found := strings.Cut(g.check.Path, "[]")
	if !found {
		if g.check.Path != "" {
			g.constField(abi.TagPath, g.check.Path)
		}
		return
	}
	before, after = before+"[", "]"+after
	g.f.Do(wasmgen.Int32(g.data.put(before)), wasmgen.Int32(len(before)), index,
		wasmgen.Int32(g.data.put(after)), wasmgen.Int32(len(after)), g.rt.path())
}

// writeOwn writes the finding's own severity and what it suggests. What ends in an error (of a value
// that is too long for JSON, too), is none of the severities or is not there is left out.
func (g *generator) writeOwn() {
	outer, none := g.handler, g.none
	checks := g.checks
	if n := g.check.Severity; n != nil {
		g.handler = g.f.Block()
		g.emit(n)
		text := g.save(ir.String)
		g.load(text)
		g.f.Do(g.rt.c("rt_is_severity"))
		g.writeIf(abi.TagSeverity, text)
		g.f.End()
		g.catch(checks)
	}
	checks = g.checks
	if n := g.check.Suggest; n != nil {
		g.handler = g.f.Block()
		g.none = g.handler
		if n.Kind == ir.Optional {
			n = n.Args[0]
		}
		style := ir.AsText
		if g.check.AsDates {
			style = ir.AsDate
		}
		g.emit(n)
		g.f.Do(wasmgen.Int32(style), g.rt.c("rt_json"))
		g.madeText(n.Pos)
		text := g.save(ir.String)
		g.f.Do(text[1])
		g.writeIf(abi.TagSuggest, text)
		g.f.End()
		g.catch(checks)
	}
	g.handler, g.none = outer, none
}

// writeIf writes a field if the i32 on the stack is not zero, and is done with the text.
func (g *generator) writeIf(tag byte, text []wasmgen.Local) {
	f := g.f
	f.If()
	f.Do(wasmgen.Int32(tag), text[0], text[1], g.rt.field())
	f.End()
	f.Release(text...)
}

// writeParams writes the message's parameters. A value that ends in an error is empty: the
// finding matters more than its text.
func (g *generator) writeParams() {
	outer := g.handler
	for _, p := range g.check.Params {
		g.constField(abi.TagParamKey, p.Key)
		if !p.Value.Fails && p.Value.Kind == ir.String {
			g.emit(p.Value)
			g.f.Do(g.rt.param())
			continue
		}
		checks := g.checks
		value := g.f.Block(i32, i32)
		g.handler = g.f.Block()
		g.emitParam(p)
		g.f.Do(wasmgen.Br(value))
		g.f.End()
		g.catch(checks)
		g.f.Do(wasmgen.Int32(0), wasmgen.Int32(0))
		g.f.End()
		g.f.Do(g.rt.param())
	}
	g.handler = outer
}

// emitParam leaves the value as a text for people.
func (g *generator) emitParam(p ir.Param) {
	if p.Given == nil {
		g.emitText(p.Value, p.As)
		return
	}
	g.emit(p.Given)
	g.f.If(i32, i32)
	g.emitText(p.Value, p.As)
	g.f.Else()
	g.f.Do(wasmgen.Int32(0), wasmgen.Int32(0))
	g.f.End()
}

func (g *generator) emitText(n *ir.Node, as ir.Style) {
	switch n.Kind {
	case ir.Double:
		g.emit(n)
		g.f.Do(g.rt.c("rt_double_text"))
		g.madeText(n.Pos)
	case ir.Millis, ir.Time:
		g.emit(ir.ConvertOf(n.Pos, ir.Time, n))
		g.f.Do(wasmgen.Int32(as), g.rt.c("rt_time_text"))
		g.madeText(n.Pos)
	default:
		g.emit(ir.ConvertOf(n.Pos, ir.String, n))
	}
}

// returnResults returns what was written.
func (g *generator) returnResults() {
	r := g.rt.resultsGlobals()
	f := g.f
	f.Do(r.next, r.base, wasmgen.I32Eq)
	g.returnNothing()
	f.Do(r.base, wasmgen.I64ExtendI32U, wasmgen.Int64(32), wasmgen.I64Shl,
		r.next, r.base, wasmgen.I32Sub, wasmgen.I64ExtendI32U, wasmgen.I64Or, wasmgen.Br(g.done))
}

// findingsMake says whether reporting a row uses the arena.
func (g *generator) findingsMake() bool {
	if g.check.Suggest != nil || g.check.Severity != nil && makes(g.check.Severity) || strings.Contains(g.check.Path, "[]") {
		return true
	}
	for _, p := range g.check.Params {
		if p.Value.Kind != ir.String || makes(p.Value) {
			return true
		}
	}
	return false
}

// makes says whether evaluating n makes values for the record.
func makes(n *ir.Node) bool {
	found := false
	n.Walk(func(n *ir.Node) {
		switch n.Op {
		case ir.Concat, ir.Collect, ir.CollectMap, ir.MakeMap, ir.Gather:
			found = true
		case ir.Convert:
			found = found || n.Kind == ir.String || n.Kind == ir.Dyn || n.Kind == ir.List
		case ir.MakeList:
			found = found || !n.Static
		case ir.Call:
			found = found || n.Fn.Makes
		case ir.All, ir.Exists, ir.ExistsOne:
			found = found || n.Key != nil && n.Args[0].Kind == ir.Dyn
		}
	})
	return found
}
