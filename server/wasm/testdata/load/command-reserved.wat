;; name_reserved: a WASI command that exports a name of the host
(module
  (memory (export "memory") 1)
  (func (export "assay.fuel"))
  (func (export "_start")))
