;; missing_export: a WASI command
(module
  (memory (export "memory") 1)
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}")
  (func (export "_start")))
