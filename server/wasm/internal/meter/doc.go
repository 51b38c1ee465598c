// Package meter rewrites a module's code so that whoever runs it can bound what it costs: how
// long it runs, in fuel, and how much native stack it takes, in bytes. Nothing that the module
// computes changes; see the tests, which run the WebAssembly specification's own suites both ways.
//
// # Fuel
//
// Globals are appended to the module, which it cannot name: fuel, reserve and stack. Each function
// entry and each loop head takes from fuel the cost of what follows until the next such point: of
// the dearest way through it, so that no way costs more than was paid. When fuel falls below
// zero a stretch ends: the next one is taken from reserve, see stretch.go, and the guest comes back to Go for a
// moment. When the reserve cannot make up for it the guest traps: what it has not paid for does not run.
//
// Instructions that take longer the larger their operand is (memory.copy, memory.fill, memory.init,
// memory.grow and the same of tables) call an appended function first that takes the size's
// cost. Host functions take the cost of their arguments from the same global, see package wasm.
//
// A unit is about a nanosecond of an ordinary processor at the worst, and usually much less: costs.go
// is the table. The spend is a function of the way a guest takes through its code, and of
// nothing else: not of the machine, the batch or the time.
//
// # Stack
//
// A function takes the size of its native frame from stack at its entry and gives it back at each of
// its exits; frame.go says how the size is bounded. After a trap nothing is given back: the host
// sets the globals before each call. The last function on the stack may lie below the bound: one that
// calls nothing takes no stack.
//
// The charges of small functions are their callers', see order.go.
//
// # What is rewritten how
//
//	entry      fuel -= cost; stack -= frame; loop { if fuel|stack < 0 { $more; br loop } }
//	loop       fuel -= cost; if fuel < 0 { $more, which gives cost back; br loop }, behind the loop's block type
//	return     br to a block around the whole body, behind which stack += frame
//	memory.copy and such: call $charge, which takes the size from the stack and puts it back
//
// The comparison is (x - constant) < 0, never 0 > x or a comparison of an and: wazero 1.12.0
// compiles, on amd64, a branch on `0 <ordering> (a and b)` with its operands exchanged.
package meter
