;; missing_export: exports only a memory
(module
  (memory (export "memory") 1)
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}"))
