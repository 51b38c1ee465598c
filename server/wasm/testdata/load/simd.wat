;; bad_pointer, bad_pointer: loads, uses vectors, bulk memory, reference types and several results
(module
  (memory (export "memory") 1)
  (func (export "assay_abi") (result i32) (i32.const 1))
  (func (export "assay_alloc") (param i32) (result i32) (i32.const 4096))
  (func (export "assay_describe") (result i64) (i64.const 0x40000000038))
  (func (export "assay_configure") (param i32 i32 i32) (result i64) (i64.const 0))
  (func (export "assay_evaluate") (param i32 i32 i32) (result i64) (i64.const 0))
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}")
  (table $t 1 externref)
  (func (param v128) (result v128 i32) (i16x8.abs (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (local.get 0) (v128.const i64x2 1 2))) (i32.trunc_sat_f32_s (f32.const 1.5)))
  (func (param externref) (drop (table.grow $t (local.get 0) (i32.const 1))) (block (result i32) (i32.const 1)) (drop)))
