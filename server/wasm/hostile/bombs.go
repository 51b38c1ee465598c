package hostile

// Bombs are the guests that cost much to compile, or would if they were not refused before.
func Bombs() []Guest {
	made := func(name, tries string, p Promise, b bomb) Guest {
		return Guest{Name: "bomb-" + name, Check: Check, Tries: tries, Promise: p, Wasm: b.module()}
	}
	capped := Promise{Refused: "limit_exceeded"}
	runs := Promise{SoleTrader: Wicked, Other: Wicked}
	return []Guest{
		made("none", "nothing, for comparison", runs, bomb{}),
		made("types", "5,005 types", capped, bomb{types: 5000}),
		made("imports", "1,001 imports", capped, bomb{imports: 1001}),
		made("functions", "50,005 functions", capped, bomb{functions: 50_000}),
		made("function-bytes", "a function of 300 KB", capped, bomb{functions: 1, body: times(300_000, nop)}),
		made("locals", "a function with 5,001 locals", capped, bomb{functions: 1, locals: 5001}),
		made("locals-4-billion", "a function with 2^32-1 locals in 5 bytes", capped, bomb{functions: 1, locals: 1<<32 - 1}),
		made("nesting", "1,001 blocks inside one another", capped, bomb{functions: 1, body: nested(1001, []byte{2, 0x40}, nil)}),
		made("loops", "10,000 loops one after the other, for which the compiler takes time that grows with their square", capped,
			bomb{functions: 1, body: times(10_000, 0x03, 0x40, 0x0b)}),
		made("br-table", "a br_table of 5,001 targets", capped, bomb{functions: 1, body: brTable(5001)}),
		made("tables", "11 tables", capped, bomb{tables: 11}),
		made("globals", "1,001 globals", capped, bomb{globals: 1001}),
		made("exports", "5,006 exports", capped, bomb{exports: 5000}),
		made("elements", "1,001 element segments", capped, bomb{elements: 1001}),
		made("data", "100,004 data segments", capped, bomb{data: 100_001}),
		made("reloads", "1,000 mutable globals and 10,000 calls, after each of which all are loaded anew", capped,
			bomb{functions: 1, globals: 1000, body: times(10_000, call, 0x05)}),
		made("frame", "5,000 locals that may be another value behind each of 100 blocks", capped, bomb{functions: 1, locals: 5000, body: frames(5000, 100)}),
		made("checks", "257 checks", Promise{Refused: "bad_description"}, bomb{description: checks(257)}),
		made("checks-1000", "1,000 checks", Promise{Refused: "bad_description"}, bomb{description: checks(1000)}),
		made("many-functions", "10,000 empty functions, which compile", runs, bomb{functions: 10_000}),
		made("large-function", "a function of 100 KB, which compiles", runs, bomb{functions: 1, body: times(100_000, nop)}),
		made("nested-ifs", "16 KB of ifs inside one another, which compile", runs, bomb{functions: 1, body: nestedIfs(16_000)}),
		made("many-loops", "5 functions of 1,000 loops, which compile", runs, bomb{functions: 5, body: times(1000, 0x03, 0x40, 0x0b)}),
		made("br-tables", "5 functions with a br_table of 4,999 targets, which compile", runs, bomb{functions: 5, body: brTable(4999)}),
	}
}

// CompileBomb is a module that no limit of counts refuses and that takes many seconds to compile.
func CompileBomb() []byte { return bomb{functions: 8, body: nestedIfs(250_000)}.module() }

// InvalidBomb is a large module that only the compiler finds invalid: it drops what is not there.
func InvalidBomb() []byte { return bomb{functions: 1, body: append(times(40_000, nop), drop)}.module() }

// nestedIfs is the body of a function of n bytes of ifs inside one another, which take the compiler's time.
func nestedIfs(n int) (body []byte) {
	for len(body) < n {
		body = append(body, nested(999, []byte{i32Const, 0, ifOpen, 0x40}, nil)...)
	}
	return body
}

// brTable is a table of jumps with that many targets, the default one included.
func brTable(targets int) []byte {
	return append(append([]byte{i32Const, 0, 0x0e}, u32(targets-1)...), times(targets, 0)...)
}

// frames writes every local inside many blocks, so that each may be another value behind each.
func frames(locals, blocks int) []byte {
	var sets []byte
	for i := range locals {
		sets = append(append(sets, i32Const, 0, 0x21), u32(i)...)
	}
	return nested(blocks, []byte{i32Const, 0, ifOpen, 0x40}, sets)
}
