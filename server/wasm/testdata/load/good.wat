;; bad_pointer, bad_pointer: loads, the least a module can be
(module
  (memory (export "memory") 1)
  (func (export "assay_abi") (result i32) (i32.const 1))
  (func (export "assay_alloc") (param i32) (result i32) (i32.const 4096))
  (func (export "assay_describe") (result i64) (i64.const 0x40000000038))
  (func (export "assay_configure") (param i32 i32 i32) (result i64) (i64.const 0))
  (func (export "assay_evaluate") (param i32 i32 i32) (result i64) (i64.const 0))
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}"))
