;; 1036: 36 for the function with a fill of any size, and 1,000 for 8,000 bytes
(module
  (memory (export "memory") 1)
  (global (export "g") (mut i32) (i32.const 0))
  (global (export "h") (mut i64) (i64.const 0))
  (func (export "assay_evaluate") (param $n i32) (param i32 i32) (result i64)
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 8000)) (i64.const 1)))
