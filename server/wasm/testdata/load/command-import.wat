;; unknown_import: a WASI command that imports a function the host does not have
(module
  (import "env" "print" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
