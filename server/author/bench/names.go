package bench

import "github.com/ianlancetaylor/demangle"

// readable is the name of a function as its author wrote it, as far as compilers of Rust and C++ hide it. Names of
// others stay as they are.
func readable(name string) string { return demangle.Filter(name) }
