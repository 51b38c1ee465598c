;; start_failed: a WASI command with a data segment outside the memory
(module
  (memory (export "memory") 1)
  (data (i32.const 65536) "x")
  (func (export "_start")))
