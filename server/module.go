package server

import (
	"io"

	"assay/server/modules"
)

// CompileModule is the process that Config.Compiler names: it compiles the module on stdin, confined,
// and returns its exit code.
func CompileModule(args []string, stdin io.Reader, stdout io.Writer) int {
	return modules.Compile(args, stdin, stdout)
}
