;; 93: 3 for the function, and 9 for each of ten turns
(module
  (memory (export "memory") 1)
  (global (export "g") (mut i32) (i32.const 0))
  (global (export "h") (mut i64) (i64.const 0))
  (func (export "assay_evaluate") (param $n i32) (param i32 i32) (result i64)
    (local $i i32) (loop $again (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10)))) (i64.const 1)))
