;; 12: 4 for the entry, the local and the if, 8 for the dearer arm, whichever is taken
(module
  (memory (export "memory") 1)
  (global (export "g") (mut i32) (i32.const 0))
  (global (export "h") (mut i64) (i64.const 0))
  (func (export "assay_evaluate") (param $n i32) (param i32 i32) (result i64)
    (if (result i64) (local.get $n) (then (i64.add (i64.add (i64.const 1) (i64.const 2)) (i64.add (i64.const 1) (i64.extend_i32_u (local.get $n))))) (else (i64.const 1)))))
