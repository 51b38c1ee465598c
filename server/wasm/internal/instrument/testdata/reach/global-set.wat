(module
 (memory (export "memory") 1)
 (func (export "assay_evaluate") (param i32 i32 i32) (result i64) (global.set 0 (i32.const 7)) (i64.const 0))
 )
